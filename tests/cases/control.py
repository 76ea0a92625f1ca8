#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that a runner looks at everything that a case says.

    control.py COMMAND [ARGUMENT]...

Makes cases that are wrong in one place each, runs the command on them (README.md says how a runner
is told), and reads its TAP: none of them may hold, while those that they were made from do. Of each
kind of place there are several, and the runner has to find one at least that it does not skip.
Prints TAP itself. Run it through with_disk.py.
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

CASES = Path(__file__).resolve().parent
MANY = 5  # cases for each kind of place
SAID = ("error", "plan", "apply", "after")
FREE = (("root",), ("after",), ("spec",))  # maps whose keys are names


def wrong(path, value):
    """What could stand in a place as well, but does not."""
    if value is None:
        return {"size": 1}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 4096
    key = path[-1]
    if key == "errno":
        return "EBUSY" if value != "EBUSY" else "EINVAL"
    if key == "mode":
        return "0640" if value != "0640" else "0600"
    if key == "severity":
        return "info" if value != "info" else "warning"
    if key == "size":
        return "12345"
    if key == "bytes":
        return str(int(value) + 4096)
    if path[-2] == "at":
        return chr(ord(value[0]) ^ 1) + value[1:]
    return {"reason": "io", "kind": "remove"}.get(key, value + "x")


def nodes(value, path=()):
    yield path, value
    if isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(one, (*path, key))


def kind_of(path, value):
    """The kind of place, without names and numbers."""
    words = ["[]" if isinstance(key, int) else key for key in path]
    if words[0] in ("after", "root") and len(words) > 1:
        words[1] = "FILE"
    if len(words) > 3 and words[-2] == "at":
        words[-1] = "OFFSET"
    text = ".".join(words)
    if words[-1] == "FILE":
        text += " that is not there" if value is None else ", a text" if isinstance(value, str) else ""
    return text


def replaced(case, path, value):
    case = copy.deepcopy(case)
    inner = case
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return case


def mutations(case):
    """Pairs of a kind of place, with what is wrong there, and the case that has it."""
    yield "a key of no meaning", {**case, "unknown": 1}
    yield "given, which fails", {**case, "given": [{"path": "relative", "state": "formatted", "boot": "none"}]}
    if "plan" in case:
        changed = {key: value for key, value in case.items() if key not in ("plan", "apply")}
        yield "error, in place of a plan", {**changed,
                                            "error": {"errno": "EINVAL", "reason": "invalid-argument"}}
    else:
        changed = {key: value for key, value in case.items() if key != "error"}
        yield "plan, in place of an error", {**changed, "plan": {"feasible": True, "steps": [],
                                                                 "findings": []}}
    if case.get("apply") == {}:
        yield "apply, which does not fail", {**case, "apply": {"errno": "EIO", "reason": "io"}}
    elif "apply" in case:
        yield "apply, which fails", {**case, "apply": {}}
    yield "after, of what is not there", {**case, "after": {"/nothing": {"size": 1}}}
    for path, value in nodes(case):
        if path:
            yield from mutations_at(case, path, value)


def mutations_at(case, path, value):
    kind = kind_of(path, value)
    if isinstance(value, dict) and path not in FREE and path[-1] != "at" and value:
        yield f"{kind}: a key of no meaning", replaced(case, path, {**value, "unknown": 1})
    if path == ("spec",):
        yield "spec: a key of no meaning", replaced(case, path, {**value, "unknown": 1})
    if path[0] not in SAID:
        return
    if isinstance(value, list):
        yield f"{kind}: one more", replaced(case, path, [*value, *(value[-1:] or [{}])])
        if value:
            yield f"{kind}: one less", replaced(case, path, value[:-1])
        if len(value) > 1 and value[0] != value[1]:
            yield f"{kind}: another order", replaced(case, path, [value[1], value[0], *value[2:]])
    elif not isinstance(value, dict):
        yield kind, replaced(case, path, wrong(path, value))
        if path[0] == "after" and value is not None:
            yield f"{kind}: nothing", replaced(case, path[:2], None)


def collect(cases):
    """For each kind of place some cases, from as many others as there are."""
    kinds = {}
    for name, case in cases.items():
        seen = set()
        for kind, changed in mutations(case):
            if kind not in seen:
                seen.add(kind)
                kinds.setdefault(kind, []).append((name, changed))
    # What nothing in a set of expectations is wrong about shows in planning again.
    kinds["planning again"] = [("spec-uuid-random", {**cases["spec-uuid-random"], "apply": {}})]
    return {kind: found[:: max(1, len(found) // MANY)][:MANY] for kind, found in kinds.items()}


def run(command, directory, names):
    """What became of each case: ok, not ok, or skipped."""
    result = subprocess.run(command, env={**os.environ, "SWAPCFG_CASES": directory},
                            stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            errors="replace", check=False)
    verdicts = {}
    for line in result.stdout.splitlines():
        match = re.match(r"\s*(not ok|ok)\b(.*?)(#\s*SKIP\b.*)?$", line, re.IGNORECASE)
        for word in re.findall(r"[a-z0-9-]+", match[2]) if match else []:
            if word in names:
                verdicts[word] = "skipped" if match[3] else match[1]
    return result, verdicts


def report(number, name, troubles):
    for trouble in troubles:
        print(f"# {trouble}")
    print(f"{'not ' if troubles else ''}ok {number} - {name}")
    return bool(troubles)


def judge(numbers, verdicts):
    """What is wrong with the answers to one kind of place."""
    found = [verdicts.get(f"wrong-{number}", "not run") for number, _ in numbers]
    for (number, origin), verdict in zip(numbers, found):
        if verdict in ("ok", "not run"):
            yield f"wrong-{number}, made from {origin}, is {verdict}"
    if "not ok" not in found:
        yield "it was found in none"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cases = tree.load(CASES)
    kinds = collect(cases)
    chosen, count = {}, 0
    with tempfile.TemporaryDirectory(prefix="swapcfg-control-") as directory:
        originals = {origin for found in kinds.values() for origin, _ in found}
        for origin in originals:
            Path(directory, f"{origin}.json").write_text(json.dumps(cases[origin]))
        for kind, found in kinds.items():
            for origin, changed in found:
                count += 1
                chosen.setdefault(kind, []).append((count, origin))
                Path(directory, f"wrong-{count}.json").write_text(json.dumps(changed))
        names = originals | {f"wrong-{number}" for number in range(1, count + 1)}
        result, verdicts = run(sys.argv[1:], directory, names)
    if not verdicts:
        print("1..1")
        sys.exit(report(1, "the command runs the cases", [
            "it says nothing that is TAP", *(result.stderr or result.stdout).splitlines()]))
    print(f"1..{len(chosen) + 2}")
    failed = report(1, "the command fails", [] if result.returncode else [result.stdout[-2000:]])
    failed |= report(2, "what is right holds", [
        f"{origin} is {verdicts.get(origin, 'not run')}" for origin in sorted(originals)
        if verdicts.get(origin) not in ("ok", "skipped")])
    for number, (kind, numbers) in enumerate(chosen.items(), 3):
        failed |= report(number, f"wrong: {kind}", list(judge(numbers, verdicts)))
    for line in result.stderr.splitlines()[-20:] if failed else []:
        print(f"# {line}")
    print(f"# figure: {count} wrong cases of {len(chosen)} kinds,"
          f" {sum(verdict == 'not ok' for verdict in verdicts.values())} found,"
          f" {sum(verdict == 'skipped' for verdict in verdicts.values())} skipped")
    sys.exit(failed)


if __name__ == "__main__":
    main()
