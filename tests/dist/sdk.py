#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The SDK for riscv64 as it is shipped: sdk.py ARCHIVE EMULATOR COMPILER...

Unpacked somewhere, it gives the native library's functions, and programs, shared and static, that
run: below the emulator, the shared one with the loader of Debian's musl.
"""

import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "system"), str(HERE.parent / "lab")]

# pylint: disable=wrong-import-position
import harness
from basis import MIB, PAGE, check, equal
from labkit import packages

ARCHIVE, EMULATOR, *COMPILER = sys.argv[1:]
VERSION = re.search(r"libswapcfg-([^-]+)-", ARCHIVE)[1]
scratch = tempfile.mkdtemp(prefix="swapcfg-sdk-", dir=harness.on_disk())


def run(*args, **options):
    return harness.command(*map(str, args), **options)


def unpack(name):
    place = Path(scratch) / name
    place.mkdir()
    run("tar", "-xzf", ARCHIVE, "-C", place)
    sdk, = place.iterdir()
    return sdk


def library():
    return SDK / "lib/libswapcfg.so"


def exported(path):
    """Names with their versions, as ld prints them."""
    lines = run("nm", "-D", "--defined-only", path).splitlines()
    return sorted(line.split()[-1] for line in lines if " A " not in line)


def has_the_native_functions():
    """tests/checks/symbols.sh compares the native ones with the headers and with the map."""
    have = exported(library())
    equal(have, exported(f"{harness.BUILD}/lib/libswapcfg.so"), "what it exports")
    check(len(have) > 50 and all("@@LIBSWAPCFG_0.1" in name for name in have), f"{have}")
    print(f"# figure: {len(have)} functions in the SDK, as in the native library")


def is_a_library_for_musl():
    header = run("readelf", "-hW", library())
    check(re.search(r"Machine: +RISC-V", header), header)
    check("double-float ABI" in header, header)
    dynamic = run("readelf", "-dW", library())
    equal(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic), ["libc.so"], "what it needs")
    equal(re.findall(r"\(SONAME\).*\[(.*)\]", dynamic), ["libswapcfg.so.0"], "its soname")
    for word in ("TEXTREL", "RPATH", "RUNPATH"):
        check(word not in dynamic, f"it has {word}: {dynamic}")
    check("BIND_NOW" in dynamic, f"symbols are bound late: {dynamic}")
    segments = run("readelf", "-lW", library())
    check("GNU_RELRO" in segments, f"no RELRO: {segments}")
    check(not re.search("GNU_STACK.*E", segments), f"an executable stack: {segments}")
    check("GLIBC" not in run("readelf", "-VW", library()), "it wants glibc")


def any_linker_can_read_the_archive():
    """Machine code, which knows libc and itself."""
    objects = Path(scratch) / "objects"
    objects.mkdir()
    run("ar", "x", SDK / "lib/libswapcfg.a", cwd=objects)
    found = sorted(objects.iterdir())
    check(len(found) > 50, f"it has {len(found)} members")
    for path in found:
        equal(path.read_bytes()[:4], b"\x7fELF", f"the beginning of {path.name}")
    defined = set(run("nm", "-g", "--defined-only", "--format=just-symbols", *found).split("\n"))
    foreign = {name for name in defined if name and not name.endswith(":")
               and not name.startswith(("scfg_", "swapcfg_"))}
    equal(foreign, set(), "names that are not the library's")


def flags(sdk, *more):
    return shlex.split(run("pkg-config", "--cflags", "--libs", *more, "libswapcfg", env={
        **os.environ, "PKG_CONFIG_LIBDIR": f"{sdk}/lib/pkgconfig"}))


def build(name, sdk, static=False):
    """zig looks at -static when it comes to a library: it has to stand before. It has compiled its
    libc for this optimisation already."""
    program = Path(scratch) / name
    how = ["-static", *flags(sdk, "--static")] if static else flags(sdk)
    run(*COMPILER, "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Oz", "-o", program,
        HERE / "user.c", *how)
    return program


def works(program, *emulator):
    """It makes an area below a root."""
    root = Path(scratch) / f"{program.name}-root"
    (root / "etc").mkdir(parents=True)
    said = run(*emulator, program, root, "/swapfile", "8M")
    equal(said, f"{VERSION}: made\n", "the program says")
    area = (root / "swapfile").read_bytes()
    equal(len(area), 8 * MIB, "its size")
    equal(area[PAGE - 10:PAGE], b"SWAPSPACE2", "its mark")


def makes_static_programs():
    program = build("static", SDK, static=True)
    check("INTERP" not in run("readelf", "-lW", program), "it needs a loader")
    works(program, EMULATOR)


def makes_shared_programs():
    """And the directory may be moved at any time."""
    moved = Path(scratch) / "moved to" / "another place"
    moved.parent.mkdir()
    shutil.copytree(SDK, moved, symlinks=True)
    program = build("shared", moved)
    equal(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", program)),
          ["libswapcfg.so.0", "libc.so"], "what it needs")
    system = Path(scratch) / "system"
    system.mkdir()
    (system / "lib").symlink_to(packages.tree("trixie", "riscv64", ["musl"]) / "usr/lib")
    works(program, EMULATOR, "-L", system, "-E", f"LD_LIBRARY_PATH={moved}/lib")


CASES = (
    ("the shared library has the native functions", has_the_native_functions),
    ("the shared library is for riscv64 and musl", is_a_library_for_musl),
    ("the static library is for any linker", any_linker_can_read_the_archive),
    ("a static program works", makes_static_programs),
    ("a shared program works, the SDK having moved", makes_shared_programs),
)
try:
    SDK = unpack("here")
    results = [harness.run_case(number, *case, ()) for number, case in enumerate(CASES, 1)]
    print(f"1..{len(CASES)}")
finally:
    shutil.rmtree(scratch)
sys.exit(not all(results))
