# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The builds for other machines.

# What the cross build is made with, from PyPI.
CROSS_MESON=1.12.1
CROSS_ZIG=0.17.1

# A cross compiler for musl, and a Meson that knows its linker, in an environment of their own.
cross_tools() {
	cache=${LIBSWAPCFG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/libswapcfg}
	cross=$cache/cross-$CROSS_MESON-$CROSS_ZIG
	ZIG_GLOBAL_CACHE_DIR=$cross/cache
	ZIG_LOCAL_CACHE_DIR=$cross/cache
	export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
	mkdir -p "$cross" build
	exec 9>"$cross/lock"
	flock 9
	if [ ! -e "$cross/ready" ]; then
		say "fetching a cross compiler"
		{
			/usr/bin/python3 -m venv --clear "$cross/env" &&
				"$cross/env/bin/pip" install --retries 5 \
					"meson==$CROSS_MESON" "ziglang==$CROSS_ZIG"
		} >build/cross.log 2>&1 || {
			tail -n 20 build/cross.log >&2
			die "the cross compiler cannot be installed; see build/cross.log"
		}
		touch "$cross/ready"
	fi
	exec 9>&-
}

# What a firmware would ship; in a subshell, as Meson and its python3 are others here.
build_riscv64() {
	packages_build python3-venv
	cross_tools
	(
		PATH=$cross/env/bin:$PATH
		build riscv64 --cross-file build-small.ini --cross-file cross/riscv64-linux-musl.ini \
			-Dtests=disabled -Dexamples=false -Ddefault_library=static \
			-Dstatic-cli=true -Db_pie=false
	)
}

# The lab's program that fills memory. The same optimisation, as zig compiles its libc for each.
build_hogs() {
	"$cross/env/bin/python3" -m ziglang cc -target riscv64-linux-musl -Oz -static -s \
		-o build/riscv64/hog tests/lab/hog.c &&
		musl-gcc -O2 -static -s -o build/musl/hog tests/lab/hog.c
}
