# SPDX-License-Identifier: MIT
"""A device for a person: its serial port is the terminal."""

import shutil
import subprocess
from pathlib import Path

from labkit import kernels, qemu, roots
from labkit.scenario import MODELS, TOP, Lab


def run(args):
    """Boots a device on this terminal; the user is root, without a password."""
    model = MODELS[args.device]
    directory = TOP / "build/lab" / f"shell-{model.name}"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    card = Path(args.card) if args.card else Lab(model, directory).card()
    machine = qemu.Machine(
        model.arch, kernels.image(model.arch),
        kernels.initramfs(model.arch, roots.busybox(model.arch), args.modules.split()), card,
        args.mem or model.memory)
    print(f"the card is {card}; log in as root; Ctrl-A X switches the device off")
    return subprocess.run(machine.interactive(), check=False).returncode
