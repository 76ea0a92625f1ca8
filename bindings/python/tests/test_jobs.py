# SPDX-License-Identifier: MIT
"""Progress, cancel, Ctrl-C, other threads, asyncio."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import threading
from pathlib import Path

import pytest
import swapcfg
from helpers import LONG, Busy, until_running, waiting
from scratch import MIB, swaps
from swapcfg import Job, JobState, Reason, State, StepKind


def test_progress(context: swapcfg.Context, slow_place: Path) -> None:
    seen: list[tuple[JobState, StepKind, int, int]] = []
    threads = set()
    mine = Job()
    assert (mine.state, mine.step, mine.cancelled) == (JobState.NEW, StepKind.NONE, False)

    def progress(job: Job) -> None:
        assert job is mine
        threads.add(threading.get_ident())
        seen.append((job.state, job.step, job.done, job.total))

    spec = swapcfg.Spec(slow_place / "area", size="160M", state=State.ACTIVE)
    context.plan(spec).apply(mine, progress)
    assert threads == {threading.get_ident()}
    steps = [step for _, step, _, _ in seen]
    assert list(dict.fromkeys(steps)) == [
        StepKind.ALLOCATE, StepKind.FORMAT, StepKind.PUBLISH, StepKind.ACTIVATE,
    ]
    space = [(done, total) for _, step, done, total in seen if step == StepKind.ALLOCATE]
    assert space == sorted(space)
    assert all(0 <= done <= total == 160 * MIB for done, total in space)
    assert seen[-1][0] == JobState.DONE
    assert (mine.state, mine.step) == (JobState.DONE, StepKind.ACTIVATE)
    context.deactivate(spec)


def test_progress_without_a_job(context: swapcfg.Context, place: Path) -> None:
    jobs: set[Job] = set()
    context.allocate(swapcfg.Spec(place / "area", size="8M"), progress=jobs.add)
    (job,) = jobs
    assert job.state == JobState.DONE


def test_cancel_from_the_callback(context: swapcfg.Context, slow_place: Path) -> None:
    spec = swapcfg.Spec(slow_place / "area", size="64M", state=State.ACTIVE)
    job = Job()

    def progress(job: Job) -> None:
        if job.step == StepKind.PUBLISH:
            job.cancel()

    with pytest.raises(swapcfg.SwapcfgError) as caught:
        context.plan(spec).apply(job, progress)
    assert (caught.value.errno, caught.value.reason) == (errno.ECANCELED, Reason.CANCELLED)
    assert caught.value.left == ()
    assert (job.state, job.cancelled) == (JobState.FAILED, True)
    assert os.listdir(slow_place) == []  # undone

    with pytest.raises(swapcfg.SwapcfgError) as caught:
        context.plan(spec).apply(job)  # a cancelled job stays so
    assert caught.value.reason == Reason.CANCELLED
    assert os.listdir(slow_place) == []


def test_cancel_from_another_thread(
    context: swapcfg.Context, place: Path, busy: Busy
) -> None:
    job = Job()

    def cancel() -> None:
        until_running(job)
        job.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        context.plan(waiting(place / "area")).apply(job)
    thread.join()
    assert caught.value.reason == Reason.CANCELLED


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_a_callback_raises(
    context: swapcfg.Context, slow_place: Path, kind: type[BaseException]
) -> None:
    calls = 0

    def progress(job: Job) -> None:
        nonlocal calls
        calls += 1
        if job.step == StepKind.ACTIVATE:
            raise kind("from the callback")

    spec = swapcfg.Spec(slow_place / "area", size="64M", state=State.ACTIVE)
    job = Job()
    with pytest.raises(kind, match="from the callback") as caught:
        context.plan(spec).apply(job, progress)
    assert caught.value.__context__ is None  # all is undone: there is nothing more to say
    assert caught.traceback[-1].name == "progress"
    assert calls >= 4
    assert job.state == JobState.FAILED
    assert os.listdir(slow_place) == []
    assert str(slow_place / "area") not in swaps()


def test_raised_too_late(context: swapcfg.Context, place: Path) -> None:
    """When all is done there is nothing to cancel; it is raised nevertheless."""

    def progress(job: Job) -> None:
        if job.state == JobState.DONE:
            raise ValueError("late")

    job = Job()
    with pytest.raises(ValueError, match="late"):
        context.allocate(swapcfg.Spec(place / "area", size="8M"), job, progress)
    assert job.state == JobState.DONE
    assert (place / "area").exists()


@pytest.mark.parametrize("with_callback", [False, True])
def test_control_c(
    context: swapcfg.Context, place: Path, busy: Busy, with_callback: bool
) -> None:
    """In the main thread of a program that waits in the call, and does nothing in Python."""
    job = Job()

    def interrupt() -> None:
        until_running(job)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        context.plan(waiting(place / "area")).apply(
            job, (lambda _: None) if with_callback else None
        )
    thread.join()
    assert job.state == JobState.FAILED
    assert os.listdir(place) == []


def test_control_c_undoes(context: swapcfg.Context, slow_place: Path) -> None:
    """The signal comes while a step is done; nothing of it is left."""
    sent = False

    def progress(job: Job) -> None:
        nonlocal sent
        if job.step == StepKind.ACTIVATE and not sent:
            sent = True
            os.kill(os.getpid(), signal.SIGINT)

    spec = swapcfg.Spec(slow_place / "area", size="64M", state=State.ACTIVE)
    with pytest.raises(KeyboardInterrupt):
        context.plan(spec).apply(progress=progress)
    assert os.listdir(slow_place) == []


def test_other_signals_are_handled(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    """A handler in Python runs while the call waits, which goes on."""
    handled = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: handled.set())
    job = Job()

    def send() -> None:
        until_running(job)
        os.kill(os.getpid(), signal.SIGUSR1)
        assert handled.wait(LONG / 4)
        busy()

    thread = threading.Thread(target=send)
    try:
        thread.start()
        context.plan(waiting(place / "area")).apply(job)
        thread.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert job.state == JobState.DONE


def test_async(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    """The loop goes on meanwhile."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while ticks < 20:
            ticks += 1
            await asyncio.sleep(0.001)
        busy()

    async def main() -> None:
        plan = context.plan(waiting(place / "area"))
        job = Job()
        await asyncio.gather(tick(), plan.apply_async(job))
        assert job.state == JobState.DONE
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            await plan.apply_async()
        assert caught.value.reason == Reason.STALE_PLAN

    asyncio.run(main())
    assert ticks == 20


def test_async_cancel(context: swapcfg.Context, slow_place: Path) -> None:
    """Cancelling the task waits until all is undone."""
    reached = threading.Event()
    go_on = threading.Event()

    def progress(job: Job) -> None:
        if job.step == StepKind.ACTIVATE and job.state == JobState.RUNNING:
            reached.set()
            assert go_on.wait(LONG / 4)

    async def main() -> None:
        job = Job()
        spec = swapcfg.Spec(slow_place / "area", size="64M", state=State.ACTIVE)
        task = asyncio.create_task(context.plan(spec).apply_async(job, progress))
        while not reached.is_set():
            await asyncio.sleep(0.001)
        assert (slow_place / "area").exists()
        task.cancel()
        await asyncio.sleep(0.01)
        assert job.cancelled
        assert not task.done()
        task.cancel()  # impatience changes nothing
        await asyncio.sleep(0.01)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert task.cancelled()
        assert job.state == JobState.FAILED
        del caught

    asyncio.run(main())
    assert os.listdir(slow_place) == []


def test_async_timeout(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(context.plan(waiting(place / "area")).apply_async(), 0.1)

    asyncio.run(main())
    assert os.listdir(place) == []
