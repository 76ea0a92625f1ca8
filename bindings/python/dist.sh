#!/bin/sh
# SPDX-License-Identifier: MIT
# Meson runs this when it has laid out an sdist: what is a link in the repository is put there.
set -eu

root=$MESON_PROJECT_SOURCE_ROOT/../..
dist=$MESON_PROJECT_DIST_ROOT

rm -f "$dist/LICENSE" "$dist/swig" "$dist/subprojects/libswapcfg"
mkdir -p "$dist/swig" "$dist/subprojects/libswapcfg"
cp "$root/LICENSES/MIT.txt" "$dist/LICENSE"
cp "$root"/bindings/swig/*.i "$dist/swig"
# The library, without its tests and pages; its meson.build reads what is asked for there.
cd "$root"
tar -cf - meson.build meson_options.txt LICENSES doc/meson.build tests/meson.build include lib |
	tar -xf - -C "$dist/subprojects/libswapcfg"
