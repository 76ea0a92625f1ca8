#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fuzzes for a time, or keeps what was found in the corpus.

    fuzz.py [--build BUILD] [--seconds N] [--jobs N] [SUBJECT...]
    fuzz.py [--build BUILD] --keep [SUBJECT...]

BUILD is a build directory of meson with the option fuzz; `./run fuzz` makes build/fuzz. What is new
goes to BUILD/corpus, from where the next run goes on, and the inputs of findings to BUILD/findings.
--keep adds to the corpus in the tree those new inputs that reach what its inputs do not. The exit
status is 1 on any finding.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
INPUT_MAX = 4096
KEPT_FILES = 60
KEPT_BYTES = 100 * 1024
SAID = re.compile(r"fuzz: property .*|.*ERROR: .*|.*runtime error: .*|stat::number_of_executed_units: \d+")


class Subject:
    def __init__(self, build, name):
        self.name = name
        self.program = build / "tests/fuzz" / f"fuzz_{name}"
        self.seeds = HERE / "corpus" / name
        self.found = build / "corpus" / name
        self.findings = build / "findings" / name
        self.log = build / f"fuzz_{name}.log"
        self.seconds = 0

    def command(self, *arguments):
        dictionary = HERE / "dict" / self.name
        command = [str(self.program), f"-max_len={INPUT_MAX}", *arguments]
        if dictionary.exists():
            command.append(f"-dict={dictionary}")
        return command

    def start(self, seconds):
        for directory in (self.found, self.findings):
            directory.mkdir(parents=True, exist_ok=True)
        self.had = {path.name for path in self.found.iterdir()}
        self.old = {path.name for path in self.findings.iterdir()}
        self.started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(
                    f"-max_total_time={seconds}",
                    f"-artifact_prefix={self.findings}/",
                    "-print_final_stats=1",
                    "-timeout=60",
                    "-report_slow_units=60",
                    str(self.found),
                    str(self.seeds),
                ),
                # How much of what was freed is kept back, to notice its use: not 256 MiB each.
                env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def is_done(self):
        if self.process.poll() is None:
            return False
        self.seconds = time.monotonic() - self.started
        return True

    def report(self):
        """Prints a line, and what was found; whether there is nothing."""
        said = SAID.findall(self.log.read_bytes().decode("utf-8", "replace"))
        counts = [line.split()[-1] for line in said if line.startswith("stat::")]
        new = {path.name for path in self.found.iterdir()} - self.had
        findings = {path.name for path in self.findings.iterdir()} - self.old
        good = self.process.returncode == 0 and not findings
        print(
            f"{self.name:<12} {int(counts[0]) if counts else 0:>11,} {self.seconds:>8.0f} "
            f"{len(new):>11} {0 if good else max(1, len(findings)):>9}"
        )
        if not good:
            for line in said:
                if not line.startswith("stat::"):
                    print(f"    {line}")
            for name in sorted(findings):
                print(f"    {self.findings / name}")
            print(f"    {self.log}")
        sys.stdout.flush()
        return good


def fuzz(subjects, seconds, jobs):
    waiting, running, good = list(subjects), [], True
    print(f"{'subject':<12} {'executions':>11} {'seconds':>8} {'new inputs':>11} {'findings':>9}")
    sys.stdout.flush()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                subject = waiting.pop(0)
                subject.start(seconds)
                running.append(subject)
            time.sleep(0.2)
            for subject in [subject for subject in running if subject.is_done()]:
                running.remove(subject)
                good = subject.report() and good
    finally:
        for subject in running:
            subject.process.kill()
            subject.process.wait()
    return good


def keep(subject):
    """Merges by what is reached, not by how often: that would give thousands of files."""
    before = list(subject.seeds.iterdir())
    command = subject.command("-set_cover_merge=1", "-use_counters=0", "-use_value_profile=0")
    subprocess.run(
        [*command, str(subject.seeds), str(subject.found)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    files = list(subject.seeds.iterdir())
    size = sum(path.stat().st_size for path in files)
    print(f"{subject.name:<12} {len(files)} files, {size} bytes, {len(files) - len(before)} new")
    if len(files) > KEPT_FILES or size > KEPT_BYTES:
        print(f"    more than {KEPT_FILES} files or {KEPT_BYTES} bytes: take some away")


def main():
    parser = argparse.ArgumentParser(description="fuzzes for a time")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build/fuzz")
    parser.add_argument("subject", nargs="*")
    args = parser.parse_args()
    build = args.build.resolve()
    names = sorted(path.name[5:] for path in (build / "tests/fuzz").glob("fuzz_*") if path.is_file())
    if not names:
        parser.error(f"no subject is built in {build}")
    unknown = set(args.subject) - set(names)
    if unknown:
        parser.error(f"no such subject: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    subjects = [Subject(build, name) for name in args.subject or names]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    if args.keep:
        for subject in subjects:
            keep(subject)
        return 0
    try:
        return 0 if fuzz(subjects, args.seconds, args.jobs) else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
