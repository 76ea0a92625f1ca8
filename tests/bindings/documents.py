# SPDX-License-Identifier: MIT
"""The documents that show code, and the blocks in them."""

import re
from dataclasses import dataclass
from pathlib import Path

# What is run. Of any other kind a document has none, but "text", which shows and is not run: a block
# that no rule covers would go out of date unnoticed.
PROGRAMS = {"c": "program.c", "python": "program.py", "go": "program.go", "lua": "program.lua"}
COMMANDS = ("sh", "console")
SHOWN = ("text",)

# A comment in front of a block says where it departs from the rules.
MARK = re.compile(r"^<!-- example: (?P<text>.*?) -->$")
CHANGES_NOTHING = "changes nothing"
NOT_RUN = re.compile(r"^not run, (?P<why>\S.*)$")

FENCE = re.compile(r"^```(?P<kind>\S*)$")


@dataclass
class Block:
    document: str  # its path, from the root of the source
    kind: str
    number: int  # among those of its kind in the document, from 1
    line: int
    text: str
    mark: str = ""

    def name(self):
        return f"{self.document}: {self.kind} {self.number}"

    def why_not_run(self):
        match = NOT_RUN.match(self.mark)
        return match["why"] if match else None

    def changes_nothing(self):
        return self.mark == CHANGES_NOTHING


class Wrong(Exception):
    """A document that does not keep the rules."""


def blocks(document, text):
    """The fenced blocks of a text."""
    found, begin, kind, mark, inside = [], 0, None, "", []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if kind is not None:
            if not fence:
                inside.append(line)
                continue
            if fence["kind"]:
                raise Wrong(f"{document}:{number}: a block inside of a block")
            count = sum(block.kind == kind for block in found)
            found.append(Block(document, kind, count + 1, begin, "\n".join(inside) + "\n", mark))
            kind, mark = None, ""
        elif fence:
            kind, begin, inside = fence["kind"], number, []
            if kind not in (*PROGRAMS, *COMMANDS, *SHOWN):
                raise Wrong(f"{document}:{number}: nothing is known of {kind or 'no kind'!r}")
        elif "```" in line:
            raise Wrong(f"{document}:{number}: a fence that is no line of its own")
        elif line.strip():
            match = MARK.match(line)
            mark = match["text"] if match else ""
            if match and mark != CHANGES_NOTHING and not NOT_RUN.match(mark):
                raise Wrong(f"{document}:{number}: nothing is known of {mark!r}")
    if kind is not None:
        raise Wrong(f"{document}:{begin}: the block does not end")
    return found


def blocks_of(source, document):
    return blocks(document, (Path(source) / document).read_text(encoding="utf-8"))


def typed(block):
    """The command lines that a user types, each whole, without comments behind them."""
    if block.kind == "console":
        lines = [line[2:] for line in block.text.splitlines() if line.startswith("# ")]
    else:
        lines = block.text.replace("\\\n", " ").splitlines()
    lines = [re.sub(r"(^|\s)\s*#( .*)?$", "", line).strip() for line in lines]
    return [line for line in lines if line]


def same(one, other):
    """Whether two blocks say the same. What is written for people may be in another language."""
    if one.kind != other.kind:
        return False
    if one.kind in COMMANDS:
        return typed(one) == typed(other)
    return one.text == other.text
