# SPDX-License-Identifier: MIT
"""The plan: what would be done, or what forbids it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import _swapcfg
from ._enums import Severity, StepKind
from ._job import Job, Progress
from ._spec import Spec
from ._status import Finding, finding
from ._text import as_path

if TYPE_CHECKING:
    from ._context import Context


@dataclass(frozen=True)
class Step:
    """One step of a plan."""

    #: What it does.
    kind: StepKind
    #: The file that it changes: the area, a temporary neighbour of it, or a boot file.
    path: Path
    #: The space it takes, the pages it drains, the area it activates; 0 where size has no meaning.
    bytes: int
    #: A short description for a person, such as "write a swap header to /swapfile".
    text: str

    def __str__(self) -> str:
        return self.text


class Plan:
    """An ordered list of steps and findings. Made by Context.plan(); never changes."""

    __slots__ = ("_context", "_findings", "_json", "_low", "_spec", "_steps")

    def __init__(self, context: Context, spec: Spec, low: _swapcfg.Plan) -> None:
        if not isinstance(low, _swapcfg.Plan):
            raise TypeError("Context.plan() makes plans")
        self._context = context
        self._spec = spec
        self._low = low
        self._steps = tuple(_step(low.step(i)) for i in range(low.step_count()))
        self._findings = tuple(finding(low.finding(i)) for i in range(low.finding_count()))
        self._json = low.to_json()

    @property
    def context(self) -> Context:
        """The context that it was made with."""
        return self._context

    @property
    def spec(self) -> Spec:
        """What it was made for."""
        return self._spec

    @property
    def feasible(self) -> bool:
        """Whether apply() would try it: no finding is a blocker."""
        return self._low.is_feasible()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What would be done, in this order. Empty and feasible: all is as wanted already."""
        return self._steps

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is worth saying; blockers come first, then warnings."""
        return self._findings

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """The findings that forbid it."""
        return tuple(it for it in self._findings if it.severity == Severity.BLOCKER)

    def apply(self, job: Job | None = None, progress: Progress | None = None) -> None:
        """Context.apply() of this plan."""
        self._context.apply(self, job, progress)

    async def apply_async(self, job: Job | None = None, progress: Progress | None = None) -> None:
        """Context.apply_async() of this plan."""
        await self._context.apply_async(self, job, progress)

    def to_json(self) -> str:
        """The plan as the library's JSON object."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """What to_json() gives, read."""
        document: dict[str, Any] = json.loads(self._json)
        return document

    def __repr__(self) -> str:
        steps = ", ".join(step.text for step in self._steps) or "nothing to do"
        return f"<swapcfg.Plan {steps if self.feasible else 'not feasible'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Plan cannot be copied or pickled")


def _step(low: _swapcfg.Step) -> Step:
    return Step(StepKind(low.kind()), as_path(low.path()), low.bytes(), low.text())
