# SPDX-License-Identifier: MIT
"""What stress.py knows of the areas without the library: how they look, and how they have to look
after the commands that were done. Nothing here asks swapcfg."""

import os
import re
import stat
from dataclasses import dataclass

import harness
from harness import PAGE, check, equal, row_of

FSTAB = "/etc/fstab"
UNITS = "/etc/systemd/system"
WANTS = f"{UNITS}/swap.target.wants"
MARKER = b"# swapcfg: managed entry"
ANY = object()  # what nobody can know, such as after a kill

# What a command that was done has made of an area; "asked" stands for what it was asked for.
EFFECTS = {
    "create": {"exists": True, "active": True, "size": "asked", "entry": "asked",
               "priority": "asked"},
    "resize": {"size": "asked"},
    "enable": {"active": True, "entry": "asked", "priority": "asked"},
    "disable": {"active": False, "entry": None, "priority": ANY},
    "remove": {"exists": False, "active": False, "size": 0, "entry": None, "priority": ANY},
    "activate": {"active": True, "priority": ANY},
    "deactivate": {"active": False, "priority": ANY},
    "persist": {"entry": "asked"},
    "forget": {"entry": None},
    "plan": {},
    "status": {},
}
# What is uncertain once one was killed: it switches the area off and on again.
TOUCHED_BY_KILL = {"resize": ("size", "active", "priority"), "enable": ("active", "entry",
                   "priority"), "persist": ("entry",), "activate": ("active", "priority")}


@dataclass
class Command:
    """One command of a program or thread; times are those of the monotonic clock."""
    verb: str
    path: str
    start: float
    size: int = 0
    priority: int = None
    boot: str = "keep"
    end: float = None
    outcome: str = "killed"  # or "done", or a reason

    def effect(self, name):
        """Its value of an attribute; ANY where it cannot be known, KeyError where it has none."""
        if self.outcome == "killed":
            touched = TOUCHED_BY_KILL.get(self.verb, EFFECTS[self.verb])
            if name in touched:
                return ANY
            raise KeyError(name)
        value = EFFECTS[self.verb][name]
        if value != "asked":
            return value
        if name == "entry":
            return {"none": None, "auto": ANY}.get(self.boot, self.boot)
        if name == "priority":
            return ANY if self.priority is None else self.priority
        return self.size


def entries():
    """The kinds of boot entry of each path, and what is not ours of the fstab."""
    found = {}
    with open(FSTAB, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    foreign = []
    while lines:
        line = lines.pop(0)
        if not line.startswith(MARKER):
            foreign.append(line)
            continue
        check(lines, f"a marker without its line in {FSTAB}")
        path, _, kind = lines.pop(0).split()[:3]
        equal(kind, b"swap", f"what is behind a marker in {FSTAB}")
        found.setdefault(os.fsdecode(harness.unescape(path)), []).append("fstab")
    for name in os.listdir(UNITS):
        if not name.endswith(".swap"):
            continue
        with open(f"{UNITS}/{name}", encoding="utf-8") as file:
            what = re.search(r"^What=(.*)$", file.read(), re.MULTILINE)
        check(what, f"the unit {name} has no What=")
        enabled = os.path.islink(f"{WANTS}/{name}")
        found.setdefault(what[1], []).append("systemd" if enabled else "systemd, not enabled")
    return found, b"".join(foreign)


@dataclass
class Area:
    exists: bool
    active: bool
    size: int
    priority: int
    entry: str  # its kind, or None

    def __str__(self):
        if not self.exists:
            return "absent"
        return f"{self.size >> 20} MiB, {'active' if self.active else 'off'}, {self.entry}"


def look(path, kinds, after_kill):
    """How an area is; a failure where its parts do not agree."""
    row = row_of(path)
    found = kinds.get(path, [])
    check(len(found) <= 1, f"{path} has several boot entries: {found}")
    if not os.path.lexists(path):
        check(row is None, f"{path} is active, and has no file")
        equal(found, [], f"boot entries of {path}, which does not exist")
        return Area(False, False, 0, None, None)
    info = os.lstat(path)
    check(stat.S_ISREG(info.st_mode), f"{path} is no regular file")
    equal((info.st_mode & 0o7777, info.st_uid, info.st_nlink), (0o600, 0, 1),
          f"mode, owner and links of {path}")
    check(info.st_blocks * 512 >= info.st_size, f"{path} has holes")
    pages = harness.header(path).pages
    check(pages * PAGE == info.st_size or (after_kill and pages * PAGE < info.st_size),
          f"{path}: {pages} pages in the header of {info.st_size} bytes")
    check(row is None or row.size == (pages - 1) * PAGE,
          f"{path}: {pages} pages in the header, {row and row.size} bytes in /proc/swaps")
    check(found != ["systemd, not enabled"] or after_kill, f"{path}: a unit that is not enabled")
    # The kernel numbers those that it chose itself anew whenever one goes.
    return Area(True, row is not None, info.st_size, row and max(row.priority, -1),
                found[0] if found else None)


def leftovers(directories, paths):
    """Files, areas and boot files that no area explains."""
    known = set(paths)
    found = [f"{directory}/{name}" for directory in directories for name in os.listdir(directory)
             if name != "lost+found" and f"{directory}/{name}" not in known]
    found += [os.fsdecode(row.path) for row in harness.our_swaps()
              if os.fsdecode(row.path) not in known]
    for directory in ("/etc", UNITS, WANTS):
        if os.path.isdir(directory):
            found += [f"{directory}/{name}" for name in os.listdir(directory)
                      if name.endswith(".swapcfg-new")]
    return sorted(set(found))


def last_of(commands):
    """Those that may have come last: none that was done began after their end."""
    done = max((command.start for command in commands if command.outcome != "killed"), default=0)
    return [command for command in commands if command.end >= done]


def explain(path, before, area, commands):
    """Whether what was there before and the commands since explain an area; else a failure."""
    # What failed has undone what it did.
    commands = [command for command in commands if command.outcome in ("done", "killed")]
    for name in ("exists", "active", "size", "priority", "entry"):
        setters = []
        for command in commands:
            try:
                command.effect(name)
            except KeyError:
                continue
            setters.append(command)
        values = [command.effect(name) for command in last_of(setters)]
        # A command that did nothing to it may be all that there was, or may have been killed first.
        if not any(command.outcome != "killed" for command in setters):
            values.append(getattr(before, name))
        have = getattr(area, name)
        if ANY in values or have in values:
            continue
        if name == "priority" and (not area.active or not before.active):
            continue
        told = "\n".join(f"  {command}" for command in sorted(commands, key=lambda one: one.end)
                         if command.verb not in ("plan", "status"))
        raise harness.Failure(f"{path} has {name} {have} instead of one of {values}: it was "
                              f"{before}, is {area}, and these came between:\n{told}")
