#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Eight programs and eight threads of one program do random things to five areas, are killed and
cancelled, while other programs swap on these areas and verify their memory.

    stress.py [SECONDS] [--seed N]

In rounds: at the end of each all is quiet, and stress_judge.py looks whether what is there is whole,
whether the commands that were done explain it, and whether the next run leaves nothing over."""

import argparse
import collections
import fcntl
import os
import random
import signal
import subprocess
import threading
import time

import harness
import lifecycle
import stress_judge
from harness import MIB, PAGE, check, equal, swapcfg, swapcfg_json
from stress_judge import Command

PROGRAMS = 8
HOGS = 2
HOG_MIB = 24  # so that areas are neither empty nor always full
SIZES = range(16, 49, 8)
BOUND = 60  # seconds that no command may take: it would be a deadlock
FOREIGN = b"# of somebody else\nUUID=1234 / ext4 defaults 0 1\n"
VERBS = {"create": 22, "resize": 22, "enable": 10, "disable": 10, "remove": 8, "plan": 14,
         "status": 14}
# Decisions, not accidents. What a reader sees while a writer works may be of both states.
EXPECTED = {"busy", "stale-plan", "missing", "cancelled", "low-memory", "no-space", "reserve"}
options = None
paths = []
points = []
known = {}  # the areas at the end of the last round
figures = collections.Counter()
outcomes = collections.Counter()
trouble = []
over = threading.Event()
longest = (0, "")


def say(text):
    print(f"# figure: {text}", flush=True)


def make_etc():
    """Of our own, in this namespace: the boot files in it are nobody's."""
    etc = f"{harness.scratch}/etc"
    harness.command("cp", "-a", "/etc", etc)
    harness.command("mount", "--bind", etc, "/etc")
    with open(stress_judge.FSTAB, "wb") as file:
        file.write(FOREIGN)
    os.makedirs(stress_judge.UNITS, exist_ok=True)
    os.makedirs("/run/systemd/system")  # so that both the fstab and units work


def set_up():
    global known
    for kind, size, names in (("ext4", 420 * MIB, "abcd"), ("xfs", 400 * MIB, "e")):
        point = harness.mounted(kind, size)
        points.append(point)
        paths.extend(f"{point}/{name}" for name in names)
    make_etc()
    lifecycle.hog_program = harness.build("hog.c")
    lifecycle.HOG_MIB = HOG_MIB
    known = {path: mended(path, random.Random(options.seed)) for path in paths}


def swap_all_the_time(hog):
    """Out and in again, each page verified, until the end."""
    try:
        while not over.is_set():
            hog.ask("o", "out")
            swapped = hog.swapped()
            hog.ask("v", "verified")
            figures["pages swapped and verified"] += swapped // PAGE
            figures["rounds of the memory"] += 1
    except Exception as error:
        trouble.append(f"memory: {error}")


def choose(chance):
    """A command and its arguments."""
    verb = chance.choices(list(VERBS), VERBS.values())[0]
    command = Command(verb, chance.choice(paths), 0)
    args = [verb, command.path]
    if verb == "plan":
        args = ["plan", chance.choice(("create", "resize", "disable", "remove")), command.path]
    if args[-2] in ("create", "resize"):
        command.size = chance.choice(SIZES) * MIB
        args += ["--size", str(command.size)]
    if verb in ("create", "enable"):
        command.boot = chance.choice(("fstab", "systemd", "auto", "none"))
        args.append(f"--boot={command.boot}")
        if chance.random() < 0.3:
            command.priority = chance.randrange(4)
            args += ["--priority", str(command.priority)]
    if verb not in ("plan", "status") and chance.random() < 0.5:
        args += ["--wait", "1"]
    if verb == "resize" and chance.random() < 0.2:
        args.append("--in-place")
    if verb not in ("plan", "status") and chance.random() < 0.05:
        command.verb = "plan"
        args.append("--dry-run")
    if verb == "status" and chance.random() < 0.5:
        args.pop()
    return command, args


def run_once(chance):
    """One program, which may be killed or told to stop."""
    command, args = choose(chance)
    fate = chance.choices((None, signal.SIGKILL, signal.SIGINT), (75, 19, 6))[0]
    command.start = time.monotonic()
    process = harness.start([harness.SWAPCFG, "--json", *args], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if fate:
        time.sleep(chance.choice((0.03, 0.3)) * chance.random())
        process.send_signal(fate)
    out, err = process.communicate(timeout=BOUND)
    harness.programs.remove(process)
    command.end = time.monotonic()
    killed = process.returncode == -signal.SIGKILL
    figures["killed"] += killed
    # Before it minds signals, and in what only reads, it ends like any other.
    if process.returncode == -signal.SIGINT:
        command.outcome = "cancelled"
    elif not killed:
        result = harness.Result(process.returncode, out, err.decode("utf-8", "replace"))
        judge(command, result.status == 0, result)
    note(command, "programs")
    return command


def judge(command, done, result):
    """The outcome of a program that ended by itself."""
    if done:
        command.outcome = "done"
        return
    document = result.document()
    # A plan that forbids it is an answer.
    if command.verb == "plan" and "feasible" in document:
        command.outcome = "done"
        reasons = {finding["reason"] for finding in document["findings"]
                   if finding["severity"] == "blocker"}
        check(reasons <= EXPECTED, f"{command}: {document['findings']}")
        return
    command.outcome = document["error"]["reason"]
    check(command.outcome in EXPECTED and result.status in (1, 3) and not document["error"]["left"],
          f"{command}: {result.text()}")


def note(command, who):
    """Counts it; safe in any thread as nothing waits between."""
    global longest
    figures[f"commands of {who}"] += 1
    outcomes[command.verb, command.outcome] += 1
    longest = max(longest, (command.end - command.start, f"{command.verb} ({command.outcome})"))


def run_programs(seed, deadline, journal):
    chance = random.Random(seed)
    try:
        while time.monotonic() < deadline and not trouble:
            journal.append(run_once(chance))
            time.sleep(chance.uniform(0, 0.02))
    except Exception as error:
        trouble.append(f"{type(error).__name__}: {error}")


def run_threads(seed, seconds, kill_after):
    """The program with the threads; gives what it wrote, and when it had ended."""
    log = f"{harness.scratch}/threads.log"
    with open(log, "wb") as file:
        process = harness.start([f"{harness.BUILD}/tests/system/stress_threads", str(seed),
                                 str(int(seconds * 1000)), *paths], stdout=file.fileno(),
                                stderr=subprocess.PIPE)
    if kill_after:
        time.sleep(kill_after)
        process.kill()
    try:
        _, err = process.communicate(timeout=seconds + BOUND)
    except subprocess.TimeoutExpired:
        trouble.append(f"the threads do not end:\n{stacks(process.pid)}")
        raise
    ended = time.monotonic()
    harness.programs.remove(process)
    figures["killed"] += bool(kill_after)
    if process.returncode != (-signal.SIGKILL if kill_after else 0) or err:
        trouble.append(f"exit status {process.returncode} of the threads: "
                       f"{err.decode('utf-8', 'replace')}")
    with open(log, encoding="utf-8") as file:
        return parse(file.read(), ended)


def stacks(pid):
    found = ""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/stack", encoding="ascii") as file:
            found += f"thread {thread}:\n{file.read()}"
    return found


def parse(text, ended):
    commands = {}
    for line in text.splitlines():
        fields = line.split(" ")
        at, number = int(fields[1]) / 1e9, fields[2]
        if fields[0] == "B":
            verb, path, size, priority, boot = fields[3:]
            priority = int(priority)
            commands[number] = Command(verb, path, at, int(size), None if priority < 0 else priority,
                                       boot, ended)
            continue
        command = commands[number]
        command.end = at
        result, reason, left = int(fields[3]), fields[4], int(fields[5])
        command.outcome = "done" if result == 0 else reason
        if result < 0 and (reason not in EXPECTED or left):
            trouble.append(f"{command}: {line}")
    for command in commands.values():
        note(command, "threads")
    return list(commands.values())


def wait_for_quiet():
    """Until nobody has the lock, not even the child of one that was killed."""
    with open("/run/libswapcfg.lock", "rb") as file:
        deadline = time.monotonic() + BOUND
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                check(time.monotonic() < deadline, "the lock is held though all have ended")
                time.sleep(0.01)


def mended(path, chance):
    """The next run: the area is as it was asked for, twice is once, and nothing is left over."""
    size, boot = chance.choice(SIZES) * MIB, chance.choice(("fstab", "systemd"))
    args = ["create", path, "--size", str(size), f"--boot={boot}"]
    if chance.random() < 0.3:
        swapcfg("remove", path)
        check(not os.path.lexists(path), f"{path} was removed, and is there")
    result = swapcfg("--json", *args, status=None)
    check(result.status == 0, f"the next run: {result.text()}")
    before = harness.describe(path)
    swapcfg(*args)
    equal(harness.describe(path), before, f"{path}, after the same command once more")
    equal(swapcfg_json("plan", *args)["steps"], [], "plan afterwards")
    area = stress_judge.look(path, stress_judge.entries()[0], False)
    equal((area.active, area.size, area.entry), (True, size, boot), f"{path} after the next run")
    return area


def look_at_all(journal, chance):
    global known
    kinds, foreign = stress_judge.entries()
    equal(foreign, FOREIGN, "the lines of somebody else")
    equal(set(kinds) - set(paths), set(), "boot entries of nothing")
    killed = {command.path for command in journal if command.outcome == "killed"}
    for path in paths:
        area = stress_judge.look(path, kinds, path in killed)
        stress_judge.explain(path, known[path], area,
                             [command for command in journal if command.path == path])
    left = stress_judge.leftovers(points, paths)
    figures["left by kills"] += len(left)
    check(killed or not left, f"left over, though nothing was killed: {left}")
    known = {path: mended(path, chance) for path in paths}
    equal(stress_judge.leftovers(points, paths), [], "left over behind the next run")


def one_round(number, seconds):
    chance = random.Random(f"{options.seed}.{number}")
    journal = []
    deadline = time.monotonic() + seconds
    workers = [threading.Thread(target=run_programs, args=(chance.random(), deadline, journal))
               for _ in range(PROGRAMS)]
    for worker in workers:
        worker.start()
    # Every other time they end by themselves, so that what is killed does not hide a leak.
    kill_after = chance.uniform(seconds / 2, seconds) if number % 2 else 0
    journal += run_threads(chance.randrange(1 << 32), seconds, kill_after)
    for worker in workers:
        worker.join()
    wait_for_quiet()
    check(not trouble, "\n".join(trouble[:10]))
    look_at_all(journal, chance)


def random_commands():
    say(f"seed {options.seed}")
    hogs = [lifecycle.Hog(paths[0]) for _ in range(HOGS)]
    drivers = [threading.Thread(target=swap_all_the_time, args=(hog,)) for hog in hogs]
    for driver in drivers:
        driver.start()
    deadline = time.monotonic() + options.seconds
    number = 0
    try:
        while time.monotonic() < deadline:
            number += 1
            left = deadline - time.monotonic()
            one_round(number, min(options.round, max(left - 2, 1)))
    except Exception as failure:
        raise harness.Failure(f"{failure}\n  seed {options.seed}, round {number}") from failure
    finally:
        over.set()
        for driver in drivers:
            driver.join()
        tell(number)
    check(not trouble, "\n".join(trouble[:10]))
    for hog in hogs:
        hog.end()
    check(figures["pages swapped and verified"] > 1000, "next to nothing was swapped")


def tell(rounds):
    figures["rounds"] = rounds
    for name in sorted(figures):
        say(f"{name}: {figures[name]}")
    for verb in stress_judge.EFFECTS:
        found = {outcome: count for (one, outcome), count in outcomes.items() if one == verb}
        say(f"{verb}: {sum(found.values())} ("
            + ", ".join(f"{found[name]} {name}" for name in sorted(found, key=found.get)[::-1]) + ")")
    say(f"longest command: {longest[0]:.2f} s, {longest[1]}")


def removes():
    for path in paths:
        swapcfg("remove", path)
    kinds, foreign = stress_judge.entries()
    equal((kinds, foreign), ({}, FOREIGN), "boot entries")
    equal(stress_judge.leftovers(points, []), [], "files, areas and boot files left")


def main():
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=os.environ.get("SWAPCFG_TEST_SEED",
                                                                   time.time_ns() % 100000))
    parser.add_argument("--round", type=float, default=4, metavar="SECONDS")
    options = parser.parse_args()
    harness.main(
        ("five areas are made", set_up),
        (f"random commands for {options.seconds:.0f} seconds", random_commands),
        ("all that was made is removed", removes),
    )


if __name__ == "__main__":
    main()
