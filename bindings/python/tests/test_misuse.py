# SPDX-License-Identifier: MIT
"""What is wrong is an error, never a crash: in the package, and in the low level below it."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import swapcfg
from helpers import WRONG
from swapcfg import Flag, Job, Spec, State, _swapcfg


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_types(offline: swapcfg.Context, wrong: Any) -> None:
    plan = offline.plan(Spec("/area"))
    calls: list[Callable[[], object]] = [
        lambda: offline.plan(wrong),
        lambda: offline.apply(wrong),
        lambda: offline.allocate(wrong),
        lambda: offline.format(wrong),
        lambda: offline.activate(wrong),
        lambda: offline.deactivate(wrong),
        lambda: offline.persist(wrong),
        lambda: offline.forget(wrong),
        lambda: Spec("/area", flags=[wrong]),
    ]
    if wrong is not None and not isinstance(wrong, Job):
        calls += [lambda: plan.apply(wrong), lambda: offline.allocate(Spec("/area"), wrong)]
    if wrong is not None:
        calls += [lambda: plan.apply(None, wrong)]
    if not isinstance(wrong, State):
        calls += [lambda: Spec("/area", state=wrong)]
    for name in ("boot", "discard", "endianness"):
        calls += [partial(Spec, "/area", **{name: wrong})]
    if not isinstance(wrong, (str, bytes)):
        calls += [
            lambda: Spec(wrong),
            lambda: offline.query_path(wrong),
            lambda: swapcfg.parse_size(wrong),
        ]
        if wrong is not None:
            calls += [lambda: swapcfg.Context(wrong), lambda: Spec("/area", label=wrong)]
    if not isinstance(wrong, (int, float, str, type(None))):
        calls += [lambda: Spec("/area", size=wrong), lambda: Spec("/area", offset=wrong)]
    if not isinstance(wrong, (int, float)):
        calls += [lambda: Spec("/area", wait=wrong), lambda: Spec("/area", priority=wrong)]
    for number, call in enumerate(calls):
        with pytest.raises(TypeError):
            call()
            pytest.fail(f"call {number} took {wrong!r}")


@pytest.mark.parametrize("name", ["size", "keep_free", "offset"])
@pytest.mark.parametrize("number", [-1, 1 << 64, -(1 << 70), 1 << 200])
def test_numbers_out_of_range(name: str, number: int) -> None:
    with pytest.raises(ValueError, match=name):
        Spec("/area", **{name: number})  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1.0, 1e300, float("nan"), True, "x", "-1", "64 M", ""])
def test_no_sizes(number: Any) -> None:
    with pytest.raises((TypeError, swapcfg.SwapcfgError)):
        Spec("/area", size=number)


def spec_with(values: dict[str, Any]) -> Spec:
    return Spec(**{"path": "/area", **values})


def test_values_out_of_range() -> None:
    wrong: dict[str, Any]
    for wrong in (
        {"priority": 32768}, {"priority": -3}, {"page_size": 4097}, {"page_size": 1 << 17},
        {"label": "x" * 16}, {"label": "ä" * 8}, {"uuid": "nonsense"}, {"state": State(49)},
        {"boot": swapcfg.Boot(1000)}, {"discard": swapcfg.Discard(1)},
        {"endianness": swapcfg.Endianness(7)}, {"path": ""}, {"path": "relative"},
        {"path": "/a/.."}, {"path": "/" + "a" * 5000}, {"size": "20000000000G"},
    ):
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            spec_with(wrong)
        assert caught.value.reason == swapcfg.Reason.INVALID_ARGUMENT
        assert caught.value.errno > 0
        assert caught.value.message
    for wrong in (
        {"priority": 1 << 31}, {"priority": 1 << 64}, {"page_size": -1}, {"page_size": 1 << 32},
        {"wait": -1}, {"wait": 1e9}, {"wait": float("inf")}, {"wait": float("nan")},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            spec_with(wrong)


@pytest.mark.parametrize("text", ["/a\0b", b"/a\0b", "\0"])
def test_null_bytes(offline: swapcfg.Context, text: Any) -> None:
    for call in (
        lambda: Spec(text), lambda: Spec("/area", label=text), lambda: Spec("/area", uuid=text),
        lambda: swapcfg.Context(text), lambda: offline.query_path(text),
        lambda: _swapcfg.Context(text), lambda: _swapcfg.Spec(text),
        lambda: _swapcfg.size_parse(text), lambda: _swapcfg.boot_from_name(text),
        lambda: _swapcfg.reason_from_name(text), lambda: offline._low.query_path(text),
        lambda: _swapcfg.Spec("/area").set_label(text), lambda: _swapcfg.Spec("/a").set_uuid(text),
    ):
        with pytest.raises((ValueError, TypeError)):
            call()
    with pytest.raises(swapcfg.SwapcfgError if isinstance(text, str) else TypeError):
        raise_null_size(text)


def raise_null_size(text: Any) -> None:
    """Text for a size goes through the library, which has to see all of it."""
    try:
        swapcfg.parse_size(text)
    except ValueError as error:
        raise swapcfg.SwapcfgError(22, str(error)) from error


def test_closed(root: Path) -> None:
    context = swapcfg.Context(root)
    plan = context.plan(Spec("/area", size="1M", state=State.FORMATTED))
    assert not context.closed
    context.close()
    context.close()
    assert context.closed
    calls: list[Callable[[], object]] = [
        lambda: context.root, lambda: context.offline, lambda: context.plan(Spec("/area")),
        context.query, lambda: context.query_path("/area"), plan.apply, context.__enter__,
        lambda: context.allocate(Spec("/area")), lambda: context.forget(Spec("/area")),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="closed"):
            call()
    assert "closed" in repr(context)
    assert plan.feasible and len(plan.steps) == 3
    assert sorted(os.listdir(root)) == ["etc"]


def test_half_made(root: Path) -> None:
    """A class whose __init__() failed, or was not called."""
    for kind in (swapcfg.Context, Job, swapcfg.Plan):
        thing = kind.__new__(kind)
        with pytest.raises(AttributeError):
            repr(thing)
        del thing
    with pytest.raises(TypeError):
        swapcfg.Plan(None, None, None)  # type: ignore[arg-type]


def test_another_context(offline: swapcfg.Context, root: Path) -> None:
    plan = offline.plan(Spec("/area"))
    with swapcfg.Context(root) as other:
        with pytest.raises(ValueError, match="another context"):
            other.apply(plan)


def test_no_copies(offline: swapcfg.Context) -> None:
    plan = offline.plan(Spec("/area"))
    for thing in (offline, plan, Job(), offline._low, plan._low):
        for make in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                make(thing)
    error = swapcfg.SwapcfgError(5, "no", swapcfg.Reason.IO, "format", "/x", ("left",), "{}")
    again = pickle.loads(pickle.dumps(error))
    for name in ("errno", "message", "reason", "step", "path", "left", "filename"):
        assert getattr(again, name) == getattr(error, name)
    assert again.to_json() == "{}"
    spec = Spec(Path("/area"), size="64M", flags=[Flag.FORCE])
    assert pickle.loads(pickle.dumps(spec)) == copy.deepcopy(spec) == spec
    status = offline.query()
    assert pickle.loads(pickle.dumps(status)) == status


def test_a_callback_that_calls_back(offline: swapcfg.Context, root: Path) -> None:
    """What it may not do fails, and what it may do works."""
    seen: list[str] = []

    def progress(job: Job) -> None:
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            offline.allocate(Spec("/other", size="1M", keep_free=0), job)
        seen.append(str(caught.value.reason))
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            plan.apply()
        seen.append(str(caught.value.reason))
        assert len(offline.query().areas) <= 1

    plan = offline.plan(Spec("/area", size="1M", state=State.FORMATTED, keep_free=0))
    plan.apply(progress=progress)
    assert set(seen) == {"busy"}


def test_callback_drops_everything(root: Path) -> None:
    """It deletes what the call works with; the call holds on to it."""
    things: dict[str, Any] = {"context": swapcfg.Context(root), "job": Job()}
    things["plan"] = things["context"].plan(
        Spec("/area", size="1M", state=State.FORMATTED, keep_free=0))

    def progress(job: Job) -> None:
        if things:
            things["context"].close()
        things.clear()
        gc.collect()

    things["plan"].apply(things["job"], progress)
    assert (root / "area").exists()


def test_gc_at_every_turn(offline: swapcfg.Context, root: Path) -> None:
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for number in range(10):
            spec = Spec(f"/area{number}", size="1M", state=State.FORMATTED, keep_free=0)
            offline.plan(spec).apply(progress=lambda job: None)
            assert len(offline.query_path(f"/area{number}").areas) == 1
            with pytest.raises(swapcfg.SwapcfgError):
                offline.activate(spec)
    finally:
        gc.set_threshold(*before)


def test_fork(offline: swapcfg.Context, root: Path) -> None:
    """A child may use what its parent made; each lets go of its own."""
    plan = offline.plan(Spec("/area", size="1M", state=State.FORMATTED, keep_free=0))
    job = Job()
    child = os.fork()
    if child == 0:
        try:
            plan.apply(job, lambda job: None)
            offline.close()
            os._exit(0 if job.state == swapcfg.JobState.DONE else 3)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert job.state == swapcfg.JobState.NEW
    assert offline.query_path("/area").areas[0].size == 1 << 20


def test_exit_while_a_thread_works(root: Path) -> None:
    """The interpreter ends while another thread is in a call: it waits for that thread, or, where
    it is a daemon, does not; neither is a crash."""
    for daemon in (False, True):
        program = f"""
import fcntl, os, threading, time, swapcfg
lock = os.open({str(root)!r}, os.O_RDONLY)
fcntl.flock(lock, fcntl.LOCK_EX)
context = swapcfg.Context({str(root)!r})
job = swapcfg.Job()
spec = swapcfg.Spec("/area", size="1M", wait=2, keep_free=0)
thread = threading.Thread(target=lambda: context.allocate(spec, job, lambda job: None),
                          daemon={daemon})
thread.start()
while job.state != swapcfg.JobState.RUNNING:
    time.sleep(0.001)
fcntl.flock(lock, fcntl.LOCK_UN)
"""
        done = subprocess.run([sys.executable, "-c", program], check=False)
        assert done.returncode == 0
