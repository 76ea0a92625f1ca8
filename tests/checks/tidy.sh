#!/bin/sh
# SPDX-License-Identifier: MIT
# clang-tidy has nothing to say of the library and the examples; .clang-tidy is what it is asked.
. "$(dirname "$0")/lib.sh"
need clang-tidy

# One file at a time: clang-tidy 14 takes what it knows of va_list from one file to the next.
tidy() {
	# shellcheck disable=SC2016 # that is for the inner shell
	xargs -r -P "$(nproc)" -n 1 sh -c '
		clang-tidy --quiet "$1" -- -std=c11 -Wall -Wextra -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
			-DSCFG_VERSION="\"\"" -Iinclude -Ilib -Iexamples/cli 2>"$0/$$.err" || cat "$0/$$.err"' \
		"$check_tmp"
}

tracked 'lib/*.c' 'examples/*.c' >"$check_tmp/sources"
[ -s "$check_tmp/sources" ] || fail "no source was found"
tidy <"$check_tmp/sources" >"$check_tmp/report"
[ ! -s "$check_tmp/report" ] || fail "$(grep -E 'error:|warning:' "$check_tmp/report" || cat "$check_tmp/report")"

# It would say so.
mkdir "$check_tmp/lib"
cp .clang-tidy "$check_tmp"
printf 'int control(int *p);\nint control(int *p)\n{\n\tif (!p)\n\t\treturn *p;\n\treturn 0;\n}\n' \
	>"$check_tmp/lib/control.c"
echo "$check_tmp/lib/control.c" | tidy | grep -q 'NullDereference' || fail "it found nothing in the control"
finish
