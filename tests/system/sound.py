# SPDX-License-Identifier: MIT
"""One command beside something that keeps it from working: afterwards the area is what it was or
what it was to be, the program has said why in a sentence, nothing else was touched, and the same
command, run again where nothing is in its way, ends as if nothing had happened."""

import collections
import json
import os
import subprocess
import time
from dataclasses import dataclass, field

import harness
from harness import PAGE, check, equal, row_of

SMALL, LARGE = 16 * PAGE, 32 * PAGE
NAME = f"trial-{os.getpid()}"  # not another test's
TEMP = f".{NAME}.swapcfg-new"
PLAIN = ["--keep-free", "0"]


@dataclass
class Verb:
    """What the area is before and after: None, or (active, bytes)."""
    name: str
    old: tuple
    new: tuple
    args: list = field(default_factory=list)


VERBS = (
    Verb("create", None, (True, SMALL), ["--size", str(SMALL), "--boot=none", *PLAIN]),
    Verb("resize", (True, SMALL), (True, LARGE), ["--size", str(LARGE), *PLAIN]),
    Verb("disable", (True, SMALL), (False, SMALL)),
    Verb("enable", (False, SMALL), (True, SMALL), ["--boot=none"]),
    Verb("remove", (True, SMALL), None),
)


class Trial:
    """A directory with an area, for one verb after the other."""

    def __init__(self, directory):
        self.directory = directory
        self.path = f"{directory}/{NAME}"
        self.counts = collections.Counter()

    def command(self, verb):
        return [harness.SWAPCFG, "--json", verb.name, self.path, *verb.args]

    def row(self, name):
        """Of another mount namespace, or of a mount that is gone, paths begin where that did."""
        return row_of(f"{self.directory}/{name}") or row_of(f"/{name}")

    def state(self):
        if not os.path.lexists(self.path):
            return None
        row = self.row(NAME)
        if row:
            return True, row.size + PAGE
        pages = harness.header(self.path).pages
        return False, pages * PAGE

    def clear(self):
        for name in (TEMP, NAME, "bystander"):
            try:
                if self.row(name):
                    harness.swapoff(f"{self.directory}/{name}")
            except OSError:
                check(not self.row(name), f"{name} stays active")  # an orphan was faster
            if os.path.lexists(f"{self.directory}/{name}"):
                os.unlink(f"{self.directory}/{name}")

    def prepare(self, verb):
        self.clear()
        with open(f"{self.directory}/bystander", "wb") as file:
            file.write(b"not to be touched")
            file.flush()
            os.fsync(file.fileno())
        self.bystander = harness.describe(f"{self.directory}/bystander")
        if verb.old:
            harness.full_file(self.path, SMALL)
            harness.write_swap_header(self.path, SMALL // PAGE)
            if verb.old[0]:
                harness.swapon(self.path)

    def files(self):
        return sorted(name for name in os.listdir(self.directory) if name != "lost+found")

    def judge(self, verb, status, out, after=None):
        """after: the state that was seen, where it is not to be looked at now."""
        state = self.state() if after is None else after
        equal(harness.describe(f"{self.directory}/bystander"), self.bystander, "the bystander")
        if status == 0:
            equal(state, verb.new, "a success")
            self.counts["done"] += 1
            return
        if status in (1, 3, 4) and out.strip():
            error = json.loads(out)["error"]
            check(len(error["message"].split()) > 2, f"no sentence: {error}")
            self.counts[error["reason"]] += 1
            if "cannot read the swap status" in error["message"] and state == verb.new:
                return  # it is done, and could not be shown
            if status != 4:
                equal((state, error["left"]), (verb.old, []), f"after {error}")
                check(TEMP not in self.files(), f"a leftover that was not said: {error}")
                return
            check(error["left"], f"status 4 and nothing left: {error}")
        else:
            self.counts[f"ended with {status}"] += 1
        check(state in (verb.old, verb.new, (False, SMALL), (False, LARGE)),
              f"neither old nor new: {state}")

    def mend(self, verb):
        """The same command where nothing is in its way."""
        deadline = time.monotonic() + 10
        while True:
            result = subprocess.run(self.command(verb), capture_output=True, text=True,
                                    check=False)
            # A child that swapoff(2) still holds keeps the lock, and may let it go, and the area be
            # off, between a plan and its execution.
            waits = any(f'"reason":"{it}"' in result.stdout for it in ("busy", "stale-plan"))
            if not waits or time.monotonic() > deadline:
                break
        missing = verb.name == "resize" and not self.row(NAME)
        if not missing:
            equal(result.returncode, 0, f"{verb.name} again: {result.stdout}{result.stderr}")
            equal(self.state(), verb.new, f"{verb.name} again")
        equal(self.files(), ["bystander", NAME] if verb.new else ["bystander"],
              f"files after {verb.name}, run again")
        equal(harness.describe(f"{self.directory}/bystander"), self.bystander, "the bystander")

    def run(self, verb, prefix=(), mend=True, **options):
        """Runs the verb behind a prefix, and judges."""
        self.prepare(verb)
        result = subprocess.run([*prefix, *self.command(verb)], capture_output=True, text=True,
                                check=False, stdin=subprocess.DEVNULL, timeout=60, **options)
        self.judge(verb, result.returncode, result.stdout)
        if mend and result.returncode:
            self.mend(verb)
        return result

    def tell(self):
        print(f"# figure: {sum(self.counts.values())} points: " +
              ", ".join(f"{count} {what}" for what, count in self.counts.most_common()))
