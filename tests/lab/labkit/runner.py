# SPDX-License-Identifier: MIT
"""Runs scenarios, each in a process of its own, and prints TAP."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labkit import scenario
from labkit.scenario import MODELS, TOP, Lab, Skip

RESULTS = TOP / "build/lab"
PASSED, FAILED, SKIPPED = 0, 1, 77


@dataclass(frozen=True)
class Case:
    scenario: scenario.Scenario
    device: str

    def title(self):
        return f"{self.scenario.name} on {self.device}"

    def directory(self):
        return RESULTS / f"{self.scenario.subject}.{self.scenario.name}-{self.device}"

    def matches(self, name):
        full = f"{self.scenario.subject}/{self.title()}"
        return name in full or name in (self.scenario.subject, self.scenario.name, self.device)


def cases(names=(), ci=False, device=None, extra=True):
    """Those that one of the names is a part of; with ci, those of every CI run; without extra,
    none that shows little that another does not."""
    return [case for one in scenario.load() for case in (Case(one, name) for name in one.devices)
            if (case.device in one.ci or not ci) and device in (None, case.device)
            and (extra or case.device not in one.extra)
            and (not names or any(case.matches(name) for name in names))]


# One scenario, in its own process.


def run_one(case):
    """Gives the exit status that stands for its result."""
    directory = case.directory()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    lab = Lab(MODELS[case.device], directory)
    try:
        case.scenario.function(lab)
    except Skip as reason:
        print(f"SKIP {reason}")
        return SKIPPED
    except Exception as error:  # pylint: disable=broad-exception-caught
        print("".join(f"  {Path(at.filename).name}:{at.lineno}: {at.line}\n"
                      for at in traceback.extract_tb(error.__traceback__)[1:]), end="")
        print(f"{type(error).__name__}: {error}")
        print(f"kept for a look: {os.path.relpath(directory)}")
        return FAILED
    finally:
        lab.close()
    for image in directory.glob("*.img"):
        image.unlink()
    return PASSED


# All of them, at most so many devices at a time.


class Run:
    def __init__(self, jobs):
        self.jobs = jobs
        self.processes = set()
        self.lock = threading.Lock()
        self.stopped = False
        self.number = 0
        self.failed = 0

    def start(self, case):
        """A group of its own, which ends with us, and whose devices end with it."""
        with self.lock:
            if self.stopped:
                return None
            process = subprocess.Popen(
                [sys.executable, sys.argv[0], "one", case.scenario.subject, case.scenario.name,
                 case.device], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
            self.processes.add(process)
            return process

    def run(self, case):
        start = time.monotonic()
        process = self.start(case)
        if process is None:
            return
        try:
            text, _ = process.communicate(timeout=case.scenario.seconds)
        except subprocess.TimeoutExpired:
            kill(process)
            text = process.communicate()[0] + f"not done after {case.scenario.seconds} seconds\n"
        with self.lock:
            self.processes.discard(process)
            if not self.stopped:
                self.report(case, process.returncode, text, time.monotonic() - start)

    def report(self, case, status, text, seconds):
        self.number += 1
        lines = [line for line in text.splitlines() if not line.startswith("SKIP ")]
        print("".join(f"# {line}\n" for line in lines), end="")
        print(f"# {seconds:.1f} s")
        result, note = "ok", ""
        if status == SKIPPED:
            note = " # SKIP " + text.partition("SKIP ")[2].splitlines()[0]
        elif status != PASSED:
            result = "not ok"
            self.failed += 1
        print(f"{result} {self.number} - {case.title()}{note}", flush=True)

    def stop(self, number, _frame):
        """Runs in the main thread, which holds no lock while it waits."""
        self.stopped = True
        for process in list(self.processes):
            kill(process)
        sys.exit(128 + number)


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run_all(wanted, jobs):
    run = Run(jobs)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, run.stop)
    print(f"1..{len(wanted)}", flush=True)
    start = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(run.run, case) for case in wanted]
        while not all(one.done() for one in waiting):
            time.sleep(0.1)
        for one in waiting:
            one.result()
    print(f"# {run.number} cases, {run.failed} failed, {time.monotonic() - start:.0f} s")
    return 1 if run.failed else 0
