# SPDX-License-Identifier: MIT
"""Plan, make, use, keep, query and remove Linux swap areas.

    import swapcfg

    with swapcfg.Context() as context:
        spec = swapcfg.Spec("/swapfile", size="128M", state=swapcfg.State.ACTIVE)
        context.plan(spec).apply()

A Spec says where an area should end up, a Plan what leads there, and applying it is a transaction.
Everything that fails raises SwapcfgError, an OSError with a Reason.
"""

from . import _swapcfg
from ._context import Context
from ._enums import (
    Backing,
    Boot,
    Discard,
    Endianness,
    Flag,
    JobState,
    Reason,
    Severity,
    State,
    StepKind,
)
from ._error import SwapcfgError
from ._job import Job, Progress
from ._plan import Plan, Step
from ._spec import LABEL_MAX, PRIORITY_DEFAULT, PRIORITY_KEEP, PRIORITY_MAX, Spec
from ._status import Area, BootEntry, Finding, Status
from ._text import Size, StrOrBytesPath, parse_size


def version() -> str:
    """The version of the library, such as "0.1.0"."""
    return _swapcfg.version()


__all__ = [
    "LABEL_MAX",
    "PRIORITY_DEFAULT",
    "PRIORITY_KEEP",
    "PRIORITY_MAX",
    "Area",
    "Backing",
    "Boot",
    "BootEntry",
    "Context",
    "Discard",
    "Endianness",
    "Finding",
    "Flag",
    "Job",
    "JobState",
    "Plan",
    "Progress",
    "Reason",
    "Severity",
    "Size",
    "Spec",
    "State",
    "Status",
    "Step",
    "StepKind",
    "StrOrBytesPath",
    "SwapcfgError",
    "parse_size",
    "version",
]
