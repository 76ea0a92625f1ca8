#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The one SWIG interface: it generates and compiles for each target, and leaves nothing out.

What is in is seen at the objects: a function of the library that the wrapper of a target needs is
wrapped there, and one that no wrapper needs is not.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from functools import partial
from pathlib import Path

from tap import run_cases

ROOT = Path(__file__).resolve().parents[2]
INTERFACE = ROOT / "bindings/swig/swapcfg.i"
SWIG = os.environ.get("SWIG", "swig")

# What an object of the target's language holds is counted there, or by the interface's owner.
COUNTED = {"swapcfg_ctx_ref", "swapcfg_plan_ref"}
# Go's panic is a text, and the error as JSON has all of this.
IN_JSON = {"swapcfg_error_errno", "swapcfg_error_left", "swapcfg_error_left_count",
           "swapcfg_error_message", "swapcfg_error_path", "swapcfg_error_reason",
           "swapcfg_error_step"}

TARGETS = [
    ("python", ["-python", "-builtin", "-threads"], sysconfig.get_paths()["include"], COUNTED),
    ("lua 5.1", ["-lua"], "/usr/include/lua5.1", COUNTED),
    ("lua 5.4", ["-lua"], "/usr/include/lua5.4", COUNTED),
    ("go", ["-go", "-cgo"], None, COUNTED | IN_JSON),
]


def run(*command):
    """What a command says, which has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode} from {command}:\n{said}")
    return said


def public_functions():
    text = (ROOT / "lib/libswapcfg.map").read_text(encoding="utf-8")
    names = set(re.findall(r"^\t(swapcfg_\w+);$", text, re.MULTILINE))
    if len(names) < 100:
        raise AssertionError(f"only {len(names)} functions in lib/libswapcfg.map")
    return names


def wrapped(options, include, directory):
    """The functions of the library that the wrapper of a target calls."""
    source, output = f"{directory}/wrap.c", f"{directory}/wrap.o"
    said = run(SWIG, *options, f"-I{ROOT}/include", "-outdir", directory, "-o", source,
               str(INTERFACE))
    if said:
        raise AssertionError(f"swig says: {said}")
    if include and not Path(include).is_dir():
        raise AssertionError(f"{include} is missing")
    flags = [f"-I{include}"] if include else []
    said = run(os.environ.get("CC", "cc"), "-std=gnu11", "-Wall", "-Wextra", "-fPIC", "-c",
               "-Wno-unused-parameter", f"-I{ROOT}/include", *flags, "-o", output, source)
    if said:
        raise AssertionError(f"the compiler says: {said}")
    names = run("nm", "--undefined-only", "--format=posix", output)
    return set(re.findall(r"^(swapcfg_\w+) U", names, re.MULTILINE))


def check(options, include, left_out):
    with tempfile.TemporaryDirectory(prefix="swapcfg-swig-") as directory:
        found = wrapped(options, include, directory)
    public = public_functions()
    for names, what in ((public - left_out - found, "not wrapped"),
                        (left_out & found, "wrapped, and on the list of what is not"),
                        (left_out - public, "on that list, and no function of the library")):
        if names:
            raise AssertionError(f"{what}: {' '.join(sorted(names))}")


def main():
    return run_cases(*((f"{name}: generated, compiled, complete", partial(check, *arguments))
                       for name, *arguments in TARGETS))


sys.exit(main())
