# SPDX-License-Identifier: MIT
"""The ways to make an area that are compared."""

import os
import shutil
from collections import namedtuple

from scratch import MIB, Unmeasurable
from worker import trace_command, trace_worker

Sample = namedtuple("Sample", "ms cpu_ms written peak_kib")


class InProcess:
    """A worker of its own that makes the area itself."""

    def __init__(self, label, worker, program):
        self.label = label
        self.worker = worker
        self.program = program
        self.every = 1

    def _line(self, disk, size):
        return f"create {size} {disk.path}"

    def make(self, disk, size):
        wall, cpu = self.worker.ask(self._line(disk, size))
        return int(wall), int(cpu), self.worker.peak_kib()

    def trace(self, disk, size, log):
        """(system calls, processes)"""
        lines = [self._line(disk, size)] * 2
        # The second time: the first one loads what a daemon has long since loaded.
        return trace_worker(log, self.program, lines, disk.clear)[-1], 0


class Program:
    """A command, timed from its start to its end."""

    def __init__(self, label, spawn, argv, every=1):
        self.label = label
        self.spawn = spawn
        self.argv = argv
        self.every = every

    def _words(self, disk, size):
        names = {"PATH": disk.path, "BYTES": str(size), "MIB": str(size // MIB)}
        return [names.get(word, word) for word in self.argv]

    def make(self, disk, size):
        words = self._words(disk, size)
        wall, cpu, status, peak = self.spawn.ask("\t".join(words))
        if status != "0":
            raise Unmeasurable(f"{' '.join(words)}: wait status {status}")
        return int(wall), int(cpu), int(peak)

    def trace(self, disk, size, log):
        return trace_command(log, self._words(disk, size))


def sample(way, disk, size):
    """Makes the area once; the caller clears it."""
    before = disk.written()
    wall, cpu, peak = way.make(disk, size)
    if not disk.is_active():
        raise Unmeasurable(f"{way.label}: the kernel does not use {disk.path}")
    return Sample(wall / 1e6, cpu / 1e6, disk.written() - before, peak)


def _busybox_shell(directory):
    """A shell whose PATH has BusyBox's applets alone, as on a device; None where one is missing."""
    busybox = shutil.which("busybox")
    applets = f"{directory}/applets"
    if not busybox:
        return None
    os.mkdir(applets)
    for name in ["sh", "fallocate", "chmod", "mkswap", "swapon"]:
        os.symlink(busybox, f"{applets}/{name}")
    return [f"{applets}/sh", "-c", f'PATH={applets}; fallocate -l "$1" "$0" && chmod 600 "$0" && '
            'mkswap "$0" && swapon "$0"', "PATH", "BYTES"]


def all_ways(directory, floor, library, spawn, clis):
    """Every way, the floor first; clis has (label, path) of the builds of swapcfg."""
    ways = [
        InProcess("bare system calls, in process (the floor)", floor, f"{directory}/floor"),
        InProcess("libswapcfg, in process", library, f"{directory}/library"),
    ]
    for label, path in clis:
        argv = [path, "--quiet", "create", "PATH", "--size", "BYTES", "--boot=none"]
        ways.append(Program(label, spawn, argv))
    script = 'fallocate -l "$1" "$0" && chmod 600 "$0" && mkswap "$0" && swapon "$0"'
    ways.append(
        Program("fallocate, chmod, mkswap, swapon (util-linux)", spawn,
                ["sh", "-c", script, "PATH", "BYTES"]))
    argv = _busybox_shell(directory)
    if argv:
        ways.append(Program("fallocate, chmod, mkswap, swapon (BusyBox)", spawn, argv))
    script = ('umask 077; dd if=/dev/zero of="$0" bs=1M count="$1" 2>/dev/null && '
              'mkswap "$0" && swapon "$0"')
    ways.append(
        Program("dd, mkswap, swapon", spawn, ["sh", "-c", script, "PATH", "MIB"], every=5))
    return ways
