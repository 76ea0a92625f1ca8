#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared cases themselves: that each is valid, and that they leave nothing out.

What there is to cover is read from the public headers, so that a new reason, step, kind of boot
entry or setter without a case fails here. What cannot occur below a root that does not run is
listed with the reason; a listed one that does occur fails as well. Prints TAP.
"""

import json
import re
import sys
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parents[1] / "include/libswapcfg"

KERNEL = "says what the running kernel does, and below another root none runs"
MOUNT = "needs another mount than the one file system that the cases run on"
STATUS = "is said by a status, not by a plan"
CALLS = "needs a call that fails, which tests/unit and tests/system/faults.py see to"
NOT_OFFLINE = {
    "reason": {
        "none": "is no reason",
        "stale-plan": "needs a change between the plan and its execution",
        "cancelled": "needs a job that is cancelled",
        "busy": "needs another writer at the same time",
        "permission": "needs a caller without rights, and mounting needs root",
        "no-kernel-swap": KERNEL,
        "slots-full": KERNEL,
        "low-memory": KERNEL,
        "less-swap": KERNEL,
        "in-use": KERNEL,
        "exported": KERNEL,
        "filesystem-unsupported": MOUNT,
        "read-only": MOUNT,
        "copy-on-write": MOUNT,
        "boot-entry-dangling": STATUS,
        "boot-entry-duplicate": STATUS,
        "boot-entry-missing": STATUS,
        "not-active": STATUS,
        "io": CALLS,
        "no-memory": CALLS,
        "rollback-failed": CALLS,
        "system": CALLS,
    },
    "step": {"deactivate": KERNEL},
}


class Trouble(Exception):
    pass


def names_of(header, enum):
    """The names of an enumeration, as JSON has them."""
    text = (HEADERS / header).read_text(encoding="utf-8")
    body = re.search(rf"enum swapcfg_{enum} \{{(.*?)\n\}};", text, re.S)[1]
    prefix = "SEVERITY" if enum == "severity" else enum.removesuffix("_kind").upper()
    found = re.findall(rf"^\s*SWAPCFG_{prefix}_([A-Z0-9_]+) =", body, re.M)
    if not found:
        raise Trouble(f"{header} has no names of {enum}")
    return {name.lower().replace("_", "-") for name in found}


def setters():
    text = (HEADERS / "spec.h").read_text(encoding="utf-8")
    found = set(re.findall(r"\bswapcfg_spec_set_([a-z_]+)\(struct", text))
    return found - {"flag"} | {"path", "flags"}


def unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Trouble(f"a key is there twice in {[key for key, _ in pairs]}")
    return found


def load():
    cases = {}
    for path in sorted(HERE.glob("*.json")):
        if path.name == "schema.json":
            continue
        try:
            cases[path.stem] = json.loads(path.read_text(encoding="utf-8"),
                                          object_pairs_hook=unique)
        except (ValueError, Trouble) as error:
            raise Trouble(f"{path.name}: {error}") from error
    if not cases:
        raise Trouble("there is no case")
    return cases


def specs(case):
    return [*case.get("given", []), case["spec"]]


def check_schema(cases):
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for name, case in cases.items():
        for error in validator.iter_errors(case):
            yield f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def check_control(cases):
    """The schema would say so."""
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    good = next(case for case in cases.values() if "plan" in case and case["plan"]["steps"])
    for change in ({"extra": 1}, {"spec": {}}, {"spec": {"path": "/a", "sizes": 1}}, {"about": ""},
                   {"error": {"errno": "EINVAL", "reason": "io"}}, {"plan": {"feasible": True}},
                   {"root": {"relative": ""}}, {"root": {"/a/../b": ""}}, {"after": {"/a": {}}},
                   {"root": {"/a": {"zeros": 1, "text": ""}}}, {"spec": {"path": "/a", "size": 2**60}}):
        if validator.is_valid({**good, **change}):
            yield f"{change} is valid"


def check_names(cases):
    for name in cases:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name):
            yield f"{name}: not GROUP-what-it-shows in small letters"


def check_distinct(cases):
    """No case twice, neither its sentence nor what it tries."""
    for what in ("about", "input"):
        seen = {}
        for name, case in cases.items():
            key = case["about"] if what == "about" else json.dumps(
                [case.get("root"), case.get("given"), case["spec"]], sort_keys=True)
            if key in seen:
                yield f"{name} has the {what} of {seen[key]}"
            seen[key] = name


def check_consistent(cases):
    """A plan with a blocker is not feasible, and fails with the first one where it is applied."""
    for name, case in cases.items():
        plan, apply = case.get("plan"), case.get("apply")
        if not plan:
            continue
        blockers = [one["reason"] for one in plan["findings"] if one["severity"] == "blocker"]
        if plan["feasible"] == bool(blockers):
            yield f"{name}: feasible does not follow from the findings"
        if apply is not None and apply.get("reason") != (blockers[0] if blockers else None):
            yield f"{name}: apply does not follow from the findings"
        if apply == {} and plan["steps"] and "after" not in case and name.split("-")[0] != "spec":
            yield f"{name}: nothing is said of what it leaves"


def check_inside(cases):
    """No entry lies below a link, which would lead a runner out of its directory."""
    for name, case in cases.items():
        links = [path for path, entry in case.get("root", {}).items()
                 if isinstance(entry, dict) and "link" in entry]
        for path in [*case.get("root", {}), *case.get("after", {})]:
            if any(path.startswith(link + "/") for link in links):
                yield f"{name}: {path} lies below a link"


def covered(what, wanted, found):
    listed = NOT_OFFLINE.get(what, {})
    for name in sorted(wanted - found - listed.keys()):
        yield f"no case has the {what} {name}"
    for name in sorted(found & listed.keys()):
        yield f"a case has the {what} {name}, which is listed as one that cannot be had"
    for name in sorted((found | listed.keys()) - wanted):
        yield f"the library has no {what} {name}"


def check_reasons(cases):
    found = set()
    for case in cases.values():
        found |= {one["reason"] for one in case.get("plan", {}).get("findings", [])}
        found |= {case[key]["reason"] for key in ("error", "apply") if case.get(key)}
    yield from covered("reason", names_of("reason.h", "reason"), found)


def check_steps(cases):
    found = {step["kind"] for case in cases.values()
             for step in case.get("plan", {}).get("steps", [])}
    yield from covered("step", names_of("plan.h", "step_kind"), found)


def check_severities(cases):
    found = {one["severity"] for case in cases.values()
             for one in case.get("plan", {}).get("findings", [])}
    yield from covered("severity", names_of("finding.h", "severity"), found)


def check_setters(cases):
    found = {key for case in cases.values() for spec in specs(case) for key in spec}
    yield from covered("setter", setters(), found)


def check_values(cases):
    """Each value of each enumeration of a spec, and each kind of entry written and forgotten."""
    for enum in ("state", "boot", "discard", "endianness"):
        found = {spec[enum] for case in cases.values() for spec in specs(case) if enum in spec}
        yield from covered(enum, names_of("spec.h", enum), found)
    found = {flag for case in cases.values() for spec in specs(case)
             for flag in spec.get("flags", [])}
    yield from covered("flag", names_of("spec.h", "flag"), found)


FILES = {"inittab": "/etc/inittab", "fstab": "/etc/fstab", "systemd": "/etc/systemd/system/",
         "initd": "/etc/init.d/S", "openrc": "/etc/init.d/swapcfg", "uci": "/etc/config/fstab"}


def check_boots(cases):
    """Each kind of entry is written in one case, and forgotten in another."""
    kinds = names_of("spec.h", "boot") - {"keep", "none", "auto"}
    for kind in sorted(kinds ^ FILES.keys()):
        yield f"the kind {kind} is not known here, or not to the library"
    for kind, file in FILES.items():
        for change in ("persist", "forget"):
            if not any(step["kind"] == change and step["path"].startswith(file)
                       for case in cases.values() if case.get("apply") == {}
                       for step in case["plan"]["steps"]):
                yield f"no case has {change} carried out for {kind}"


def check_noticing(cases):
    """What is missing is noticed: here nearly all, and a case that is there twice."""
    name, case = next(iter(cases.items()))
    for check in (check_reasons, check_steps, check_severities, check_setters, check_values,
                  check_boots):
        if not list(check({name: case})):
            yield f"{check.__name__} finds nothing missing in {name}"
    for check, wrong in ((check_distinct, {name: case, "other": case}), (check_names, {"Odd": case}),
                         (check_consistent, {name: {**case, "apply": {"errno": "EIO", "reason": "io"}}}),
                         (check_inside, {name: {"root": {"/a": {"link": "/b"}, "/a/b": ""}}})):
        if not list(check(wrong)):
            yield f"{check.__name__} finds nothing wrong"
    if not list(covered("reason", {"none"}, {"none", "unheard-of"})):
        yield "a reason that the library does not have is not noticed"


CHECKS = (
    ("every case is valid", check_schema),
    ("the schema refuses what is wrong", check_control),
    ("names say a group and what is shown", check_names),
    ("no case is there twice", check_distinct),
    ("what is expected is consistent", check_consistent),
    ("no entry lies below a link", check_inside),
    ("every reason that can be had has a case", check_reasons),
    ("every step that can be had has a case", check_steps),
    ("every severity has a case", check_severities),
    ("every setter has a case", check_setters),
    ("every value of a spec has a case", check_values),
    ("every kind of boot entry is written and forgotten", check_boots),
    ("what is missing is noticed", check_noticing),
)


def main():
    cases = load()
    failed = False
    print(f"1..{len(CHECKS)}")
    for number, (name, check) in enumerate(CHECKS, 1):
        troubles = list(check(cases))
        for trouble in troubles:
            print(f"# {trouble}")
        print(f"{'not ' if troubles else ''}ok {number} - {name}")
        failed = failed or bool(troubles)
    print(f"# figure: {len(cases)} cases")
    sys.exit(failed)


if __name__ == "__main__":
    main()
