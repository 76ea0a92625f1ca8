# SPDX-License-Identifier: MIT
"""The static swapcfg of build/dist, copied to a device that has nothing else of this project."""

import json

from labkit.bought import configuration, without_ours
from labkit.scenario import MIB, TOP, scenario

PAGE = 4096
PROGRAM = "/usr/bin/swapcfg"
PATH = "/swapfile"


def checksum(name):
    """What the user is told to compare."""
    for line in (TOP / "build/dist/SHA256SUMS").read_text(encoding="utf-8").splitlines():
        found, _, file = line.partition("  ")
        if file == name:
            return found
    raise AssertionError(f"SHA256SUMS does not name {name}")


def shown(dev):
    """The one area of the status, as the program shows it."""
    areas = json.loads(dev.run(f"{PROGRAM} --json status {PATH}").out)["areas"]
    assert len(areas) == 1, areas
    return areas[0]


@scenario(devices=("riscv64-sysvinit", "arm64-busybox", "armhf-sysvinit"), ci=True)
def works_alone(lab):
    """The file that is shipped creates, shows and removes an area, which outlives a reboot."""
    with lab.boot(lab.card(without_ours)) as dev:
        before = configuration(dev)
        program = lab.model.swapcfg()
        assert dev.run("command -v swapcfg", check=False).rc, "there is another swapcfg"
        dev.put(program, PROGRAM)
        assert dev.run(f"sha256sum <{PROGRAM}").out.split()[0] == checksum(program.name)
        dev.run(f"{PROGRAM} create {PATH} --size 16M")
        for again in (True, False):
            found = dev.wait_for_swaps([PATH])[PATH]
            assert found.size == 16 * MIB - PAGE, found
            area = shown(dev)
            assert area["active"], area
            if again:
                dev.reboot()
        dev.run(f"{PROGRAM} remove {PATH}")
        assert dev.swaps() == {}, dev.swaps()
        dev.run(f"! test -e {PATH}")
        assert configuration(dev) == before, configuration(dev)
