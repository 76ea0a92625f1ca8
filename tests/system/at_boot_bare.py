#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""swapcfg boot where next to nothing is there yet: in a root of its own, without /proc and /dev, and
in the end with nothing that can be written to."""

import os
import subprocess

import at_boot
import harness
from at_boot import area, in_background, is_on, off, until
from harness import MIB, check, command, equal, row_of

ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": "/lib"}
root = None


def make_root():
    global root
    harness.need("ldd", "chroot")
    root = f"{harness.scratch}/root"
    for name in ("card", "run", "etc"):
        os.makedirs(f"{root}/{name}")
    harness.copy_program(root)
    command("mount", "--bind", root, root)
    command("mount", "--bind", at_boot.point, f"{root}/card")


def inside(*args, status=0):
    """Runs swapcfg with that root; gives what it says."""
    result = subprocess.run(["chroot", root, "/sbin/swapcfg", *args], capture_output=True,
                            stdin=subprocess.DEVNULL, text=True, check=False, timeout=20,
                            env=ENVIRONMENT)
    equal(result.returncode, status, f"exit status of {args}: {result.stdout}{result.stderr}")
    return result.stderr


def area_inside():
    """An area: its path in the root, and as it is seen from here."""
    path = area().replace(at_boot.point, "/card")
    return path, root + path


def without_proc():
    path, seen = area_inside()
    for priority in ("8", "9"):
        equal(inside("boot", path, "--priority", priority), f"swapcfg: {path} is active\n", "output")
        is_on(seen, 8)
    off(seen)
    check("mount /proc" in inside("enable", path, "--boot=none", status=3), "enable does without it")
    check("(not-swap)" in inside("boot", "/sbin/swapcfg", status=3), "a program is activated")
    blank = f"{os.path.dirname(seen)}/blank"
    harness.full_file(blank, 16 * MIB)
    inside("boot", blank.replace(root, ""), "--format", "--wait", "0")
    is_on(blank)
    off(blank)


def device_without_proc():
    device = harness.loop_device(area())
    node = f"{root}/etc/node"
    os.mknod(node, 0o060600, os.stat(device).st_rdev)
    for priority in ("1", "2"):
        equal(inside("boot", "/etc/node", "--priority", priority),
              "swapcfg: /etc/node is active\n", "output")
        is_on(node, 1)
    off(node)
    command("losetup", "-d", device)
    os.unlink(node)
    mounted = harness.our_loops()[0]
    os.mknod(node, 0o060600, os.stat(mounted).st_rdev)
    for args, reason in ((["--format", "--wait", "0"], "in-use"), ([], "not-swap")):
        line = inside("boot", "/etc/node", *args, status=3)
        check(line.endswith(f"({reason})\n"), f"of a mounted device it says {line!r}")
    os.unlink(node)


def without_anything_to_write():
    """Two entries at a time, and one for a file that is there later. No /dev either."""
    harness.need_plain_build()
    command("mount", "-o", "remount,ro,bind", root)
    path, seen = area_inside()
    entries = [harness.start(["chroot", root, "/sbin/swapcfg", "boot", path, "--priority", "8"],
                             env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL) for _ in range(2)]
    equal([entry.wait() for entry in entries], [0, 0], "exit status of two at a time")
    until("it is active", lambda: row_of(seen))
    until("the one that waited has ended", lambda: not in_background(path))
    is_on(seen, 8)
    off(seen)
    os.rename(seen, f"{seen}.away")
    equal(inside("boot", path, "--priority", "5"), "", "output")
    os.rename(f"{seen}.away", seen)
    until("it is active", lambda: row_of(seen))
    is_on(seen, 5)
    off(seen)
    command("mount", "-o", "remount,rw,bind", root)


def with_a_closed_console():
    """No descriptor at all, as some inits start what they start; and no log but the console."""
    path, seen = area_inside()
    console = f"{root}/dev/console"
    os.makedirs(os.path.dirname(console))
    with open(console, "wb"):
        pass
    for name in (path, f"{path}.no"):
        command("sh", "-c", 'exec chroot "$@" <&- >&- 2>&-', "sh", root, "/sbin/swapcfg", "boot",
                name, "--wait", "1", env=ENVIRONMENT)
    is_on(seen)
    off(seen)
    until("it has ended", lambda: not in_background(f"{path}.no"))
    with open(console, encoding="utf-8") as file:
        line = file.read()
    check(line.startswith("swapcfg: ") and line.endswith("(missing, after 1 s)\n"),
          f"the console got {line!r}")


def main():
    harness.main(
        ("there is a file system for the areas", at_boot.set_up),
        ("a root without /proc is made", make_root),
        ("without /proc", without_proc),
        ("a device without /proc", device_without_proc),
        ("without anything that can be written to", without_anything_to_write),
        ("with a closed console", with_a_closed_console),
        ("the kernel's log is given back", at_boot.tear_down),
    )


if __name__ == "__main__":
    main()
