#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""While a command runs, somebody puts other things in place of what it works on, in a tight loop: a
user in directories that he can write to, and an accomplice of root's where only root can. A file
that is somebody else's stays what it is, and the command works on the right one or says why not.

SWAPCFG_TEST_ROUNDS is how often each command runs beside the intruder."""

import collections
import os
import stat
import struct
import subprocess

import harness
from harness import MIB, NOBODY, PAGE, check, equal, row_of, swapcfg

ROUNDS = int(os.environ.get("SWAPCFG_TEST_ROUNDS", "12"))
SMALL, LARGE = 16 * PAGE, 32 * PAGE
PLAIN = ["--keep-free", "0"]
CREATE = ["--boot=none", *PLAIN]
state = {}


def make_disk():
    state["intruder"] = harness.build("intruder.c")
    state["point"] = harness.mounted("ext4", 64 * MIB)


def scene(mode=0o755, owner=0):
    directory = harness.directory_in(state["point"])
    os.chown(directory, owner, owner)
    os.chmod(directory, mode)
    return directory


class Victim:
    """A file of somebody else's. An intruder may link to it, and nothing else may happen to it."""

    def __init__(self, path, swap=False):
        self.path = path
        with open(path, "wb") as file:
            file.write(b"somebody else's\n" * 8192)
        if swap:
            harness.write_swap_header(path, 8)
        os.chmod(path, 0o644)
        self.inode = os.stat(path).st_ino
        self.before = self.looks(path)

    @staticmethod
    def looks(path):
        info = os.lstat(path)
        return (info.st_ino, info.st_mode, info.st_uid, info.st_size, info.st_mtime_ns,
                harness.digest(path))

    def is_there(self, *names):
        """Under its own name, or one of the names that it may have been moved to."""
        for path in (self.path, *names):
            if os.path.exists(path) and os.stat(path).st_ino == self.inode:
                equal(self.looks(path), self.before, path)
                check(row_of(path) is None, f"{path} is active swap")
                return True
        return False

    def is_whole(self, *names):
        check(self.is_there(*names), f"{self.path} is gone")


class Intruder:
    def __init__(self, user, how, directory, name, other):
        self.process = harness.start([state["intruder"], str(user), how, directory, name, other],
                                     stdout=subprocess.PIPE)
        equal(self.process.stdout.readline(), b"ready\n", "the intruder")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def attempt(counts, *args):
    """Runs a command that may be refused or fail, in a sentence, but leaves nothing."""
    result = swapcfg("--json", *args, status=None)
    if result.status == 0:
        counts["done"] += 1
        return True
    error = result.document()["error"]
    check(result.status in (1, 3), f"swapcfg {args}: {result.text()}")
    equal(error["left"], [], f"what {args} left")
    check(len(error["message"].split()) > 3, f"no sentence: {error}")
    counts[error["reason"]] += 1
    return False


def tell(counts):
    print(f"# figure: {sum(counts.values())} commands: " +
          ", ".join(f"{count} {what}" for what, count in counts.most_common()))


def in_sticky_directory():
    """Others can make what is not there, such as the name of a bridge, but not replace what is."""
    top = scene(0o1777)
    path, victim = f"{top}/area", Victim(f"{scene()}/victim", swap=True)
    harness.full_file(path, SMALL)
    harness.write_swap_header(path, SMALL // PAGE)
    swapcfg("enable", path, "--boot=none")
    counts = collections.Counter()
    with Intruder(NOBODY, "links", top, ".area.swapcfg-new", victim.path):
        for number in range(2 * ROUNDS):
            attempt(counts, "resize", path, "--size", str((LARGE, SMALL)[number % 2]), *PLAIN)
            victim.is_whole()
            row = row_of(path)
            check(row and row.size in (SMALL - PAGE, LARGE - PAGE), f"{path} is {row}")
            attempt(counts, "create", f"{top}/new", "--size", str(SMALL), *CREATE)
            check(not os.path.lexists(f"{top}/new"), "it made a file in the sticky directory")
    tell(counts)
    check(counts["path-unsafe"] == 2 * ROUNDS, "a new area in the sticky directory is refused")
    subprocess.run(["rm", "-rf", f"{top}/.area.swapcfg-new"], check=True)
    for size in (LARGE, SMALL):
        swapcfg("resize", path, "--size", str(size), *PLAIN)
    equal(os.listdir(top), ["area"], "files in the end")
    harness.remove(path)
    victim.is_whole()


def commands(path):
    return (["create", path, "--size", str(SMALL), *CREATE],
            ["create", path, "--size", str(SMALL), *CREATE, "--force"],
            ["enable", path, "--boot=none"], ["resize", path, "--size", str(LARGE), *PLAIN],
            ["format", path, "--force"], ["remove", path])


def in_open_directory(mode, owner):
    """Nothing is done there, whatever is there at the moment."""
    top = scene(mode, owner)
    path, victim = f"{top}/area", Victim(f"{scene()}/victim", swap=True)
    counts = collections.Counter()
    with Intruder(NOBODY, "links", top, "area", victim.path):
        for _ in range(max(1, ROUNDS // 3)):
            for args in commands(path):
                check(not attempt(counts, *args), f"{args} worked")
                victim.is_whole()
            attempt(counts, "disable", path)
            victim.is_whole()
    tell(counts)


def on_the_way():
    """The directory that holds the area is exchanged for a link to one with another area."""
    theirs = scene(0o755, NOBODY)
    other = f"{scene()}/area"
    swapcfg("create", other, "--size", str(SMALL), *CREATE)
    os.mkdir(f"{theirs}/way", 0o755)
    os.symlink(os.path.dirname(other), f"{theirs}/link")
    path = f"{theirs}/way/area"
    harness.full_file(path, SMALL)
    harness.write_swap_header(path, SMALL // PAGE)
    before = harness.describe(other)
    counts = collections.Counter()
    with Intruder(NOBODY, "exchange", theirs, "way", "link"):
        for _ in range(ROUNDS):
            for args in commands(path):
                check(not attempt(counts, *args), f"{args} worked")
            attempt(counts, "disable", path)
            equal(harness.describe(other), before, "the other area's file")
            check(row_of(other) is not None, "the other area was switched off")
    tell(counts)
    check(counts["path-unsafe"] >= 3 * ROUNDS, "path-unsafe is the usual reason")
    harness.remove(other)


def by_an_acl():
    """The mode says that only root can write, and that is not so."""
    top = scene()
    acl = [(0x01, 7, 0xffffffff), (0x02, 7, NOBODY), (0x04, 5, 0xffffffff),
           (0x10, 7, 0xffffffff), (0x20, 5, 0xffffffff)]
    os.setxattr(top, "system.posix_acl_access",
                struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in acl))
    equal(stat.S_IMODE(os.stat(top).st_mode), 0o775, "mode of the directory")
    path, victim = f"{top}/area", Victim(f"{scene()}/victim", swap=True)
    counts = collections.Counter()
    with Intruder(NOBODY, "links", top, "area", victim.path):
        for args in commands(path):
            check(not attempt(counts, *args), f"{args} worked")
            victim.is_whole()
    tell(counts)


# What root's commands do beside an accomplice: whether the area is there and active at first.
BESIDE = (
    ("create", None, ["--size", str(SMALL), *CREATE]),
    ("create", False, ["--size", str(LARGE), *CREATE]),
    ("create", False, ["--size", str(SMALL), *CREATE, "--uuid", "random"]),
    ("create", True, ["--size", str(SMALL), *CREATE, "--priority", "7"]),
    ("enable", False, ["--boot=none"]),
    ("resize", True, ["--size", str(LARGE), *PLAIN]),
    ("resize", True, ["--size", str(LARGE), *PLAIN, "--in-place"]),
    ("resize", False, ["--size", str(LARGE), *PLAIN]),
    ("format", False, []),
    ("disable", True, []),
    ("remove", False, []),
)


def once_beside(counts, top, active, args):
    """Whatever the two did, the victim is whole, and there is nothing but the area and it."""
    path, victim = f"{top}/area", Victim(f"{top}/victim")
    if active is not None:
        harness.full_file(path, SMALL)
        harness.write_swap_header(path, SMALL // PAGE)
        if active:
            harness.swapon(path)
    with Intruder(0, "exchange", top, "area", "victim"):
        done = attempt(counts, *args)
    names = [name for name in ("area", "victim") if os.path.exists(f"{top}/{name}")]
    equal(sorted(os.listdir(top)), names, "files")
    rows = [row for row in harness.our_swaps() if harness.under(row.path, top)]
    if active and args[0] != "disable":
        check(len(rows) == 1 and rows[0].size >= SMALL - PAGE, f"less swap than before: {rows}")
    if args[0] == "remove" and done:
        # A name is looked at and deleted in two calls: no kernel has one for both.
        counts["deleted in between"] += not victim.is_there(path)
    else:
        victim.is_whole(path)
    for row in rows:
        harness.swapoff(row.path)
    for name in names:
        os.unlink(f"{top}/{name}")


def beside_an_accomplice():
    """Root's own directory, in which a program of root's exchanges the area for a file that is not
    ours: what was checked is what is used."""
    top = scene()
    for verb, active, options in BESIDE:
        counts = collections.Counter()
        for _ in range(ROUNDS):
            once_beside(counts, top, active, [verb, f"{top}/area", *options])
        print(f"# {verb} {' '.join(options)}: {dict(counts)}")


if __name__ == "__main__":
    harness.main(
        ("a disk is made", make_disk),
        ("a sticky directory", in_sticky_directory),
        ("a directory that everybody writes to", in_open_directory, 0o777, 0),
        ("a directory of another user", in_open_directory, 0o755, NOBODY),
        ("a link in place of a directory on the way", on_the_way),
        ("a directory with an ACL", by_an_acl),
        ("an accomplice of root's", beside_an_accomplice),
    )
