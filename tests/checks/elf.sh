#!/bin/sh
# SPDX-License-Identifier: MIT
# The built library and program: soname, libc as the only dependency, hardening.
. "$(dirname "$0")/lib.sh"
need readelf nm

so=$SWAPCFG_BUILD/lib/libswapcfg.so
[ -e "$so" ] || skip "no shared library was built"

readelf -dW "$so" >"$check_tmp/so.dynamic"
grep -q 'SONAME.*\[libswapcfg\.so\.0\]' "$check_tmp/so.dynamic" || fail "the soname is not libswapcfg.so.0"
needed=$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$check_tmp/so.dynamic")
for name in $needed; do
	case $name in
	libc.so* | libc.musl-* | ld-linux* | ld-musl-*) ;;
	*) fail "the library needs $name" ;;
	esac
done

# hardened FILE
hardened() {
	readelf -lW "$1" >"$check_tmp/segments"
	readelf -dW "$1" >"$check_tmp/dynamic"
	grep -q 'GNU_RELRO' "$check_tmp/segments" || fail "$1: no RELRO"
	grep -q 'BIND_NOW\|(FLAGS_1).*NOW' "$check_tmp/dynamic" || fail "$1: symbols are bound late"
	grep 'GNU_STACK' "$check_tmp/segments" | grep -q 'RWE' && fail "$1: executable stack"
	grep -q '(TEXTREL)' "$check_tmp/dynamic" && fail "$1: relocations in code"
	grep -q '(R\(UN\)\?PATH)' "$check_tmp/dynamic" && [ "$1" = "$so" ] && fail "$1: a run path"
	return 0
}
hardened "$so"

# What the compiler puts into the code: canaries, and where it optimises for glibc, checked calls.
nm -uD "$so" >"$check_tmp/undefined"
grep -q '__stack_chk_fail' "$check_tmp/undefined" || fail "$so: no stack protector"
flags=$(grep -m 1 '"command"' "$SWAPCFG_BUILD/compile_commands.json")
case $flags in
*-fsanitize* | *-O0*) ;;
*)
	if grep -q '@GLIBC' "$check_tmp/undefined"; then
		grep -v '__stack_chk' "$check_tmp/undefined" | grep -q '__[a-z]*_chk@' ||
			fail "$so: no fortified calls"
	fi
	;;
esac
if [ -n "${SWAPCFG:-}" ]; then
	hardened "$SWAPCFG"
	readelf -hW "$SWAPCFG" | grep -q 'Type:.*DYN' || fail "$SWAPCFG: not position-independent"
fi
finish
