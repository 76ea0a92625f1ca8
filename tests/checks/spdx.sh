#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source file says its licence in its first three lines.
. "$(dirname "$0")/lib.sh"

tracked '*.c' '*.h' '*.py' '*.pyi' '*.sh' '*.go' '*go.mod' '*.i' '*.lua' '*.map' '*.ini' '*.toml' \
	'*.rockspec' '*meson.build' '*meson_options.txt' '*Makefile' run .ci/run .clang-format \
	.clang-tidy .editorconfig >"$check_tmp/files"
[ "$(wc -l <"$check_tmp/files")" -gt 20 ] || fail "too few files were found"
while read -r path; do
	head -n 3 "$path" | grep -q 'SPDX-License-Identifier: MIT' || fail "$path has no SPDX line"
done <"$check_tmp/files"
[ -s LICENSES/MIT.txt ] || fail "LICENSES/MIT.txt is missing"
finish
