#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An area from its making to its end on every file system that can hold one, with memory in it."""

import os
import re
import threading
import uuid

import harness
from harness import MIB, PAGE, check, equal, row_of, swapcfg, swapcfg_json

WRITABLE = ["ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "exfat", "f2fs", "ntfs3"]
NO_MODES = {"vfat", "exfat"}
HIGHEST = 32767  # so that the kernel takes our area first
HOG_MIB = 64
points = {}
held_areas = set()
hog_program = None


class Hog(harness.Hog):
    """A program with memory in swap."""

    def __init__(self, area):
        self.area = area
        super().__init__(hog_program, HOG_MIB)

    def swapped(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"^VmSwap:\s+(\d+) kB$", file.read(), re.MULTILINE)[1]) * 1024

    def push_out(self):
        self.ask("o", "out")
        check(self.swapped() >= HOG_MIB * MIB // 2, f"only {self.swapped()} bytes were swapped out")
        # An area of somebody else with the same priority gets its share of them.
        others = [row for row in harness.swaps()
                  if row.priority == HIGHEST and row.path != os.fsencode(self.area)]
        used = row_of(self.area).used
        check(used >= (PAGE if others else HOG_MIB * MIB // 2),
              f"only {used} bytes were swapped out to {self.area}: {harness.swaps()}")

    def verify(self):
        self.ask("v", "verified")

    def end(self):
        self.process.stdin.close()
        equal(self.process.wait(), 0, "exit status of the hog")


class Watch:
    """Samples how much swap there is in a directory, as often as it can."""

    def __init__(self, directory):
        self.directory = directory
        self.stop = threading.Event()
        self.sums = []
        self.thread = threading.Thread(target=self.sample)

    def sample(self):
        while not self.stop.is_set():
            self.sums.append(sum(row.size for row in harness.swaps()
                                 if harness.under(row.path, self.directory)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stop.set()
        self.thread.join()


def is_as(path, size, priority, label=b"", wanted_uuid=None):
    """The kernel, the file and the status say the same."""
    row = row_of(path)
    check(row is not None, f"{path} is not active")
    equal((row.kind, row.priority), ("file", priority), "kind and priority in /proc/swaps")
    # Of blocks smaller than a page the kernel loses up to a page for each fragment.
    lost = 8 * PAGE if os.statvfs(path).f_bsize < PAGE else 0
    check(size - PAGE - lost <= row.size <= size - PAGE, f"/proc/swaps says {row.size} of {size}")
    info = os.stat(path)
    equal(info.st_size, size, "size of the file")
    check(info.st_blocks * 512 >= size, "the file has holes")
    if os.path.basename(os.path.dirname(path)) not in NO_MODES:
        equal((info.st_mode & 0o7777, info.st_uid), (0o600, 0), "mode and owner")
    found = harness.header(path)
    equal((found.pages, found.label), (size // PAGE, label), "pages and label in the header")
    area = harness.area_of(path)
    equal((area["path"], area["backing"], area["active"], area["size_bytes"], area["priority"],
           area["label"], area["page_size"], area["boot"]),
          (path, "file", True, size, priority, label.decode(), PAGE, []), "status")
    equal(uuid.UUID(area["uuid"]).bytes, found.uuid, "UUID in the status")
    if wanted_uuid:
        equal(area["uuid"], wanted_uuid, "UUID")


def point_of(kind):
    if kind not in points:
        points[kind] = harness.mounted(kind, 600 * MIB)
    return points[kind]


def creates(kind):
    path = f"{point_of(kind)}/area"
    wanted = str(uuid.uuid4())
    plan = swapcfg_json("plan", "create", path, "--size", "64M", "--boot=none")
    equal((plan["feasible"], [step["kind"] for step in plan["steps"]]),
          (True, ["allocate", "format", "publish", "activate"]), "plan")
    check(not os.path.exists(path), "the plan made the file")
    swapcfg("create", path, "--size", "64M", "--boot=none", "--priority", "7", "--label",
            "a label", "--uuid", wanted)
    is_as(path, 64 * MIB, 7, b"a label", wanted)
    seen = harness.command("blkid", "-p", "-o", "export", path).splitlines()
    for line in ("TYPE=swap", f"UUID={wanted}", "LABEL=a\\ label"):
        check(line in seen, f"blkid says {seen}, not {line}")
    seen = harness.command("file", "-b", "-s", path)
    check("swap file" in seen and wanted in seen, f"file(1) says {seen}")


def creates_again(kind):
    path = f"{point_of(kind)}/area"
    before = harness.snapshot(point_of(kind))
    args = ["create", path, "--size", "64M", "--boot=none"]
    plan = swapcfg_json("plan", *args)
    equal((plan["feasible"], plan["steps"]), (True, []), "plan")
    swapcfg(*args)
    swapcfg(*args, "--priority", "7", "--label", "a label")
    harness.untouched(before, point_of(kind))


def never_less(watch, size):
    """There never was less swap than an area of the size has behind its header."""
    check(len(watch.sums) > 10, f"only {len(watch.sums)} samples were taken")
    check(min(watch.sums) >= size - PAGE, f"for a while there were only {min(watch.sums)} of swap")


def resizes(kind, old, new):
    path = f"{point_of(kind)}/area"
    before = harness.header(path)
    with Watch(point_of(kind)) as watch:
        swapcfg("resize", path, "--size", str(new))
    is_as(path, new, 7, b"a label")
    equal(harness.header(path).uuid, before.uuid, "UUID after the resize")
    never_less(watch, min(old, new))
    equal(sorted(os.listdir(point_of(kind))), sorted({"area", *ALWAYS.get(kind, [])}), "files")


ALWAYS = {"ext2": ["lost+found"], "ext3": ["lost+found"], "ext4": ["lost+found"]}


def disables_and_enables(kind):
    path = f"{point_of(kind)}/area"
    before = harness.header(path)
    swapcfg("disable", path)
    check(row_of(path) is None, "it is still active")
    equal(os.stat(path).st_size, 64 * MIB, "size of the file that stays")
    area = harness.area_of(path)
    equal((area["active"], area["used_bytes"], area["size_bytes"]), (False, 0, 64 * MIB), "status")
    still = harness.snapshot(point_of(kind))
    swapcfg("disable", path)
    harness.untouched(still, point_of(kind))
    swapcfg("enable", path, "--priority", "9", "--boot=none")
    is_as(path, 64 * MIB, 9, b"a label")
    equal(harness.header(path), before, "header")
    still = harness.snapshot(point_of(kind))
    swapcfg("enable", path, "--boot=none")
    harness.untouched(still, point_of(kind))


def changes_priority(kind):
    path = f"{point_of(kind)}/area"
    before = os.stat(path).st_ino
    swapcfg("create", path, "--size", "64M", "--priority", "100", "--boot=none")
    is_as(path, 64 * MIB, 100, b"a label")
    equal(os.stat(path).st_ino, before, "inode")
    swapcfg("create", path, "--size", "64M", "--priority", "-1", "--boot=none")
    check(row_of(path).priority < 0, f"its priority is {row_of(path).priority}")


def keeps_memory(kind):
    path = f"{point_of(kind)}/hogged"
    swapcfg("create", path, "--size", "96M", "--priority", str(HIGHEST), "--boot=none")
    hog = Hog(path)
    try:
        hogged(path, hog)
    finally:  # or the next hog would use this area, too
        hog.end()
        swapcfg("remove", path, status=None)


def hogged(path, hog):
    hog.push_out()
    for size in (128, 80):
        with Watch(os.path.dirname(path)) as watch:
            swapcfg("resize", path, "--size", f"{size}M")
        never_less(watch, min(96, size) * MIB)
        equal(row_of(path).priority, HIGHEST, "priority after the resize")
        hog.verify()
        hog.push_out()
    swapcfg("disable", path)
    check(row_of(path) is None and hog.swapped() == 0, "pages are still in swap")
    hog.verify()
    swapcfg("enable", path, "--priority", str(HIGHEST), "--boot=none")
    hog.push_out()
    equal(harness.area_of(path)["used_bytes"], row_of(path).used, "used_bytes in the status")
    swapcfg("remove", path)
    hog.verify()
    check(not os.path.exists(path), "the file is still there")
    held_areas.add(os.path.basename(os.path.dirname(path)))


def removes(kind):
    path = f"{point_of(kind)}/area"
    check(row_of(path) is not None, "there is nothing to remove")
    swapcfg("remove", path)
    check(row_of(path) is None, "it is still active")
    equal(sorted(os.listdir(point_of(kind))), ALWAYS.get(kind, []), "files left")
    swapcfg("remove", path)


FSCK = {
    "ext2": ["e2fsck", "-fn"],
    "ext3": ["e2fsck", "-fn"],
    "ext4": ["e2fsck", "-fn"],
    "xfs": ["xfs_repair", "-n"],
    "btrfs": ["btrfs", "check", "--readonly"],
    "vfat": ["fsck.vfat", "-n"],
    "exfat": ["fsck.exfat", "-n"],
    "f2fs": ["fsck.f2fs", "--dry-run"],
}


def is_sound(kind):
    if kind not in FSCK:
        raise harness.Skip(f"nothing checks {kind}")
    harness.need(FSCK[kind][0])
    check(kind in held_areas, "no area was on it")
    harness.unmount(point_of(kind))
    harness.command(*FSCK[kind], f"{harness.scratch}/{kind}.img")


def cases():
    for kind in WRITABLE:
        if not harness.has_filesystem(kind):
            yield f"{kind}: everything", harness.need_filesystem, kind
            continue
        for name, function, *args in (
            ("create makes what was asked for", creates),
            ("create does nothing the second time", creates_again),
            ("resize to more while active", resizes, 64 * MIB, 96 * MIB),
            ("resize to less while active", resizes, 96 * MIB, 64 * MIB),
            ("disable and enable", disables_and_enables),
            ("create changes the priority", changes_priority),
            ("remove leaves nothing", removes),
            ("memory survives resize, disable, enable and remove", keeps_memory),
            ("the file system is sound", is_sound),
        ):
            yield f"{kind}: {name}", function, kind, *args


def build_hog():
    global hog_program
    hog_program = harness.build("hog.c")


if __name__ == "__main__":
    harness.main(("the hog is built", build_hog), *cases())
