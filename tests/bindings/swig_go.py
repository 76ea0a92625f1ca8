#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Go that SWIG generates, on the running kernel; and what the compiler has to refuse."""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

import harness
from basis import MIB, Failure, check, equal

BUILD = f"{harness.SOURCE}/build/swig_go"
PREFIX = f"{harness.SOURCE}/build/prefix/lib"
ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": PREFIX, "PKG_CONFIG_PATH": f"{PREFIX}/pkgconfig",
               "GOTOOLCHAIN": "local", "CGO_ENABLED": "1", "GOTRACEBACK": "all"}
point = None

RIGHT = "swapcfg.NewContext().Plan(swapcfg.NewSpec(\"/swapfile\"))"
WRONG = {
    "a plan for a spec": ("c.Plan(c.Plan(s))", "does not implement swapcfg.Spec"),
    "a context for a plan": ("c.Apply(c)", "does not implement swapcfg.Plan"),
    "a plan for a context": ("c.Plan(s).Query()", "Query undefined"),
    "a number for a spec": ("c.Plan(5)", "does not implement swapcfg.Spec"),
    "a boot kind for a state": ("s.Set_state(swapcfg.BOOT_AUTO)", "as swapcfg.Enum_SS_swapcfg_state"),
    "a negative size": ("s.Set_size(-1)", "overflows"),
    "a page size of 64 bits": ("s.Set_page_size(1 << 32)", "overflows"),
    "a priority of 64 bits": ("s.Set_priority(1 << 32)", "overflows"),
}


def run(*args):
    done = subprocess.run([f"{BUILD}/swig_go", *args], env=ENVIRONMENT, timeout=300,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", check=False)
    check(done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.splitlines()


def set_up():
    global point
    point = harness.mounted("ext4", 400 * MIB)


def case(name):
    equal(run(name, harness.directory_in(point))[-1:], ["done"], "the last line")
    equal(harness.our_swaps(), [], "areas left")


def notices():
    try:
        run("no such case", harness.scratch)
    except Failure as failure:
        check("nil pointer" in str(failure), str(failure))
    else:
        raise Failure("it was not noticed")


def compiled(line):
    """What the compiler says of a program with a line in it."""
    directory = f"{BUILD}/compiled"
    os.makedirs(directory, exist_ok=True)
    Path(f"{directory}/main.go").write_text(
        "package main\n\nimport \"swig_go/swapcfg\"\n\nfunc main() {\n"
        "\tc, s := swapcfg.NewContext(), swapcfg.NewSpec(\"/swapfile\")\n"
        f"\t_, _ = c, s\n\t{line}\n}}\n", encoding="utf-8")
    done = subprocess.run(["go", "vet", "./compiled"], cwd=BUILD, env=ENVIRONMENT, check=False,
                          capture_output=True, text=True, errors="replace")
    return done.returncode, done.stderr


def takes_what_is_right():
    equal(compiled(RIGHT), (0, ""), "what the compiler says")


def refuses(line, text):
    status, said = compiled(line)
    check(status != 0 and text in said, f"no {text!r}, exit status {status}: {said}")


def any_width():
    """Go's int has the width of a pointer. With one that is fixed, as -intgosize does it, a program
    of the other width compiles and reads strings wrongly."""
    text = Path(f"{BUILD}/swapcfg/swapcfg_wrap.c").read_text(encoding="utf-8")
    check(re.search(r"^typedef ptrdiff_t intgo;$", text, re.MULTILINE), "intgo has a fixed width")


def main():
    names = run("list")
    check(len(names) > 5, f"only {len(names)} cases")
    harness.main(
        ("a file system", set_up),
        *((name, case, name) for name in names),
        ("control: a case that fails", notices),
        ("it suits every width of pointers", any_width),
        ("the compiler takes what is right", takes_what_is_right),
        *((f"the compiler refuses {name}", refuses, *what) for name, what in WRONG.items()))


if __name__ == "__main__":
    main()
