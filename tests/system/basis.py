# SPDX-License-Identifier: MIT
"""How a case fails or is skipped, and what the tests know of swap without the library: the rows of
/proc/swaps, headers, and what makes two states of a file differ."""

import hashlib
import os
import re
import stat
import sys
from dataclasses import dataclass

MIB = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")


class Skip(Exception):
    """The case cannot run here; the text says why."""


class Failure(Exception):
    """Something is not as it has to be."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def equal(have, want, what):
    check(have == want, f"{what}: {have!r:.1500} instead of {want!r:.1500}")


def unescape(text):
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), text)


@dataclass
class Row:
    path: bytes
    kind: str
    size: int
    used: int
    priority: int


# The kernel escapes blanks, tabs, newlines and backslashes. Any other byte may be in a name.
ROW = re.compile(rb"([^ ]*) +(file|partition)\t+(\d+)\t+(\d+)\t+(-?\d+)", re.DOTALL)


def swaps():
    """All rows of /proc/swaps, sizes in bytes."""
    rows = []
    with open("/proc/swaps", "rb") as file:
        for row in file.read().split(b"\n")[1:-1]:
            path, kind, size, used, priority = ROW.fullmatch(row).groups()
            rows.append(Row(unescape(path), kind.decode(), int(size) * 1024, int(used) * 1024,
                            int(priority)))
    return rows


def under(path, top):
    return os.fsencode(path).startswith(os.fsencode(top).rstrip(b"/") + b"/")


def write_swap_header(path, pages, page_size=PAGE, order=sys.byteorder, magic=b"SWAPSPACE2",
                      length=None):
    """A swap header, written here so that the tests do not depend on what they test."""
    page = bytearray(page_size)
    page[1024:1028] = (1).to_bytes(4, order)
    page[1028:1032] = (pages - 1).to_bytes(4, order)
    page[-10:-10 + len(magic)] = magic.ljust(10, b"\0")
    with open(path, "r+b" if os.path.exists(path) else "wb") as file:
        file.write(page)
        if length is not None:
            file.truncate(length)


def full_file(path, size, mode=0o600):
    """A file without holes that holds zeros."""
    with open(path, "wb") as file:
        for _ in range(size // MIB):
            file.write(bytes(MIB))
        file.write(bytes(size % MIB))
        os.fsync(file.fileno())
    os.chmod(path, mode)
    return path


@dataclass
class Header:
    pages: int
    label: bytes
    uuid: bytes


def header(path):
    """The swap header of a file, for this machine's page size; a failure where there is none."""
    with open(path, "rb") as file:
        page = file.read(PAGE)
    equal(page[-10:], b"SWAPSPACE2", f"signature of {path}")
    equal(int.from_bytes(page[1024:1028], sys.byteorder), 1, f"header version of {path}")
    pages = int.from_bytes(page[1028:1032], sys.byteorder) + 1
    return Header(pages, page[1052:1068].rstrip(b"\0"), page[1036:1052])


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(path):
    info = os.lstat(path)
    text = [info.st_mode, info.st_uid, info.st_gid, info.st_ino, info.st_nlink, info.st_size,
            info.st_mtime_ns, info.st_ctime_ns]
    if stat.S_ISREG(info.st_mode):
        text.append(digest(path))
    elif stat.S_ISLNK(info.st_mode):
        text.append(os.readlink(path))
    return text
