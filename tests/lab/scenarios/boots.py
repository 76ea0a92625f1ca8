# SPDX-License-Identifier: MIT
"""What was made is there after a reboot, and what was removed is gone without a trace."""

from labkit.scenario import scenario


@scenario(ci=True)
def comes_back(lab):
    """Areas on /swapfile and /data/swapfile are active after a reboot."""
    with lab.boot() as dev:
        for path in ("/swapfile", "/data/swapfile"):
            dev.run(f"swapcfg create {path} --size 16M")
        dev.reboot()
        assert {"/swapfile", "/data/swapfile"} <= set(dev.swaps()), dev.swaps()
