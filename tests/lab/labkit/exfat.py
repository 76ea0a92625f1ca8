# SPDX-License-Identifier: MIT
"""Reads the structure of an exFAT file system: which clusters each file of the root directory has,
and which the allocation bitmap calls used. exFAT has no journal, so after a power cut the two need
not agree; what must not be is that a cluster has two owners, or a file in use lies in free ones."""

import struct
from dataclasses import dataclass

BITMAP, UPCASE, FILE, STREAM, NAME = 0x81, 0x82, 0x85, 0xC0, 0xC1
CONTIGUOUS = 2  # of a stream's flags
DIRECTORY = 0x10
END = 0xFFFFFFF7  # from here on no cluster


@dataclass(frozen=True)
class File:
    name: str
    size: int
    clusters: tuple
    broken: str  # why the chain of its clusters ends early, or nothing


class Volume:
    """An exFAT file system at an offset of an image."""

    def __init__(self, image, offset=0):
        with open(image, "rb") as file:
            self.file, self.offset = file, offset
            boot = self.read(0, 512)
            if boot[3:11] != b"EXFAT   ":
                raise ValueError(f"no exFAT at {offset} of {image}")
            (fat, _, heap, self.count, root) = struct.unpack_from("<IIIII", boot, 80)
            self.dirty = bool(boot[106] & 2)
            self.sector = 1 << boot[108]
            self.cluster = self.sector << boot[109]
            self.heap = heap * self.sector
            self.fat = struct.unpack(f"<{self.count + 2}I",
                                     self.read(fat * self.sector, (self.count + 2) * 4))
            self.root = self.chain("the root directory", root, None, False)
            self.files = []
            self.used = set()
            self.read_root(b"".join(self.read_cluster(one) for one in self.root.clusters))

    def read(self, at, length):
        self.file.seek(self.offset + at)
        return self.file.read(length)

    def read_cluster(self, number):
        return self.read(self.heap + (number - 2) * self.cluster, self.cluster)

    def chain(self, name, first, size, contiguous):
        """A file's clusters; without a size, as long as the chain goes."""
        count = None if size is None else -(-size // self.cluster)
        if contiguous:
            return File(name, size, tuple(range(first, first + count)), "")
        clusters, broken, number = [], "", first
        while count is None or len(clusters) < count:
            if not 2 <= number < self.count + 2:
                if number < END or count is not None:
                    broken = f"its chain leads to {number:#x} after {len(clusters)} clusters"
                break
            if number in clusters:
                broken = f"its chain comes back to {number:#x}"
                break
            clusters.append(number)
            number = self.fat[number]
        return File(name, size, tuple(clusters), broken)

    def read_root(self, data):
        entries = [data[at:at + 32] for at in range(0, len(data), 32)]
        for number, entry in enumerate(entries):
            if entry[0] == 0:
                break
            if entry[0] in (BITMAP, UPCASE):
                first, size = struct.unpack_from("<IQ", entry, 20)
                found = self.chain("the bitmap" if entry[0] == BITMAP else "the case table",
                                   first, size, False)
                self.files.append(found)
                if entry[0] == BITMAP:
                    self.read_bitmap(found)
            elif entry[0] == FILE:
                self.read_file(entries[number:number + 1 + entry[1]])

    def read_bitmap(self, found):
        bits = b"".join(self.read_cluster(one) for one in found.clusters)
        self.used = {n + 2 for n in range(self.count) if bits[n // 8] >> n % 8 & 1}

    def read_file(self, entries):
        """An entry, its stream, and the parts of its name."""
        stream = entries[1] if len(entries) > 1 else b""
        if not stream or stream[0] != STREAM:
            self.files.append(File("an entry without a stream", 0, (), "it has no stream"))
            return
        letters = b"".join(part[2:] for part in entries[2:] if part[0] == NAME)
        name = letters.decode("utf-16-le", "replace")[:stream[3]]
        first, size = struct.unpack_from("<IQ", stream, 20)
        self.files.append(self.chain(name, first, size, bool(stream[1] & CONTIGUOUS)))

    def faults(self):
        """What is dangerous; clusters that nobody owns are lost space and no more."""
        owners = {}
        for file in self.files:
            if file.broken:
                yield f"{file.name}: {file.broken}"
            free = [one for one in file.clusters if one not in self.used]
            if free:
                yield f"{file.name}: {len(free)} of its {len(file.clusters)} clusters count as free"
            for one in file.clusters:
                owners.setdefault(one, set()).add(file.name)
        shared = {tuple(sorted(names)) for names in owners.values() if len(names) > 1}
        for names in sorted(shared):
            yield f"{' and '.join(names)} share clusters"

    def free(self):
        """Where the clusters lie that nobody has: offsets in the image."""
        return [self.offset + self.heap + (one - 2) * self.cluster
                for one in range(2, self.count + 2) if one not in self.used]

    def lost(self):
        """How many clusters nobody owns."""
        owned = set(self.root.clusters).union(*(file.clusters for file in self.files))
        return len(self.used - owned)
