#!/bin/sh
# SPDX-License-Identifier: MIT
# What the headers declare == what the map lists == what the shared library exports.
. "$(dirname "$0")/lib.sh"
need gcc nm

# The preprocessor sees through comments; a declaration of ours is any name before a parenthesis.
printf '#include <libswapcfg/swapcfg.h>\n' >"$check_tmp/all.c"
gcc -E -P -Iinclude "$check_tmp/all.c" |
	sed 's/(\*[a-z_]*)//g' | grep -o 'swapcfg_[a-z0-9_]* *(' | tr -d ' (' | sort -u >"$check_tmp/headers"
sed -n 's/^[[:space:]]*\(swapcfg_[a-z0-9_]*\);.*/\1/p' lib/libswapcfg.map | sort >"$check_tmp/map"
[ -s "$check_tmp/headers" ] || fail "no function was found in the headers"

quietly diff -u "$check_tmp/headers" "$check_tmp/map"
twice=$(uniq -d "$check_tmp/map")
[ -z "$twice" ] || fail "twice in the map: $twice"

so=$SWAPCFG_BUILD/lib/libswapcfg.so
if [ -e "$so" ]; then
	nm -D --defined-only "$so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		sort >"$check_tmp/exported"
	quietly diff -u "$check_tmp/map" "$check_tmp/exported"
else
	fail "there is no $so"
fi

# Every declaration is marked, or the visibility would hide it from programs.
marked=$(grep -c '^SWAPCFG_\(API\|MUST\) ' include/libswapcfg/*.h | awk -F: '{ n += $2 } END { print n }')
[ "$marked" -eq "$(wc -l <"$check_tmp/headers")" ] ||
	fail "$marked declarations are marked SWAPCFG_API or SWAPCFG_MUST, of $(wc -l <"$check_tmp/headers")"
finish
