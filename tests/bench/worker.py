# SPDX-License-Identifier: MIT
"""The C programs: built here, talked to through pipes, and watched with strace."""

import os
import re
import subprocess
from collections import namedtuple

from scratch import Unmeasurable, command

Trace = namedtuple("Trace", "calls processes")
_HERE = os.path.dirname(os.path.abspath(__file__))
_FLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64"]


def build(out, library):
    """Compiles the programs into a directory, against the library of a meson build directory."""
    include = os.path.join(_HERE, "..", "..", "include")
    compiler = os.environ.get("CC", "cc").split()
    link = [f"-L{library}", "-lswapcfg", f"-Wl,-rpath,{library}"]
    for name, sources, flags in [
        ("floor", ["floor.c", "worker.c"], []),
        ("library", ["library.c", "worker.c"], [f"-I{include}", *link]),
        ("spawn", ["spawn.c", "worker.c"], ["-static"]),
        ("dirty", ["dirty.c"], []),
    ]:
        paths = [os.path.join(_HERE, source) for source in sources]
        command(*compiler, *_FLAGS, "-o", f"{out}/{name}", *paths, *flags)


class Worker:
    """One program that serves commands. It gets no Ctrl-C, so that it ends what it is doing."""

    def __init__(self, *argv):
        self.name = os.path.basename(argv[-1])
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, line):
        """The words of the answer."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise Unmeasurable(f"{self.name} failed at: {line}")
        return answer.split()

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1])

    def close(self):
        # What is half written to it is of no use any more.
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _calls(log):
    """(process id, call) of each line of a strace log that begins a call."""
    with open(log, encoding="utf-8", errors="replace") as lines:
        found = [re.match(r"(\d+)\s+(\w+)\(", line) for line in lines]
    return [(match[1], match[0]) for match in found if match]


def trace_command(log, argv):
    """System calls and processes of a command."""
    command("strace", "-f", "-qq", "-o", log, "--", *argv)
    calls = _calls(log)
    return Trace(len(calls), len({pid for pid, _ in calls}))


def trace_worker(log, program, lines, between):
    """System calls of a worker's commands: what lies between the read(2) of each and its answer."""
    with Worker("strace", "-f", "-qq", "-o", log, program) as worker:
        for line in lines:
            worker.ask(line)
            between()
    with open(log, encoding="utf-8", errors="replace") as text:
        runs = re.findall(r"^\d+\s+read\(0, .*?\n(.*?)^\d+\s+write\(1, ", text.read(), re.M | re.S)
    if len(runs) != len(lines):
        raise Unmeasurable(f"{program}: the trace has {len(runs)} commands, of {len(lines)}")
    # The clocks are read by the worker itself.
    return [len(re.findall(r"^\d+\s+(?!clock_gettime)\w+\(", run, re.M)) for run in runs]
