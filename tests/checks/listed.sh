#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source stands in its meson.build: one that does not is neither built nor tested.
. "$(dirname "$0")/lib.sh"

# listed FILE MESON.BUILD NAME
listed() {
	grep -q "'$3'" "$2" || fail "$1 is not in $2"
}

tracked 'lib/*.c' >"$check_tmp/lib"
while read -r path; do
	listed "$path" lib/meson.build "${path#lib/}"
done <"$check_tmp/lib"
[ -s "$check_tmp/lib" ] || fail "no source was found in lib/"

tracked 'examples/cli/*.c' >"$check_tmp/cli"
while read -r path; do
	listed "$path" examples/cli/meson.build "${path#examples/cli/}"
done <"$check_tmp/cli"

tracked 'tests/unit/test_*.c' >"$check_tmp/unit"
while read -r path; do
	name=${path#tests/unit/test_}
	# By the name of its suite: a file that is only linked would never run.
	listed "$path" tests/unit/meson.build "${name%.c}"
done <"$check_tmp/unit"

tracked 'tests/fuzz/*.c' >"$check_tmp/fuzz"
while read -r path; do
	name=${path#tests/fuzz/}
	# A subject stands there by its name, with a corpus; a part of some by its file.
	grep -q "^  '${name%.c}',\$" tests/fuzz/meson.build ||
		listed "$path" tests/fuzz/meson.build "$name"
done <"$check_tmp/fuzz"

tracked 'tests/checks/*.sh' >"$check_tmp/checks"
while read -r path; do
	name=$(basename "$path" .sh)
	# lib is what they share; ./run itself tells size and static their file.
	case $name in lib | size | static) continue ;; esac
	listed "$path" tests/checks/meson.build "$name"
done <"$check_tmp/checks"

# In tests/system a test is what can be executed, or test_*.c; the rest is what tests share.
tracked 'tests/system/*' >"$check_tmp/system"
while read -r path; do
	name=${path#tests/system/}
	case $name in
	test_*.c) ;;
	*) [ -x "$path" ] || continue ;;
	esac
	listed "$path" tests/system/meson.build "$name"
done <"$check_tmp/system"
finish
