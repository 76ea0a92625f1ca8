#!/bin/sh
# SPDX-License-Identifier: MIT
# packed.sh MACHINE...: build/dist has a program for each machine and nothing else than it should,
# the checksums name all of it, and nothing in it tells where it was built.
. "$(dirname "$0")/../checks/lib.sh"
need sha256sum strings readelf

version=$(sed -n "s/^ *version: '\(.*\)',$/\1/p" meson.build)
{
	for machine in "$@"; do
		echo "swapcfg-$version-linux-$machine"
	done
	echo "libswapcfg-$version-linux-riscv64-musl.tar.gz"
} | LC_ALL=C sort >"$check_tmp/wanted"
cd build/dist || { fail "there is no build/dist" && finish; }

for name in *; do
	[ "$name" = SHA256SUMS ] || echo "$name"
done | LC_ALL=C sort >"$check_tmp/found"
quietly diff -u "$check_tmp/wanted" "$check_tmp/found"
sed -n 's/^[0-9a-f]\{64\}  //p' SHA256SUMS | LC_ALL=C sort >"$check_tmp/summed"
quietly diff -u "$check_tmp/wanted" "$check_tmp/summed"
quietly sha256sum --check --strict --quiet SHA256SUMS

# A wrong file is noticed.
mkdir "$check_tmp/copy"
cp -- * "$check_tmp/copy"
for name in *swapcfg-*; do
	printf x >>"$check_tmp/copy/$name"
	(cd "$check_tmp/copy" && sha256sum --check --status SHA256SUMS) && fail "no checksum of $name"
	cp -- "$name" "$check_tmp/copy"
done

mkdir "$check_tmp/sdk"
tar -xzf libswapcfg-*.tar.gz -C "$check_tmp/sdk" || fail "the SDK cannot be unpacked"
find "$check_tmp/sdk" -type f >"$check_tmp/files"
[ "$(wc -l <"$check_tmp/files")" -gt 10 ] || fail "the SDK has too few files"
for name in swapcfg-*; do
	[ -x "$name" ] || fail "$name cannot be executed"
	readelf -SW "$name" | grep -q '\.symtab\|\.debug' && fail "$name is not stripped"
	echo "$name" >>"$check_tmp/files"
done
while read -r path; do
	strings -a "$path" >"$check_tmp/strings"
	for place in "$SWAPCFG_SOURCE" "${HOME:?}/" "${LIBSWAPCFG_CACHE:-/.cache/}" build/; do
		grep -F -e "$place" "$check_tmp/strings" >"$check_tmp/told" && fail "$path: $(head -n 3 "$check_tmp/told")"
	done
done <"$check_tmp/files"

tar -tvzf libswapcfg-*.tar.gz >"$check_tmp/listing"
grep -v ' 0/0 ' "$check_tmp/listing" >"$check_tmp/owned" && fail "it says who packed it: $(cat "$check_tmp/owned")"
for name in include/libswapcfg/swapcfg.h lib/libswapcfg.a lib/libswapcfg.so lib/libswapcfg.so.0 \
	lib/pkgconfig/libswapcfg.pc LICENSE; do
	grep -q "/$name\( -> .*\)\?$" "$check_tmp/listing" || fail "the SDK has no $name"
done
cd "$SWAPCFG_SOURCE" || exit 1
finish
