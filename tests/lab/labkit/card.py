# SPDX-License-Identifier: MIT
"""Images of SD cards, made without mounting anything, as no kernel knows all of their file systems:
p1 FAT (/boot), p2 ext4 (the root), p3 exFAT (/data)."""

import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
SECTOR = 512
ALIGN = MIB  # where the first partition begins
BOOT_SIZE = 16 * MIB
TYPES = (0x0c, 0x83, 0x07)


@dataclass(frozen=True)
class Partition:
    start: int  # bytes
    size: int


def layout(size):
    """Where the partitions lie on a card of so many bytes."""
    if size & (size - 1) or size < 128 * MIB:
        raise ValueError("an SD card's size is a power of two, and 128 MiB at least")
    root = Partition(ALIGN + BOOT_SIZE, size // 2)
    end = root.start + root.size
    return Partition(ALIGN, BOOT_SIZE), root, Partition(end, size - end)


def partition_table(partitions):
    """A master boot record."""
    entries = b"".join(
        struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff",
                    part.start // SECTOR, part.size // SECTOR)
        for kind, part in zip(TYPES, partitions))
    return b"\0" * 440 + b"LAB0\0\0" + entries.ljust(64, b"\0") + b"\x55\xaa"


def tool(*args):
    result = subprocess.run([str(arg) for arg in args], text=True, capture_output=True, check=False,
                            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
                                 "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C"})
    if result.returncode:
        raise OSError(f"{' '.join(map(str, args))}: {result.stderr}{result.stdout}")


def make_boot(path, files):
    tool("mkfs.vfat", "-n", "BOOT", path)
    for name, data in files.items():
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            tool("mcopy", "-i", path, file.name, f"::{name}")


def make_root(path, tree):
    """Files are as they lie there, but sparse; owned by root, whoever runs this."""
    fake = [] if os.geteuid() == 0 else ["fakeroot"]
    tool(*fake, "mkfs.ext4", "-q", "-F", "-b", "4096", "-L", "root",
         "-E", "lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0", "-d", tree, path)


def make_data(path):
    tool("mkfs.exfat", "-L", "DATA", path)


def make(path, tree, size=512 * MIB, boot_files=None):
    """Makes a card with the root tree; boot_files are those of /boot, by name."""
    path = Path(path)
    files = {"usb.disk0": b""} if boot_files is None else boot_files
    partitions = layout(size)
    makers = (lambda one: make_boot(one, files), lambda one: make_root(one, tree), make_data)
    part = path.with_suffix(".part")
    with open(path, "wb") as card:
        card.write(partition_table(partitions))
        card.truncate(size)
    for partition, maker in zip(partitions, makers):
        with open(part, "wb") as file:
            file.truncate(partition.size)
        maker(part)
        tool("dd", f"if={part}", f"of={path}", "bs=64K", f"seek={partition.start}",
             "oflag=seek_bytes", "conv=notrunc,sparse", "status=none")
        part.unlink()


def copy(source, target):
    """Holes stay holes, so it costs what is written."""
    tool("cp", "--sparse=always", source, target)


def copy_tree(source, target):
    shutil.rmtree(target, ignore_errors=True)
    tool("cp", "-a", source, target)
