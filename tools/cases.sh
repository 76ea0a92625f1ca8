# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The cases that the library, the command and the bindings share, through the first two.

packages_cases() {
	packages libjansson-dev python3-jsonschema
}

# With the builds of gcc and clang, made once more where jansson was not there yet.
build_cases() {
	for variant in gcc clang; do
		[ -x "build/$variant/tests/cases/run_cases" ] || "build_$variant" || return 1
	done
}

programs_cases() {
	echo "build/gcc:cases"
	echo "build/clang:cases"
	echo "cases/static=env SWAPCFG='$SWAPCFG_STATIC' tests/cases/with_disk.py tests/cases/run_cli.py"
}
