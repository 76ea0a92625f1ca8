# SPDX-License-Identifier: MIT
"""Debian's kernels, and the initramfs that loads modules and hands over to the card's init."""

import gzip
import lzma
import shutil
import subprocess
from pathlib import Path

from labkit import cache, packages

KERNELS = {
    "riscv64": ("trixie", "linux-image-riscv64"),  # 6.12
    "amd64": ("bullseye", "linux-image-amd64"),  # 5.10
    "arm64": ("bookworm", "linux-image-arm64"),  # 6.1
    "armhf": ("bookworm", "linux-image-armmp"),  # 6.1
}
# What every device has. An initramfs lies in the device's memory, so there is no more in it.
MODULES = ("virtio_pci virtio_console sdhci_pci mmc_block ext4 crc32c_generic vfat nls_cp437 "
           "nls_ascii nls_iso8859_1 nls_utf8 exfat").split()
# What a module asks the kernel for at run time, where no modprobe answers.
COMPANIONS = {
    "zram": ["lzo", "lzo_rle"],
    "btrfs": ["xxhash_generic"],
    "f2fs": ["crc32_generic"],
    "virtio_scsi": ["sd_mod"],
}

INIT = """#!/bin/busybox sh
# SPDX-License-Identifier: MIT
b=/bin/busybox
fail() {
	$b echo "lab: $*" >/dev/console
	$b poweroff -f
}
$b mount -t proc proc /proc
$b mount -t devtmpfs dev /dev
for module in $($b cat /modules/order); do
	$b insmod "/modules/$module" || fail "cannot load $module"
	$b rm "/modules/$module"
done
root=$($b sed -n 's/.*lab.root=\\([^ ]*\\).*/\\1/p' /proc/cmdline)
tries=100
until [ -b "$root" ] || [ $tries = 0 ]; do
	$b usleep 50000
	tries=$((tries - 1))
done
cd /
$b mount -t ext4 -o ro "$root" root || fail "cannot mount $root"
$b mount --move dev root/dev
$b umount /proc
$b rm -rf /modules
exec $b switch_root root /sbin/init
"""


def tree(arch):
    release, name = KERNELS[arch]
    return packages.tree(release, arch, [name])


def image(arch):
    return next(tree(arch).glob("boot/vmlinu*"))


def module_directory(arch):
    root = tree(arch)
    return next(path for where in ("lib", "usr/lib") for path in root.glob(f"{where}/modules/*"))


def plain_name(path):
    return Path(path).name.split(".")[0].replace("-", "_")


def dependencies(arch):
    """What depmod finds, in a file."""
    directory = module_directory(arch)

    def make(path):
        with open(path / "listing", "wb") as file:
            subprocess.run(["depmod", "-n", "-b", directory.parents[2], directory.name],
                           check=True, stdout=file)

    return cache.entry(f"modules-{arch}", [tree(arch).parent.name], make) / "listing"


class Modules:
    """A kernel's modules, and in what order they have to be loaded."""

    def __init__(self, arch):
        self.directory = module_directory(arch)
        self.needs = {}
        listing = dependencies(arch).read_text(encoding="utf-8", errors="replace")
        for line in listing.split("# Aliases")[0].splitlines():
            path, colon, needs = line.partition(":")
            if colon and ".ko" in path:
                self.needs[path] = needs.split()
        self.paths = {plain_name(path): path for path in self.needs}
        builtin = (self.directory / "modules.builtin").read_text(encoding="utf-8")
        self.builtin = {plain_name(line) for line in builtin.splitlines()}

    def order(self, names):
        """The files of the named modules, each behind those that it needs."""
        found = []
        for name in names:
            name = name.replace("-", "_")
            if name in self.paths:
                self._add(self.paths[name], found)
                for companion in COMPANIONS.get(name, []):
                    if companion in self.paths:
                        self._add(self.paths[companion], found)
            elif name not in self.builtin:
                raise packages.Trouble(f"the kernel {self.directory.name} has no module {name}")
        return found

    def _add(self, path, found):
        for need in self.needs[path]:
            self._add(need, found)
        if path not in found:
            found.append(path)

    def read(self, path):
        data = (self.directory / path).read_bytes()
        return lzma.decompress(data) if path.endswith(".xz") else data


def fill(directory, arch, busybox, names):
    for name in ("bin", "dev", "modules", "proc", "root"):
        (directory / name).mkdir()
    shutil.copy(busybox, directory / "bin/busybox")
    (directory / "init").write_text(INIT, encoding="utf-8")
    (directory / "init").chmod(0o755)
    modules = Modules(arch)
    order = []
    for path in modules.order(names):
        file = plain_name(path) + ".ko"
        (directory / "modules" / file).write_bytes(modules.read(path))
        order.append(file)
    (directory / "modules/order").write_text("\n".join(order) + "\n", encoding="utf-8")


def initramfs(arch, busybox, more=()):
    """The initramfs with the modules of every device and some more."""
    names = [*MODULES, *more]
    dependencies(arch)

    def make(path):
        content = path / "content"
        content.mkdir()
        fill(content, arch, busybox, names)
        listing = "\n".join(str(one.relative_to(content)) for one in sorted(content.rglob("*")))
        archive = subprocess.run(["cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=content,
                                 input=listing.encode(), check=True, capture_output=True).stdout
        (path / "initramfs.gz").write_bytes(gzip.compress(archive, 1))
        shutil.rmtree(content)

    wishes = [tree(arch).parent.name, busybox, names, INIT, COMPANIONS]
    return cache.entry(f"initramfs-{arch}", wishes, make) / "initramfs.gz"
