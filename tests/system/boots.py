#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is written for the next boot brings the area back: a BusyBox system in a directory is set up
by swapcfg running inside of it, and then booted by BusyBox's own init.

That init is process 1 of a PID namespace, where shutting down ends no more than that, and its
inittab has no swapoff -a, which would be everybody's."""

import os
import shutil
import subprocess
import time

import harness
from harness import MIB, PAGE, check, equal, row_of

INITTAB = b"""# a small system
::sysinit:/bin/mkdir -p /run/lock
::sysinit:/sbin/swapon -a
::sysinit:/etc/init.d/rcS
::respawn:/bin/sleep 1000
"""
FSTAB = b"# nothing is mounted from here\n"
RCS = b"#!/bin/sh\n/bin/mount -o bind /store /data\n"
root = None


def write(name, content, mode=0o644):
    path = f"{root}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def read(name):
    with open(f"{root}/{name}", "rb") as file:
        return file.read()


def make_system():
    global root
    harness.need("busybox", "ldd", "file")
    busybox = shutil.which("busybox")
    tools = harness.command(busybox, "--list").split()
    if not {"init", "swapon", "mount", "sh"} <= set(tools) or \
            "dynamic" in harness.command("file", "-L", busybox):
        raise harness.Skip("this BusyBox lacks init or swapon, or needs libraries")
    root = harness.mounted("ext4", 400 * MIB, "system")
    for name in ("bin", "sbin", "proc", "dev", "run", "store", "data", "tmp"):
        os.mkdir(f"{root}/{name}")
    shutil.copy(busybox, f"{root}/bin/busybox")
    for name in ("bin/sh", "bin/mount", "bin/mkdir", "bin/sleep", "sbin/swapon", "sbin/init"):
        os.symlink("/bin/busybox", f"{root}/{name}")
    os.mknod(f"{root}/dev/null", 0o020666, os.makedev(1, 3))
    harness.command("mount", "--bind", "/proc", f"{root}/proc")
    write("etc/inittab", INITTAB)
    write("etc/fstab", FSTAB)
    write("etc/init.d/rcS", RCS, 0o755)
    harness.copy_program(root)


def inside(*args, status=0):
    """Runs swapcfg with the system's root as its own."""
    result = subprocess.run(["chroot", root, "/sbin/swapcfg", "--json", *args],
                            capture_output=True, text=True, check=False,
                            env=dict(os.environ, LD_LIBRARY_PATH="/lib"))
    equal(result.returncode, status, f"exit status of {args}: {result.stdout}{result.stderr}")
    return harness.json.loads(result.stdout)


def shut_down(*paths):
    for path in paths:
        harness.swapoff(root + path)
    while f"{root}/data".encode() in harness.our_mounts():
        harness.unmount(f"{root}/data")


def boot(*paths):
    """Until the areas are active, or for some seconds."""
    check(not any(row_of(root + path) for path in paths), "they are active before the boot")
    process = harness.start(["unshare", "--pid", "--fork", "--kill-child", "chroot", root,
                             "/sbin/init"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not all(row_of(root + path) for path in paths) and time.monotonic() < deadline:
        check(process.poll() is None, "init has ended")
        time.sleep(0.02)
    process.kill()
    process.wait()
    for path in paths:
        check(row_of(root + path) is not None, f"{path} is off after the boot:\n"
              f"{read('etc/inittab').decode()}{read('etc/fstab').decode()}")


def is_in_order(path, kind, file):
    area, = inside("status", path)["areas"]
    equal((area["path"], area["active"], area["size_bytes"]), (path, True, 32 * MIB), "status")
    equal([(entry["kind"], entry["file"], entry["ours"]) for entry in area["boot"]],
          [(kind, file, True)], "boot entries")
    equal([finding for finding in area["findings"] if finding["severity"] != "info"], [],
          "findings")
    equal(row_of(root + path).size, 32 * MIB - PAGE, "size in /proc/swaps")


def by_inittab():
    """One on the root, one on what rcS mounts: an entry that runs before rcS finds no file."""
    harness.command("mount", "--bind", f"{root}/store", f"{root}/data")
    for path in ("/swapfile", "/data/swapfile"):
        inside("create", path, "--size", "32M")
        is_in_order(path, "inittab", "/etc/inittab")
    shut_down("/swapfile", "/data/swapfile")
    check(not os.path.exists(f"{root}/data/swapfile"), "/data is still mounted")
    boot("/swapfile", "/data/swapfile")
    for path in ("/swapfile", "/data/swapfile"):
        is_in_order(path, "inittab", "/etc/inittab")
        inside("remove", path)
        check(row_of(root + path) is None, f"{path} is still active")
    equal(read("etc/inittab"), INITTAB, "inittab in the end")
    equal(read("etc/fstab"), FSTAB, "fstab in the end")
    harness.unmount(f"{root}/data")


def by_fstab():
    """A BusyBox without -p takes no priority from there, so whoever asks for one is warned."""
    args = ["create", "/swapfile", "--size", "32M", "--boot=fstab", "--priority", "5"]
    warnings = [finding["reason"] for finding in inside("plan", *args)["findings"]
                if finding["severity"] == "warning"]
    equal(warnings, ["boot-entry-unsupported"], "warnings")
    inside(*args)
    is_in_order("/swapfile", "fstab", "/etc/fstab")
    shut_down("/swapfile")
    boot("/swapfile")
    help_text = subprocess.run([f"{root}/bin/busybox", "swapon", "--help"], capture_output=True,
                               text=True, check=False).stderr
    if "-p" in help_text:
        equal(row_of(f"{root}/swapfile").priority, 5, "priority after the boot")
    inside("resize", "/swapfile", "--size", "48M")
    shut_down("/swapfile")
    boot("/swapfile")
    equal(row_of(f"{root}/swapfile").size, 48 * MIB - PAGE, "size after a resize and a boot")
    inside("disable", "/swapfile")
    equal((read("etc/inittab"), read("etc/fstab")), (INITTAB, FSTAB), "files after disable")
    check(os.path.exists(f"{root}/swapfile"), "disable deleted the file")
    inside("remove", "/swapfile")


def drift():
    """What an update of the system's files forgot is seen, and enable mends it."""
    inside("create", "/swapfile", "--size", "32M")
    write("etc/inittab", INITTAB)
    area, = inside("status", "/swapfile")["areas"]
    equal([finding["reason"] for finding in area["findings"]], ["boot-entry-missing"], "findings")
    inside("enable", "/swapfile")
    is_in_order("/swapfile", "inittab", "/etc/inittab")
    shut_down("/swapfile")
    # Areas that are not below this root have a name, too, which leads nowhere here.
    area, = [area for area in inside("status")["areas"] if area["path"] == "/swapfile"]
    equal([finding["reason"] for finding in area["findings"]], ["not-active"], "findings")
    boot("/swapfile")
    os.rename(f"{root}/etc/inittab", f"{root}/etc/kept")
    os.symlink("kept", f"{root}/etc/inittab")
    inside("remove", "/swapfile")
    equal(os.readlink(f"{root}/etc/inittab"), "kept", "the link that inittab is")
    equal(read("etc/kept"), INITTAB, "inittab in the end")


def made_offline():
    """What --root prepares from outside works from inside."""
    os.rename(f"{root}/etc/kept", f"{root}/etc/inittab")
    for path in ("/swapfile", "/data/swapfile"):
        if path.startswith("/data"):
            harness.command("mount", "--bind", f"{root}/store", f"{root}/data")
        harness.swapcfg("--root", root, "create", path, "--size", "32M")
        check(row_of(root + path) is None, f"{path} is active already")
    shut_down()
    boot("/swapfile", "/data/swapfile")
    for path in ("/swapfile", "/data/swapfile"):
        inside("remove", path)
    equal(read("etc/inittab"), INITTAB, "inittab in the end")
    harness.unmount(f"{root}/data")


def before_its_mount():
    """An entry of swapcfg boot that runs before rcS waits behind the boot for what rcS mounts."""
    shut_down()
    harness.command("mount", "--bind", f"{root}/store", f"{root}/data")
    inside("create", "/data/swapfile", "--size", "32M", "--boot=none", "--no-activate")
    shut_down()
    check(not os.path.exists(f"{root}/data/swapfile"), "/data is still mounted")
    entry = b"::sysinit:/sbin/swapcfg boot /data/swapfile --priority 9\n"
    write("etc/inittab", INITTAB.replace(b"::sysinit:/etc", entry + b"::sysinit:/etc"))
    write("etc/init.d/rcS", RCS.replace(b"/bin/mount", b"/bin/sleep 1\n/bin/mount"), 0o755)
    begun = time.monotonic()
    boot("/data/swapfile")
    check(time.monotonic() - begun >= 1, "it was there before rcS mounted it")
    equal(row_of(f"{root}/data/swapfile").priority, 9, "priority after the boot")
    write("etc/inittab", INITTAB)
    write("etc/init.d/rcS", RCS, 0o755)
    inside("remove", "/data/swapfile")
    shut_down()


def main():
    def booted(function):
        if root is None or not os.path.exists(f"{root}/sbin/swapcfg"):
            raise harness.Skip("there is no system to boot")
        function()

    harness.main(
        ("a BusyBox system is made", make_system),
        ("areas come back by the inittab", booted, by_inittab),
        ("areas come back by the fstab", booted, by_fstab),
        ("drift is seen and mended", booted, drift),
        ("an entry that runs before its mount", booted, before_its_mount),
        ("areas that were made from outside come back", booted, made_offline),
    )


if __name__ == "__main__":
    main()
