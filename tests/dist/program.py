#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A shipped swapcfg for one machine, beside the build of this one: program.py NATIVE 32-bit|64-bit [emulated]

SWAPCFG runs it, with an emulator where it has to. What it says and writes is what NATIVE does, with
sizes and offsets that 32 bits do not hold as well, and it uses an area of the running kernel.

With the word emulated, swapoff(2) is the test's: qemu-user does not make the library's child, a
clone(2) without a signal at its end. With 32-bit, an offset that 32 bits do not hold is tried, which
takes long, as all that lies before it is read.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

import harness  # pylint: disable=wrong-import-position
from harness import MIB, PAGE, Skip, check, equal, swapcfg  # pylint: disable=wrong-import-position

NATIVE, MORE = sys.argv[1], sys.argv[2:]
EMULATED = "emulated" in MORE
GIB = 1 << 30
LARGE = 4608 * MIB  # more than 32 bits hold
UUID = "01234567-89ab-cdef-0123-456789abcdef"
FSTAB = "/dev/root / ext4 rw,noauto 0 1\n"
INITTAB = "id:3:initdefault:\nrcS:12345:wait:/etc/init.d/rcS\n"
# What both are asked, one after the other, each in a tree of its own.
ASKED = (
    "--json status",
    "--json plan create /swapfile --size 8M",
    "--json plan create /swapfile --size 4294967296",
    "--json plan create /swapfile --size 17592186044415K",  # of 44 bits, as 32 bits of pages hold
    "--json plan create /swapfile --size 15E",
    "--json plan create /swapfile --size 16E",
    "--json plan create /swapfile --size 8M --keep-free 4095P",
    "--json plan create /etc/fstab --size 8M",
    f"--json create /swapfile --size 8M --uuid {UUID} --label area --priority 7",
    "--json status /swapfile",
    f"--json create /swapfile --size 8M --uuid {UUID} --label area --priority 7",
    "--json plan resize /swapfile --size 12M",
    "--json plan remove /swapfile",
    "--json disable /swapfile",
    "--json status /swapfile",
    "--json format /swapfile --force --endianness big --page-size 65536 --offset 123456"
    f" --uuid {UUID}",
    "--json status /swapfile",
    "--json remove /swapfile",
    "--json status",
)


def tree(name):
    """A system that does not run: BusyBox everywhere, sysvinit as init."""
    root = Path(f"{harness.scratch}/{name}")
    for directory in ("bin", "boot", "etc/init.d", "proc", "run", "sbin"):
        (root / directory).mkdir(parents=True)
    (root / "etc/fstab").write_text(FSTAB)
    (root / "etc/inittab").write_text(INITTAB)
    (root / "sbin/init").write_bytes(b"\x7fELF sysvinit")
    (root / "bin/busybox").write_bytes(b"\x7fELF BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)")
    (root / "sbin/swapon").symlink_to("../bin/busybox")
    return root


def native(*args):
    return subprocess.run([NATIVE, *args], stdin=subprocess.DEVNULL, capture_output=True,
                          check=False)


def mkswap(path, *options):
    harness.need("mkswap")
    harness.command("mkswap", "--uuid", UUID, *options, path)


def first_page(path):
    with open(path, "rb") as file:
        return file.read(PAGE)


def data_in(path):
    """Where a file has data, as its holes tell."""
    found, at = [], 0
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        while at < size:
            try:
                start = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            found.append((start, at))
    return found


def speaks():
    equal(swapcfg("--version").out, native("--version").stdout, "--version")
    check(b"swapcfg" in native("help").stdout, "the native program has no help")
    for words in (("help",), ("help", "boot"), ("--help",)):
        equal(swapcfg(*words).out, native(*words).stdout, " ".join(words))


def comparable(status, out, error, root):
    """Without what differs between two trees on one disk that others use as well."""
    texts = [re.sub(rb"\d+ MiB (that are|are) free", b"MANY MiB are free",
                    text.replace(str(root).encode(), b"ROOT")) for text in (out, error)]
    return status, *texts


def describe_tree(root):
    found = {}
    for path in sorted(root.rglob("*")):
        about = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path.relative_to(root))] = (about.st_mode, about.st_size, content)
    return found


def does_the_same():
    ours, theirs = tree("ours"), tree("theirs")
    changed = 0
    for line in ASKED:
        before = describe_tree(ours)
        have = swapcfg("--root", str(ours), *line.split(), status=None)
        want = native("--root", str(theirs), *line.split())
        equal(comparable(have.status, have.out, have.err.encode(), ours),
              comparable(want.returncode, want.stdout, want.stderr, theirs), line)
        check(isinstance(json.loads(have.out), dict), f"{line}: no JSON object: {have.out!r}")
        after = describe_tree(ours)
        equal(after, describe_tree(theirs), f"{line}: the tree")
        changed += before != after
        check("plan" not in line or before == after, f"{line}: a plan changed something")
    equal(changed, 4, "how many commands changed something")  # create, disable, format, remove


def is_as_mkswap_makes_it():
    root = tree("made")
    swapcfg("--root", str(root), "create", "/swapfile", "--size", "8M", "--uuid", UUID, "--label",
            "area", "--no-activate", "--boot=none")
    reference = f"{harness.scratch}/reference"
    harness.full_file(reference, 8 * MIB)
    mkswap(reference, "--label", "area")
    equal((root / "swapfile").read_bytes(), Path(reference).read_bytes(), "the area")
    equal((root / "swapfile").stat().st_mode & 0o7777, 0o600, "its mode")


def is_larger_than_4_gib():
    """Allocated for real: no holes, no wrapped size, a last page behind 4 GiB."""
    if shutil.disk_usage(harness.scratch).free < LARGE + GIB:
        raise Skip("there is no room for an area of 4608 MiB")
    root = tree("large")
    path, reference = root / "swapfile", f"{harness.scratch}/reference"
    swapcfg("--root", str(root), "create", "/swapfile", "--size", str(LARGE), "--uuid", UUID,
            "--no-activate")
    about = path.stat()
    equal(about.st_size, LARGE, "its size")
    check(about.st_blocks * 512 >= LARGE, f"it has holes: {about.st_blocks} blocks")
    with open(reference, "wb") as file:
        file.truncate(LARGE)
    os.chmod(reference, 0o600)
    mkswap(reference)
    equal(first_page(path), first_page(reference), "its header")
    equal(int.from_bytes(first_page(path)[1028:1032], sys.byteorder), LARGE // PAGE - 1,
          "its last page")
    area = swapcfg("--root", str(root), "--json", "status", "/swapfile").document()["areas"][0]
    equal(area["size_bytes"], LARGE, "its size in the status")
    swapcfg("--root", str(root), "resize", "/swapfile", "--size", str(LARGE + 64 * MIB))
    equal(path.stat().st_size, LARGE + 64 * MIB, "its size when resized")
    swapcfg("--root", str(root), "remove", "/swapfile")
    check(not path.exists(), "it is still there")
    equal((root / "etc/inittab").read_text(), INITTAB, "the inittab")


def formats_behind_4_gib():
    """The header lies where no 32 bits lead; nothing else of the file is written."""
    path, reference = f"{harness.scratch}/offset", f"{harness.scratch}/reference"
    offset = 4 * GIB + 3 * PAGE
    with open(path, "wb") as file:
        file.truncate(offset + 64 * MIB)
    os.chmod(path, 0o600)
    swapcfg("format", path, "--offset", str(offset), "--uuid", UUID)
    # The first KiB as well, as mkswap does, in case a boot loader was there.
    equal(data_in(path), [(0, PAGE), (offset, offset + PAGE)], "what was written")
    check(not any(first_page(path)), "something is at the file's beginning")
    harness.full_file(reference, 64 * MIB)
    mkswap(reference)
    with open(path, "rb") as file:
        file.seek(offset)
        equal(file.read(PAGE), first_page(reference), "the header")


def uses_the_kernel():
    """Creates, shows and removes an area that the running kernel uses."""
    path = f"{harness.mounted('ext4')}/area"
    swapcfg("create", path, "--size", "32M", "--boot=none", "--priority", "3")
    row = harness.row_of(path)
    check(row is not None, "the kernel does not use the area")
    equal((row.size, row.priority), (32 * MIB - PAGE, 3), "size and priority")
    area = harness.area_of(path)
    check(area["active"], f"the status says: {area}")
    if EMULATED:
        harness.swapoff(path)
    swapcfg("remove", path)
    equal(harness.row_of(path), None, "its row")
    check(not os.path.exists(path), "it is still there")


harness.main(
    ("says what the native one does", speaks),
    ("does below a root what the native one does", does_the_same),
    ("makes the area that mkswap makes", is_as_mkswap_makes_it),
    ("makes an area of more than 4 GiB", is_larger_than_4_gib),
    *([("writes a header behind 4 GiB", formats_behind_4_gib)] if "32-bit" in MORE else []),
    ("creates, shows and removes an area" + (", but for swapoff" if EMULATED else ""),
     uses_the_kernel),
)
