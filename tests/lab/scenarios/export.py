# SPDX-License-Identifier: MIT
"""Areas on disks that the device's USB gadget offers to another computer. dummy_hcd connects the
gadget with the same kernel's USB host: the device is that other computer as well, and sees what is
offered as /dev/sda."""

import json
import time

from labkit import kernels
from labkit.scenario import scenario

MODULES = "dummy_hcd libcomposite usb_f_mass_storage usb_storage sd_mod loop"
GADGET = "/sys/kernel/config/usb_gadget/g0"
DISK = f"{GADGET}/functions/mass_storage.disk0"
LUN = f"{DISK}/lun.0/file"
OTHER = "/sys/kernel/config/usb_gadget/g1/functions/mass_storage.more/lun.5"
CARD, ROOT, DATA = "/dev/mmcblk0", "/dev/mmcblk0p2", "/dev/mmcblk0p3"

# A gadget as the NanoKVM's scripts make it, with nothing in its drive yet.
MAKE_GADGET = f"""set -e
grep -q configfs /proc/mounts || mount -t configfs none /sys/kernel/config
mkdir {GADGET}
cd {GADGET}
echo 0x3346 >idVendor
echo 0x1009 >idProduct
mkdir -p strings/0x409 configs/c.1/strings/0x409 {DISK}
echo 1 >{DISK}/lun.0/removable
ln -s {DISK} configs/c.1
"""
CONNECT = f"ls /sys/class/udc >{GADGET}/UDC"

# What the device's firmware does behind S01fs, which mounts /data.
SCRIPT = f"""#!/bin/sh
[ "$1" = start ] || exit 0
{MAKE_GADGET}
echo {DATA} >{LUN}
{CONNECT}
"""


def offer(dev, file, lun=LUN):
    """Puts a file or device into a drive of the gadget; '' empties it. The other computer may keep
    the drive closed for a moment."""
    dev.run(f"for i in 1 2 3 4 5 6 7 8 9; do echo '{file}' >{lun} && break; sleep 1; done; "
            f"[ \"$(cat {lun})\" = '{file}' ]")


def exported(findings):
    """What is said about other computers: a severity and a sentence, or None."""
    found = [(one["severity"], one["message"]) for one in findings if one["reason"] == "exported"]
    assert len(found) < 2, found
    return found[0] if found else None


def plan(dev, command):
    """What is said about other computers for a command, which is not carried out."""
    result = dev.run(f"swapcfg --json plan {command} 2>/dev/null", check=False)
    answer = json.loads(result.out)
    found = exported(answer["findings"])
    assert result.rc == (0 if answer["feasible"] else 3), result
    assert answer["feasible"] or found, answer
    assert (found is not None and found[0] == "blocker") == (not answer["feasible"]), answer
    return found


def status(dev, path=""):
    """What is said about other computers, by the areas' paths."""
    answer = json.loads(dev.run(f"swapcfg --json status {path}").out)
    return {area["path"]: exported(area["findings"]) for area in answer["areas"]}


def create(path):
    return f"create {path} --size 4M"


def check_refused(dev, path, file, can="write to it", lun=LUN):
    """Nobody gets an area there, and neither the disk nor swap is touched by asking for one."""
    severity, message = plan(dev, create(path))
    assert severity == "blocker", severity
    for part in (f"{path} is within reach", f"offered {file} as a USB disk", f"can {can}",
                 f"empty {lun}"):
        assert part in message, f"no '{part}' in: {message}"
    look = ("sync; cat /proc/swaps; ls -A /; ls -la /data; md5sum /etc/inittab /etc/fstab; "
            "awk '{print $7}' /sys/class/block/mmcblk0p3/stat")  # sectors written
    before = dev.run(look, check=False).out
    result = dev.run(f"swapcfg {create(path)}", check=False)
    assert (result.rc, "as a USB disk" in result.out) == (3, True), result
    assert dev.run(look, check=False).out == before


def check_reported(dev, path, file, severity="blocker"):
    found = status(dev)[path]
    assert found and found[0] == severity and f"offered {file} as a USB disk" in found[1], found
    text = dev.run("swapcfg status").out
    word = {"blocker": "broken", "warning": "warning"}[severity]
    assert f"! {word}: {path} is within reach of the attached computer" in text, text
    assert "swapcfg enable" not in text, text


def connect(dev):
    """Gives the gadget to its controller, and waits until the other computer sees the disk."""
    dev.run(CONNECT)
    dev.run("for i in $(seq 100); do [ -b /dev/sda ] && break; sleep 0.2; done; "
            "blockdev --getsize64 /dev/sda", timeout=60)


def check_really_offered(dev):
    """The other computer reads what is in the area, and writes to the disk under it."""
    dev.run("mount -t exfat -o ro /dev/sda /mnt")
    sign = dev.run("dd if=/mnt/swapfile bs=1 skip=4086 count=10 2>/dev/null").out
    assert sign == "SWAPSPACE2", sign
    dev.run("umount /mnt")
    last = int(dev.run("blockdev --getsz /dev/sda").out) - 1
    dev.run(f"echo the other computer was here | dd of=/dev/sda bs=512 seek={last} conv=sync,fsync")
    text = dev.run(f"dd if={DATA} bs=512 skip={last} 2>/dev/null | tr -d '\\0'").out
    assert text.strip() == "the other computer was here", text


@scenario(devices=("riscv64-sysvinit",), ci=True)
def partition(lab):
    """The partition under /data is offered: nothing is made there, what is there is reported."""
    with lab.boot(modules=MODULES) as dev:
        dev.run(f"swapcfg {create('/data/swapfile')} --priority 5")
        assert status(dev) == {"/data/swapfile": None}
        dev.run(MAKE_GADGET)
        # Without a controller it is not offered yet, but can be at any time.
        offer(dev, DATA)
        check_refused(dev, "/data/other", DATA)
        connect(dev)
        check_really_offered(dev)
        check_refused(dev, "/data/other", DATA)
        check_reported(dev, "/data/swapfile", DATA)
        # The root lies on another partition.
        assert plan(dev, create("/swapfile")) is None
        # To get out of there is allowed.
        dev.run("swapcfg remove /data/swapfile")
        assert dev.swaps() == {}
        assert plan(dev, create("/data/swapfile"))[0] == "blocker"
        offer(dev, "")
        dev.run("rm /boot/usb.disk0")
        dev.run(f"swapcfg {create('/data/swapfile')}")
        assert "/data/swapfile" in dev.swaps()
        assert status(dev) == {"/data/swapfile": None}


@scenario(devices=("amd64-sysvinit",))
def whole_and_part(lab):
    """The whole card, the area that is the card, and the file that is itself in the drive."""
    with lab.boot(modules=MODULES) as dev:
        dev.run("rm -f /boot/usb.disk0")
        dev.run(f"swapcfg {create('/swapfile')}; swapcfg {create('/data/swapfile')}")
        dev.run(MAKE_GADGET)
        dev.run(CONNECT)
        for file, reached in ((CARD, ("/swapfile", "/data/swapfile")), (ROOT, ("/swapfile",)),
                              (DATA, ("/data/swapfile",)), ("/swapfile", ("/swapfile",))):
            offer(dev, file)
            said = status(dev)
            assert {path for path, found in said.items() if found} == set(reached), said
            for path in reached:
                check_reported(dev, path, file)
        # Another file of the file system whose file is offered is out of reach.
        assert plan(dev, create("/other")) is None
        offer(dev, CARD)
        check_refused(dev, "/other", CARD)
        # An area that is the whole card holds the partition that is offered.
        offer(dev, DATA)
        assert DATA in plan(dev, f"enable {CARD}")[1]
        assert DATA in status(dev, CARD)[CARD][1]
        offer(dev, "")
        assert set(status(dev).values()) == {None}
        dev.run("swapcfg resize /swapfile --size 6M")


@scenario(devices=("riscv64-busybox",))
def roundabout(lab):
    """Through loop devices, of another gadget, read-only, and where it cannot be seen."""
    with lab.boot(modules=MODULES) as dev:
        dev.run("rm -f /boot/usb.disk0")
        dev.run(MAKE_GADGET)
        dev.run(f"mkdir -p {OTHER}; echo 1 >{OTHER}/removable")
        dev.run("truncate -s 8M /image; losetup /dev/loop0 /image; "
                "dd if=/dev/zero of=/area bs=1M count=4; mkswap /area; chmod 600 /area; "
                f"losetup /dev/loop1 {ROOT}; losetup /dev/loop2 /area")
        other = f"{OTHER}/file"
        offer(dev, "/image", other)
        assert f"empty {other}" in plan(dev, "enable /dev/loop0 --boot=none")[1]
        assert plan(dev, create("/other")) is None
        offer(dev, "/dev/loop1", other)  # shows the mounted root
        check_refused(dev, "/other", "/dev/loop1", lun=other)
        offer(dev, "/dev/loop2", other)  # shows the area
        assert plan(dev, "enable /area --boot=none")[0] == "blocker"
        assert plan(dev, create("/other")) is None
        offer(dev, "/image", other)
        dev.run("rm /image")
        severity, message = plan(dev, create("/other"))
        assert severity == "warning" and "any more: /image (deleted)" in message, message
        offer(dev, "", other)
        dev.run(f"echo 1 >{DISK}/lun.0/ro")
        offer(dev, ROOT)
        check_refused(dev, "/other", ROOT, "read what was swapped out")
        offer(dev, "")
        dev.run("swapcfg create /swapfile --size 4M --boot=none")
        offer(dev, ROOT)
        check_reported(dev, "/swapfile", ROOT, "warning")
        dev.run(CONNECT)
        dev.run("umount /sys/kernel/config")
        assert plan(dev, create("/other"))[0] == "warning"
        dev.run("mkdir /elsewhere; mount -t configfs none /elsewhere")
        assert "empty /elsewhere/usb_gadget/g0" in plan(dev, create("/other"))[1]


@scenario(devices=("riscv64-sysvinit",))
def nanokvm(lab):
    """The device's own script offers p3 at every boot: an area made before is found and given up."""
    with lab.boot(modules=MODULES) as dev:
        dev.run(f"swapcfg {create('/data/swapfile')}")
        before = dev.read("/etc/inittab")
        dev.write("/etc/init.d/S03usbdev", SCRIPT.encode(), 0o755)
        dev.reboot()
        check_reported(dev, "/data/swapfile", DATA)
        check_refused(dev, "/data/other", DATA)
        # While an image is in the drive, p3 comes back with the end of it.
        dev.run("swapcfg remove /data/swapfile; truncate -s 1M /data/image.iso")
        offer(dev, "/data/image.iso")
        severity, message = plan(dev, create("/data/swapfile"))
        assert severity == "warning" and "/boot/usb.disk0" in message and DATA in message, message
        offer(dev, DATA)
        check_refused(dev, "/data/swapfile", DATA)
        assert b"swapfile" in before and b"swapfile" not in dev.read("/etc/inittab")
        dev.run("swapcfg create /swapfile --size 4M")
        dev.reboot()
        dev.wait_for_swaps({"/swapfile"})
        assert status(dev) == {"/swapfile": None}


@scenario(devices=("riscv64-sysvinit",))
def driver(lab):
    """A driver that brings its disks along, g_mass_storage, shows them beside the controller."""
    modules = kernels.Modules(lab.model.arch)

    def prepare(root):
        (root / "driver.ko").write_bytes(modules.read(modules.paths["g_mass_storage"]))

    with lab.boot(card=lab.card(prepare), modules=MODULES) as dev:
        dev.run("rm -f /boot/usb.disk0")
        dev.run(f"swapcfg {create('/swapfile')}; swapcfg {create('/data/swapfile')}")
        dev.run(f"insmod /driver.ko file={DATA},/swapfile removable=1,1 ro=1,0")
        time.sleep(1)
        drives = dev.run("ls -d /sys/class/udc/*/device/gadget*/lun*").out.split()
        assert len(drives) == 2, drives
        check_reported(dev, "/data/swapfile", DATA, "warning")
        check_reported(dev, "/swapfile", "/swapfile")
        check_refused(dev, "/data/other", DATA, "read what was swapped out", f"{drives[0]}/file")
        offer(dev, "", f"{drives[0]}/file")
        offer(dev, "", f"{drives[1]}/file")
        assert set(status(dev).values()) == {None}
        assert plan(dev, create("/data/other")) is None
