# SPDX-License-Identifier: MIT
"""Creates an area at a path, shows it, removes it, in an environment that has the wheel only."""

import os
import sys

import swapcfg
from swapcfg import Boot, Spec, State


def is_active(path: str) -> bool:
    """As the kernel says it."""
    with open("/proc/swaps", encoding="utf-8") as file:
        return any(line.startswith(f"{path} ") for line in file)


def main() -> None:
    path = sys.argv[1]
    with swapcfg.Context() as context:
        context.plan(Spec(path, size="16M", state=State.ACTIVE)).apply()
        assert is_active(path)
        (area,) = context.query_path(path).areas
        assert area.active and area.size == 16 << 20 and os.path.getsize(path) == area.size
        context.plan(Spec(path, state=State.ABSENT, boot=Boot.NONE)).apply()
    assert not is_active(path)
    assert not os.path.exists(path)
    print(swapcfg.__file__)


main()
