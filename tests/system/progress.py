#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What takes long: it shows how far it is, and a signal cancels it and undoes what was done.

Writing zeros is what takes long on a file system without fallocate(2). The program is stopped as
soon as it is seen to write, so that nothing depends on how fast that is."""

import os
import pty
import re
import select
import signal
import subprocess
import time

import harness
from harness import MIB, check, equal, row_of, swapcfg

SIZE = 512 * MIB
point = None


def free():
    info = os.statvfs(point)
    return info.f_bfree * info.f_frsize


def begin(directory, *options, stderr=subprocess.PIPE):
    """A create that is stopped while it writes zeros."""
    path, before = f"{directory}/area", free()
    process = harness.start([harness.SWAPCFG, *options, "create", path, "--size", str(SIZE),
                             "--boot=none", "--keep-free", "0"], stdout=subprocess.PIPE,
                            stderr=stderr)
    deadline = time.monotonic() + 30
    while free() > before - 16 * MIB:
        check(process.poll() is None, "it was over before it could be stopped")
        check(time.monotonic() < deadline, "it writes nothing")
    process.send_signal(signal.SIGSTOP)
    check(row_of(path) is None and not os.path.exists(path), "it is there before it is done")
    return process, before


def comes_back(before):
    """The space of a file without a name comes back a moment after its last user has gone."""
    deadline = time.monotonic() + 5
    while free() < before - MIB and time.monotonic() < deadline:
        time.sleep(0.01)
    check(free() >= before - MIB, f"{before - free()} bytes are still taken")


def cancelled(directory, number):
    process, before = begin(directory)
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    start = time.monotonic()
    out, err = process.communicate(timeout=60)
    check(time.monotonic() - start < 10, "it took ten seconds to stop")
    equal((process.returncode, out), (1, b""), f"exit status and output ({err!r})")
    check(b"cancel" in err, f"standard error: {err!r}")
    equal(os.listdir(directory), [], "files")
    comes_back(before)


def cancelled_as_json(directory):
    process, before = begin(directory, "--json")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    out, _ = process.communicate(timeout=60)
    error = harness.json.loads(out)["error"]
    equal((process.returncode, error["reason"], error["step"], error["left"]),
          (1, "cancelled", "allocate", []), "exit status and error")
    equal(os.listdir(directory), [], "files")
    comes_back(before)


def killed(directory):
    """Not even SIGKILL leaves a file behind where files can be without a name."""
    process, before = begin(directory)
    process.kill()
    process.communicate()
    equal(os.listdir(directory), [], "files")
    comes_back(before)


def resize_cancelled(directory):
    """The old area is in use as before."""
    path = f"{directory}/area"
    swapcfg("create", path, "--size", "32M", "--boot=none", "--priority", "4")
    info, before = os.stat(path), free()
    process = harness.start([harness.SWAPCFG, "resize", path, "--size", str(SIZE), "--keep-free",
                             "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while free() > before - 64 * MIB and process.poll() is None:
        pass
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    equal(process.returncode, 1, f"exit status ({err!r})")
    row = row_of(path)
    check(row is not None, "it is no longer active")
    equal((row.size, row.priority), (32 * MIB - harness.PAGE, 4), "size and priority")
    equal((os.stat(path).st_ino, os.stat(path).st_size), (info.st_ino, info.st_size), "file")
    equal(os.listdir(directory), ["area"], "files")
    comes_back(before)
    harness.remove(path)


def read_all(terminal, process):
    """What a program writes to a terminal until it ends."""
    text = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if not ready:
            if process.poll() is not None:
                return text
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            return text
        if not piece:
            return text
        text += piece


def bar(directory):
    """A bar that grows, and is gone in the end."""
    terminal, other = pty.openpty()
    process, _ = begin(directory, stderr=other)
    os.close(other)
    time.sleep(0.6)  # bars of less than 0.4 seconds are not shown
    process.send_signal(signal.SIGCONT)
    text = read_all(terminal, process)
    os.close(terminal)
    equal(process.wait(), 0, f"exit status ({text!r})")
    bars = re.findall(rb"\[[#.]+\] +(\d+) %  [0-9.]+ [MG]iB of 512", text)
    shown = [int(number) for number in bars]
    check(shown and shown == sorted(shown) and shown[-1] <= 100, f"percents: {shown} in {text!r}")
    check(b"\033" not in text, "there are control sequences")
    check(re.search(rb"[MG]iB\r +\rswapcfg: [^\r]*\r\n$", text), f"the bar stays: {text[-300:]!r}")
    check(row_of(f"{directory}/area") is not None, "it is not active")
    harness.remove(f"{directory}/area")


def no_bar(directory, *options):
    terminal, other = pty.openpty()
    process, _ = begin(directory, *options, stderr=other)
    os.close(other)
    time.sleep(0.6)
    process.send_signal(signal.SIGCONT)
    text = read_all(terminal, process)
    os.close(terminal)
    equal((process.wait(), text), (0, b""), "exit status and standard error")
    harness.remove(f"{directory}/area")


def alone(function, *args):
    function(harness.directory_in(point), *args)


def make_point():
    global point
    point = harness.mounted("ext2", 800 * MIB)


if __name__ == "__main__":
    harness.main(
        ("an ext2 file system is mounted", make_point),
        ("SIGINT cancels", alone, cancelled, signal.SIGINT),
        ("SIGTERM cancels", alone, cancelled, signal.SIGTERM),
        ("SIGHUP cancels", alone, cancelled, signal.SIGHUP),
        ("SIGINT cancels, in JSON", alone, cancelled_as_json),
        ("SIGKILL leaves nothing", alone, killed),
        ("a cancelled resize leaves the old area in use", alone, resize_cancelled),
        ("a bar on a terminal", alone, bar),
        ("no bar with --quiet", alone, no_bar, "--quiet"),
        ("no bar with --json", alone, no_bar, "--json"),
    )
