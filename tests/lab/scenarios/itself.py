# SPDX-License-Identifier: MIT
"""The lab itself: what the other scenarios rely on."""

import time

from labkit.device import Failure
from labkit.scenario import MIB, scenario


@scenario(extra=("amd64-sysvinit", "amd64-systemd"))
def shell_is_exact(lab):
    """Output, exit status and files come through as they are, and silence is noticed."""
    with lab.boot() as dev:
        for text in ("", "x", "two\nlines", "ends\n", "@@ 0\n\n", "ä\t'\"$`\\"):
            dev.write("/tmp/text", text.encode())
            assert dev.read("/tmp/text") == text.encode(), text
            result = dev.run("cat /tmp/text; exit 3", check=False)
            assert (result.rc, result.out) == (3, text), result
        data = bytes(range(256)) * 64
        dev.write("/tmp/data", data)
        assert dev.read("/tmp/data") == data
        assert dev.run(f"echo {'x' * 10000}").out == "x" * 10000 + "\n"
        for command, options in (("false", {}), ("sleep 60", {"timeout": 2})):
            try:
                dev.run(command, **options)
            except Failure:
                continue
            raise AssertionError(f"{command} counts as success")


@scenario(devices=("riscv64-sysvinit", "amd64-sysvinit"), extra=("amd64-sysvinit",))
def power_fails(lab):
    """What was synced is there after a cut; the init goes down where it is asked to."""
    with lab.boot() as dev:
        dev.run("echo kept >/kept && sync")
        dev.cut()
        assert not dev.is_on()
        dev.power_on()
        assert dev.read("/kept") == b"kept\n"
        dev.off()
        assert "reboot: Power down" in dev.log.text(), dev.log.tail()


@scenario(devices=("riscv64-sysvinit", "amd64-sysvinit"), extra=("amd64-sysvinit",))
def more_hardware(lab):
    """Other drives and modules, a slow card, and a card whose writes are recorded."""
    record = lab.directory / "writes"
    record.touch()
    drives = [lab.drive(64 * MIB), lab.drive(32 * MIB, "scsi"), lab.drive(16 * MIB, "scsi")]
    rate = 2 * MIB
    with lab.boot(drives=drives, modules="f2fs xfs zram", throttle=rate,
                  log_writes=record) as dev:
        sizes = [dev.run(f"blockdev --getsize64 /dev/{name}").out for name in ("vda", "sda", "sdb")]
        assert [int(size) // MIB for size in sizes] == [64, 32, 16], sizes
        known = dev.read("/proc/filesystems").decode()
        assert all(name in known for name in ("f2fs", "xfs")), known
        dev.run("test -b /dev/zram0")
        before, start = record.stat().st_size, time.monotonic()
        dev.run("dd if=/dev/zero of=/ten bs=1M count=10 && sync", timeout=120)
        assert record.stat().st_size - before >= 10 * MIB, "not all was recorded"
        seconds = time.monotonic() - start
        assert seconds > 10 * MIB / rate / 2, f"a slow card took only {seconds:.1f} s"
