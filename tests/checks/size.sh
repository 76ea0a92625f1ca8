#!/bin/sh
# SPDX-License-Identifier: MIT
# size.sh FILE LIMIT: a library or program of an optimised build has at most so many bytes, stripped.
# A device's firmware counts every KiB.
. "$(dirname "$0")/lib.sh"
check_name="size of $(basename "$1")"
need strip
[ "$(uname -m)" = x86_64 ] || skip "the limits are those of x86_64"

[ -f "$1" ] || { fail "there is no $1" && finish; }
strip -o "$check_tmp/stripped" "$1" || { fail "strip failed" && finish; }
size=$(wc -c <"$check_tmp/stripped")
[ "$size" -le "$2" ] || fail "stripped it has $size bytes, of $2"
echo "# stripped: $size bytes, of $2"
finish
