# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What the README files show, followed as a user would.

# What they tell a user to install comes with the languages.
packages_readme() {
	packages git strace util-linux mount e2fsprogs pkg-config
}

# They build all that they need themselves.
build_readme() {
	:
}

programs_readme() {
	echo "readme/readme=python3 tests/bindings/readme.py"
}
