#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tests that print TAP, one program after the other, and counts single cases.

    runner.py [--only NAME]... [--must-not-skip FILE] WHAT...

WHAT is a build directory of meson with suites, as in build/gcc:unit,checks,system, or a program with
a name, as in checks/static=tests/checks/static.sh PROGRAM. Meson itself is not needed: what there is
to run stands in the build directory.

A case is a line `ok N - name`, `not ok N - name` or `ok N - name # SKIP reason`. A program counts as
one failed case more where it ends with another status than its cases explain, by a signal or a
timeout, without a case, or with fewer than it planned. Lines `# figure: TEXT` are shown in any case.

The last line is `P passed, F failed, S skipped`; the exit status is 0 where F is 0.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

CASE = re.compile(r"^(?P<bad>not )?ok\b\s*(?P<number>\d+)?\s*(?:-\s*)?(?P<name>.*)$")
PLAN = re.compile(r"^1\.\.(?P<count>\d+)\s*(?:#\s*SKIP\s*(?P<reason>.*))?$", re.IGNORECASE)
SKIP = re.compile(r"\s*#\s*SKIP\b\s*(?P<reason>.*)$", re.IGNORECASE)
FIGURE = "# figure:"  # of how much a test has looked at; shown of programs that pass as well
LIMITS = {"lab": 3600, "memcheck": 3600}  # seconds; a scenario there has a limit of its own
GRACE = 30  # seconds for a test to unmount and swap off what it made, once told to end


@dataclass
class Program:
    suite: str
    name: str
    command: list
    label: str = ""
    timeout: float = 600
    env: dict = field(default_factory=dict)
    workdir: str = None

    def key(self, case=None):
        return f"{self.suite}/{self.name}" + ("" if case is None else f": {case}")

    def title(self):
        return f"{self.label}{self.key()}"


@dataclass
class Case:
    name: str
    verdict: str  # "passed", "failed" or "skipped"
    reason: str = ""


class Interrupted(Exception):
    pass


def interrupt(number, _frame):
    raise Interrupted(signal.Signals(number).name)


def parse(output):
    """The cases in a program's output, and how many it planned (None: it did not say)."""
    cases, planned = [], None
    for line in output.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned = int(plan["count"])
            if planned == 0 and plan["reason"] is not None:
                cases.append(Case("all", "skipped", plan["reason"].strip()))
                planned = 1
            continue
        match = CASE.match(line)
        if not match:
            continue
        name, skip = match["name"], SKIP.search(match["name"])
        if skip:
            name = name[: skip.start()]
        if match["bad"]:
            cases.append(Case(name, "failed"))
        elif skip:
            cases.append(Case(name, "skipped", skip["reason"].strip() or "it gave no reason"))
        else:
            cases.append(Case(name, "passed"))
    return cases, planned


def end(process):
    """Ends what the program started, with a chance to clean up first."""
    for number, seconds in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    try:  # what ignored the first signal although its leader ended
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(program):
    """Runs one program; gives its cases and its output."""
    trouble = None
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=program.workdir,
            env={**os.environ, **program.env},
            start_new_session=True,
        )
        try:
            process.wait(program.timeout)
        except subprocess.TimeoutExpired:
            trouble = f"not done after {program.timeout:.0f} seconds"
            end(process)
        except (Interrupted, KeyboardInterrupt):
            print(f"\nending {program.title()}", flush=True)
            end(process)
            raise
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    cases, planned = parse(text)
    trouble = trouble or explain(process.returncode, cases, planned)
    if trouble:
        cases.append(Case(trouble, "failed"))
    return cases, text


def explain(status, cases, planned):
    """What is wrong with a program apart from its failed cases, or None."""
    failed = any(case.verdict == "failed" for case in cases)
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    if status == 77 and not cases:
        return "skipped without a reason"
    if status != 0 and not failed:
        return f"ended with status {status}"
    if not cases:
        return "no case was run"
    if planned is not None and planned != len(cases):
        return f"{planned} cases planned, {len(cases)} run"
    return None


def programs_of(what):
    """The programs that an argument stands for."""
    if "=" in what:
        name, command = what.split("=", 1)
        suite, name = name.rsplit("/", 1)
        return [Program(suite, name, shlex.split(command), timeout=LIMITS.get(suite, 600))]
    directory, suites = what.rsplit(":", 1)
    tests = json.loads((Path(directory) / "meson-info" / "intro-tests.json").read_text())
    found = []
    for suite in suites.split(","):
        for test in tests:
            # meson puts the project's name before the suite's
            if suite in (name.rsplit(":", 1)[-1] for name in test["suite"]):
                found.append(
                    Program(
                        suite,
                        test["name"],
                        test["cmd"],
                        label=Path(directory).name + "/",
                        timeout=test["timeout"] or 600,
                        env=test["env"],
                        workdir=test["workdir"],
                    )
                )
    return found


def report(program, cases, text, seconds):
    counts = {verdict: 0 for verdict in ("passed", "failed", "skipped")}
    for case in cases:
        counts[case.verdict] += 1
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    print(f"{program.title():<32} {said} ({seconds:.1f} s)")
    for case in cases:
        if case.verdict == "skipped":
            print(f"    skipped: {case.name}: {case.reason}")
    for line in text.splitlines():
        if line.startswith(FIGURE):
            print(f"    {line.removeprefix(FIGURE).strip()}")
    if counts["failed"]:
        print("    output:")
        for line in text.splitlines():
            print(f"    | {line}")
        for case in cases:
            if case.verdict == "failed":
                print(f"    FAILED: {program.key(case.name)}")
    sys.stdout.flush()


def check_skips(path, results, complete):
    """The listed tests that were skipped, and patterns of none, as texts."""
    lines = Path(path).read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for pattern in patterns:
        matching = [
            (program, case)
            for program, case in results
            if fnmatch.fnmatchcase(program.key(case.name), pattern)
        ]
        for program, case in matching:
            if case.verdict == "skipped":
                yield f"{program.title()}: {case.name} must not be skipped: {case.reason}"
        if complete and not matching:
            yield f"{pattern}: listed in {path}, but no such test ran"


def is_wanted(program, names):
    return not names or any(name in program.title() for name in names)


def run_all(programs, results):
    for program in programs:
        print(f"{program.title()} ...", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        start = time.monotonic()
        try:
            cases, text = run(program)
        except OSError as error:
            cases, text = [Case(str(error), "failed")], ""
        report(program, cases, text, time.monotonic() - start)
        results.extend((program, case) for case in cases)


def main():
    parser = argparse.ArgumentParser(description="runs tests that print TAP")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--must-not-skip", metavar="FILE")
    parser.add_argument("what", nargs="+", metavar="WHAT")
    args = parser.parse_args()

    every = [program for what in args.what for program in programs_of(what)]
    programs = [program for program in every if is_wanted(program, args.only)]
    results, stopped, extra = [], None, []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        run_all(programs, results)
    except (Interrupted, KeyboardInterrupt) as error:
        stopped = str(error)

    if not programs:
        extra.append("no test has such a name")
    if stopped is not None:
        extra.append(f"interrupted by {stopped}")
    elif args.must_not_skip:
        extra.extend(check_skips(args.must_not_skip, results, complete=not args.only))
    counts = {"passed": 0, "failed": len(extra), "skipped": 0}
    for _, case in results:
        counts[case.verdict] += 1

    print()
    for program, case in results:
        if case.verdict == "failed":
            print(f"FAILED: {program.title()}: {case.name}")
    for text in extra:
        print(f"FAILED: {text}")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
