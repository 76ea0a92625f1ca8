# SPDX-License-Identifier: MIT
"""What went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import _swapcfg
from ._enums import Reason
from ._text import as_path


class SwapcfgError(OSError):
    """What a call of the library failed with. `errno` is always set, as in any OSError.

    str() of it is `message`. A finding that forbids a plan is none: see Plan.blockers.
    """

    #: What the kernel says, or what comes closest; positive.
    errno: int
    #: Why it failed.
    reason: Reason
    #: The step that failed: the name of a StepKind, or "plan" before any step ran.
    step: str
    #: The path that it is about, as seen inside the context's root; None where it is about none.
    path: Path | None
    #: A sentence for a person: what failed, and what to do.
    message: str
    #: What could not be undone, a sentence for each; empty: all is as it was before the call.
    left: tuple[str, ...]

    def __init__(
        self,
        errno: int,
        message: str,
        reason: int = Reason.SYSTEM,
        step: str = "plan",
        path: str | None = None,
        left: tuple[str, ...] = (),
        json: str | None = None,
    ) -> None:
        super().__init__(errno, message)
        self.filename = path
        self.reason = Reason(reason)
        self.step = step
        self.path = None if path is None else as_path(path)
        self.message = message
        self.left = left
        self._json = json

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (
            self.errno, self.message, int(self.reason), self.step, self.filename, self.left,
            self._json,
        )

    def to_json(self) -> str | None:
        """The error as the library's JSON object; None where the library did not make it: a value
        of a spec was out of range, or an object was in use by another thread."""
        return self._json


_swapcfg._set_error_class(SwapcfgError)
