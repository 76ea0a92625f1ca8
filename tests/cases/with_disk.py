#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a command that has a fresh ext4 file system, named by SWAPCFG_CASES_DIR.

    with_disk.py COMMAND [ARGUMENT]...

So the shared cases come out the same wherever they run: what lies below the checkout may be an overlay,
which cannot hold swap, or be nearly full. The file system is mounted in a mount namespace of its
own and is gone when the command has ended, however it ended. It needs root; the exit status is the
command's.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

IN_NAMESPACE = "SWAPCFG_CASES_NAMESPACE"
SIZE = 2 << 30  # of a sparse file: as much room as the largest case needs, and the reserve


class Ended(Exception):
    pass


def end(number, _frame):
    raise Ended(number)


def skip_where_it_cannot_hold():
    """As a whole, in TAP, since that is what every runner prints."""
    if os.geteuid() != 0:
        print("1..0 # SKIP it mounts an image, which needs root")
    elif os.sysconf("SC_PAGE_SIZE") != 4096 or sys.byteorder != "little":
        print("1..0 # SKIP the cases are for pages of 4096 bytes, and little endian")
    else:
        return
    sys.exit()


def enter_namespace():
    """Begins again in a mount namespace of its own."""
    if os.environ.pop(IN_NAMESPACE, None):
        return
    os.environ[IN_NAMESPACE] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "slave", sys.executable,
                          os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def mount(scratch):
    """A new file system below a directory; gives the mount point."""
    image, point = f"{scratch}/image", f"{scratch}/mnt"
    with open(image, "wb") as file:
        file.truncate(SIZE)
    # No space is kept for root, and the tables are not written later: so nothing changes the
    # amount of free space while a case looks at it.
    subprocess.run(["mke2fs", "-q", "-F", "-b", "4096", "-m", "0", "-t", "ext4",
                    "-E", "lazy_itable_init=0,lazy_journal_init=0", image], check=True)
    os.mkdir(point)
    subprocess.run(["mount", "-o", "loop", image, point], check=True)
    os.unlink(image)  # the mount keeps it, and nothing large is left if we are killed
    os.rmdir(f"{point}/lost+found")
    os.chmod(point, 0o755)
    return point


def run(command, point):
    environment = dict(os.environ, SWAPCFG_CASES_DIR=point)
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    skip_where_it_cannot_hold()
    enter_namespace()
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    scratch = tempfile.mkdtemp(prefix="swapcfg-cases-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    os.chmod(scratch, 0o755)
    point = None
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, end)
        point = mount(scratch)
        status = run(sys.argv[1:], point)
    except Ended as ended:
        status = 128 + ended.args[0]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"with_disk.py: {error}", file=sys.stderr)
    finally:
        # Lazily: a process that the command left behind must not keep the image.
        if point and subprocess.run(["umount", point], check=False).returncode != 0:
            subprocess.run(["umount", "--lazy", point], check=False)
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
