#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The swap units, as the systemd that is installed reads them: boot_units.py BOOT_TEXT."""

import os
import subprocess
import sys

import harness
from harness import NOBODY, Skip, check, command, equal, need

BOOT_TEXT = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
SYSTEMD = "/usr/lib/systemd/systemd"
PATHS = ["/swapfile", "/data/swap file", "/a'b\"/%h%%", "/dev/mmcblk0p4", "/a\\b/[x]#;", "/-/.b",
         "/\u00fc/\U0001f4be", "/.hidden/a:b_c@d~", "/x=y,z\\x20", "/etc/${HOME}"]


def boot_text(*args, text=b""):
    result = subprocess.run([BOOT_TEXT, *args], input=text, capture_output=True, check=False)
    check(result.returncode == 0, f"{args}: {result.stderr.decode()}")
    return result.stdout


def make_units(*args):
    """Units for all paths, wanted by swap.target: their names and their directory."""
    directory = f"{harness.scratch}/{len(os.listdir(harness.scratch))}"
    os.makedirs(f"{directory}/swap.target.wants", 0o755)
    names = {}
    for path in PATHS:
        name = boot_text("systemd", "name", path).decode().rstrip("\n")
        with open(f"{directory}/{name}", "wb") as file:
            file.write(boot_text("systemd", "persist", path, *args))
        os.symlink(f"../{name}", f"{directory}/swap.target.wants/{name}")
        names[path] = name
    return names, directory


def loaded(directory, unit):
    """What systemd makes of a unit, if it were the one to boot: {name: [lines of its dump]}."""
    if not os.path.exists(SYSTEMD):
        raise Skip("systemd is not installed")
    need("setpriv")
    result = subprocess.run(
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", SYSTEMD, "--test",
         "--system", f"--unit={unit}"],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{directory}:"},
        capture_output=True, text=True, check=False)
    output = result.stdout + result.stderr
    units = {}
    lines = []
    for line in output.split("\n"):
        if line.startswith("\t-> Unit "):
            lines = units.setdefault(line[len("\t-> Unit "):-1], [])
        elif line.startswith("\t\t"):
            lines.append(line.strip())
    return units


def names_are_systemds():
    need("systemd-escape")
    for path in [*PATHS, "/", "/a//b/", "/./.x", "/x/.y", "/..a", "/a\tb"]:
        equal(boot_text("systemd", "name", path).decode(),
              command("systemd-escape", "--path", "--suffix=swap", "--", path), path)


def units_are_valid():
    need("systemd-analyze")
    for args in [], ["0"], ["32767", "both"], ["-1", "once"]:
        names, directory = make_units(*args)
        for name in names.values():
            if ":" in name:  # FILE:ALIAS to this program
                continue
            result = subprocess.run(["systemd-analyze", "verify", "--man=no", f"./{name}"],
                                    cwd=directory, capture_output=True, text=True, check=False)
            equal((result.returncode, result.stderr), (0, ""), name)


def units_say_what_was_meant():
    names, directory = make_units("7", "once")
    for path, name in names.items():
        lines = loaded(directory, name)[name]
        for line in (f"What: {path}", "Priority: 7", "Options: discard=once",
                     "TimeoutSec: 1min 30s"):
            check(line in lines, f"no {line!r} in {lines}")


def files_wait_for_their_mounts():
    names, directory = make_units()
    lines = loaded(directory, "swap.target")[names["/data/swap file"]]
    check("RequiresMountsFor: /data/swap file (origin-implicit)" in lines, lines)
    check(any(line.startswith("After: systemd-remount-fs.service") for line in lines), lines)


def devices_are_waited_for():
    names, directory = make_units()
    lines = loaded(directory, "swap.target")[names["/dev/mmcblk0p4"]]
    for kind in ("Requires", "After"):
        check(any(line.startswith(f"{kind}: dev-mmcblk0p4.device") for line in lines), lines)


def boot_does_not_wait():
    """Nothing is ordered behind the areas but the unmounting, and swap.target only wants them."""
    names, directory = make_units()
    units = loaded(directory, "swap.target")
    target = units["swap.target"]
    for name in names.values():
        about = [line.split(":")[0] for line in target if f": {name} " in line]
        check("Wants" in about, f"swap.target does not want {name}: {target}")
        check("After" not in about and "Requires" not in about, f"{name}: {about}")
        before = [line.split()[1] for line in units[name] if line.startswith("Before: ")]
        equal(before, ["umount.target"], f"what {name} holds up")
        check(any(line.startswith("Conflicts: umount.target") for line in units[name]), name)


if __name__ == "__main__":
    harness.main(
        ("names are those that systemd demands", names_are_systemds),
        ("systemd-analyze finds nothing wrong", units_are_valid),
        ("systemd reads back what was meant", units_say_what_was_meant),
        ("a file waits for its mounts and a writable root", files_wait_for_their_mounts),
        ("a partition waits for its device", devices_are_waited_for),
        ("nothing at boot waits for an area", boot_does_not_wait),
    )
