#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tests of the Go package on file systems of its own.

    go.py PROGRAM [ARGUMENT]...

PROGRAM is what `go test -c` has made. GO names the go program whose test2json is used."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
import harness  # noqa: E402
from gotap import Converter  # noqa: E402

PACKAGE = Path(__file__).resolve().parents[2] / "bindings/go"


def run(program, *arguments):
    """Gives the exit status."""
    ext4 = harness.mounted("ext4", 900 * harness.MIB)
    environment = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0", **os.environ,
                   "SWAPCFG_TEST_EXT4": ext4, "TMPDIR": ext4,
                   "SWAPCFG_TEST_EXT2": harness.mounted("ext2", 800 * harness.MIB)}
    tests = harness.start([program, "-test.v", "-test.timeout=9m", *arguments], env=environment,
                          cwd=PACKAGE, stdin=harness.subprocess.DEVNULL,
                          stdout=harness.subprocess.PIPE, stderr=harness.subprocess.STDOUT)
    lines = harness.start([os.environ.get("GO", "go"), "tool", "test2json", "-t"],
                          stdin=tests.stdout, stdout=harness.subprocess.PIPE, text=True,
                          errors="replace")
    converter = Converter()
    for line in lines.stdout:
        converter.take(line)
    lines.wait()
    status = tests.wait()
    try:
        harness.leaves_nothing()
        converter.case("leaves nothing behind", True)
    except harness.Failure as failure:
        print(f"# {failure}")
        converter.case("leaves nothing behind", False)
    return converter.close(status)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        print("1..0 # SKIP it needs root")
        return
    program = os.path.abspath(sys.argv[1])
    harness.set_up()
    sys.exit(run(program, *sys.argv[2:]))


if __name__ == "__main__":
    main()
