#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every wrong command line: exit status 2, a sentence on stderr, nothing on stdout; with --json
# exactly one error document on stdout. Needs neither root nor swap: all is refused before anything
# is looked at. What must not be refused is shown by asking for a help text after it.
#
# usage: cli_usage.sh SWAPCFG

set -u
LC_ALL=C
export LC_ALL

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: $0 SWAPCFG" >&2
	exit 2
fi
case $1 in
/*) swapcfg=$1 ;;
*) swapcfg=$PWD/$1 ;;
esac

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 1
checks=0
failures=0

say() { # STATUS NAME
	checks=$((checks + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok - %s\n' "$2"
	else
		printf 'not ok - %s\n' "$2"
		failures=$((failures + 1))
	fi
}

run() { # ARGUMENT...: fills $status, out and err
	"$swapcfg" "$@" >out 2>err </dev/null
	status=$?
}

# One line that begins with the name of the program and says something.
is_sentence() { # FILE
	[ "$(wc -l <"$1")" -eq 1 ] && grep -q '^swapcfg: [^ ].\{9,\}$' "$1"
}

# The same from the program itself: it ends with where to look.
is_usage() { # FILE
	is_sentence "$1" && grep -q '; see "swapcfg --help"\.$' "$1"
}

# One line of JSON with all keys of an error, in the order that the library has.
is_error_document() { # FILE REASON
	string='"\([^"\\]\|\\.\)*"'
	[ "$(wc -l <"$1")" -eq 1 ] &&
		grep -q "^{\"error\":{\"reason\":\"$2\",\"errno\":[1-9][0-9]*,\"step\":\"plan\",\
\"path\":\(null\|$string\),\"message\":$string,\"left\":\[\]}}\$" "$1"
}

usage() { # NAME WORD ARGUMENT...: wrong, and the sentence has the word
	name=$1
	word=$2
	shift 2
	run "$@"
	[ "$status" -eq 2 ] && [ ! -s out ] && is_usage err && grep -qF -e "$word" err
	say $? "usage: $name"
	run --json "$@"
	[ "$status" -eq 2 ] && is_error_document out invalid-argument && is_usage err
	say $? "usage: $name, as JSON"
}

wrong_path() { # PATH: the library judges it, in its own words
	name=$(printf '%.40s' "$1")
	run create "$1" --size 64M
	[ "$status" -eq 2 ] && [ ! -s out ] && is_sentence err
	say $? "usage: the path $name"
	run --json create "$1" --size 64M
	[ "$status" -eq 2 ] && is_error_document out invalid-argument && is_sentence err
	say $? "usage: the path $name, as JSON"
}

accepted() { # NAME ARGUMENT...: what comes before --help is read and not refused
	name=$1
	shift
	run "$@" --help
	[ "$status" -eq 0 ] && [ ! -s err ] && grep -q '^Usage: swapcfg ' out
	say $? "accepted: $name"
}

uuid=01234567-89ab-4cde-8f01-23456789abcd

# Commands and operands.
usage 'no command' 'command'
usage 'an empty command' 'unknown command' ''
usage 'an unknown command' '"destroy"' destroy /swapfile
usage 'a part of a command' '"stat"' stat
usage 'plan of nothing' '"plan" needs a command' plan
usage 'plan of a plan' '"plan"' plan plan create /swapfile --size 64M
usage 'plan of status' '"status"' plan status
usage 'plan of format' '"format"' plan format /swapfile
usage 'plan of boot' '"boot"' plan boot /swapfile
usage 'help of an unknown command' '"destroy"' help destroy
usage 'help of two commands' '"status"' help boot status
usage 'plan of an unknown command' '"destroy"' plan destroy /swapfile
for command in create resize enable disable remove format boot; do
	usage "$command without a path" "\"$command\" needs a path" "$command"
	usage "$command with an empty path" 'path is empty' "$command" ''
	usage "$command with two paths" '"/b"' "$command" /a /b
done
usage 'status with two paths' '"/b"' status /a /b
usage 'status with an empty path' 'path is empty' status ''
usage 'far too many arguments' '"e"' status a b c e f
usage 'an option after --' '"--size"' create /swapfile -- --size 64M

# Paths that the library refuses whatever is there.
for path in / /tmp/ /tmp/. /tmp/.. . .. ./ swapfile/; do
	wrong_path "$path"
done
wrong_path "/$(printf '%0300d' 0)"
wrong_path "$(printf '%05000d' 0 | sed 's,00,/0,g')"
usage 'a relative path below a root' '"swapfile"' --root "$scratch" create swapfile --size 64M
usage 'a relative path of a status below a root' '"swapfile"' --root "$scratch" status swapfile
mkdir gone
(
	cd gone && rmdir ../gone && "$swapcfg" enable swapfile >../out 2>../err
	echo $? >../status
)
[ "$(cat status)" -eq 2 ] && [ ! -s out ] && is_usage err
say $? 'usage: a relative path where the current directory is gone'

# Options.
usage 'an unknown option' '"--bogus"' status --bogus
usage 'an unknown option before the command' '"--bogus"' --bogus status
usage 'an unknown option with a value' '"--bogus"' status --bogus=1
usage 'an abbreviated option' '"--verb"' status --verb
usage 'a name cut short by =' '"--"' status --=x
usage 'an unknown short option' '"-x"' status -x
usage 'a short option that does not exist' '"-s"' create /swapfile -s 64M
usage 'quiet and verbose' 'exclude' --quiet status --verbose
usage 'an empty root' '--root' --root= status
for switch in quiet verbose dry-run no-activate force help version; do
	usage "--$switch with a value" "\"--$switch\" takes no value" create /a --size 64M "--$switch=1"
done
for option in size priority label uuid boot keep-free root; do
	usage "--$option at the end" "\"--$option\" needs a value" create /swapfile "--$option"
done
for option in page-size endianness offset; do
	usage "--$option at the end" "\"--$option\" needs a value" format /swapfile "--$option"
done
usage '--wait at the end' '"--wait" needs a value' boot /swapfile --wait
usage '--format with a value' '"--format" takes no value' boot /swapfile --format=yes

# Options of other commands.
usage 'create without a size' '"--size"' create /swapfile
usage 'resize without a size' '"--size"' resize /swapfile
usage 'plan create without a size' '"--size"' plan create /swapfile
others() { # COMMAND OPTION...
	command=$1
	shift
	for option in "$@"; do
		usage "$command with $option" "takes no \"${option%%=*}\"" "$command" /swapfile \
			"$option"
	done
}
others create --offset=0 --in-place --ignore-memory --format
others resize --priority=1 --discard --label=x --uuid=clear --boot=none --no-activate --force \
	--page-size=4096 --endianness=big --offset=0
others enable --size=64M --label=x --uuid=clear --no-activate --keep-free=0 --force --in-place \
	--ignore-memory --page-size=4096 --endianness=big --offset=0
for command in disable remove; do
	others $command --size=64M --priority=1 --discard=once --label=x --uuid=clear --boot=none \
		--no-activate --keep-free=0 --force --in-place --page-size=4096 --endianness=big \
		--offset=0
done
others format --priority=1 --discard --boot=none --no-activate --keep-free=0 --in-place \
	--ignore-memory --dry-run
others status --size=64M --priority=1 --discard --label=x --uuid=clear --boot=none --no-activate \
	--keep-free=0 --force --in-place --ignore-memory --dry-run --page-size=4096 \
	--endianness=big --offset=0 --wait=1
others boot --root=/ --verbose --size=64M --label=x --uuid=clear --boot=none --no-activate \
	--keep-free=0 --force --in-place --ignore-memory --dry-run --page-size=4096 \
	--endianness=big --offset=0

# Values.
for size in '' 64X 64MB '64 M' ' 64M' '64M ' -1 +64M 1e6 0x10 1.5 .5G 1.G 1,5G 64Mi 64MiBs M \
	16E 18446744073709551616 18446744073709551615; do
	usage "a size of '$size'" 'is not a size' create /swapfile --size "$size"
	usage "a reserve of '$size'" 'is not a size' create /swapfile --size 64M --keep-free "$size"
	usage "an offset of '$size'" 'is not a size' format /swapfile --offset "$size"
done
for size in 0 0M 0.0G; do
	usage "a size of '$size'" 'too small' create /swapfile --size "$size"
	usage "a size of '$size' to resize to" 'too small' resize /swapfile "--size=$size"
	usage "a size of '$size' to format" 'too small' format /swapfile --size "$size"
done
usage 'an option in place of a size' '"--dry-run" is not a size' create /swapfile --size --dry-run
for priority in '' x 1x -2 -01 --1 32768 99999999999999999999 1.5 ' 1' 0x1; do
	usage "a priority of '$priority'" 'is not a priority' enable /swapfile --priority "$priority"
done
for wait in '' x 1x -1 32768 1.5 ' 1' 0x1; do
	usage "a wait of '$wait'" 'number of seconds' boot /swapfile --wait "$wait"
	usage "a wait of '$wait' for others" 'number of seconds' remove /swapfile --wait "$wait"
done
for discard in '' both ONCE once,pages; do
	usage "a discard policy of '$discard'" 'discard policy' enable /swapfile "--discard=$discard"
done
for boot in '' keep AUTO upstart unknown; do
	usage "a boot entry of kind '$boot'" 'kind of boot entry' enable /swapfile --boot "$boot"
done
for order in '' middle Big le; do
	usage "a byte order of '$order'" 'byte order' format /swapfile --endianness "$order"
done
for page_size in '' 0 1 2048 4095 5000 12288 128K 131072 4294971392 x; do
	usage "a page size of '$page_size'" 'page size' format /swapfile --page-size "$page_size"
done
usage 'a label of 17 bytes' 'label' create /swapfile --size 64M --label 12345678901234567
for wrong in '' none "${uuid%d}" "${uuid}0" "{$uuid}" "$(echo $uuid | tr -d -)" \
	"$(echo $uuid | tr 1 g)" "$(echo $uuid | tr -- - _)"; do
	usage "a UUID of '$wrong'" '--uuid' create /swapfile --size 64M --uuid "$wrong"
done

# A sentence must not do anything to the terminal, nor break the document.
escape=$(printf 'a\033]0;x\007\033[31m\302\233b\377"\134')
usage 'control characters and broken UTF-8' '\x1b]0;x\x07\x1b[31m\xc2\x9bb\xff' "$escape"
run --json "$escape"
[ -s out ] && ! grep -q '[^ -~]' out
say $? 'JSON of control characters is plain text'
newline=$(printf 'a\nb')
usage 'a newline' 'a\x0ab' status --boot "$newline"
usage 'an argument of 3000 bytes' 'unknown command' "$(printf '%03000d' 0)"

# --json counts wherever it stands, but not as the value of -- or behind it.
run status --bogus --json
[ "$status" -eq 2 ] && is_error_document out invalid-argument
say $? '--json after the mistake'
run --bogus -- --json
[ "$status" -eq 2 ] && [ ! -s out ] && is_sentence err
say $? 'no --json behind --'
run boot /swapfile --json
[ "$status" -eq 2 ] && is_error_document out invalid-argument && grep -q 'takes no "--json"' err
say $? 'boot takes no --json'
run --json=1 status
[ "$status" -eq 2 ] && [ ! -s out ] && is_sentence err
say $? '--json takes no value'

# Help and version.
run --help
cp out help
[ "$status" -eq 0 ] && [ ! -s err ] && grep -q '^Usage: swapcfg ' out
say $? '--help'
run -h
[ "$status" -eq 0 ] && [ ! -s err ] && [ -s out ] && cmp -s out help
say $? '-h'
[ -s help ] && ! grep -q '.\{80,\}' help
say $? '--help lines have less than 80 columns'
for option in size priority discard label uuid boot no-activate keep-free in-place ignore-memory \
	force page-size endianness offset dry-run root json quiet verbose version; do
	grep -q -e "--$option" help
	say $? "--help knows --$option"
done
run help
[ "$status" -eq 0 ] && [ ! -s err ] && cmp -s out help
say $? 'help'
run help create
[ "$status" -eq 0 ] && [ ! -s err ] && cmp -s out help
say $? 'help create'
run help boot
cp out help
[ "$status" -eq 0 ] && [ ! -s err ] && grep -q '^Usage: swapcfg boot ' out
say $? 'help boot'
run boot --help
[ "$status" -eq 0 ] && [ ! -s err ] && cmp -s out help
say $? 'boot --help'
[ -s help ] && ! grep -q '.\{80,\}' help
say $? 'help boot: lines have less than 80 columns'
for option in priority discard wait format quiet; do
	grep -q -e "--$option" help
	say $? "help boot knows --$option"
done
run --version
[ "$status" -eq 0 ] && [ ! -s err ] && grep -q '^swapcfg [0-9][0-9.]*$' out
say $? '--version'
if [ -c /dev/full ]; then
	"$swapcfg" --help >/dev/full 2>err
	[ $? -eq 1 ] && is_sentence err
	say $? 'a full disk behind stdout'
	"$swapcfg" --json --bogus >/dev/full 2>err
	[ $? -eq 2 ]
	say $? 'a full disk does not hide a mistake'
else
	checks=$((checks + 1))
	echo 'ok - a full disk behind stdout # SKIP there is no /dev/full'
fi
"$swapcfg" --help >&- 2>err
[ $? -eq 1 ] && is_sentence err
say $? 'a closed stdout'
"$swapcfg" --bogus >&- 2>&-
[ $? -eq 2 ]
say $? 'no stdout and no stderr'

# What must be accepted.
accepted 'all options of create' create /swapfile --size=1.5G --priority 32767 --discard \
	--label=1234567890123456 --uuid "$uuid" --boot=auto --no-activate --keep-free 0 --force \
	--dry-run --wait 0 --page-size=16K --endianness=big
accepted 'all options of format' format /swapfile --size 1048576 --page-size=64K \
	--endianness=little --offset 4096 --label= --uuid=clear --force --wait=5
accepted 'all options of resize' resize /swapfile --size 64mib --keep-free=64M --in-place \
	--ignore-memory --dry-run --wait 32767
accepted 'all options of boot' boot /swapfile --priority 1 --discard=once --wait 0 --format --quiet
accepted 'global options everywhere' --root / --json plan --verbose remove /swapfile --quiet
accepted 'every policy and kind' --discard=once --discard=pages --discard=none --boot none --boot inittab \
	--boot fstab --priority=-1 --priority 0 --endianness native --endianness big

echo "1..$checks"
if [ "$failures" -ne 0 ]; then
	echo "$failures failed" >&2
	exit 1
fi
