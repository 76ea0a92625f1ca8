#!/bin/sh
# SPDX-License-Identifier: MIT
# Only lib/sys may call the system: every other object needs nothing but what allowed-symbols.txt
# lists. And every global name begins with scfg_ or swapcfg_, as all are visible in the static library.
. "$(dirname "$0")/lib.sh"
need nm objdump

# What cannot be const in C, but is never written to.
constants='lib/error.c:no_memory lib/error.c:no_memory_text'

allowed=$(grep -v '^\(#\|$\)' tests/checks/allowed-symbols.txt)

is_allowed() {
	set -f
	for pattern in $allowed; do
		# shellcheck disable=SC2254 # it is a pattern
		case $1 in $pattern) set +f && return 0 ;; esac
	done
	set +f
	return 1
}

# Each of these looks at a SOURCE and its OBJECT.
defines() {
	nm -g --defined-only "$2" | awk '{ print $3 }' >"$check_tmp/defined"
	while read -r name; do
		case $name in
		scfg_* | swapcfg_*) ;;
		__odr_asan* | __asan_* | __ubsan_*) ;;
		*) fail "$1 defines $name" ;;
		esac
	done <"$check_tmp/defined"
}

needs() {
	case $1 in lib/sys/*) return ;; esac
	nm -u "$2" | awk -v source="$1" '{ print $2, source }' >>"$check_tmp/needed"
}

# State that two threads would share: nothing may lie where it can be written. (.data.rel.ro is
# constant: tables of pointers, which the loader fills in.)
writes() {
	objdump -t "$2" | awk '
		NF > 3 && ($(NF - 2) ~ /^\.(data|bss|tdata|tbss)/ || $(NF - 2) == "*COM*") \
		&& $(NF - 2) !~ /^\.data\.rel\.ro/ && $NF !~ /^\./ { print $NF }' >"$check_tmp/writable"
	while read -r name; do
		case $name in
		__odr_asan* | __asan_* | __ubsan_* | __gcov* | *.asan* | *.ubsan*) continue ;;
		esac
		case " $constants " in
		*" $1:$name "*) ;;
		*) fail "$1 has writable data: $name" ;;
		esac
	done <"$check_tmp/writable"
}

tracked 'lib/*.c' >"$check_tmp/sources"
[ -s "$check_tmp/sources" ] || fail "no source was found in lib/"
while read -r source; do
	object=$SWAPCFG_BUILD/lib/libcore.a.p/$(echo "${source#lib/}" | tr / _).o
	if [ ! -e "$object" ]; then
		fail "$source has no object"
		continue
	fi
	defines "$source" "$object"
	needs "$source" "$object"
	writes "$source" "$object"
done <"$check_tmp/sources"

# Each name once, as many objects need the same.
awk '{ print $1 }' "$check_tmp/needed" | sort -u >"$check_tmp/names"
[ -s "$check_tmp/names" ] || fail "no object needs anything"
while read -r name; do
	is_allowed "$name" && continue
	fail "$(awk -v name="$name" '$1 == name { print $2 " needs " $1 }' "$check_tmp/needed")"
done <"$check_tmp/names"
finish
