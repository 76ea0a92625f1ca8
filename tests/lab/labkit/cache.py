# SPDX-License-Identifier: MIT
"""What was fetched or made once is kept: one directory for each thing, named after what it was made
from, so that other wishes never find the wrong one."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path


def directory():
    """Where everything lies that may be made again; shared by all working copies."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "libswapcfg"
    path = Path(os.environ.get("LIBSWAPCFG_CACHE") or default).absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def lock(where=None):
    """One run at a time adds to a directory; the kernel drops the lock with its holder."""
    with open((where or directory()) / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("# waiting for another run that makes something", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


UNUSED = 30 * 24 * 3600  # seconds after which a thing is dropped


def drop_unused():
    for path in directory().iterdir():
        if re.search("-[0-9a-f]{16}$", path.name) and path.stat().st_mtime < time.time() - UNUSED:
            shutil.rmtree(path)


def digest(wishes):
    text = json.dumps(wishes, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def entry(name, wishes, make):
    """The directory of what was made from the wishes; make(path) fills an empty one if need be. It
    gets its name when it is complete, so what an interrupted run leaves is never taken for it."""
    path = directory() / f"{name}-{digest(wishes)}"
    if path.is_dir():
        os.utime(path)
        return path
    with lock():
        if path.is_dir():
            return path
        drop_unused()
        unfinished = directory() / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        start = time.monotonic()
        print(f"# making {path.name}", flush=True)
        make(unfinished)
        unfinished.rename(path)
        print(f"# {path.name}: {time.monotonic() - start:.1f} s", flush=True)
    return path
