#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The main commands below valgrind: no byte is read that nobody wrote, and none is lost. Valgrind
does not know swapon(2) and swapoff(2), so that nothing is activated: what surrounds them is covered
by the unit tests below valgrind, and the calls by the sanitizers."""

import os
import subprocess

import harness
from harness import MIB, check, equal

VALGRIND = ["valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible",
            f"--suppressions={harness.SOURCE}/tests/system/memcheck.supp"]
INITTAB = "::sysinit:/etc/init.d/rcS\n::respawn:/sbin/getty\n"
point = None


def below(*args, status=0, says=""):
    result = subprocess.run([*VALGRIND, harness.SWAPCFG, *args], capture_output=True, text=True,
                            errors="replace", timeout=300, check=False)
    text = f"{args}: exit status {result.returncode}\n{result.stdout}{result.stderr}"
    check("==" not in result.stderr, text)
    equal(result.returncode, status, text)
    check(says in result.stdout + result.stderr, f"no {says!r} in {text}")


def set_up():
    global point
    harness.need("valgrind")
    point = harness.mounted("ext4", 300 * MIB)
    below("--version", says="swapcfg")


def finds_leaks():
    """Else that it is silent proves nothing."""
    source = f"{harness.scratch}/leak.c"
    with open(source, "w", encoding="ascii") as file:
        file.write("#include <stdlib.h>\n"
                   "int main(void) { volatile char *p = malloc(9); p = 0; return p != 0; }\n")
    harness.command("cc", "-g", "-o", f"{harness.scratch}/leak", source)
    result = subprocess.run([*VALGRIND, f"{harness.scratch}/leak"], capture_output=True, text=True,
                            check=False)
    equal(result.returncode, 99, result.stderr)


def offline():
    """From nothing to nothing, below a root."""
    root = f"{point}/root"
    for name in ("etc/init.d", "sbin", "bin", "run"):
        os.makedirs(f"{root}/{name}")
    for name, text in (("etc/inittab", INITTAB), ("bin/busybox", "BusyBox v1.36\n"),
                       ("etc/init.d/rcS", "#!/bin/sh\n"), ("etc/fstab", "# nothing\n")):
        with open(f"{root}/{name}", "w", encoding="ascii") as file:
            file.write(text)
    os.symlink("/bin/busybox", f"{root}/sbin/init")
    os.symlink("/bin/busybox", f"{root}/sbin/swapon")
    there = ["--root", root]
    below(*there, "plan", "create", "/swapfile", "--size", "16M", says="/etc/inittab")
    below(*there, "create", "/swapfile", "--size", "16M", "--label", "one")
    below(*there, "--json", "create", "/swapfile", "--size", "16M")
    below(*there, "--verbose", "status", says="/etc/inittab")
    below(*there, "resize", "/swapfile", "--size", "24M")
    below(*there, "--json", "resize", "/swapfile", "--size", "8M")
    below(*there, "disable", "/swapfile")
    below(*there, "--json", "status", "/swapfile", says='"path":"/swapfile"')
    below(*there, "enable", "/swapfile")
    below(*there, "remove", "/swapfile")
    with open(f"{root}/etc/inittab", encoding="ascii") as file:
        equal(file.read(), INITTAB, "inittab in the end")


def running():
    """All but what activates."""
    path = f"{point}/area"
    below("create", path, "--size", "16M", "--no-activate", "--boot=none")
    below("--json", "resize", path, "--size", "12M", "--wait", "1")
    below("format", path, "--label", "two")
    below("status", says="Memory")
    below("--json", "status", path, says='"two"')
    below("--json", "plan", "enable", path, "--boot=none", says='"activate"')
    # Refused, wrong, and failed and undone: by the kernel that valgrind shows.
    below("--json", "create", path, "--size", "100G", "--boot=none", status=3, says="error")
    below("create", "area", "--size", "many", status=2)
    below("--json", "create", f"{point}/new", "--size", "8M", "--boot=none", status=1, says="error")
    check(not os.path.exists(f"{point}/new"), "what failed was not undone")
    below("remove", path)
    equal(sorted(os.listdir(point)), ["lost+found", "root"], "files in the end")


if __name__ == "__main__":
    harness.main(
        ("valgrind is there, and the program runs", set_up),
        ("it finds what is lost", finds_leaks),
        ("a tree that does not run", offline),
        ("the running system", running),
    )
