# SPDX-License-Identifier: MIT
"""Scratch file systems in images, and the swap areas on them: made here, and gone at the end."""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile

_libc = ctypes.CDLL(None, use_errno=True)
MIB = 1024 * 1024


class Unmeasurable(Exception):
    """What the benchmark needs is missing, or something that it measures failed."""


def command(*argv):
    """Runs a tool; what it printed."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unmeasurable(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout.strip()


def _call(function, *arguments):
    if function(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{function.__name__}: {os.strerror(error)}")


def _active(below):
    """The active areas below a directory; /proc/swaps writes blanks in octal."""
    with open("/proc/swaps", encoding="utf-8", errors="surrogateescape") as swaps:
        names = [line.split()[0] for line in swaps.readlines()[1:]]
    names = [re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name) for name in names]
    return [name for name in names if name.startswith(below + "/")]


class Disk:
    """A file system of its own on a loop device."""

    def __init__(self, directory, kind, size):
        self.kind = kind
        self.image = f"{directory}/{kind}.image"
        self.mount = f"{directory}/{kind}"
        self.loop = None
        os.mkdir(self.mount)
        # Written once, so that the file system below has nothing to allocate or convert.
        with open(self.image, "wb") as image:
            for _ in range(size // MIB):
                image.write(bytes(MIB))
            os.fsync(image.fileno())
        # Nothing that the kernel would write later, in the middle of a measurement.
        lazy = "lazy_itable_init=0,lazy_journal_init=0"
        command("mke2fs", "-q", "-F", "-t", kind, "-E", lazy, self.image)

    def attach(self):
        # Direct: the image's own pages would count as dirty memory, and hide the disk's speed.
        self.loop = command("losetup", "--find", "--show", "--direct-io=on", self.image)
        command("mount", self.loop, self.mount)

    @property
    def path(self):
        return f"{self.mount}/area"

    @property
    def is_direct(self):
        with open(f"/sys/block/{self.loop[5:]}/loop/dio", encoding="ascii") as dio:
            return dio.read().strip() == "1"

    def sync(self):
        fd = os.open(self.mount, os.O_RDONLY)
        try:
            _call(_libc.syncfs, fd)
        finally:
            os.close(fd)

    def written(self):
        """Bytes written to the device so far, with all that waited."""
        self.sync()
        with open(f"/sys/block/{self.loop[5:]}/stat", encoding="ascii") as stat:
            return int(stat.read().split()[6]) * 512

    def is_active(self):
        return self.path in _active(self.mount)

    def clear(self):
        """Takes the area out of use and away, and lets the device come to rest."""
        for name in _active(self.mount):
            _call(_libc.swapoff, os.fsencode(name))
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.sync()

    def detach(self):
        for name in _active(self.mount):
            _call(_libc.swapoff, os.fsencode(name))
        if os.path.ismount(self.mount):
            command("umount", self.mount)
        if self.loop:
            command("losetup", "--detach", self.loop)
            self.loop = None


class Scratch:
    """A directory with disks; a context, whose end leaves nothing behind."""

    def __init__(self, parent):
        self.parent = parent
        self.directory = None
        self.disks = []

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="bench-", dir=self.parent)
        if re.search(r"\s", self.directory):
            os.rmdir(self.directory)
            raise Unmeasurable(f"{self.directory}: a path without blanks is needed")
        return self

    def disk(self, kind, size):
        disk = Disk(self.directory, kind, size)
        self.disks.append(disk)
        disk.attach()
        return disk

    def __exit__(self, *_):
        for disk in self.disks:
            disk.detach()
        shutil.rmtree(self.directory)
