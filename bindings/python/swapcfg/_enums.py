# SPDX-License-Identifier: MIT
"""The library's enumerations. Numbers and names never change; new ones are added."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TypeVar

_E = TypeVar("_E", bound="_Named")


class _Named(IntEnum):
    """Its text is the name that JSON and the command line have: "no-space"."""

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    @classmethod
    def from_name(cls: type[_E], name: str) -> _E:
        """The member of a name such as "no-space"; ValueError for a name of none."""
        for member in cls:
            if str(member) == name:
                return member
        raise ValueError(f"{name!r} is no {cls.__name__}")


class _Open(_Named):
    """A value that only a newer library knows is no error: its name is UNKNOWN_ and the number."""

    @classmethod
    def _missing_(cls, value: object) -> Enum | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class State(_Open):
    """How far an area should be taken; INACTIVE and ABSENT take it back."""

    KEEP = 0  #: leave it as far as it is
    ABSENT = 10  #: off, and a file deleted; a device stays
    INACTIVE = 20  #: off; what is on the disk stays
    ALLOCATED = 30  #: the space is there, without holes
    FORMATTED = 40  #: and it has a swap header
    ACTIVE = 50  #: and the kernel uses it


class Boot(_Open):
    """A kind of boot entry."""

    KEEP = 0  #: leave the boot configuration alone
    NONE = 10  #: no entry
    AUTO = 20  #: the kind that suits the system
    INITTAB = 30  #: a line in /etc/inittab (sysvinit or BusyBox)
    FSTAB = 40  #: a line in /etc/fstab
    SYSTEMD = 50  #: a .swap unit in /etc/systemd/system, enabled
    INITD = 60  #: a line in /etc/init.d/S02swapcfg, which rcS runs
    OPENRC = 70  #: a line in the OpenRC service swapcfg, enabled
    UCI = 80  #: a section in OpenWrt's /etc/config/fstab


class Discard(_Open):
    """Whether the kernel may tell the device which blocks are free."""

    KEEP = 0  #: as it is; a new area gets none
    NONE = 10  #: never
    ONCE = 20  #: the whole area, when it is activated
    PAGES = 30  #: freed pages, while it is in use
    BOTH = 40  #: both


class Endianness(_Open):
    """The byte order of a header."""

    NATIVE = 0  #: of the machine that runs the library
    LITTLE = 10  #: little endian
    BIG = 20  #: big endian


class Flag(_Named):
    """A consent or a condition of a spec."""

    #: Overwrite what is no swap area but not in use, or a hibernation image.
    FORCE = 1
    #: Resize without a bridge: for a while there is less swap than before.
    IN_PLACE = 2
    #: Switch off even if the forecast says that the pages do not fit. The kernel may kill any
    #: program, or panic.
    IGNORE_MEMORY = 3
    #: Call swapoff(2) in the calling thread: the kernel's first victim is then this program.
    NO_CHILD = 4
    #: Activate as early in the boot as it can be done, and do nothing else.
    EARLY = 5
    #: With EARLY: write a new header where there is none that will do.
    FORMAT = 6


class Backing(_Open):
    """What an area lies on."""

    UNKNOWN = 0  #: nothing is there, or it is no area
    FILE = 10  #: a regular file
    DEVICE = 20  #: a partition or another block device
    ZRAM = 30  #: compressed memory


class JobState(_Open):
    """Where a job stands."""

    NEW = 0  #: not started
    RUNNING = 10  #: steps are being done
    UNDOING = 20  #: it failed or was cancelled; steps are being undone
    DONE = 30  #: all is as wanted
    FAILED = 40  #: it failed, and what could be undone is undone


class StepKind(_Open):
    """What one step of a plan does."""

    NONE = 0  #: of a job: before the first one
    CLEAN = 10  #: delete the leftover of an interrupted run
    ALLOCATE = 20  #: take space, under a temporary name or none
    FORMAT = 30  #: write the swap header
    PUBLISH = 40  #: give the finished file its name
    PROTECT = 50  #: take other users' access away (mode 0600)
    RESIZE = 60  #: grow or shrink a file that is off, in place
    ACTIVATE = 70  #: swapon(2)
    DEACTIVATE = 80  #: swapoff(2)
    PERSIST = 90  #: write the boot entry
    FORGET = 100  #: remove the boot entry
    REMOVE = 110  #: delete the file


class Severity(_Open):
    """How much a finding weighs."""

    INFO = 10  #: good to know
    WARNING = 20  #: works, but has a price
    BLOCKER = 30  #: forbids the plan; in a status: it is broken


class Reason(_Open):
    """Why something failed, was refused, or deserves a look. Scripts switch on these."""

    NONE = 0  #: nothing to report

    INVALID_ARGUMENT = 10  #: a value is out of range or contradicts another
    TOO_SMALL = 12  #: below what a swap header can describe
    TOO_LARGE = 14  #: above what file system, kernel or header allow
    PATH_UNSAFE = 16  #: others could replace or read the file
    STALE_PLAN = 18  #: the system changed after the plan was made
    CANCELLED = 20  #: the job was cancelled

    PERMISSION = 30  #: the caller lacks a privilege
    NO_KERNEL_SWAP = 32  #: the kernel was built without swap
    SLOTS_FULL = 34  #: the kernel cannot take one more area
    LOW_MEMORY = 36  #: an area's pages have nowhere to go
    OFFLINE = 38  #: not possible below an offline root
    LESS_SWAP = 40  #: for a while there is less swap than before

    FILESYSTEM_UNSUPPORTED = 50  #: it cannot hold swap safely
    READ_ONLY = 52  #: it is mounted read-only
    NO_SPACE = 54  #: it has not enough space
    RESERVE = 56  #: it would be left with less than the reserve
    EXPORTED = 58  #: another computer may write to the disk, or read it
    HOLES = 60  #: the file has unallocated blocks
    COPY_ON_WRITE = 62  #: its blocks are shared, or copied or compressed

    MISSING = 70  #: there is nothing at the path
    EXISTS = 72  #: something that is not a swap area is there
    NOT_SWAP = 74  #: it has no valid swap header
    IN_USE = 76  #: the file or device is in use
    PAGE_SIZE = 78  #: its header is for another page size
    BYTE_ORDER = 80  #: its header is of the other byte order
    HIBERNATION_IMAGE = 82  #: it holds a suspended system
    SHORT = 84  #: the file is shorter than its header says
    LEFTOVER = 86  #: an interrupted run of ours left a file

    BOOT_ENTRY_UNSUPPORTED = 100  #: no entry of that kind can work here
    BOOT_ENTRY_CONFLICT = 102  #: an entry that we did not write interferes
    NOT_MOUNTED_AT_BOOT = 104  #: the file is not there yet when it runs
    BOOT_ENTRY_DANGLING = 106  #: an entry names a file that is no area
    BOOT_ENTRY_DUPLICATE = 108  #: several entries name one area
    BOOT_ENTRY_MISSING = 110  #: active, but gone after a reboot
    NOT_ACTIVE = 112  #: in the boot configuration, but off

    BUSY = 130  #: another writer is at work; try again
    IO = 132  #: reading or writing failed
    NO_MEMORY = 134  #: the library could not allocate memory
    ROLLBACK_FAILED = 136  #: something could not be undone; see the error
    SYSTEM = 138  #: a system call failed in a way not foreseen
