#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""swapcfg boot: what boot entries run. It never makes a boot wait, and says one line.

/dev/kmsg is a FIFO here, so that what is said in the background is seen by nobody else."""

import fcntl
import os
import subprocess
import time

import harness
from harness import MIB, NOBODY, PAGE, check, command, equal, row_of, swapcfg

GONE_ON = 1.0  # seconds: what a boot may wait for an entry that goes on in the background
point = None
kmsg = None


def set_up():
    """A file system for the areas, and a kernel's log of our own."""
    global point, kmsg
    point = harness.mounted("ext4", 400 * MIB, "card")
    fifo = f"{harness.scratch}/kmsg"
    os.mkfifo(fifo)
    command("mount", "--bind", fifo, "/dev/kmsg")
    kmsg = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)


def tear_down():
    os.close(kmsg)
    harness.unmount("/dev/kmsg")


def said():
    """What was said to the log since the last time."""
    try:
        return os.read(kmsg, 65536).decode()
    except BlockingIOError:
        return ""


def area(name="area", size=16 * MIB):
    path = f"{harness.directory_in(point)}/{name}"
    harness.full_file(path, size)
    harness.write_swap_header(path, size // PAGE)
    return path


def in_background(path):
    """The processes that wait for a path."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue  # ended meanwhile
        if b"boot" in words and os.fsencode(path) in words:
            found.append(int(name))
    return found


def until(what, condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < deadline, f"{what}: not within {seconds} s")
        time.sleep(0.02)


def goes_on(*args, **options):
    """Runs a boot that goes on in the background: at once, with success, and silent."""
    begun = time.monotonic()
    result = swapcfg("boot", *args, **options)
    took = time.monotonic() - begun
    check(took < GONE_ON, f"the boot waited for {took:.2f} s")
    equal((result.out, result.err), (b"", ""), "output")


def has_ended(path, level, *words):
    """The background says one line, with these words, and is gone."""
    until(f"the background of {path} ends", lambda: not in_background(path))
    line = said()
    check(line.count("\n") == 1 and line.startswith(f"<{level}>swapcfg: ")
          and all(word in line for word in words), f"the log got {line!r}, not {words}")


def is_on(path, priority=None):
    row = row_of(path)
    check(row is not None, f"{path} is not active")
    if priority is not None:
        equal(row.priority, priority, f"priority of {path}")


def off(path):
    harness.swapoff(path)


def at_once():
    path = area()
    result = swapcfg("boot", path, "--priority", "7", "--discard=once")
    equal((result.out, result.err), (b"", f"swapcfg: {path} is active\n"), "output")
    is_on(path, 7)
    result = swapcfg("boot", path, "--priority", "9")
    equal(result.err, f"swapcfg: {path} was active already\n", "output")
    is_on(path, 7)
    equal(swapcfg("boot", path, "--quiet").err, "", "output")
    off(path)
    os.chdir(os.path.dirname(path))
    swapcfg("boot", "area")
    os.chdir("/")
    is_on(path)
    equal(said(), "", "the log of what ended in the foreground")
    off(path)


def discards():
    """The area's blocks go from the image that its file system lies in, as they would from a card's
    translation layer; not without the option."""
    device = os.stat(point).st_dev
    most = f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/queue/discard_max_bytes"
    with open(most, encoding="ascii") as file:
        if int(file.read()) == 0:
            raise harness.Skip("this loop device cannot discard")
    path, image = area(), f"{harness.scratch}/card.img"
    harness.sync(path)
    harness.sync(image)
    for options, gone in (([], 0), (["--discard=pages"], 0), (["--discard=once"], 15 * MIB)):
        before = os.stat(image).st_blocks * 512
        swapcfg("boot", path, *options)
        less = before - os.stat(image).st_blocks * 512
        check(gone <= less <= gone + MIB, f"{options} discarded {less} bytes")
        off(path)


def appears():
    """Two entries wait for the same file: both succeed."""
    path = area()
    os.rename(path, f"{path}.away")
    for _ in range(2):
        goes_on(path, "--priority", "3")
    equal(len(in_background(path)), 2, "processes in the background")
    time.sleep(2)
    equal(said(), "", "the log before the file is there")
    os.rename(f"{path}.away", path)
    until("it is active", lambda: row_of(path))
    is_on(path, 3)
    until("both have ended", lambda: not in_background(path))
    lines = sorted(said().splitlines())
    equal(lines, [f"<6>swapcfg: {path} is active", f"<6>swapcfg: {path} was active already"], "log")
    off(path)


def is_mounted_late():
    """The file system is mounted while it waits, at first read-only."""
    top = harness.mounted("ext4", 64 * MIB, "late")
    path = f"{top}/area"
    harness.full_file(path, 16 * MIB)
    harness.write_swap_header(path, 16 * MIB // PAGE)
    harness.unmount(top)
    goes_on(path, "--priority", "4")
    device = harness.loop_device(f"{harness.scratch}/late.img")
    command("mount", "-o", "ro", device, top)
    time.sleep(1)
    check(in_background(path) and row_of(path) is None, "it did not wait for read-write")
    command("mount", "-o", "remount,rw", device, top)
    until("it is active", lambda: row_of(path))
    is_on(path, 4)
    has_ended(path, 6, "is active")
    off(path)
    harness.unmount(top)
    command("losetup", "-d", device)


def never_appears():
    path = f"{point}/never"
    begun = time.monotonic()
    goes_on(path, "--wait", "1")
    has_ended(path, 4, "never does not exist", "(missing, after 1 s)")
    took = time.monotonic() - begun
    check(1 <= took < 6, f"it waited for {took:.2f} s instead of 1")
    goes_on(f"{point}/no/such/directory", "--wait", "1", "--quiet")
    has_ended(f"{point}/no/such/directory", 4, "(missing, after 1 s)")
    result = swapcfg("boot", path, "--wait", "0", status=3)
    check(result.err.endswith("(missing)\n") and result.err.count("\n") == 1, result.text())
    equal(in_background(path), [], "processes in the background")


def holds_nothing():
    """Of its caller's: no directory, no pipe, no session; and its caller sees no child."""
    directory = harness.directory_in(point)
    path = f"{directory}/never"
    held = os.open(directory, os.O_RDONLY)
    os.set_inheritable(held, True)
    process = subprocess.Popen([harness.SWAPCFG, "boot", path], cwd=directory, pass_fds=[held],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    begun = time.monotonic()
    equal(process.stdout.read(), b"", "output")
    equal(process.wait(), 0, "exit status")
    check(time.monotonic() - begun < GONE_ON, "a pipe of its caller's is held open")
    os.close(held)
    child, = in_background(path)
    equal(os.readlink(f"/proc/{child}/cwd"), "/", "directory")
    equal(os.getsid(child), child, "session")
    equal({os.readlink(f"/proc/{child}/fd/{fd}") for fd in os.listdir(f"/proc/{child}/fd")},
          {"/dev/null"}, "descriptors")
    with open(f"/proc/{child}/stat", encoding="ascii") as file:
        parent = int(file.read().rpartition(")")[2].split()[1])
    check(parent not in (os.getpid(), process.pid), "it is its caller's child")
    os.kill(child, 15)
    until("it ends at a signal", lambda: not in_background(path))
    equal(said(), "", "the log of what a shutdown ended")


def waits_for_the_lock():
    """Another program at work is waited for, and who waits holds no lock itself."""
    path = area()
    with open("/run/libswapcfg.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        goes_on(path)
        time.sleep(0.5)
        check(row_of(path) is None, "it did not wait for the lock")
    until("it is active", lambda: row_of(path))
    has_ended(path, 6, "is active")
    off(path)
    goes_on(f"{point}/never", "--wait", "2")
    for _ in range(20):
        swapcfg("--quiet", "enable", path, "--boot=none")
        swapcfg("--quiet", "disable", path)
    has_ended(f"{point}/never", 4, "missing")


def device_appears():
    """A node for a device that is attached later."""
    path = area()
    device = harness.loop_device(path)
    harness.command("losetup", "-d", device)
    node = f"{harness.directory_in(point)}/node"
    goes_on(node, "--priority", "6")
    device = harness.loop_device(path)
    os.mknod(node, 0o060600, os.stat(device).st_rdev)
    until("it is active", lambda: row_of(node) or row_of(device))
    has_ended(node, 6, "is active")
    off(node)
    harness.command("losetup", "-d", device)


def refused(reason, path, *args, **options):
    """At once, with one line, and nothing is touched."""
    top = os.path.dirname(path)
    before = harness.snapshot(top)
    begun = time.monotonic()
    result = swapcfg("boot", path, *args, status=3, **options)
    check(time.monotonic() - begun < GONE_ON, "it took its time")
    check(result.out == b"" and result.err.count("\n") == 1
          and result.err.startswith("swapcfg: ") and result.err.endswith(f"({reason})\n"),
          f"it says {result.text()}")
    harness.untouched(before, top)
    equal(in_background(path), [], "processes in the background")
    equal(said(), "", "log")


def damaged():
    path = area()
    with open(path, "r+b") as file:
        file.write(b"\xff" * PAGE)
    refused("not-swap", path)
    harness.write_swap_header(path, 16 * MIB // PAGE, page_size=16384 if PAGE == 4096 else 4096)
    with open(path, "r+b") as file:
        file.seek(PAGE - 10)
        file.write(bytes(10))
    refused("page-size", path)
    path = area()
    os.truncate(path, 8 * MIB)
    refused("short", path)
    path = area()
    with open(path, "r+b") as file:
        file.seek(PAGE - 10)
        file.write(b"S1SUSPEND\0")
    refused("hibernation-image", path)
    refused("hibernation-image", path, "--format")
    if not harness.counts_lines():  # which nobody may not write
        refused("permission", area(), user=NOBODY)
    path = f"{harness.directory_in(point)}/link"
    os.symlink("area", path)
    refused("path-unsafe", path)


def formats():
    path = f"{harness.directory_in(point)}/blank"
    harness.full_file(path, 16 * MIB)
    refused("not-swap", path)
    goes_on(path, "--format", "--priority", "2")
    until("it is active", lambda: row_of(path))
    has_ended(path, 6, "is active")
    is_on(path, 2)
    equal((os.stat(path).st_size, harness.header(path).pages), (16 * MIB, 16 * MIB // PAGE), "size")
    off(path)
    kept = harness.header(path)
    swapcfg("boot", path, "--format")
    off(path)
    equal(harness.header(path), kept, "header of a sound area")


def formats_nothing_else():
    """Somebody's data, behind any number of zeros."""
    path = f"{harness.directory_in(point)}/data"
    harness.full_file(path, 16 * MIB)
    with open(path, "r+b") as file:
        file.seek(15 * MIB)
        file.write(b"photographs")
    refused("exists", path, "--format", "--wait", "0")
    before = harness.snapshot(os.path.dirname(path))
    goes_on(path, "--format")
    has_ended(path, 4, "(exists)")
    harness.untouched(before, os.path.dirname(path))
    path = f"{harness.directory_in(point)}/holes"
    with open(path, "wb") as file:
        file.truncate(16 * MIB)
    os.chmod(path, 0o600)
    refused("not-swap", path, "--format", "--wait", "0")


def main():
    harness.main(
        ("there is a file system for the areas", set_up),
        ("an area that is there is active at once", at_once),
        ("the discard policy is set", discards),
        ("a file that appears is activated", appears),
        ("a file system that is mounted late", is_mounted_late),
        ("a file that never appears", never_appears),
        ("the background holds nothing of its caller's", holds_nothing),
        ("another program's lock is waited for", waits_for_the_lock),
        ("a device that appears is activated", device_appears),
        ("what is damaged is refused at once", damaged),
        ("a blank file is formatted where that is asked for", formats),
        ("nothing else is formatted", formats_nothing_else),
        ("the kernel's log is given back", tear_down),
    )


if __name__ == "__main__":
    main()
