# SPDX-License-Identifier: MIT
"""The status: one snapshot of areas, boot entries and memory, copied from the library."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import _swapcfg
from ._enums import Backing, Boot, Reason, Severity
from ._spec import Spec, from_low
from ._text import as_path


@dataclass(frozen=True)
class Finding:
    """What a plan or a status found worth saying."""

    #: How much it weighs.
    severity: Severity
    #: What it is about.
    reason: Reason
    #: A sentence for a person: what is the matter, and what to do.
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.message}"


@dataclass(frozen=True)
class BootEntry:
    """A boot entry of an area."""

    #: The kind of it.
    kind: Boot
    #: The file that it stands in, inside the root.
    file: Path
    #: The line that it stands on, from 1.
    line: int
    #: Whether we wrote it, or may take it over. An entry of others is never changed.
    ours: bool


@dataclass(frozen=True)
class Area:
    """One swap area."""

    #: As the kernel or the boot entry names it.
    path: Path
    #: What it lies on.
    backing: Backing
    #: Whether the kernel uses it.
    active: bool
    #: Bytes of the file or the device.
    size: int
    #: Bytes in use; 0 if not active.
    used: int
    #: As the kernel shows it, negative where none was set; of an inactive area, what its boot entry
    #: sets, or PRIORITY_DEFAULT.
    priority: int
    #: The label in its header; "" for none.
    label: str
    #: The UUID in its header, 36 characters; "" for none.
    uuid: str
    #: The page size of its header; 0 where there is no swap header.
    page_size: int
    #: Its boot entries.
    boot: tuple[BootEntry, ...] = ()
    #: What is worth saying about it.
    findings: tuple[Finding, ...] = ()
    #: The spec whose plan mends what the findings say; None where nothing is to mend, or where that
    #: needs a decision.
    repair: Spec | None = None


@dataclass(frozen=True)
class Status:
    """A snapshot. Sizes are bytes; those of memory and swap are 0 for an offline context."""

    memory_total: int
    #: What programs could still get without swapping.
    memory_available: int
    swap_total: int
    swap_used: int
    #: Active ones in the kernel's order, then those named at boot, then others.
    areas: tuple[Area, ...]
    _json: str = field(repr=False, compare=False)

    def to_json(self) -> str:
        """The status as the library's JSON object; see swapcfg(1) for its keys."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """What to_json() gives, read."""
        document: dict[str, Any] = json.loads(self._json)
        return document


def finding(low: _swapcfg.Finding) -> Finding:
    return Finding(Severity(low.severity()), Reason(low.reason()), low.message())


def _boot_entry(low: _swapcfg.BootEntry) -> BootEntry:
    return BootEntry(Boot(low.kind()), as_path(low.file()), low.line(), low.is_ours())


def _area(low: _swapcfg.Area) -> Area:
    repair = low.repair()
    return Area(
        path=as_path(low.path()),
        backing=Backing(low.backing()),
        active=low.is_active(),
        size=low.size(),
        used=low.used(),
        priority=low.priority(),
        label=low.label(),
        uuid=low.uuid(),
        page_size=low.page_size(),
        boot=tuple(_boot_entry(low.boot(i)) for i in range(low.boot_count())),
        findings=tuple(finding(low.finding(i)) for i in range(low.finding_count())),
        repair=None if repair is None else from_low(repair),
    )


def status(low: _swapcfg.Status) -> Status:
    return Status(
        memory_total=low.memory_total(),
        memory_available=low.memory_available(),
        swap_total=low.swap_total(),
        swap_used=low.swap_used(),
        areas=tuple(_area(low.area(i)) for i in range(low.area_count())),
        _json=low.to_json(),
    )
