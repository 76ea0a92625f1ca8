# SPDX-License-Identifier: MIT
"""The Go example (bindings/go/examples/area), on devices that have nothing else of this project."""

import json
import shutil

from labkit import packages
from labkit.bought import configuration, without_ours
from labkit.scenario import MIB, TOP, Skip, scenario

PAGE = 4096
PATH = "/swapfile"
LOADER = "ld-musl-riscv64.so.1"


def built(name):
    path = TOP / "build" / name
    if not path.exists():
        raise Skip(f"build/{name} is missing; ./run test lab/go builds it")
    return path


def card(lab, files):
    """The device as it is bought, and these files; they are too large to go through its console."""
    def prepare(root):
        without_ours(root)
        for name, path in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / name)
    return lab.card(prepare)


def shown(dev, program):
    """The area, as the program shows it; what it shows of the whole system agrees."""
    area = json.loads(dev.run(f"{program} show {PATH}").out)
    areas = json.loads(dev.run(f"{program} show").out)["areas"]
    assert [one["path"] for one in areas] == [PATH], areas
    assert areas[0]["active"] == area["active"], (areas, area)
    return area


def create_and_show(dev, program, kind):
    dev.run(f"{program} create {PATH} 16M")
    found = dev.wait_for_swaps([PATH])[PATH]
    assert found.size == 16 * MIB - PAGE, found
    area = shown(dev, program)
    assert area["active"] and area["size_bytes"] == 16 * MIB, area
    assert [(entry["kind"], entry["ours"]) for entry in area["boot"]] == [(kind, True)], area


def remove(dev, program, before):
    dev.run(f"{program} remove {PATH}")
    assert dev.swaps() == {}, dev.swaps()
    dev.run(f"! test -e {PATH}")
    assert configuration(dev) == before, configuration(dev)


@scenario(devices=("riscv64-sysvinit",), ci=True)
def static_program(lab):
    """One static file creates, shows and removes an area, which outlives a reboot."""
    with lab.boot(card(lab, {"opt/area": built("go/area-riscv64")})) as dev:
        before = configuration(dev)
        assert dev.run("ls /lib/*musl* /lib/*swapcfg*", check=False).rc, "it is not alone"
        create_and_show(dev, "/opt/area", "inittab")
        dev.reboot()
        dev.wait_for_swaps([PATH])
        assert shown(dev, "/opt/area")["active"]
        remove(dev, "/opt/area", before)


@scenario(devices=("riscv64-busybox",), ci=True)
def shared_library(lab):
    """A program with the shared library beside it, on a device that has musl's loader."""
    musl = packages.tree("trixie", "riscv64", ["musl"])
    loader = next(path for path in musl.rglob("libc.so") if path.is_file())
    files = {"opt/go/area": built("go/area-riscv64-shared"), f"usr/lib/{LOADER}": loader,
             "opt/go/library": built("sdk-riscv64/lib/libswapcfg.so.0")}
    with lab.boot(card(lab, files)) as dev:
        before = configuration(dev)
        alone = dev.run("/opt/go/area show 2>&1", check=False)
        assert alone.rc == 127 and "libswapcfg.so.0" in alone.out, alone
        dev.run("mv /opt/go/library /opt/go/libswapcfg.so.0")
        create_and_show(dev, "/opt/go/area", "inittab")
        remove(dev, "/opt/go/area", before)
