#!/bin/sh
# SPDX-License-Identifier: MIT
# The API pages and the section 3 pages are generated without a warning, one for each function.
. "$(dirname "$0")/lib.sh"
need doxygen

sed -e "s|@VERSION@|0|; s|@INPUT@|$SWAPCFG_SOURCE/include|; s|@OUTPUT@|$check_tmp|" \
	doc/Doxyfile.in >"$check_tmp/Doxyfile"
quietly sh doc/generate.sh doxygen "$check_tmp/Doxyfile" "$check_tmp"

sed -n 's/^[[:space:]]*\(swapcfg_[a-z0-9_]*\);.*/\1/p' lib/libswapcfg.map >"$check_tmp/names"
while read -r name; do
	[ -s "$check_tmp/man/man3/$name.3" ] || fail "$name has no man page"
done <"$check_tmp/names"

# Each page is named as its file, and says what to include.
for page in "$check_tmp"/man/man3/libswapcfg*.3; do
	name=$(basename "$page" .3)
	grep -q "^\.TH \"$name\" 3 " "$page" || fail "$page: another name in its head"
	grep -A 1 '^\.SH NAME' "$page" | grep -q "^$name \\\\-" || fail "$page: another name below NAME"
	[ "$name" = libswapcfg ] || grep -A 1 '^\.SH SYNOPSIS' "$page" | grep -q '#include' ||
		fail "$page: no #include"
done

# What the contract asks of every comment.
for header in include/libswapcfg/*.h; do
	functions=$(grep -c '^SWAPCFG_\(API\|MUST\) ' "$header")
	since=$(grep -c '@since [0-9]' "$header")
	[ "$since" -ge "$functions" ] || fail "$header: $functions functions, but $since times @since"
done
finish
