# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The builds for other machines.

# What the cross build is made with, from PyPI.
CROSS_MESON=1.12.1
CROSS_ZIG=0.17.1

# Those of the lab's devices.
LAB_MACHINES="riscv64 x86_64 aarch64 armv7"

# A cross compiler for musl, and a Meson that knows its linker, in an environment of their own.
cross_tools() {
	cross=$(cache_directory)/cross-$CROSS_MESON-$CROSS_ZIG
	ZIG_GLOBAL_CACHE_DIR=$cross/cache
	ZIG_LOCAL_CACHE_DIR=${ZIG_LOCAL_CACHE_DIR:-$cross/cache}
	export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
	fetch_once "$cross" "a cross compiler" fetch_cross
}

fetch_cross() {
	/usr/bin/python3 -m venv --clear "$cross/env" &&
		"$cross/env/bin/pip" install --retries 5 "meson==$CROSS_MESON" "ziglang==$CROSS_ZIG"
}

# cross_build VARIANT MACHINE ARGUMENT...: build, for one of cross/; in a subshell, as Meson and its
# python3 are others here. Without debugging information, the objects say nothing of this machine.
cross_build() {
	packages_build python3-venv
	cross_tools
	(
		PATH=$cross/env/bin:$PATH
		variant=$1
		machine=$2
		shift 2
		build "$variant" --cross-file build-small.ini --cross-file cross/zig.ini \
			--cross-file "cross/$machine.ini" -Ddebug=false -Dtests=disabled -Dexamples=false "$@"
	)
}

# cross_cc MACHINE: prints the command that compiles for it, behind cross_tools.
cross_cc() {
	echo "$cross/env/bin/python3 -m ziglang cc -target" \
		"$(sed -n "s/^zig_target = \[\(.*\)\]$/\1/p" "cross/$1.ini" | tr -d "',")"
}

# static_program MACHINE: prints the path of the static swapcfg for it.
static_program() {
	echo "build/dist/swapcfg-$(project_version)-linux-$1"
}

# build_static MACHINE...: the static swapcfg for each, in build/dist, as it is shipped.
build_static() {
	for machine in "$@"; do
		cross_build "static-$machine" "$machine" -Ddefault_library=static -Dstatic-cli=true \
			-Db_pie=false || return 1
		mkdir -p build/dist
		rm -f "build/dist/swapcfg-"*"-linux-$machine"
		cp "build/static-$machine/examples/cli/swapcfg" "$(static_program "$machine")"
	done
	write_sums
}

write_sums() {
	(cd build/dist && LC_ALL=C sha256sum -- *swapcfg-* >SHA256SUMS)
}

# build_sdk MACHINE: what programs for it are built with, in build/sdk-MACHINE: the headers, the
# shared and the static library, and a .pc file that may be anywhere. Objects of another compiler's
# link-time optimisation would be of no use to others.
build_sdk() {
	sdk=build/sdk-$1
	cross_build "library-$1" "$1" -Ddefault_library=both -Dcli=false -Db_lto=false \
		-Dprefix=/usr -Dlibdir=lib -Dpkgconfig.relocatable=true || return 1
	rm -rf "$sdk" "$sdk.new"
	"$cross/env/bin/meson" install -C "build/library-$1" --no-rebuild --quiet \
		--destdir "${root:?}/$sdk.new" >>"build/library-$1.log" 2>&1 || {
		tail -n 20 "build/library-$1.log" >&2
		return 1
	}
	mv "$sdk.new/usr" "$sdk" && rmdir "$sdk.new"
}

build_sdk_riscv64() {
	build_sdk riscv64
}

# The lab's program that fills memory. The same optimisation, as zig compiles its libc for each.
build_hogs() {
	packages_build python3-venv
	cross_tools
	for machine in $LAB_MACHINES; do
		$(cross_cc "$machine") -Oz -static -s -o "build/hog-$machine" tests/lab/hog.c || return 1
	done
}
