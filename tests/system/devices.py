#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Block devices as areas, and those that hold something else."""

import os
from pathlib import Path

import harness
from harness import MIB, PAGE, check, command, equal, row_of, swapcfg, swapcfg_json
from refusals import refused

SIZE = 64 * MIB


def device(name, *options):
    return harness.loop_device(harness.image(name, SIZE), *options)


def is_active(path, size, priority):
    """Of the device, as much as size is used."""
    row = row_of(path)
    check(row is not None, f"{path} is not active")
    equal((row.kind, row.size, row.priority), ("partition", size - PAGE, priority),
          "/proc/swaps")
    area = harness.area_of(path)
    equal((area["path"], area["backing"], area["active"], area["size_bytes"], area["priority"]),
          (path, "device", True, SIZE, priority), "status")
    listed = [each for each in swapcfg_json("status")["areas"] if each["path"] == path]
    for each in [area, *listed]:
        each.pop("used_bytes")  # it is in use: the machine may swap between the two
    equal(listed, [area], "status of everything")


def whole_life():
    path = device("life")
    mode = os.stat(path).st_mode
    swapcfg("format", path, "--label", "on a loop")
    equal(harness.header(path).pages, SIZE // PAGE, "pages in the header")
    check("LABEL=on\\ a\\ loop" in command("blkid", "-p", "-o", "export", path), "blkid")
    before = harness.header(path)
    area = harness.area_of(path)
    equal((area["backing"], area["active"], area["label"], area["size_bytes"]),
          ("device", False, "on a loop", SIZE), "status before it is active")
    swapcfg("enable", path, "--boot=none", "--priority", "5")
    is_active(path, SIZE, 5)
    swapcfg("enable", path, "--boot=none", "--priority", "6")
    is_active(path, SIZE, 6)
    equal(swapcfg_json("plan", "enable", path, "--boot=none")["steps"], [], "second plan")
    swapcfg("enable", path, "--boot=none")
    is_active(path, SIZE, 6)
    swapcfg("disable", path)
    check(row_of(path) is None, "it is still active")
    equal(harness.header(path), before, "header afterwards")
    equal(os.stat(path).st_mode, mode, "mode of the device's node")


def created_blank():
    """It is formatted and used, as far as the size says."""
    path = device("blank")
    swapcfg("create", path, "--size", "32M", "--boot=none", "--label", "half")
    is_active(path, 32 * MIB, row_of(path).priority)
    equal(harness.header(path).pages, 32 * MIB // PAGE, "pages in the header")
    swapcfg("create", path, "--size", "64M", "--boot=none")
    is_active(path, SIZE, row_of(path).priority)
    equal(harness.header(path).label, b"half", "label")
    swapcfg("disable", path)
    refused("no-space", "create", path, "--size", "65M", "--boot=none", touches_nothing_in=[path])
    swapcfg("remove", path)
    check(os.path.exists(path), "the node of the device was deleted")


def read_only():
    path = device("read-only")
    harness.write_swap_header(path, SIZE // PAGE)
    command("losetup", "-d", path)
    path = harness.loop_device(f"{harness.scratch}/read-only.img", "--read-only")
    refused("read-only", "format", path, touches_nothing_in=[path])
    refused("read-only", "enable", path, "--boot=none", touches_nothing_in=[path])


def with_file_system():
    path = device("ext4")
    command(*harness.MKFS["ext4"], path)
    refused("exists", "format", path, touches_nothing_in=[path])
    refused("exists", "create", path, "--size", "64M", "--boot=none", touches_nothing_in=[path])
    refused("not-swap", "enable", path, "--boot=none", touches_nothing_in=[path])
    point = f"{harness.scratch}/ext4"
    os.mkdir(point)
    command("mount", path, point)
    harness.sync(point)
    for force in ([], ["--force"]):
        refused("in-use", "format", path, *force, touches_nothing_in=[point])
        refused("in-use", "create", path, "--size", "64M", "--boot=none", *force,
                touches_nothing_in=[point])
    harness.unmount(point)
    swapcfg("create", path, "--size", "64M", "--boot=none", "--force")
    is_active(path, SIZE, row_of(path).priority)
    swapcfg("disable", path)


def mounted_with_swap_header():
    """A mounted file system that leaves room for a header is in use all the same."""
    path = device("both")
    command(*harness.MKFS["ext4"], path)
    point = f"{harness.scratch}/both"
    os.mkdir(point)
    command("mount", path, point)
    harness.write_swap_header(path, SIZE // PAGE)
    refused("in-use", "enable", path, "--boot=none", touches_nothing_in=[point])
    refused("in-use", "format", path, "--force", touches_nothing_in=[point])
    harness.unmount(point)


def partitioned(kind):
    path = device(f"table-{kind}")
    with open(path, "r+b") as file:
        if kind == "mbr":
            file.seek(446)
            file.write(bytes([0, 0, 2, 0, 0x83, 0, 0, 0]) + (2048).to_bytes(4, "little") +
                       (4096).to_bytes(4, "little"))
            file.seek(510)
            file.write(b"\x55\xaa")
        else:
            file.seek(512)
            file.write(b"EFI PART")
    refused("exists", "format", path, touches_nothing_in=[path])
    refused("exists", "create", path, "--size", "64M", "--boot=none", touches_nothing_in=[path])
    swapcfg("format", path, "--force")
    equal(harness.header(path).pages, SIZE // PAGE, "pages in the header")


def claimed():
    """Another program has opened it for itself alone."""
    path = device("claimed")
    holder = os.open(path, os.O_RDWR | os.O_EXCL)
    try:
        for force in ([], ["--force"]):
            refused("in-use", "format", path, *force, touches_nothing_in=[path])
    finally:
        os.close(holder)
    swapcfg("format", path)


def active_is_not_formatted():
    path = device("active")
    swapcfg("create", path, "--size", "64M", "--boot=none")
    for force in ([], ["--force"]):
        refused("in-use", "format", path, *force, touches_nothing_in=[path])
    swapcfg("disable", path)


def zram():
    """A new device is added for it; those that are there belong to others."""
    control = Path("/sys/class/zram-control")
    if not control.is_dir():
        raise harness.Skip("this kernel has no zram")
    number = int((control / "hot_add").read_text())
    path, knobs = f"/dev/zram{number}", Path(f"/sys/block/zram{number}")
    try:
        (knobs / "disksize").write_text(str(SIZE))
        swapcfg("create", path, "--size", "64M", "--boot=none", "--priority", "100")
        area = harness.area_of(path)
        equal((area["backing"], area["active"], area["priority"], area["size_bytes"]),
              ("zram", True, 100, SIZE), "status")
        swapcfg("disable", path)
        check(row_of(path) is None, "it is still active")
    finally:
        if row_of(path):
            harness.swapoff(path)
        (knobs / "reset").write_text("1")
        (control / "hot_remove").write_text(str(number))


def not_there():
    for verb in (["enable", "--boot=none"], ["format"], ["create", "--size", "1M", "--boot=none"]):
        path = f"/dev/swapcfg-test-{os.getpid()}"
        error = swapcfg_json(verb[0], path, *verb[1:], status=3)["error"]
        check(error["reason"] in ("missing", "filesystem-unsupported"), f"{verb}: {error}")
        check(not os.path.exists(path), f"{verb} made {path}")
    error = swapcfg_json("enable", "/dev/null", "--boot=none", status=3)["error"]
    equal(error["reason"], "exists", "reason for a character device")


if __name__ == "__main__":
    harness.main(
        ("format, enable, priority, disable", whole_life),
        ("create on a blank device", created_blank),
        ("a device that can only be read", read_only),
        ("a device with a file system, mounted and not", with_file_system),
        ("a mounted device with a swap header", mounted_with_swap_header),
        ("a device with a partition table (MBR)", partitioned, "mbr"),
        ("a device with a partition table (GPT)", partitioned, "gpt"),
        ("a device that another program holds", claimed),
        ("an active device is not formatted", active_is_not_formatted),
        ("zram", zram),
        ("no device", not_there),
    )
