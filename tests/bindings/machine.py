# SPDX-License-Identifier: MIT
"""A machine to follow the documents on: a root directory of its own on ext4, with this system's
programs, in which a user may install what he likes, make /swapfile and change /etc.

The kernel is the one that runs. /usr is an overlay, everything else that is written lies on a file
system in an image; harness.py takes all of it down again.
"""

import atexit
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import harness
from harness import MIB, check, command, equal, header, need_filesystem

SWAPFILE = "/swapfile"
SOURCE = "/srv/libswapcfg"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/go/bin"
LIMIT = 300  # seconds for one command

# Before /run is another one, as it may be a link to there; pip asks for names.
try:
    RESOLVER = Path("/etc/resolv.conf").read_bytes()
except OSError:
    RESOLVER = b""

# A swapoff(2) waits before it begins, so that what is active before it is seen.
TRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "--signal=none", "-e", "trace=swapon,swapoff",
         "-e", "inject=swapoff:delay_enter=300000"]
CALL = re.compile(r"\b(?P<name>swapon|swapoff)(\(| resumed>).*= (?P<result>-?\d+)")


@dataclass
class Run:
    """What came of a command."""
    status: int
    output: str
    calls: list = field(default_factory=list)  # (name, result) of swapon(2) and swapoff(2)
    seen: list = field(default_factory=list)  # (path, size) of the areas meanwhile, each once


def programs_in(root):
    """The processes that have a root directory."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{name}/root") == root:
                yield int(name)
        except OSError:
            pass  # gone


def end_programs(root):
    """Ends them: some have made groups or sessions of their own."""
    for _ in range(100):
        found = list(programs_in(root))
        for number in found:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not found:
            break
        time.sleep(0.05)


def end_all(root):
    """A second Ctrl-C does not hinder the first."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_programs(root)


class Watch:
    """Looks at the areas of the machine while a command runs."""

    def __init__(self):
        self.seen = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.keep_looking, daemon=True)

    def look(self):
        for row in harness.our_swaps():
            key = (row.path, row.size)
            if key not in self.seen:
                self.seen.append(key)

    def keep_looking(self):
        while not self.over.wait(0.02):
            self.look()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.look()


class Machine:
    def __init__(self, cache):
        """Sets it up. Below the cache lies what Go and pip would have to do or fetch anew."""
        need_filesystem("overlay")
        harness.need("strace", "chroot")
        self.root = harness.mounted("ext4", 4096 * MIB, "machine")
        for name in ("proc", "sys", "dev", "run", "usr", "root/.cache", "data", "opt",
                     "var/lib/dpkg", "srv", ".usr/upper", ".usr/work"):
            os.makedirs(f"{self.root}/{name}")
        for name in ("tmp", "var/tmp"):
            os.mkdir(f"{self.root}/{name}")
            os.chmod(f"{self.root}/{name}", 0o1777)
        for name in os.listdir("/"):  # bin, lib, ... where they are links into /usr
            if os.path.islink(f"/{name}") and os.readlink(f"/{name}").startswith("usr/"):
                os.symlink(os.readlink(f"/{name}"), f"{self.root}/{name}")
        check(os.path.islink(f"{self.root}/bin"), "/bin is no link into /usr")
        atexit.register(end_all, self.root)  # before harness takes the mounts down
        command("cp", "-a", "/etc", self.root)
        Path(f"{self.root}/etc/resolv.conf").unlink(missing_ok=True)
        Path(f"{self.root}/etc/resolv.conf").write_bytes(RESOLVER)
        Path(f"{self.root}/etc/fstab").write_text("# nothing but the root\n", encoding="utf-8")
        for name in ("proc", "sys", "dev"):
            command("mount", "--bind", f"/{name}", f"{self.root}/{name}")
        for name in ("opt", "var/lib/dpkg"):
            command("mount", "--bind", f"/{name}", f"{self.root}/{name}")
            command("mount", "-o", "remount,bind,ro", f"{self.root}/{name}")
        command("mount", "-t", "tmpfs", "-o", "mode=0755", "run", f"{self.root}/run")
        command("mount", "-t", "overlay", "-o",
                f"lowerdir=/usr,upperdir={self.root}/.usr/upper,workdir={self.root}/.usr/work",
                "usr", f"{self.root}/usr")
        os.makedirs(cache, exist_ok=True)
        command("mount", "--bind", cache, f"{self.root}/root/.cache")
        os.makedirs(f"{self.root}/run/systemd/system")  # what started it

    def path(self, inside):
        return f"{self.root}{inside}"

    def copy_source(self, names):
        """The project's files, as a user unpacks them."""
        for name in names:
            target = Path(self.path(f"{SOURCE}/{name}"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(f"{harness.SOURCE}/{name}", target, follow_symlinks=False)

    def run(self, line, directory=SOURCE, **env):
        """Runs a command line as root of the machine, and looks at what the kernel does."""
        log = f"{harness.scratch}/calls"
        with open(log, "w", encoding="utf-8"), open(f"{harness.scratch}/output", "w+b") as output:
            variables = {**os.environ, "PATH": PATH, "HOME": "/root", **env}
            for name in ("SWAPCFG", "SWAPCFG_SOURCE", "SWAPCFG_BUILD", "DESTDIR", "TMPDIR"):
                variables.pop(name, None)
            process = harness.start(
                [*TRACE, "-o", log, "chroot", self.root, "/bin/sh", "-e", "-c",
                 f"cd '{directory}'\n{line}"],
                env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            with Watch() as watch:
                try:
                    process.wait(LIMIT)
                except subprocess.TimeoutExpired:
                    end_programs(self.root)
                    process.wait()
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        calls = [(match["name"], int(match["result"]))
                 for match in map(CALL.search, Path(log).read_text("utf-8").splitlines()) if match]
        return Run(process.returncode, text, calls, watch.seen)

    def must(self, line, **options):
        result = self.run(line, **options)
        check(result.status == 0, f"exit status {result.status} from {line!r}:\n"
                                  f"{result.output[-3000:]}")
        return result

    # What there is, found without the library.

    def row(self, inside=SWAPFILE):
        return harness.row_of(self.path(inside))

    def boot_files(self):
        """All that a boot entry could be written to."""
        found = {}
        for directory, _, files in os.walk(self.path("/etc")):
            for name in files:
                path = f"{directory}/{name}"
                found[path] = harness.describe(path)[-1:] + [os.lstat(path).st_mode]
        return found

    def naming(self, inside):
        """The boot files that name a path."""
        return [path for path in self.boot_files()
                if not os.path.islink(path) and inside.encode() in Path(path).read_bytes()]

    def is_active(self, inside, size):
        """Whether the kernel uses a sound area of a size, and of no other."""
        row = self.row(inside)
        check(row is not None, f"{inside} is not active")
        equal(row.size, size - harness.PAGE, f"bytes of {inside} that the kernel uses")
        self.is_area(inside, size)

    def is_area(self, inside, size):
        info = os.stat(self.path(inside))
        equal(info.st_size, size, f"bytes of {inside}")
        equal(info.st_mode & 0o777, 0o600, f"mode of {inside}")
        equal(header(self.path(inside)).pages, size // harness.PAGE, f"pages of {inside}")

    def is_gone(self, inside):
        check(self.row(inside) is None, f"{inside} is still active")
        check(not os.path.lexists(self.path(inside)), f"{inside} is still there")
        equal(self.naming(inside), [], f"boot files that name {inside}")
