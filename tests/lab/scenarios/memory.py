# SPDX-License-Identifier: MIT
"""Little memory: swap lets programs run that would be killed, and making it or switching it off
kills none. As much memory is visible as on a board with 128 MB."""

from labkit.memory import (MIB, Hog, Watch, killed, meminfo, mkfs, plain_seconds, refusal, timed,
                           written)
from labkit.scenario import scenario

# What QEMU has to give so that 100 to 110 MiB are visible: kernels take differently much.
MEMORY = {"riscv64": 176, "amd64": 152}  # MiB
BOTH = ("riscv64-sysvinit", "amd64-sysvinit")
NEED = 100  # MiB
READAHEAD = "/proc/sys/vm/page-cluster"
SLOW_CARD = 10 * MIB  # bytes a second


def boot(lab, **options):
    dev = lab.boot(mem=MEMORY[lab.model.arch], **options)
    visible = meminfo(dev)["MemTotal"]
    print(f"{visible / MIB:.1f} MiB of memory are visible")
    assert NEED * MIB < visible < 115 * MIB, "another kernel; choose another -m"
    return dev


def dies_without(dev):
    said = Hog(dev, NEED).finish()
    assert "verified" not in said and said[-1] == "137", f"without swap, hog: {said}"
    assert any("(hog)" in line for line in killed(dev)), killed(dev)
    dev.run("dmesg -c >/dev/null")


def runs_with(dev, path):
    dev.run(f"swapcfg create {path} --size 128M", timeout=180)
    hog = Hog(dev, NEED)
    used = dev.swaps()[path].used
    assert used > 8 * MIB, f"only {used} bytes are swapped out to {path}"
    hog.proves()
    dev.run(f"swapcfg remove {path}", timeout=180)
    assert not killed(dev), killed(dev)


@scenario(devices=("riscv64-sysvinit",), ci=True, seconds=600)
def saves_a_program(lab):
    """A program that needs more memory than there is dies without swap, and runs with it."""
    with boot(lab) as dev:
        dies_without(dev)
        runs_with(dev, "/data/swapfile")


@scenario(devices=BOTH, extra=("riscv64-sysvinit",), seconds=600)
def saves_programs_on_each_disk(lab):
    """The same on ext4 and exFAT, and on an older kernel."""
    with boot(lab) as dev:
        dies_without(dev)
        for path in ("/swapfile", "/data/swapfile"):
            runs_with(dev, path)


@scenario(devices=BOTH, extra=("amd64-sysvinit",), seconds=600)
def is_made_when_memory_is_short(lab):
    """128 MiB on exFAT with 80 % of the memory in use: nothing dies, and the card alone is slow."""
    with boot(lab, throttle=SLOW_CARD) as dev:
        memory = meminfo(dev)
        hog = Hog(dev, (memory["MemAvailable"] - memory["MemTotal"] // 5) // MIB)
        memory = meminfo(dev)
        in_use = 1 - memory["MemAvailable"] / memory["MemTotal"]
        assert in_use > 0.78, f"only {in_use:.0%} of the memory are in use"
        dev.run("sync")
        watch, before = Watch(dev), written(dev)
        seconds, result = timed(dev, "swapcfg create /data/swapfile --size 128M")
        sectors, seen = written(dev) - before, watch.stop()
        assert result.rc == 0, result.out
        assert hog.alive() and not killed(dev), killed(dev)
        plain = plain_seconds(dev, sectors)
        print(f"{in_use:.0%} in use: {sectors} sectors in {seconds:.2f} s, plainly {plain:.2f} s; "
              f"others waited {seen.longest:.2f} s at most, {seen.waiting >> 10} KiB to be written")
        assert seconds < 1.5 * plain + 5, f"{seconds} s, where plain writing takes {plain} s"
        assert seen.longest < 5, f"another program did not answer for {seen.longest} s"
        hog.proves()
        assert not killed(dev), killed(dev)


@scenario(devices=("amd64-sysvinit",), seconds=600)
def keeps_little_waiting(lab):
    """Where the kernel itself writes zeros (exFAT on 5.10), little of it waits in memory at a time,
    even where there is more memory."""
    with lab.boot(mem=256, throttle=SLOW_CARD) as dev:
        dev.run("sync")
        watch = Watch(dev)
        dev.run("truncate -s 128M /data/plain", timeout=180)
        plain = watch.stop()
        dev.run("rm /data/plain; sync", timeout=180)
        watch = Watch(dev)
        dev.run("swapcfg create /data/swapfile --size 128M", timeout=180)
        ours = watch.stop()
        print(f"at most {ours.waiting >> 10} KiB wait in {ours.count} looks, "
              f"with truncate {plain.waiting >> 10} KiB in {plain.count}")
        assert plain.waiting > 12 * MIB, "this kernel lets nothing wait, so nothing is shown"
        assert ours.waiting < 4 * MIB, f"{ours.waiting} bytes waited to be written"
        assert not killed(dev), killed(dev)


def fat(lab):
    return mkfs(lab.drive(256 * MIB), "mkfs.vfat", "-F", "32")


def each_area(dev):
    """Areas on ext4, exFAT and FAT, one after the other, each with a program that needs it."""
    dev.run("mkdir /mnt/fat; mount -t vfat /dev/vda /mnt/fat")
    for path in ("/swapfile", "/data/swapfile", "/mnt/fat/swapfile"):
        dev.run(f"swapcfg create {path} --size 128M", timeout=180)
        hog = Hog(dev, NEED)
        assert dev.swaps()[path].used > 16 * MIB, dev.swaps()
        yield path, hog
        dev.run(f"swapcfg remove {path}; dmesg -c >/dev/null", timeout=180)


@scenario(devices=BOTH, extra=("riscv64-sysvinit",), seconds=600)
def is_not_switched_off_when_needed(lab):
    """Switching off an area whose pages fit nowhere is refused, and the program goes on."""
    with boot(lab, drives=[fat(lab)]) as dev:
        for path, hog in each_area(dev):
            for verb in ("disable", "remove"):
                result = dev.run(f"swapcfg --json {verb} {path}", check=False)
                assert (result.rc, refusal(result)) == (3, "low-memory"), result
            assert path in dev.swaps() and hog.alive(), dev.swaps()
            hog.proves()
            assert not killed(dev), killed(dev)


def overrule(dev, path, hog):
    """Gives what is wrong."""
    setting = dev.read(READAHEAD)
    result = dev.run(f"swapcfg --json disable --ignore-memory {path}", check=False, timeout=240)
    wrong = []
    if result.rc != 1 or '"low-memory"' not in result.out:
        wrong.append(f"exit status {result.rc}: {result.out}")
    if path not in dev.swaps():
        wrong.append("the area is off")
    if dev.read(READAHEAD) != setting:
        wrong.append("the system's readahead is not as it was")
    said = hog.finish()
    if said != ["filled", "verified", "0"]:
        wrong.append(f"hog: {said}")
    # The kernel may choose the child that calls swapoff. swapcfg itself has answered.
    victims = [line for line in killed(dev) if "Killed process" in line]
    if any("(swapcfg)" not in line for line in victims) or len(victims) > 1:
        wrong += victims
    return wrong


@scenario(devices=BOTH, extra=("amd64-sysvinit",), seconds=600)
def gives_up_in_time(lab):
    """With the forecast overruled, swapoff is given up or its child dies, nothing else."""
    wrong = {}
    with boot(lab, drives=[fat(lab)]) as dev:
        for path, hog in each_area(dev):
            found = overrule(dev, path, hog)
            if found:
                wrong[path] = found
    assert not wrong, "\n".join(
        f"{path}: {line}" for path, lines in wrong.items() for line in lines)
