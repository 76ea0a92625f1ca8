# SPDX-License-Identifier: MIT
"""Devices whose clock does not feel how busy the host is, for scenarios that compare times."""

NANOSECONDS = 0  # as a power of two, of one instruction: a processor of 1000 MIPS, as on a NanoKVM


class Steady:
    """A machine whose clock counts instructions, and goes on in real time only while it idles."""

    def __init__(self, machine):
        self.machine = machine

    def command(self, control, console):
        return [*self.machine.command(control, console),
                "-icount", f"shift={NANOSECONDS},sleep=on"]


def boot(lab, **options):
    """lab.boot(), with such a clock."""
    device = lab.boot(on=False, **options)
    device.machine = Steady(device.machine)
    return device.power_on()
