# SPDX-License-Identifier: MIT
"""QEMU's command line for a device."""

import json
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = {
    "riscv64": ["qemu-system-riscv64", "-M", "virt"],
    "amd64": ["qemu-system-x86_64", "-M", "pc", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53"],
    # All below 4 GiB, as this kernel sees no more.
    "armhf": ["qemu-system-arm", "-M", "virt,highmem=off", "-cpu", "cortex-a7"],
}
# What only costs time under emulation is left out.
KERNEL = {
    "riscv64": "",
    "amd64": "mitigations=off nokaslr no_timer_check tsc=reliable",
    "arm64": "mitigations=off",
    "armhf": "",
}
CONSOLES = {"riscv64": "ttyS0", "amd64": "ttyS0", "arm64": "ttyAMA0", "armhf": "ttyAMA0"}


@dataclass(frozen=True)
class Drive:
    """Another disk: virtio gives /dev/vda and on, scsi gives /dev/sda and on."""
    path: Path
    bus: str = "virtio"
    readonly: bool = False
    log: Path = None  # where every write and flush is recorded; scsi only


@dataclass
class Machine:
    arch: str
    kernel: Path
    initramfs: Path
    card: Path
    memory: int  # MiB
    append: str = ""
    drives: list = field(default_factory=list)
    throttle: int = 0  # bytes a second of the card; 0: as fast as it goes
    log_writes: Path = None  # where every write to the card is recorded

    def command(self, control, console):
        """Its command line; control and console are descriptors of sockets."""
        return [*self._base(), "-chardev", f"socket,id=console,fd={console}",
                "-serial", "chardev:console", "-chardev", f"socket,id=control,fd={control}"]

    def interactive(self):
        """The same, with the terminal for a console."""
        return [*self._base(), "-serial", "mon:stdio", "-chardev", "null,id=control"]

    def _base(self):
        line = (f"console={CONSOLES[self.arch]} loglevel=5 panic=-1 psi=1 lab.root=/dev/mmcblk0p2 "
                f"{KERNEL[self.arch]} {self.append}")
        return [
            *PROGRAMS[self.arch], "-accel", "tcg", "-m", str(self.memory), "-smp", "1",
            "-nodefaults", "-display", "none", "-no-reboot", "-kernel", str(self.kernel),
            "-initrd", str(self.initramfs), "-append", line.strip(),
            "-device", "virtio-serial-pci", "-device", "virtconsole,chardev=control",
            *self._card(), *self._drives(),
        ]

    def _card(self):
        """Nodes on top of each other: the file, what records, what slows down, the card."""
        options, top = [], "card"
        options += node("card", {"driver": "raw", "file": image(self.card)})
        if self.log_writes:
            options += recorder("card-log", top, self.log_writes)
            top = "card-log"
        if self.throttle:
            options += ["-object", f"throttle-group,id=slow,x-bps-total={self.throttle}"]
            options += node("card-slow", {"driver": "throttle", "throttle-group": "slow",
                                          "file": top})
            top = "card-slow"
        return [*options, "-device", "sdhci-pci", "-device", f"sd-card,drive={top}"]

    def _drives(self):
        options = []
        if any(drive.bus == "scsi" for drive in self.drives):
            # One request at a time, where a log has to say in which order they were made.
            alone = any(drive.log for drive in self.drives)
            options += ["-device", "virtio-scsi-pci,id=scsi" +
                        (",num_queues=1,cmd_per_lun=1" if alone else "")]
        for number, drive in enumerate(self.drives):
            name = f"drive{number}"
            options += node(name, {"driver": "raw", "file": image(drive.path),
                                   "read-only": drive.readonly, "discard": "unmap"})
            if drive.log:
                options += recorder(f"{name}-log", name, drive.log)
                name += "-log"
            # Units of one target are found in their order.
            unit = sum(one.bus == "scsi" for one in self.drives[:number])
            kind = ("virtio-blk-pci" if drive.bus == "virtio" else
                    f"scsi-hd,bus=scsi.0,scsi-id=0,lun={unit}")
            options += ["-device", f"{kind},drive={name}"]
        return options


def image(path):
    """The host's own disk is not waited for: a cut device loses nothing that it wrote anyway."""
    return {"driver": "file", "filename": str(path), "discard": "unmap",
            "cache": {"no-flush": True}}


def recorder(name, below, log):
    """One sector is the log's unit, so that no write is rounded."""
    return node(name, {"driver": "blklogwrites", "file": below, "log-sector-size": 512,
                       "log": {"driver": "file", "filename": str(log)}})


def node(name, description):
    return ["-blockdev", json.dumps({"node-name": name, **description})]
