#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a part of the Python package's tests, from the repository's root: TAP on standard output.
#
#     python.sh TOOLS tests|asan|types [PYTEST ARGUMENT]...
#
# TOOLS is the directory that tools/python.sh made. What is tested lies in build/python.
set -eu

tools=$1
part=$2
shift 2
root=$(pwd)
PATH=$tools/env/bin:$PATH
PYTHONDONTWRITEBYTECODE=1
export PATH PYTHONDONTWRITEBYTECODE

# From the repository's root it would find the package's sources, not what was built: hence -P.
run_pytest() {
	exec python -P -X dev -m pytest --tap -s -c bindings/python/pyproject.toml \
		bindings/python/tests "$@"
}

number=0
failed=0

# check NAME COMMAND...: one case of TAP; the command has to succeed.
check() {
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$root/build/python/check.log" 2>&1; then
		echo "ok $number - $name"
	else
		failed=1
		sed 's/^/# /' "$root/build/python/check.log"
		echo "not ok $number - $name"
	fi
}

case $part in
tests)
	PYTHONPATH=$root/build/python/site
	MALLOC_PERTURB_=165
	export PYTHONPATH MALLOC_PERTURB_
	run_pytest "$@"
	;;
asan)
	PYTHONPATH=$root/build/python/asan
	LD_PRELOAD=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)
	# The interpreter leaves much behind when it ends; test_leaks.py looks meanwhile.
	ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
	UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
	PYTHONMALLOC=malloc
	export PYTHONPATH LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS PYTHONMALLOC
	run_pytest "$@"
	;;
types)
	echo 1..3
	cd bindings/python
	MYPYPATH=$root/build/python/site:tests
	PYTHONPATH=$root/build/python/site
	export MYPYPATH PYTHONPATH
	cache=$root/build/python/mypy
	check "package" mypy --cache-dir "$cache" swapcfg
	check "tests" mypy --cache-dir "$cache" --explicit-package-bases tests
	cd "$root/build/python"
	check "stubs say what is there" stubtest --mypy-config-file "$root/bindings/python/pyproject.toml" \
		--allowlist "$root/bindings/python/tests/stubs-allowed.txt" --ignore-unused-allowlist swapcfg
	exit "$failed"
	;;
*)
	sed -n 's/^#     //p' "$0" >&2
	exit 2
	;;
esac
