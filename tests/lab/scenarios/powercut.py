# SPDX-License-Identifier: MIT
"""The power fails at any instant of a command. See labkit/powercut.py for how it is done."""

import os
import random
from collections import Counter

from labkit import powercut
from labkit.device import Failure
from labkit.powercut import Step
from labkit.scenario import scenario

EXT4 = "/swapfile"
EXFAT = "/data/swapfile"
# Another seed chooses other writes to lose.
SEED = os.environ.get("SWAPCFG_LAB_SEED", "20261122")

# Cuts, and how many of them are booted to their login as well; riscv64 is emulated more slowly.
CUTS = {"amd64-sysvinit": (200, 6), "riscv64-sysvinit": (120, 4)}

LINE = "echo sw9::sysinit:/sbin/swapon {path} >>/etc/inittab"
AREA = "dd if=/dev/zero of={path} bs=1M count=4 && mkswap {path}"
# What scripts do, and what each of it must be caught at.
WRONG = (
    ("entry first", f"{LINE}; sync; {AREA}; swapon {{path}}", "a boot entry fails"),
    ("never synced", f"{AREA} && swapon {{path}} && {LINE}", "although the command had returned"),
    ("truncated", f": >/etc/inittab; sync; cat /run/old >/etc/inittab; {LINE}",
     "inittab is neither the old nor the new text"),
)
UNDO = "swapoff {path}; rm -f {path}; cp /run/old /etc/inittab; sync"


def survives(lab, count, booted):
    """Records all commands on an area of each file system, cuts them off, and judges what is left.
    count is the number of cuts, booted how many of them are booted to their login as well."""
    rng = random.Random(f"{SEED} {lab.device}")
    recording, operations = powercut.record(lab, [*powercut.steps(EXT4), *powercut.steps(EXFAT)])
    chosen = powercut.choose(recording, operations, count, rng)
    results = powercut.check(lab, recording, chosen)
    faults = tell(results)
    for operation in rng.sample(operations * booted, booted):
        mine = [cut for one, cut in chosen if one is operation and cut.in_order]
        cut = rng.choice(mine)
        found = powercut.boot(lab, recording, operation, cut)
        print(f"booted: {operation.name}, {cut.name}")
        faults += [f"{operation.name}, {cut.name}: {fault}" for fault in found]
    if faults:
        raise Failure(f"{len(faults)} faults, seed {SEED}:\n" + "\n".join(faults))


def tell(results):
    """Says what was looked at; gives the faults."""
    kinds = Counter(result.cut.kind for result in results)
    print(f"{len(results)} cuts: " + ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())))
    for result in results:
        if result.explained:
            print(f"exFAT's own doing: {result.operation.name}, {result.cut.name}: "
                  f"{result.explained[0]}")
    return [str(result) for result in results if result.faults]


@scenario(devices=tuple(CUTS), seconds=1800)
def leaves_the_old_or_the_new(lab):
    """All commands, cut off at every flush and with writes lost in between."""
    survives(lab, *CUTS[lab.device])


@scenario(devices=("amd64-sysvinit",), ci=True, seconds=600)
def leaves_the_old_or_the_new_in_50_cuts(lab):
    """A sample of the same."""
    survives(lab, 50, 2)


@scenario(devices=("amd64-sysvinit",), ci=True, seconds=600)
def wrong_orders_are_found(lab):
    """The check sees what usual scripts do wrong; otherwise it would prove nothing."""
    steps = [Step(None, None, "cp /etc/inittab /run/old")]
    for name, command, _ in WRONG:
        for path in (EXT4, EXFAT):
            steps.append(Step(f"{name} {path}", path, command.format(path=path)))
            steps.append(Step(None, None, UNDO.format(path=path)))
    recording, operations = powercut.record(lab, steps)
    chosen = powercut.choose(recording, operations, 6 * len(operations), random.Random(SEED))
    results = powercut.check(lab, recording, chosen)
    for name, _, fault in WRONG:
        for path in (EXT4, EXFAT):
            found = [text for result in results if result.operation.name == f"{name} {path}"
                     for text in result.faults if fault in text]
            print(f"{name} on {path}: found {len(found)} times")
            if not found:
                raise Failure(f"nothing is found wrong with: {name} on {path}")
