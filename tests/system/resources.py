#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Without what it needs: descriptors, memory, space, inodes, quota, a disk that works. With
SWAPCFG_TEST_STRIDE=1 a file system becomes read-only at every system call of a command, not at every
so many."""

import errno
import os
import resource
import subprocess

import harness
from harness import MIB, PAGE, check, equal
from sound import LARGE, PLAIN, SMALL, VERBS, Trial

STRIDE = int(os.environ.get("SWAPCFG_TEST_STRIDE", "17"))
KIB = 1024
state = {}


def make_disk():
    state["pause"] = harness.build("pause_at.c")
    state["trial"] = Trial(harness.mounted("ext4", 64 * MIB))


def sweep_limit(kind, values, enough):
    """At each limit a success, or a reason and nothing touched; the highest is enough."""
    trial = state["trial"]
    trial.counts.clear()
    for verb in VERBS:
        for value in values:
            result = trial.run(verb, preexec_fn=lambda: resource.setrlimit(kind, (value, value)),
                               mend=value == values[0])
        equal(result.returncode, 0 if enough else 1, f"{verb.name} at {value}")
    trial.tell()


def descriptors():
    sweep_limit(resource.RLIMIT_NOFILE, range(3, 20), True)


def memory():
    sweep_limit(resource.RLIMIT_AS, range(2 * MIB, 9 * MIB, MIB // 2), True)


def file_size():
    """The signal that the kernel sends as well does not end the program."""
    trial = state["trial"]
    trial.counts.clear()
    for verb in VERBS:
        for limit in (0, 1, PAGE - 1, PAGE, SMALL - 1, SMALL, LARGE - 1, LARGE):
            result = trial.run(verb, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)), mend=False, stderr=None)
            check(result.returncode in (0, 1), f"{verb.name} at {limit}: {result.returncode}")
            needs = {"create": SMALL, "resize": LARGE}.get(verb.name, 0)
            equal(result.returncode, int(limit < needs), f"{verb.name} at {limit}")
    trial.tell()
    equal(trial.counts["too-large"], 5 + 7, "refused as too large")


def without_reserve(name):
    """Root may use what is reserved, and the plan does not count on it."""
    device, = harness.command("losetup", "-n", "-O", "NAME", "-j",
                              f"{harness.scratch}/{name}.img").split()
    harness.command("tune2fs", "-m", "0", device)


def fill(directory, name, leave):
    """Leaves so many blocks free."""
    with open(f"{directory}/{name}", "wb") as file:
        while True:
            info = os.statvfs(directory)
            more = (info.f_bavail - leave) * info.f_frsize
            if more <= 0:
                return
            try:
                os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size,
                                   min(more, MIB) if more > 8 * KIB else info.f_frsize)
            except OSError:
                return


def no_space(kind):
    """From none free on, one block more each time, until it works."""
    point = harness.mounted(kind, 64 * MIB if kind != "ext4" else 8 * MIB, f"full-{kind}")
    without_reserve(f"full-{kind}")
    trial = Trial(point)
    for verb in VERBS[:2]:
        blocks, done = 0, False
        while not done:
            trial.prepare(verb)
            fill(point, "filler", blocks)
            result = subprocess.run(trial.command(verb), capture_output=True, text=True,
                                    check=False)
            trial.judge(verb, result.returncode, result.stdout)
            done = result.returncode == 0
            os.unlink(f"{point}/filler")
            if not done:
                harness.sync(point)
                trial.mend(verb)
            check(blocks < 200, f"{verb.name} does not work with {blocks} blocks")
            blocks += 1 + blocks // 8
    trial.tell()
    trial.clear()
    check(trial.counts["no-space"] > 0, "it never ran out of space")


def no_inodes():
    """A file without a name needs an inode as well."""
    path = harness.image("inodes", 8 * MIB)
    harness.command("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-N", "16", path)
    point = f"{harness.scratch}/inodes"
    os.mkdir(point)
    harness.command("mount", "-o", "loop", path, point)
    trial = Trial(point)
    for verb in VERBS:
        trial.prepare(verb)
        number = 0
        try:
            while True:
                os.close(os.open(f"{point}/{number}", os.O_CREAT | os.O_EXCL))
                number += 1
        except OSError as error:
            equal(error.errno, errno.ENOSPC, "errno")
        result = subprocess.run(trial.command(verb), capture_output=True, text=True, check=False)
        for each in range(number):
            os.unlink(f"{point}/{each}")
        trial.judge(verb, result.returncode, result.stdout)
        equal(result.returncode, int(verb.name in ("create", "resize")), verb.name)
    trial.tell()
    trial.clear()


def quota():
    """btrfs's: the kernel need not have been built with the others."""
    harness.need("btrfs")
    point = harness.mounted("btrfs", 256 * MIB, "quota")
    harness.command("btrfs", "subvolume", "create", f"{point}/limited")
    harness.command("btrfs", "quota", "enable", point)
    trial = Trial(f"{point}/limited")
    harness.command("btrfs", "qgroup", "limit", "256K", f"{point}/limited")
    create, resize = VERBS[:2]
    size = ["--size", str(MIB)]
    create = type(create)("create", None, (True, MIB), [*size, "--boot=none", *PLAIN])
    result = trial.run(create, mend=False)
    equal((result.returncode, trial.counts["no-space"]), (1, 1), f"create: {result.stdout}")
    check("quota" in result.stdout, f"it does not name the quota: {result.stdout}")
    harness.command("btrfs", "qgroup", "limit", "none", f"{point}/limited")
    trial.mend(create)
    trial.clear()


def full_run(script, status):
    """The lock's place. Where it is full, another writer could find space in it by the time that it
    comes, so that it is a refusal; where it can only be read, all lock the root instead."""
    trial = state["trial"]
    trial.counts.clear()
    for verb in VERBS:
        result = trial.run(verb, ["unshare", "--mount", "sh", "-c", f"{script} && exec \"$@\"",
                                  "sh"], env=dict(os.environ, LD_LIBRARY_PATH=f"{harness.BUILD}/lib"))
        equal(result.returncode, status, f"{verb.name}: {result.stdout}{result.stderr}")
        check(status == 0 or '"reason":"no-space"' in result.stdout, f"it says {result.stdout}")
    trial.tell()


def boot_file_without_space():
    """/etc on a small file system of its own, with ever fewer free blocks: the boot file is the old
    one or the new one, and so is the area."""
    point = harness.mounted("ext4", 64 * MIB, "offline")
    for name, content in (("etc/fstab", b"# a line\n" * 900), ("sbin/swapon", b"\x7fELF"),
                          ("etc/runlevels/boot/swap", b""), ("etc/inittab", b"# none\n"),
                          ("sbin/init", b"\x7fELF")):
        os.makedirs(os.path.dirname(f"{point}/{name}"), exist_ok=True)
        with open(f"{point}/{name}", "wb") as file:
            file.write(content)
    small = harness.mounted("ext4", 2 * MIB, "etc")
    without_reserve("etc")
    harness.command("cp", "-a", f"{point}/etc/.", small)
    harness.command("mount", "--bind", small, f"{point}/etc")
    with open(f"{small}/fstab", "rb") as file:
        text = file.read()
    args = ["--root", point, "create", "/area", "--size", str(SMALL), "--boot=fstab", *PLAIN]
    done = failed = 0
    for blocks in range(8):
        fill(small, "filler", blocks)
        result = harness.swapcfg("--json", *args, status=None)
        with open(f"{small}/fstab", "rb") as file:
            now = file.read()
        os.unlink(f"{small}/filler")
        check(result.status in (0, 1), result.text())
        if result.status:
            failed += 1
            error = result.document()["error"]
            equal((error["reason"], error["step"], error["left"]), ("no-space", "persist", []),
                  "error")
            equal((now, os.path.exists(f"{point}/area")), (text, False), "the old state")
        else:
            done += 1
            check(now.startswith(text) and b"/area" in now, "the new text")
            harness.swapcfg("--root", point, "remove", "/area")
        equal(sorted(os.listdir(small)), ["fstab", "inittab", "lost+found", "runlevels"], "/etc")
    check(done and failed, f"{done} worked, {failed} failed")
    print(f"# figure: {done} worked, {failed} failed")


# A file system that changes beneath the command.


class Moving:
    """A file system of its own that the hook spoils."""

    def __init__(self, name, hook):
        self.hook = hook
        self.point = harness.mounted("ext4", 16 * MIB, name, "errors=continue")
        self.trial = Trial(self.point)

    def calls(self, verb):
        self.trial.prepare(verb)
        return self.at(verb, 0)[1]

    def at(self, verb, number):
        """The result, and the calls that were made until the hook (0: in all)."""
        read, write = os.pipe()
        result = subprocess.run(["sh", "-c", f"exec 3>&{write} \"$@\"", "sh", state["pause"],
                                 str(number), self.hook.format(point=self.point),
                                 *self.trial.command(verb)], capture_output=True, text=True,
                                check=False, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as file:
            lines = file.read().splitlines()
        return result, int(lines[-1]), len(lines) > 1

    def sweep(self, anew):
        harmless = 0
        for verb in VERBS:
            calls = self.calls(verb)
            check(calls > 50, f"{verb.name} makes {calls} calls")
            first = 1 + VERBS.index(verb) * STRIDE // len(VERBS)
            for number in range(first, calls + 1, STRIDE):
                self.trial.prepare(verb)
                harness.sync(self.trial.directory)
                result, _, hook_failed = self.at(verb, number)
                harmless += hook_failed
                anew(self, verb, result)
        self.trial.tell()
        print(f"# figure: {harmless} moments in which nothing could be done to it")


def read_only(moving, verb, result):
    harness.command("mount", "-o", "remount,rw", moving.point)
    moving.trial.judge(verb, result.returncode, result.stdout)
    if result.returncode:
        moving.trial.mend(verb)


def becomes_read_only():
    Moving("read-only", "mount -o remount,ro {point} 2>/dev/null").sweep(read_only)


def disk_fails():
    """A disk whose blocks cannot be written: a sparse image on a file system that is full."""
    lower = f"{harness.scratch}/lower"
    os.mkdir(lower)
    harness.command("mount", "-t", "tmpfs", "-o", "size=3m", "lower", lower)
    path = f"{lower}/image"
    with open(path, "wb") as file:
        file.truncate(16 * MIB)
    harness.command("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", path)
    point = f"{harness.scratch}/failing"
    os.mkdir(point)
    harness.command("mount", "-o", "loop", path, point)
    filler = os.open(f"{lower}/filler", os.O_CREAT | os.O_WRONLY)
    try:
        while True:
            os.write(filler, bytes(4096))
    except OSError as failure:
        equal(failure.errno, errno.ENOSPC, "errno")
    finally:
        os.close(filler)
    args = ["create", f"{point}/area", "--size", "8M", "--boot=none", "--no-activate", *PLAIN]
    result = harness.swapcfg("--json", *args, status=None)
    check(result.status in (1, 4), result.text())
    error = result.document()["error"]
    check(error["reason"] in ("io", "no-space", "rollback-failed"), f"{error}")
    os.unlink(f"{lower}/filler")
    harness.unmount(point)


if __name__ == "__main__":
    harness.main(
        ("a disk is made", make_disk),
        ("few descriptors", descriptors),
        ("little address space", memory),
        ("a limit for the size of files", file_size),
        *((f"no space on {kind}", no_space, kind) for kind in ("ext4", "ext2")),
        ("no inodes", no_inodes),
        ("a quota", quota),
        ("a full /run", full_run, "mount -t tmpfs -o size=4k,nr_inodes=1 none /run", 3),
        ("a read-only /run", full_run, "mount -o remount,bind,ro /run", 0),
        ("no space for the boot file", boot_file_without_space),
        ("the file system becomes read-only", becomes_read_only),
        ("the disk fails", disk_fails),
    )
