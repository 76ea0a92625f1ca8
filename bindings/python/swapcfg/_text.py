# SPDX-License-Identifier: MIT
"""Paths, sizes and text, as Python has them and as the library takes them."""

from __future__ import annotations

import operator
import os
from pathlib import Path
from typing import SupportsIndex

from . import _swapcfg

#: A path: text, bytes, or anything with __fspath__(), such as pathlib.Path.
StrOrBytesPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
#: A size: bytes as a number, or text such as "128M".
Size = int | str


def path_bytes(path: StrOrBytesPath) -> bytes:
    """The bytes of a path, which has none that is null."""
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise ValueError("a path has a null byte in it")
    return encoded


def as_path(text: str) -> Path:
    """What the library says of a path. os.fsencode() of it gives the same bytes again."""
    return Path(text)


def whole_number(value: SupportsIndex, what: str) -> int:
    """An int, or what is as good as one; not a bool, which is a mistake here."""
    if isinstance(value, bool):
        raise TypeError(f"{what} has to be a number, not bool")
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} has to be a number, not {type(value).__name__}") from None


def size_bytes(size: Size, what: str) -> int:
    """Bytes of a size; text is read by the library."""
    number = parse_size(size) if isinstance(size, str) else whole_number(size, what)
    if not 0 <= number < 1 << 64:
        raise ValueError(f"{what} has to be from 0 to 2**64-1 bytes, not {number}")
    return number


def parse_size(text: str) -> int:
    """Bytes of a size as people write it: "1048576", "64M", "1.5G", "512MiB".

    All units (K, M, G, T, P, E, each also as KiB, ...) are powers of 1024. Raises SwapcfgError
    with EINVAL for what is no size, and with ERANGE for one of 2**64 bytes or more.
    """
    if not isinstance(text, str):
        raise TypeError(f"a size has to be text, not {type(text).__name__}")
    return _swapcfg.size_parse(text)
