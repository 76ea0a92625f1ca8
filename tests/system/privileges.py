#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Without the rights that it needs: system calls that a seccomp filter refuses, one after the other,
capabilities that are missing, a /proc or /sys that is missing, hidden or read-only."""

import errno
import os
import re
import subprocess

import harness
from harness import MIB, NOBODY, check, equal
from sound import VERBS, Trial

state = {}
# Without /proc the loader cannot find what lies beside the program.
ENVIRONMENT = dict(os.environ, LD_LIBRARY_PATH=f"{harness.BUILD}/lib")
# What a program cannot be loaded without.
LOADER = {"arch_prctl", "close", "fstat", "mmap", "mprotect", "newfstatat", "openat", "pread64", "read",
          "readlink",
          "statx", "set_tid_address", "uname"}
WORDS = re.compile(r"#define __NR_(\w+) (\d+)")


def make_disk():
    state["confine"] = harness.build("confine.c")
    state["trial"] = Trial(harness.mounted("ext4", 64 * MIB))
    text = harness.command("sh", "-c", "echo '#include <sys/syscall.h>' | cc -E -dM -")
    state["numbers"] = {name: number for name, number in WORDS.findall(text)}


def calls_of(verb):
    """The names of the system calls that a verb makes, seen from outside."""
    trial = state["trial"]
    trial.prepare(verb)
    log = f"{harness.scratch}/calls"
    subprocess.run(["strace", "-f", "-qq", "-o", log, *trial.command(verb)],
                   capture_output=True, check=True)
    with open(log, encoding="utf-8", errors="replace") as file:
        names = re.findall(r"^(?:\d+ +)?(\w+)\(", file.read(), re.MULTILINE)
    return sorted(set(names) - {"execve", "exit_group", "exit"})


def each_call(number):
    """Each system call that it makes, all of its uses."""
    harness.need("strace")
    trial = state["trial"]
    trial.counts.clear()
    calls, died = 0, set()
    for verb in VERBS:
        for name in calls_of(verb):
            calls += 1
            rule = f"{state['numbers'][name]}={number}"
            result = trial.run(verb, [state["confine"], rule, "--"])
            if result.returncode not in (0, 1, 3, 4):
                # The loader and libc cannot do without it, so that main() was not reached.
                died.add(name)
    trial.tell()
    print(f"# no program without {', '.join(sorted(died))}")
    check(died <= LOADER, f"it died without {died - LOADER}")
    check(calls > 80, f"only {calls} calls")


def refused_for(verb, rules, statuses, reasons):
    trial = state["trial"]
    rules = [rule.replace(rule.split("=")[0], state["numbers"].get(rule.split("=")[0],
                                                                   rule.split("=")[0]))
             for rule in rules]
    result = trial.run(verb, [state["confine"], *rules, "--"])
    check(result.returncode in statuses, f"status {result.returncode}: {result.stdout}")
    if result.returncode:
        error = harness.json.loads(result.stdout)["error"]
        check(error["reason"] in reasons, f"{error}")


def known_calls():
    """What containers and old kernels refuse, with what has to come of it."""
    create, resize, disable, enable, remove = VERBS
    for err in (errno.EPERM, errno.ENOSYS):
        refused_for(create, [f"swapon={err}"], [1], ["permission", "system"])
        refused_for(enable, [f"swapon={err}"], [1], ["permission", "system"])
        refused_for(disable, [f"swapoff={err}"], [1], ["permission", "system"])
        refused_for(remove, [f"swapoff={err}"], [1], ["permission", "system"])
        refused_for(resize, [f"swapoff={err}"], [4], ["rollback-failed"])
        refused_for(create, [f"getrandom={err}"], [1, 3], ["permission", "system"])
        refused_for(create, [f"fsync={err}"], [1], ["permission", "system"])
        refused_for(create, [f"linkat={err}"], [1], ["permission", "system"])
    for rules in ([f"fallocate={errno.ENOSYS}"], [f"tmpfile={errno.EOPNOTSUPP}"],
                  [f"tmpfile={errno.EISDIR}", f"renameat2={errno.ENOSYS}"],
                  [f"capget={errno.ENOSYS}"], [f"sync_file_range={errno.ENOSYS}",
                                               f"fallocate={errno.ENOSYS}"], ["exec"],
                  [f"close_range={errno.ENOSYS}"], [f"prctl={errno.EPERM}"]):
        for verb in VERBS:
            refused_for(verb, rules, [0], [])
    for err, reason in ((errno.EAGAIN, "system"), (errno.EPERM, "permission"),
                        (errno.ENOMEM, "low-memory")):
        refused_for(disable, [f"clone={err}"], [1], [reason])
        refused_for(remove, [f"clone={err}"], [1], [reason])
    state["trial"].tell()


def in_namespace(script, reasons, statuses=(1, 3)):
    """After a shell line in a mount namespace of its own, each verb is refused or works."""
    trial = state["trial"]
    trial.counts.clear()
    for verb in VERBS:
        result = trial.run(verb, ["unshare", "--mount", "sh", "-c", f"{script} && exec \"$@\"",
                                  "sh"], env=ENVIRONMENT)
        check(result.returncode in statuses, f"{verb.name}: {result.returncode} {result.stdout}"
              f"{result.stderr}")
        if result.returncode:
            error = harness.json.loads(result.stdout)["error"]
            check(error["reason"] in reasons, f"{verb.name}: {error}")
    trial.tell()


def as_user(number):
    """Every verb, of a user who may run the program and read all."""
    trial = state["trial"]
    trial.counts.clear()
    for verb in VERBS:
        result = trial.run(verb, ["setpriv", "--reuid", str(number), "--regid", str(number),
                                  "--clear-groups", "--"])
        equal(result.returncode, 3, f"{verb.name}: {result.stdout}")


def without_capabilities():
    """Root with no capability at all, and with each that is not CAP_SYS_ADMIN taken away."""
    trial = state["trial"]
    trial.counts.clear()
    for caps in ("-all", "-sys_admin", "-dac_override", "-dac_read_search", "-fowner", "-chown",
                 "-sys_resource", "-linux_immutable", "-fsetid"):
        for verb in VERBS:
            result = trial.run(verb, ["setpriv", "--bounding-set", caps, "--inh-caps", caps,
                                      "--"])
            if caps in ("-all", "-sys_admin"):
                equal(result.returncode, 3, f"{verb.name} with {caps}: {result.stdout}")
            else:
                equal(result.returncode, 0, f"{verb.name} with {caps}: {result.stdout}")
    trial.tell()


if __name__ == "__main__":
    harness.main(
        ("a disk is made", make_disk),
        ("each system call fails with EPERM", each_call, errno.EPERM),
        ("each system call fails with ENOSYS", each_call, errno.ENOSYS),
        ("calls that containers and old kernels refuse", known_calls),
        ("a user who is not root", as_user, NOBODY),
        ("capabilities", without_capabilities),
        ("no /proc", in_namespace, "umount -l /proc",
         ("no-kernel-swap",)),
        ("an empty /proc", in_namespace, "mount -t tmpfs none /proc",
         ("no-kernel-swap",)),
        ("no /sys", in_namespace, "umount -l /sys", (), (0,)),
        ("a hidden /proc", in_namespace, "mount -t proc -o hidepid=2 proc /proc", (), (0,)),
        ("a read-only /proc and /sys", in_namespace,
         "mount -o remount,bind,ro /proc && mount -o remount,bind,ro /sys", (), (0,)),
    )
