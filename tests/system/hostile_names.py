#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names that break other programs, through every command and every kind of boot entry, on systems in
directories: a kind refuses what it cannot express and touches nothing, or the area comes back
byte for byte, and all is as it was when it has gone.

SWAPCFG_TEST_ALL=1 runs every command for each pair of a name and a kind, not for one kind only."""

import copy
import os
import stat
import subprocess

import harness
from harness import MIB, PAGE, check, equal
from offline_inits import BUSYBOX, SYSTEMS

import offline_inits

EVERYTHING = os.environ.get("SWAPCFG_TEST_ALL") == "1"
SMALL, LARGE = 16 * PAGE, 24 * PAGE
NAMES = {
    "blanks": b"  a swap  file ",
    "tab": b"swap\tfile",
    "newline": b"swap\nfile",
    "newline at the end": b"swapfile\n",
    "carriage return": b"swap\rfile",
    "colons": b"si0::sysinit:file",
    "hash": b"#swapfile",
    "single quotes": b"it's a 'file'",
    "double quotes": b'"swapfile"',
    "back quotes and dollars": b"`touch x`$(touch y)$HOME",
    "percent signs": b"%s%n%i%%h",
    "backslashes": b"swap\\040file\\",
    "equals, comma, semicolon": b"a=b,c;d|e&f",
    "wildcards and brackets": b"*?[swap]{file}~<>!",
    "Latin-1": b"swapdatei-\xe4\xf6\xfc",
    "broken UTF-8": b"\xff\xfe\xc0\xaf\xed\xa0\x80",
    "UTF-8": "swap-ファイル-🐟".encode(),
    "control characters": bytes(range(1, 32)),
    "escape sequences": b"\x1b[2J\x1b]0;x\x07\x7f",
    "leading dash": b"-rf",
    "like an option": b"--help",
    "like ours": b".area.swapcfg-new",
    "like a deleted file": b"swapfile (deleted)",
    "255 bytes": b"n" * 255,
    "255 bytes with UTF-8": b"n" * 253 + "é".encode(),
    "4095 bytes": b"/".join([b"d" * 254] * 16)[:4094],
}

state = {}


def systems():
    """Those of offline_inits, with what only a system that runs has, and two more kinds."""
    found = copy.deepcopy({name: SYSTEMS[name] for name in SYSTEMS})
    files = {name: system["files"] for name, system in found.items()}
    files["systemd"]["run/systemd/system/kept"] = b""
    files["OpenRC"]["run/openrc/kept"] = b""
    found["sysvinit"] = {
        "kind": "inittab", "links": {"sbin/swapon": "/bin/busybox"},
        "files": {"bin/busybox": BUSYBOX, "sbin/init": b"\x7fELF",
                  "etc/inittab": b"id:3:initdefault:\nrcS::sysinit:/etc/init.d/rcS\n"}}
    found["fstab"] = {
        "kind": "fstab", "links": {"sbin/swapon": "/bin/busybox"},
        "files": {"bin/busybox": BUSYBOX, "sbin/init": b"\x7fELF", "etc/fstab": b"# none\n",
                  "etc/inittab": b"si0::sysinit:/sbin/swapon -a\n"}}
    return found


def make_disk():
    offline_inits.top = state["top"] = harness.mounted("ext4", 64 * MIB, "systems")
    harness.copy_program(state["top"])
    for name, system in systems().items():
        root = offline_inits.make_root(name, system)
        for directory in ("areas", "bin", "proc", "run"):
            os.makedirs(f"{root}/{directory}", exist_ok=True)
        harness.command("cp", "-al", f"{state['top']}/lib", root)
        if os.path.isdir(f"{state['top']}/lib64"):
            harness.command("cp", "-al", f"{state['top']}/lib64", root)
        os.link(f"{state['top']}/sbin/swapcfg", f"{root}/bin/program")
        harness.command("mount", "--bind", "/proc", f"{root}/proc")


def inside(root, *args, status=(0,)):
    """Runs swapcfg with a system's root as its own."""
    state["commands"] = state.get("commands", 0) + 1
    result = subprocess.run([b"chroot", os.fsencode(root), b"/bin/program", b"--json",
                             *map(os.fsencode, args)], capture_output=True, check=False,
                            stdin=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH="/lib"))
    text = result.stdout.decode("utf-8")
    check(result.returncode in status, f"status {result.returncode} of {args}: {text}"
          f"{result.stderr.decode('utf-8', 'replace')}")
    return result.returncode, harness.json.loads(text)


def tree(root):
    """Names, modes, link targets and bytes of all but what the kernel shows, the lock and the
    libraries."""
    found = {}
    for directory, names, files, fd in os.fwalk(root):
        if directory == root:
            names[:] = [name for name in names if name not in ("proc", "run", "lib", "lib64")]
        for name in names + files:
            path = f"/proc/self/fd/{fd}/{name}"  # short, however deep it lies
            mode = os.lstat(path).st_mode
            what = None if stat.S_ISDIR(mode) else harness.describe(path)[-1]
            found[f"{directory}/{name}"] = (mode, what)
    return found


def is_shown(root, path, kind, active, size):
    """By its path, and in the list of all; JSON cannot hold every byte, so a path that is not UTF-8
    is compared by what it is named there."""
    _, document = inside(root, "status", path)
    area, = document["areas"]
    equal((area["active"], area["size_bytes"]), (active, size), "status")
    equal([entry["kind"] for entry in area["boot"]], [kind] if kind else [], "boot entries")
    try:
        equal(area["path"].encode(), path, "path in the status")
    except UnicodeEncodeError:
        raise harness.Failure(f"no text: {area['path']!r}") from None
    except harness.Failure:
        check(is_not_text(path), "a path that is text was changed")
    found = [row for row in harness.swaps() if row.path == os.fsencode(root) + path]
    # The kernel lists no path that is longer than a page together with what is around it.
    if len(root) + len(path) < 4000:
        equal([row.size for row in found], [size - PAGE] if active else [], "/proc/swaps")


def is_not_text(path):
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def go_through(root, path, kind):
    """All commands; False where the kind refuses the path."""
    boot = f"--boot={kind}" if kind else "--boot=none"
    before = tree(root)
    status, document = inside(root, "create", path, "--size", str(SMALL), "--keep-free", "0", boot,
                              status=(0, 3))
    if status:
        equal(document["error"]["reason"], "boot-entry-unsupported", f"{document}")
        check("choose another kind" in document["error"]["message"], document["error"]["message"])
        equal(tree(root), before, "the system after a refusal")
        return False
    is_shown(root, path, kind, True, SMALL)
    if state["all"]:
        inside(root, "resize", path, "--size", str(LARGE), "--keep-free", "0")
        is_shown(root, path, kind, True, LARGE)
        inside(root, "disable", path)
        is_shown(root, path, None, False, LARGE)
        without = tree(root)
        inside(root, "enable", path, boot)
        is_shown(root, path, kind, True, LARGE)
        inside(root, "disable", path)
        equal(tree(root), without, "the system after disable")
    inside(root, "remove", path)
    equal(tree(root), before, "the system in the end")
    return True


def open_way(root, path, make=False):
    """The directory that holds it, whose path may be too long to be named at once."""
    at = os.open(root, os.O_RDONLY)
    for part in path.split(b"/")[1:-1]:
        if make:
            try:
                os.mkdir(part, 0o755, dir_fd=at)
            except FileExistsError:
                pass
        below = os.open(part, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    return at


def switch_off(root, path):
    """After a failure, so that the disk can be unmounted."""
    at = open_way(root, path)
    try:
        file = os.open(path.split(b"/")[-1], os.O_RDONLY, dir_fd=at)
        harness.swapoff(f"/proc/self/fd/{file}")
        os.close(file)
    except OSError:
        pass
    os.close(at)


def name_case(number, name):
    refused = []
    every = [(None, "sysvinit"), *((system["kind"], each) for each, system in systems().items())]
    for at, (kind, each) in enumerate(every):
        root = f"{state['top']}/{each}"
        path = b"/" + name if b"/" in name else b"/areas/" + name
        os.close(open_way(root, path, make=True))
        state["all"] = EVERYTHING or at in (0, 1 + number % (len(every) - 1))
        try:
            if not go_through(root, path, kind):
                refused.append(kind)
        finally:
            switch_off(root, path)
    check(None not in refused, "no boot entry refuses no name")
    print(f"# refused by {', '.join(refused) or 'none'}")


def told():
    print(f"# figure: {len(NAMES)} names, {state['commands']} commands")


if __name__ == "__main__":
    harness.main(
        ("systems are made", make_disk),
        *((name, name_case, number, NAMES[name]) for number, name in enumerate(NAMES)),
        ("how many", told),
    )
