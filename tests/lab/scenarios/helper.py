# SPDX-License-Identifier: MIT
"""`swapcfg boot`, which an entry runs where swapon is BusyBox's and knows no priorities.

The clock counts instructions (labkit/steady.py), so a second is one however busy the host is.
"""

import re
import time

from labkit import steady
from labkit.scenario import scenario

SYSVINIT, BUSYBOX = "riscv64-sysvinit", "riscv64-busybox"
ROOT, DATA = "/swapfile", "/data/swapfile"
PRIORITIES = {ROOT: 10, DATA: 7}
SLOWER = 1  # seconds that the login may come later than without us
WAIT = 10  # seconds that swapcfg boot waits for a file
SCRIPTS = "etc/init.d"


def make(dev, *paths, more=""):
    for path in paths:
        dev.run(f"swapcfg create {path} --size 8M --priority {PRIORITIES[path]} {more}")
        entry = dev.run("grep -rh 'swapcfg boot' /etc/inittab /etc/init.d", check=False).out
        assert path in entry, f"no entry runs swapcfg boot for {path}: {entry}"


def wait_for(dev, paths, seconds=2 * WAIT):
    """Waits until they are active, with their priorities, and no other."""
    wanted = {path: PRIORITIES[path] for path in paths}
    end = time.monotonic() + 60
    while True:
        found = {path: swap.priority for path, swap in dev.swaps().items()}
        if found == wanted:
            return
        up = float(dev.read("/proc/uptime").split()[0])
        # The device's clock may run at a fraction of the host's, or stand still.
        assert up < dev.login_seconds + seconds or time.monotonic() < end, \
            f"active are {found} instead of {wanted}"
        time.sleep(0.5)


def said(dev):
    """The lines of ours in the kernel's log."""
    lines = dev.run("dmesg | grep swapcfg:", check=False).out.splitlines()
    return [line.partition("swapcfg: ")[2] for line in lines if "swapcfg: " in line]


def check_in_time(dev, late):
    seconds = dev.login_seconds
    assert seconds < late, f"the login came after {seconds} s; {late - SLOWER} s without an entry"


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"there is no {old} in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_script(root, name, text):
    path = root / SCRIPTS / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@scenario((SYSVINIT, BUSYBOX), ci=True, seconds=600)
def priorities_come_back(lab):
    """Each area comes back with its priority, and goes without a trace."""
    with lab.boot() as dev:
        original = dev.read("/etc/inittab")
        make(dev, ROOT, DATA)
        dev.reboot()
        assert dev.login_seconds
        # Both files were there when the entries ran, so that nothing had to be waited for.
        found = {path: swap.priority for path, swap in dev.swaps().items()}
        assert found == PRIORITIES, f"active are {found}"
        for path in PRIORITIES:
            dev.run(f"swapcfg remove {path}")
        assert dev.read("/etc/inittab") == original


def mount_late(root):
    """What S01fs starts mounts /data three seconds later, and notes when."""
    mount = "mount -t exfat /dev/mmcblk0p3 /data"
    replace(root / SCRIPTS / "S01fs", mount,
            f"(sleep 3; {mount}; cat /proc/uptime >/dev/lab-mounted) </dev/null &")


@scenario((SYSVINIT,), seconds=600)
def late_mount(lab):
    """A file system that is mounted three seconds later is waited for, but not by the boot."""
    with steady.boot(lab, card=lab.card(prepare=mount_late)) as dev:
        late = dev.login_seconds + SLOWER
        dev.run("until [ -e /dev/lab-mounted ]; do sleep 1; done", timeout=120)
        make(dev, DATA)
        dev.reboot()
        check_in_time(dev, late)
        wait_for(dev, [DATA])
        mounted = float(dev.read("/dev/lab-mounted").split()[0])
        assert mounted > dev.login_seconds, "the file system was there before the login"
        assert said(dev) == [f"{DATA} is active"], said(dev)


@scenario((SYSVINIT, BUSYBOX), seconds=600)
def never_there(lab):
    """What never comes is waited for ten seconds behind the boot, and costs a line of log."""
    with steady.boot(lab) as dev:
        late = dev.login_seconds + SLOWER
        make(dev, ROOT, DATA)
        dev.run(f"swapoff {ROOT} && swapoff {DATA} && rm {ROOT} /boot/usb.disk0")
        dev.reboot()
        check_in_time(dev, late)
        dev.run(f"sleep {WAIT + 2}", timeout=300)
        lines = sorted(said(dev))
        assert len(lines) == 2, lines
        for path, line in zip((DATA, ROOT), lines):
            assert re.fullmatch(f"{path} .*\\(missing, after {WAIT} s\\)", line), line
            assert line in dev.log.text(), f"the console does not say: {line}"
        assert dev.run("pidof swapcfg", check=False).rc == 1, "it still waits"


def read_only(root):
    """The root becomes writable by a script, long after the entries of sysinit."""
    inittab = root / "etc/inittab"
    lines = inittab.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "remount,rw" not in line]
    assert len(kept) == len(lines) - 1
    inittab.write_text("".join(kept), encoding="utf-8")
    write_script(root, "S90rw", '[ "$1" = start ] && sleep 2 && mount -o remount,rw /')


@scenario((SYSVINIT,), seconds=600)  # in BusyBox's inittab the entry runs behind the scripts
def root_read_only(lab):
    """An area on a root that is read-only when its entry runs is activated once it is not."""
    with steady.boot(lab, card=lab.card(prepare=read_only)) as dev:
        late = dev.login_seconds + SLOWER
        make(dev, ROOT, DATA)
        dev.reboot()
        check_in_time(dev, late)
        wait_for(dev, [ROOT, DATA])
        assert said(dev) == [f"{ROOT} is active"], said(dev)
        # And if it stays so: the other area needs no writable directory.
        dev.run("rm /etc/init.d/S90rw")
        dev.reboot()
        check_in_time(dev, late)
        wait_for(dev, [DATA])
        dev.run(f"sleep {WAIT}", timeout=300)
        lines = said(dev)
        assert len(lines) == 1 and lines[0].endswith(f"(read-only, after {WAIT} s)"), lines
        assert ROOT in lines[0], lines


def no_inittab(root):
    """BusyBox's init then runs rcS, which has to do all."""
    inittab = root / "etc/inittab"
    lines = [line for line in inittab.read_text(encoding="utf-8").splitlines()
             if line.startswith("::sysinit:") and "rcS" not in line]
    inittab.unlink()
    commands = "\n".join(line.removeprefix("::sysinit:") for line in lines)
    replace(root / SCRIPTS / "rcS", "for script in", f"{commands}\nfor script in")
    write_script(root, "S98login", '[ "$1" = start ] && cat /proc/uptime >/dev/lab-login')


@scenario((BUSYBOX,), seconds=600)
def script_without_inittab(lab):
    """Where there is no inittab, a script for rcS brings the areas back, and goes with the last."""
    with lab.boot(card=lab.card(prepare=no_inittab)) as dev:
        before = dev.run(f"ls -lR /{SCRIPTS}").out
        make(dev, DATA, more="--boot=initd")
        make(dev, ROOT)
        assert dev.run("ls /etc/init.d/S??swapcfg").out.split() == ["/etc/init.d/S02swapcfg"]
        for _ in range(2):
            dev.reboot()
            assert dev.login_seconds
            wait_for(dev, [ROOT, DATA])
        for path in PRIORITIES:
            dev.run(f"swapcfg remove {path}")
        assert dev.run(f"ls -lR /{SCRIPTS}").out == before
        assert not dev.swaps(), dev.swaps()
