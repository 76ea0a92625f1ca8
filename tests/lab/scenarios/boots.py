# SPDX-License-Identifier: MIT
"""What was made is there after a reboot, and what was removed is gone without a trace."""

from labkit import steady
from labkit.scenario import MIB, scenario

PAGE = 4096
ONE_OF_EACH_INIT = ("riscv64-sysvinit", "riscv64-busybox", "amd64-systemd")
# One on the root, one on what is mounted late in the boot, and what is asked for each.
WANTED = {"/swapfile": 5, "/data/swapfile": 7}


def create(dev, **options):
    more = "".join(f" --{name} {value}" for name, value in options.items())
    for path, priority in WANTED.items():
        dev.run(f"swapcfg create {path} --size 16M --priority {priority}{more}")


def check_active(dev):
    found = dev.wait_for_swaps(WANTED)
    for path, priority in WANTED.items():
        assert found[path].priority == priority, found
        assert found[path].size == 16 * MIB - PAGE, found
        dev.run(f"swapcfg status {path}")


def configuration(dev):
    """What is below /etc: names, modes, owners, link targets and contents."""
    return dev.run("cd /etc && find . ! -type d | sort | xargs stat -c '%n %a %u:%g %N' && "
                   "find . -type f | sort | xargs sha256sum").out


@scenario(ci=ONE_OF_EACH_INIT, extra=("amd64-sysvinit",))
def comes_back(lab):
    """Areas on /swapfile and /data/swapfile are active after a reboot, with their priorities."""
    with lab.boot() as dev:
        create(dev)
        check_active(dev)
        dev.reboot()
        check_active(dev)


@scenario(devices=ONE_OF_EACH_INIT, seconds=1200)
def comes_back_five_times(lab):
    """So it is after five reboots in a row, and each boot has the same boot entries."""
    with lab.boot() as dev:
        create(dev)
        before = configuration(dev)
        for _ in range(5):
            dev.reboot()
            check_active(dev)
            assert configuration(dev) == before, configuration(dev)


@scenario(extra=("amd64-sysvinit",), seconds=900)
def goes_without_a_trace(lab):
    """After disable and remove, the next boot has no area, and /etc is byte for byte as before."""
    with lab.boot() as dev:
        before = configuration(dev)
        create(dev)
        assert configuration(dev) != before, "there is no boot entry"
        dev.reboot()
        check_active(dev)
        dev.run("swapcfg disable /swapfile")
        dev.run("swapcfg remove /data/swapfile")
        assert dev.swaps() == {}, dev.swaps()
        assert configuration(dev) == before, configuration(dev)
        dev.reboot()
        assert dev.swaps() == {}, dev.swaps()
        assert configuration(dev) == before, configuration(dev)
        dev.run("test -f /swapfile && ! test -e /data/swapfile")


@scenario(devices=("riscv64-sysvinit", "amd64-systemd"), seconds=1200)
def boots_as_fast(lab):
    """To the login prompt it takes at most a second longer than without an area; of a clock that
    does not feel how busy the host is."""
    with steady.boot(lab) as dev:
        dev.reboot()
        without = dev.login_seconds
        create(dev)
        dev.reboot()
        having = dev.login_seconds
        check_active(dev)
    print(f"to the login prompt: {without:.2f} s without an area, {having:.2f} s with two")
    assert having <= without + 1, (without, having)
