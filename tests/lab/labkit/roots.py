# SPDX-License-Identifier: MIT
"""The devices' root trees: Debian's init and programs, unpacked, and the fixtures in init/."""

import os
import shutil
import subprocess
from pathlib import Path

from labkit import cache, packages

FIXTURES = Path(__file__).resolve().parents[1] / "init"
SYSVINIT = ["busybox-static", "sysvinit-core", "libc6", "libselinux1", "libpcre2-8-0"]
SYSTEMD = ["busybox-static", "login", "mount", "systemd", "systemd-sysv", "udev", "util-linux"]
# Of the closure, what only installs things or is for other hardware.
NOT_WANTED = ["debconf", "dpkg", "gcc-12-base", "perl-base", "tar", "adduser", "passwd"]
# Nothing on the device reads them.
NOT_READ = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info",
            "usr/share/bash-completion", "usr/share/zsh", "usr/share/lintian", "usr/share/perl5",
            "usr/share/bug", "usr/lib/udev/hwdb.d", "usr/share/pam", "usr/lib/locale",
            "usr/lib/x86_64-linux-gnu/gconv", "usr/lib/riscv64-linux-gnu/gconv"]
# They take long under emulation, or have nothing to do here.
MASKED = ["systemd-hwdb-update.service", "systemd-journal-catalog-update.service",
          "systemd-random-seed.service", "systemd-update-done.service",
          "systemd-journal-flush.service", "systemd-sysusers.service", "systemd-binfmt.service",
          "systemd-firstboot.service", "systemd-pstore.service", "systemd-update-utmp.service",
          "systemd-update-utmp-runlevel.service", "systemd-user-sessions.service",
          "systemd-logind.service", "systemd-tmpfiles-clean.timer", "fstrim.timer",
          "e2scrub_reap.service", "e2scrub_all.timer", "dev-hugepages.mount", "dev-mqueue.mount",
          "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "getty@tty1.service",
          "getty-static.service", "serial-getty@hvc0.service",
          "modprobe@.service", "kmod-static-nodes.service", "systemd-modules-load.service",
          "proc-sys-fs-binfmt_misc.automount", "systemd-networkd-wait-online.service"]

RELEASES = {"riscv64": "trixie", "amd64": "bookworm", "arm64": "bookworm", "armhf": "bookworm"}
INITS = {"sysvinit": (SYSVINIT, False), "busybox": (["busybox-static"], False),
         "systemd": (SYSTEMD, True)}


def busybox(arch):
    root = packages.tree(RELEASES[arch], arch, ["busybox-static"])
    return next(path for path in (root / "bin/busybox", root / "usr/bin/busybox") if path.exists())


def merge_usr(root):
    """/bin, /sbin and /lib lead into /usr, whatever the packages hold."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir() and not (root / name).is_symlink():
            subprocess.run(["cp", "-a", "--remove-destination", f"{root / name}/.",
                            root / "usr" / name], check=True)
            shutil.rmtree(root / name)
        if not (root / name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")


def link_applets(root):
    """BusyBox's programs, where the packages have none of that name."""
    for line in (FIXTURES / "applets").read_text(encoding="utf-8").splitlines():
        directory, *names = line.split()
        if directory == "#":
            continue
        for name in names:
            path = root / directory.lstrip("/") / name
            if not os.path.lexists(path):
                path.symlink_to("/bin/busybox")


def write(root, name, text, mode=0o644):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def put(root, fixture, name, mode=0o644):
    write(root, name, (FIXTURES / fixture).read_text(encoding="utf-8"), mode)


def put_common(root):
    for name in ("boot", "data", "dev", "etc", "mnt", "proc", "root", "run", "sys", "tmp",
                 "var/log"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "etc"):
        (root / name).chmod(0o755)
    write(root, "etc/hostname", "device\n")
    write(root, "etc/issue", "a virtual device\n")
    write(root, "etc/passwd", "root::0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n")
    write(root, "etc/group", "root:x:0:\ntty:x:5:\ndisk:x:6:\nnogroup:x:65534:\n")
    write(root, "etc/shells", "/bin/sh\n")
    put(root, "getty", "lab/getty", 0o755)
    put(root, "control", "lab/control", 0o755)


def put_small(root, init):
    put(root, f"inittab.{init}", "etc/inittab")
    put(root, "fstab.small", "etc/fstab")
    for name in ("rcS", "rcK", "S01fs", "S99lab"):
        put(root, name, f"etc/init.d/{name}", 0o755)


def put_systemd(root):
    put(root, "fstab.systemd", "etc/fstab")
    units = root / "etc/systemd/system"
    put(root, "lab.service", "etc/systemd/system/lab.service")
    put(root, "login-time.conf", "etc/systemd/system/serial-getty@.service.d/login-time.conf")
    (units / "multi-user.target.wants").mkdir(parents=True, exist_ok=True)
    (units / "multi-user.target.wants/lab.service").symlink_to("../lab.service")
    (units / "default.target").symlink_to("/lib/systemd/system/multi-user.target")
    for name in MASKED:
        if not os.path.lexists(units / name):
            (units / name).symlink_to("/dev/null")
    put(root, "trigger.conf", "etc/systemd/system/systemd-udev-trigger.service.d/trigger.conf")
    write(root, "etc/systemd/system.conf", "[Manager]\nLogColor=no\n")
    write(root, "etc/systemd/journald.conf", "[Journal]\nStorage=volatile\nRuntimeMaxUse=1M\n")
    write(root, "etc/machine-id", "0123456789abcdef0123456789abcdef\n", 0o444)


def fill(root, arch, init):
    names, closure = INITS[init]
    source = packages.tree(RELEASES[arch], arch, names, closure, NOT_WANTED if closure else ())
    subprocess.run(["cp", "-a", source, root], check=True)
    for name in NOT_READ:
        shutil.rmtree(root / name, ignore_errors=True)
    merge_usr(root)
    for name in NOT_READ:
        shutil.rmtree(root / name, ignore_errors=True)
    if init == "busybox":
        (root / "sbin/init").symlink_to("/bin/busybox")
        for name in ("halt", "poweroff", "reboot"):
            (root / "sbin" / name).symlink_to("/bin/busybox")
    link_applets(root)
    put_common(root)
    if init == "systemd":
        put_systemd(root)
    else:
        put_small(root, init)


def tree(arch, init):
    """The root of a device, without swapcfg; copy it before changing anything."""
    fixtures = {path.name: path.read_text(encoding="utf-8") for path in sorted(FIXTURES.iterdir())}
    wishes = [arch, init, fixtures, Path(__file__).read_text(encoding="utf-8")]
    busybox(arch)
    names, closure = INITS[init]
    packages.tree(RELEASES[arch], arch, names, closure, NOT_WANTED if closure else ())
    found = cache.entry(f"root-{arch}-{init}", wishes,
                        lambda path: fill(path / "root", arch, init))
    return found / "root"
