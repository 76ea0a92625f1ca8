# SPDX-License-Identifier: MIT
"""What the system tests share: a scratch directory, file systems in images, the command line
program, what the kernel says, and TAP.

A test program is a list of cases, given to main(). It runs in a mount namespace of its own with a
/run of its own, so that nothing else sees its mounts or waits for its lock. However it ends, what
it made is taken down again: areas, programs, mounts, loops, files.
"""

import atexit
import ctypes
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

# What only tests use is named here as well: they import one module.
from basis import (MIB, PAGE, Failure, Skip, check, describe, digest, equal, full_file, header,
                   swaps, under, unescape, write_swap_header)

NOBODY = 65534
IN_NAMESPACE = "SWAPCFG_TEST_NAMESPACE"
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
os.environ["LC_ALL"] = "C"

SWAPCFG = os.environ.get("SWAPCFG", "")
SOURCE = os.environ.get("SWAPCFG_SOURCE", str(Path(__file__).resolve().parents[2]))
BUILD = os.environ.get("SWAPCFG_BUILD", "")
libc = ctypes.CDLL(None, use_errno=True)
scratch = None
programs = []


def need(*commands):
    for name in commands:
        if not shutil.which(name):
            raise Skip(f"{name} is not installed")


def counts_lines():
    """Whether it is a build for coverage: such a program writes its counts when it ends."""
    objects = f"{SWAPCFG}.p"
    return os.path.isdir(objects) and any(name.endswith(".gcno") for name in os.listdir(objects))


def need_plain_build():
    if counts_lines():
        raise Skip("a build for coverage writes its counts when it ends")


def command(*args, **options):
    """Runs another program, which has to succeed; gives its output."""
    result = subprocess.run(args, capture_output=True, text=True, errors="replace", check=False,
                            **options)
    check(result.returncode == 0,
          f"exit status {result.returncode} from {args}: {result.stderr}{result.stdout}")
    return result.stdout


def start(args, **options):
    """Starts a program that does not outlive the test."""
    process = subprocess.Popen(args, **options)
    programs.append(process)
    return process


def copy_program(root):
    """swapcfg with the libraries that it needs; the loader has to lie where it is looked for."""
    found = subprocess.run(["ldd", SWAPCFG], capture_output=True, text=True, check=False)
    os.makedirs(f"{root}/lib", exist_ok=True)
    os.makedirs(f"{root}/sbin", exist_ok=True)
    for library in re.findall(r"(/\S+) \(0x", found.stdout):
        shutil.copy(library, f"{root}/lib")
        if os.path.basename(library).startswith("ld-"):
            os.makedirs(f"{root}{os.path.dirname(library)}", exist_ok=True)
            shutil.copy(library, f"{root}{library}")
    shutil.copy(SWAPCFG, f"{root}/sbin/swapcfg")


class Hog:
    """A program with memory of its own, that it pushes out and verifies."""

    def __init__(self, program, mib):
        self.process = start([program, str(mib)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True, bufsize=1)
        equal(self.process.stdout.readline(), "ready\n", "the hog says")

    def ask(self, letter, answer):
        self.process.stdin.write(letter)
        self.process.stdin.flush()
        equal(self.process.stdout.readline(), answer + "\n", "the hog says")


# What the kernel says.


def our_swaps():
    loops = {os.fsencode(name) for name in our_loops()}
    return [row for row in swaps() if under(row.path, scratch) or row.path in loops]


def row_of(path):
    """The row of an area, or None. A second one is a failure."""
    rows = [row for row in swaps() if row.path == os.fsencode(path)]
    check(len(rows) <= 1, f"{path} has {len(rows)} rows in /proc/swaps")
    return rows[0] if rows else None


def our_loops():
    found = []
    for entry in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            if under(entry.read_bytes().rstrip(b"\n"), scratch):
                found.append(f"/dev/{entry.parents[1].name}")
        except OSError:
            pass  # detached meanwhile
    return sorted(found)


def our_mounts():
    """Mount points below the scratch directory, the deepest first."""
    with open("/proc/self/mountinfo", "rb") as file:
        points = [unescape(line.split()[4]) for line in file]
    return sorted((point for point in points if under(point, scratch)), key=len, reverse=True)


def swapon(path, priority=None):
    flags = 0 if priority is None else 0x8000 | priority
    if libc.swapon(os.fsencode(path), flags) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)


def sync(path):
    """Writes out the file system that a path lies on, and no other: one that hangs would hang us."""
    fd = os.open(path, os.O_RDONLY)
    try:
        check(libc.syncfs(fd) == 0, f"syncfs of {path}: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(fd)


def swapoff(path):
    if libc.swapoff(os.fsencode(path)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)


def filesystems():
    return {line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines()}


def has_filesystem(name):
    """A file system that is a module counts as there once it can be loaded."""
    if name not in filesystems() and shutil.which("modprobe"):
        subprocess.run(["modprobe", "-q", name], capture_output=True, check=False)
    return name in filesystems()


def need_filesystem(name):
    if not has_filesystem(name):
        raise Skip(f"this kernel has no {name}")


# What the tests make.


def image(name, size):
    path = f"{scratch}/{name}.img"
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def loop_device(path, *options):
    return command("losetup", "--find", "--show", *options, path).strip()


MKFS = {
    "ext2": ["mke2fs", "-q", "-F", "-b", "4096", "-t", "ext2"],
    "ext3": ["mke2fs", "-q", "-F", "-b", "4096", "-t", "ext3"],
    "ext4": ["mke2fs", "-q", "-F", "-b", "4096", "-t", "ext4"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
    "btrfs": ["mkfs.btrfs", "-q", "-f"],
    "vfat": ["mkfs.vfat"],
    "exfat": ["mkfs.exfat"],
    "f2fs": ["mkfs.f2fs", "-q", "-f"],
    "ntfs3": ["mkntfs", "-q", "-F"],
}


def mounted(kind, size=400 * MIB, name=None, options=""):
    """A new file system of a kind, mounted; gives the mount point."""
    need_filesystem(kind)
    need(MKFS[kind][0])
    name = name or kind
    path = image(name, size)
    command(*MKFS[kind], path)
    point = f"{scratch}/{name}"
    os.mkdir(point)
    command("mount", "-t", kind, "-o", ",".join(filter(None, ["loop", options])), path, point)
    os.chmod(point, 0o755)
    return point


def directory_in(point):
    """A new directory for one case, so that a case that fails does not spoil the next."""
    directory = f"{point}/{len(os.listdir(point))}"
    os.mkdir(directory, 0o755)
    return directory


def unmount(point):
    command("umount", point)


def build(source, *options):
    """Compiles a C program that lies beside the tests."""
    output = f"{scratch}/{Path(source).stem}"
    compiler = shlex.split(os.environ.get("CC", "cc"))
    command(*compiler, "-O1", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-o", output,
            str(Path(__file__).with_name(source)), *options)
    return output


def with_library():
    """What build() needs to link a program with the library."""
    return [f"-I{SOURCE}/include", f"-L{BUILD}/lib", f"-Wl,-rpath,{BUILD}/lib", "-lswapcfg",
            "-pthread"]


def snapshot(*tops):
    """All that a refused command must leave as it was: files, devices, areas."""
    found = {b"swaps": [(row.path, row.size, row.priority) for row in our_swaps()]}
    for top in map(os.fsencode, tops):
        if stat.S_ISBLK(os.stat(top).st_mode):
            found[top] = digest(top)
            continue
        found[top] = describe(top)
        for directory, names, files in os.walk(top):
            for name in names + files:
                path = os.path.join(directory, name)
                found[path] = describe(path)
    return found


def untouched(before, *tops):
    after = snapshot(*tops)
    for path in sorted(before.keys() | after.keys()):
        equal(after.get(path), before.get(path), f"{path!r} was touched")


# The command line program.


@dataclass
class Result:
    status: int
    out: bytes
    err: str

    def document(self):
        """The one JSON document on standard output."""
        text = self.out.decode("utf-8")
        check(text.endswith("\n"), f"the document does not end its line: {text!r}")
        return json.loads(text)

    def text(self):
        return f"exit status {self.status}\n{self.out.decode('utf-8', 'replace')}{self.err}"


def swapcfg(*args, status=0, timeout=120, **options):
    """Runs swapcfg. A status of None accepts any."""
    result = subprocess.run([SWAPCFG, *args], stdin=subprocess.DEVNULL, capture_output=True,
                            timeout=timeout, check=False, **options)
    result = Result(result.returncode, result.stdout, result.stderr.decode("utf-8", "replace"))
    if status is not None:
        check(result.status == status, f"swapcfg {args}: {result.text()}")
    return result


def swapcfg_json(*args, status=0, **options):
    return swapcfg("--json", *args, status=status, **options).document()


def area_of(path, *args):
    """The one area of a status of a path."""
    areas = swapcfg_json(*args, "status", path)["areas"]
    equal(len(areas), 1, f"areas in the status of {path}")
    return areas[0]


def remove(path):
    swapcfg("--quiet", "remove", path)


# How a test program runs.


def clean_up():
    """Takes down what the test made; what is on something else goes first."""
    for process in programs:
        if process.poll() is None:
            process.kill()
        process.wait()
    for row in sorted(our_swaps(), key=lambda row: len(row.path), reverse=True):
        try:
            swapoff(row.path)
        except OSError as error:
            print(f"# swapoff: {error}")
    for point in our_mounts():
        subprocess.run(["umount", point], check=False)
    for device in our_loops():
        subprocess.run(["losetup", "-d", device], check=False)
    deadline = time.monotonic() + 5  # the kernel detaches when the last user has gone
    while our_loops() and time.monotonic() < deadline:
        time.sleep(0.05)
    if not our_mounts() and not our_swaps():
        shutil.rmtree(scratch, ignore_errors=True)


def enter_namespace():
    """Begins again in a mount namespace, with a /run that is empty. What others unmount is
    unmounted there as well, where the system shares its mounts, so that nothing is kept busy."""
    if IN_NAMESPACE not in os.environ:
        os.environ[IN_NAMESPACE] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "slave", sys.executable,
                              os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    command("mount", "-t", "tmpfs", "-o", "mode=0755", "run", "/run")


def on_disk():
    """A directory for images. Not in memory: the kernel may swap the pages of an image out to the
    area inside of it, and then waits for itself (seen on 6.18; nothing ends that but a reboot)."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        kinds = {line.split()[2]: line.split(" - ")[1].split()[0] for line in file}
    for directory in (tempfile.gettempdir(), "/var/tmp"):
        device = os.stat(directory).st_dev
        if kinds.get(f"{os.major(device)}:{os.minor(device)}") not in ("tmpfs", "ramfs"):
            return directory
    sys.exit("set TMPDIR to a directory on a disk")


def set_up():
    global scratch
    enter_namespace()
    scratch = os.path.realpath(tempfile.mkdtemp(prefix="swapcfg-test-", dir=on_disk()))
    os.chmod(scratch, 0o755)
    atexit.register(clean_up)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))


def run_case(number, name, function, args):
    """Prints one line of TAP; False where the case failed."""
    try:
        function(*args)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
    except Exception as error:
        text = str(error) if isinstance(error, Failure) else traceback.format_exc()
        for at in traceback.extract_tb(error.__traceback__)[1:]:
            text += f"\n  {Path(at.filename).name}:{at.lineno}"
        print("".join(f"# {line}\n" for line in text.splitlines()), end="")
        print(f"not ok {number} - {name}", flush=True)
        return False
    else:
        print(f"ok {number} - {name}", flush=True)
    return True


def leaves_nothing():
    """Of ours: others may mount and unmount meanwhile, and all of ours is below the scratch."""
    clean_up()
    equal(our_swaps(), [], "areas left")
    equal(our_loops(), [], "loop devices left")
    equal(our_mounts(), [], "mounts left")
    check(not os.path.exists(scratch), f"{scratch} is left")


def main(*cases):
    """Runs cases, each a tuple of a name, a function and its arguments."""
    if os.geteuid() != 0:
        print("1..0 # SKIP it needs root")
        return
    if not os.access(SWAPCFG, os.X_OK):
        sys.exit("SWAPCFG in the environment has to name the program to be tested")
    set_up()
    failed = False
    everything = [*cases, ("leaves nothing behind", leaves_nothing)]
    for number, (name, function, *args) in enumerate(everything, 1):
        failed = not run_case(number, name, function, args) or failed
    print(f"1..{len(everything)}")
    sys.exit(failed)
