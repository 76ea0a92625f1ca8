#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python package is built and installed as its users do it, each time into an environment that
is empty, and without a network: what builds it comes from the wheels in TOOLS/wheels.

    python_install.py TOOLS

TOOLS is the directory that tools/python.sh made. Each environment then creates, shows and removes
an area of the running kernel.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from scratch import Scratch, command  # noqa: E402
from tap import run_cases  # noqa: E402

TOOLS = Path(sys.argv[1])
PACKAGE = ROOT / "bindings/python"
PREFIX = ROOT / "build/prefix"  # where the library is installed


def run(*args, **environment):
    """Runs a program with nothing in its environment that leads to an installed package."""
    keep = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "PIP_", "VIRTUAL_ENV", "PKG_CONFIG"))}
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, check=False,
                          env={**keep, "PIP_CONFIG_FILE": os.devnull, **environment})
    if done.returncode != 0:
        said = done.stdout + done.stderr
        raise AssertionError(f"exit status {done.returncode} from {args}:\n{said}")
    return done.stdout


def equal(have, want, what):
    if have != want:
        raise AssertionError(f"{what}: {have!r} instead of {want!r}")


class Install:
    """The directories that all cases share."""

    def __init__(self):
        self.scratch = Scratch()
        self.directory = self.scratch.directory
        self.disk = self.scratch.mounted()
        self.sdist = self.directory / "dist"

    def environment(self, name):
        """A new virtual environment; gives its programs."""
        run("/usr/bin/python3", "-m", "venv", self.directory / name)
        return self.directory / name / "bin"

    def pip(self, programs, *args, **environment):
        run(programs / "pip", "install", "--no-index", "--find-links", TOOLS / "wheels", *args,
            **environment)

    def use(self, programs):
        """An area is created, shown and removed, by what was installed there and nothing else."""
        said = run(programs / "python", ROOT / "tests/bindings/python_area.py", self.disk / "area")
        if not said.startswith(str(programs.parent)):
            raise AssertionError(f"it used {said}")

    def extension(self, programs):
        (found,) = programs.parent.glob("lib/python*/site-packages/swapcfg/_swapcfg*.so")
        return found

    def from_the_repository(self):
        """pip install ./bindings/python"""
        programs = self.environment("repository")
        self.pip(programs, PACKAGE)
        self.use(programs)
        left = command("git", "-C", ROOT, "status", "--porcelain", "--ignored", PACKAGE).split("\n")
        equal([it for it in left if it and not it.endswith("/.wraplock")], [], "left there")

    def sdist_of_a_shallow_clone(self):
        """It has the library's sources, and what is committed."""
        clone = self.directory / "clone"
        run("git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", clone)
        run(TOOLS / "env/bin/python", "-m", "build", "--no-isolation", "--sdist", "-o", self.sdist,
            clone / "bindings/python", PATH=f"{TOOLS}/env/bin:{os.environ['PATH']}")
        (path,) = self.sdist.glob("*.tar.gz")
        with tarfile.open(path) as archive:
            names = {it.name.split("/", 1)[1] for it in archive if not it.isdir()}
            links = [it.name for it in archive if not (it.isdir() or it.isfile())]
        equal(links, [], "what is no file")
        needed = {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "swig/swapcfg.i",
                  "swig/python.i", "swapcfg/py.typed", "swapcfg/_swapcfg.pyi", "tests/scratch.py",
                  "subprojects/libswapcfg/include/libswapcfg/swapcfg.h"}
        needed |= {f"subprojects/libswapcfg/{name}" for name in command(
            "git", "-C", ROOT, "ls-files", "lib", "include").split()}
        equal(sorted(needed - names), [], "missing")

    def wheel_of_the_sdist(self):
        """It needs neither the repository nor a libswapcfg."""
        (path,) = self.sdist.glob("*.tar.gz")
        programs = self.environment("sdist")
        wheels = self.directory / "wheels"
        run(programs / "pip", "wheel", "--no-index", "--find-links", TOOLS / "wheels", "-w", wheels,
            path)
        (wheel,) = wheels.glob("swapcfg-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            tops = {name.split("/")[0].split("-")[0] for name in archive.namelist()}
            metadata = archive.read(next(it for it in archive.namelist()
                                         if it.endswith("/METADATA"))).decode()
        equal(tops, {"swapcfg"}, "what is in the wheel")
        for line in ("License-Expression: MIT", "License-File: LICENSE", "Requires-Python: >=3.10"):
            if line not in metadata.splitlines():
                raise AssertionError(f"no {line!r} in {metadata}")
        empty = self.environment("empty")
        run(empty / "pip", "install", "--no-index", wheel)
        self.use(empty)
        extension = self.extension(empty)
        if "swapcfg.so" in run("ldd", extension):
            raise AssertionError("it needs the shared library")
        names = [line.split()[0] for line in
                 run("nm", "-D", "--defined-only", "--format=posix", extension).splitlines()]
        equal(names, ["PyInit__swapcfg"], "what it exports")

    def with_the_systems_library(self):
        """As a distribution builds it."""
        programs = self.environment("system")
        (sdist,) = self.sdist.glob("*.tar.gz")
        (self.directory / "package").mkdir()
        run("tar", "-xzf", sdist, "-C", self.directory / "package")
        (package,) = (self.directory / "package").iterdir()
        for part in ("lib", "include"):  # what is not there is not built in
            shutil.rmtree(package / "subprojects/libswapcfg" / part)
        run(TOOLS / "env/bin/python", "-m", "build", "--no-isolation", "--wheel",
            "-o", self.directory / "system-wheel", "-Csetup-args=-Dsystem-library=true", package,
            PKG_CONFIG_PATH=f"{PREFIX}/lib/pkgconfig", PATH=f"{TOOLS}/env/bin:{os.environ['PATH']}")
        (wheel,) = (self.directory / "system-wheel").glob("*.whl")
        run(programs / "pip", "install", "--no-index", wheel)
        needed = run("readelf", "-d", self.extension(programs))
        if "[libswapcfg.so.0]" not in needed:
            raise AssertionError(f"it does not need the shared library: {needed}")
        os.environ["LD_LIBRARY_PATH"] = f"{PREFIX}/lib"
        try:
            self.use(programs)
        finally:
            del os.environ["LD_LIBRARY_PATH"]


def main():
    install = Install()
    cases = (install.from_the_repository, install.sdist_of_a_shallow_clone,
             install.wheel_of_the_sdist, install.with_the_systems_library)
    return run_cases(*((case.__name__.replace("_", " "), case) for case in cases))


sys.exit(main())
