# SPDX-License-Identifier: MIT
"""What the tests share."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import swapcfg
from helpers import LONG, Busy, another_writer
from scratch import MIB, Scratch, command, swapoff

SCRATCH = pytest.StashKey[Scratch]()


def pytest_configure(config: pytest.Config) -> None:
    """Before anything runs, so that no thread is left outside of the namespace."""
    config.stash[SCRATCH] = Scratch()
    # Even where a shell began this in the background, with the signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A test that is ended by sys.exit() has failed, and the next one begins.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: pytest.exit(f"signal {number}"))


@pytest.fixture(scope="session")
def scratch(request: pytest.FixtureRequest) -> Scratch:
    return request.config.stash[SCRATCH]


@pytest.fixture(scope="session")
def disk(scratch: Scratch) -> Path:
    """An ext4 file system."""
    return scratch.mounted("ext4", 400 * MIB)


@pytest.fixture(scope="session")
def slow_disk(scratch: Scratch) -> Path:
    """A file system where space is taken by writing zeros: long enough to be told of it."""
    return scratch.mounted("ext2", 400 * MIB)


@pytest.fixture
def place(disk: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A new directory on the disk; no area is left active in it."""
    directory = disk / str(len(os.listdir(disk)))
    directory.mkdir(mode=0o755)
    yield directory
    _no_area_below(directory)


@pytest.fixture
def slow_place(slow_disk: Path) -> Iterator[Path]:
    directory = slow_disk / str(len(os.listdir(slow_disk)))
    directory.mkdir(mode=0o755)
    yield directory
    _no_area_below(directory)
    command("rm", "-rf", directory)


def _no_area_below(directory: Path) -> None:
    """A test that failed may leave one active, and must not spoil the next."""
    with swapcfg.Context() as context:
        for area in context.query().areas:
            if str(area.path).startswith(f"{directory}/") and area.active:
                swapoff(str(area.path))


@pytest.fixture
def context() -> Iterator[swapcfg.Context]:
    with swapcfg.Context() as it:
        yield it


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory, scratch: Scratch, place: Path) -> Path:
    """The root of an offline system, on a disk."""
    (place / "etc").mkdir()
    (place / "etc/fstab").write_text("")
    return place


@pytest.fixture
def offline(root: Path) -> Iterator[swapcfg.Context]:
    with swapcfg.Context(root) as it:
        yield it


@pytest.fixture
def busy() -> Iterator[Busy]:
    with another_writer() as end:
        yield end


@pytest.fixture(autouse=True)
def nothing_is_left(scratch: Scratch) -> Iterator[None]:
    """Of each test: no area stays active, no descriptor stays open."""
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    yield
    gc.collect()
    assert scratch.areas() == []
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.fixture(autouse=True)
def takes_not_long() -> Iterator[None]:
    """Nothing here waits to its end."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < LONG / 2
