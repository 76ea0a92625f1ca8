# SPDX-License-Identifier: MIT
"""Judges what a power cut left: what was seen on a rebuilt card, against what there was before the
command and after it."""

import json
from dataclasses import dataclass

INITTAB = "/etc/inittab"
# What no file system's weakness excuses.
SERIOUS = ("inittab is neither", "somebody else", "a file system cannot be", "the check did not")


@dataclass(frozen=True)
class State:
    """A card between two commands."""

    sums: tuple  # (path, checksum) of the boot file and of files of somebody else
    file: str  # the size of the area's file, or none
    active: tuple  # (path, KiB) of what is active

    @classmethod
    def of(cls, report, when):
        return cls(report.pairs(when, "sum"), report.rest(when, "file"),
                   report.pairs(when, "active"))

    @property
    def inittab(self):
        return dict(self.sums).get(INITTAB)

    @property
    def kept(self):
        return tuple((path, sum) for path, sum in self.sums if path != INITTAB)


class Report:
    """The facts that cutcard said, one a line, and the kernel's messages."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.kernel = [line for line in self.lines if line.startswith("[")]

    def all(self, *words):
        """What comes behind these words."""
        start = " ".join(words)
        return [line[len(start):].strip() for line in self.lines
                if line == start or line.startswith(start + " ")]

    def rest(self, *words):
        found = self.all(*words)
        return found[0] if len(found) == 1 else f"{len(found)} facts instead of one"

    def pairs(self, *words):
        return tuple(sorted(tuple(line.split()) for line in self.all(*words)))


@dataclass(frozen=True)
class Operation:
    """One command on one area, and the card's state before and after it."""

    name: str
    path: str
    command: str
    old: State
    new: State
    begin: int  # positions in the log
    returned: int
    settled: int

    def may_be_active(self, lasts):
        """What a boot may make of it; once the command has returned, nothing but what it did."""
        return {self.new.active} if lasts else {self.old.active, self.new.active, ()}


def judge(text, operation, position):
    """What is wrong with a card that was cut off at a position of the log; nothing, if all is well.
    Once the command has returned, what it did has to last."""
    report = Report(text)
    if not report.all("checked"):
        return ["the check did not come to its end"]
    if report.all("unmountable"):
        return ["a file system cannot be mounted", *report.kernel]
    lasts = position >= operation.returned
    return [*judge_found(report, operation, lasts), *judge_boot(report, operation, lasts),
            *judge_repaired(report, operation), *judge_kernel(report)]


def judge_found(report, operation, lasts):
    found, old, new = State.of(report, "found"), operation.old, operation.new
    if found.inittab not in (old.inittab, new.inittab):
        yield "inittab is neither the old nor the new text"
    elif lasts and found.inittab != new.inittab:
        yield "inittab is the old text, although the command had returned"
    if found.kept != new.kept:
        yield f"somebody else's file is not what it was: {found.kept}"
    if lasts and new.file != "none" and found.file != new.file:
        yield f"the file has {found.file} bytes, although the command had returned"


def judge_boot(report, operation, lasts):
    """After a boot the area is the old one or the new one, whole, or it is cleanly absent."""
    entries = report.all("entry")
    for entry in entries:
        if not entry.startswith("0 "):
            yield f"a boot entry fails: {entry}"
    active = report.pairs("booted", "active")
    if active not in operation.may_be_active(lasts):
        yield f"after the boot {list(active)} is active"
    if bool(active) != bool(entries):
        yield f"{len(entries)} boot entries make {len(active)} areas active"


def judge_repaired(report, operation):
    """The same command again, whatever it finds, ends as if there had been no cut."""
    if not report.rest("run").startswith("0 "):
        yield f"the same command again fails: {report.all('run')}"
    repaired = State.of(report, "repaired")
    for what in ("sums", "file", "active"):
        now, wanted = getattr(repaired, what), getattr(operation.new, what)
        if now != wanted:
            yield f"after the same command again {what} is {now} instead of {wanted}"
    for left in report.all("repaired", "left"):
        yield f"left over: {left}"
    if report.all("busy"):
        yield "the card cannot be unmounted"
    yield from judge_status(report, operation)


def judge_status(report, operation):
    try:
        area = json.loads(report.rest("status"))["areas"][0]
    except (ValueError, LookupError):
        yield f"no status: {report.all('status')}"
        return
    wanted = bool(operation.new.active)
    size = int(operation.new.file) if operation.new.file.isdigit() else 0
    if area["active"] != wanted or bool(area["boot"]) != wanted or area["size_bytes"] != size:
        yield f"status is not what was asked for: {area}"


def judge_kernel(report):
    for line in report.kernel:
        if any(word in line for word in ("BUG", "Oops", "EXT4-fs error", "exFAT-fs error")):
            yield f"the kernel: {line}"
