# SPDX-License-Identifier: MIT
"""The fake root of a case: made, and compared with what should lie there afterwards."""

import json
import os
import re
import stat

UNITS = "KMGTPE"


class Failure(Exception):
    """A case does not hold, or is wrong."""


def check(good, text):
    if not good:
        raise Failure(text)


def amount(value):
    """Bytes of a number, or of a text with a unit of one letter."""
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"(\d+)([KMGTPE]?)", value)
    check(match, f"{value!r} is no amount")
    return int(match[1]) << 10 * (UNITS.find(match[2]) + 1 if match[2] else 0)


def unknown_keys(what, found, *known):
    check(not set(found) - set(known), f"{what} has unknown keys {set(found) - set(known)}")


def inside(root, path):
    return os.fsencode(root) + path.encode()


def write_file(path, entry):
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        if "text" in entry:
            file.write(entry["text"].encode())
        elif "zeros" in entry:
            file.write(bytes(amount(entry["zeros"])))
        else:
            file.truncate(amount(entry["hole"]))
        for offset, text in entry.get("at", {}).items():
            file.seek(int(offset))
            file.write(text.encode())
        os.fchmod(file.fileno(), int(entry.get("mode", "0644"), 8))


def make_directory(path, mode=0o755):
    os.makedirs(path, exist_ok=True)
    os.chmod(path, mode)


def make(root, tree):
    for name, entry in tree.items():
        entry = {"text": entry} if isinstance(entry, str) else entry
        unknown_keys(name, entry, "text", "mode", "link", "directory", "zeros", "hole", "at")
        path = inside(root, name)
        parent = os.path.dirname(path)
        if not os.path.isdir(parent):
            os.makedirs(parent, 0o755)
        if "link" in entry:
            os.symlink(entry["link"].encode(), path)
        elif "directory" in entry:
            make_directory(path, int(entry.get("mode", "0755"), 8))
        else:
            write_file(path, entry)


def compare_file(path, name, expected):
    info = os.lstat(path)
    if "link" in expected:
        check(stat.S_ISLNK(info.st_mode), f"{name} is no link")
        check(os.readlink(path) == expected["link"].encode(), f"{name} leads elsewhere")
    if "size" in expected:
        check(info.st_size == amount(expected["size"]), f"{name} has {info.st_size} bytes")
    if "mode" in expected:
        check(stat.S_IMODE(info.st_mode) == int(expected["mode"], 8),
              f"{name} has mode {stat.S_IMODE(info.st_mode):04o}")
    if "text" not in expected and "at" not in expected:
        return
    check(stat.S_ISREG(info.st_mode), f"{name} is no file")
    with open(path, "rb") as file:
        if "text" in expected:
            text = file.read()
            check(text == expected["text"].encode(), f"{name} has another text: {text!r}")
        for offset, piece in expected.get("at", {}).items():
            file.seek(int(offset))
            found = file.read(len(piece.encode()))
            check(found == piece.encode(), f"{name} has {found!r} at {offset}")


def compare(root, after):
    for name, expected in after.items():
        path = inside(root, name)
        if expected is None:
            check(not os.path.lexists(path), f"{name} is there")
            continue
        expected = {"text": expected} if isinstance(expected, str) else expected
        unknown_keys(name, expected, "text", "size", "mode", "link", "at")
        check(os.path.lexists(path), f"{name} is not there")
        compare_file(path, name, expected)


def load(directory):
    """The cases of a directory, by name."""
    found = {}
    for name in sorted(os.listdir(directory)):
        if name.endswith(".json") and name != "schema.json":
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                found[name.removesuffix(".json")] = json.load(file)
    return found
