# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The builds for this machine, below ./build. One function each.

project_version() {
	sed -n "s/^ *version: '\(.*\)',$/\1/p" meson.build
}

# build VARIANT ARGUMENT...: sets up build/VARIANT with meson's arguments, and builds it; or only
# $target of it.
build() {
	variant=$1
	shift
	say "building $variant"
	mkdir -p build
	reconfigure=--reconfigure
	if [ ! -f "build/$variant/build.ninja" ]; then
		rm -rf "build/$variant"
		reconfigure=
	fi
	# shellcheck disable=SC2086 # an option, or nothing
	{
		meson setup $reconfigure "build/$variant" "$@" &&
			meson compile -C "build/$variant" ${target:-}
	} >"build/$variant.log" 2>&1 || {
		grep -v '^\[[0-9]*/[0-9]*\] ' "build/$variant.log"
		return 1
	}
}

# The shared and the static library; unit is linked with the objects of both.
build_gcc() {
	CC=gcc build gcc -Dwerror=true -Dtests=enabled --prefix "${root:?}/build/prefix" --libdir lib
}

# What build_gcc has built, as it is installed, for all that finds the library by pkg-config:
# PKG_CONFIG_PATH=build/prefix/lib/pkgconfig, and LD_LIBRARY_PATH=build/prefix/lib to run.
build_prefix() {
	meson install -C build/gcc --no-rebuild --only-changed >build/prefix.log 2>&1 || {
		cat build/prefix.log
		return 1
	}
}

build_clang() {
	CC=clang build clang --native-file build-dev.ini -Dtests=enabled
}

# The subjects of libFuzzer, with what it needs of the library; optimised, as it is about speed.
build_fuzz() {
	CC=clang build fuzz --native-file build-dev.ini -Doptimization=2 -Dfuzz=true \
		-Dtests=disabled -Dcli=false -Dexamples=false -Ddefault_library=static
}

# The library and the program with threads.
build_tsan() {
	CC=clang target=stress_threads build tsan -Db_sanitize=thread -Db_lundef=false \
		-Doptimization=1 -Dwerror=true -Dtests=enabled -Dcli=false -Dexamples=false \
		-Ddefault_library=static
}

build_small() {
	CC=gcc build small --native-file build-small.ini -Dtests=disabled -Dexamples=false
}

# musl-gcc looks for musl's headers alone; the kernel's lie beside those of glibc.
build_musl() {
	kernel=${root:?}/build/musl-kernel-headers
	mkdir -p "$kernel"
	ln -sfn /usr/include/linux "$kernel/linux"
	ln -sfn /usr/include/asm-generic "$kernel/asm-generic"
	ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$kernel/asm"
	CC="musl-gcc -idirafter $kernel" build musl --native-file build-small.ini -Dtests=disabled \
		-Dexamples=false -Ddefault_library=static -Dstatic-cli=true -Db_pie=false
}
