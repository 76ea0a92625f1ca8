# SPDX-License-Identifier: MIT
"""What is damaged or gone does not hold up the boot; status says what is wrong and how to mend it.

The clock counts instructions (labkit/steady.py), so a second is one however busy the host is.
"""

import json

from labkit import steady
from labkit.scenario import scenario

SMALL = ("riscv64-sysvinit", "riscv64-busybox")
DEVICES = (*SMALL, "amd64-systemd")
MIB = 1 << 20
SIZE = 16 * MIB
ROOT, DATA = "/swapfile", "/data/swapfile"
SLOWER = 1  # seconds that the login may come later than without us
MEND = "to mend it: "
# The card's third partition in its table, which a kernel reads when it boots.
ENTRY, LENGTH = 478, 16
TABLE = f"of=/dev/mmcblk0 bs=1 seek={ENTRY} count={LENGTH} conv=notrunc"
HIDE = f"dd if=/dev/zero {TABLE}"
SHOW = f"dd if=/lab-entry {TABLE}"


def boot_plainly(lab):
    """A device with nothing of ours, and when its login is late."""
    dev = steady.boot(lab)
    return dev, dev.login_seconds + SLOWER


def boot_without_disk(lab):
    """The same, for a boot without the card's third partition: systemd's own getty waits for what
    fstab names, for five seconds, with us or without. When this is done, the disk is there."""
    card = lab.card()
    with open(card, "r+b") as image:
        image.seek(ENTRY)
        entry = image.read(LENGTH)
        image.seek(ENTRY)
        image.write(bytes(LENGTH))
    dev = steady.boot(lab, card=card)
    late = dev.login_seconds + SLOWER
    dev.write("/lab-entry", entry)
    dev.run(f"{SHOW} && partx --add --nr 3 /dev/mmcblk0 && systemctl start data.mount")
    return dev, late


def make_both(dev):
    for path in (ROOT, DATA):
        dev.run(f"swapcfg create {path} --size {SIZE}")
    check_both(dev)


def check_both(dev):
    """Both are active in full once its login is there, and nothing is wrong with them."""
    assert dev.login_seconds
    swaps = dev.swaps()
    assert set(swaps) == {ROOT, DATA}, swaps
    assert all(SIZE - MIB < swap.size < SIZE for swap in swaps.values()), swaps
    check_reasons(dev, {ROOT: [], DATA: []})


def check_reasons(dev, wanted):
    """What status finds wrong; but for the modes of exFAT, which are as S01fs mounts it."""
    areas = json.loads(dev.run("swapcfg status --json").out)["areas"]
    found = {area["path"]: [one["reason"] for one in area["findings"]
                            if one["severity"] != "info" and one["reason"] != "path-unsafe"]
             for area in areas}
    assert found == wanted, f"status finds {found} instead of {wanted}"


def check_damaged(dev, late, wanted):
    """It came up in time, without the areas, and status knows why."""
    seconds = dev.login_seconds
    assert seconds < late, f"the login came after {seconds} s; {late - SLOWER} s without an area"
    assert not dev.swaps(), dev.swaps()
    check_reasons(dev, wanted)


def mend(dev, path):
    """Runs the one command that status prints for the area."""
    lines = [line.strip() for line in dev.run("swapcfg status").out.splitlines()]
    commands = [line[len(MEND):] for line in lines if line.startswith(MEND)]
    command = [one for one in commands if path in one.split()]
    assert len(command) == 1, f"for {path}, status prints {command} of {commands}"
    dev.run(command[0])


@scenario(DEVICES, seconds=900)
def files_gone(lab):
    """A deleted file, and one on a disk that is not there: both come back."""
    hides = lab.model.init == "systemd"  # fstab mounts the disk; else S01fs, if a file asks for it
    dev, late = boot_without_disk(lab) if hides else boot_plainly(lab)
    with dev:
        make_both(dev)
        dev.run(f"swapoff {ROOT} && swapoff {DATA} && rm {ROOT}")
        dev.run(HIDE if hides else "rm /boot/usb.disk0")
        dev.reboot()
        check_damaged(dev, late, {ROOT: ["boot-entry-dangling"], DATA: ["boot-entry-dangling"]})
        # What status offers is to do without the one that can only have been deleted.
        mend(dev, ROOT)
        check_reasons(dev, {DATA: ["boot-entry-dangling"]})
        # Its size is known to the user alone; the other file needs its disk, and nothing else.
        dev.run(f"swapcfg create {ROOT} --size {SIZE}")
        dev.run(SHOW if hides else ": >/boot/usb.disk0")
        dev.reboot()
        check_both(dev)


@scenario(SMALL, seconds=900)
def headers_damaged(lab):
    """A header that is gone, and one for another page size: one command mends each."""
    dev, late = boot_plainly(lab)
    with dev:
        make_both(dev)
        dev.run(f"swapoff {ROOT} && dd if=/dev/zero of={ROOT} bs=4096 count=1 conv=notrunc")
        dev.run(f"swapoff {DATA} && swapcfg format --page-size 65536 {DATA}")
        dev.reboot()
        check_damaged(dev, late, {ROOT: ["not-swap"], DATA: ["page-size"]})
        for path in (ROOT, DATA):
            mend(dev, path)
        check_both(dev)
        dev.reboot()
        check_both(dev)


@scenario(DEVICES, extra=("amd64-systemd",), seconds=900)
def disk_destroyed(lab):
    """The file system of an area is lost for good: one command lets go of it."""
    dev, late = boot_plainly(lab)
    with dev:
        dev.run(f"swapcfg create {DATA} --size {SIZE}")
        dev.run(f"swapoff {DATA} && umount /data")
        dev.run("dd if=/dev/zero of=/dev/mmcblk0p3 bs=64K count=16")
        dev.reboot()
        check_damaged(dev, late, {DATA: ["boot-entry-dangling"]})
        dev.run(f"swapcfg disable {DATA}")
        check_reasons(dev, {})
        dev.reboot()
        check_damaged(dev, late, {})
