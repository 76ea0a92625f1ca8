# SPDX-License-Identifier: MIT
"""Whether a small system is in order after a fault. Looks at /proc/swaps, at bytes and at names,
and never asks the library; it knows nothing of how the program works, but the two names that it may
leave behind when it is killed."""

import fcntl
import os
import stat
from dataclasses import dataclass

import basis
from basis import PAGE

AREA = "swept"
TEMPS = {f".{AREA}.swapcfg-new", "etc/.inittab.swapcfg-new"}
BRIDGE = f".{AREA}.swapcfg-new"
PRIORITY = 32767  # so that the kernel takes our area first


@dataclass(frozen=True)
class State:
    """A configuration of the system: the file and its size, whether it is on, and its entry."""
    size: int = None
    active: bool = False
    entry: bool = False
    label: bytes = None  # None: any
    priority: int = PRIORITY  # None: any

    def swap(self):
        return self.size - PAGE if self.active else 0


@dataclass
class Seen:
    names: set
    rows: dict
    inittab: bytes
    file: object  # None: there is none; a text: what is wrong with it; else its size, pages, label
    around: dict


class Checker:
    def __init__(self, root, old, entry):
        self.root = root
        self.texts = {False: old, True: entry}
        self.base = self.see()

    def path(self, name):
        return f"{self.root}/{name}"

    def names(self):
        """Of all that a run may leave something in."""
        found = set()
        for directory in ("", "etc/", "etc/init.d/", "other/", "run/", "sbin/"):
            found.update(directory + name for name in os.listdir(self.path(directory)))
        return found - {"run/libswapcfg.lock"}

    def around(self):
        """What no run may touch."""
        found = {name: basis.describe(self.path(name))
                 for name in ("etc/fstab", "etc/init.d/rcS", "other/data")}
        # Memory may be swapped out to it; that is not to have changed anything before its pages.
        info = os.stat(self.path("other/area"))
        with open(self.path("other/area"), "rb") as file:
            found["other/area"] = (info.st_ino, info.st_mode, info.st_size, file.read(PAGE))
        with open("/proc/sys/vm/page-cluster", "rb") as file:
            found["page-cluster"] = file.read()
        info = os.stat(self.path("etc/inittab"))
        found["mode of inittab"] = (info.st_mode, info.st_uid, info.st_gid, info.st_nlink)
        return found

    def rows(self):
        return {os.path.relpath(os.fsdecode(row.path), self.root): row for row in basis.swaps()
                if basis.under(row.path, self.root)}

    def see(self):
        with open(self.path("etc/inittab"), "rb") as file:
            inittab = file.read()
        return Seen(self.names(), self.rows(), inittab, self.look(AREA), self.around())

    def look(self, name):
        """A file as a swap area."""
        try:
            info = os.lstat(self.path(name))
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(info.st_mode) or info.st_nlink != 1:
            return f"{name} is no file of its own"
        if (stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid) != (0o600, 0, 0):
            return f"{name} has mode {info.st_mode:o} and owner {info.st_uid}:{info.st_gid}"
        if info.st_blocks * 512 < info.st_size:
            return f"{name} has holes"
        try:
            header = basis.header(self.path(name))
        except basis.Failure as failure:
            return str(failure)
        if not 10 <= header.pages <= info.st_size // PAGE:
            return f"{name}: {header.pages} pages in {info.st_size} bytes"
        return (info.st_size, header.pages, header.label, header.uuid)

    def lock_is_free(self):
        path = self.path("run/libswapcfg.lock")
        if not os.path.exists(path):
            return True
        with open(path, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    @staticmethod
    def rank(row):
        """Priorities that the kernel chose move up when anybody's area goes off."""
        return max(row.priority, -1)

    def differs(self, seen, state):
        """What is not as in a state, in words; nothing where all is."""
        names = self.base.names - {AREA} | ({AREA} if state.size else set())
        if seen.names != names:
            yield f"names {sorted(seen.names ^ names)}"
        if seen.inittab != self.texts[state.entry]:
            yield f"the inittab is {seen.inittab!r}"
        if state.size:
            want = (state.size, state.size // PAGE)
            if not isinstance(seen.file, tuple) or seen.file[:2] != want:
                yield f"the file is {seen.file}, not {want}"
            elif state.label is not None and seen.file[2] != state.label:
                yield f"its label is {seen.file[2]}"
        rows = {name: (row.size, self.rank(row)) for name, row in seen.rows.items()}
        want = {name: (row.size, self.rank(row)) for name, row in self.base.rows.items()
                if name != AREA}
        if state.active:
            any_priority = rows.get(AREA, (0, 0))[1]
            want[AREA] = (state.size - PAGE,
                          any_priority if state.priority is None else state.priority)
        if rows != want:
            yield f"active are {rows}, not {want}"

    def harm(self, seen, old, new):
        """What must never be, whatever happened between two states."""
        for key, value in self.base.around.items():
            if seen.around[key] != value:
                yield f"{key} was changed, which is not ours"
        if not self.lock_is_free():
            yield "the lock is held"
        allowed = self.base.names | {AREA} | TEMPS
        if seen.names - allowed or self.base.names - {AREA} - seen.names:
            yield f"names {sorted(seen.names ^ self.base.names)}"
        if seen.inittab not in (self.texts[old.entry], self.texts[new.entry]):
            yield f"the inittab is neither old nor new: {seen.inittab!r}"
        elif seen.inittab == self.texts[True] and not isinstance(seen.file, tuple):
            yield f"a boot entry leads to {seen.file}"
        yield from self.file_harm(seen, old, new)
        yield from self.swap_harm(seen, old, new)

    def file_harm(self, seen, old, new):
        sizes = [state.size for state in (old, new) if state.size]
        if seen.file is None:
            if len(sizes) == 2:
                yield "the file is gone"
        elif isinstance(seen.file, str):
            yield seen.file
        else:
            size, pages, label, _ = seen.file
            if not min(sizes) <= size <= max(sizes) or pages * PAGE not in sizes:
                yield f"{pages} pages in a file of {size} bytes"
            if label not in (old.label or label, new.label or label):
                yield f"its label is {label}"
        for name in TEMPS & seen.names:
            info = os.lstat(self.path(name))
            secret = name != BRIDGE or stat.S_IMODE(info.st_mode) == 0o600
            if not stat.S_ISREG(info.st_mode) or info.st_nlink != 1 or not secret:
                yield f"{name} has mode {info.st_mode:o} and {info.st_nlink} names"

    def swap_harm(self, seen, old, new):
        others = self.base.rows.keys() - {AREA}
        if not others <= seen.rows.keys() <= others | {AREA, BRIDGE}:
            yield f"active are {sorted(seen.rows)}"
        active = sum(row.size for name, row in seen.rows.items() if name not in others)
        least = min(old.swap(), new.swap())
        if active < least:
            yield f"{active} bytes are active instead of {least}"
        if BRIDGE in seen.rows and isinstance(self.look(BRIDGE), str):
            yield f"active and {self.look(BRIDGE)}"

    def harm_during(self, run, old, new):
        """The same of what was seen before each call of a run."""
        least = min(old.swap(), new.swap())
        if run.least < least:
            yield f"for a while, {run.least} bytes were active instead of {least}"
        if run.absent and old.size and new.size:
            yield f"the file was gone at {run.absent} of {run.samples} instants"
        for count, text in ((run.unsound, "the file was no sound area"),
                            (run.torn, "the inittab was neither old nor new"),
                            (run.dangling, "a boot entry led to nothing sound")):
            if count:
                yield f"{text} at {count} of {run.samples} instants"
