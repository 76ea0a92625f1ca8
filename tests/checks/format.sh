#!/bin/sh
# SPDX-License-Identifier: MIT
# C is formatted as .clang-format says; no file has blanks at a line's end or lacks the final newline.
. "$(dirname "$0")/lib.sh"
need clang-format

tracked '*.c' '*.h' >"$check_tmp/files"
[ -s "$check_tmp/files" ] || fail "no file was found"
xargs clang-format --dry-run --Werror <"$check_tmp/files" >"$check_tmp/report" 2>&1 ||
	fail "$(grep 'error:' "$check_tmp/report" | head -n 40)"

tracked '*.c' '*.h' '*.py' '*.sh' '*.md' '*.map' '*meson.build' run .ci/run >"$check_tmp/files"
while read -r path; do
	found=$(grep -n -m 3 '[[:blank:]]$' "$path") && fail "$path: blanks at the end: $found"
	[ -z "$(tail -c 1 "$path")" ] || fail "$path: no newline at the end"
done <"$check_tmp/files"
finish
