# SPDX-License-Identifier: MIT
"""Faults at single system calls: which errnos a call may give, the points of a run, and running the
program with one of them by inject.c."""

import errno
import json
import os
import subprocess
from dataclasses import dataclass

import harness
from basis import check

KILL = 0
TIMEOUT = 60

# What the kernel may say to a call. Nothing: it cannot fail, or not with what the program gives it.
# To who may do everything, only a security module says EACCES; what the program may not look at it
# takes as not there, so that it is told of writing alone.
ERRNOS = {
    "arch_prctl": "",
    "brk": "ENOMEM",
    "capget": "EPERM",
    "clone": "EAGAIN ENOMEM",
    "close": "EIO EINTR",
    "close_range": "ENOSYS",
    "clock_gettime": "",
    "clock_nanosleep": "EINTR",
    "exit": "",
    "exit_group": "",
    "fallocate": "ENOSPC EIO EINTR EOPNOTSUPP EDQUOT",
    "fchmod": "EIO EROFS EPERM",
    "fchown": "EIO EROFS EPERM",
    "fcntl": "",
    "fgetxattr": "EIO ENOMEM EOPNOTSUPP",
    "flistxattr": "EIO ENOMEM EOPNOTSUPP",
    "flock": "EAGAIN ENOLCK ENOMEM",
    "fsetxattr": "EIO ENOSPC EDQUOT",
    "fstat": "EIO ENOMEM",
    "fstatfs": "EIO ENOMEM",
    "fsync": "EIO ENOSPC EINTR",
    "ftruncate": "EIO ENOSPC EROFS",
    "getdents64": "EIO ENOMEM",
    "geteuid": "",
    "getpid": "",
    "getppid": "",
    "getrandom": "EINTR ENOSYS",
    "ioctl": "EIO ENOMEM EOPNOTSUPP",
    "kill": "",
    "linkat": "EIO ENOSPC EROFS EPERM ENOMEM",
    "mkdirat": "EIO ENOSPC EROFS",
    "mmap": "ENOMEM",
    "mprotect": "ENOMEM",
    "mremap": "ENOMEM",
    "munmap": "ENOMEM",
    "nanosleep": "EINTR",
    "newfstatat": "EIO ENOMEM",
    "openat": "EMFILE ENOMEM EIO",
    "openat to write": "EMFILE ENOMEM EIO EACCES ENOSPC EROFS",
    "prctl": "EINVAL",
    "prlimit64": "EINVAL EPERM",
    "rt_sigpending": "",
    "rt_sigtimedwait": "EAGAIN",
    "pread64": "EIO EINTR ENOMEM",
    "pwrite64": "ENOSPC EIO EDQUOT EINTR",
    "read": "EIO EINTR",
    "readlinkat": "EIO ENOMEM",
    "renameat": "EIO ENOSPC EROFS",
    "renameat2": "EIO ENOSPC EROFS",
    "rt_sigaction": "",
    "rt_sigprocmask": "",
    "rt_sigreturn": "",
    "set_tid_address": "",
    "swapoff": "ENOMEM EINTR EPERM",
    "swapon": "EINVAL EPERM EBUSY ENOMEM EIO",
    "sync_file_range": "EIO ENOSPC ENOMEM",
    "uname": "",
    "unlinkat": "EIO EROFS EPERM ENOMEM",
    "wait4": "EINTR",
    "write": "EIO ENOSPC EPIPE",
    "writev": "EIO ENOSPC EPIPE",
}


@dataclass(frozen=True)
class Call:
    process: int  # 0 is the program, the others are its children in the order of their birth
    name: str
    nth: int  # of the calls of this name in this process
    first: int  # its first argument; flags for openat

    def kind(self):
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        return "openat to write" if self.name == "openat" and self.first & writes else self.name


@dataclass(frozen=True)
class Point:
    """A fault: a call fails with an errno, this once or from then on, or its caller is killed."""
    call: Call
    number: int
    error: int
    on: bool = False

    def __str__(self):
        what = "killed" if self.error == KILL else errno.errorcode[self.error]
        on = " and from then on" if self.on else ""
        return (f"{what} at call {self.number}: {self.call.name} {self.call.nth} of process "
                f"{self.call.process}{on}")

    def argument(self):
        call = self.call
        return f"{call.process}:{call.name}:{call.nth}:{self.error}{'+' if self.on else ''}"


@dataclass
class Run:
    status: int
    document: dict  # None: what was printed is none
    text: str
    calls: list
    fired: bool
    samples: int
    least: int  # bytes of ours that were active, looked at before each call
    absent: int  # how often there was nothing at the path, and so on
    unsound: int
    torn: int
    dangling: int

    def was_killed(self):
        return self.status == 128 + 9


def errors(calls):
    """A point for each call and each of its errnos."""
    for number, call in enumerate(calls, 1):
        check(call.kind() in ERRNOS, f"which errnos may {call.name} give? The table has none")
        for name in ERRNOS[call.kind()].split():
            yield Point(call, number, getattr(errno, name))


def lasting_errors(calls):
    """The same, and the call goes on to fail: a disk that is dead, descriptors that are used up.
    What comes back after a signal, or is waited for, would go on for ever."""
    for point in errors(calls):
        if point.error != errno.EINTR:
            yield Point(point.call, point.number, point.error, True)


def kills(calls):
    for number, call in enumerate(calls, 1):
        yield Point(call, number, KILL)


def as_document(text):
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


class Injector:
    def __init__(self, root, area, old, entry):
        self.program = harness.build("inject.c")
        self.log = f"{harness.scratch}/calls"
        self.root = root
        self.texts = [area]
        for name, text in (("old", old), ("entry", entry)):
            path = f"{harness.scratch}/inittab.{name}"
            with open(path, "wb") as file:
                file.write(text)
            self.texts.append(path)

    def run(self, program, point=None, road="plain"):
        fault = point.argument() if point else "none"
        done = subprocess.run([self.program, self.log, fault, road, self.root, *self.texts,
                               *program], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT, check=False)
        with open(self.log, encoding="ascii") as file:
            lines = file.read().splitlines()
        check(lines and lines[-1].startswith("end "), f"inject.c: {done.stderr!r}")
        calls = []
        for line in lines[:-1]:
            _, process, name, nth, first, _ = line.split()
            calls.append(Call(int(process), name, int(nth), int(first, 16)))
        fired, *seen = map(int, lines[-1].split()[1:])
        text = (done.stdout + done.stderr).decode("utf-8", "replace")
        return Run(done.returncode, as_document(done.stdout), text, calls, bool(fired), *seen)
