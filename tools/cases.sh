# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The cases that the library, the command and the bindings share, through the first two.

packages_cases() {
	packages libjansson-dev python3-jsonschema
}

# The builds of gcc and clang have them.
build_cases() {
	:
}

# The command once: what no command line can say is skipped, and counted.
programs_cases() {
	echo "build/gcc:cases"
	echo "cases/c=tests/cases/with_disk.py build/clang/tests/cases/run_cases"
}
