#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the program and the library behave as guests of a system: seen with strace, and from a host
program that has children and signal handlers of its own."""

import json
import os
import re
import subprocess

import harness
from harness import MIB, check, equal, row_of, swapcfg

CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<args>.*)")
NEVER = ("fork", "vfork", "clone3", "execve", "execveat", "kill", "ptrace", "setuid", "chdir",
         "chroot", "umask", "socket", "connect", "rt_sigsuspend", "mlockall")
point = None


def trace(*args):
    """The system calls of one run, as tuples of process, name and arguments."""
    harness.need("strace")
    harness.need_plain_build()
    log = f"{harness.scratch}/strace.log"
    result = subprocess.run(["strace", "-f", "-qq", "-o", log, harness.SWAPCFG, *args],
                            capture_output=True, text=True, check=False)
    if "PTRACE" in result.stderr:
        raise harness.Skip("strace may not trace here")
    equal(result.returncode, 0, f"exit status of {args}: {result.stderr}")
    calls = []
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = CALL.match(line)
            if match:
                calls.append((int(match["pid"]), match["name"], match["args"]))
    check(len(calls) > 20, "strace saw too little")
    return calls


def named(calls, *names):
    return [call for call in calls if call[1] in names]


def well_behaved(calls):
    equal(len(named(calls, "execve")), 1, "execve calls, of which strace makes one")
    found = [call for call in named(calls, *NEVER) if call[1] != "execve"]
    equal(found, [], "calls that are never made")
    for call in named(calls, "open", "openat", "openat2"):
        check("O_CLOEXEC" in call[2], f"a descriptor that programs inherit: {call}")
    for call in named(calls, "dup", "dup2", "pipe", "fcntl"):
        check(call[1] == "fcntl" and "F_DUPFD," not in call[2], f"it makes {call}")
    for call in named(calls, "fallocate", "ftruncate", "pwrite64", "unlinkat", "linkat"):
        check(" = -1 EBADF" not in call[2], f"a descriptor that is closed: {call}")


def prepare(directory):
    path = f"{directory}/area"
    swapcfg("create", path, "--size", "16M", "--boot=none")
    return path


def creates(directory):
    calls = trace("create", f"{directory}/area", "--size", "16M", "--boot=none")
    well_behaved(calls)
    equal(len(named(calls, "clone")), 0, "processes made")
    equal(len(named(calls, "swapon")), 1, "swapon calls")
    check('"/proc/self/fd/' in named(calls, "swapon")[0][2], "swapon goes by a path")
    check(named(calls, "fsync"), "nothing is synced")
    names = [call[1] for call in calls]
    check(names.index("fsync") < names.index("linkat") < names.index("swapon"),
          "it gets its name before it is on the disk, or is used before it has one")
    harness.remove(f"{directory}/area")


def disables(directory):
    """One process, for swapoff and nothing else; its end sends no signal."""
    path = prepare(directory)
    calls = trace("disable", path)
    well_behaved(calls)
    clone, = named(calls, "clone")
    check("SIGCHLD" not in clone[2], f"a child that sends SIGCHLD: {clone}")
    swapoff, = named(calls, "swapoff")
    parent = clone[0]
    check(swapoff[0] != parent, "swapoff is called in the program itself")
    child = {name for pid, name, _ in calls if pid == swapoff[0]}
    check(child <= {"prctl", "getppid", "close_range", "swapoff", "exit", "exit_group", "close"},
          f"the child also calls {child}")
    check(named(calls, "wait4", "waitid"), "nobody waits for the child")
    check(row_of(path) is None, "it is still active")
    harness.remove(path)


def resizes(directory):
    """One process for each swapoff: of the old area and of the bridge."""
    path = prepare(directory)
    calls = trace("resize", path, "--size", "24M")
    well_behaved(calls)
    equal(len(named(calls, "swapoff")), 2, "swapoff calls")
    equal(len(named(calls, "clone")), 2, "processes made")
    equal(len(named(calls, "swapon")), 2, "swapon calls")
    harness.remove(path)


def only_reads(directory):
    """A plan and a status write nothing, not even a lock."""
    path = prepare(directory)
    for args in (["status"], ["status", path], ["plan", "resize", path, "--size", "24M"],
                 ["plan", "remove", path], ["plan", "create", f"{directory}/new", "--size", "1M"]):
        calls = trace(*args) if args[0] == "status" or args[1] != "create" else \
            trace(*args, "--boot=none")
        well_behaved(calls)
        check(any("swaps" in call[2] for call in named(calls, "openat", "openat2")),
              f"{args} does not look at /proc/swaps")
        for call in named(calls, "open", "openat", "openat2"):
            check(not re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", call[2]), f"{args}: {call}")
        found = named(calls, "clone", "swapon", "swapoff", "unlinkat", "unlink", "rename",
                      "renameat2", "fchmod", "ftruncate", "fallocate", "pwrite64", "fsync", "sync")
        equal(found, [], f"changes made by {args}")
        for call in named(calls, "write", "writev"):
            check(re.match("[12],", call[2]), f"{args} writes: {call}")
    harness.remove(path)


def host(path, rounds):
    program = f"{harness.scratch}/manners_host"
    if not os.path.exists(program):
        if not os.path.exists(f"{harness.BUILD}/lib/libswapcfg.so"):
            raise harness.Skip("the library was built as an archive only")
        harness.build("manners_host.c", *harness.with_library())
    output = harness.command(program, path, str(rounds), timeout=60)
    return json.loads(output)


def leaves_host_alone(directory):
    path = prepare(directory)
    for rounds in (1, 20):
        equal(host(path, rounds),
              {"result": 0, "sigchld": 0, "handler_kept": 1, "mask_kept": 1, "descriptors_more": 0,
               "children_left": 0, "own_child_seen": 1}, f"what a host sees in {rounds} rounds")
    check(row_of(path) is not None, "it is not active")
    harness.remove(path)


def alone(function):
    function(harness.directory_in(point))


def make_point():
    global point
    point = harness.mounted("ext4", 300 * MIB)


if __name__ == "__main__":
    harness.main(
        ("an ext4 file system is mounted", make_point),
        ("create runs nothing, and syncs before it publishes", alone, creates),
        ("disable makes one process, for swapoff alone", alone, disables),
        ("resize makes one for each swapoff", alone, resizes),
        ("a plan and a status only read", alone, only_reads),
        ("a host's children, signals and descriptors are left alone", alone, leaves_host_alone),
    )
