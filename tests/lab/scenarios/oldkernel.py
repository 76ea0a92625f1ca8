# SPDX-License-Identifier: MIT
"""Every file system that the library makes areas on, on 5.10 and on a newer kernel: each has a road
of its own to disk space, and only a kernel with its module shows whether swapon takes it."""

from labkit.device import Failure
from labkit.memory import MIB, Hog, killed, meminfo, mkfs
from labkit.scenario import scenario

# Of how many MiB its disk is, and how it is made; blocks are as large as on a larger disk.
FILE_SYSTEMS = {
    "ext2": (256, "mkfs.ext2", "-q", "-F", "-b", "1024"),
    "ext3": (256, "mkfs.ext3", "-q", "-F", "-b", "4096"),
    "ext4": (256, "mkfs.ext4", "-q", "-F", "-b", "4096"),
    "xfs": (320, "mkfs.xfs", "-q", "-f"),
    "btrfs": (320, "mkfs.btrfs", "-q", "-f"),
    "f2fs": (320, "mkfs.f2fs", "-q", "-f"),
    "vfat": (256, "mkfs.vfat", "-F", "32", "-s", "8"),
    "exfat": (256, "mkfs.exfat"),
}
MODULES = "xfs btrfs f2fs"
# MiB. Modules lie unpacked in memory before they are loaded, and larger ones on riscv64.
MEMORY = {"riscv64": 224, "amd64": 160}
# The kernel takes whole pages alone: a part of one is lost where a run of smaller blocks begins.
LOST = {"ext2": 128 << 10}  # bytes at most
MORE_THAN_FREE = 20 * MIB


def boot(lab, kinds, modules):
    drives = [mkfs(lab.drive(size * MIB), *command)
              for size, *command in (FILE_SYSTEMS[kind] for kind in kinds)]
    dev = lab.boot(mem=MEMORY[lab.model.arch], drives=drives, modules=modules)
    for letter, kind in zip("abcdefgh", kinds):
        dev.run(f"mkdir /mnt/{kind}; mount -t {kind} /dev/vd{letter} /mnt/{kind}")
    return dev


def hog_for(dev, path):
    """A program that cannot do without the area."""
    hog = Hog(dev, (meminfo(dev)["MemAvailable"] + MORE_THAN_FREE) // MIB)
    assert dev.swaps()[path].used > 4 * MIB, dev.swaps()
    return hog


def has_size(dev, path, mib):
    """As a swap area, as a file, and in blocks of the disk."""
    lost = mib * MIB - 4096 - dev.swaps()[path].size
    assert 0 <= lost <= LOST.get(path.split("/")[2], 0), f"{lost} bytes are lost: {dev.swaps()}"
    size, blocks = dev.run(f"stat -c '%s %b' {path}").out.split()
    assert int(size) == mib * MIB, f"{path} has {size} bytes"
    assert int(blocks) * 512 >= mib * MIB, f"{path} has {blocks} blocks"


def leaves(dev, directory):
    """What must be the same behind it all."""
    return (dev.run(f"ls -A {directory}").out, dev.run("sha256sum </etc/inittab").out,
            sorted(dev.swaps()))


def is_made_and_used(dev, path):
    dev.run(f"swapcfg create {path} --size 48M --priority 7", timeout=180)
    assert dev.swaps()[path].priority == 7, dev.swaps()
    has_size(dev, path, 48)
    return hog_for(dev, path)


def whole_road(dev, kind):
    directory = f"/mnt/{kind}"
    path = f"{directory}/swapfile"
    before = leaves(dev, directory)
    hog = is_made_and_used(dev, path)
    for mib in (64, 40):
        dev.run(f"swapcfg resize {path} --size {mib}M", timeout=240)
        has_size(dev, path, mib)
        assert dev.swaps()[path].priority == 7, dev.swaps()
        assert dev.swaps()[path].used > 4 * MIB, dev.swaps()
    hog.proves()
    dev.run(f"swapcfg disable {path}", timeout=180)
    assert path not in dev.swaps() and dev.run(f"stat -c %s {path}").out.strip() == str(40 * MIB)
    dev.run(f"swapcfg enable {path}", timeout=180)
    has_size(dev, path, 40)
    dev.run(f"swapcfg remove {path}", timeout=180)
    assert leaves(dev, directory) == before, leaves(dev, directory)
    assert not killed(dev), killed(dev)
    dev.run(f"umount {directory}")


@scenario(devices=("amd64-sysvinit",), ci=True, seconds=600)
def swaps_to_pinned_files(lab):
    """f2fs on 5.10, where swapon takes a file without blocks: the data is right."""
    with boot(lab, ["f2fs"], "f2fs") as dev:
        is_made_and_used(dev, "/mnt/f2fs/swapfile").proves()
        dev.run("swapcfg remove /mnt/f2fs/swapfile", timeout=180)
        assert not killed(dev), killed(dev)
        assert not dev.run("ls -A /mnt/f2fs").out.strip()


@scenario(devices=("amd64-sysvinit", "riscv64-sysvinit"), extra=("riscv64-sysvinit",),
          seconds=1500)
def all_file_systems(lab):
    """Make, use, resize both ways in use, disable, enable, remove: nothing is left."""
    wrong = {}
    with boot(lab, list(FILE_SYSTEMS), MODULES) as dev:
        print(f"{meminfo(dev)['MemTotal'] / MIB:.1f} MiB of memory are visible")
        for kind in FILE_SYSTEMS:
            try:
                whole_road(dev, kind)
            except (AssertionError, Failure) as error:
                wrong[kind] = str(error)
                if not dev.is_on():
                    break
                dev.run(f"touch /run/hog-{Hog.count}.go; sleep 2; kill $(pidof hog); swapoff "
                        f"/mnt/{kind}/swapfile; dmesg -c >/dev/null", check=False, timeout=180)
    assert not wrong, "\n".join(f"{kind}: {text}" for kind, text in wrong.items())
