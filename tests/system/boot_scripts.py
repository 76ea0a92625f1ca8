#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The init scripts, run by the shells and by the OpenRC that are installed: boot_scripts.py
BOOT_TEXT. What they run is a program that notes how it was called."""

import os
import shutil
import subprocess
import sys
import time

import harness
from harness import MIB, PAGE, Skip, check, equal, full_file, need, swaps, write_swap_header

BOOT_TEXT = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
NOTES = """#!/bin/sh
note=
for word in "${0##*/}" "$@"; do note="${note}[$word]"; done
printf '%s\\n' "$note" >>"$NOTES" # in one write: two of them may run at a time
[ ! -e "${0%/*}/slow" ] || sleep 20
[ ! -e "${0%/*}/fails" ]
"""
NAMES = [b"swapfile", b"it's a \"swap\" file", b"$HOME`id`\\n*?[a]~;&|<>(){}#!", b"\xc3\xbc\xff",
         bytes(range(0x80, 0x90)), b"-p 5", b"''", b"'"]
directory = None


def make_directory():
    """A directory of its own for a case: programs, files, and where they make their notes."""
    global directory
    directory = f"{harness.scratch}/{len(os.listdir(harness.scratch))}"
    os.makedirs(f"{directory}/bin")
    for name in "swapon", "swapoff", "swapcfg":
        with open(f"{directory}/bin/{name}", "w", encoding="ascii") as file:
            file.write(NOTES)
        os.chmod(f"{directory}/bin/{name}", 0o755)


def boot_text(*args, text=b""):
    result = subprocess.run([BOOT_TEXT, *args], input=text, capture_output=True, check=False)
    check(result.returncode == 0, f"{args}: {result.stderr.decode()}")
    return result.stdout


def file_of(name):
    return os.fsencode(directory) + b"/" + name


def make_script(kind, names, *args):
    text = b""
    for name in names:
        text = boot_text(kind, "persist", file_of(name), *args, text=text)
    script = f"{directory}/S02swapcfg"
    with open(script, "wb") as file:
        file.write(text)
    os.chmod(script, 0o755)
    return script


def run(*command):
    """The exit status, and how programs were called meanwhile."""
    notes = f"{directory}/notes"
    if os.path.exists(notes):
        os.unlink(notes)
    path = f"{directory}/bin:{os.environ['PATH']}"
    result = subprocess.run(command, env={**os.environ, "PATH": path, "NOTES": notes},
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60,
                            check=False)
    if not os.path.exists(notes):
        return result.returncode, []
    with open(notes, "rb") as file:
        return result.returncode, file.read().split(b"\n")[:-1]


def notes_of(program, names, *options):
    words = b"".join(b"[%s]" % word for word in (program, *options))
    return [words + b"[%s]" % file_of(name) for name in names]


def touch(names):
    for name in names:
        with open(file_of(name), "wb"):
            pass


def shell_of(name):
    words = name.split()
    need(words[0])
    return words


def has_swapoff(shell):
    """BusyBox's shell runs its own programs before those in PATH."""
    return shell[0] == "busybox"


def start_and_stop(name):
    shell = shell_of(name)
    make_directory()
    touch(NAMES)
    script = make_script("initd", NAMES, "5", "both", f"{directory}/bin/swapon")
    on = notes_of(b"swapon", NAMES, b"-p", b"5", b"--discard")
    off = notes_of(b"swapoff", NAMES)
    equal(run(*shell, script, "start"), (0, on), "start")
    equal(run(*shell, script), (2, []), "no action")
    if not has_swapoff(shell):
        equal(run(*shell, script, "stop"), (0, off), "stop")
        equal(run(*shell, script, "restart"), (0, off + on), "restart")
    script = make_script("initd", NAMES, "7", "once", f"{directory}/bin/swapcfg")
    on = notes_of(b"swapcfg", NAMES, b"boot", b"--priority", b"7", b"--discard=once")
    equal(run(*shell, script, "start"), (0, on), "start with the helper")


def failures(name):
    """One that fails does not keep the others from their turn."""
    shell = shell_of(name)
    make_directory()
    touch(NAMES)
    touch([b"bin/fails"])
    script = make_script("initd", NAMES, "-1", "none", f"{directory}/bin/swapon")
    equal(run(*shell, script, "start"), (1, notes_of(b"swapon", NAMES)), "start")
    if not has_swapoff(shell):
        equal(run(*shell, script, "stop"), (1, notes_of(b"swapoff", NAMES)), "stop")


def real_areas(name):
    """The kernel's word for it, with the programs of this machine or of BusyBox."""
    global directory
    shell = shell_of(name)
    directory = harness.mounted("ext4", 64 * MIB, f"areas{len(os.listdir(harness.scratch))}")
    os.mkdir(f"{directory}/bin")
    program = shutil.which(shell[0] if has_swapoff(shell) else "swapon")
    os.symlink(program, f"{directory}/bin/swapon")
    names = NAMES[:3]
    for file in names:
        full_file(file_of(file), 64 * PAGE)
        write_swap_header(file_of(file), 64)
    # BusyBox need not know priorities.
    priority = "-1" if has_swapoff(shell) else "7"
    script = make_script("initd", names, priority, "none", f"{directory}/bin/swapon")

    def active():
        return {row.path: str(max(row.priority, -1)) for row in swaps()
                if row.path.startswith(os.fsencode(directory))}

    equal(run(*shell, script, "start")[0], 0, "start")
    equal(active(), {file_of(file): priority for file in names}, "active after start")
    equal(run(*shell, script, "start")[0], 1, "start again")
    equal(run(*shell, script, "stop")[0], 0, "stop")
    equal(active(), {}, "active after stop")


def does_not_wait(name):
    """What waits for a file that is not there holds nothing up."""
    shell = shell_of(name)
    make_directory()
    touch([b"bin/slow"])
    script = make_script("initd", [b"a", b"b"], "-1", "none", f"{directory}/bin/swapcfg")
    began = time.monotonic()
    status, _ = run(*shell, script, "start")
    check(time.monotonic() - began < 10, "it waited")
    equal(status, 0, "start")
    deadline = time.monotonic() + 10
    expected = sorted(notes_of(b"swapcfg", [b"a", b"b"], b"boot"))
    found = []
    while sorted(found) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
        with open(f"{directory}/notes", "rb") as file:
            found = file.read().split(b"\n")[:-1]
    equal(sorted(found), expected, "what runs in the background")


def is_removed():
    for kind in "initd", "openrc":
        make_directory()
        script = make_script(kind, NAMES)
        with open(script, "rb") as file:
            text = file.read()
        for name in NAMES:
            check(text, "the file went too early")
            text = boot_text(kind, "forget", file_of(name), text=text)
        equal(text, b"", kind)


def shellcheck():
    need("shellcheck")
    for kind in "initd", "openrc":
        make_directory()
        script = make_script(kind, NAMES[:2], "5")
        result = subprocess.run(["shellcheck", "--shell=sh", script], capture_output=True,
                                text=True, check=False)
        equal(result.stdout, "", kind)


def openrc():
    """Needs OpenRC's programs, not that it started the system: /run is the test's own."""
    need("openrc-run")
    if not shutil.which("openrc"):
        raise Skip("OpenRC is not installed")
    make_directory()
    touch(NAMES[:3])
    os.makedirs("/run/openrc/started", exist_ok=True)
    with open("/run/openrc/softlevel", "w", encoding="ascii") as file:
        file.write("boot\n")
    script = make_script("openrc", NAMES[:3], "5", "none", f"{directory}/bin/swapon")
    equal(run(script, "--nodeps", "start")[0], 0, "start")
    touch([b"bin/fails"])
    equal(run(script, "--nodeps", "stop")[0], 0, "stop")


if __name__ == "__main__":
    SHELLS = "busybox ash", "sh", "bash --posix"
    harness.main(
        *((f"{shell}: start and stop", start_and_stop, shell) for shell in SHELLS),
        *((f"{shell}: one that fails", failures, shell) for shell in SHELLS),
        *((f"{shell}: real areas", real_areas, shell) for shell in SHELLS[:2]),
        *((f"{shell}: a file that is not there", does_not_wait, shell) for shell in SHELLS),
        ("the last area takes the file with it", is_removed),
        ("shellcheck finds nothing wrong", shellcheck),
        ("OpenRC runs the service", openrc),
    )
