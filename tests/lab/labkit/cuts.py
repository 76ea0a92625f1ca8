# SPDX-License-Identifier: MIT
"""What a disk may hold after a power cut, rebuilt from the log of what was written to it.

A disk with a write cache promises one thing: what was completed before a flush was completed is
there. Of what came behind, any part may be missing, whatever the order in which it was written, and
of a write any of its sectors. A card without a cache keeps the order, which is one of these cases.

So the writes between two flushes are a window, and a cut is: all windows before one, and a choice
of that one's writes and sectors. A flush that was not completed promises nothing, so its window
includes the moment before it. What was written with forced unit access is kept.
"""

import mmap
import os
from dataclasses import dataclass

from labkit import writelog

SECTOR = 512
# Marks are text that the device writes here, between the partition table and the first partition.
MARK_OFFSET = 32768
COPY = 1 << 20


@dataclass(frozen=True)
class Mark:
    """A line and more text, written at one position of the log."""

    position: int
    line: str
    text: str


@dataclass(frozen=True)
class Cut:
    """All entries before first are there, and of those up to last the pieces of each that are
    named: the number of the entry and its (start, end) bytes, or None for all of it."""

    kind: str
    first: int
    last: int
    pieces: tuple
    in_order: bool = True  # whether a card that writes everything in order can be left so

    @property
    def name(self):
        torn = sum(1 for _, ranges in self.pieces if ranges is not None)
        return (f"{self.kind} at {self.last}, {len(self.pieces)} writes since the flush at "
                f"{self.first}" + (f", {torn} torn" if torn else ""))


class Recording:
    """The log of a disk, together with the image that it began with."""

    def __init__(self, log, image):
        self.image = image
        with open(log, "rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.entries = writelog.parse(self.map)
        self.marks = [mark for number, entry in enumerate(self.entries)
                      if (mark := read_mark(number, entry))]

    def mark(self, line):
        found = [mark for mark in self.marks if mark.line == line]
        if len(found) != 1:
            raise writelog.BadLog(f"{len(found)} marks {line!r} in the log")
        return found[0]

    def changes(self, number):
        return self.entries[number].changes and self.entries[number].offset != MARK_OFFSET

    def replay(self, path, begin, end):
        """Takes an image from what it was at one position to what it was at another."""
        with open(path, "r+b") as file:
            for number in range(begin, end):
                if self.changes(number):
                    writelog.apply(self.entries[number], file)

    def rebuild(self, base, begin, cut, path):
        """Makes the image of a cut from that of an earlier position."""
        copy_sparse(base, path)
        self.replay(path, begin, cut.first)
        with open(path, "r+b") as file:
            for number, ranges in cut.pieces:
                writelog.apply(self.entries[number], file, ranges)


def read_mark(number, entry):
    if not entry.data or entry.offset != MARK_OFFSET:
        return None
    text = bytes(entry.data).rstrip(b"\0").decode(errors="replace")
    line, _, rest = text.partition("\n")
    return Mark(number, line, rest)


def copy_sparse(source, target):
    """Copies a file without filling its holes."""
    with open(source, "rb") as old, open(target, "wb") as new:
        size = os.fstat(old.fileno()).st_size
        new.truncate(size)
        at = 0
        while at < size:
            try:
                at = os.lseek(old.fileno(), at, os.SEEK_DATA)
            except OSError:  # only a hole is left
                break
            end = os.lseek(old.fileno(), at, os.SEEK_HOLE)
            while at < end:
                data = os.pread(old.fileno(), min(end - at, COPY), at)
                os.pwrite(new.fileno(), data, at)
                at += len(data)


def windows(recording, begin, end):
    """The (first, last) positions between flushes: last is the flush, or the end."""
    first = begin
    for number in range(begin, end):
        if recording.entries[number].is_flush:
            yield first, number
            first = number + 1
    yield first, end


def certain(recording, begin, returned, end):
    """The cuts that are made in any case: right behind the beginning and behind each flush, what
    came later being lost; and the one where the command has just returned, whose promise then
    rests on what was flushed or forced."""
    cuts = []
    for first, last in windows(recording, begin, end):
        if first < returned <= last:
            forced = tuple((n, None) for n in range(first, returned)
                           if recording.changes(n) and recording.entries[n].is_durable)
            cuts.append(Cut("return", first, returned, forced, not forced))
        else:
            cuts.append(Cut("flush", first, first, ()))
    return cuts


class Chooser:
    """Chooses what is lost, from a seed: the same seed always gives the same cuts."""

    def __init__(self, recording, begin, end, rng):
        self.recording = recording
        self.rng = rng
        self.windows = []
        for first, last in windows(recording, begin, end):
            writes = [n for n in range(first, last) if recording.changes(n)]
            if writes:
                self.windows.append((first, writes))

    def choose(self):
        # More where more was written, but small windows count too.
        weights = [min(len(writes), 8) for _, writes in self.windows]
        first, writes = self.rng.choices(self.windows, weights)[0]
        last = self.rng.randrange(len(writes)) + 1
        issued = writes[:last]
        kind = self.rng.choice(("in order", "one lost", "one kept", "any", "any"))
        if kind == "in order":
            kept = issued
        elif kind == "one lost":
            lost = self.rng.choice(issued)
            kept = [n for n in issued if n != lost]
        elif kind == "one kept":
            kept = [self.rng.choice(issued)]
        else:
            share = self.rng.uniform(0.1, 0.9)
            kept = [n for n in issued if self.rng.random() < share]
        return self.finish(kind, first, issued, kept)

    def finish(self, kind, first, issued, kept):
        durable = [n for n in issued if self.recording.entries[n].is_durable]
        pieces = {n: None for n in sorted({*kept, *durable})}
        in_order = list(pieces) == issued[:len(pieces)]
        if self.rng.random() < 0.35:
            # In order, the power can fail within the last write.
            long = [n for n in (issued[-1:] if kind == "in order" else pieces)
                    if n not in durable and self.recording.entries[n].length > SECTOR]
            if long:
                torn = self.rng.choice(long)
                pieces[torn] = self.tear(self.recording.entries[torn].length, in_order)
                in_order = in_order and torn == list(pieces)[-1]
        return Cut(kind, first, issued[-1] + 1, tuple(pieces.items()), in_order)

    def tear(self, length, in_order):
        """The first sectors of a write, or any of them; never none or all."""
        count = length // SECTOR
        if in_order or self.rng.random() < 0.5:
            return ((0, self.rng.randrange(1, count) * SECTOR),)
        chosen = self.rng.sample(range(count), self.rng.randrange(1, count))
        return tuple((n * SECTOR, (n + 1) * SECTOR) for n in sorted(chosen))


def spread(items, count):
    """At most count of the items, evenly, with the first and the last."""
    if len(items) <= count:
        return list(items)
    if count < 1:
        return []
    if count == 1:
        return [items[-1]]
    return [items[round(i * (len(items) - 1) / (count - 1))] for i in range(count)]


def prefixes(recording, begin, end):
    """All cuts in order that lie between two flushes."""
    cuts = []
    for first, last in windows(recording, begin, end):
        writes = [n for n in range(first, last) if recording.changes(n)]
        cuts += [Cut("in order", first, writes[count - 1] + 1,
                     tuple((n, None) for n in writes[:count])) for count in range(1, len(writes))]
    return cuts


def choose(recording, begin, returned, end, count, rng):
    """About count different cuts between two positions: the certain ones, or half as many if there
    are more; all that are in order, or two of three of what is left; for the rest lost writes."""
    cuts = certain(recording, begin, returned, end)
    if len(cuts) > count * 2 // 3:
        cuts = spread(cuts, max(1, count // 2))
    seen = {(cut.first, cut.pieces) for cut in cuts}
    more = [cut for cut in prefixes(recording, begin, end) if (cut.first, cut.pieces) not in seen]
    cuts += spread(more, (count - len(cuts)) * 2 // 3)
    seen.update((cut.first, cut.pieces) for cut in cuts)
    chooser = Chooser(recording, begin, end, rng)
    tries = count * 20 if chooser.windows else 0
    while len(cuts) < count and tries:
        tries -= 1
        cut = chooser.choose()
        if (cut.first, cut.pieces) not in seen:
            seen.add((cut.first, cut.pieces))
            cuts.append(cut)
    return sorted(cuts, key=lambda cut: (cut.last, cut.first))
