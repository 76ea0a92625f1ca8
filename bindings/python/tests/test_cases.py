# SPDX-License-Identifier: MIT
"""The cases that every language runs: a spec, a fake root, and what has to come of it."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import swapcfg
from scratch import MIB, Scratch
from swapcfg import Boot, Discard, Endianness, Flag, State

CASES = Path(
    os.environ.get("SWAPCFG_CASES") or Path(__file__).resolve().parents[3] / "tests/cases"
)
FILES = sorted(path for path in CASES.glob("*.json") if path.name != "schema.json")
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(
    os.sysconf("SC_PAGE_SIZE") != 4096 or sys.byteorder != "little",
    reason="the cases are for pages of 4096 bytes and a little-endian machine",
)


def test_there_are_cases() -> None:
    assert FILES, f"no case in {CASES}"
    print(f"# figure: {len(FILES)} cases")


@pytest.fixture(scope="session")
def cases_disk(scratch: Scratch) -> Path:
    """So large that the largest case fits, with all that the reserve keeps free."""
    return scratch.mounted(
        "ext4", 2048 * MIB, "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"
    )


def known(thing: Json, keys: Iterable[str], what: str) -> None:
    """A key that is not looked at would be a test that shows nothing."""
    assert set(thing) <= set(keys), f"{what} has keys that are not known: {thing}"


def no_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    assert len({key for key, _ in pairs}) == len(pairs), f"a key comes twice: {pairs}"
    return dict(pairs)


def amount(value: int | str) -> int:
    return swapcfg.parse_size(value) if isinstance(value, str) else value


def make_file(path: Path, content: Json) -> None:
    known(content, ("text", "zeros", "hole", "at", "mode"), str(path))
    with open(path, "wb") as file:
        file.write(content.get("text", "").encode())
        for _ in range(amount(content.get("zeros", 0)) // 4096):
            file.write(bytes(4096))
        file.write(bytes(amount(content.get("zeros", 0)) % 4096))
        if "hole" in content:
            file.truncate(amount(content["hole"]))
        for offset, text in content.get("at", {}).items():
            file.seek(int(offset))
            file.write(text.encode())
    path.chmod(int(content.get("mode", "0644"), 8))


def make_tree(root: Path, tree: Json) -> None:
    for name, content in tree.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if isinstance(content, str):
            content = {"text": content}
        if "link" in content:
            known(content, ("link",), name)
            path.symlink_to(content["link"])
        elif "directory" in content:
            known(content, ("directory", "mode"), name)
            path.mkdir(exist_ok=True)
            path.chmod(int(content.get("mode", "0755"), 8))
        else:
            make_file(path, content)


def compare_file(path: Path, expected: Json) -> None:
    known(expected, ("text", "size", "mode", "link", "at"), str(path))
    found = path.lstat()
    if "link" in expected:
        assert os.readlink(path) == expected["link"]
    if "mode" in expected:
        assert f"{stat.S_IMODE(found.st_mode):04o}" == expected["mode"], path
    if "size" in expected:
        assert found.st_size == amount(expected["size"]), path
    if "text" in expected:
        assert path.read_bytes() == expected["text"].encode(), path
    for offset, text in expected.get("at", {}).items():
        with open(path, "rb") as file:
            file.seek(int(offset))
            assert file.read(len(text.encode())) == text.encode(), (path, offset)


def compare_tree(root: Path, after: Json) -> None:
    for name, expected in after.items():
        path = root / name.lstrip("/")
        if expected is None:
            assert not path.is_symlink() and not path.exists(), path
        else:
            compare_file(path, {"text": expected} if isinstance(expected, str) else expected)


def priority(value: int | str) -> int:
    if isinstance(value, int):
        return value
    return {"keep": swapcfg.PRIORITY_KEEP, "default": swapcfg.PRIORITY_DEFAULT}[value]


MAKE: dict[str, Callable[[Any], Any]] = {
    "path": str,
    "size": lambda it: it,
    "state": State.from_name,
    "boot": Boot.from_name,
    "priority": priority,
    "discard": Discard.from_name,
    "label": str,
    "uuid": str,
    "keep_free": lambda it: it,
    "page_size": amount,
    "endianness": Endianness.from_name,
    "offset": lambda it: it,
    "wait": lambda it: it / 1000,
    "flags": lambda it: [Flag.from_name(name) for name in it],
}


def make_spec(spec: Json) -> swapcfg.Spec:
    known(spec, MAKE, "a spec")
    return swapcfg.Spec(**{key: MAKE[key](value) for key, value in spec.items()})


def compare_error(error: swapcfg.SwapcfgError, expected: Json) -> None:
    known(expected, ("errno", "reason"), "an error")
    if "errno" in expected:  # not by its name, as EOPNOTSUPP has two
        assert error.errno == getattr(errno, expected["errno"]), error
    if "reason" in expected:
        assert str(error.reason) == expected["reason"], error
    document = error.to_json()
    if document is not None:
        assert json.loads(document) == {"error": {
            "reason": str(error.reason), "errno": error.errno, "step": error.step,
            "path": error.filename, "message": error.message, "left": list(error.left),
        }}


def compare_plan(plan: swapcfg.Plan, expected: Json) -> None:
    known(expected, ("feasible", "steps", "findings"), "a plan")
    steps: list[Json] = [
        {"kind": str(it.kind), "path": str(it.path), "bytes": it.bytes, "text": it.text}
        for it in plan.steps
    ]
    findings: list[Json] = [
        {"severity": str(it.severity), "reason": str(it.reason), "message": it.message}
        for it in plan.findings
    ]
    assert plan.to_dict() == {"feasible": plan.feasible, "steps": steps, "findings": findings}
    assert plan.feasible == (plan.blockers == ())
    if "feasible" in expected:
        assert plan.feasible == expected["feasible"], plan.to_dict()
    for key, said in (("steps", steps), ("findings", findings)):
        if key not in expected:
            continue
        keys = ("kind", "path", "bytes") if key == "steps" else ("severity", "reason")
        assert len(said) == len(expected[key]), plan.to_dict()
        for one, wanted in zip(said, expected[key], strict=True):
            known(wanted, keys, f"one of {key}")
            if "bytes" in wanted:
                wanted = {**wanted, "bytes": amount(wanted["bytes"])}
            assert {it: one[it] for it in wanted} == wanted


def apply(plan: swapcfg.Plan, expected: Json) -> None:
    if not expected:
        plan.apply()
        assert plan.context.plan(plan.spec).steps == ()
        return
    with pytest.raises(swapcfg.SwapcfgError) as caught:
        plan.apply()
    compare_error(caught.value, expected)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case(path: Path, cases_disk: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
    known(case, ("about", "root", "given", "spec", "error", "plan", "apply", "after"), path.name)
    root = cases_disk / path.stem
    root.mkdir(mode=0o755)
    make_tree(root, case.get("root", {}))
    try:
        with swapcfg.Context(root) as context:
            assert context.offline
            for spec in case.get("given", []):
                context.plan(make_spec(spec)).apply()
            if "error" in case:
                assert "plan" not in case and "apply" not in case
                with pytest.raises(swapcfg.SwapcfgError) as caught:
                    context.plan(make_spec(case["spec"]))
                compare_error(caught.value, case["error"])
            else:
                plan = context.plan(make_spec(case["spec"]))
                compare_plan(plan, case["plan"])
                if "apply" in case:
                    apply(plan, case["apply"])
            compare_tree(root, case.get("after", {}))
    finally:
        for directory, names, files in os.walk(root, topdown=False):
            for name in files + [it for it in names if os.path.islink(f"{directory}/{it}")]:
                os.unlink(f"{directory}/{name}")
            for name in names:
                if os.path.isdir(f"{directory}/{name}"):
                    os.rmdir(f"{directory}/{name}")
        root.rmdir()
