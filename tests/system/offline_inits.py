#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--root: images of systems whose init has a way of its own for swap. AUTO finds it, the entry is
enabled, status names it, and removing it leaves the image as it was."""

import os

import harness
from harness import MIB, check, equal, swapcfg_json

BUSYBOX = b"\x7fELF BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)"
top = None

# For each system: files, links, and the entry's kind, file, mode and some of its lines.
SYSTEMS = {
    "systemd": {
        "files": {"lib/systemd/systemd": b"\x7fELF", "sbin/swapon": b"\x7fELF util-linux",
                  "etc/systemd/system/kept.service": b"[Service]\nExecStart=/bin/true\n"},
        "links": {"sbin/init": "/lib/systemd/systemd"},
        "kind": "systemd", "file": "/etc/systemd/system/swapfile.swap", "mode": 0o644,
        "lines": [b"What=/swapfile", b"Priority=7", b"WantedBy=swap.target"],
        "enabled": {"etc/systemd/system/swap.target.wants/swapfile.swap": "../swapfile.swap"}},
    "OpenRC": {
        "files": {"bin/busybox": BUSYBOX, "sbin/openrc-run": b"\x7fELF",
                  "usr/sbin/swapcfg": b"\x7fELF",
                  "etc/inittab": b"::sysinit:/sbin/openrc sysinit\n",
                  "etc/runlevels/boot/kept": b"", "etc/init.d/kept": b"#!/sbin/openrc-run\n"},
        "links": {"sbin/init": "/bin/busybox", "sbin/swapon": "/bin/busybox"},
        "kind": "openrc", "file": "/etc/init.d/swapcfg", "mode": 0o755,
        "lines": [b"area '/swapfile' /usr/sbin/swapcfg boot --priority 7 '/swapfile'"],
        "enabled": {"etc/runlevels/boot/swapcfg": "/etc/init.d/swapcfg"}},
    "Buildroot": {
        "files": {"bin/busybox": BUSYBOX, "usr/sbin/swapcfg": b"\x7fELF",
                  "etc/init.d/rcS": b"#!/bin/sh\nfor i in /etc/init.d/S??*; do $i start; done\n",
                  "etc/init.d/S01fs": b"#!/bin/sh\nmount -a\n"},
        "links": {"sbin/init": "/bin/busybox", "sbin/swapon": "/bin/busybox"},
        "kind": "initd", "file": "/etc/init.d/S02swapcfg", "mode": 0o755,
        "lines": [b"area '/swapfile' /usr/sbin/swapcfg boot --priority 7 '/swapfile'"],
        "enabled": {}},
    "OpenWrt": {
        "files": {"bin/busybox": BUSYBOX, "sbin/procd": b"\x7fELF", "sbin/init": b"\x7fELF",
                  "sbin/block": b"\x7fELF", "etc/inittab": b"::sysinit:/etc/init.d/rcS S boot\n",
                  "etc/config/fstab": b"config global\n\toption anon_swap '0'\n"},
        "links": {"sbin/swapon": "/bin/busybox"},
        "kind": "uci", "file": "/etc/config/fstab", "mode": 0o644,
        "lines": [b"\toption device '/swapfile'", b"\toption priority '7'"],
        "enabled": {}},
}


def make_disk():
    global top
    top = harness.mounted("ext4", 400 * MIB, "roots")


def make_root(name, system):
    root = f"{top}/{name}"
    for path, content in system["files"].items():
        os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
        with open(f"{root}/{path}", "wb") as file:
            file.write(content)
    for path, target in system["links"].items():
        os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
        os.symlink(target, f"{root}/{path}")
    return root


def contents(root):
    """Names, modes, link targets and bytes of all that is in a root."""
    found = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            info = os.lstat(path)
            found[os.path.relpath(path, root)] = (info.st_mode, harness.describe(path)[-1])
    return found


def entries(area):
    return [(entry["kind"], entry["file"], entry["ours"]) for entry in area["boot"]]


def whole_life(name):
    system = SYSTEMS[name]
    root = make_root(name, system)
    before = set(contents(root))
    texts = {path: open(f"{root}/{path}", "rb").read() for path in system["files"]}
    area, = swapcfg_json("--root", root, "create", "/swapfile", "--size", "8M", "--priority", "7",
                         )["areas"]
    equal(entries(area), [(system["kind"], system["file"], True)], "boot entries in the status")
    path = root + system["file"]
    with open(path, "rb") as file:
        lines = file.read().splitlines()
    for line in system["lines"]:
        check(any(line in each for each in lines), f"no {line} in {lines}")
    equal(os.stat(path).st_mode & 0o7777, system["mode"], f"mode of {system['file']}")
    for link, target in system["enabled"].items():
        equal(os.readlink(f"{root}/{link}"), target, link)
    equal(swapcfg_json("--root", root, "plan", "create", "/swapfile", "--size", "8M",
                       "--priority", "7")["steps"], [], "second plan")
    swapcfg_json("--root", root, "remove", "/swapfile")
    equal(set(contents(root)), before, "names afterwards")
    for path, text in texts.items():
        with open(f"{root}/{path}", "rb") as file:
            equal(file.read(), text, path)


def refused():
    """A kind that cannot work says why, and touches nothing."""
    for name, kind in (("systemd", "uci"), ("OpenWrt", "inittab"), ("Buildroot", "openrc"),
                       ("OpenRC", "systemd")):
        root = f"{top}/{name}"
        before = contents(root)
        error = swapcfg_json("--root", root, "create", "/swapfile", "--size", "8M",
                             f"--boot={kind}", status=3)["error"]
        equal(error["reason"], "boot-entry-unsupported", f"{kind} on {name}")
        check("choose another kind" in error["message"], error["message"])
        equal(contents(root), before, f"the root of {name}")


def no_directory():
    """What would hold the entry has no place: that is said before anything is made."""
    root = f"{top}/OpenRC"
    os.rename(f"{root}/etc/init.d", f"{root}/etc/elsewhere")
    before = contents(root)
    error = swapcfg_json("--root", root, "create", "/swapfile", "--size", "8M",
                         "--boot=openrc", status=3)["error"]
    equal(error["reason"], "boot-entry-unsupported", "reason")
    equal(contents(root), before, "the root")


if __name__ == "__main__":
    harness.main(
        ("a disk for the roots", make_disk),
        *((name, lambda name=name: whole_life(name)) for name in SYSTEMS),
        ("kinds that cannot work", refused),
        ("a directory that is missing", no_directory),
    )
