#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the shared cases through the command swapcfg, named by the environment variable SWAPCFG.

A spec becomes a command line, and the answer is the JSON document and the exit status. What no
command line can say is skipped with the reason, but for what is given before: that has to be said.
Run it through with_disk.py; it prints TAP.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import tree
from tree import Failure, check

CASES = os.environ.get("SWAPCFG_CASES", str(Path(__file__).resolve().parent))
DISK = os.environ.get("SWAPCFG_CASES_DIR")
SWAPCFG = os.environ.get("SWAPCFG", "")
DONE, USAGE, REFUSED = 0, 2, 3
DEFAULT_RESERVE = 2**64 - 1  # the constant of the library; the option is left out instead
KEYS = ("path", "state", "size", "boot", "priority", "discard", "label", "uuid", "keep_free",
        "page_size", "endianness", "offset", "wait", "flags")
TAKES = {
    "create": {"size", "priority", "discard", "label", "uuid", "boot", "keep_free", "page_size",
               "endianness", "wait", "force"},
    "resize": {"size", "keep_free", "wait", "in-place", "ignore-memory"},
    "enable": {"priority", "discard", "boot", "wait"},
    "disable": {"wait", "ignore-memory"},
    "remove": {"wait", "ignore-memory"},
}


class Skip(Exception):
    """No command line says the same."""


def command_of(spec):
    """Which command asks for a state and a boot entry."""
    state, boot = spec.get("state", "keep"), spec.get("boot", "keep")
    sized = spec.get("size", 0) not in (0, "0")
    if state == "active":
        raise Skip("below a root create and enable make an area ready, and activate none")
    if state == "allocated":
        raise Skip("no command allocates without a header")
    if state == "keep" and boot != "keep":
        raise Skip("no command changes the boot entry alone")
    if state == "keep" and not sized:
        raise Skip("no command asks for nothing")
    if state == "keep":
        return "resize"
    if state == "formatted" and boot == "keep":
        raise Skip("create and enable always decide about the boot entry")
    if state == "formatted":
        return "create" if sized else "enable"
    if boot != "none":
        raise Skip("disable and remove take the boot entry away")
    return "disable" if state == "inactive" else "remove"


def value_of(key, value):
    """An option's arguments; none where its absence says the same."""
    if key == "priority":
        return [] if value == "keep" else [f"--priority={-1 if value == 'default' else value}"]
    if key == "discard":
        return {"keep": [], "both": ["--discard"]}.get(value, [f"--discard={value}"])
    if key == "keep_free" and str(value) == str(DEFAULT_RESERVE):
        return []
    if key in ("offset", "page_size", "size") and value == 0:
        return []
    if key == "wait":
        if value % 1000 or value > 32767000:
            raise Skip("--wait takes whole seconds, up to 32767")
        return [f"--wait={value // 1000}"]
    if key == "flags":
        return [f"--{flag}" for flag in value]
    return [f"--{key.replace('_', '-')}={value}"]


def arguments_of(spec):
    tree.unknown_keys("a spec", spec, *KEYS)
    command = command_of(spec)
    arguments = [command, spec["path"]]
    for key, value in spec.items():
        if key in ("path", "state"):
            continue
        if key == "size" and str(value) == str(2**64 - 1):
            raise Skip("the command takes the highest number for none")
        if key == "boot" and command not in ("create", "enable"):
            continue  # the others imply what they do with it
        options = value_of(key, value)
        for name in value if key == "flags" else [key]:
            if options and name not in TAKES[command]:
                raise Skip(f"{command} takes no {name}")
        arguments += options
    return arguments


def run(root, *arguments):
    """The exit status and the document."""
    words = [SWAPCFG, "--root", root, "--json", *arguments]
    result = subprocess.run([os.fsencode(word) if word == root else word.encode()
                             for word in words], stdin=subprocess.DEVNULL,
                            capture_output=True, timeout=120, check=False)
    try:
        return result.returncode, json.loads(result.stdout.decode())
    except ValueError as error:
        raise Failure(f"{words} gives {result}") from error


def compare_failure(status, document, expected):
    tree.unknown_keys("a failure", expected, "errno", "reason")
    check("error" in document, f"it gives no error but {document}")
    error = document["error"]
    check(error["reason"] == expected["reason"], f"it gives {document}")
    number = getattr(errno, expected["errno"])
    # To the command a size out of range is a wrong option as any other.
    if status == USAGE and number == errno.ERANGE:
        number = errno.EINVAL
    check(error["errno"] == number, f"it gives errno {error['errno']}, not {number}")


def compare_list(what, found, expected, *keys):
    check(len(found) == len(expected), f"it has {len(found)} {what}: {found}")
    for one, wanted in zip(found, expected):
        tree.unknown_keys(what, wanted, *keys)
        for key, value in wanted.items():
            check(str(one[key]) == str(value), f"{key} is {one[key]!r}, not {value!r}: {one}")


def compare_plan(status, plan, expected):
    tree.unknown_keys("the plan", expected, "feasible", "steps", "findings")
    check("feasible" in plan, f"it gives no plan but {plan}")
    if "feasible" in expected:
        check(plan["feasible"] is expected["feasible"], f"feasible is another: {plan}")
    check(status == (DONE if plan["feasible"] else REFUSED), f"the exit status is {status}")
    if "steps" in expected:
        compare_list("steps", plan["steps"], expected["steps"], "kind", "path", "bytes")
    if "findings" in expected:
        compare_list("findings", plan["findings"], expected["findings"], "severity", "reason")


def apply(root, arguments, expected):
    status, document = run(root, *arguments)
    if expected:
        check(status == REFUSED, f"the exit status is {status}: {document}")
        compare_failure(status, document, expected)
        return
    check(status == DONE, f"it fails: {document}")
    check("areas" in document, f"it gives no status but {document}")
    status, plan = run(root, "plan", *arguments)
    check(status == DONE and plan["steps"] == [], f"planning again gives {plan}")


def run_case(root, case):
    tree.unknown_keys("the case", case, "about", "root", "given", "spec", "error", "plan", "apply",
                      "after")
    check(("error" in case) != ("plan" in case), "it needs either an error or a plan")
    arguments = arguments_of(case["spec"])
    tree.make(root, case.get("root", {}))
    for spec in case.get("given", []):
        status, document = run(root, *arguments_of(spec))
        check(status == DONE, f"what is given fails: {document}")
    status, document = run(root, "plan", *arguments)
    if "error" in case:
        check(status == USAGE, f"the exit status is {status}: {document}")
        compare_failure(status, document, case["error"])
    else:
        compare_plan(status, document, case["plan"])
    if "apply" in case:
        apply(root, arguments, case["apply"])
    tree.compare(root, case.get("after", {}))


def run_one(number, name, case):
    """Prints a line of TAP; what came of it."""
    root = f"{DISK}/root"
    os.mkdir(root)
    os.chmod(root, 0o755)
    try:
        run_case(root, case)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
        return "skipped"
    except Exception as error:
        print(*(f"# {line}" for line in f"{type(error).__name__}: {error}".splitlines()), sep="\n")
        print(f"not ok {number} - {name}")
        return "failed"
    else:
        print(f"ok {number} - {name}")
        return "passed"
    finally:
        shutil.rmtree(root)


def main():
    if not DISK:
        sys.exit("run it through tests/cases/with_disk.py")
    if not os.access(SWAPCFG, os.X_OK):
        sys.exit("SWAPCFG in the environment has to name the program to be tested")
    cases = tree.load(CASES)
    if not cases:
        sys.exit(f"there is no case in {CASES}")
    os.umask(0o022)
    print(f"1..{len(cases)}", flush=True)
    results = [run_one(number, name, case) for number, (name, case) in enumerate(cases.items(), 1)]
    print(f"# figure: {len(cases)} cases, {results.count('skipped')} that no command line can say")
    sys.exit("failed" in results)


if __name__ == "__main__":
    main()
