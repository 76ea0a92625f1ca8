# SPDX-License-Identifier: MIT
"""Programs that fill a device's memory, and what is seen of it meanwhile."""

import json
import re
import time
from dataclasses import dataclass

from labkit.card import tool
from labkit.device import Failure

MIB = 1 << 20
SECTOR = 512
# What the kernel says when it kills for memory, finds none, or waits too long for a disk.
TROUBLE = re.compile(r"oom-killer|Out of memory|page allocation failure|blocked for more than"
                     r"|I/O error|Kernel panic")

# Says when it is, how much waits to be written, and starts a program, ten times a second at most.
WATCH = """while [ ! -e /run/watch.stop ]; do
	read -r up _ </proc/uptime
	waits=
	while read -r key kib _; do
		case $key in Dirty:|Writeback:) waits="$waits $kib" ;; esac
	done </proc/meminfo
	echo "$up$waits"
	usleep 100000
done
"""


def meminfo(dev):
    """The lines of /proc/meminfo, in bytes."""
    lines = dev.read("/proc/meminfo").decode().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines if line.endswith("kB")}


def killed(dev):
    """The kernel's lines about killing, or about a disk or memory that failed."""
    return [line for line in dev.run("dmesg").out.splitlines() if TROUBLE.search(line)]


def written(dev, disk="mmcblk0"):
    """Sectors written to the disk since it was there."""
    return int(dev.read(f"/sys/block/{disk}/stat").split()[6])


def timed(dev, command, timeout=300):
    """How many of the device's seconds a command takes, and its result."""
    look = "read -r {} _ </proc/uptime"
    result = dev.run(f"{look.format('a')}; {command}; rc=$?; {look.format('b')}; "
                     "echo; echo $a $b; exit $rc", check=False, timeout=timeout)
    out, _, times = result.out.rstrip("\n").rpartition("\n")
    begun, ended = times.split()
    return float(ended) - float(begun), type(result)(result.rc, out)


def plain_seconds(dev, sectors, path="/plain"):
    """How long it takes to write so many sectors without a page cache between."""
    blocks = -(-sectors * SECTOR // (64 << 10))
    seconds, result = timed(
        dev, f"dd if=/dev/zero of={path} bs=64k count={blocks} oflag=direct conv=fsync 2>&1")
    assert result.rc == 0, result.out
    dev.run(f"rm {path}; sync")
    return seconds


def mkfs(drive, *command):
    """Makes a file system on a disk; the kernel of this machine need not know it."""
    tool(*command, drive.path)
    return drive


def refusal(result):
    """The reason that swapcfg --json gave."""
    lines = [line for line in result.out.splitlines() if line.startswith('{"error"')]
    if len(lines) != 1:
        raise Failure(f"no error document: {result.out}")
    return json.loads(lines[0])["error"]["reason"]


class Hog:
    """A program that fills so many MiB, waits, and proves that it reads what it wrote."""
    count = 0

    def __init__(self, dev, mib, timeout=400):
        Hog.count += 1
        self.dev = dev
        self.base = f"/run/hog-{Hog.count}"
        dev.run(f"(hog {mib} {self.base}.go >{self.base}.out 2>&1; echo $? >{self.base}.rc)"
                " </dev/null >/dev/null 2>&1 &")
        self._wait(f"[ -s {self.base}.out ]", timeout)

    def _wait(self, condition, timeout):
        over = f"[ -e {self.base}.rc ] || {condition}"
        result = self.dev.run(f"i=0; until {over}; do sleep 1; i=$((i + 1)); "
                              f"[ $i -lt {timeout} ] || exit 9; done",
                              check=False, timeout=timeout + 60)
        if result.rc:
            raise Failure(f"hog: nothing after {timeout} seconds")

    def alive(self):
        return self.dev.run("pidof hog", check=False).rc == 0

    def finish(self, timeout=400):
        """Lets it go on, and gives what it said in all."""
        self.dev.run(f"touch {self.base}.go")
        # The kernel may have killed the shell that writes the status down, too.
        self._wait("! pidof hog >/dev/null", timeout)
        self.dev.run(f"[ -e {self.base}.rc ] || sleep 1")
        return self.dev.run(f"cat {self.base}.out {self.base}.rc", check=False).out.split()

    def proves(self):
        said = self.finish()
        assert said == ["filled", "verified", "0"], f"hog: {said}; {killed(self.dev)}"


@dataclass(frozen=True)
class Seen:
    longest: float  # seconds between two answers of another program
    waiting: int  # bytes; the most that waited to be written at a time
    count: int  # looks


class Watch:
    """Looks all the time, in a program beside the one that is tried."""

    def __init__(self, dev):
        self.dev = dev
        dev.write("/run/watch.sh", WATCH.encode(), 0o755)
        dev.run("rm -f /run/watch.stop /run/watch; sh /run/watch.sh </dev/null >/run/watch 2>&1 &")
        time.sleep(1)

    def stop(self):
        self.dev.run("touch /run/watch.stop; sleep 1")
        rows = [[float(word) for word in line.split()]
                for line in self.dev.read("/run/watch").decode().splitlines()]
        ups = [row[0] for row in rows]
        gaps = [after - before for before, after in zip(ups, ups[1:])]
        return Seen(max(gaps), int(max(sum(row[1:]) for row in rows)) << 10, len(rows))
