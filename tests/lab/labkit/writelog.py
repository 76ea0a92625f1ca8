# SPDX-License-Identifier: MIT
"""The log that QEMU's blklogwrites driver keeps of a disk, in the format of Linux's dm-log-writes.

A log is a row of sectors: one superblock, then for each request one sector that describes it,
followed by what was written. QEMU counts an entry in the superblock at the next flush, so that
what came behind the last flush is not in the count: end a recording with a flush.
"""

import struct
from dataclasses import dataclass

MAGIC = 0x6A736677736872
VERSION = 1
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")

FLUSH = 1
FUA = 2
DISCARD = 4
MARK = 8


class BadLog(Exception):
    pass


@dataclass(frozen=True)
class Entry:
    """One request; data is None for what has none."""

    flags: int
    offset: int
    length: int
    data: memoryview | None

    @property
    def is_flush(self):
        """Completed: all that was completed before it is on the disk for good."""
        return bool(self.flags & FLUSH)

    @property
    def is_durable(self):
        """On the disk for good when it completes (forced unit access)."""
        return bool(self.flags & FUA)

    @property
    def is_discard(self):
        return bool(self.flags & DISCARD)

    @property
    def changes(self):
        """Whether the disk holds something else afterwards."""
        return self.length > 0 and not self.flags & MARK


def parse(log):
    """The entries of a log, in the order in which they were completed; log is bytes or a mapping
    of the file."""
    view = memoryview(log)
    if len(view) < SUPER.size:
        raise BadLog("the log is shorter than its superblock; was nothing flushed?")
    magic, version, count, sector = SUPER.unpack_from(view)
    if magic != MAGIC or version != VERSION:
        raise BadLog(f"no superblock of version {VERSION}: magic {magic:#x}, version {version}")
    if sector < 512 or sector & (sector - 1):
        raise BadLog(f"sectors of {sector} bytes")
    entries = []
    at = sector
    for number in range(count):
        if at + ENTRY.size > len(view):
            raise BadLog(f"entry {number} of {count} lies behind the end of the log")
        start, sectors, flags, extra = ENTRY.unpack_from(view, at)
        # A mark of dm-log-writes has its text in the sector of the entry itself.
        if flags & MARK:
            data = view[at + ENTRY.size:at + ENTRY.size + extra]
            entries.append(Entry(flags, 0, 0, data))
            at += sector
            continue
        at += sector
        length = sectors * sector
        data = None
        if length and not flags & DISCARD:
            # A zero write at the very end is a hole that the file may be too short for.
            data = view[at:at + length]
            at += length
        entries.append(Entry(flags, start * sector, length, data))
    return entries


def write_to(file, offset, data):
    """Writes all of data at the offset of a binary file."""
    file.seek(offset)
    file.write(data)


def apply(entry, file, pieces=None):
    """Puts an entry into an image; pieces are the (start, end) bytes of it that arrived, all of it
    without. What was discarded reads as zeros."""
    for start, end in pieces if pieces is not None else ((0, entry.length),):
        data = b"" if entry.data is None else entry.data[start:end]
        write_to(file, entry.offset + start, data)
        missing = end - start - len(data)
        if missing:
            write_to(file, entry.offset + start + len(data), bytes(missing))
