#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follows the README files as a user would, on a machine of its own, and looks at what comes of it.

    readme.py

README.md shows C, Python, Go and Lua, bindings/NAME/README.md its language. The rules:

- The commands of a block `sh` are run as written, at the root of the source. First those of
  README.md, then those of bindings/NAME/README.md; of Python in an empty virtual environment.
  `./run test` is not: it is what runs this.
- A block `c`, `python`, `go` or `lua` is a whole program, and is written to program.c, program.py,
  program.go or program.lua. The `sh` commands of README.md and of its language that name this file
  are run then, or what STARTS says.
- A program makes an area of 128 MiB on /swapfile and uses it. It either leaves it so, or removes it
  with all that belongs to it. It ends with status 0 and says something.
- A block `console` is what root types behind "# ", on the same machine. What each command of
  swapcfg brings about is looked at.
- A block `text` is not run. `<!-- example: changes nothing -->` in front of a program says that it
  only looks; `<!-- example: not run, WHY -->` is counted as skipped.
- The blocks of README.zh-CN.md are those of README.md; comments in commands may be translated.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

import documents
import harness
from basis import MIB, Failure, Skip, check, equal, full_file
from machine import PATH, SOURCE, SWAPFILE, Machine

ENVIRONMENT = "/srv/env"
README, CHINESE = "README.md", "README.zh-CN.md"
SIZE = 128 * MIB
SIZES = {"M": MIB, "G": 1024 * MIB}
BINDINGS = {"python": "bindings/python/README.md", "go": "bindings/go/README.md",
            "lua": "bindings/lua/README.md"}
# How a program is started that no command of a README starts.
STARTS = {"c": ["cc -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only program.c", "./a.out"],
          "python": ["python3 program.py"],
          "go": ["go vet program.go", "go run program.go"],
          "lua": ["lua5.1 program.lua", "lua5.4 program.lua"]}
NONSENSE = {"c": "nonsense;\n", "python": "nonsense()\n", "go": "nonsense\n",
            "lua": "nonsense()\n"}

machine = None


def is_file(path):
    return os.path.islink(path) or os.path.isfile(path)


def sources():
    """The files that belong to the project."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=harness.SOURCE, capture_output=True, check=False)
    if listed.returncode == 0:
        names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
        return [name for name in names if is_file(f"{harness.SOURCE}/{name}")]
    names = [str(path.relative_to(harness.SOURCE)) for path in Path(harness.SOURCE).rglob("*")
             if is_file(path)]
    return [name for name in names if name.split("/")[0] not in ("build", ".git")]


def set_up():
    global machine
    cache = os.environ.get("LIBSWAPCFG_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "libswapcfg")
    machine = Machine(f"{cache}/readme")
    machine.copy_source(sources())
    machine.must(f"/usr/bin/python3 -m venv {ENVIRONMENT}")


def run(line):
    check(machine is not None, "there is no machine")
    # Nothing of Go is fetched. As in an environment that was activated: programs of it go first.
    return machine.must(line, GOPROXY="off", GOTOOLCHAIN="local", VIRTUAL_ENV=ENVIRONMENT,
                        PATH=f"{ENVIRONMENT}/bin:{PATH}")


def names_program(line):
    return any(re.search(rf"\b{re.escape(name)}\b", line) for name in documents.PROGRAMS.values())


# Commands.


def follow(block):
    """A block sh: what it runs at once, and that it ran."""
    if block.why_not_run():
        raise Skip(block.why_not_run())
    for line in documents.typed(block):
        if line.startswith("./run "):
            word = line.split()[1]
            check(re.search(rf"^  {word}\b", run("./run help").output, re.MULTILINE),
                  f"./run knows no {word}")
        if line != "./run test" and not names_program(line):
            run(line)


def size_of(words):
    number = words[words.index("--size") + 1]
    return int(number[:-1]) * SIZES[number[-1]]


def prepare(words):
    """`boot` is about an area that is there before."""
    if words[1] == "boot":
        full_file(machine.path(words[2]), 8 * MIB)
        machine.must(f"mkswap {words[2]}")


def judge(words, said):
    """What a command of swapcfg has brought about."""
    verb, path = words[1], words[2] if len(words) > 2 else None
    if verb in ("create", "resize"):
        machine.is_active(path, size_of(words))
        check(machine.naming(path), f"no boot file names {path}")
    elif verb == "enable":
        check(machine.row(path), f"{path} is not active")
        check(machine.naming(path), f"no boot file names {path}")
    elif verb == "disable":
        check(machine.row(path) is None, f"{path} is active")
        check(os.path.exists(machine.path(path)), f"{path} is gone")
        equal(machine.naming(path), [], f"boot files that name {path}")
    elif verb == "remove":
        machine.is_gone(path)
    elif verb == "status":
        check(SWAPFILE in said, f"the status does not tell of {SWAPFILE}: {said}")
    elif verb == "boot":
        deadline = time.monotonic() + 20
        while not machine.row(path) and time.monotonic() < deadline:
            time.sleep(0.1)
        check(machine.row(path), f"{path} is not active")
        equal(machine.row(path).priority, int(words[words.index("--priority") + 1]), "priority")
        harness.swapoff(machine.path(path))
        os.unlink(machine.path(path))
    else:
        raise Failure(f"no rule says what comes of {' '.join(words)}")


def session(block, change=lambda line: line):
    """A block console."""
    prompts = [line for line in block.text.splitlines() if not line.startswith("# ")]
    equal(prompts, [], "lines without a prompt")
    before = machine.boot_files()
    for line in documents.typed(block):
        words = shlex.split(line)
        equal(words[0], "swapcfg", "the program")
        prepare(words)
        judge(words, run(change(line)).output)
    equal(machine.boot_files(), before, "boot files")


# Programs.


def commands(block, shells):
    """How a program is built and started."""
    name = documents.PROGRAMS[block.kind]
    written = [line for shell in shells for line in documents.typed(shell)
               if re.search(rf"\b{re.escape(name)}\b", line)]
    rest = STARTS[block.kind] if block.kind == "c" or not written else []
    return [*(line for line in rest if "-fsyntax-only" in line), *written,
            *(line for line in rest if "-fsyntax-only" not in line)]


def starts(block, line):
    """Whether a command starts the program, and does not only build or look at it."""
    return line in STARTS[block.kind][1:] or (
        block.kind != "c" and documents.PROGRAMS[block.kind] in line and "vet" not in line)


def ended(block, result):
    """What a program has brought about; gives whether it left an area."""
    check(result.output.strip(), "it says nothing")
    if block.changes_nothing():
        equal((result.calls, result.seen), ([], []), "calls and areas")
        return False
    bad = [call for call in result.calls if call[1] != 0]
    equal(bad, [], "calls that failed")
    check(("swapon", 0) in result.calls, "it made no swapon(2)")
    equal([row[1] for row in result.seen], [SIZE - harness.PAGE], "areas that were active")
    equal(os.fsdecode(result.seen[0][0]), machine.path(SWAPFILE), "the area that was active")
    if machine.row():
        machine.is_active(SWAPFILE, SIZE)
        return True
    machine.is_gone(SWAPFILE)
    return False


def program(block, shells):
    """A block that is a program."""
    if block.why_not_run():
        raise Skip(block.why_not_run())
    check(machine is not None, "there is no machine")
    before = machine.boot_files()
    Path(machine.path(f"{SOURCE}/{documents.PROGRAMS[block.kind]}")).write_text(
        block.text, encoding="utf-8")
    try:
        for line in commands(block, shells):
            result = run(line)
            if starts(block, line):
                ended(block, result)
                clear()
    finally:
        clear()
    equal(machine.boot_files(), before, "boot files")


def clear():
    """Removes what a program left."""
    for path in (SWAPFILE, "/elsewhere"):
        if os.path.lexists(machine.path(path)):
            machine.must(f"swapcfg remove {path}")
            machine.is_gone(path)


# That a wrong document is noticed.


def noticed(text, function, *args):
    """A failure that says the text, and no other."""
    try:
        function(*args)
    except Failure as failure:
        check(re.search(text, str(failure)), f"noticed, but not for {text!r}: {failure}")
    else:
        raise Failure(f"not noticed: {text}")


def control(block, shells):
    noticed("exit status [12] from", program,
            replace(block, text=block.text + NONSENSE[block.kind]), shells)
    other = re.sub(r"\b128(?=M\b| <<|<<| \*)", "64", block.text)
    check(other != block.text, f"no 128 in {block.text}")
    noticed(f"areas that were active: .{SIZE // 2 - harness.PAGE}", program,
            replace(block, text=other), shells)


def control_session(block):
    for text, old, new in (
            (f"bytes of .* that the kernel uses: {SIZE // 2 - harness.PAGE} ", "128M", "64M"),
            ("is active", "disable", "status"),
            ("exit status 2 from", "remove", "remoev")):
        try:
            noticed(text, session, block, lambda line, old=old, new=new: line.replace(old, new))
        finally:
            clear()


def control_text(block):
    noticed("exit status 1 from", follow, replace(block, text="true\nfalse\n"))
    noticed("knows no nonsense", follow, replace(block, text="./run nonsense\n"))


# What has to be there.


def has_all(found):
    for kind in documents.PROGRAMS:
        for document in filter(None, (README, BINDINGS.get(kind))):
            check(any(block.document == document and block.kind == kind for block in found),
                  f"{document} has no example in {kind}")
    check(any(block.kind == "console" for block in found), "no session is shown")


def as_in(found, document):
    """The blocks of a translation."""
    one = [block for block in found if block.document == README]
    other = documents.blocks_of(harness.SOURCE, document)
    equal([block.kind for block in other], [block.kind for block in one], "kinds of blocks")
    for mine, theirs in zip(one, other):
        check(documents.same(mine, theirs), f"{theirs.name()} differs:\n{theirs.text}")


def differs(found):
    """One changed word in a translation is noticed."""
    for block in found:
        if block.document == README:
            text = re.sub(r"\w(?=\W)", "x", block.text, count=1)
            check(not documents.same(block, replace(block, text=text)), f"the same as {text}")


def cases(found):
    shells = [block for block in found if block.kind == "sh"]
    yield "every language has an example", has_all, found
    yield f"{CHINESE} shows the same", as_in, found, CHINESE
    yield "control: what is shown differently", differs, found
    yield "a machine to follow them on", set_up
    for block in shells:
        if block.document == README:
            yield block.name(), follow, block
            yield f"control: {block.name()}", control_text, block
    for block in found:
        if block.kind == "console":
            yield block.name(), session, block
            yield f"control: {block.name()}", control_session, block
    for kind in documents.PROGRAMS:
        mine = [block for block in shells if block.document == BINDINGS.get(kind)]
        for block in mine:
            yield block.name(), follow, block
        mine += [block for block in shells if block.document == README]
        programs = [block for block in found if block.kind == kind]
        for block in programs:
            yield block.name(), program, block, mine
        for block in programs[:1]:
            yield f"control: {block.name()}", control, block, mine


def main():
    found = []
    for document in (README, *BINDINGS.values()):
        if os.path.exists(f"{harness.SOURCE}/{document}"):
            found += documents.blocks_of(harness.SOURCE, document)
    harness.main(*cases(found))


if __name__ == "__main__":
    main()
