# SPDX-License-Identifier: MIT
"""Debian packages of any release and architecture, by name, unpacked side by side. They come from
the mirror that this machine's apt uses. apt-get gets directories of its own and believes that
nothing is installed; no maintainer script runs, so foreign architectures need no emulation."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from labkit import cache

TRIES = 3
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Trouble(Exception):
    """A sentence about what could not be had."""


def apt_sources():
    yield Path("/etc/apt/sources.list")
    yield from sorted(Path("/etc/apt/sources.list.d").glob("*.sources"))
    yield from sorted(Path("/etc/apt/sources.list.d").glob("*.list"))


def mirror():
    """The address that the machine's own Debian packages come from."""
    line = re.compile(r"^(?:URIs:|deb(?:\s+\[[^]]*\])?)\s+(\S+)", re.MULTILINE)
    for path in apt_sources():
        if not path.exists():
            continue
        for address in line.findall(path.read_text(encoding="utf-8")):
            if "debian" in address and "security" not in address:
                return address
    raise Trouble("no Debian mirror was found in apt's sources of this machine")


def apt_options(release, arch):
    """A world of its own for apt: its lists, its archives, and that nothing is installed."""
    home = cache.directory() / "apt" / f"{release}-{arch}"
    for name in ("lists/partial", "archives/partial"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (home / "status").write_text("", encoding="utf-8")
    (home / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {mirror()} {release} main\n", encoding="utf-8")
    options = {
        "APT::Architecture": arch,
        "APT::Architectures": arch,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "Acquire::Retries": TRIES,
        "Acquire::Languages": "none",
        "Dir::State": home,
        "Dir::State::lists": home / "lists",
        "Dir::State::status": home / "status",
        "Dir::Cache": home,
        "Dir::Cache::archives": home / "archives",
        "Dir::Etc::sourcelist": home / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
    }
    return [f"-o{key}={value}" for key, value in options.items()]


def apt(release, arch, *words, cwd=None):
    """Runs apt-get or apt-cache in that world; what fails is tried again, as mirrors have their
    moments, and then said with apt's own words."""
    command = [words[0], *apt_options(release, arch), *words[1:]]
    for attempt in range(TRIES):
        result = subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=False,
                                env={**os.environ, "LC_ALL": "C"})
        if result.returncode == 0:
            return result.stdout
        if attempt + 1 < TRIES:
            time.sleep(2 + 3 * attempt)
    reasons = [line for line in result.stderr.splitlines() if line.startswith(("E:", "W:"))]
    raise Trouble(f"{' '.join(words)} failed for {release} {arch}:\n" + "\n".join(reasons[-12:]))


def update(release, arch):
    apt(release, arch, "apt-get", "-q", "update", "--error-on=any")


def real_package(release, arch, name):
    """The kernel's package that a package such as linux-image-amd64 stands for."""
    text = apt(release, arch, "apt-cache", "show", "--no-all-versions", name)
    found = re.search(r"^Depends:.*?\b(linux-image-[0-9]\S+)", text, re.MULTILINE)
    return found[1] if found else name


def download(release, arch, names, closure, directory):
    """The packages' files, in the directory; with all that they depend on where closure is true."""
    update(release, arch)
    names = [real_package(release, arch, name) for name in names]
    if not closure:
        apt(release, arch, "apt-get", "-q", "download", *names, cwd=directory)
        return
    archives = cache.directory() / "apt" / f"{release}-{arch}" / "archives"
    for old in archives.glob("*.deb"):
        old.unlink()
    apt(release, arch, "apt-get", "-qy", "install", "--download-only", *names)
    for path in archives.glob("*.deb"):
        shutil.move(path, directory)


def tree(release, arch, names, closure=False, without=()):
    """The directory in which the packages lie unpacked, as in a root; nothing may be changed in it.
    A package of the closure that is not wanted is named in without."""
    def make(path):
        download(release, arch, names, closure, path)
        for package in sorted(path.glob("*.deb")):
            if package.name.split("_")[0] not in without:
                subprocess.run(["dpkg", "-x", package, path / "root"], check=True)
            package.unlink()

    wishes = [release, arch, sorted(names), closure, sorted(without)]
    label = f"{release}-{arch}-{sorted(names)[0]}"
    return cache.entry(label, wishes, make) / "root"
