#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SWIG makes the same classes, methods, functions and constants for every target: what one of them
needs of its own does not take away from the others. A name that begins with _ is for a layer above.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INTERFACE = ROOT / "bindings/swig/swapcfg.i"


def generated(directory, *options):
    """The text that SWIG makes of the interface, for C and for the target."""
    target = f"{directory}/{options[0]}"
    Path(target).mkdir()
    subprocess.run(["swig", *options, f"-I{ROOT}/include", "-outdir", target, "-o",
                    f"{target}/wrap.c", str(INTERFACE)], check=True)
    return {path.suffix: path.read_text(encoding="utf-8") for path in Path(target).iterdir()}


def table(text, name):
    """The first words of the rows of a table in C."""
    rows = re.search(rf"\b{name}\[\] ?= ?\{{\n(.*?)\n\}};", text, re.DOTALL)
    return re.findall(r'^\s*\{ ?"(\w+)"', rows[1], re.MULTILINE) if rows else []


def of_c(text, methods, functions, constants):
    """What Python's or Lua's module has, as it registers it."""
    found = {name for name in table(text, functions)}
    found |= set(re.findall(constants, text))
    for name in re.findall(methods % r"(\w+)" + r"\[\] ?=", text):
        if methods % name != functions:
            found |= {f"{name}.{method}" for method in table(text, methods % name)}
    return found


def of_python(directory):
    return of_c(generated(directory, "-python", "-builtin", "-threads")[".c"],
                "SwigPyBuiltin__%s_methods", "SwigMethods",
                r'SetConstant\(d, (?:d == md \? public_interface : NULL, )?"(\w+)"')


def of_lua(directory):
    return of_c(generated(directory, "-lua")[".c"], "swig_%s_methods", "swig_SwigModule_methods",
                r'SWIG_LUA_CONSTTAB_\w+\("(\w+)"')


def of_go(directory):
    """Go's names begin with a capital."""
    text = generated(directory, "-go", "-cgo")[".go"]
    found = set(re.findall(r"^(?:var|const) ([A-Z][A-Z_0-9]+) ", text, re.MULTILINE))
    for name in re.findall(r"^func ([A-Z]\w+)\(", text, re.MULTILINE):
        if not re.match(r"Swig_|New[A-Z]|Delete[A-Z]", name):
            found.add(name[0].lower() + name[1:])
    for name, method in re.findall(r"^func \(\w+ Swigcptr(\w+)\) ([A-Z]\w+)\(", text, re.MULTILINE):
        if not method.startswith("Swig"):
            found.add(f"{name}.{method[0].lower()}{method[1:]}")
    return found


def compare(found, kind):
    """What is wrong with the names of a kind."""
    sets = {target: {name for name in names if kind(name)} for target, names in found.items()}
    every = set().union(*sets.values())
    for target, names in sets.items():
        for name in sorted(every - names):
            yield f"{target} has no {name}"
    if len(every) < 10:
        yield f"only {sorted(every)}"


KINDS = {
    "methods": lambda name: "." in name,
    "functions": lambda name: name.islower() and "." not in name and not name.startswith("_"),
    "constants": str.isupper,
}


def main():
    with tempfile.TemporaryDirectory(prefix="swapcfg-swig-") as directory:
        found = {"Python": of_python(directory), "Lua": of_lua(directory), "Go": of_go(directory)}
    failed = 0
    for number, (name, kind) in enumerate(KINDS.items(), 1):
        wrong = list(compare(found, kind))
        print("".join(f"# {line}\n" for line in wrong), end="")
        print(f"{'not ok' if wrong else 'ok'} {number} - the same {name}")
        failed += bool(wrong)
    unseen = False
    for target, names in found.items():
        names.discard("Plan.step")
        wrong = list(compare(found, KINDS["methods"]))
        names.add("Plan.step")
        unseen = unseen or wrong != [f"{target} has no Plan.step"]
    print(f"{'not ok' if unseen else 'ok'} 4 - control: a method that one of them lacks")
    print(f"# figure: {len(found['Lua'])} names, the same in {', '.join(found)}")
    print("1..4")
    return bool(failed or unseen)


sys.exit(main())
