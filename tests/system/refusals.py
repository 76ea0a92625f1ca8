#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cannot work is refused with its reason before anything is touched."""

import os
import subprocess
import sys

import harness
from harness import MIB, NOBODY, PAGE, check, command, equal, row_of, swapcfg, swapcfg_json

CREATE = ["--size", "16M", "--boot=none"]
points = {}


def point(kind):
    if kind not in points:
        points[kind] = harness.mounted(kind, 400 * MIB)
    return points[kind]


def scene(name, kind="ext4"):
    """A directory of its own for a case; gives the path of an area in it."""
    directory = f"{point(kind)}/{name}"
    os.mkdir(directory, 0o755)
    return f"{directory}/area"


def refused(reason, *args, touches_nothing_in=None, **options):
    """The command is refused for the reason, and so is its plan; all stays as it was."""
    path = next(arg for arg in args if arg.startswith("/"))
    tops = touches_nothing_in or [os.path.dirname(path)]
    before = harness.snapshot(*tops)
    error = swapcfg_json(*args, status=3, **options)["error"]
    equal((error["reason"], error["step"], error["left"]), (reason, "plan", []), "error")
    check(error["errno"] > 0 and error["message"].strip(), f"the error has no text: {error}")
    if args[0] != "format":
        plan = swapcfg_json("plan", *args, status=3, **options)
        first = plan["findings"][0]
        equal((plan["feasible"], first["severity"], first["reason"]), (False, "blocker", reason),
              "plan")
        equal(first["message"], error["message"], "message of the plan's first blocker")
    result = swapcfg(*args, status=3, **options)
    check(result.out == b"" and result.err.startswith("swapcfg: "), f"it says: {result.text()}")
    harness.untouched(before, *tops)


def created(path, *args):
    """The command that a refusal recommends works."""
    swapcfg("create", path, *CREATE, *args)
    row = row_of(path)
    check(row is not None and row.size == 16 * MIB - PAGE, f"{path} is {row}")
    equal(os.stat(path).st_mode & 0o7777, 0o600, "mode")
    equal(os.listdir(os.path.dirname(path)), [os.path.basename(path)], "files beside it")
    harness.remove(path)


# The file system.


def on_tmpfs():
    top = f"{harness.scratch}/tmpfs"
    os.mkdir(top)
    command("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", top)
    refused("filesystem-unsupported", "create", f"{top}/area", *CREATE)
    harness.full_file(f"{top}/made", MIB)
    harness.write_swap_header(f"{top}/made", MIB // PAGE)
    refused("filesystem-unsupported", "enable", f"{top}/made", "--boot=none")


def on_overlay():
    harness.need_filesystem("overlay")
    layers = os.path.dirname(scene("layers"))
    for name in ("lower", "upper", "work", "merged"):
        os.mkdir(f"{layers}/{name}")
    command("mount", "-t", "overlay", "-o",
            f"lowerdir={layers}/lower,upperdir={layers}/upper,workdir={layers}/work", "overlay",
            f"{layers}/merged")
    refused("filesystem-unsupported", "create", f"{layers}/merged/area", *CREATE)


def on_image(kind, make):
    harness.need_filesystem(kind)
    harness.need(make[0])
    content = os.path.dirname(harness.full_file(scene(f"for-{kind}"), MIB))
    harness.write_swap_header(f"{content}/area", MIB // PAGE)
    path, top = f"{harness.scratch}/{kind}.img", f"{harness.scratch}/{kind}"
    command(*[word.format(image=path, content=content) for word in make])
    os.mkdir(top)
    command("mount", "-t", kind, "-o", "loop,ro", path, top)
    refused("filesystem-unsupported", "create", f"{top}/new", *CREATE)
    refused("filesystem-unsupported", "enable", f"{top}/area", "--boot=none")


def on_read_only():
    top = harness.mounted("ext4", 64 * MIB, "read-only")
    harness.full_file(f"{top}/area", MIB)
    harness.write_swap_header(f"{top}/area", MIB // PAGE)
    command("mount", "-o", "remount,ro", top)
    refused("read-only", "create", f"{top}/new", *CREATE)
    refused("read-only", "enable", f"{top}/area", "--boot=none")
    refused("read-only", "remove", f"{top}/area")


def without_space():
    path = scene("space")
    free = os.statvfs(path.rsplit("/", 1)[0])
    free = free.f_bavail * free.f_bsize
    refused("no-space", "create", path, "--size", str(free + MIB), "--boot=none")
    refused("no-space", "create", path, "--size", "900M", "--boot=none", "--keep-free", "0")
    refused("reserve", "create", path, "--size", str(free - 32 * MIB), "--boot=none")
    refused("reserve", "create", path, "--size", "16M", "--boot=none", "--keep-free",
            str(free - 8 * MIB))
    refused("missing", "create", f"{path}/deeper", *CREATE,
            touches_nothing_in=[os.path.dirname(path)])
    for verb in (["enable"], ["resize", "--size", "16M"]):
        refused("missing", verb[0], path, *verb[1:])


def without_room_for_a_bridge():
    """An area in use is not made smaller swap for a while, unless that is asked for."""
    path = f"{harness.mounted('ext4', 200 * MIB, 'bridge')}/area"
    args = ["resize", path, "--size", "120M", "--keep-free", "0"]
    swapcfg("create", path, "--size", "100M", "--boot=none", "--keep-free", "0")
    refused("no-space", *args)
    swapcfg(*args, "--in-place")
    equal(row_of(path).size, 120 * MIB - PAGE, "size in /proc/swaps")
    equal(sorted(os.listdir(os.path.dirname(path))), ["area", "lost+found"], "files")
    harness.remove(path)


def too_small():
    path = scene("small")
    swapcfg("create", path, "--size", str(10 * PAGE), "--boot=none")
    equal(row_of(path).size, 9 * PAGE, "size of the smallest area")
    for size in ("1", str(9 * PAGE)):
        refused("too-small", "resize", path, "--size", size)
        refused("too-small", "create", path, "--size", size, "--boot=none")
    harness.remove(path)
    refused("too-small", "create", path, "--size", str(9 * PAGE), "--boot=none")
    refused("too-small", "create", path, "--size", "1", "--boot=none")


# The path.


def over_data():
    path = scene("data")
    with open(path, "wb") as file:
        file.write(b"my only copy\n" * 1000)
    refused("exists", "create", path, *CREATE)
    refused("not-swap", "enable", path, "--boot=none")
    refused("exists", "format", path, "--size", "100K")
    before = harness.snapshot(os.path.dirname(path))
    equal(swapcfg_json("remove", path, status=3)["error"]["reason"] in ("exists", "not-swap"), True,
          "it refuses to remove the data")
    harness.untouched(before, os.path.dirname(path))
    created(path, "--force")


def over_own():
    """In use is never forced."""
    path = scene("own")
    swapcfg("create", path, *CREATE)
    refused("in-use", "format", path, "--force")
    refused("in-use", "format", path)
    harness.remove(path)


def through_links():
    path = scene("links")
    top = os.path.dirname(path)
    harness.full_file(f"{top}/real", MIB)
    harness.write_swap_header(f"{top}/real", MIB // PAGE)
    os.symlink("real", path)
    refused("path-unsafe", "enable", path, "--boot=none")
    refused("path-unsafe", "create", path, *CREATE)
    refused("path-unsafe", "create", path, *CREATE, "--force")
    os.unlink(path)
    os.symlink("nowhere", path)
    refused("path-unsafe", "create", path, *CREATE)
    os.mkfifo(f"{top}/fifo")
    refused("exists", "create", f"{top}/fifo", *CREATE)
    os.mkdir(f"{top}/directory")
    refused("exists", "create", f"{top}/directory", *CREATE, "--force",
            touches_nothing_in=[top])


def in_reach_of_others():
    path = scene("others")
    top = os.path.dirname(path)
    os.chmod(top, 0o777)
    refused("path-unsafe", "create", path, *CREATE)
    os.chmod(top, 0o755)
    os.chown(top, NOBODY, NOBODY)
    refused("path-unsafe", "create", path, *CREATE)
    os.chown(top, 0, 0)
    harness.full_file(path, MIB)
    harness.write_swap_header(path, MIB // PAGE)
    os.chown(path, NOBODY, NOBODY)
    refused("path-unsafe", "enable", path, "--boot=none")
    refused("path-unsafe", "create", path, *CREATE)
    os.chown(path, 0, 0)
    os.chmod(path, 0o666)
    swapcfg("enable", path, "--boot=none")
    equal(os.stat(path).st_mode & 0o7777, 0o600, "mode after enable")
    harness.remove(path)


# The content.


def of_page_size():
    path = harness.full_file(scene("pages"), 16 * MIB)
    other = 65536 if PAGE != 65536 else 4096
    harness.need("mkswap")
    command("mkswap", "--pagesize", str(other), path)
    refused("page-size", "enable", path, "--boot=none")
    created(path)


def of_byte_order():
    """The kernel reads both, so the header stays as it is. (What can be read of it afterwards is in
    native order: the kernel turns it round in its cache.)"""
    path = harness.full_file(scene("order"), 16 * MIB)
    foreign = "big" if sys.byteorder == "little" else "little"
    harness.write_swap_header(path, 16 * MIB // PAGE, order=foreign)
    plan = swapcfg_json("plan", "enable", path, "--boot=none")
    equal([step["kind"] for step in plan["steps"]], ["activate"], "plan")
    swapcfg("enable", path, "--boot=none")
    equal(row_of(path).size, 16 * MIB - PAGE, "size in /proc/swaps")
    harness.remove(path)


def of_hibernation():
    path = harness.full_file(scene("hibernation"), 16 * MIB)
    harness.write_swap_header(path, 16 * MIB // PAGE, magic=b"S1SUSPEND")
    refused("hibernation-image", "enable", path, "--boot=none")
    refused("hibernation-image", "create", path, *CREATE)
    refused("hibernation-image", "remove", path)
    refused("hibernation-image", "format", path)
    created(path, "--force")


def of_length():
    path = harness.full_file(scene("short"), 8 * MIB)
    harness.write_swap_header(path, 16 * MIB // PAGE)
    refused("short", "enable", path, "--boot=none")
    created(path)


def of_holes(kind):
    path = scene("holes", kind)
    with open(path, "wb") as file:
        file.truncate(16 * MIB)
    os.chmod(path, 0o600)
    if kind == "btrfs":
        os.unlink(path)
        open(path, "wb").close()
        command("chattr", "+C", path)
        os.truncate(path, 16 * MIB)
        os.chmod(path, 0o600)
    harness.write_swap_header(path, 16 * MIB // PAGE)
    harness.sync(path)
    refused("holes", "enable", path, "--boot=none")
    created(path)


def of_copies_on_write():
    path = harness.full_file(scene("cow", "btrfs"), 16 * MIB)
    harness.write_swap_header(path, 16 * MIB // PAGE)
    harness.sync(path)
    refused("copy-on-write", "enable", path, "--boot=none")
    created(path)


def of_shared_blocks():
    path = harness.full_file(scene("shared", "xfs"), 16 * MIB)
    harness.write_swap_header(path, 16 * MIB // PAGE)
    harness.sync(path)
    command("cp", "--reflink=always", path, path + ".copy")
    refused("copy-on-write", "enable", path, "--boot=none")
    copy = harness.digest(path + ".copy")
    swapcfg("create", path, *CREATE)
    equal(harness.digest(path + ".copy"), copy, "content of the other file")
    harness.remove(path)


# The caller and the kernel.


def without_privilege():
    harness.need("setpriv")
    path = scene("privilege")
    stripped = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]
    run_as("permission", stripped, path)


def as_nobody():
    harness.need("setpriv")
    run_as("permission", ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY),
                          "--clear-groups"], scene("nobody"))


def in_user_namespace():
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode != 0:
        raise harness.Skip("this kernel lets nobody make a user namespace")
    run_as("permission", ["unshare", "-Ur"], scene("namespace"))


def run_as(reason, prefix, path):
    """The program, in a place where everybody can run it, refuses to create and to disable."""
    program = f"{harness.scratch}/programs"
    if not os.path.isdir(program):
        os.mkdir(program)
        command("cp", "-L", harness.SWAPCFG, program)
        library = f"{harness.BUILD}/lib/libswapcfg.so.0"
        if os.path.exists(library):
            command("cp", "-L", library, program)
    active = f"{os.path.dirname(path)}/active"
    swapcfg("create", active, *CREATE)
    before = harness.snapshot(os.path.dirname(path))
    for args in (["create", path, *CREATE], ["disable", active], ["remove", active]):
        result = subprocess.run([*prefix, f"{program}/swapcfg", "--json", *args],
                                capture_output=True, text=True, check=False,
                                env=dict(os.environ, LD_LIBRARY_PATH=program))
        equal(result.returncode, 3, f"exit status of {args}: {result.stdout}{result.stderr}")
        found = harness.json.loads(result.stdout)["error"]
        equal((found["reason"], found["step"]), (reason, "plan"), f"error of {args}")
        harness.untouched(before, os.path.dirname(path))
    harness.remove(active)


def without_slots():
    """Tiny areas until the kernel takes no more; then one more fails, and is undone."""
    path = scene("slots")
    top = os.path.dirname(path)
    tiny = []
    try:
        for number in range(40):
            tiny.append(harness.full_file(f"{top}/{number}", 10 * PAGE))
            harness.write_swap_header(tiny[-1], 10)
            try:
                harness.swapon(tiny[-1], 0)
            except PermissionError:
                os.unlink(tiny.pop())
                break
        else:
            raise harness.Skip("this kernel takes more than 40 areas")
        before = harness.snapshot(top)
        result = swapcfg("--json", "create", path, *CREATE, status=None)
        error = result.document()["error"]
        equal((error["reason"], error["left"]), ("slots-full", []), "error")
        equal(result.status, 3 if error["step"] == "plan" else 1, "exit status")
        before.pop(os.fsencode(top))  # its times change where a file is made and deleted
        after = harness.snapshot(top)
        after.pop(os.fsencode(top))
        equal(after, before, "what is there after it")
    finally:
        for name in tiny:
            harness.swapoff(name)
            os.unlink(name)


if __name__ == "__main__":
    harness.main(
        ("tmpfs", on_tmpfs),
        ("overlayfs", on_overlay),
        ("squashfs", on_image, "squashfs", ["mksquashfs", "{content}", "{image}", "-quiet"]),
        ("erofs", on_image, "erofs", ["mkfs.erofs", "{image}", "{content}"]),
        ("a file system that is mounted read-only", on_read_only),
        ("too little space, and nothing there", without_space),
        ("no room for a bridge, unless in place", without_room_for_a_bridge),
        ("too small for a header", too_small),
        ("over somebody's data, unless forced", over_data),
        ("over an area in use, though forced", over_own),
        ("symbolic links and what is no file", through_links),
        ("a place or file that others can change", in_reach_of_others),
        ("a header for another page size", of_page_size),
        ("a header of the other byte order is fine", of_byte_order),
        ("a hibernation image", of_hibernation),
        ("a file shorter than its header says", of_length),
        *((f"holes on {kind}", of_holes, kind) for kind in ("ext2", "ext4", "xfs", "btrfs")),
        ("copy on write on btrfs", of_copies_on_write),
        ("shared blocks on xfs", of_shared_blocks),
        ("root without CAP_SYS_ADMIN", without_privilege),
        ("a user who is not root", as_nobody),
        ("root of a user namespace", in_user_namespace),
        ("no free slot in the kernel", without_slots),
    )
