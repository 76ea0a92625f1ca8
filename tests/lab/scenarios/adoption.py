# SPDX-License-Identifier: MIT
"""Devices that today's NanoKVM server configured before are taken over, and left as it found them.

The server writes a newline and its line, without a newline at the end, each time a size is chosen;
giving up swap takes the inittab's last newline away as well. sysvinit ignores a last line that has
none, and that line is the one that reboots: the newline that its next line brought has to stay.
"""

import json

from labkit.scenario import scenario

DEVICES = ("riscv64-sysvinit", "riscv64-busybox")
MIB = 1 << 20
SIZE = 16 * MIB
INITTAB = "/etc/inittab"
LINE = b"si11::sysinit:/sbin/swapon /swapfile"

# What the inittab is to be without the line, and what the server, or an editor, made of it.
LINES = {
    "the line, edited since": (lambda text: text, lambda text: text + LINE + b"\n"),
    "the line": (lambda text: text, lambda text: text + b"\n" + LINE),
    "the line twice": (lambda text: text, lambda text: text + b"\n" + LINE + b"\n" + LINE),
    "no last newline": (lambda text: text.rstrip(b"\n") + b"\n", lambda text: text + LINE),
}
# What the server's commands make, and what may have become of it.
MAKE = f"fallocate -l {SIZE} /swapfile && chmod 600 /swapfile && mkswap /swapfile"
FILES = {
    "active": f"{MAKE} && swapon /swapfile",
    "off": MAKE,
    "missing": "true",
    "empty": ": >/swapfile; chmod 600 /swapfile",
    "truncated": f"{MAKE} && truncate -s {SIZE // 2} /swapfile",
}
# Every line with some files, and every file with some line: each pair takes its time.
PAIRS = [("the line", file) for file in FILES] + [
    (line, file) for line in LINES if line != "the line" for file in ("off", "missing")]
CREATE = "swapcfg create /swapfile --size 16M"
ENABLE = "swapcfg enable /swapfile"


def configure(dev, original, line, file):
    """Leaves the device as the server would; gives the inittab as it was before."""
    before, after = LINES[line]
    was = before(original)
    dev.write(INITTAB, after(was))
    dev.run(FILES[file])
    return was


def check_adopted(dev, what):
    """It is used now, in full, and one entry of ours stands for it, nothing else."""
    swaps = dev.swaps()
    assert list(swaps) == ["/swapfile"], f"{what}: active are {list(swaps)}"
    assert SIZE - MIB < swaps["/swapfile"].size < SIZE, f"{what}: {swaps}"
    lines = [line for line in dev.read(INITTAB).splitlines() if b"/swapfile" in line]
    assert len(lines) == 1 and lines[0] != LINE, f"{what}: entries are {lines}"
    area, = json.loads(dev.run("swapcfg status --json").out)["areas"]
    assert [entry["ours"] for entry in area["boot"]] == [True], f"{what}: {area}"
    assert not area["findings"], f"{what}: {area}"


def check_removed(dev, was, what):
    """Nothing is left, neither of ours nor of the server's."""
    dev.run("swapcfg remove /swapfile && ! test -e /swapfile")
    assert not dev.swaps(), f"{what}: still active: {dev.swaps()}"
    text = dev.read(INITTAB)
    assert text == was, f"{what}: the inittab ends with {text[-80:]}, before with {was[-80:]}"


@scenario(DEVICES, ci=True, seconds=400)
def without_a_reboot(lab):
    """Whatever the server left is one active area with one entry at once, and can go."""
    wrong = []
    with lab.boot() as dev:
        original = dev.read(INITTAB)
        for line, file in PAIRS:
            what = f"{line}, file {file}"
            was = configure(dev, original, line, file)
            try:
                dev.run(ENABLE if file in ("active", "off") else CREATE)
                check_adopted(dev, what)
                check_removed(dev, was, what)
            except AssertionError as error:
                wrong.append(str(error))
                dev.run("swapoff -a; rm -f /swapfile")
    assert not wrong, "\n".join(wrong)


@scenario(DEVICES, seconds=600)
def over_reboots(lab):
    """It is active after a reboot, one that the server's line was there for included."""
    with lab.boot() as dev:
        original = dev.read(INITTAB)
        was = configure(dev, original, "the line twice", "off")
        dev.reboot()
        assert dev.login_seconds
        # BusyBox takes the id for the name of a terminal, so the server's line does nothing there.
        assert bool(dev.swaps()) == (lab.model.init == "sysvinit"), dev.swaps()
        for line, file in (("no last newline", "missing"), ("the line, edited since", "truncated"),
                           (None, None)):
            dev.run(CREATE)
            check_adopted(dev, "before the reboot")
            dev.reboot()
            assert dev.login_seconds  # it has run all that runs at boot
            check_adopted(dev, "after the reboot")
            check_removed(dev, was, "after the reboot")
            if line:
                was = configure(dev, original, line, file)
