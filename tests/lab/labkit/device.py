# SPDX-License-Identifier: MIT
"""One device: QEMU with a card, its serial port in a log, and a shell inside of it."""

import base64
import ctypes
import secrets
import select
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass

from labkit import qemu

LINE_MAX = 2 << 10  # bytes of a command; what the device has not read yet must fit into its tty
REBOOT = {"sysvinit": "telinit -t 1 6", "busybox": "reboot",
          "systemd": "systemctl --no-block reboot"}
OFF = {"sysvinit": "telinit -t 1 0", "busybox": "poweroff",
       "systemd": "systemctl --no-block poweroff"}
ESCAPES = {b"\\040": b" ", b"\\011": b"\t", b"\\012": b"\n", b"\\134": b"\\"}


class Failure(AssertionError):
    """What a scenario expected is not so."""


@dataclass(frozen=True)
class Result:
    rc: int
    out: str


@dataclass(frozen=True)
class Swap:
    kind: str
    size: int  # bytes, without the header page
    used: int
    priority: int


def die_with_parent():
    """No device outlives the run, however that ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Wire:
    """One end of a connection with QEMU."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.ours.setblocking(False)
        self.buffer = b""

    def receive_until(self, end, deadline):
        """What comes before the end mark; None where the device is gone or time is up."""
        while end not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.ours], [], [], left)[0]:
                return None
            try:
                data = self.ours.recv(1 << 16)
            except ConnectionError:
                return None
            if not data:
                return None
            self.buffer += data
        before, self.buffer = self.buffer.split(end, 1)
        return before

    def send(self, data):
        self.ours.setblocking(True)
        try:
            self.ours.sendall(data)
        except OSError as error:
            raise Failure(f"the device does not listen: {error}") from error
        finally:
            self.ours.setblocking(False)


class Log:
    """What the serial port says, and what was asked of the shell, in the order of events."""

    def __init__(self, path, port):
        self.path = path
        self.file = open(path, "ab", buffering=0)  # pylint: disable=consider-using-with
        self.thread = threading.Thread(target=self._pump, args=(port,), daemon=True)
        self.thread.start()

    def _pump(self, port):
        port.setblocking(True)
        try:
            while data := port.recv(1 << 16):
                self.file.write(data.replace(b"\r", b""))
        except OSError:
            pass

    def note(self, text):
        self.file.write("".join(f"[lab] {line}\n" for line in text.splitlines()).encode())

    def text(self):
        return self.path.read_bytes().decode("utf-8", "replace")

    def tail(self, count=25):
        return "\n".join(self.text().splitlines()[-count:])

    def close(self):
        self.thread.join(5)
        self.file.close()


class Device:
    """A device that can be switched on and off; each boot has a log of its own."""

    def __init__(self, model, machine, directory, boot_seconds=300):
        self.model = model  # its arch and init
        self.machine = machine  # a qemu.Machine
        self.directory = directory
        self.boot_seconds = boot_seconds
        self.boots = 0
        self.process = None
        self.wire = None
        self.log = None
        self.ready_seconds = None  # of the host's clock, from power to a shell

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.cut()

    # Power.

    def power_on(self, wait=True):
        """Switches it on, with the same card, and waits for its login prompt, which comes when all
        that the boot waits for is done. Without wait, nothing is known of its boot yet."""
        assert not self.is_on(), "the device is on already"
        self.boots += 1
        self.wire, port = Wire(), socket.socketpair()
        command = self.machine.command(self.wire.theirs.fileno(), port[1].fileno())
        start = time.monotonic()
        self.log = Log(self.directory / f"boot-{self.boots}.log", port[0])
        self.log.note(" ".join(command))
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log.file, stderr=subprocess.STDOUT,
            pass_fds=(self.wire.theirs.fileno(), port[1].fileno()), preexec_fn=die_with_parent)
        self.wire.theirs.close()
        port[1].close()
        if wait:
            self.wait_for_shell()
            assert self.login_seconds
            self.ready_seconds = time.monotonic() - start
        return self

    def wait_for_shell(self, seconds=None):
        seconds = seconds or self.boot_seconds
        if self.wire.receive_until(b"lab: ready\n", time.monotonic() + seconds) is None:
            self._fail(self._why(f"no shell after {seconds} seconds"))

    def _why(self, late):
        """Why there was no answer: the end of the wire is seen a moment before that of QEMU."""
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            return late
        return "the device went off"

    def is_on(self):
        return self.process is not None and self.process.poll() is None

    def cut(self):
        """The power fails. What the card said it wrote is on it; nothing else is."""
        if self.process is None:
            return
        self.process.kill()
        self._gone()

    def _gone(self):
        self.process.wait()
        self.wire.ours.close()
        self.log.close()
        self.process = None

    def wait_off(self, seconds=180):
        """Until the device has switched itself off, or asked for a reboot."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._fail(f"it is still on after {seconds} seconds")
        self._gone()

    def off(self):
        """Shuts it down, as its init does."""
        self._ask(OFF[self.model.init])
        self.wait_off()

    def reboot(self):
        """Reboots it, as its init does."""
        self._ask(REBOOT[self.model.init])
        self.wait_off()
        self.power_on()

    def power_cycle(self):
        self.cut()
        self.power_on()

    # The shell.

    def _ask(self, command):
        word = f"@@{secrets.token_hex(6)}"
        self.log.note(f"$ {command}")
        self.wire.send(f"{word} {base64.b64encode(command.encode()).decode()}\n".encode())
        return word

    def run(self, command, check=True, timeout=180):
        """Runs a shell command; with check, it has to succeed."""
        if not self.is_on():
            self._fail(f"the device is off; it cannot run {command}")
        if len(command.encode()) > 2 * LINE_MAX // 3:
            self.write("/dev/lab-command", command.encode())
            command = ". /dev/lab-command"
        word = self._ask(command).encode()
        deadline = time.monotonic() + timeout
        out = self.wire.receive_until(b"\n" + word + b" ", deadline)
        status = None if out is None else self.wire.receive_until(b"\n", deadline)
        if status is None:
            said = self.wire.buffer.decode("utf-8", "replace")
            self._fail(f"{command}: {self._why(f'no answer after {timeout} seconds')}\n{said}")
        result = Result(int(status), out.decode("utf-8", "replace"))
        self.log.note(f"{result.out}\n= {result.rc}")
        if check and result.rc:
            self._fail(f"{command}: exit status {result.rc}\n{result.out}")
        return result

    def _fail(self, text):
        raise Failure(f"{text}\n--- the end of {self.log.path.name}:\n{self.log.tail()}")

    # What a scenario looks at.

    @property
    def login_seconds(self):
        """How long the device had been up when it asked for a login."""
        tries = int(self.boot_seconds / 0.2)
        result = self.run(f"n={tries}; until [ -s /dev/lab-login ] || [ $((n -= 1)) = 0 ]; do "
                          "usleep 200000; done; cat /dev/lab-login", check=False,
                          timeout=2 * self.boot_seconds)
        if result.rc:
            self._fail("it does not get to its login prompt")
        return float(result.out.split()[0])

    def read(self, path):
        """A file's bytes."""
        return base64.b64decode(self.run(f"base64 {quote(path)}").out)

    def put(self, host_file, path, mode=0o755):
        """Copies a file of the host into the device."""
        self.write(path, host_file.read_bytes(), mode)

    def write(self, path, data, mode=0o644):
        name = quote(path)
        self.run(f": >{name}; chmod {mode:o} {name}")
        for at in range(0, len(data), LINE_MAX // 3):
            text = base64.b64encode(data[at:at + LINE_MAX // 3]).decode()
            self.run(f"echo {text} | base64 -d >>{name}")

    def wait_for_swaps(self, paths, seconds=90):
        """The active areas, as soon as they are those of the paths. At boot they may come after the
        login prompt, as the boot does not wait for them."""
        deadline = time.monotonic() + seconds
        while set(found := self.swaps()) != set(paths):
            if time.monotonic() > deadline:
                self._fail(f"after {seconds} seconds the active areas are {found}")
            time.sleep(0.5)
        return found

    def swaps(self):
        """The active areas, by their paths, as /proc/swaps has them."""
        found = {}
        for line in self.read("/proc/swaps").splitlines()[1:]:
            path, kind, size, used, priority = line.split()
            for escape, byte in ESCAPES.items():
                path = path.replace(escape, byte)
            found[path.decode("utf-8", "replace")] = Swap(
                kind.decode(), int(size) << 10, int(used) << 10, int(priority))
        return found


def quote(text):
    return "'" + str(text).replace("'", "'\\''") + "'"
