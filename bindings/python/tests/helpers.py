# SPDX-License-Identifier: MIT
"""What is not for pytest alone."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import swapcfg
from scratch import LOCK
from swapcfg import Job, JobState, State

LONG = 60  # seconds that a call would wait if nothing ended it
#: What is wrong nearly everywhere.
WRONG: list[Any] = [None, 5, 1.5, "text", b"bytes", object(), [], Job(), State.ACTIVE]


Busy = Callable[[], None]


@contextmanager
def another_writer() -> Iterator[Busy]:
    """Another writer is at work; what it gives ends that."""
    fd = os.open(LOCK, os.O_RDONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(fd, fcntl.LOCK_UN)
    finally:
        os.close(fd)


def waiting(path: Path) -> swapcfg.Spec:
    """What takes long while another writer is at work."""
    return swapcfg.Spec(path, size="8M", state=State.FORMATTED, wait=LONG)


def until_running(job: Job) -> None:
    while job.state != JobState.RUNNING:
        time.sleep(0.001)
