// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"fmt"
	"syscall"
)

// A State is how far an area should be taken. StateInactive and StateAbsent take it back.
type State int32

// The states.
const (
	StateKeep      State = C.SWAPCFG_STATE_KEEP      // leave it as far as it is
	StateAbsent    State = C.SWAPCFG_STATE_ABSENT    // off, and a file deleted; a device stays
	StateInactive  State = C.SWAPCFG_STATE_INACTIVE  // off; what is on the disk stays
	StateAllocated State = C.SWAPCFG_STATE_ALLOCATED // the space is there, without holes
	StateFormatted State = C.SWAPCFG_STATE_FORMATTED // and it has a swap header
	StateActive    State = C.SWAPCFG_STATE_ACTIVE    // and the kernel uses it
)

var states = []State{StateKeep, StateAbsent, StateInactive, StateAllocated, StateFormatted, StateActive}

// String gives the name, such as "active"; "unknown" for a value of no state.
func (s State) String() string {
	return C.GoString(C.swapcfg_state_name(C.enum_swapcfg_state(s)))
}

// MarshalText gives the name; it fails for a value of no state.
func (s State) MarshalText() ([]byte, error) { return marshalName("state", s) }

// UnmarshalText reads a name.
func (s *State) UnmarshalText(text []byte) error { return unmarshalName("state", text, states, s) }

// A Boot is which boot entry an area should have, or has.
type Boot int32

// The kinds of boot entries.
const (
	BootKeep    Boot = C.SWAPCFG_BOOT_KEEP    // leave the boot configuration alone
	BootNone    Boot = C.SWAPCFG_BOOT_NONE    // no entry
	BootAuto    Boot = C.SWAPCFG_BOOT_AUTO    // the kind that suits the system
	BootInittab Boot = C.SWAPCFG_BOOT_INITTAB // a line in /etc/inittab (sysvinit or BusyBox)
	BootFstab   Boot = C.SWAPCFG_BOOT_FSTAB   // a line in /etc/fstab
	BootSystemd Boot = C.SWAPCFG_BOOT_SYSTEMD // a .swap unit in /etc/systemd/system, enabled
	BootInitd   Boot = C.SWAPCFG_BOOT_INITD   // a line in /etc/init.d/S02swapcfg, which rcS runs
	BootOpenRC  Boot = C.SWAPCFG_BOOT_OPENRC  // a line in the OpenRC service swapcfg, enabled
	BootUCI     Boot = C.SWAPCFG_BOOT_UCI     // a section in OpenWrt's /etc/config/fstab
)

var boots = []Boot{BootKeep, BootNone, BootAuto, BootInittab, BootFstab, BootSystemd, BootInitd,
	BootOpenRC, BootUCI}

// String gives the name, such as "inittab"; "unknown" for a value of no kind.
func (b Boot) String() string {
	return C.GoString(C.swapcfg_boot_name(C.enum_swapcfg_boot(b)))
}

// MarshalText gives the name; it fails for a value of no kind.
func (b Boot) MarshalText() ([]byte, error) { return marshalName("boot entry", b) }

// UnmarshalText reads a name.
func (b *Boot) UnmarshalText(text []byte) error { return unmarshalName("boot entry", text, boots, b) }

// A Discard is whether the kernel may tell the device which blocks are free.
type Discard int32

// The discard policies.
const (
	DiscardKeep  Discard = C.SWAPCFG_DISCARD_KEEP  // as it is; a new area gets none
	DiscardNone  Discard = C.SWAPCFG_DISCARD_NONE  // never
	DiscardOnce  Discard = C.SWAPCFG_DISCARD_ONCE  // the whole area, when it is activated
	DiscardPages Discard = C.SWAPCFG_DISCARD_PAGES // freed pages, while it is in use
	DiscardBoth  Discard = C.SWAPCFG_DISCARD_BOTH  // both
)

var discards = []Discard{DiscardKeep, DiscardNone, DiscardOnce, DiscardPages, DiscardBoth}

// String gives the name, such as "pages"; "unknown" for a value of no policy.
func (d Discard) String() string {
	return nameOf(d, discards, "keep", "none", "once", "pages", "both")
}

// MarshalText gives the name; it fails for a value of no policy.
func (d Discard) MarshalText() ([]byte, error) { return marshalName("discard policy", d) }

// UnmarshalText reads a name.
func (d *Discard) UnmarshalText(text []byte) error {
	return unmarshalName("discard policy", text, discards, d)
}

// An Endianness is the byte order of a header.
type Endianness int32

// The byte orders.
const (
	EndiannessNative Endianness = C.SWAPCFG_ENDIANNESS_NATIVE // of the machine that runs the library
	EndiannessLittle Endianness = C.SWAPCFG_ENDIANNESS_LITTLE // little endian
	EndiannessBig    Endianness = C.SWAPCFG_ENDIANNESS_BIG    // big endian
)

var endiannesses = []Endianness{EndiannessNative, EndiannessLittle, EndiannessBig}

// String gives the name, such as "little"; "unknown" for a value of no byte order.
func (e Endianness) String() string {
	return nameOf(e, endiannesses, "native", "little", "big")
}

// MarshalText gives the name; it fails for a value of no byte order.
func (e Endianness) MarshalText() ([]byte, error) { return marshalName("byte order", e) }

// UnmarshalText reads a name.
func (e *Endianness) UnmarshalText(text []byte) error {
	return unmarshalName("byte order", text, endiannesses, e)
}

// A StepKind is what one step of a plan does.
type StepKind int32

// The kinds of steps.
const (
	StepClean      StepKind = C.SWAPCFG_STEP_CLEAN      // delete the leftover of an interrupted run
	StepAllocate   StepKind = C.SWAPCFG_STEP_ALLOCATE   // take space, under a temporary name or none
	StepFormat     StepKind = C.SWAPCFG_STEP_FORMAT     // write the swap header
	StepPublish    StepKind = C.SWAPCFG_STEP_PUBLISH    // give the finished file its name
	StepProtect    StepKind = C.SWAPCFG_STEP_PROTECT    // take other users' access away (mode 0600)
	StepResize     StepKind = C.SWAPCFG_STEP_RESIZE     // grow or shrink a file that is off, in place
	StepActivate   StepKind = C.SWAPCFG_STEP_ACTIVATE   // swapon(2)
	StepDeactivate StepKind = C.SWAPCFG_STEP_DEACTIVATE // swapoff(2)
	StepPersist    StepKind = C.SWAPCFG_STEP_PERSIST    // write the boot entry
	StepForget     StepKind = C.SWAPCFG_STEP_FORGET     // remove the boot entry
	StepRemove     StepKind = C.SWAPCFG_STEP_REMOVE     // delete the file
)

var stepKinds = []StepKind{StepClean, StepAllocate, StepFormat, StepPublish, StepProtect, StepResize,
	StepActivate, StepDeactivate, StepPersist, StepForget, StepRemove}

// String gives the name, such as "allocate"; "unknown" for a value of no kind.
func (k StepKind) String() string {
	return C.GoString(C.swapcfg_step_name(C.enum_swapcfg_step_kind(k)))
}

// MarshalText gives the name; it fails for a value of no kind.
func (k StepKind) MarshalText() ([]byte, error) { return marshalName("step", k) }

// UnmarshalText reads a name.
func (k *StepKind) UnmarshalText(text []byte) error { return unmarshalName("step", text, stepKinds, k) }

// A Severity is how much a finding weighs.
type Severity int32

// The severities.
const (
	SeverityInfo    Severity = C.SWAPCFG_SEVERITY_INFO    // good to know
	SeverityWarning Severity = C.SWAPCFG_SEVERITY_WARNING // works, but has a price
	SeverityBlocker Severity = C.SWAPCFG_SEVERITY_BLOCKER // forbids the plan; in a status: it is broken
)

var severities = []Severity{SeverityInfo, SeverityWarning, SeverityBlocker}

// String gives the name, such as "warning"; "unknown" for a value of no severity.
func (s Severity) String() string {
	return C.GoString(C.swapcfg_severity_name(C.enum_swapcfg_severity(s)))
}

// MarshalText gives the name; it fails for a value of no severity.
func (s Severity) MarshalText() ([]byte, error) { return marshalName("severity", s) }

// UnmarshalText reads a name.
func (s *Severity) UnmarshalText(text []byte) error {
	return unmarshalName("severity", text, severities, s)
}

// A Backing is what an area lies on.
type Backing int32

// The backings.
const (
	BackingUnknown Backing = C.SWAPCFG_BACKING_UNKNOWN // nothing is there, or it is no area
	BackingFile    Backing = C.SWAPCFG_BACKING_FILE    // a regular file
	BackingDevice  Backing = C.SWAPCFG_BACKING_DEVICE  // a partition or another block device
	BackingZram    Backing = C.SWAPCFG_BACKING_ZRAM    // compressed memory
)

var backings = []Backing{BackingUnknown, BackingFile, BackingDevice, BackingZram}

// String gives the name, such as "file"; "unknown" also for a value of no backing.
func (b Backing) String() string {
	return C.GoString(C.swapcfg_backing_name(C.enum_swapcfg_backing(b)))
}

// MarshalText gives the name.
func (b Backing) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads a name.
func (b *Backing) UnmarshalText(text []byte) error {
	return unmarshalName("backing", text, backings, b)
}

// unknown is the C library's name for values that have none.
const unknown = "unknown"

// nameOf is the name of a value that the C library has no names for.
func nameOf[T comparable](value T, known []T, names ...string) string {
	for i, v := range known {
		if v == value {
			return names[i]
		}
	}
	return unknown
}

func marshalName[T interface {
	~int32
	fmt.Stringer
}](what string, value T) ([]byte, error) {
	name := value.String()
	if name == unknown {
		return nil, invalid("format "+what, "", syscall.EINVAL, "%d is no %s", int32(value), what)
	}
	return []byte(name), nil
}

func unmarshalName[T fmt.Stringer](what string, text []byte, known []T, ret *T) error {
	for _, value := range known {
		if value.String() == string(text) {
			*ret = value
			return nil
		}
	}
	return noName("parse "+what, what, text)
}

func noName(op, what string, text []byte) error {
	return invalid(op, "", syscall.EINVAL, "%q is no %s", text, what)
}
