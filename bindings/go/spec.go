// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"math"
	"syscall"
	"time"
)

const (
	// PriorityMax is the highest priority that can be set.
	PriorityMax = C.SWAPCFG_PRIORITY_MAX
	// PriorityDefault is no priority of its own: the kernel gives one below all set ones.
	PriorityDefault = C.SWAPCFG_PRIORITY_DEFAULT
	// LabelMax is the length of the longest label, in bytes.
	LabelMax = C.SWAPCFG_LABEL_MAX
)

// A Spec is what is wanted of one area. It says where the area should end up, not what to do. What
// is left zero stays as it is, or is what is usual.
//
// Three fields are pointers, as their zero is a value to wish for; see [Ptr].
type Spec struct {
	// Path is the absolute path of the file or block device, seen from inside the system's root.
	Path string `json:"path"`
	// State is how far the area should be taken.
	State State `json:"state"`
	// Boot is which boot entry it should have.
	Boot Boot `json:"boot"`
	// Size is the size of the file in bytes, or how much of a device is used, rounded down to whole
	// pages. 0 is as it is; for [System.Format] all of it.
	Size uint64 `json:"size_bytes"`

	// Priority is from 0 to PriorityMax, higher is used first, or PriorityDefault. nil is the one
	// that the area or its boot entry has.
	Priority *int `json:"priority,omitempty"`
	// Discard is whether the kernel may tell the device which blocks are free.
	Discard Discard `json:"discard,omitempty"`
	// Label is the label of a header that is written, at most LabelMax bytes; "" for none. nil is
	// the one that is there.
	Label *string `json:"label,omitempty"`
	// UUID is that of a header that is written: 36 characters in the form of RFC 9562, "clear" for
	// all zeros, or "random". "" is the one that is there, or a random one.
	UUID string `json:"uuid,omitempty"`
	// KeepFree is how many bytes of the file system must stay free. nil is the larger of 64 MiB and
	// 5 % of it.
	KeepFree *uint64 `json:"keep_free_bytes,omitempty"`
	// Wait is how long to wait while another writer is at work, who is one of any process or
	// goroutine. 0 is not at all: the reason is ReasonBusy at once. The context ends the waiting.
	Wait time.Duration `json:"wait,omitempty"`

	// PageSize is that of the machine that will use the area: a power of two from 4096 to 65536; 0
	// for this machine's.
	PageSize uint32 `json:"page_size,omitempty"`
	// Endianness is the byte order of that machine.
	Endianness Endianness `json:"endianness,omitempty"`
	// Offset is where in the target the area begins. Such an area can be formatted only.
	Offset uint64 `json:"offset_bytes,omitempty"`

	// Force consents to overwriting a file or device that is no swap area but is not in use, or a
	// hibernation image.
	Force bool `json:"force,omitempty"`
	// InPlace consents to less swap than before, for a while: resize without a bridge.
	InPlace bool `json:"in_place,omitempty"`
	// IgnoreMemory switches off even if the forecast says that the pages do not fit. It is given up
	// when memory runs out, but the kernel may be faster: it may kill any program, or panic.
	IgnoreMemory bool `json:"ignore_memory,omitempty"`
	// NoChild calls swapoff(2) in the thread of the caller, not in a child process; see
	// [System.Deactivate]. Signals interrupt it there, also those of a profile that is being taken.
	NoChild bool `json:"no_child,omitempty"`
	// Early activates as early in the boot as it can be done, and does nothing else: /proc need not
	// be mounted, and an area that is active stays as it is. For StateActive without a size and a
	// boot entry.
	Early bool `json:"early,omitempty"`
	// Format, with Early, writes a new header where there is none that will do, over blanks or a
	// swap header only.
	Format bool `json:"format,omitempty"`
}

// Ptr gives a pointer to a value, for the fields of a [Spec] that are pointers:
//
//	swapcfg.Spec{Path: "/swapfile", Priority: swapcfg.Ptr(5)}
func Ptr[T any](value T) *T {
	return &value
}

// handle makes a spec for C, to be freed.
func (spec *Spec) handle(op string) (*C.struct_swapcfg_spec, error) {
	path, err := newString(op, "the path", spec.Path)
	if err != nil {
		return nil, err
	}
	defer path.free()
	var handle *C.struct_swapcfg_spec
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_spec_new(path.c, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	for _, set := range []func(string, *C.struct_swapcfg_spec) error{
		spec.setNumbers, spec.setKinds, spec.setTexts, spec.setFlags} {
		if err := set(op, handle); err != nil {
			C.swapcfg_spec_free(handle)
			return nil, err
		}
	}
	return handle, nil
}

func (spec *Spec) setNumbers(op string, handle *C.struct_swapcfg_spec) error {
	// These take any number.
	C.swapcfg_spec_set_size(handle, C.uint64_t(spec.Size))
	C.swapcfg_spec_set_offset(handle, C.uint64_t(spec.Offset))
	if spec.KeepFree != nil {
		C.swapcfg_spec_set_keep_free(handle, C.uint64_t(*spec.KeepFree))
	}
	if spec.Wait < 0 {
		return spec.refuse(op, "one cannot wait for %v", spec.Wait)
	}
	wait := (spec.Wait + time.Millisecond - 1) / time.Millisecond
	if spec.Wait > math.MaxUint32*time.Millisecond {
		wait = math.MaxUint32
	}
	C.swapcfg_spec_set_wait(handle, C.uint32_t(wait))
	if p := spec.Priority; p != nil {
		if *p < PriorityDefault || *p > PriorityMax || C.swapcfg_spec_set_priority(handle, C.int(*p)) < 0 {
			return spec.refuse(op, "%d is no priority; choose one from 0 to %d", *p, PriorityMax)
		}
	}
	if C.swapcfg_spec_set_page_size(handle, C.uint32_t(spec.PageSize)) < 0 {
		return spec.refuse(op, "%d is no page size; choose a power of two from 4096 to 65536",
			spec.PageSize)
	}
	return nil
}

func (spec *Spec) setKinds(op string, handle *C.struct_swapcfg_spec) error {
	if C.swapcfg_spec_set_state(handle, C.enum_swapcfg_state(spec.State)) < 0 {
		return spec.refuse(op, "%d is no state", int32(spec.State))
	}
	if C.swapcfg_spec_set_boot(handle, C.enum_swapcfg_boot(spec.Boot)) < 0 {
		return spec.refuse(op, "%d is no kind of boot entry", int32(spec.Boot))
	}
	if C.swapcfg_spec_set_discard(handle, C.enum_swapcfg_discard(spec.Discard)) < 0 {
		return spec.refuse(op, "%d is no discard policy", int32(spec.Discard))
	}
	if C.swapcfg_spec_set_endianness(handle, C.enum_swapcfg_endianness(spec.Endianness)) < 0 {
		return spec.refuse(op, "%d is no byte order", int32(spec.Endianness))
	}
	return nil
}

func (spec *Spec) setTexts(op string, handle *C.struct_swapcfg_spec) error {
	if spec.Label != nil {
		label, err := newString(op, "the label", *spec.Label)
		if err != nil {
			return err
		}
		defer label.free()
		if C.swapcfg_spec_set_label(handle, label.c) < 0 {
			return spec.refuse(op, "the label %q is longer than %d bytes", *spec.Label, LabelMax)
		}
	}
	if spec.UUID != "" {
		uuid, err := newString(op, "the UUID", spec.UUID)
		if err != nil {
			return err
		}
		defer uuid.free()
		if C.swapcfg_spec_set_uuid(handle, uuid.c) < 0 {
			return spec.refuse(op, "%q is no UUID", spec.UUID)
		}
	}
	return nil
}

func (spec *Spec) setFlags(op string, handle *C.struct_swapcfg_spec) error {
	for _, flag := range []struct {
		flag C.enum_swapcfg_flag
		on   bool
	}{
		{C.SWAPCFG_FLAG_FORCE, spec.Force},
		{C.SWAPCFG_FLAG_IN_PLACE, spec.InPlace},
		{C.SWAPCFG_FLAG_IGNORE_MEMORY, spec.IgnoreMemory},
		{C.SWAPCFG_FLAG_NO_CHILD, spec.NoChild},
		{C.SWAPCFG_FLAG_EARLY, spec.Early},
		{C.SWAPCFG_FLAG_FORMAT, spec.Format},
	} {
		if C.swapcfg_spec_set_flag(handle, flag.flag, C.bool(flag.on)) < 0 {
			return spec.refuse(op, "this version of the library does not know the flag %d", flag.flag)
		}
	}
	return nil
}

// refuse is the failure of a setter, which C says nothing about.
func (spec *Spec) refuse(op, format string, args ...any) error {
	return invalid(op, spec.Path, syscall.EINVAL, format, args...)
}
