#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that are not what they should be: boot files and tables of /proc that are huge, binary, damaged
or no files at all; and sizes at every boundary. A clear reason, an exit status, nothing touched."""

import os
import stat
import subprocess

import harness
from harness import MIB, PAGE, check, equal, swapcfg
from offline_inits import BUSYBOX, SYSTEMS

import offline_inits

SMALL = 16 * PAGE
PLAIN = ["--keep-free", "0"]
state = {}


def make_disk():
    offline_inits.top = state["top"] = harness.mounted("ext4", 64 * MIB, "files")


def told(result):
    """The reason; it comes with a sentence."""
    error = result.document()["error"]
    check(len(error["message"].split()) > 3, f"no sentence: {error}")
    equal(error["left"], [], f"left by {error}")
    return error["reason"]


# Boot files.

KINDS = {
    "inittab": ({"bin/busybox": BUSYBOX, "sbin/init": b"\x7fELF", "etc/inittab": b"# none\n"},
                {"sbin/swapon": "/bin/busybox"}, "etc/inittab"),
    "fstab": ({"sbin/swapon": b"\x7fELF", "etc/runlevels/boot/swap": b"", "etc/fstab": b"# none\n"},
              {}, "etc/fstab"),
    "systemd": (SYSTEMS["systemd"]["files"], SYSTEMS["systemd"]["links"],
                "etc/systemd/system/swapfile.swap"),
    "openrc": (SYSTEMS["OpenRC"]["files"], SYSTEMS["OpenRC"]["links"], "etc/init.d/swapcfg"),
    "initd": (SYSTEMS["Buildroot"]["files"], SYSTEMS["Buildroot"]["links"],
              "etc/init.d/S02swapcfg"),
    "uci": (SYSTEMS["OpenWrt"]["files"], SYSTEMS["OpenWrt"]["links"], "etc/config/fstab"),
}


def put(content):
    def make(path):
        with open(path, "wb") as file:
            file.write(content)
    return make


def long_line(path):
    put(b"#" + b"x" * (900 * 1024) + b"\n")(path)


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(1 << 40)


def loop(path):
    os.symlink(os.path.basename(path), path)


def huge(path):
    put(b"# a line of a file that is far too long\n" * 200000)(path)


DAMAGES = {
    "8 MB": huge, "1 TiB, sparse": sparse, "one line of 900 KB": long_line,
    "NUL bytes": put(b"# a line\n\0\0\0\n# another\n"), "random bytes": put(os.urandom(65536)),
    "no newline at the end": put(b"# a line"), "only NULs": put(bytes(4096)), "empty": put(b""),
    "CR LF": put(b"# a line\r\nanother one\r\n"), "a FIFO": os.mkfifo, "a directory": os.mkdir,
    "a link to itself": loop, "a link to nowhere": lambda path: os.symlink("no/where", path),
    "a link to /dev/null": lambda path: os.symlink("/dev/null", path),
    "a device": lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5)),
}


def tree(root):
    """Times apart, as a file that was made and deleted changes those of its directory."""
    found = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            info = os.lstat(path)
            what = None
            if stat.S_ISREG(info.st_mode) and info.st_size < 16 * MIB:
                what = harness.digest(path)
            elif stat.S_ISLNK(info.st_mode):
                what = os.readlink(path)
            found[path] = (info.st_mode, info.st_size if stat.S_ISREG(info.st_mode) else 0, what)
    return found


def boot_file(kind):
    """create works and remove brings every byte back, or create is refused; remove never fails."""
    files, links, name = KINDS[kind]
    worked = []
    for number, (damage, make) in enumerate(DAMAGES.items()):
        root = offline_inits.make_root(f"{kind}-{number}", {"files": files, "links": links})
        path = f"{root}/{name}"
        if os.path.lexists(path):
            os.unlink(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        make(path)
        before = tree(root)
        args = ["--json", "--root", root]
        result = swapcfg(*args, "create", "/swapfile", "--size", str(SMALL), f"--boot={kind}",
                         *PLAIN, status=None, timeout=20)
        check(result.status in (0, 3), f"{damage}: {result.text()}")
        swapcfg(*args, "status", timeout=20)
        if result.status == 0:
            worked.append(damage)
            swapcfg(*args, "remove", "/swapfile", timeout=20)
            if damage == "empty" and not os.path.exists(path):
                before.pop(path)  # a file of our name that holds nothing is no loss
        else:
            told(result)
        equal(tree(root), before, f"{damage}: the tree")
        harness.full_file(f"{root}/swapfile", SMALL)
        harness.write_swap_header(f"{root}/swapfile", SMALL // PAGE)
        swapcfg(*args, "remove", "/swapfile", timeout=20)
        equal(tree(root), before, f"{damage}: the tree after remove")
        if os.path.isfile(path) and os.stat(path).st_size > MIB:
            os.unlink(path)
    print(f"# figure: {len(DAMAGES)} damages; it worked with: {', '.join(worked) or 'none'}")
    check("no newline at the end" in worked or kind in ("systemd", "openrc", "initd"), "it works")


# Tables of the kernel.

HEAD = b"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
SWAPS = {
    "empty": b"", "only NULs": bytes(4096), "no numbers": HEAD + b"/area file x y z\n",
    "too few fields": HEAD + b"/area file 10\n", "numbers that overflow":
        HEAD + b"/area file 99999999999999999999 0 -2\n", "random bytes": os.urandom(8192),
    "cut": HEAD[:20], "an escape that ends": HEAD + b"/area\\04 file 10 0 -2\n",
    "8 MB": HEAD + b"/some/area file 1024 0 -2\n" * 300000,
}
MEMORY = {
    "empty": b"", "only NULs": bytes(4096), "no numbers": b"MemTotal: much kB\n",
    "numbers that overflow": b"MemTotal: 99999999999999999999999 kB\nMemAvailable: 1 kB\n",
    "random bytes": os.urandom(8192), "8 MB": b"MemFoo: 1 kB\n" * 600000,
}
MOUNTS = {
    "empty": b"", "only NULs": bytes(4096), "random bytes": os.urandom(8192),
    "cut": b"22 1 8:1 / / rw", "numbers that overflow":
        b"99999999999999999999999 1 8:1 / / rw - ext4 /dev/root rw\n",
    "8 MB": b"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n" * 150000,
}


def is_done(result):
    """The command is carried out, and what came of it could not be shown."""
    return "cannot read the swap status" in result.document()["error"]["message"]


def table(name, contents, may_work):
    """Over /proc's own, in a mount namespace; an area of ours is active meanwhile and stays so."""
    directory = harness.directory_in(state["top"])
    path = f"{directory}/area"
    swapcfg("create", path, "--size", str(SMALL), "--boot=none", *PLAIN)
    fake = f"{harness.scratch}/table"
    worked = 0
    for damage, content in contents.items():
        put(content)(fake)
        before = harness.snapshot(directory)
        for args in (["create", f"{directory}/new", "--size", str(SMALL), "--boot=none", *PLAIN],
                     ["resize", path, "--size", str(2 * SMALL), *PLAIN], ["disable", path],
                     ["remove", path], ["status"], ["status", path]):
            if damage in may_work and args[0] != "status":
                continue
            result = subprocess.run(
                ["unshare", "--mount", "sh", "-c", f"mount --bind {fake} {name} && exec \"$@\"",
                 "sh", harness.SWAPCFG, "--json", *args],
                capture_output=True, check=False, timeout=30)
            result = harness.Result(result.returncode, result.stdout, result.stderr.decode())
            check(result.status in (0, 1, 3), f"{damage}: {args}: {result.text()}")
            changed = result.status == 0 or is_done(result)
            if result.status:
                told(result)
            if not changed or args[0] == "status":
                harness.untouched(before, directory)
            else:
                worked += 1
                if args[0] == "create":
                    harness.swapoff(f"{directory}/new")
                    os.unlink(f"{directory}/new")
                for each in (args[0] in ("disable", "remove") and [path] or []):
                    if not os.path.exists(each):
                        harness.full_file(each, SMALL)
                        harness.write_swap_header(each, SMALL // PAGE)
                    harness.swapon(each)
                if args[0] == "resize":
                    # The kernel names it as the other namespace did, so that only it can tell.
                    harness.swapoff(path)
                    harness.full_file(path, SMALL)
                    harness.write_swap_header(path, SMALL // PAGE)
                    harness.swapon(path)
                before = harness.snapshot(directory)
    print(f"# figure: {len(contents)} damages, {worked} commands worked all the same")
    harness.remove(path)


# Sizes.

BOUNDARIES = [0, 1, PAGE - 1, PAGE, PAGE + 1, 9 * PAGE, 9 * PAGE + 1, 10 * PAGE - 1, 10 * PAGE,
              2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**32 * PAGE - 1, 2**32 * PAGE,
              2**32 * PAGE + 1, 2**53, 2**63 - PAGE, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - PAGE,
              2**64 - 2, 2**64 - 1, 2**64, 2**64 + 1, 2**65, 10**30, "9" * 200, "-1", "-4096",
              "1E", "15E", "16E", "17E", "0x1000", "1e9", "+1", " 1", "1 ", "1KB", "NaN", "", "٣",
              "1.5", "0.0000001K", "18446744073709551615K", "1.9999999999999999999999E"]


def sizes(verb):
    """As a size, and as what is to stay free. Only what is a size of 10 pages or more and fits is
    made; the rest is a mistake of usage, or is refused."""
    directory = harness.directory_in(state["top"])
    path = f"{directory}/area"
    if verb != "create":
        harness.full_file(path, SMALL)
        harness.write_swap_header(path, SMALL // PAGE)
    done = refused = 0
    for value in map(str, BOUNDARIES):
        for args in ([verb, path, "--size", value],
                     [verb, path, "--size", str(2 * SMALL), "--keep-free", value],
                     [verb, path, "--size", value, "--keep-free", value],
                     [verb, path, "--size", value, "--offset", value],
                     [verb, path, "--offset", value]):
            if verb == "format" and "--keep-free" in args or verb != "format" and \
                    "--offset" in args:
                continue
            if verb == "create":
                args += ["--boot=none", "--no-activate"]
            before = harness.snapshot(directory)
            result = swapcfg("--json", *args, status=None)
            check(result.status in (0, 2, 3), f"{args}: {result.text()}")
            if result.status:
                refused += 1
                told(result)
                harness.untouched(before, directory)
                continue
            done += 1
            header_fits(path, args)
            if verb == "create":
                os.unlink(path)
            else:
                harness.full_file(path, SMALL)
                harness.write_swap_header(path, SMALL // PAGE)
    print(f"# figure: {verb}: {done + refused} points, {done} worked, {refused} were refused")
    check(done and refused > 2 * done, f"{done} worked, {refused} were refused")


def header_fits(path, args):
    size = os.stat(path).st_size
    offset = args[args.index("--offset") + 1] if "--offset" in args else "0"
    offset = int(offset) if offset.isdecimal() else 0  # what else there is rounds down to it
    with open(path, "rb") as file:
        file.seek(offset)
        page = file.read(PAGE)
    equal(page[-10:], b"SWAPSPACE2", f"signature after {args}")
    pages = int.from_bytes(page[1028:1032], "little") + 1
    check(10 <= pages <= (size - offset) // PAGE, f"{pages} pages in {size} bytes after {args}")


if __name__ == "__main__":
    harness.main(
        ("a disk is made", make_disk),
        *((f"in place of the file of {kind}", boot_file, kind) for kind in KINDS),
        ("/proc/swaps", table, "/proc/swaps", SWAPS, ("8 MB", "an escape that ends")),
        ("/proc/meminfo", table, "/proc/meminfo", MEMORY, ()),
        ("/proc/self/mountinfo", table, "/proc/self/mountinfo", MOUNTS, ()),
        *((f"sizes for {verb}", sizes, verb) for verb in ("create", "resize", "format")),
    )
