#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""swapcfg is killed at any moment: what is left is an area, memory in it is whole, and the next run
finishes the work and cleans up."""

import os
import random
import signal
import subprocess
import time

import harness
from harness import MIB, PAGE, check, equal, row_of, swapcfg, swapcfg_json
from lifecycle import HIGHEST, Hog

import lifecycle

ROUNDS = 30
SMALL, LARGE = 64 * MIB, 96 * MIB
SEED = int(os.environ.get("SWAPCFG_TEST_SEED", time.time_ns() % 100000))
state = {}


def make_area():
    lifecycle.hog_program = harness.build("hog.c")
    point = harness.mounted("ext4", 500 * MIB)
    state.update(point=point, path=f"{point}/area", random=random.Random(SEED))
    swapcfg("create", state["path"], "--size", str(SMALL), "--boot=none", "--priority",
            str(HIGHEST))
    state["hog"] = Hog(state["path"])
    state["hog"].push_out()


def files():
    return sorted(name for name in os.listdir(state["point"]) if name != "lost+found")


def resize_time():
    start = time.monotonic()
    for size in (LARGE, SMALL):
        swapcfg("resize", state["path"], "--size", str(size))
    return (time.monotonic() - start) / 2


def kill_once(size, after):
    """Kills a resize some time after it began; False where it was done by then."""
    process = harness.start([harness.SWAPCFG, "resize", state["path"], "--size", str(size)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def swap_of_ours():
    return sum(row.size for row in harness.our_swaps())


def is_whole():
    """The wanted name leads to an area that can be used, and some is in use."""
    found = harness.header(state["path"])
    size = os.stat(state["path"]).st_size
    check(10 <= found.pages <= size // PAGE, f"{found.pages} pages in a file of {size} bytes")
    check(SMALL <= size <= LARGE, f"{size} bytes")
    check(swap_of_ours() >= SMALL - PAGE, f"only {swap_of_ours()} bytes of swap are active")
    check(len(files()) <= 2, f"files: {files()}")


def run_until_accepted(*args):
    """What the killed program began in the kernel may go on for a moment, and it says so."""
    deadline = time.monotonic() + 10
    while True:
        result = swapcfg("--json", *args, status=None)
        if result.status == 0:
            return
        reason = result.document()["error"]["reason"]
        check(reason in ("busy", "stale-plan"), f"swapcfg {args}: {result.text()}")
        check(time.monotonic() < deadline, f"it is still {reason}")


def is_mended(size):
    args = ["create", state["path"], "--size", str(size), "--boot=none", "--priority",
            str(HIGHEST)]
    run_until_accepted(*args)
    row = row_of(state["path"])
    check(row is not None, "it is not active")
    equal((row.size, row.priority), (size - PAGE, HIGHEST), "size and priority")
    equal(harness.header(state["path"]).pages, size // PAGE, "pages in the header")
    equal((os.stat(state["path"]).st_size, files()), (size, ["area"]), "size and files")
    equal(swap_of_ours(), size - PAGE, "active swap")
    equal(swapcfg_json("plan", *args)["steps"], [], "plan afterwards")


def kills():
    longest = 1.1 * resize_time()
    killed = left = 0
    for number in range(ROUNDS):
        size = LARGE if row_of(state["path"]).size < SMALL else SMALL
        after = state["random"].uniform(0, longest)
        try:
            killed += kill_once(size, after)
            is_whole()
            left += files() != ["area"]
            # Half of the time towards the size that was wanted, half of the time back.
            is_mended(state["random"].choice((SMALL, LARGE)))
            if number % 5 == 4:
                state["hog"].verify()
                state["hog"].push_out()
        except harness.Failure as failure:
            raise harness.Failure(f"{failure}\n  seed {SEED}, round {number}, killed after "
                                  f"{after * 1000:.2f} of {longest * 1000:.2f} ms") from failure
    print(f"# seed {SEED}: {killed} of {ROUNDS} were killed in time, {left} left a bridge")
    check(killed >= ROUNDS // 3, f"only {killed} were killed before they were done")


def kills_create():
    """A new area is there with its name and header, or not at all."""
    path = f"{state['point']}/new"
    args = ["create", path, "--size", str(SMALL), "--boot=none"]
    start = time.monotonic()
    swapcfg(*args)
    longest = 1.1 * (time.monotonic() - start)
    for _ in range(ROUNDS):
        harness.remove(path)
        process = harness.start([harness.SWAPCFG, *args], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        time.sleep(state["random"].uniform(0, longest))
        process.kill()
        process.wait()
        check(set(files()) <= {"area", "new"}, f"files: {files()}")
        if os.path.exists(path):
            equal(harness.header(path).pages, SMALL // PAGE, "pages in the header")
        swapcfg(*args)
        equal((row_of(path).size, files()), (SMALL - PAGE, ["area", "new"]), "size and files")
    harness.remove(path)


def beside_orphan():
    """swapoff(2) does not look up while it works on one process, so it goes on for a while though
    the program and its child were killed. Who then asks for the area must get it."""
    path = state["path"]
    for _ in range(10):
        state["hog"].push_out()
        full = row_of(path).used
        process = harness.start([harness.SWAPCFG, "disable", path], stdout=subprocess.DEVNULL)
        while (row := row_of(path)) and row.used == full and process.poll() is None:
            pass
        process.kill()
        process.wait()
        run_until_accepted("enable", path, "--boot=none", "--priority", str(HIGHEST))
        time.sleep(0.3)
        check(row_of(path) is not None, "it said that the area is active, and then it was not")
        state["hog"].verify()


def memory_is_whole():
    state["hog"].push_out()
    state["hog"].verify()
    swapcfg("remove", state["path"])
    state["hog"].verify()
    state["hog"].end()
    equal(files(), [], "files")


if __name__ == "__main__":
    harness.main(
        ("an area is made, with memory in it", make_area),
        (f"{ROUNDS} resizes are killed", kills),
        ("a run beside an orphaned swapoff", beside_orphan),
        (f"{ROUNDS} creates are killed", kills_create),
        ("the memory is whole", memory_is_whole),
    )
