# SPDX-License-Identifier: MIT
"""A system of the tests' own: a private mount namespace with its own /run and /etc, and file
systems in images. However the run ends, what was made is taken down again.

Images lie on a disk, not in memory: the kernel may swap the pages of an image out to the area
inside of it, and then waits for itself.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

MIB = 1 << 20
CLONE_NEWNS = 0x00020000
LOCK = Path("/run/libswapcfg.lock")

libc = ctypes.CDLL(None, use_errno=True)
# What preloads a sanitizer here is not for other programs.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "PYTHONPATH")
} | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin", "LC_ALL": "C"}


def command(*args: str | Path) -> str:
    """Runs another program, which has to succeed; gives its output."""
    done = subprocess.run(args, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    if done.returncode != 0:
        raise RuntimeError(f"exit status {done.returncode} from {args}: {done.stderr}{done.stdout}")
    return done.stdout


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@dataclass(frozen=True)
class Row:
    """What the kernel says of an active area."""

    path: str
    size: int
    used: int
    priority: int


def swaps() -> dict[str, Row]:
    """The active areas, as /proc/swaps names them."""
    rows = {}
    for line in Path("/proc/swaps").read_bytes().split(b"\n")[1:-1]:
        found = re.fullmatch(rb"([^ ]*) +\w+\t+(\d+)\t+(\d+)\t+(-?\d+)", line, re.DOTALL)
        assert found, line
        name = re.sub(rb"\\([0-7]{3})", lambda it: bytes([int(it[1], 8)]), found[1])
        path = os.fsdecode(name)
        rows[path] = Row(path, int(found[2]) * 1024, int(found[3]) * 1024, int(found[4]))
    return rows


def swapoff(path: str) -> None:
    _check(libc.swapoff(os.fsencode(path)))


def _unescape(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda it: chr(int(it[1], 8)), point)


class Scratch:
    """The directory that all of it lies in."""

    def __init__(self) -> None:
        if os.geteuid() != 0:
            sys.exit("the tests mount images and switch swap on and off, so they need root")
        self.directory = Path(tempfile.mkdtemp(prefix="swapcfg-python-", dir=self._disk()))
        self.directory.chmod(0o755)
        self._mount_points = 0
        self._owner = os.getpid()
        atexit.register(self.clean_up)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        _check(libc.unshare(CLONE_NEWNS))
        command("mount", "--make-rslave", "/")
        command("mount", "-t", "tmpfs", "-o", "mode=0755", "run", "/run")
        os.makedirs("/run/systemd/system")  # so that it is known who reads /etc/fstab
        etc = self.directory / "etc"
        etc.mkdir()
        (etc / "fstab").write_text("# of a test\n")
        command("mount", "--bind", etc, "/etc")

    @staticmethod
    def _disk() -> str:
        """A directory that is not in memory."""
        for directory in (tempfile.gettempdir(), "/var/tmp"):
            kind = command("stat", "--file-system", "--format=%T", directory).strip()
            if kind not in ("tmpfs", "ramfs"):
                return directory
        sys.exit("set TMPDIR to a directory on a disk")

    def _end(self, number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    def mounted(self, kind: str = "ext4", size: int = 200 * MIB, *options: str) -> Path:
        """A new file system, mounted; gives the mount point."""
        self._mount_points += 1
        point = self.directory / f"{kind}-{self._mount_points}"
        image = point.with_suffix(".img")
        with open(image, "wb") as file:
            file.truncate(size)
        # Nothing of it is written later: so no amount of free space changes while a test looks.
        command("mke2fs", "-q", "-F", "-b", "4096", "-t", kind, *options, image)
        point.mkdir()
        command("mount", "-t", kind, "-o", "loop", image, point)
        shutil.rmtree(point / "lost+found")
        image.unlink()  # the mount keeps it
        return point

    def areas(self) -> list[str]:
        """The active areas that are ours."""
        return [path for path in swaps() if path.startswith(f"{self.directory}/")]

    def _points(self) -> list[str]:
        lines = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
        points = [_unescape(line.split()[4]) for line in lines]
        return sorted((it for it in points if it.startswith(f"{self.directory}/")), key=len)

    def clean_up(self) -> None:
        """Takes down what was made: areas, mounts, files. Not in a child of a test."""
        if os.getpid() != self._owner:
            return
        for path in self.areas():
            swapoff(path)
        for point in reversed(self._points()):
            subprocess.run(["umount", point], check=False, env=ENVIRONMENT)
        if not self._points():
            subprocess.run(["umount", "/etc"], check=False, env=ENVIRONMENT)
            shutil.rmtree(self.directory, ignore_errors=True)
