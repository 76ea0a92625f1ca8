#!/bin/sh
# SPDX-License-Identifier: MIT
# meson install into a prefix; a program outside the tree builds against it by pkg-config, shared and
# static, without any define of its own, and says how to use it.
. "$(dirname "$0")/lib.sh"
need meson pkg-config make gcc readelf

quietly_log() {
	"$@" >"$check_tmp/log" 2>&1 && return 0
	fail "$*"
	fail "$(tail -n 30 "$check_tmp/log")"
	finish
}

# A build directory of its own: installing must not touch the one under test.
prefix=$check_tmp/prefix
quietly_log meson setup --prefix "$prefix" --libdir lib -Dtests=disabled -Ddocs=disabled \
	"$check_tmp/build" "$SWAPCFG_SOURCE"
quietly_log meson install -C "$check_tmp/build"

for path in lib/libswapcfg.so lib/libswapcfg.so.0 lib/libswapcfg.a lib/pkgconfig/libswapcfg.pc \
	include/libswapcfg/swapcfg.h bin/swapcfg share/man/man1/swapcfg.1; do
	[ -e "$prefix/$path" ] || fail "$path was not installed"
done
find "$prefix" -path '*/completions/swapcfg' | grep -q . ||
	fail "the bash completion was not installed"
[ "$(find "$prefix/include" -name '*.h' | wc -l)" -eq "$(find include -name '*.h' | wc -l)" ] ||
	fail "not all headers were installed, or too many"

PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs libswapcfg)
case $flags in *-D*) fail "pkg-config asks users for a define: $flags" ;; esac
private=$(pkg-config --static --libs-only-l libswapcfg | tr -d ' ')
[ "$private" = -lswapcfg ] || fail "a static program needs more than libc: $private"

cp -r examples/minimal "$check_tmp/outside"
build() {
	quietly_log make -C "$check_tmp/outside" clean all CC=gcc CFLAGS='-std=c99 -pedantic -Wall -Werror' "$@"
	LD_LIBRARY_PATH=$prefix/lib "$check_tmp/outside/create_area" >"$check_tmp/usage" 2>&1
	[ $? -eq 2 ] || fail "create_area without arguments did not end with 2 ($*)"
	grep -qi usage "$check_tmp/usage" || fail "create_area without arguments does not say how to use it"
}
build
readelf -d "$check_tmp/outside/create_area" | grep -q 'NEEDED.*libswapcfg.so.0' ||
	fail "create_area is not linked with the installed shared library"
build STATIC=1
readelf -d "$check_tmp/outside/create_area" | grep -q NEEDED && fail "create_area is not static"

# DESTDIR, as packagers use it.
quietly_log env DESTDIR="$check_tmp/dest" meson install -C "$check_tmp/build" --no-rebuild
[ -e "$check_tmp/dest$prefix/lib/libswapcfg.so" ] || fail "DESTDIR is not honoured"
finish
