# SPDX-License-Identifier: MIT
"""The power fails at any instant of a command."""

import random

from labkit import powercut
from labkit.device import Failure
from labkit.scenario import scenario

SEED = 20261122
EXT4 = "/swapfile"
EXFAT = "/data/swapfile"
# Boots of samples to their login, for each operation.
BOOTED = 3


def survives(lab, path, count, booted):
    """Records all commands on an area, cuts them off, and judges what is left."""
    recording, operations = powercut.record(lab, path, powercut.COMMANDS)
    rng = random.Random(f"{SEED} {lab.device} {path}")
    chosen = powercut.choose(recording, operations, count, rng)
    results = powercut.check(lab, recording, chosen)
    faults = [f"{one.name}, {cut.name}: {fault}"
              for one, cut, found, _ in results for fault in found]
    for one in operations:
        mine = [cut for operation, cut in chosen if operation is one]
        for cut in rng.sample(mine, min(booted, len(mine))):
            faults += [f"{one.name}, {cut.name}: {fault}"
                       for fault in powercut.boot(lab, recording, one, cut)]
    if faults:
        raise Failure(f"{len(faults)} faults:\n" + "\n".join(faults))


@scenario(devices=("riscv64-sysvinit", "amd64-sysvinit"), seconds=900)
def survives_on_ext4(lab):
    """Commands on an area on ext4, cut off at every flush and with writes lost."""
    survives(lab, EXT4, 180, BOOTED)
