#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--root: the mounted image of a device like the NanoKVM, with a second mount for its data."""

import os

import harness
from harness import MIB, PAGE, check, equal, swapcfg, swapcfg_json

INITTAB = b"""# /etc/inittab of a small device

id:3:initdefault:

si0::sysinit:/bin/mount -t proc proc /proc
si1::sysinit:/bin/mount -o remount,rw /
si2::sysinit:/bin/mkdir -p /dev/pts /dev/shm
si3::sysinit:/bin/mount -a
si4::sysinit:/bin/mkdir -p /run/lock/subsys
si5::sysinit:/sbin/swapon -a
si6::sysinit:/bin/ln -sf /proc/self/fd /dev/fd 2>/dev/null
si10::sysinit:/bin/hostname -F /etc/hostname
rcS:12345:wait:/etc/init.d/rcS

1:2345:respawn:/sbin/getty -L console 115200 vt100

shd0:06:wait:/etc/init.d/rcK
shd1:06:wait:/sbin/swapoff -a
shd2:06:wait:/bin/umount -a -r
hlt0:0:wait:/sbin/halt -dhp
reb0:6:wait:/sbin/reboot

"""
FSTAB = b"/dev/root\t/\text4\trw,noauto\t0 1\nproc\t/proc\tproc\tdefaults\t0 0\n"
S01FS = b"""#!/bin/sh
mount /dev/mmcblk0p1 /boot
[ -e /boot/usb.disk0 ] && mount /dev/mmcblk0p3 /data
"""
MADE_BY_SERVER = b"si11::sysinit:/sbin/swapon /swapfile\n"
root = None


def write(name, content, mode=0o644):
    path = f"{root}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def make_tree():
    """sysvinit, and tools that are links to BusyBox."""
    global root
    root = harness.mounted("ext4", 400 * MIB, "root")
    write("etc/inittab", INITTAB)
    write("etc/fstab", FSTAB)
    write("etc/init.d/rcS", b"#!/bin/sh\nfor i in /etc/init.d/S*; do $i start; done\n", 0o755)
    write("etc/init.d/S01fs", S01FS, 0o755)
    write("sbin/init", b"\x7fELF sysvinit", 0o755)
    write("bin/busybox", b"\x7fELF BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)", 0o755)
    os.symlink("../bin/busybox", f"{root}/sbin/swapon")
    for name in ("boot", "proc", "run"):
        os.mkdir(f"{root}/{name}")
    data = harness.mounted("ext4", 200 * MIB, "data")
    os.mkdir(f"{root}/data")
    harness.command("mount", "--bind", data, f"{root}/data")


def inittab():
    with open(f"{root}/etc/inittab", "rb") as file:
        return file.read()


def added_lines():
    """What is in the inittab that was not there; nothing may have gone."""
    lines, old = inittab().splitlines(), INITTAB.splitlines()
    added = []
    for line in lines:
        if old and line == old[0]:
            old.pop(0)
        else:
            added.append(line)
    equal(old, [], "lines that were there before")
    return added


def offline(*args, status=0):
    return swapcfg_json("--root", root, *args, status=status)


def create(path, *options):
    """Makes an area in the tree; gives its status."""
    plan = offline("plan", "create", path, "--size", "32M", *options)
    check(plan["feasible"] and plan["steps"][-1]["kind"] == "persist", f"plan: {plan}")
    equal(plan["steps"][-1]["path"], "/etc/inittab", "file of the boot entry")
    area, = offline("create", path, "--size", "32M", *options)["areas"]
    equal((area["path"], area["active"], area["size_bytes"]), (path, False, 32 * MIB), "status")
    equal(harness.header(root + path).pages, 32 * MIB // PAGE, "pages in the header")
    info = os.stat(root + path)
    equal((info.st_mode & 0o7777, info.st_size), (0o600, 32 * MIB), "mode and size")
    check(info.st_blocks * 512 >= 32 * MIB, "the file has holes")
    equal(harness.our_swaps(), [], "active areas")
    equal(offline("plan", "create", path, "--size", "32M", *options)["steps"], [], "second plan")
    return area


def on_root():
    """It can be activated with the rest of sysinit, and the id is short and new."""
    area = create("/swapfile")
    entry, = added_lines()[-1:]
    fields = entry.split(b":", 3)
    equal(fields[2:], [b"sysinit", b"/sbin/swapon /swapfile"], "entry")
    check(0 < len(fields[0]) <= 4 and INITTAB.count(b"\n" + fields[0] + b":") == 0,
          f"id {fields[0]!r}")
    equal([(line["kind"], line["file"], line["ours"]) for line in area["boot"]],
          [("inittab", "/etc/inittab", True)], "boot entries in the status")
    shown = inittab().splitlines()[area["boot"][0]["line"] - 1]
    equal(shown, entry, "the line that the status names")


def on_data():
    """A script mounts it, so the entry has to stand behind the scripts."""
    create("/data/swapfile")
    entry, = [line for line in added_lines() if b"/data/swapfile" in line and line[:1] != b"#"]
    fields = entry.split(b":", 3)
    equal(fields[2:], [b"wait", b"/sbin/swapon /data/swapfile"], "entry")
    check(b"3" in fields[1], f"it does not run in the default runlevel: {entry}")
    text = inittab()
    check(text.index(entry) > text.index(b"rcS:12345:wait:"), "it stands before the scripts")
    ids = [line.split(b":")[0] for line in text.splitlines() if line and line[:1] != b"#"]
    equal(len(ids), len(set(ids)), "distinct ids of all ids")


def both_differ():
    entries = [line for line in added_lines() if line[:1] != b"#"]
    equal(len(entries), 2, f"entries in {entries}")
    check(entries[0].split(b":")[2] != entries[1].split(b":")[2], f"the same action: {entries}")
    areas = {area["path"]: area for area in offline("status")["areas"]}
    equal(sorted(areas), ["/data/swapfile", "/swapfile"], "areas in the status")
    for path, area in areas.items():
        equal((len(area["boot"]), [finding["severity"] for finding in area["findings"]
                                   if finding["severity"] == "blocker"]), (1, []), path)


def removes():
    """All is as before, to the byte, and so are mode and owner of the file."""
    for path in ("/data/swapfile", "/swapfile"):
        offline("remove", path)
        check(not os.path.exists(root + path), f"{path} is still there")
    equal(inittab(), INITTAB, "inittab")
    equal(sorted(os.listdir(f"{root}/etc")), ["fstab", "init.d", "inittab"], "files in /etc")
    info = os.stat(f"{root}/etc/inittab")
    equal((info.st_mode & 0o7777, info.st_uid), (0o644, 0), "mode and owner of the inittab")


def takes_over():
    """The entry that the device's server wrote is replaced, not doubled."""
    write("etc/inittab", INITTAB + MADE_BY_SERVER)
    harness.full_file(f"{root}/swapfile", 32 * MIB, 0o600)
    harness.write_swap_header(f"{root}/swapfile", 32 * MIB // PAGE)
    inode = os.stat(f"{root}/swapfile").st_ino
    offline("enable", "/swapfile")
    entries = [line for line in added_lines() if b"/swapfile" in line and line[:1] != b"#"]
    equal(len(entries), 1, f"entries {entries}")
    equal(os.stat(f"{root}/swapfile").st_ino, inode, "inode of the area")
    offline("remove", "/swapfile")
    equal(inittab(), INITTAB, "inittab")


def stays_inside():
    """Neither ".." nor a link."""
    before = harness.snapshot(root)
    for path in ("/../../../../swapfile", "/etc/../../swapfile"):
        plan = offline("plan", "create", path, "--size", "16M")
        equal(plan["steps"][-2]["path"], "/swapfile", f"where {path} leads to")
    os.symlink("/etc", f"{root}/absolute")
    plan = offline("plan", "create", "/absolute/area", "--size", "16M")
    equal([step["path"] for step in plan["steps"] if step["kind"] == "publish"], ["/etc/area"],
          "where an absolute link leads to")
    os.unlink(f"{root}/absolute")
    for path in before.keys() - {os.fsencode(root)}:
        equal(harness.describe(path) if path != b"swaps" else before[path], before[path],
              f"{path!r} was touched")


def read_only_tree():
    """What cannot be written is refused before the area is made."""
    harness.command("mount", "-o", "remount,bind,ro", f"{root}/data")
    error = offline("create", "/data/swapfile", "--size", "16M", status=3)["error"]
    equal(error["reason"], "read-only", "reason")
    harness.command("mount", "-o", "remount,bind,rw", f"{root}/data")
    equal(inittab(), INITTAB, "inittab")


def boot_busybox():
    """The same tree with BusyBox as init, which takes the id for a terminal: it has to be empty."""
    os.unlink(f"{root}/sbin/init")
    os.symlink("../bin/busybox", f"{root}/sbin/init")
    create("/swapfile")
    entry = [line for line in added_lines() if line[:1] != b"#"]
    equal(entry, [b"::sysinit:/sbin/swapon /swapfile"], "entry")
    swapcfg("--root", root, "remove", "/swapfile")
    equal(inittab(), INITTAB, "inittab")


def other_page_size():
    """For a machine with other pages than this one's, a tree's area can be formatted."""
    harness.full_file(f"{root}/foreign", 16 * MIB)
    offline("format", "/foreign", "--page-size", "65536", "--endianness", "big")
    with open(f"{root}/foreign", "rb") as file:
        page = file.read(65536)
    equal((page[-10:], page[1024:1032]),
          (b"SWAPSPACE2", (1).to_bytes(4, "big") + (255).to_bytes(4, "big")), "header")
    offline("remove", "/foreign")


def unusable_root():
    for path, reason in ((f"{root}/nowhere", "missing"), (f"{root}/etc/fstab", "invalid-argument")):
        error = swapcfg_json("--root", path, "status", status=1)["error"]
        equal(error["reason"], reason, f"reason for {path}")


if __name__ == "__main__":
    harness.main(
        ("a tree is made", make_tree),
        ("an area on the root", on_root),
        ("an area on what a script mounts", on_data),
        ("their boot entries differ", both_differ),
        ("remove restores the inittab byte for byte", removes),
        ("an entry of the device's server is taken over", takes_over),
        ("no path leads out of the root", stays_inside),
        ("a read-only mount in the tree", read_only_tree),
        ("BusyBox as init", boot_busybox),
        ("another page size and byte order", other_page_size),
        ("a root that is none", unusable_root),
    )
