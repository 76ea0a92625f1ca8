# SPDX-License-Identifier: MIT
"""What the package says of itself, and how its classes behave."""

from __future__ import annotations

import dataclasses
import enum
import importlib.metadata
import inspect
import pathlib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import get_origin

import pytest
import swapcfg
from scratch import MIB
from swapcfg import Boot, Flag, Reason, Severity, Spec, State, StepKind, _swapcfg

ENUMS = {
    "STATE": swapcfg.State, "BOOT": swapcfg.Boot, "DISCARD": swapcfg.Discard,
    "ENDIANNESS": swapcfg.Endianness, "FLAG": swapcfg.Flag, "BACKING": swapcfg.Backing,
    "JOB": swapcfg.JobState, "STEP": swapcfg.StepKind, "SEVERITY": swapcfg.Severity,
    "REASON": swapcfg.Reason,
}
NAMES = {
    "STATE": _swapcfg.state_name, "BOOT": _swapcfg.boot_name, "BACKING": _swapcfg.backing_name,
    "STEP": _swapcfg.step_name, "SEVERITY": _swapcfg.severity_name,
    "REASON": _swapcfg.reason_name,
}


@pytest.mark.parametrize("prefix", ENUMS)
def test_enums_are_the_librarys(prefix: str) -> None:
    """A new enumerator of a header fails here until it is in the package."""
    kind = ENUMS[prefix]
    low = {
        name.removeprefix(prefix + "_"): getattr(_swapcfg, name)
        for name in dir(_swapcfg) if name.startswith(prefix + "_")
    }
    mine = {member.name: member.value for member in kind}
    if kind is StepKind:
        assert mine.pop("NONE") == 0
    assert mine == low
    for member in kind:
        assert kind.from_name(str(member)) is member
        assert f"{member}" == str(member)
        if prefix in NAMES and member.name != "NONE":
            assert NAMES[prefix](member) == str(member)
    with pytest.raises(ValueError, match="no-such-name"):
        kind.from_name("no-such-name")
    assert (kind.__doc__ or "").endswith(".")


@pytest.mark.parametrize("prefix", ENUMS)
def test_values_of_a_newer_library(prefix: str) -> None:
    kind = ENUMS[prefix]
    if kind is Flag:  # the library never says one
        with pytest.raises(ValueError):
            kind(9999)
        return
    unknown = kind(9999)
    assert isinstance(unknown, kind)
    assert (unknown.value, unknown.name, str(unknown)) == (9999, "UNKNOWN_9999", "unknown-9999")
    assert unknown not in list(kind)
    assert unknown == 9999
    with pytest.raises(ValueError):
        kind("text")  # type: ignore[arg-type]


def test_spec_has_natural_types() -> None:
    spec = Spec(
        Path("/srv/area"), size="1.5M", keep_free=0, uuid=uuid.UUID(int=5), label=b"\xff",
        wait=timedelta(seconds=1), flags={Flag.FORCE, Flag.IN_PLACE}, page_size=65536,
        offset="4K", priority=32767,
    )
    assert spec.flags == frozenset({Flag.FORCE, Flag.IN_PLACE})
    low = swapcfg._spec.make_low(spec)
    assert (low.path(), low.size(), low.priority()) == ("/srv/area", 3 * MIB // 2, 32767)
    assert dataclasses.replace(spec, size=MIB).path == spec.path
    assert hash(Spec("/a", size=5)) == hash(Spec("/a", size=5))
    assert Spec("/a") != Spec("/b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.size = 5  # type: ignore[misc]
    with pytest.raises(swapcfg.SwapcfgError):
        dataclasses.replace(spec, priority=-9)
    with pytest.raises(TypeError):
        Spec()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Spec("/a", colour="red")  # type: ignore[call-arg]


def test_size_like_numbers() -> None:
    """What has __index__(), as numbers of other packages do."""

    class Number:
        def __index__(self) -> int:
            return 3 * MIB

    spec = Spec("/a", size=Number())  # type: ignore[arg-type]
    assert swapcfg._spec.make_low(spec).size() == 3 * MIB


def test_parse_size() -> None:
    assert swapcfg.parse_size("1048576") == MIB
    assert swapcfg.parse_size("1.5GiB") == 3 << 29
    assert swapcfg.parse_size("18446744073709551615") == (1 << 64) - 1
    for text, number in (("64MB", 22), ("", 22), ("-1", 22), ("16E", 34)):
        with pytest.raises(swapcfg.SwapcfgError) as caught:
            swapcfg.parse_size(text)
        assert caught.value.errno == number
        assert caught.value.reason == Reason.INVALID_ARGUMENT
        assert caught.value.to_json() is None


def test_versions() -> None:
    """One version, in one place; the library is the one that was built in."""
    assert swapcfg.version() == importlib.metadata.version("swapcfg")


def test_all_is_described_and_exported() -> None:
    assert sorted(swapcfg.__all__) == sorted(set(swapcfg.__all__))
    for name in swapcfg.__all__:
        thing = getattr(swapcfg, name)
        if get_origin(thing) is not None:
            continue  # the name of a type
        if not inspect.isclass(thing):
            if inspect.isfunction(thing):
                assert thing.__doc__, name
            continue
        assert thing.__doc__, name
        if issubclass(thing, enum.Enum):
            continue
        for key, value in vars(thing).items():
            described = inspect.isfunction(value) or isinstance(value, property)
            if described and not key.startswith("_"):
                assert value.__doc__, f"{name}.{key}"


def test_results_do_not_change(offline: swapcfg.Context) -> None:
    plan = offline.plan(Spec("/area", size="1M", state=State.FORMATTED))
    step, status = plan.steps[0], offline.query_path("/area")
    for thing in (step, status, status.areas[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            thing.path = "/else"  # type: ignore[misc, union-attr]
    with pytest.raises(AttributeError):
        plan.steps = ()  # type: ignore[misc]
    assert isinstance(step.path, pathlib.Path)
    assert str(step) == step.text
    assert plan.spec.path == "/area"
    assert plan.context is offline


def test_text_of_things(offline: swapcfg.Context) -> None:
    plan = offline.plan(Spec("/area", size="1M", state=State.ACTIVE, boot=Boot.AUTO))
    assert repr(plan) == "<swapcfg.Plan not feasible>"
    assert str(plan.blockers[0]).startswith("blocker: ")
    assert plan.blockers[0].severity is Severity.BLOCKER
    assert repr(offline) == f"<swapcfg.Context {offline.root}>"
    assert "new" in repr(swapcfg.Job())
    assert repr(Spec("/a")).startswith("Spec(path='/a', size=None, state=<State.KEEP: 0>")


def test_context_manager(root: Path) -> None:
    with swapcfg.Context(root) as context:
        assert not context.closed
    assert context.closed
    with pytest.raises(ZeroDivisionError):
        with swapcfg.Context(root) as context:
            raise ZeroDivisionError
    assert context.closed
    assert not swapcfg.Context().offline
    assert swapcfg.Context("//").root == Path("/")
