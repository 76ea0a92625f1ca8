// SPDX-License-Identifier: MIT

package swapcfg

// #include <stdlib.h>
// #include <libswapcfg/swapcfg.h>
import "C"

// A Reason says why something failed, was refused, or deserves a look. It is an error, so that
// errors.Is(err, swapcfg.ReasonNoSpace) asks an [*Error] for it.
//
// Later versions of the library add reasons. Handle an unknown one as a plain failure, and show its
// message.
type Reason int32

// The reasons, as in the C library.
const (
	ReasonNone Reason = C.SWAPCFG_REASON_NONE // nothing to report

	// The request itself.

	ReasonInvalidArgument Reason = C.SWAPCFG_REASON_INVALID_ARGUMENT // a value is out of range or contradicts another
	ReasonTooSmall        Reason = C.SWAPCFG_REASON_TOO_SMALL        // below what a swap header can describe
	ReasonTooLarge        Reason = C.SWAPCFG_REASON_TOO_LARGE        // above what file system, kernel or header allow
	ReasonPathUnsafe      Reason = C.SWAPCFG_REASON_PATH_UNSAFE      // others could replace or read the file
	ReasonStalePlan       Reason = C.SWAPCFG_REASON_STALE_PLAN       // the system changed after the plan was made
	ReasonCancelled       Reason = C.SWAPCFG_REASON_CANCELLED        // the context was done

	// The kernel and the caller's rights.

	ReasonPermission   Reason = C.SWAPCFG_REASON_PERMISSION     // the caller lacks a privilege
	ReasonNoKernelSwap Reason = C.SWAPCFG_REASON_NO_KERNEL_SWAP // the kernel was built without swap
	ReasonSlotsFull    Reason = C.SWAPCFG_REASON_SLOTS_FULL     // the kernel cannot take one more area
	ReasonLowMemory    Reason = C.SWAPCFG_REASON_LOW_MEMORY     // an area's pages have nowhere to go
	ReasonOffline      Reason = C.SWAPCFG_REASON_OFFLINE        // not possible below an offline root
	ReasonLessSwap     Reason = C.SWAPCFG_REASON_LESS_SWAP      // for a while there is less swap than before

	// The file system.

	ReasonFilesystemUnsupported Reason = C.SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED // it cannot hold swap safely
	ReasonReadOnly              Reason = C.SWAPCFG_REASON_READ_ONLY              // it is mounted read-only
	ReasonNoSpace               Reason = C.SWAPCFG_REASON_NO_SPACE               // it has not enough space
	ReasonReserve               Reason = C.SWAPCFG_REASON_RESERVE                // it would be left with less than the reserve
	ReasonExported              Reason = C.SWAPCFG_REASON_EXPORTED               // another computer may write to the disk, or read it
	ReasonHoles                 Reason = C.SWAPCFG_REASON_HOLES                  // the file has unallocated blocks
	ReasonCopyOnWrite           Reason = C.SWAPCFG_REASON_COPY_ON_WRITE          // its blocks are shared, or copied or compressed

	// What is at the path.

	ReasonMissing          Reason = C.SWAPCFG_REASON_MISSING           // there is nothing at the path
	ReasonExists           Reason = C.SWAPCFG_REASON_EXISTS            // something that is not a swap area is there
	ReasonNotSwap          Reason = C.SWAPCFG_REASON_NOT_SWAP          // it has no valid swap header
	ReasonInUse            Reason = C.SWAPCFG_REASON_IN_USE            // the file or device is in use
	ReasonPageSize         Reason = C.SWAPCFG_REASON_PAGE_SIZE         // its header is for another page size
	ReasonByteOrder        Reason = C.SWAPCFG_REASON_BYTE_ORDER        // its header is of the other byte order
	ReasonHibernationImage Reason = C.SWAPCFG_REASON_HIBERNATION_IMAGE // it holds a suspended system
	ReasonShort            Reason = C.SWAPCFG_REASON_SHORT             // the file is shorter than its header says
	ReasonLeftover         Reason = C.SWAPCFG_REASON_LEFTOVER          // an interrupted run of ours left a file

	// Boot.

	ReasonBootEntryUnsupported Reason = C.SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED // no entry of that kind can work here
	ReasonBootEntryConflict    Reason = C.SWAPCFG_REASON_BOOT_ENTRY_CONFLICT    // an entry that we did not write interferes
	ReasonNotMountedAtBoot     Reason = C.SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT    // the file is not there yet when it runs
	ReasonBootEntryDangling    Reason = C.SWAPCFG_REASON_BOOT_ENTRY_DANGLING    // an entry names a file that is no area
	ReasonBootEntryDuplicate   Reason = C.SWAPCFG_REASON_BOOT_ENTRY_DUPLICATE   // several entries name one area
	ReasonBootEntryMissing     Reason = C.SWAPCFG_REASON_BOOT_ENTRY_MISSING     // active, but gone after a reboot
	ReasonNotActive            Reason = C.SWAPCFG_REASON_NOT_ACTIVE             // in the boot configuration, but off

	// While running.

	ReasonBusy           Reason = C.SWAPCFG_REASON_BUSY            // another writer is at work; try again
	ReasonIO             Reason = C.SWAPCFG_REASON_IO              // reading or writing failed
	ReasonNoMemory       Reason = C.SWAPCFG_REASON_NO_MEMORY       // the library could not allocate memory
	ReasonRollbackFailed Reason = C.SWAPCFG_REASON_ROLLBACK_FAILED // something could not be undone; see the error
	ReasonSystem         Reason = C.SWAPCFG_REASON_SYSTEM          // a system call failed in a way not foreseen
)

const reasonNone = "none"

// String gives the name as in JSON and on the command line, such as "no-space"; "unknown" for a
// value of no reason.
func (r Reason) String() string {
	if r == ReasonNone {
		return reasonNone
	}
	return C.GoString(C.swapcfg_reason_name(C.enum_swapcfg_reason(r)))
}

// Error gives the name, as String does.
func (r Reason) Error() string {
	return r.String()
}

// MarshalText gives the name; it fails for a value of no reason.
func (r Reason) MarshalText() ([]byte, error) {
	return marshalName("reason", r)
}

// UnmarshalText reads a name. The library that runs says which there are.
func (r *Reason) UnmarshalText(text []byte) error {
	const op = "parse reason"
	if string(text) == reasonNone {
		*r = ReasonNone
		return nil
	}
	name, err := newString(op, "the reason", string(text))
	if err != nil {
		return err
	}
	defer name.free()
	found := Reason(C.swapcfg_reason_from_name(name.c))
	if found == ReasonNone {
		return noName(op, "reason", text)
	}
	*r = found
	return nil
}
