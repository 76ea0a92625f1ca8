# SPDX-License-Identifier: MIT
"""Power cuts, from recording to verdict. Commands run on a card whose disk records every write and
flush; cards are rebuilt as a cut at some instant would have left them; and one device looks at
them, many a boot, as the kernel and the programs of a real device do."""

import os
import struct
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labkit import card, cuts, exfat, qemu, writelog
from labkit.device import quote
from labkit.roots import FIXTURES
from labkit.verdict import SERIOUS, Operation, Report, State, judge

MIB = 1 << 20
CARD_SIZE = 128 * MIB
# As many rebuilt cards as one device looks at; each costs what is written on it.
BATCH = 64
GROUP = 8
LITTER = 4096
NOT_OURS = "is in the way and not known to be ours"
TOOL = "/tmp/cutcard"
MEMORY = 192

# What an area goes through, and with it {path}.
COMMANDS = {
    "create": "swapcfg create {path} --size 8M --keep-free 1M",
    "grow": "swapcfg resize {path} --size 12M --keep-free 1M",
    "shrink": "swapcfg resize {path} --size 6M --keep-free 1M",
    "disable": "swapcfg disable {path}",
    "enable": "swapcfg enable {path}",
    "remove": "swapcfg remove {path}",
}


@dataclass(frozen=True)
class Step:
    """A command to record; without a name it only prepares the next one."""

    name: str
    path: str
    command: str


def steps(path):
    return [Step(f"{name} {path}", path, command.format(path=path))
            for name, command in COMMANDS.items()]


def scratch():
    """Where images go for a while: into memory, if there is room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize > (4 << 30):
            return memory
    return None


def look(device, when, path):
    return State.of(Report(device.run(f"{TOOL} look {when} {path}").out), when)


def record(lab, wanted):
    """Runs the steps on a fresh card; gives the recording and the operations."""
    image = lab.card(size=CARD_SIZE)
    start, log = image.with_suffix(".start.img"), image.with_suffix(".log.img")
    litter(image)
    cuts.copy_sparse(image, start)
    log.write_bytes(b"")
    seen = []
    with lab.boot(drives=[qemu.Drive(image, "scsi", log=log)], mem=MEMORY) as device:
        device.put(FIXTURES / "cutcard", TOOL)
        device.run(f"{TOOL} mount /dev/sda && {TOOL} keep")
        for step in wanted:
            if step.name:
                seen.append(record_step(device, step))
            else:
                device.run(f"{TOOL} run {quote(step.command)}")
        device.run(f"{TOOL} unmount; sync")
    recording = cuts.Recording(log, start)
    log.unlink()
    return recording, [operation(recording, *one) for one in seen]


def litter(image):
    """Free clusters of exFAT hold what was deleted; a few of them are enough."""
    with open(image, "r+b") as file:
        for at in exfat.Volume(image, card.layout(CARD_SIZE)[2].start).free()[::8]:
            writelog.write_to(file, at, b"deleted " * (LITTER // 8))


def record_step(device, step):
    old = look(device, "old", step.path)
    device.run(f"sync; {TOOL} mark /dev/sda 'begin {step.name}'")
    device.run(f"{TOOL} run {quote(step.command)}")
    device.run(f"{TOOL} mark /dev/sda 'returned {step.name}'; sync; "
               f"{TOOL} mark /dev/sda 'settled {step.name}'; sync")
    return step, old, look(device, "new", step.path)


def operation(recording, step, old, new):
    positions = [recording.mark(f"{when} {step.name}").position
                 for when in ("begin", "returned", "settled")]
    return Operation(step.name, step.path, step.command, old, new, *positions)


@dataclass
class Result:
    """What was seen of one rebuilt card, and what is wrong with it."""

    operation: Operation
    cut: cuts.Cut
    faults: list
    report: str
    explained: list = field(default_factory=list)  # by exFAT, which has no journal

    def __str__(self):
        return "\n".join([f"{self.operation.name}, {self.cut.name}:",
                          *(f"  {fault}" for fault in self.faults)])


class Bases:
    """A recording's card at the beginning of each operation, made one from the other."""

    def __init__(self, recording, directory):
        self.recording = recording
        self.path = directory / "base"
        self.position = 0
        cuts.copy_sparse(recording.image, self.path)

    def at(self, position):
        assert position >= self.position, "the bases are made in the order of the log"
        self.recording.replay(self.path, self.position, position)
        self.position = position
        return self.path


def choose(recording, operations, count, rng):
    """About count cuts, as many for each operation: (operation, cut), in order."""
    chosen = []
    for number, one in enumerate(operations):
        share = count * (number + 1) // len(operations) - count * number // len(operations)
        chosen += [(one, cut) for cut in
                   cuts.choose(recording, one.begin, one.returned, one.settled, share, rng)]
    return chosen


@contextmanager
def images(lab, recording, chosen):
    """The rebuilt cards of a batch."""
    where = scratch() or lab.directory
    with tempfile.TemporaryDirectory(prefix="swapcfg-cut-", dir=where) as name:
        directory = Path(name)
        bases = Bases(recording, directory)
        paths = []
        for number, (one, cut) in enumerate(chosen):
            path = directory / f"{number}.img"
            recording.rebuild(bases.at(one.begin), one.begin, cut, path)
            paths.append(path)
        bases.path.unlink()
        yield paths


def check(lab, recording, chosen):
    """Looks at all chosen cuts; gives a result for each."""
    results = []
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start:start + BATCH]
        with images(lab, recording, batch) as paths:
            results += check_batch(lab, batch, paths)
    return results


def check_batch(lab, batch, paths):
    before = [exfat_faults(path) for path in paths]
    results = []
    while len(results) < len(batch):
        done = len(results)
        results += check_boot(lab, batch[done:], paths[done:])
    for result, path, found in zip(results, paths, before):
        result.faults += [f"exFAT afterwards: {fault}" for fault in exfat_faults(path)]
        if result.faults and exfat_explains(result, found):
            result.explained = [one for one in result.faults if not one.startswith(SERIOUS)]
            result.faults = [one for one in result.faults if one.startswith(SERIOUS)]
    return results


def exfat_explains(result, found):
    """A file of exFAT is in three places without a journal: its entry, the table of chains and the
    bitmap; and it may get its size before its zeros. Between two flushes the kernel gives no order,
    so a card that keeps none can leave a file broken that is being changed, or with what somebody
    deleted in it. On a card that keeps the order this is a fault."""
    name = result.operation.path.rsplit("/", 1)[-1]
    damaged = [fault for fault in found
               if fault.startswith((f"{name}: ", f".{name}.swapcfg-new: "))]
    deleted = [line for line in Report(result.report).all("run") if NOT_OURS in line]
    return bool(damaged or deleted) and not result.cut.in_order


def check_boot(lab, batch, paths):
    """As many cards as one boot can look at: one that cannot be unmounted is the last."""
    results = []
    with lab.boot(drives=[qemu.Drive(path, "scsi") for path in paths], mem=MEMORY) as device:
        device.put(FIXTURES / "cutcard", TOOL)
        device.run(f"{TOOL} wait {len(paths)}")
        for first, last in groups(batch):
            one = batch[first][0]
            text = device.run(f"{TOOL} check {first} {last} {one.path} {quote(one.command)}",
                              check=False, timeout=60 * (last - first)).out
            for number in range(first, last):
                report, end, text = text.partition(f"checked {number}\n")
                cut = batch[number][1]
                results.append(Result(one, cut, judge(report + end, one, cut.last), report))
                if not end or "\nbusy\n" in report:
                    return results
    return results


def exfat_faults(path):
    try:
        return list(exfat.Volume(path, card.layout(CARD_SIZE)[2].start).faults())
    except (ValueError, LookupError, struct.error) as error:
        return [f"cannot be read: {error}"]


def groups(batch):
    """What is asked of the device at once: a few cards, of the same command."""
    first = 0
    for last in range(1, len(batch) + 1):
        if last == len(batch) or last - first == GROUP or batch[last][0] is not batch[first][0]:
            yield first, last
            first = last


def boot(lab, recording, one, cut):
    """Boots a rebuilt card to its login, as a user would find it, and runs the command again."""
    path = lab.directory / "cut.img"
    with images(lab, recording, [(one, cut)]) as paths:
        cuts.copy_sparse(paths[0], path)
    lasts = cut.last >= one.returned
    faults = []
    with lab.boot(card=path) as device:
        assert device.login_seconds > 0
        active = active_areas(device)
        if active not in one.may_be_active(lasts):
            faults.append(f"after a real boot {active} is active")
        entries = device.run(f"grep -c 'swapon {one.path}$' /etc/inittab", check=False).out.strip()
        if entries != str(len(active)):
            faults.append(f"{entries} boot entries make {len(active)} areas active")
        again = device.run(one.command, check=False)
        if again.rc:
            faults.append(f"after a real boot the same command again fails: {again.out}")
        if active_areas(device) != one.new.active:
            faults.append(f"after the same command again {active_areas(device)} is active")
    return faults


def active_areas(device):
    return tuple(sorted((path, str(swap.size >> 10)) for path, swap in device.swaps().items()))
