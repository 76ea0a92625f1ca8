# SPDX-License-Identifier: MIT
"""Other threads run while the library works, and share what may be shared."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import swapcfg
from helpers import LONG, Busy, until_running, waiting
from scratch import MIB
from swapcfg import Job, JobState, Reason, State


def verbs(context: swapcfg.Context, spec: swapcfg.Spec) -> dict[str, Callable[[], object]]:
    """Each method that works."""
    plan = context.plan(spec)
    return {
        "apply": plan.apply,
        "allocate": lambda: context.allocate(spec),
        "format": lambda: context.format(spec),
        "activate": lambda: context.activate(spec),
        "deactivate": lambda: context.deactivate(spec),
        "persist": lambda: context.persist(spec),
        "forget": lambda: context.forget(spec),
    }


@pytest.mark.parametrize("verb", [
    "apply", "allocate", "format", "activate", "deactivate", "persist", "forget",
])
def test_others_run_meanwhile(
    context: swapcfg.Context, place: Path, busy: Busy, verb: str
) -> None:
    """Only another thread can end what it waits for."""
    count = 0

    def work() -> None:
        nonlocal count
        for _ in range(1000):
            count += 1
        busy()

    call = verbs(context, waiting(place / "area"))[verb]
    thread = threading.Thread(target=work)
    thread.start()
    try:
        call()
    except swapcfg.SwapcfgError as error:
        assert error.reason in (Reason.MISSING, Reason.STALE_PLAN), error
    thread.join()
    assert count == 1000


def lets_go(call: Callable[[], object], tries: int) -> bool:
    """Whether another thread that waits for the GIL gets it during a call. Nobody gets it by the
    clock, as an interval is longer than the test."""
    go, ran, end = threading.Lock(), [0], [False]
    go.acquire()

    def wait() -> None:
        while True:
            go.acquire()
            if end[0]:
                return
            ran[0] += 1

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=wait)
    thread.start()
    sys.setswitchinterval(1000)
    found = False
    try:
        for _ in range(tries):
            before = ran[0]
            go.release()
            call()
            found = found or ran[0] != before
            if found:
                break
            # Where it did not run in the call, it does so now.
            while ran[0] == before:
                time.sleep(0.0001)
    finally:
        sys.setswitchinterval(interval)
        end[0] = True
        try:
            go.release()
        except RuntimeError:
            pass
        thread.join()
    return found


def test_looking_lets_go(context: swapcfg.Context, place: Path) -> None:
    spec = swapcfg.Spec(place / "area", size="8M", state=State.ACTIVE)
    low, low_spec = context._low, swapcfg._spec.make_low(spec)
    assert lets_go(lambda: low.plan(low_spec), 500)
    assert lets_go(low.query, 500)
    assert lets_go(lambda: low.query_path(os.fsencode(place / "area")), 500)
    assert lets_go(lambda: swapcfg.Context("/etc").close(), 500)
    assert not lets_go(low.root, 500)  # or the question would say nothing


def test_one_job_serves_one_call(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    """So does one plan."""
    job = Job()
    plan = context.plan(waiting(place / "area"))
    thread = threading.Thread(target=plan.apply, args=(job,))
    thread.start()
    until_running(job)
    seconds: list[Callable[[], object]] = [
        lambda: context.allocate(waiting(place / "other"), job),
        lambda: context.allocate(waiting(place / "other"), job, lambda _: None),
        plan.apply,
    ]
    for second in seconds:
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            second()
        assert (caught.value.errno, caught.value.reason) == (errno.EBUSY, Reason.BUSY)
    assert (plan.feasible, len(plan.steps)) == (True, 3)  # looking is no use of it
    busy()
    thread.join()
    assert job.state == JobState.DONE
    context.allocate(swapcfg.Spec(place / "other", size="8M"), job)  # one after the other


def test_close_in_another_thread(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    job = Job()

    def close() -> None:
        until_running(job)
        context.close()
        busy()

    plan = context.plan(waiting(place / "area"))
    thread = threading.Thread(target=close)
    thread.start()
    plan.apply(job)
    thread.join()
    assert job.state == JobState.DONE
    with pytest.raises(ValueError, match="closed"):
        plan.apply()


def test_many_threads(offline: swapcfg.Context, root: Path) -> None:
    """One context, many threads, each with an area of its own."""
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            spec = swapcfg.Spec(f"/area{number}", size="1M", state=State.FORMATTED, keep_free=0,
                                wait=LONG)
            for _ in range(5):
                offline.plan(spec).apply(progress=lambda job: None)
                assert offline.query_path(f"/area{number}").areas[0].size == MIB
                offline.plan(swapcfg.Spec(f"/area{number}", state=State.ABSENT, wait=LONG)).apply()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(os.listdir(root)) == ["etc"]
