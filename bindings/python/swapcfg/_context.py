# SPDX-License-Identifier: MIT
"""The system that is worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from . import _swapcfg
from ._job import Job, Progress, with_progress
from ._plan import Plan
from ._spec import Spec, make_low
from ._status import Status, status
from ._text import StrOrBytesPath, as_path, path_bytes

_Verb = Callable[[_swapcfg.Spec, _swapcfg.Job, "Callable[[], object] | None"], None]


class Context:
    """The running system, or the tree of another one.

    With a root other than "/" it is *offline*: areas can be allocated, formatted and kept in the
    boot configuration below that directory, but not activated. All paths are then seen from inside
    of it; neither ".." nor a symbolic link leads out.

    It holds one descriptor, of the root, until close() or the end of `with`. It may be shared by
    any number of threads; a call that runs is not disturbed by close().
    """

    __slots__ = ("_handle",)

    def __init__(self, root: StrOrBytesPath | None = None) -> None:
        self._handle: _swapcfg.Context | None = None
        self._handle = _swapcfg.Context(None if root is None else path_bytes(root))

    @property
    def _low(self) -> _swapcfg.Context:
        if self._handle is None:
            raise ValueError("the context is closed")
        return self._handle

    def close(self) -> None:
        """Gives the descriptor back. All but another close() raises ValueError from now on."""
        self._handle = None

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._handle is None

    def __enter__(self) -> Context:
        if self._handle is None:
            raise ValueError("the context is closed")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def root(self) -> Path:
        """The root as it was given; "/" for the running system."""
        return as_path(self._low.root())

    @property
    def offline(self) -> bool:
        """Whether it is about a tree that is not running."""
        return self._low.is_offline()

    def plan(self, spec: Spec) -> Plan:
        """Finds what leads from what is to what is wanted; reads only.

        That something forbids the change is no failure: the plan then is not feasible, and its
        blockers say why. Raises SwapcfgError where it cannot find out.
        """
        return Plan(self, spec, self._low.plan(_spec(spec)))

    def query(self) -> Status:
        """What the kernel uses, what the boot configuration names, and memory.

        Areas that are neither active nor named by a boot entry are looked for in the usual places
        only (/swapfile, /data/swapfile); query_path() knows any other.
        """
        return status(self._low.query())

    def query_path(self, path: StrOrBytesPath) -> Status:
        """A snapshot that has exactly one area: the one of an absolute path, whatever is there."""
        return status(self._low.query_path(path_bytes(path)))

    def apply(
        self, plan: Plan, job: Job | None = None, progress: Progress | None = None
    ) -> None:
        """Carries out a plan as one transaction: on failure and on cancel, what was done is undone.

        The plan is made again first; where it comes out differently, nothing is done, and the
        reason is STALE_PLAN. A plan that is not feasible is refused with the reason of its first
        blocker. One writer at a time: where another is at work the reason is BUSY, at once or after
        the `wait` of the spec.

        Other threads run meanwhile. `progress` is called with the job in this thread; what it
        raises cancels the call, and so does Ctrl-C in the main thread: when all is undone, that
        exception is raised. It is raised as well where it came too late for that;
        job.state says whether all was done.
        """
        low = self._low
        if not isinstance(plan, Plan):
            raise TypeError(f"there has to be a Plan, not {type(plan).__name__}")
        if plan.context is not self:
            raise ValueError("the plan was made with another context")
        mine, told = with_progress(job, progress)
        low.apply(plan._low, mine._low, told)

    async def apply_async(
        self, plan: Plan, job: Job | None = None, progress: Progress | None = None
    ) -> None:
        """apply() in another thread, so that the event loop goes on.

        Cancelling the task cancels the job, and waits until all is undone. `progress` is called in
        that other thread; loop.call_soon_threadsafe() brings news from there.
        """
        mine, _ = with_progress(job, progress)
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(None, self.apply, plan, mine, progress)
        cancelled: asyncio.CancelledError | None = None
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                cancelled = error
                mine.cancel()
        if cancelled is None:
            return work.result()
        # Not the error of the library, but in its context: what could not be undone stands there.
        try:
            work.result()
        finally:
            raise cancelled

    def _run(self, verb: _Verb, spec: Spec, job: Job | None, progress: Progress | None) -> None:
        low = _spec(spec)
        mine, told = with_progress(job, progress)
        verb(low, mine._low, told)

    def allocate(
        self, spec: Spec, job: Job | None = None, progress: Progress | None = None
    ) -> None:
        """Takes the disk space of the spec's size: no holes, mode 0600, never over someone's data.

        Like all verbs it is a transaction, `job` and `progress` are those of apply(), and what is
        already so is success. State and boot of the spec are not looked at.
        """
        self._run(self._low.allocate, spec, job, progress)

    def format(self, spec: Spec, job: Job | None = None, progress: Progress | None = None) -> None:
        """Writes a swap header to a file or block device that exists.

        Refused where the target is in use, or holds anything but blanks or a swap area, unless
        forced; in use is never forced.
        """
        self._run(self._low.format, spec, job, progress)

    def activate(
        self, spec: Spec, job: Job | None = None, progress: Progress | None = None
    ) -> None:
        """Lets the kernel use a formatted area: swapon(2)."""
        self._run(self._low.activate, spec, job, progress)

    def deactivate(
        self, spec: Spec, job: Job | None = None, progress: Progress | None = None
    ) -> None:
        """Takes an area out of use: swapoff(2), in a child process that does nothing else.

        Where its pages do not fit into memory and the other areas, the reason is LOW_MEMORY and
        nothing is done; Flag.IGNORE_MEMORY tries it nevertheless.
        """
        self._run(self._low.deactivate, spec, job, progress)

    def persist(self, spec: Spec, job: Job | None = None, progress: Progress | None = None) -> None:
        """Writes the boot entry, so that the area comes back after a reboot."""
        self._run(self._low.persist, spec, job, progress)

    def forget(self, spec: Spec, job: Job | None = None, progress: Progress | None = None) -> None:
        """Removes the boot entries that we wrote for the path. Entries of others stay."""
        self._run(self._low.forget, spec, job, progress)

    def __repr__(self) -> str:
        where = "closed" if self._handle is None else str(self.root)
        return f"<swapcfg.Context {where}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Context cannot be copied or pickled")


def _spec(spec: Spec) -> _swapcfg.Spec:
    if not isinstance(spec, Spec):
        raise TypeError(f"there has to be a Spec, not {type(spec).__name__}")
    return make_low(spec)
