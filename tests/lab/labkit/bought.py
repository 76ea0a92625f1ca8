# SPDX-License-Identifier: MIT
"""A device as it is bought: nothing of this project is on it, and what it has in /etc stays so."""


def without_ours(root):
    """Takes away what the lab puts on its devices."""
    for name in ("swapcfg", "hog"):
        (root / "usr/bin" / name).unlink()


def configuration(dev):
    """The files and links below /etc, with their checksums."""
    return dev.run("cd /etc && find . -type f -o -type l | sort | xargs sha256sum").out
