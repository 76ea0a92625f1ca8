# SPDX-License-Identifier: MIT
"""What SWIG makes, which only the package calls: whatever is done to it, it does not crash."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import swapcfg
from helpers import WRONG
from swapcfg import Spec, State, _swapcfg


@pytest.fixture
def area(context: swapcfg.Context, place: Path) -> Iterator[str]:
    """An area with two boot entries, that is off, which is a finding and has a repair."""
    path = str(place / "swapfile")
    fstab = Path("/etc/fstab")
    before = fstab.read_bytes()
    context.plan(Spec(path, size="1M", state=State.FORMATTED)).apply()
    fstab.write_text(f"{path} none swap sw 0 0\n" * 2)
    yield path
    fstab.write_bytes(before)


def test_freed_parents(area: str) -> None:
    """A child keeps what it belongs to, whatever is dropped first."""
    context = _swapcfg.Context()
    status = context.query_path(area)
    low = status.area(0)
    entry = low.boot(0)
    finding = low.finding(0)
    repair = low.repair()
    spec = _swapcfg.Spec(area)
    spec.set_state(State.ABSENT)
    plan = context.plan(spec)
    step = plan.step(0)
    del context, status, spec, plan
    gc.collect()
    assert low.path() == area
    del low
    gc.collect()
    churn = [b"x" * size for size in range(16, 4096, 8)]  # what was freed is used again
    assert entry.file() == "/etc/fstab"
    assert _swapcfg.reason_name(finding.reason()) == "not-active"
    assert area in finding.message()
    assert step.path() == area
    assert repair is not None and repair.path() == area
    del churn


def low_objects(area: str) -> list[Any]:
    context = _swapcfg.Context()
    spec = _swapcfg.Spec(area)
    spec.set_state(State.ABSENT)
    plan = context.plan(spec)
    status = context.query_path(area)
    low = status.area(0)
    return [
        context, spec, plan, plan.step(0), _swapcfg.Job(), status, low, low.boot(0),
        low.finding(0),
    ]


@pytest.mark.parametrize("wrong", [*WRONG, -1, 1 << 70, float("nan"), True, "\udcff", b"\xff"])
def test_low_level_methods(area: str, wrong: Any) -> None:
    """Each method of each class, with anything as its arguments: an exception, or a result."""
    tried = 0
    for thing in low_objects(area):
        for name in dir(thing):
            if name.startswith("_") or name in ("acquire", "disown", "own", "append", "next"):
                continue
            method = getattr(thing, name)
            if not callable(method):
                continue
            for count in range(5):
                try:
                    method(*[wrong] * count)
                except (TypeError, ValueError, OverflowError, IndexError, OSError):
                    pass
                tried += 1
    assert tried > 300


@pytest.mark.parametrize("wrong", [*WRONG, -1, 1 << 70, True])
def test_low_level_functions(wrong: Any) -> None:
    for name in dir(_swapcfg):
        thing = getattr(_swapcfg, name)
        if name.startswith("_") or not callable(thing):
            continue
        for count in range(4):
            try:
                thing(*[wrong] * count)
            except (TypeError, ValueError, OverflowError, IndexError, OSError):
                pass


@pytest.mark.parametrize("name", [
    "Context", "Spec", "Plan", "Step", "Finding", "Job", "Status", "Area", "BootEntry",
])
def test_low_level_objects_that_are_none(name: str) -> None:
    """Of a class that was not initialised, as __new__() or a subclass may leave it."""
    kind = getattr(_swapcfg, name)
    derived = type("Derived", (kind,), {"__init__": lambda self: None})
    things = [derived()]
    try:
        things.append(kind.__new__(kind))
    except TypeError:
        pass  # what newer versions of SWIG make
    for thing in things:
        methods = [it for it in dir(kind) if not it.startswith("_")]
        for method in methods:
            called = getattr(thing, method)
            if not callable(called) or method in ("acquire", "disown", "own", "append", "next"):
                continue
            with pytest.raises(TypeError):
                called()
        repr(thing)
        hash(thing)


def test_low_level_wrong_handles(root: Path) -> None:
    low: Any = _swapcfg  # so that wrong types are not found sooner
    context, spec, job = low.Context(os.fsencode(root)), low.Spec("/area"), low.Job()
    plan = context.plan(spec)
    calls: list[Callable[[], object]] = [
        lambda: context.plan(plan), lambda: context.apply(spec), lambda: context.apply(plan, spec),
        lambda: context.allocate(plan), lambda: context.apply(plan, job, 5),
        lambda: context.plan(job), lambda: low.Context.plan(spec, spec),
        lambda: low.Spec.set_size(plan, 5), lambda: low.Plan(), lambda: low.Area(),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()
    for index in (1, 1 << 40, -1, 1 << 64):
        with pytest.raises((IndexError, OverflowError)):
            plan.step(index)


def test_once_made_is_made(root: Path) -> None:
    context = _swapcfg.Context(os.fsencode(root))
    with pytest.raises(RuntimeError):
        context.__init__(b"/")  # type: ignore[misc]
    assert context.root() == str(root)


def test_threads_share_a_low_spec(offline: swapcfg.Context) -> None:
    """What two threads do with one object is done by one of them, or is an error."""
    low, spec = offline._low, _swapcfg.Spec("/area")
    refused: list[int] = []
    problems: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(300):
                try:
                    spec.set_size(number << 20)
                    low.plan(spec)
                except swapcfg.SwapcfgError as error:
                    assert error.reason == swapcfg.Reason.BUSY
                    refused.append(number)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
