#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns what Go's tests say into TAP: go test -json ./... | tests/bindings/gotap.py

A test with others inside of it is a case of its own only where it fails beside them. What a test
printed is shown where it failed; lines that say `figure: ...` always."""

import json
import re
import sys

LOCATION = re.compile(r"^\s*\S+\.go:\d+: ")


def say(text):
    for line in text.splitlines():
        print(f"# {line}")


class Converter:
    def __init__(self):
        self.count = 0
        self.failed = 0
        self.output = {}  # of the tests that run
        self.parents = {}  # whether one inside of it has failed

    def case(self, name, good, skip=None):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}"
              f"{'' if skip is None else f' # SKIP {skip}'}", flush=True)

    def take(self, line):
        """One line of JSON. Others come from a build that failed."""
        try:
            event = json.loads(line)
        except ValueError:
            say(line)
            return
        name = event.get("Test", "")
        if event["Action"] == "output":
            self.output.setdefault(name, []).append(event["Output"])
        elif event["Action"] == "run" and "/" in name:
            self.parents.setdefault(name.rsplit("/", 1)[0], False)
        elif event["Action"] in ("pass", "fail", "skip"):
            self.end(name, event["Action"])

    def end(self, name, action):
        if not name:
            return  # a package: its tests have told, and more may come from the program
        lines = self.output.pop(name, [])
        for line in lines:
            text = LOCATION.sub("", line).strip()
            if text.startswith("figure: "):
                print(f"# {text}")
        if action == "fail":
            say("".join(lines))
            if "/" in name:
                self.parents[name.rsplit("/", 1)[0]] = True
        if name not in self.parents:
            self.case(name, action != "fail", reason(lines) if action == "skip" else None)
        elif action == "fail" and not self.parents[name]:
            self.case(name, False)

    def close(self, status):
        """What the program ended with, apart from its tests."""
        for name, lines in self.output.items():  # of tests that never ended, and of the program
            if name or status != 0 or self.failed:
                say("".join(lines))
        if status != 0 and not self.failed or not self.count:
            self.case(f"the tests end well (status {status})", False)
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def reason(lines):
    """Why a test was skipped: what it logged last."""
    texts = [LOCATION.sub("", line).strip() for line in lines if LOCATION.match(line)]
    return texts[-1] if texts else "it gave no reason"


def main():
    converter = Converter()
    for line in sys.stdin:
        converter.take(line)
    sys.exit(converter.close(0))


if __name__ == "__main__":
    main()
