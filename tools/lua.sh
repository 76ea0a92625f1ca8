# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The module for Lua, and SWIG's own Go.

LUA_VERSIONS="5.1 5.4" # OpenWrt's, and the newest

packages_lua() {
	packages swig make lua5.1 liblua5.1-0-dev lua5.4 liblua5.4-dev util-linux mount e2fsprogs
}

# make_lua DIRECTORY VERSION VARIABLE...: the module, in build/lua/DIRECTORY.
make_lua() {
	directory=${root:?}/build/lua/$1
	version=$2
	shift 2
	PKG_CONFIG_PATH=$root/build/prefix/lib/pkgconfig \
		make -C bindings/lua LUA="lua$version" BUILD="$directory" "$@"
}

# SWIG's own Go, with the program that tries it, in build/swig_go; by the Go that tools/go.sh finds.
build_swig_go() {
	directory=${root:?}/build/swig_go
	mkdir -p "$directory/swapcfg" &&
		swig -go -cgo -Iinclude -outdir "$directory/swapcfg" \
			-o "$directory/swapcfg/swapcfg_wrap.c" bindings/swig/swapcfg.i &&
		cp bindings/swig/go/cgo.go "$directory/swapcfg/" &&
		cp tests/bindings/swig_go/main.go "$directory/" &&
		printf 'module swig_go\n\ngo %s\n' "${GO_MINIMUM:?}" >"$directory/go.mod" &&
		(
			go_environment
			go_library build/prefix
			cd "$directory" && "$GO" build -o swig_go .
		)
}

# With the library that is installed below build/prefix, and with the one that has sanitizers.
build_lua() {
	build_prefix || return 1
	say "building the module for Lua"
	mkdir -p build
	{
		for version in $LUA_VERSIONS; do
			make_lua "$version" "$version" CFLAGS="-O2 -g -Werror" || return 1
			make_lua "asan-$version" "$version" CC=clang \
				CFLAGS="-O1 -g -fsanitize=address,undefined -shared-libasan" \
				LDFLAGS="-L$root/build/clang/lib" || return 1
		done
		build_swig_go || return 1
	} >build/lua.log 2>&1 || {
		cat build/lua.log
		return 1
	}
}

programs_lua() {
	for version in $LUA_VERSIONS; do
		echo "lua/$version=python3 tests/bindings/lua.py $version"
		echo "lua/asan-$version=python3 tests/bindings/lua.py $version asan"
	done
	echo "lua/swig_same=python3 tests/bindings/swig_same.py"
	echo "lua/swig_go=python3 tests/bindings/swig_go.py"
}
