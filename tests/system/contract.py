#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scripts rely on: exit statuses, one JSON document, dry runs, names of all kinds."""

import fcntl
import json
import os
import subprocess
import time

import harness
from harness import MIB, check, equal, row_of, swapcfg, swapcfg_json

AREA = {"path": str, "backing": str, "active": bool, "size_bytes": int, "used_bytes": int,
        "priority": int, "label": str, "uuid": str, "page_size": int, "boot": list,
        "findings": list}
FINDING = {"severity": str, "reason": str, "message": str}
STEP = {"kind": str, "path": str, "bytes": int, "text": str}
point = None


def has_keys(document, wanted, what):
    """Keys are only ever added, and their types never change."""
    check(isinstance(document, dict), f"{what} is no object: {document!r}")
    for key, kind in wanted.items():
        check(type(document.get(key)) is kind, f"{what}: {key} is {document.get(key)!r}")


def is_status(document, areas=None):
    has_keys(document, {"memory": dict, "swap": dict, "areas": list}, "status")
    has_keys(document["memory"], {"total_bytes": int, "available_bytes": int}, "memory")
    has_keys(document["swap"], {"total_bytes": int, "used_bytes": int}, "swap")
    for area in document["areas"]:
        has_keys(area, AREA, "area")
        for finding in area["findings"]:
            has_keys(finding, FINDING, "finding")
    if areas is not None:
        equal(len(document["areas"]), areas, "number of areas")


def is_plan(document):
    has_keys(document, {"feasible": bool, "steps": list, "findings": list}, "plan")
    for step in document["steps"]:
        has_keys(step, STEP, "step")
    for finding in document["findings"]:
        has_keys(finding, FINDING, "finding")


def is_error(document):
    has_keys(document, {"error": dict}, "error")
    has_keys(document["error"], {"reason": str, "errno": int, "step": str, "message": str,
                                 "left": list}, "error")
    check("path" in document["error"], "the error has no path")


def one_line(result):
    equal(result.out.count(b"\n"), 1, f"lines of {result.out!r}")
    return result.document()


COMMANDS = (
    ["create", "--size", "16M", "--boot=none", "--no-activate"],
    ["enable", "--boot=none"],
    ["resize", "--size", "24M"],
    ["create", "--size", "24M", "--boot=none", "--priority", "3"],
    ["disable"],
    ["format", "--label", "new"],
    ["resize", "--size", "16M"],
    ["remove"],
)


def all_commands(top):
    path = f"{top}/commands"
    for verb, *options in COMMANDS:
        if verb != "format":
            before = harness.snapshot(top)
            plan = one_line(swapcfg("--json", "plan", verb, path, *options))
            is_plan(plan)
            check(plan["feasible"] and plan["steps"], f"plan of {verb}: {plan}")
            dry = one_line(swapcfg("--json", verb, path, *options, "--dry-run"))
            for step in plan["steps"] + dry["steps"]:
                step.pop("text")
            equal(dry, plan, "dry run and plan")
            harness.untouched(before, top)
        result = swapcfg("--json", verb, path, *options)
        is_status(one_line(result), 1)
        equal(result.err, "", f"standard error of {verb}")
        equal(result.document()["areas"][0], harness.area_of(path), f"status after {verb}")
    is_status(one_line(swapcfg("--json", "status")))


def says_errors(top):
    """Refused, failed and misused: the document is the error, and stderr says it, too."""
    for status, args in ((3, ["enable", f"{top}/nothing"]), (3, ["format", f"{top}/nothing"]),
                         (3, ["resize", f"{top}/nothing", "--size", "1M"]),
                         (2, ["create", f"{top}/nothing"]), (2, ["nonsense"]),
                         (1, ["--root", f"{top}/nothing", "status"])):
        result = swapcfg("--json", *args, status=status)
        is_error(one_line(result))
        check(result.err.startswith("swapcfg: "), f"standard error: {result.err!r}")
        silent = swapcfg(*args, status=status)
        equal(silent.out, b"", "standard output without --json")
        check(silent.err.startswith("swapcfg: "), f"standard error: {silent.err!r}")
        quiet = swapcfg("--quiet", *args, status=status)
        check(quiet.out == b"" and quiet.err, "quiet says errors, and only there")
    equal(os.listdir(top), [], "files")


def quietly(top):
    path = f"{top}/quiet"
    for verb, *options in COMMANDS:
        result = swapcfg("--quiet", verb, path, *options)
        equal((result.out, result.err), (b"", ""), f"output of {verb}")
    for args in (["status"], ["status", path], ["plan", "create", path, "--size", "16M"]):
        check(swapcfg("--quiet", *args, status=None).out, f"{args} shows nothing")


def for_people(top):
    """Without options every command says something, a verbose one says each step."""
    path = f"{top}/people"
    for verb, *options in COMMANDS:
        result = swapcfg(verb, path, *options)
        check(result.out or result.err, f"{verb} says nothing")
    result = swapcfg("--verbose", "create", path, *COMMANDS[0][1:])
    steps = [line for line in result.err.splitlines() if "step " in line]
    equal(len(steps), 3, f"steps said in {result.err!r}")
    harness.remove(path)


def is_listed(top):
    """A status of everything has the rows of /proc/swaps, in its order."""
    paths = [f"{top}/listed-{number}" for number in range(3)]
    for path in paths:
        swapcfg("create", path, "--size", "1M", "--boot=none", "--priority", "1")
    status = swapcfg_json("status")
    is_status(status)
    equal([area["path"] for area in status["areas"] if area["path"] in paths], paths, "order")
    for path in paths:
        one, = swapcfg_json("status", path)["areas"]
        listed, = [area for area in status["areas"] if area["path"] == path]
        equal(listed, one, "the same area, listed and asked for")
        equal([finding["reason"] for finding in one["findings"]], ["boot-entry-missing"],
              "findings")
        harness.remove(path)


ODD = {
    "blanks": b"a b  c", "newline": b"a\nb", "tab": b"a\tb", "quotes": b"a\"b'c`d",
    "percent": b"%s%n%d%%", "backslash": b"a\\040b\\", "dollar": b"$(reboot) ;&|<>*?",
    "bytes that are not UTF-8": b"a\xff\xfe\xc3b", "UTF-8": "sw\u00e4p\u2603".encode(),
    "escape": b"\x1b[31mred",
    "a dash in front": b"-rf", "number sign": b"#a", "(deleted) at its end": b"area (deleted)",
    "255 bytes": b"n" * 255, "240 bytes": b"m" * 240, "one byte": b"x", "nothing but dots": b"...",
}


def named(top, name):
    """Also the longest name, which leaves no room for what is put around a temporary one."""
    path = os.fsencode(top) + b"/" + name
    args = [b"--size", b"1M", b"--boot=none"]
    result = swapcfg(b"--json", b"create", path, *args)
    shown = path.decode("utf-8", "replace")
    equal(result.document()["areas"][0]["path"], shown, "path in the document")
    equal(os.listdir(os.fsencode(top)), [name], "files")
    check(row_of(path) is not None, "it is not active")
    text = swapcfg(b"status", path).out
    check(not any(byte < 32 and byte != 10 for byte in text), f"control characters: {text!r}")
    equal(swapcfg_json(b"plan", b"create", path, *args)["steps"], [], "second plan")
    swapcfg(b"resize", path, b"--size", b"2M")
    equal(os.stat(path).st_size, 2 * MIB, "size after the resize")
    swapcfg(b"disable", path)
    check(row_of(path) is None, "it is still active")
    swapcfg(b"enable", path, b"--boot=none")
    swapcfg(b"remove", path)
    equal(os.listdir(top), [], "files left")


def relative(top):
    """A path that is not absolute begins at the current directory."""
    swapcfg("create", "area", "--size", "1M", "--boot=none", cwd=top)
    equal(harness.area_of(f"{top}/area")["active"], True, "active")
    swapcfg("remove", "./area", cwd=top)
    equal(os.listdir(top), [], "files left")


def another_name(top):
    """A hard link and a path with dots and links in its directories name the same area."""
    os.mkdir(f"{top}/real")
    os.symlink("real", f"{top}/way")
    swapcfg("create", f"{top}/real/area", "--size", "1M", "--boot=none")
    for path in (f"{top}/way/area", f"{top}/real/../real/./area", f"{top}//real//area"):
        equal(swapcfg_json("plan", "enable", path, "--boot=none")["steps"], [], f"plan of {path}")
        equal(harness.area_of(path)["active"], True, f"status of {path}")
    swapcfg("remove", f"{top}/way/area")
    check(row_of(f"{top}/real/area") is None, "it is still active")
    os.unlink(f"{top}/way")
    os.rmdir(f"{top}/real")


def is_busy(top):
    """One writer at a time; readers do not wait."""
    path = f"{top}/busy"
    with open("/run/libswapcfg.lock", "a", encoding="ascii") as lock:
        holder = subprocess.run(["flock", "--nonblock", str(lock.fileno())], check=False,
                                pass_fds=[lock.fileno()])
        equal(holder.returncode, 0, "exit status of flock")
        args = ["create", path, "--size", "1M", "--boot=none"]
        error = json.loads(swapcfg("--json", *args, status=3).out)["error"]
        equal(error["reason"], "busy", "reason")
        begun = time.monotonic()
        error = swapcfg_json(*args, "--wait", "1", status=3)["error"]
        equal(error["reason"], "busy", "reason after a wait")
        check(1 <= time.monotonic() - begun < 10, "it did not wait for a second")
        check(swapcfg_json("plan", *args, "--wait", "30")["feasible"], "the plan is not feasible")
        is_status(swapcfg_json("status"))
        equal(os.listdir(top), [], "files")
    swapcfg(*args)
    harness.remove(path)


def waits(top):
    """Who waits for another writer gets its turn, and plans anew for what the other one left."""
    path = f"{top}/waits"
    args = [harness.SWAPCFG, "create", path, "--boot=none", "--wait", "60", "--size"]
    with open("/run/libswapcfg.lock", "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = [harness.start([*args, size], stdout=subprocess.DEVNULL)
                   for size in ("1M", "1M", "2M", "2M")]
        time.sleep(0.5)
        equal([process.poll() for process in waiting], [None] * 4, "exit status while locked")
        equal(os.listdir(top), [], "files")
    equal([process.wait(60) for process in waiting], [0] * 4, "exit status of all")
    check(os.stat(path).st_size in (MIB, 2 * MIB), "it has the size that none of them asked for")
    check(row_of(path) is not None, "it is not active")
    harness.remove(path)


def make_point():
    global point
    point = harness.mounted("ext4", 300 * MIB)


def alone(function, *args):
    """Runs a case in a directory of its own."""
    function(harness.directory_in(point), *args)


if __name__ == "__main__":
    harness.main(
        ("an ext4 file system is mounted", make_point),
        ("every command gives one document, and a dry run the plan", alone, all_commands),
        ("errors in JSON and in words", alone, says_errors),
        ("--quiet", alone, quietly),
        ("without options and --verbose", alone, for_people),
        ("the status of everything", alone, is_listed),
        *((f"a name with {what}", alone, named, name) for what, name in ODD.items()),
        ("a relative path", alone, relative),
        ("other names of an area", alone, another_name),
        ("another program at work", alone, is_busy),
        ("waiting for another program", alone, waits),
    )
