# SPDX-License-Identifier: MIT
"""Areas of the running kernel, and what it refuses."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import stat
import uuid
from pathlib import Path

import pytest
import swapcfg
from helpers import Busy
from scratch import MIB, Scratch, command, swaps
from swapcfg import Backing, Boot, Flag, Reason, Severity, State, StepKind


def remove(context: swapcfg.Context, path: Path | bytes) -> None:
    context.plan(swapcfg.Spec(path, state=State.ABSENT, boot=Boot.NONE)).apply()


def test_create_look_resize_remove(context: swapcfg.Context, place: Path) -> None:
    path = place / "swapfile"
    spec = swapcfg.Spec(path, size="16M", state=State.ACTIVE, priority=7, label="python")
    plan = context.plan(spec)
    assert plan.feasible
    assert [step.kind for step in plan.steps] == [
        StepKind.ALLOCATE, StepKind.FORMAT, StepKind.PUBLISH, StepKind.ACTIVATE,
    ]
    assert plan.steps[0].bytes == 16 * MIB
    assert plan.steps[2].path == path
    assert not path.exists()  # a plan only reads

    plan.apply()
    row = swaps()[str(path)]
    assert (row.size, row.priority) == (16 * MIB - os.sysconf("SC_PAGE_SIZE"), 7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert context.plan(spec).steps == ()  # it is as wanted

    (area,) = context.query_path(path).areas
    assert (area.path, area.backing, area.active) == (path, Backing.FILE, True)
    assert (area.size, area.priority, area.label) == (16 * MIB, 7, "python")
    assert area.page_size == os.sysconf("SC_PAGE_SIZE")
    assert str(uuid.UUID(area.uuid)) == area.uuid
    assert area in context.query().areas
    status = context.query()
    assert status.swap_total >= row.size
    assert 0 < status.memory_available <= status.memory_total

    larger = dataclasses.replace(spec, size=32 * MIB)
    context.plan(larger).apply()
    assert swaps()[str(path)].size > 31 * MIB
    assert context.query_path(path).areas[0].uuid == area.uuid

    remove(context, path)
    assert str(path) not in swaps()
    assert os.listdir(place) == []


def test_step_by_step(context: swapcfg.Context, place: Path) -> None:
    spec = swapcfg.Spec(place / "area", size=16 * MIB)
    context.allocate(spec)
    assert (place / "area").stat().st_size == 16 * MIB
    assert context.query_path(place / "area").areas[0].page_size == 0
    context.format(spec)
    assert context.query_path(place / "area").areas[0].page_size > 0
    context.activate(spec)
    assert str(place / "area") in swaps()
    context.activate(spec)  # what is so already is success
    context.deactivate(spec)
    assert str(place / "area") not in swaps()
    assert (place / "area").exists()


def test_boot_entry_and_repair(context: swapcfg.Context, place: Path) -> None:
    fstab = Path("/etc/fstab")
    before = fstab.read_bytes()
    path = place / "area"
    spec = swapcfg.Spec(path, size="16M", state=State.ACTIVE, boot=Boot.FSTAB, priority=3)
    context.plan(spec).apply()
    (area,) = context.query_path(path).areas
    (entry,) = area.boot
    assert (entry.kind, entry.file, entry.ours) == (Boot.FSTAB, fstab, True)
    assert str(path) in fstab.read_text().splitlines()[entry.line - 1]
    assert area.repair is None

    context.deactivate(swapcfg.Spec(path))
    (area,) = context.query_path(path).areas
    assert Reason.NOT_ACTIVE in [finding.reason for finding in area.findings]
    assert area.repair is not None
    context.plan(area.repair).apply()
    assert swaps()[str(path)].priority == 3

    context.forget(swapcfg.Spec(path))
    assert fstab.read_bytes() == before
    context.persist(swapcfg.Spec(path, boot=Boot.FSTAB))
    assert context.query_path(path).areas[0].boot[0].kind == Boot.FSTAB
    remove(context, path)
    assert fstab.read_bytes() == before


def test_any_bytes_are_a_path(context: swapcfg.Context, place: Path) -> None:
    """As bytes, as text with surrogates and as a Path: the same file."""
    name = os.fsencode(place) + b"/\xff \xc3\xa4"
    spec = swapcfg.Spec(name, size="8M", state=State.ACTIVE)
    context.plan(spec).apply()
    path = Path(os.fsdecode(name))
    for same in (name, os.fsdecode(name), path):
        (area,) = context.query_path(same).areas
        assert area.active
        assert area.path == path
        assert os.fsencode(area.path) == name
    assert str(path) in swaps()
    remove(context, name)
    assert os.listdir(place) == []


def test_no_space(context: swapcfg.Context, scratch: Scratch) -> None:
    point = scratch.mounted("ext4", 24 * MIB)
    plan = context.plan(swapcfg.Spec(point / "area", size="64M", state=State.FORMATTED))
    assert not plan.feasible
    assert plan.blockers[0].reason == Reason.NO_SPACE
    assert plan.blockers[0].severity == Severity.BLOCKER
    assert plan.blockers == plan.findings[: len(plan.blockers)]
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        plan.apply()
    error = caught.value
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC
    assert error.reason == Reason.NO_SPACE
    assert error.step == "plan"
    assert error.path == point / "area"
    assert error.filename == str(point / "area")
    assert error.left == ()
    assert str(error) == error.message == plan.blockers[0].message
    document = json.loads(error.to_json() or "")["error"]
    assert (document["reason"], document["errno"]) == ("no-space", errno.ENOSPC)
    assert os.listdir(point) == []

    # Below the reserve, which is the caller's to set.
    spec = swapcfg.Spec(point / "area", size="4M", state=State.FORMATTED)
    assert context.plan(spec).blockers[0].reason == Reason.RESERVE
    context.plan(dataclasses.replace(spec, keep_free=0)).apply()
    remove(context, point / "area")


def test_somebody_elses_file(context: swapcfg.Context, place: Path) -> None:
    path = place / "photos"
    path.write_bytes(b"not swap" * MIB)
    spec = swapcfg.Spec(path, state=State.FORMATTED)
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        context.format(spec)
    assert (caught.value.errno, caught.value.reason) == (errno.EEXIST, Reason.EXISTS)
    assert path.read_bytes() == b"not swap" * MIB
    path.chmod(0o600)
    context.format(dataclasses.replace(spec, flags=[Flag.FORCE]))
    assert context.query_path(path).areas[0].page_size > 0


def test_another_writer(context: swapcfg.Context, place: Path, busy: Busy) -> None:
    spec = swapcfg.Spec(place / "area", size="8M", state=State.FORMATTED)
    plan = context.plan(spec)
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        plan.apply()
    assert (caught.value.errno, caught.value.reason) == (errno.EBUSY, Reason.BUSY)
    busy()
    plan.apply()


def test_stale_plan(context: swapcfg.Context, place: Path) -> None:
    spec = swapcfg.Spec(place / "area", size="8M", state=State.FORMATTED)
    plan = context.plan(spec)
    plan.apply()
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        plan.apply()
    assert (caught.value.errno, caught.value.reason) == (errno.ESTALE, Reason.STALE_PLAN)


def test_what_cannot_be_undone(context: swapcfg.Context, place: Path) -> None:
    """The file cannot be deleted again: the error says so, and where a callback ends the call, it
    is the context of what that raised."""

    def freeze(job: swapcfg.Job) -> None:
        if job.step == StepKind.ACTIVATE:
            command("chattr", "+i", place / "area", place)
            try:
                raise KeyError
            except KeyError:
                raise LookupError("from the callback")

    spec = swapcfg.Spec(place / "area", size="8M", state=State.ACTIVE, boot=Boot.FSTAB)
    try:
        with pytest.raises(LookupError, match="from the callback") as caught:
            context.plan(spec).apply(progress=freeze)
    finally:
        command("chattr", "-i", place / "area", place)
    before = caught.value.__context__
    assert isinstance(before, KeyError)  # which it had itself
    error = before.__context__
    assert isinstance(error, swapcfg.SwapcfgError)
    assert error.reason == Reason.ROLLBACK_FAILED
    assert error.left
    assert str(place / "area") in error.left[0]
    assert json.loads(error.to_json() or "")["error"]["left"] == list(error.left)
    remove(context, place / "area")


def test_offline(offline: swapcfg.Context, root: Path) -> None:
    assert offline.offline
    assert offline.root == root
    spec = swapcfg.Spec("/swapfile", size="8M", state=State.FORMATTED, keep_free=0)
    offline.plan(spec).apply()
    assert (root / "swapfile").stat().st_size == 8 * MIB
    assert offline.query().memory_total == 0
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        offline.activate(spec)
    assert (caught.value.errno, caught.value.reason) == (errno.EOPNOTSUPP, Reason.OFFLINE)
    assert str(root / "swapfile") not in swaps()


def test_no_root() -> None:
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        swapcfg.Context("/nonexistent/\udcff")
    assert (caught.value.errno, caught.value.reason) == (errno.ENOENT, Reason.MISSING)
    assert caught.value.path == Path("/nonexistent/\udcff")
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        swapcfg.Context("/proc/version")
    assert caught.value.errno == errno.ENOTDIR


def test_json_is_the_librarys(context: swapcfg.Context, place: Path) -> None:
    plan = context.plan(swapcfg.Spec(place / "area", size="8M", state=State.ACTIVE))
    assert plan.to_dict() == json.loads(plan.to_json())
    assert [step["kind"] for step in plan.to_dict()["steps"]] == [str(it.kind) for it in plan.steps]
    status = context.query_path(place / "area")
    assert status.to_dict()["areas"][0]["path"] == str(place / "area")
