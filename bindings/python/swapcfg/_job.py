# SPDX-License-Identifier: MIT
"""Progress and cancel of one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from . import _swapcfg
from ._enums import JobState, StepKind


class Job:
    """Progress and cancel of one call at a time. All of it may be used from any thread.

    A call is told of its job with `job=`. A job that was cancelled stays so.
    """

    __slots__ = ("_low",)

    def __init__(self) -> None:
        self._low = _swapcfg.Job()

    def cancel(self) -> None:
        """Asks the running call to stop and to undo what it did; it then raises SwapcfgError with
        Reason.CANCELLED. Does not wait for that."""
        self._low.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether cancel() was called."""
        return self._low.is_cancelled()

    @property
    def state(self) -> JobState:
        """Where the job stands."""
        return JobState(self._low.state())

    @property
    def step(self) -> StepKind:
        """The step that is being done, or was last; StepKind.NONE before the first one."""
        return StepKind(self._low.step())

    @property
    def done(self) -> int:
        """How many bytes of the step are done, in units of 4096."""
        return self._low.done()

    @property
    def total(self) -> int:
        """How many bytes the step has; 0 where it has no length."""
        return self._low.total()

    def __repr__(self) -> str:
        return f"<swapcfg.Job {self.state}: {self.step}, {self.done} of {self.total} bytes>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Job cannot be copied or pickled")


#: Told of progress, in the thread that runs the call: when a step begins, a few times a second, and
#: when it ends. What it raises cancels the call, which raises that when all is undone.
Progress = Callable[[Job], object]


def with_progress(
    job: Job | None, progress: Progress | None
) -> tuple[Job, Callable[[], object] | None]:
    """The job of a call, and what the low level calls."""
    if job is not None and not isinstance(job, Job):
        raise TypeError(f"job has to be a Job, not {type(job).__name__}")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress has to be callable, not {type(progress).__name__}")
    mine = Job() if job is None else job
    if progress is None:
        return mine, None
    told = progress
    return mine, lambda: told(mine)
