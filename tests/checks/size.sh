#!/bin/sh
# SPDX-License-Identifier: MIT
# size.sh FILE LIMIT MACHINE: a library or program of an optimised build has at most so many bytes,
# stripped. A device's firmware counts every KiB. The limit is that of a machine, as readelf names it.
. "$(dirname "$0")/lib.sh"
check_name="size of $(basename "$1") for $3"
need strip readelf

[ -f "$1" ] || { fail "there is no $1" && finish; }
readelf -hW "$1" | grep -q "Machine:.*$3" || skip "$1 is for another machine"
cp "$1" "$check_tmp/stripped"
# What a cross compiler made comes without symbols, as strip knows this machine's files alone.
if readelf -SW "$1" | grep -qF ' .symtab '; then
	strip "$check_tmp/stripped" || { fail "strip failed" && finish; }
fi
size=$(wc -c <"$check_tmp/stripped")
[ "$size" -le "$2" ] || fail "stripped it has $size bytes, of $2"
echo "# stripped: $size bytes, of $2"
finish
