#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares `swapcfg format` with util-linux mkswap, byte for byte.

usage: header_vs_mkswap.py [--mkswap MKSWAP] [--sets N] [--seed N] SWAPCFG

mkswap knows --endianness and --offset from util-linux 2.40 on. An older one serves as the reference
for these too, by what the newer one was seen to do: the numbers swapped, the page moved.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid

import harness

BOOT_BITS = 1024  # what mkswap leaves to boot loaders
NUMBERS = (1024, 1028, 1032)  # version, last page, bad pages
PAGE_SIZES = (4096, 8192, 16384, 32768, 65536)
MKSWAP_LABEL = 15  # mkswap cuts longer ones off; the header has room for 16 bytes
LABEL_BYTES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.#=:\"'"
FILLS = (None, b"\0", b"\xaa", b"\xff")
NAMES = {"native": sys.byteorder, "little": "little", "big": "big"}


class Set:
    """One set of arguments, with the file that it is tried on."""

    def __init__(self, rng, kind):
        self.page = rng.choice(PAGE_SIZES)
        self.offset = 0
        self.endianness = "native"
        if kind == "endianness":
            self.endianness = rng.choice(("native", "little", "big"))
        pages = rng.choice((10, 11, rng.randint(12, 40), rng.randint(41, 300)))
        self.file_size = pages * self.page + rng.choice((0, 0, 1, 512, self.page - 1))
        self.size = None
        if kind == "offset":
            self.offset = rng.choice((1, 512, 1000, 1024, 4096, 4097, self.page, 5 * self.page + 3,
                                      rng.randint(1, 300000)))
            self.file_size += self.offset
            self.endianness = rng.choice(("native", "big"))
        if kind in ("size", "offset") and rng.random() < 0.7:
            # mkswap takes KiB; it rounds down to pages, and so do we
            self.size = rng.randint(10 * self.page // 1024,
                                    (self.file_size - self.offset) // self.page * self.page // 1024)
        self.label = None
        if rng.random() < 0.7:
            length = rng.randint(1, MKSWAP_LABEL)
            self.label = "".join(rng.choice(LABEL_BYTES) for _ in range(length))
            if rng.random() < 0.1:
                self.label = "áé中"  # eight bytes
            if self.label.startswith("-"):
                self.label = "_" + self.label[1:]
        self.uuid = str(uuid.UUID(int=rng.getrandbits(128)))
        if rng.random() < 0.2:
            self.uuid = self.uuid.upper()
        if rng.random() < 0.05:
            self.uuid = "clear"
        self.fill = rng.choice(FILLS)

    def __str__(self):
        return " ".join(f"{k}={v!r}" for k, v in vars(self).items())

    def make_file(self, path):
        with open(path, "wb") as file:
            if self.fill:
                file.write(self.fill * self.file_size)
            file.truncate(self.file_size)
        os.chmod(path, 0o600)

    def ours(self, binary, path):
        args = [binary, "format", path, "--page-size", str(self.page), "--uuid", self.uuid]
        if self.endianness != "native":
            args += ["--endianness", self.endianness]
        if self.offset:
            args += ["--offset", str(self.offset)]
        if self.size is not None:
            args += ["--size", f"{self.size}K"]
        if self.label is not None:
            args += ["--label", self.label]
        if self.fill and any(self.fill):
            args += ["--force"]  # only blanks and swap areas are overwritten without
        return args

    def theirs(self, mkswap, path):
        args = [mkswap, "--pagesize", str(self.page), "--uuid", self.uuid]
        if self.label is not None:
            args += ["--label", self.label]
        if self.endianness != "native" and mkswap_knows(mkswap, "--endianness"):
            args += ["--endianness", self.endianness]
        if self.offset and mkswap_knows(mkswap, "--offset"):
            args += ["--offset", str(self.offset)]
        return args + [path] + ([str(self.size)] if self.size is not None else [])


KNOWN = {}


def mkswap_knows(mkswap, option):
    if mkswap not in KNOWN:
        KNOWN[mkswap] = subprocess.run([mkswap, "--help"], capture_output=True, text=True).stdout
    return option in KNOWN[mkswap]


def run(args):
    return subprocess.run(args, capture_output=True, text=True, errors="replace",
                          env=dict(os.environ, LC_ALL="C"))


def must(args):
    result = run(args)
    if result.returncode != 0:
        fail(f"exit status {result.returncode} from {args}\n{result.stdout}{result.stderr}")
    return result


def fail(message):
    print(f"header_vs_mkswap: {message}", file=sys.stderr)
    sys.exit(1)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def swap_numbers(page):
    page = bytearray(page)
    for at in NUMBERS:
        page[at:at + 4] = page[at:at + 4][::-1]
    return bytes(page)


def reference(case, mkswap, path):
    """The file as mkswap leaves it, and whether it needed help to do so."""
    case.make_file(path)
    helps_order = (NAMES[case.endianness] != sys.byteorder and
                   not mkswap_knows(mkswap, "--endianness"))
    helps_offset = case.offset and not mkswap_knows(mkswap, "--offset")
    before = read(path)
    if helps_offset:
        with open(path, "wb") as file:
            file.write(before[case.offset:])
    must(case.theirs(mkswap, path))
    after = read(path)
    page = case.offset if not helps_offset else 0
    if helps_order:
        after = after[:page] + swap_numbers(after[page:page + case.page]) + after[page + case.page:]
    if helps_offset:
        after = (bytes(BOOT_BITS) + before[BOOT_BITS:case.offset + BOOT_BITS] +
                 after[BOOT_BITS:])
    return after, bool(helps_order or helps_offset)


def difference(ours, theirs):
    if len(ours) != len(theirs):
        return f"length {len(ours)} instead of {len(theirs)}"
    at = next(i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b)
    return (f"byte {at}: {ours[at:at + 16].hex(' ')}\n"
            f"  instead of {theirs[at:at + 16].hex(' ')}")


def check_blkid(case, path):
    """blkid and file see what was asked for. Neither knows offsets."""
    fields = dict(line.split("=", 1) for line in
                  must(["blkid", "-p", "-o", "export", path]).stdout.splitlines() if "=" in line)
    if fields.get("TYPE") != "swap":
        fail(f"blkid sees {fields}: {case}")
    if case.uuid != "clear" and fields.get("UUID") != case.uuid.lower():
        fail(f"blkid sees UUID {fields.get('UUID')}: {case}")
    if case.label and case.label.isalnum() and case.label.isascii() and \
            fields.get("LABEL") != case.label:
        fail(f"blkid sees label {fields.get('LABEL')!r}: {case}")
    if shutil.which("file") and "swap file" not in must(["file", "-b", "-s", path]).stdout:
        fail(f"file(1) sees no swap area: {case}")


def compare(group, cases, options, directory):
    differ = helped = seen = 0
    ours, theirs = os.path.join(directory, "ours"), os.path.join(directory, "theirs")
    for number, case in enumerate(cases):
        want, with_help = reference(case, options.mkswap, theirs)
        helped += with_help
        case.make_file(ours)
        must(case.ours(options.binary, ours))
        have = read(ours)
        if have != want:
            differ += 1
            print(f"{group}: {difference(have, want)}\n  with {case}", file=sys.stderr)
        elif number % 5 == 0 and case.offset == 0:
            check_blkid(case, ours)
            seen += 1
    print(f"# {group}: {len(cases)} sets, {differ} differ; {seen} checked with blkid and file"
          + (f"; mkswap too old for {helped}, which were derived" if helped else ""))
    return differ


def refusals(options, directory):
    """What mkswap refuses or cuts off is a usage error or refused here, and nothing is written."""
    page = 4096
    u = str(uuid.UUID(int=1))
    # arguments of ours, file size, arguments of mkswap (None: it has no such check)
    table = [
        ("nine pages", [], 9 * page, []),
        ("one byte short of ten pages", [], 10 * page - 1, []),
        ("empty", [], 0, []),
        ("ten pages of another size", ["--page-size", "65536"], 10 * page, ["-p", "65536"]),
        ("size of nine pages", ["--size", "36K"], 64 * page, ["36"]),
        ("size above the file", ["--size", "260K"], 64 * page, ["260"]),
        ("no page size", ["--page-size", "3000"], 64 * page, ["-p", "3000"]),
        ("page size too small", ["--page-size", "512"], 64 * page, ["-p", "512"]),
        ("no UUID", ["--uuid", "zzz"], 64 * page, ["-U", "zzz"]),
        ("UUID too short", ["--uuid", u[:-1]], 64 * page, ["-U", u[:-1]]),
        ("label of 16 bytes", ["--label", "x" * 16], 64 * page, None),  # mkswap cuts it silently
        ("unknown byte order", ["--endianness", "middle"], 64 * page, None),
        ("offset above the file", ["--offset", str(65 * page)], 64 * page, None),
        ("less than ten pages left", ["--offset", str(54 * page + 1)], 64 * page, None),
        ("size above what is left", ["--offset", str(10 * page), "--size", "220K"],
         64 * page, None),
    ]
    path = os.path.join(directory, "refused")
    bad = 0
    for name, extra, size, theirs in table:
        with open(path, "wb") as file:
            file.truncate(size)
        os.chmod(path, 0o600)
        if theirs is not None:
            positional = [a for a in theirs if a.isdigit() and len(theirs) == 1]
            flags = [] if positional else theirs
            if run([options.mkswap, *flags, path, *positional]).returncode == 0:
                fail(f"mkswap does not refuse: {name}")
        result = run([options.binary, "format", path, *extra])
        if result.returncode not in (2, 3) or read(path) != bytes(size):
            bad += 1
            print(f"refused: {name}: exit status {result.returncode}, file "
                  f"{'kept' if read(path) == bytes(size) else 'CHANGED'}\n{result.stderr}",
                  file=sys.stderr)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mkswap", default=shutil.which("mkswap", path=os.environ.get("PATH", "") +
                                                         ":/usr/sbin:/sbin"))
    parser.add_argument("--sets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("binary")
    options = parser.parse_args()
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if not options.mkswap or not shutil.which("blkid"):
        print("1..0 # SKIP it needs mkswap and blkid of util-linux")
        return 0
    if os.geteuid() == 0:
        harness.enter_namespace()  # whoever else changes swap at the time is not waited for
    rng = random.Random(options.seed)
    parts = {"plain": 0.3, "size": 0.25, "endianness": 0.2, "offset": 0.25}
    results = {}
    with tempfile.TemporaryDirectory(prefix="header_vs_mkswap.") as directory:
        for group, part in parts.items():
            cases = [Set(rng, group) for _ in range(max(1, round(options.sets * part)))]
            results[f"{group}: the bytes that mkswap writes"] = compare(group, cases, options,
                                                                        directory)
        results["what mkswap refuses is refused"] = refusals(options, directory)
    for number, (name, differ) in enumerate(results.items(), 1):
        print(f"{'not ok' if differ else 'ok'} {number} - {name}")
    print(f"1..{len(results)}")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
