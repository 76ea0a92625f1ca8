# SPDX-License-Identifier: MIT
"""Nothing is kept: no reference, no object, no memory, no descriptor, however a call ends."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import swapcfg
from swapcfg import Job, Spec, State, _swapcfg

PAGE = os.sysconf("SC_PAGE_SIZE")
# A sanitizer keeps freed memory for a while, to find who still uses it.
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


class Callback:
    """Counts how many there are."""

    alive = 0

    def __init__(self, raises: type[BaseException] | None = None) -> None:
        Callback.alive += 1
        self.raises = raises

    def __call__(self, job: Job) -> None:
        if self.raises:
            raise self.raises("from a callback")

    def __del__(self) -> None:
        Callback.alive -= 1


def failing(call: Callable[[], object], *kinds: type[BaseException]) -> None:
    try:
        call()
    except kinds:
        return
    pytest.fail("it did not fail")


def round_of_all(context: swapcfg.Context, root: Path) -> None:
    """Each way that a call can end."""
    spec = Spec("/area", size="64K", state=State.FORMATTED, keep_free=0, label="x")
    plan = context.plan(spec)
    plan.apply(progress=Callback())
    context.query()
    context.query_path("/area")
    context.plan(Spec("/area", state=State.ABSENT)).apply(Job(), Callback())
    failing(lambda: plan.apply(progress=Callback(ValueError)), ValueError)
    failing(lambda: context.activate(spec, progress=Callback()), swapcfg.SwapcfgError)
    failing(lambda: context.allocate(spec, Job(), Callback(KeyboardInterrupt)), KeyboardInterrupt)
    failing(lambda: context.query_path("relative"), swapcfg.SwapcfgError)
    failing(lambda: swapcfg.Context("/nonexistent"), swapcfg.SwapcfgError)
    failing(lambda: Spec("relative"), swapcfg.SwapcfgError)
    failing(lambda: Spec("/a\0"), ValueError)
    failing(lambda: _swapcfg.Spec(5), TypeError)  # type: ignore[arg-type]
    failing(lambda: context._low.plan(None), TypeError)  # type: ignore[arg-type]
    failing(lambda: plan._low.step(99), IndexError)
    failing(lambda: swapcfg.parse_size("x"), swapcfg.SwapcfgError)
    swapcfg.Context(root).close()
    swapcfg.Context(root)


def test_nothing_is_kept(offline: swapcfg.Context, root: Path) -> None:
    rounds = 60 if SANITIZED else 300
    for _ in range(rounds):  # caches fill up
        round_of_all(offline, root)
    gc.collect()
    objects, memory = len(gc.get_objects()), resident()
    descriptors = len(os.listdir("/proc/self/fd"))
    nones = sys.getrefcount(None)
    for _ in range(rounds):
        round_of_all(offline, root)
    gc.collect()
    assert Callback.alive == 0
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert abs(len(gc.get_objects()) - objects) < 100
    assert abs(sys.getrefcount(None) - nones) < 100
    if not SANITIZED:
        # A hundred bytes of one way to end, kept each time, are more.
        assert resident() - memory < 300 * 100
        print(f"# figure: {rounds * 19} calls kept {resident() - memory} bytes")


def test_references_of_arguments(offline: swapcfg.Context) -> None:
    """Each as often as before, however the call ends."""
    low = offline._low
    path, label, job = b"/area" * 3, b"label" * 2, _swapcfg.Job()
    spec = _swapcfg.Spec(path)
    plan = low.plan(spec)

    def hook() -> None:
        raise LookupError

    things = [path, label, job, spec, plan, low, hook]
    before = [sys.getrefcount(thing) for thing in things]
    for _ in range(50):
        _swapcfg.Spec(path)
        spec.set_label(label)
        failing(lambda: low.allocate(spec, job, hook), swapcfg.SwapcfgError, LookupError)
        failing(lambda: low.apply(plan, job, None), swapcfg.SwapcfgError)
        failing(lambda: low.apply(plan, job, 5), TypeError)  # type: ignore[arg-type]
    assert [sys.getrefcount(thing) for thing in things] == before
