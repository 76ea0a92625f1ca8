#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call of every command fails in turn, with each errno that it may give, and in turn
its caller is killed there, on the running kernel. After each of these points, the system has its
old configuration or its new one, and the same command, run again, reaches its goal.

    faults.py [--all] [--every N] [--seed N] [--only NAME]

Without --all, one point in so many is tried, and which ones is by chance.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, replace

import harness
import injector
import sweep_checker
from basis import MIB, PAGE, Failure, check, equal
from harness import Hog
from sweep_checker import AREA, BRIDGE, PRIORITY, State
from sweep_load import Load, Watch

STATIC = os.environ.get("SWAPCFG_STATIC", "")
SMALL, LARGE = 16 * MIB, 24 * MIB
HOG_MIB = 4
LEFT = 4  # the exit status of what could not be undone
EVERY = 17  # of the points, in every run of the tests
HOG_EVERY = 20  # points
CHAIN_EVERY = 4
BRIDGED = 48 * MIB
BRIDGED_HOG_MIB = 32
BRIDGED_ROUNDS = 5
LABEL = b"a label"
PATH = f"/{AREA}"
INITTAB = b"""# inittab of a small device
id:3:initdefault:
si0::sysinit:/bin/mount -t proc proc /proc
si1::sysinit:/sbin/swapon -a
rcS:12345:wait:/etc/init.d/rcS
S0:12345:respawn:/sbin/getty
"""
ENTRY = re.compile(rb"# swapcfg: [^\n]*\n[a-z0-9]+::sysinit:[^\n]* /swept\n")
options = None
chance = None
root = None


@dataclass(frozen=True)
class Scenario:
    name: str
    command: tuple
    old: State
    new: State
    road: str = "plain"
    program: tuple = ("/sbin/swapcfg", "--json")


def area(size, **how):
    return State(size=size, label=LABEL, **how)


ON = area(SMALL, active=True, entry=True)
COMMANDS = [
    Scenario("create", ("create", PATH, "--size", str(SMALL), "--priority", str(PRIORITY),
                        "--label", LABEL.decode()), State(), ON),
    Scenario("grow", ("resize", PATH, "--size", str(LARGE)), ON, replace(ON, size=LARGE)),
    Scenario("shrink", ("resize", PATH, "--size", str(SMALL)), replace(ON, size=LARGE), ON),
    Scenario("disable", ("disable", PATH), ON, area(SMALL)),
    Scenario("enable", ("enable", PATH, "--priority", str(PRIORITY)), area(SMALL), ON),
    Scenario("remove", ("remove", PATH), ON, State()),
]
# The same where a new file needs a temporary name from the start.
SCENARIOS = COMMANDS + [replace(one, name=f"{one.name} as on FAT", road="fat")
                        for one in COMMANDS[:3]]
# What scripts do.
CHAIN = Scenario("chain", (f"""
fallocate -l {SMALL} {PATH}
chmod 600 {PATH}
mkswap -L "{LABEL.decode()}" {PATH}
swapon {PATH}
cat /dev/entry > /etc/inittab
""",), State(), replace(ON, priority=None), program=("/bin/busybox", "sh", "-c"))


class System:
    """A small system with sysvinit, in a directory."""

    def __init__(self):
        self.hog_program = harness.build("hog.c")
        self.hog = Hog(self.hog_program, HOG_MIB)
        self.make()
        self.entry = self.learn_entry()
        self.checker = sweep_checker.Checker(root, INITTAB, self.entry)
        self.injector = injector.Injector(root, AREA, INITTAB, self.entry)

    def make(self):
        for name in ("bin", "sbin", "proc", "sys", "dev", "run", "etc", "etc/init.d", "other"):
            os.mkdir(f"{root}/{name}", 0o755)
        for name in ("proc", "sys"):
            harness.command("mount", "--bind", f"/{name}", f"{root}/{name}")
        shutil.copy(STATIC, f"{root}/sbin/swapcfg")
        shutil.copy(shutil.which("busybox"), f"{root}/bin/busybox")
        os.symlink("../bin/busybox", f"{root}/sbin/swapon")
        self.write("sbin/init", b"\x7fELF of sysvinit", 0o755)
        self.write("etc/inittab", INITTAB)
        self.write("etc/fstab", b"# somebody else's\n")
        self.write("etc/init.d/rcS", b"#!/bin/sh\n", 0o755)
        self.write("other/data", os.urandom(MIB), 0o640)
        harness.full_file(f"{root}/other/area", MIB)
        harness.write_swap_header(f"{root}/other/area", MIB // PAGE)
        harness.swapon(f"{root}/other/area")

    @staticmethod
    def write(name, content, mode=0o644):
        with open(f"{root}/{name}", "wb") as file:
            file.write(content)
        os.chmod(f"{root}/{name}", mode)

    @staticmethod
    def run(program):
        return subprocess.run(["chroot", root, *program], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=False)

    def learn_entry(self):
        """The inittab with an entry: the old lines and two more."""
        done = self.run([*COMMANDS[0].program, *COMMANDS[0].command])
        equal(done.returncode, 0, f"exit status of create: {done.stdout} {done.stderr}")
        with open(f"{root}/etc/inittab", "rb") as file:
            text = file.read()
        found = ENTRY.findall(text)
        equal((len(found), ENTRY.sub(b"", text)), (1, INITTAB), "the inittab with an entry")
        self.clear()
        self.write("etc/inittab", INITTAB)
        return text

    def clear(self):
        for name in (AREA, BRIDGE):
            if harness.row_of(f"{root}/{name}"):
                harness.swapoff(f"{root}/{name}")
            if os.path.lexists(f"{root}/{name}"):
                os.unlink(f"{root}/{name}")

    def put(self, state):
        """Makes a state, by no means of the program."""
        self.clear()
        with open(f"{root}/etc/inittab", "r+b") as file:
            text = self.entry if state.entry else INITTAB
            if file.read() != text:
                file.seek(0)
                file.truncate()
                file.write(text)
        if state.size:
            self.put_area(state)
        if state.active:
            harness.swapon(f"{root}/{AREA}", PRIORITY)
            self.hog.ask("o", "out")
            used = harness.row_of(f"{root}/{AREA}").used
            # Another area with the same priority gets its share of it, and keeps that.
            alone = sum(row.priority == PRIORITY for row in harness.swaps()) == 1
            check(used >= HOG_MIB * MIB // 2 or not alone, f"only {used} bytes are in the area")

    @staticmethod
    def put_area(state):
        page = bytearray(PAGE)
        page[1024:1032] = (1).to_bytes(4, "little") + (state.size // PAGE - 1).to_bytes(4, "little")
        page[1036:1052] = bytes(range(16))
        page[1052:1068] = state.label.ljust(16, b"\0")
        page[-10:] = b"SWAPSPACE2"
        file = os.open(f"{root}/{AREA}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.posix_fallocate(file, 0, state.size)
        os.pwrite(file, page, 0)
        os.close(file)


class Sweep:
    """All that is tried of one scenario."""

    def __init__(self, system, scenario):
        self.system = system
        self.scenario = scenario
        self.old, self.new = scenario.old, scenario.new
        self.counts = Counter()
        self.complaints = []
        self.samples = 0

    def program(self):
        return [*self.scenario.program, *self.scenario.command]

    def start(self):
        self.system.put(self.old)
        self.demand("the start", self.system.checker.differs(self.see(), self.old))

    def see(self):
        return self.system.checker.see()

    @staticmethod
    def demand(what, complaints):
        complaints = list(complaints)
        check(not complaints, f"{what}: " + "; ".join(complaints))

    def record(self):
        """The calls of the shortest run without a fault: a slow swapoff is looked at."""
        return min((self.record_once() for _ in range(3)), key=len)

    def record_once(self):
        self.start()
        run = self.system.injector.run(self.program(), road=self.scenario.road)
        equal(run.status, 0, f"exit status without a fault: {run.text}")
        self.demand("without a fault", self.judge(None, run, self.see()))
        return run.calls

    def judge(self, point, run, seen):
        checker = self.system.checker
        yield from checker.harm(seen, self.old, self.new)
        yield from checker.harm_during(run, self.old, self.new)
        if run.was_killed():
            self.counts["killed"] += 1
        elif run.status == 0:
            self.counts["reached the goal"] += 1
            for text in checker.differs(seen, self.new):
                yield f"it says that all is well, but {text}"
        else:
            yield from self.judge_failure(point, run, seen)

    def judge_failure(self, point, run, seen):
        differs = list(self.system.checker.differs(seen, self.old))
        error = run.document.get("error", {}) if run.document else {}
        # Without memory, it is only its status that says so.
        left = error.get("left") or run.status == LEFT
        self.counts["something left" if left else "failed"] += 1
        if left and not point.on:
            yield f"it was undone without a fault, and yet something is left: {left}"
        if left and (run.status != LEFT or error.get("reason", "no-memory") not in
                     ("rollback-failed", "no-memory")):
            yield f"something is left, but the reason is {error.get('reason')}, {run.status}"
        if differs and not left:
            yield from self.judge_report(point, run, seen, error, differs)

    def judge_report(self, point, run, seen, error, differs):
        """Everything may be done, and only telling of it have failed; then it has to say so."""
        mute = point.on and point.call.name == "writev"
        told = error.get("step") == "report" or "output could not be written" in run.text
        if list(self.system.checker.differs(seen, self.new)):
            yield f"it failed and does not say that {'; '.join(differs)}"
        elif not told and not mute:
            yield "it failed when all was done, and does not say so"
        self.counts["failed"] -= 1
        self.counts["done and not told"] += 1

    def again(self, point):
        """The same command without a fault."""
        done = self.system.run(self.program())
        if done.returncode:
            yield f"the next run fails: {done.stdout.decode()}{done.stderr.decode()}"
        for text in self.system.checker.differs(self.see(), self.new):
            yield f"after the next run, {text}"

    def attempt(self, point):
        self.start()
        run = self.system.injector.run(self.program(), point, self.scenario.road)
        self.samples += run.samples
        if not run.fired:
            self.counts["not reached"] += 1
        for text in list(self.judge(point, run, self.see())) + list(self.again(point)):
            self.complaints.append(f"{self.scenario.name}: {point}: {text}")
            self.complaints.append(f"   it said: {run.text.strip()[:600]}")
        if self.counts["points"] % HOG_EVERY == 0:
            self.system.hog.ask("v", "verified")
        self.counts["points"] += 1

    def sweep(self, points_of):
        begun = time.monotonic()
        points = list(points_of(self.record()))
        chosen = points if options.all else points[chance.randrange(options.every)::options.every]
        for point in chosen:
            self.attempt(point)
        self.system.hog.ask("v", "verified")
        said = ", ".join(f"{count} {what}" for what, count in self.counts.items() if
                         what != "points")
        print(f"# figure: {self.scenario.name}, {points_of.__name__.replace('_', ' ')}: "
              f"{self.counts['points']} of {len(points)} points ({said}), looked at "
              f"{self.samples} times meanwhile, {time.monotonic() - begun:.0f} s", flush=True)
        # What waits for swapoff and looks at it is called as often as that takes.
        missed = self.counts["not reached"]
        check(missed <= 3 + len(chosen) // 20, f"{missed} of the calls were not made")
        if self.complaints:
            raise Failure("\n".join(self.complaints[:400]))


def make_system():
    global root
    harness.need("busybox", "chroot")
    if os.uname().machine != "x86_64":
        raise harness.Skip("inject.c knows the registers of x86-64 only")
    if not os.access(STATIC, os.X_OK):
        raise harness.Skip("SWAPCFG_STATIC names no static swapcfg, whose every call is its own")
    print(f"# figure: seed {options.seed}, one point in {1 if options.all else options.every}")
    # On a disk: what lies in memory may be swapped out to the area on it, and then nothing moves.
    root = harness.mounted("ext4", 320 * MIB, "root")
    state["system"] = System()


state = {}


def the_system():
    if "system" not in state:
        raise harness.Skip("there is no system to try it on")
    return state["system"]


def sweep(scenario, points_of):
    Sweep(the_system(), scenario).sweep(points_of)


def chain():
    """The judge is not everybody's friend: what scripts do is found wanting, in all these ways."""
    system = the_system()
    System.write("dev/entry", system.entry)
    control = Sweep(system, CHAIN)
    control.start()
    calls = system.injector.run(control.program()).calls
    control.demand("without a fault", system.checker.differs(control.see(), CHAIN.new))
    for point in list(injector.kills(calls))[::CHAIN_EVERY]:
        control.attempt(point)
    found = "\n".join(control.complaints)
    print(f"# figure: a chain of commands: {control.counts['points']} of {len(calls)} points, "
          f"{len(control.complaints) // 2} complaints")
    for text in ("has mode", "signature of", "it says that all is well, but",
                 "the file was no sound area at", "the inittab was neither old nor new at",
                 "a boot entry leads to", "a boot entry led to nothing sound at"):
        check(text in found, f"nobody complains that {text}: {found[:4000]}")
    check("verified" not in found, "the hog complains")


def bridges_are_watched():
    """Under load, there never is less swap than the smaller of the two sizes."""
    system = the_system()
    small, large = replace(ON, size=BRIDGED), replace(ON, size=BRIDGED * 3 // 2)
    system.put(small)
    hog = Hog(system.hog_program, BRIDGED_HOG_MIB)
    with Watch(f"{root}/{name}" for name in (AREA, BRIDGE)) as watch, Load(hog) as load:
        for new in (large, small) * BRIDGED_ROUNDS:
            done = system.run([*COMMANDS[0].program, "resize", PATH, "--size", str(new.size)])
            equal(done.returncode, 0, f"exit status of resize: {done.stdout} {done.stderr}")
            Sweep.demand("after a resize", system.checker.differs(system.checker.see(), new))
    print(f"# figure: {2 * BRIDGED_ROUNDS} resizes under load, {watch.samples} samples, never less "
          f"than {watch.least} bytes active (the smaller has {small.swap()}); {load.rounds} times "
          f"{BRIDGED_HOG_MIB} MiB pushed out and verified")
    check(load.failure is None, f"the hog: {load.failure}")
    check(load.rounds >= 2 and watch.samples >= 200, "too little was seen")
    check(watch.least >= small.swap(), f"for a while, {watch.least} bytes were active")
    hog.process.stdin.close()
    equal(hog.process.wait(), 0, "exit status of the hog")


def cases():
    for name, function in (("bridges are watched under load", bridges_are_watched),
                           ("a chain of commands is found wanting", chain)):
        if not options.only or options.only in name:
            yield name, function
    for scenario in SCENARIOS:
        for name, points_of in (("each call fails once", injector.errors),
                                ("each call fails from then on", injector.lasting_errors),
                                ("killed at each call", injector.kills)):
            if not options.only or options.only in f"{scenario.name}: {name}":
                yield f"{scenario.name}: {name}", sweep, scenario, points_of


def main():
    global options, chance
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--every", type=int, default=EVERY)
    parser.add_argument("--seed", type=int, default=int(os.environ.get(
        "SWAPCFG_TEST_SEED", time.time_ns() % 100000)))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    os.environ["SWAPCFG_TEST_SEED"] = str(options.seed)  # the program begins again
    harness.main(("a small system is made", make_system), *cases())


if __name__ == "__main__":
    main()
