#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One writer at a time, over threads, programs and users of the library: who comes second is told at
once or waits as long as it said, who only reads never waits, and the lock goes with its holder."""

import json
import os
import signal
import subprocess
import time

import harness
import lifecycle
from harness import MIB, check, equal, row_of, swapcfg, swapcfg_json

LOCK = "/run/libswapcfg.lock"
ENDS = 60  # seconds in which a program has to end that has no reason to wait
one_writer = None
paths = []


def make_areas():
    global one_writer
    lifecycle.hog_program = harness.build("hog.c")
    if os.path.exists(f"{harness.BUILD}/lib/libswapcfg.so"):
        one_writer = harness.build("one_writer.c", *harness.with_library())
    point = harness.mounted("ext4", 600 * MIB)
    paths.extend(f"{point}/{name}" for name in ("first", "second"))
    for path in paths:
        enable(path)


def enable(path):
    swapcfg("create", path, "--size", "32M", "--boot=none", timeout=ENDS)


class Holder:
    """A user of the library that has the lock until it is told, or killed."""

    def __enter__(self):
        if one_writer is None:
            raise harness.Skip("the library was built as an archive only")
        self.process = harness.start([one_writer, "hold", paths[0]], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        equal(self.process.stdout.readline(), "held\n", "the holder says")
        return self

    def release(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def __exit__(self, *error):
        if self.process.poll() is None and not error[0]:
            out, _ = self.process.communicate("\n", timeout=ENDS)
            equal(out, "0\n", "result of the holder")
        self.process.kill()
        self.process.wait()
        enable(paths[0])


def reason(*args, **options):
    result = swapcfg("--json", *args, status=None, timeout=ENDS, **options)
    if result.status == 0:
        return "done"
    error = result.document()["error"]
    equal((result.status, error["left"]), (3 if error["reason"] == "busy" else 1, []),
          f"status of {args}, and what is left")
    return error["reason"]


def change(path, *options):
    """A command that has something to do."""
    size = "24M" if os.stat(path).st_size == 32 * MIB else "32M"
    return ["resize", path, "--size", size, *options]


def readers_answer():
    """While somebody writes; they would wait for ever otherwise."""
    for args in (["status"], ["status", paths[0]], ["plan", "remove", paths[0]],
                 ["resize", paths[1], "--size", "48M", "--dry-run"]):
        check(swapcfg_json(*args, timeout=ENDS), f"{args} says nothing")


def threads_of_one_context():
    if one_writer is None:
        raise harness.Skip("the library was built as an archive only")
    told = json.loads(harness.command(one_writer, "threads", *paths, timeout=ENDS))
    print(f"# {told}")
    equal({name: value[0] for name, value in told.items() if name != "end"},
          {"at once": "busy", "readers": "done", "bounded": "busy", "cancelled": "cancelled",
           "holder": "done", "patient": "done"}, "results")
    # The holder had it all the time, so that who did not wait is who came back at all.
    check(told["bounded"][1] >= 300, "it was busy before its time was over")
    check(told["patient"][1] >= 250, "it did not wait for the holder")
    for path in paths:
        check(row_of(path) is None, f"{path} is still active")
        enable(path)


def program_beside_library():
    with Holder():
        equal(reason(*change(paths[1])), "busy", "a program beside a user of the library")
        equal(reason("format", paths[1]), "busy", "the same of format")
        readers_answer()
    equal(reason(*change(paths[1])), "done", "behind it")


def has_lock(pid):
    """By what the kernel lists; taking it to see whether it is free would disturb."""
    inode = os.stat(LOCK).st_ino
    with open("/proc/locks", encoding="ascii") as file:
        rows = [line.split() for line in file]
    return any(row[1] == "FLOCK" and row[4] == str(pid) and row[5].endswith(f":{inode}")
               for row in rows if "->" not in row)


def stopped_program():
    """A program that has been stopped in its transaction."""
    for _ in range(50):
        process = harness.start([harness.SWAPCFG, "--quiet", *change(paths[0])])
        while process.poll() is None and not has_lock(process.pid):
            pass
        process.send_signal(signal.SIGSTOP)
        if process.poll() is None and has_lock(process.pid):
            return process
        process.send_signal(signal.SIGCONT)
        process.wait()
    raise harness.Failure("it could not be stopped in its transaction")


def program_beside_program():
    process = stopped_program()
    equal(reason(*change(paths[1])), "busy", "a program beside another")
    readers_answer()
    process.send_signal(signal.SIGCONT)
    equal(process.wait(ENDS), 0, "exit status of the one that was stopped")
    equal(reason(*change(paths[1])), "done", "behind it")


def killed_program():
    """Even one that is stopped; what it began is finished by the next."""
    process = stopped_program()
    equal(reason(*change(paths[1])), "busy", "a program beside another")
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
        children = file.read().split()
    process.kill()
    process.wait()
    # The kernel may need a moment to end what was in swapoff(2), which has the lock on.
    while any(map(lives, children)):
        time.sleep(0.001)
    equal(reason(*change(paths[1])), "done", "as soon as it is dead")
    enable(paths[0])
    with Holder() as holder:
        equal(reason(*change(paths[1])), "busy", "beside a user of the library")
        holder.process.kill()
        holder.process.wait()
        equal(reason(*change(paths[1])), "done", "as soon as that is dead")


def child_of(process):
    found = ""
    while not found and process.poll() is None:
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            found = file.read()
    return found.strip()


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def orphan_once(hog, path):
    """How often others were told busy while the child of a killed program worked on."""
    hog.push_out()
    full = row_of(path).used
    process = harness.start([harness.SWAPCFG, "--quiet", "disable", path])
    child = child_of(process)
    check(child, "it made no child")
    while (row := row_of(path)) and row.used == full and process.poll() is None:
        pass
    process.kill()
    process.wait()
    busy = 0
    while True:
        lived = lives(child)
        found = reason(*change(paths[1]))
        if found == "done":
            # Whatever it did, its transaction is over before that of the other began.
            check(not lives(child), "the lock was free while the child worked on")
            return busy
        equal(found, "busy", "beside the child")
        check(lived, "it is busy though the child is gone")
        busy += 1


def orphaned_child():
    path = f"{os.path.dirname(paths[0])}/large"
    highest = str(lifecycle.HIGHEST)
    lifecycle.HOG_MIB = 192
    args = ["create", path, "--size", "256M", "--boot=none", "--priority", highest]
    swapcfg(*args)
    hog = lifecycle.Hog(path)
    busy = 0
    for _ in range(10):
        busy += orphan_once(hog, path)
        hog.verify()
        swapcfg(*args, "--wait", "30")
        if busy:
            break
    print(f"# figure: busy {busy} times beside an orphaned child")
    check(busy, "the child never outlived its program")
    swapcfg("remove", path)
    hog.verify()
    hog.end()


def waits():
    """As long as it said, and no longer; or until the holder ends, or is killed, or it is told."""
    with Holder():
        begun = time.monotonic()
        equal(reason(*change(paths[1], "--wait", "1")), "busy", "after its time")
        check(time.monotonic() - begun >= 1, "it was busy before its time was over")
    for ending in ("release", "kill"):
        with Holder() as holder:
            process = wait_in_background(600)
            if ending == "kill":
                holder.process.kill()
            else:
                holder.release()
            equal(process.wait(ENDS), 0, f"exit status of the one that waited for a {ending}")
    with Holder():
        process = wait_in_background(600)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=ENDS)
        equal((process.returncode, json.loads(out)["error"]["reason"]), (1, "cancelled"),
              "one that was told to stop while it waited")


def wait_in_background(seconds):
    process = harness.start([harness.SWAPCFG, "--json", *change(paths[1], "--wait", str(seconds))],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + ENDS
    # It has the lock's file open when it waits, and its handlers are there by then.
    while not any(os.path.realpath(f"/proc/{process.pid}/fd/{fd}") == LOCK
                  for fd in os.listdir(f"/proc/{process.pid}/fd")):
        check(process.poll() is None and time.monotonic() < deadline, "it does not wait")
    time.sleep(0.1)
    equal(process.poll(), None, "exit status of one that has to wait")
    return process


def many_wait():
    with Holder():
        begun = time.monotonic()
        crowd = [harness.start([harness.SWAPCFG, "--json", *change(paths[1], "--wait", "2")],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                 for _ in range(8)]
        times = []
        for process in crowd:
            out, _ = process.communicate(timeout=ENDS)
            times.append(time.monotonic() - begun)
            equal(json.loads(out)["error"]["reason"], "busy", "one of many that waited")
        readers_answer()
    print(f"# figure: 8 that waited 2 s were told after {min(times):.2f} to {max(times):.2f} s")
    check(min(times) >= 2, "it was busy before its time was over")


def nobody_starves():
    """Each of eight wants the lock again and again; the program tries anew what became stale."""
    script = ('for size in 16M 24M 32M 40M 16M 24M; do "$0" --quiet resize "$1" --size $size '
              '--wait 300 || exit; done')
    begun = time.monotonic()
    crowd = [harness.start(["sh", "-c", script, harness.SWAPCFG, paths[number % 2]])
             for number in range(8)]
    ended = []
    for process in crowd:
        equal(process.wait(300), 0, "exit status of one of eight")
        ended.append(time.monotonic() - begun)
    print(f"# figure: 8 did 6 resizes each; the first was ready after {min(ended):.2f} s, "
          f"the last after {max(ended):.2f} s")


def removes():
    for path in paths:
        harness.remove(path)
    equal(os.listdir(os.path.dirname(paths[0])), ["lost+found"], "files")


if __name__ == "__main__":
    harness.main(
        ("two areas are made", make_areas),
        ("threads of one context", threads_of_one_context),
        ("a program beside a user of the library", program_beside_library),
        ("a program beside another", program_beside_program),
        ("who is killed has no lock", killed_program),
        ("the child of a killed program has it on", orphaned_child),
        ("who says so waits", waits),
        ("eight wait as long as they said", many_wait),
        ("none of eight starves", nobody_starves),
        ("all that was made is removed", removes),
    )
