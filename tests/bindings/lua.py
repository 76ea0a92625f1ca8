#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The module for Lua on the running kernel: lua.py VERSION [asan].

Each case of bindings/lua/tests is a process of its own, with a new directory on ext4. With asan,
module and library are those with sanitizers.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

import harness
from basis import MIB, Failure, check, equal

CASES = f"{harness.SOURCE}/bindings/lua/tests/cases.lua"
point = None


def environment(version, variant):
    build = f"{harness.SOURCE}/build"
    module = f"{build}/lua/{variant}-{version}" if variant else f"{build}/lua/{version}"
    library = f"{build}/clang/lib" if variant else f"{build}/prefix/lib"
    variables = {**os.environ, "LUA_PATH": f"{module}/?.lua", "LUA_CPATH": f"{module}/?.so",
                 "LD_LIBRARY_PATH": library}
    for name in ("LUA_INIT", "LUA_PATH_5_4", "LUA_CPATH_5_4"):
        variables.pop(name, None)
    if variant:
        runtime = subprocess.run(["clang", f"-print-file-name=libclang_rt.asan-{os.uname().machine}.so"],
                                 capture_output=True, text=True, check=True).stdout.strip()
        check(os.path.isabs(runtime), f"clang has no {runtime}")
        variables["LD_PRELOAD"] = runtime
        variables["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    return variables


def run(version, variables, *args):
    done = subprocess.run([f"lua{version}", CASES, *args], env=variables, timeout=300,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", check=False)
    check(done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.splitlines()


def set_up(version, variables):
    global point
    point = harness.mounted("ext4", 400 * MIB)
    # That it is about the builds that it should be about.
    script = "require 'swapcfg' for line in io.lines('/proc/self/maps') do print(line) end"
    loaded = subprocess.run([f"lua{version}", "-e", script], env=variables, capture_output=True,
                            text=True, check=True).stdout
    for path in (variables["LUA_CPATH"].replace("?", "swapcfg_core"),
                 f"{variables['LD_LIBRARY_PATH']}/libswapcfg.so", variables.get("LD_PRELOAD", "")):
        check(path in loaded, f"{path} is not loaded")


def case(name, version, variables):
    directory = harness.directory_in(point)
    lines = run(version, variables, name, directory)
    equal(lines[-1:], ["done"], "the last line")
    equal(harness.our_swaps(), [], "areas left")


def notices(version, variables):
    """A case that fails."""
    try:
        run(version, variables, "no such case", harness.scratch)
    except Failure as failure:
        check("attempt to call" in str(failure), str(failure))
    else:
        raise Failure("it was not noticed")


def main():
    version, variant = sys.argv[1], "".join(sys.argv[2:3])
    variables = environment(version, variant)
    names = run(version, variables, "list")
    check(len(names) > 20, f"only {len(names)} cases")
    harness.main(
        ("a file system, and the right module", set_up, version, variables),
        *((name, case, name, version, variables) for name in names),
        ("control: a case that fails", notices, version, variables))


if __name__ == "__main__":
    main()
