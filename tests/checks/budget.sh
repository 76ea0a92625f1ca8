#!/bin/sh
# SPDX-License-Identifier: MIT
# A C file has at most 400 lines, a function at most 60.
. "$(dirname "$0")/lib.sh"
need ctags

tracked 'lib/*.c' 'examples/*.c' 'tests/cases/*.c' 'tests/unit/main.c' >"$check_tmp/files"
[ -s "$check_tmp/files" ] || fail "no file was found"
while read -r path; do
	lines=$(wc -l <"$path")
	[ "$lines" -le 400 ] || fail "$path has $lines lines, of 400"
done <"$check_tmp/files"

ctags --version | grep -q Universal || skip "ctags is not Universal Ctags"
ctags -x --c-kinds=f --_xformat='%{line} %{end} %F %N' -L "$check_tmp/files" >"$check_tmp/functions"
awk '{ n = $2 - $1 + 1; if (n > 60) print $3 ": " $4 "() has " n " lines, of 60" }' \
	"$check_tmp/functions" >"$check_tmp/long"
[ ! -s "$check_tmp/long" ] || fail "$(cat "$check_tmp/long")"
[ -s "$check_tmp/functions" ] || fail "no function was found"

awk '$3 ~ /^lib\// { print $2 - $1 + 1 }' "$check_tmp/functions" | sort -n >"$check_tmp/lengths"
median=$(sed -n "$((($(wc -l <"$check_tmp/lengths") + 1) / 2))p" "$check_tmp/lengths")
echo "# lib: $(wc -l <"$check_tmp/lengths") functions, median $median lines"
[ "${median:-99}" -lt 25 ] || fail "the median function of lib/ has $median lines"
finish
