# SPDX-License-Identifier: MIT
"""What is wanted of one area."""

from __future__ import annotations

import os
import uuid as uuid_module
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TypeVar

from . import _swapcfg
from ._enums import Boot, Discard, Endianness, Flag, State
from ._text import Size, StrOrBytesPath, path_bytes, size_bytes, whole_number

PRIORITY_MAX: int = _swapcfg.PRIORITY_MAX
PRIORITY_DEFAULT: int = _swapcfg.PRIORITY_DEFAULT
PRIORITY_KEEP: int = _swapcfg.PRIORITY_KEEP
LABEL_MAX: int = _swapcfg.LABEL_MAX

_E = TypeVar("_E", bound=IntEnum)


@dataclass(frozen=True)
class Spec:
    """Where an area should end up; not what to do. Context.plan() finds the difference to what is
    there, so that asking twice does nothing the second time, and asking with another size is a
    resize.

    A value that is out of range raises here, SwapcfgError or ValueError, and a wrong type
    TypeError. A spec never changes; dataclasses.replace() makes another one.
    """

    #: Absolute path of the file or block device, seen from inside the context's root.
    path: StrOrBytesPath
    #: The size of the file, or how much of a device is used: bytes, or text such as "128M". None:
    #: as it is.
    size: Size | None = None
    #: How far the area should be taken.
    state: State = State.KEEP
    #: Which boot entry it should have.
    boot: Boot = Boot.KEEP
    #: 0 to PRIORITY_MAX, higher is used first; PRIORITY_DEFAULT: below all set ones;
    #: PRIORITY_KEEP: what it has.
    priority: int = PRIORITY_KEEP
    #: The discard policy.
    discard: Discard = Discard.KEEP
    #: At most LABEL_MAX bytes; "" for none; None: the one that is there.
    label: str | bytes | None = None
    #: A UUID, "clear", "random"; None: the one that is there, or a random one.
    uuid: str | uuid_module.UUID | None = None
    #: How much of the file system must stay free. None: the larger of 64 MiB and 5 %.
    keep_free: Size | None = None
    #: Page size of the system that will use the area, 4096 to 65536. None: this machine's.
    page_size: int | None = None
    #: Byte order of the system that will use the area.
    endianness: Endianness = Endianness.NATIVE
    #: Where in the target the area begins. Such an area can be formatted only.
    offset: Size = 0
    #: How long to wait while another writer is at work: seconds, or a timedelta.
    wait: float | timedelta = 0
    #: Consents and conditions.
    flags: Collection[Flag] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "flags", _flags(self.flags))
        make_low(self)


def _flags(flags: Collection[Flag]) -> frozenset[Flag]:
    if isinstance(flags, (str, bytes)):
        raise TypeError("flags has to be a collection of Flag")
    return frozenset(_member(flag, Flag, "a flag") for flag in flags)


def _member(value: _E, kind: type[_E], what: str) -> _E:
    if not isinstance(value, kind):
        raise TypeError(f"{what} has to be a {kind.__name__}, not {type(value).__name__}")
    return value


def _milliseconds(wait: float | timedelta) -> int:
    if isinstance(wait, timedelta):
        wait = wait.total_seconds()
    if isinstance(wait, bool) or not isinstance(wait, (int, float)):
        raise TypeError(f"wait has to be seconds or a timedelta, not {type(wait).__name__}")
    if not 0 <= wait * 1000 <= (1 << 32) - 1:
        raise ValueError(f"wait has to be from 0 to {(1 << 32) // 1000} seconds, not {wait}")
    return round(wait * 1000)


def _number(value: int, low: int, high: int, what: str) -> int:
    number = whole_number(value, what)
    if not low <= number <= high:
        raise ValueError(f"{what} has to be from {low} to {high}, not {number}")
    return number


def _label(label: str | bytes) -> bytes:
    if not isinstance(label, (str, bytes)):
        raise TypeError(f"label has to be str or bytes, not {type(label).__name__}")
    encoded = os.fsencode(label)
    if b"\0" in encoded:
        raise ValueError("label has a null byte in it")
    return encoded


def make_low(spec: Spec) -> _swapcfg.Spec:
    """The library's spec, made anew for each call: so it belongs to one thread."""
    low = _swapcfg.Spec(path_bytes(spec.path))
    low.set_state(_member(spec.state, State, "state"))
    low.set_boot(_member(spec.boot, Boot, "boot"))
    low.set_discard(_member(spec.discard, Discard, "discard"))
    low.set_endianness(_member(spec.endianness, Endianness, "endianness"))
    low.set_priority(_number(spec.priority, -(1 << 31), (1 << 31) - 1, "priority"))
    low.set_offset(size_bytes(spec.offset, "offset"))
    low.set_wait(_milliseconds(spec.wait))
    if spec.size is not None:
        low.set_size(size_bytes(spec.size, "size"))
    if spec.label is not None:
        low.set_label(_label(spec.label))
    if spec.uuid is not None:
        if not isinstance(spec.uuid, (str, uuid_module.UUID)):
            raise TypeError(f"uuid has to be text or a UUID, not {type(spec.uuid).__name__}")
        low.set_uuid(str(spec.uuid))
    if spec.keep_free is not None:
        low.set_keep_free(size_bytes(spec.keep_free, "keep_free"))
    if spec.page_size is not None:
        low.set_page_size(_number(spec.page_size, 0, (1 << 32) - 1, "page_size"))
    for flag in spec.flags:
        low.set_flag(flag, True)
    return low


def from_low(low: _swapcfg.Spec) -> Spec:
    """The spec that the library made: that of a repair. It sets nothing else."""
    return Spec(
        low.path(),
        size=low.size() or None,
        state=State(low.state()),
        boot=Boot(low.boot()),
        priority=low.priority(),
        discard=Discard(low.discard()),
    )
