#!/bin/sh
# SPDX-License-Identifier: MIT
# Each public header compiles alone: as C99 and as C++11, pedantically, with each compiler there is.
. "$(dirname "$0")/lib.sh"

# compile COMPILER LANGUAGE STANDARD HEADER
compile() {
	# Twice: the include guard is tested, too. The declaration is for the header that has none.
	printf '#include <libswapcfg/%s>\n' "$4" "$4" >"$check_tmp/one.$2"
	echo 'extern int alone;' >>"$check_tmp/one.$2"
	quietly "$1" -x "$2" "-std=$3" -pedantic-errors -Wall -Wextra -Werror -Iinclude \
		-fsyntax-only "$check_tmp/one.$2"
}

compilers=0
for header in include/libswapcfg/*.h; do
	header=$(basename "$header")
	for compiler in gcc clang; do
		command -v "$compiler" >/dev/null || continue
		compilers=$((compilers + 1))
		compile "$compiler" c c99 "$header"
	done
	for compiler in g++ clang++; do
		command -v "$compiler" >/dev/null || continue
		compilers=$((compilers + 1))
		compile "$compiler" c++ c++11 "$header"
	done
done
[ "$compilers" -gt 0 ] || skip "no compiler is installed"

# The umbrella includes them all, but for what is included only by others.
for header in include/libswapcfg/*.h; do
	header=$(basename "$header")
	case $header in swapcfg.h | visibility.h) continue ;; esac
	grep -q "#include <libswapcfg/$header>" include/libswapcfg/swapcfg.h ||
		fail "swapcfg.h does not include $header"
	grep -q "'libswapcfg/$header'" include/meson.build || fail "$header would not be installed"
done

# What bindings cannot call: bodies, varargs, off_t; and what users need not define.
for word in 'inline' '\.\.\.)' 'off_t' '_GNU_SOURCE' '#define [A-Za-z_]*('; do
	found=$(grep -n "$word" include/libswapcfg/*.h) && fail "in the API: $found"
done
finish
