# SPDX-License-Identifier: MIT
"""What the power cuts of powercut.py rest on: no device is booted here."""

import os
import random
import struct

from labkit import card, cuts, exfat, verdict, writelog
from labkit.scenario import scenario

SECTOR = cuts.SECTOR
ANY = ("amd64-sysvinit",)


def entry(flags, sector, data=b"", sectors=None):
    count = len(data) // SECTOR if sectors is None else sectors
    return writelog.ENTRY.pack(sector, count, flags, 0).ljust(SECTOR, b"\0") + data


def fill(letter, sectors=1):
    return letter * SECTOR * sectors


def recording(directory, entries):
    """A recording with these entries, on a disk of 64 sectors of dots."""
    log, image = directory / "log.img", directory / "disk.img"
    head = writelog.SUPER.pack(writelog.MAGIC, writelog.VERSION, len(entries), SECTOR)
    log.write_bytes(head.ljust(SECTOR, b"\0") + b"".join(entries))
    image.write_bytes(fill(b".", 80))
    return cuts.Recording(log, image)


def show(path):
    """A letter for each sector; ~ where a sector is not all of one."""
    data = path.read_bytes()
    sectors = [data[at:at + SECTOR] for at in range(0, 10 * SECTOR, SECTOR)]
    return "".join(chr(one[0]) if one == one[:1] * SECTOR else "~" for one in sectors)


@scenario(devices=ANY, ci=True)
def a_disk_is_rebuilt(lab):
    """Flushed writes are there, and of the others just the pieces that were chosen."""
    one = recording(lab.directory, [
        entry(0, 0, fill(b"a", 2)), entry(writelog.FLUSH, 0), entry(0, 1, fill(b"b", 4)),
        entry(writelog.FUA, 6, fill(b"f")), entry(writelog.DISCARD, 0, sectors=1),
        entry(0, 64, b"begin\nmore".ljust(SECTOR, b"\0")), entry(writelog.FLUSH, 0)])
    path = lab.directory / "cut.img"
    for pieces, wanted in (((), "aa........"), (((2, None),), "abbbb....."),
                           (((2, ((SECTOR, 2 * SECTOR),)),), "aab......."),
                           (((3, None),), "aa....f..."), (((4, None),), "\0a........")):
        one.rebuild(one.image, 0, cuts.Cut("any", 2, 5, pieces), path)
        assert show(path) == wanted, (pieces, show(path))
    one.replay(path, 0, 7)
    assert show(path) == "\0bbbb.f...", show(path)
    assert one.mark("begin").position == 5 and one.mark("begin").text == "more"


@scenario(devices=ANY, ci=True)
def only_what_may_be_lost_is_lost(lab):
    """Whatever the seed, a cut keeps what was flushed or forced, and invents nothing."""
    one = recording(lab.directory, [
        entry(0, 0, fill(b"a")), entry(0, 1, fill(b"b", 8)), entry(writelog.FUA, 10, fill(b"f")),
        entry(0, 12, fill(b"c")), entry(writelog.FLUSH, 0), entry(0, 13, fill(b"d")),
        entry(0, 14, fill(b"e")), entry(writelog.FLUSH, 0)])
    found = set()
    for seed in range(300):
        chosen = cuts.choose(one, 0, 6, 8, 20, random.Random(seed))
        assert chosen == cuts.choose(one, 0, 6, 8, 20, random.Random(seed))
        assert len({(cut.first, cut.pieces) for cut in chosen}) == len(chosen)
        certain = [(cut.kind, cut.first) for cut in chosen if cut.kind in ("flush", "return")]
        assert certain == [("flush", 0), ("return", 5), ("flush", 8)], certain
        for cut in chosen:
            kept = dict(cut.pieces)
            assert cut.first in (0, 5, 8) and all(cut.first <= n < cut.last for n in kept)
            if cut.first == 0 and cut.last > 2:
                assert kept.get(2, "lost") is None, cut
            if cut.in_order:
                assert list(kept) == list(range(cut.first, cut.first + len(kept))), cut
                assert not any(list(kept.values())[:-1]), cut
            found.add(tuple(sorted(kept)))
    assert {(1, 2), (0, 2, 3), (0, 1, 2, 3), (6,), (5,), (0,), ()} <= found, found


STATE = {"sum /etc/inittab": "old", "sum /var/keep": "kept", "file": "4096"}


def said(when, **changes):
    facts = {**STATE, **{key.replace("_", " "): value for key, value in changes.items()}}
    return [f"{when} {key} {value}" for key, value in facts.items()]


def report(found=(), repaired=(), more=()):
    new = said("repaired") + ["repaired sum /etc/inittab new"]
    new.remove("repaired sum /etc/inittab old")
    status = '{"areas":[{"active":true,"boot":[1],"size_bytes":4096}]}'
    lines = said("found") + ["entry 0 swapon /s", "booted active /s 4", "run 0 done", *new,
                             "repaired active /s 4", f"status {status}", "checked 0"]
    for old, replacement in (*found, *repaired):
        assert old in lines, old
        lines[lines.index(old)] = replacement
    return "\n".join([*more, *lines])


@scenario(devices=ANY, ci=True)
def a_verdict_sees_each_fault(_lab):
    """A card that is well has no fault, and one that is not has the right one."""
    old = verdict.State(tuple(sorted({"/etc/inittab": "old", "/var/keep": "kept"}.items())),
                        "4096", (("/s", "4"),))
    new = verdict.State(tuple(sorted({"/etc/inittab": "new", "/var/keep": "kept"}.items())),
                        "4096", (("/s", "4"),))
    one = verdict.Operation("grow", "/s", "true", old, new, 0, 10, 20)
    assert not verdict.judge(report(), one, 5), verdict.judge(report(), one, 5)
    for changes, position, fault in (
            ([], 10, "although the command had returned"),
            ([("found sum /etc/inittab old", "found sum /etc/inittab half")], 5, "neither"),
            ([("found sum /var/keep kept", "found sum /var/keep lost")], 5, "somebody else"),
            ([("entry 0 swapon /s", "entry 1 swapon /s")], 5, "a boot entry fails"),
            ([("booted active /s 4", "booted active /s 2")], 5, "after the boot"),
            ([("booted active /s 4", "nothing")], 5, "1 boot entries make 0 areas"),
            ([("run 0 done", "run 1 no")], 5, "the same command again fails"),
            ([("repaired file 4096", "repaired file none")], 5, "file is none"),
            ([("repaired active /s 4", "repaired left /.s.swapcfg-new")], 5, "left over"),
            ([("checked 0", "busy\nchecked 0")], 5, "cannot be unmounted"),
            ([("checked 0", "[ 1.0] EXT4-fs error (sda2)\nchecked 0")], 5, "the kernel"),
            ([("checked 0", "unmountable\nchecked 0")], 5, "cannot be mounted"),
            ([("checked 0", "")], 5, "did not come to its end")):
        faults = verdict.judge(report(found=changes), one, position)
        assert any(fault in text for text in faults), (fault, faults)


@scenario(devices=ANY, ci=True)
def exfat_is_read(lab):
    """A fresh volume is sound; a file whose clusters count as free, or that another has, is not."""
    path = lab.directory / "exfat.img"
    with open(path, "wb") as file:
        file.truncate(16 << 20)
    card.make_data(path)
    volume = exfat.Volume(path)
    assert not list(volume.faults()) and not volume.lost()
    with open(path, "r+b") as file:
        file.seek(volume.heap + (volume.root.clusters[0] - 2) * volume.cluster)
        while file.read(32)[0]:
            pass
        file.seek(-32, os.SEEK_CUR)
        for name, first in (("a", 100), ("b", 101)):
            file.write(struct.pack("<BB30x", exfat.FILE, 2))
            file.write(struct.pack("<BBxB4xQ4xIQ", exfat.STREAM, 3, 1, 0, first,
                                   2 * volume.cluster))
            file.write(struct.pack("<BB30s", exfat.NAME, 0, name.encode("utf-16-le")))
    faults = list(exfat.Volume(path).faults())
    assert "a and b share clusters" in faults, faults
    assert "a: 2 of its 2 clusters count as free" in faults, faults
