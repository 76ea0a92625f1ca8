# SPDX-License-Identifier: MIT
"""What a scenario is, and what it gets: cards and devices."""

import hashlib
import importlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from labkit import cache, card, kernels, qemu, roots
from labkit.device import Device

TOP = Path(__file__).resolve().parents[3]
SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
MIB = 1 << 20
# Debian's names, and those of cross/.
MACHINES = {"riscv64": "riscv64", "amd64": "x86_64", "arm64": "aarch64", "armhf": "armv7"}


@dataclass(frozen=True)
class Model:
    name: str
    arch: str
    init: str
    memory: int  # MiB
    usual: bool = True  # whether a scenario that names no devices runs on it

    def swapcfg(self):
        """The static program that is shipped, the very file."""
        found, = (TOP / "build/dist").glob(f"swapcfg-*-linux-{MACHINES[self.arch]}")
        return found

    def hog(self):
        return TOP / f"build/hog-{MACHINES[self.arch]}"


# Debian's riscv64 kernel takes 32 MiB for a table of its memory's sections that a device's own
# kernel does not have: of 160 MiB it has 94, of 128 just 62. systemd and udev need much themselves.
MODELS = {model.name: model for model in (
    Model("riscv64-sysvinit", "riscv64", "sysvinit", 160),
    Model("riscv64-busybox", "riscv64", "busybox", 160),
    Model("amd64-sysvinit", "amd64", "sysvinit", 128),
    Model("amd64-systemd", "amd64", "systemd", 256),
    Model("arm64-busybox", "arm64", "busybox", 160, usual=False),
    Model("armhf-sysvinit", "armhf", "sysvinit", 128, usual=False),
)}
USUAL = tuple(name for name, model in MODELS.items() if model.usual)


class Skip(Exception):
    """Why a scenario cannot run."""


@dataclass(frozen=True)
class Scenario:
    subject: str  # the file
    name: str
    devices: tuple
    ci: tuple  # the devices of every CI run
    extra: tuple  # the devices that only --all, or a name, asks for
    seconds: int  # more is a failure
    function: object


registry = []


def scenario(devices=USUAL, ci=False, extra=(), seconds=600):
    """Makes a function a scenario; it runs once on each of the devices. ci: whether every CI run
    has it; or the devices there, where those are fewer. extra: devices on which it shows little
    that it does not show on another; a run of everything leaves them to --all."""
    def register(function):
        subject = function.__module__.rsplit(".", 1)[-1]
        for name in (*devices, *extra):
            assert name in MODELS, f"{function.__name__}: there is no device {name}"
        always = tuple(devices) if ci is True else tuple(ci or ())
        more = tuple(name for name in extra if name in devices)
        registry.append(Scenario(subject, function.__name__, tuple(devices), always, more,
                                 seconds, function))
        return function
    return register


def load():
    """All scenarios, by file."""
    sys.path.insert(0, str(SCENARIOS.parent))
    for path in sorted(SCENARIOS.glob("*.py")):
        importlib.import_module(f"scenarios.{path.stem}")
    return registry


class Lab:
    """What a running scenario gets."""

    def __init__(self, model, directory):
        self.model = model
        self.directory = directory  # of its logs and images
        self.made = 0
        self.devices = []

    @property
    def device(self):
        return self.model.name

    def card(self, prepare=None, size=512 * MIB, boot_files=None):
        """A card with the device's root; prepare(root) may change the tree before."""
        self.made += 1
        path = self.directory / f"card-{self.made}.img"
        if prepare is None and boot_files is None:
            card.copy(base_card(self.model, size), path)
            return path
        tree = self.directory / "root"
        copy_root(self.model, tree)
        if prepare:
            prepare(tree)
        card.make(path, tree, size, boot_files)
        shutil.rmtree(tree)
        return path

    def drive(self, size, bus="virtio", readonly=False):
        """An empty disk of so many bytes, for boot(drives=[...])."""
        self.made += 1
        path = self.directory / f"drive-{self.made}.img"
        with open(path, "wb") as file:
            file.truncate(size)
        return qemu.Drive(path, bus, readonly)

    def boot(self, card=None, on=True, mem=None, drives=(), modules="", append="", throttle=0,
             log_writes=None, wait=True):  # pylint: disable=redefined-outer-name
        """A device, switched on unless told otherwise; mem in MiB, throttle in bytes a second."""
        more = modules.split()
        buses = {drive.bus for drive in drives}
        more += [name for bus, name in (("virtio", "virtio_blk"), ("scsi", "virtio_scsi"))
                 if bus in buses]
        machine = qemu.Machine(
            self.model.arch, kernels.image(self.model.arch),
            kernels.initramfs(self.model.arch, roots.busybox(self.model.arch), more),
            card or self.card(), mem or self.model.memory, append, list(drives), throttle,
            log_writes)
        device = Device(self.model, machine, self.directory)
        self.devices.append(device)
        # A later device of the scenario goes on counting, so that no log is overwritten.
        device.boots = max(one.boots for one in self.devices)
        return device.power_on(wait) if on else device

    def close(self):
        for device in self.devices:
            device.cut()


def copy_root(model, target):
    """The device's root with the programs that are tested."""
    card.copy_tree(roots.tree(model.arch, model.init), target)
    shutil.copy(model.swapcfg(), target / "usr/bin/swapcfg")
    shutil.copy(model.hog(), target / "usr/bin/hog")


def base_card(model, size):
    """The card that most scenarios begin with; made again where something in it is another."""
    source = roots.tree(model.arch, model.init)
    parts = [str(source), *(hashlib.sha256(path.read_bytes()).hexdigest()
                            for path in (model.swapcfg(), model.hog(), Path(card.__file__)))]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    directory = TOP / "build/lab/cards"
    path = directory / f"{model.name}-{size // MIB}-{key}.img"
    directory.mkdir(parents=True, exist_ok=True)
    with cache.lock(directory):
        if not path.exists():
            for old in directory.glob(f"{model.name}-{size // MIB}-*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            tree, unfinished = path.with_suffix(".tree"), path.with_suffix(".new")
            copy_root(model, tree)
            card.make(unfinished, tree, size)
            shutil.rmtree(tree)
            unfinished.rename(path)
    return path
