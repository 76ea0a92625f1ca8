/* SPDX-License-Identifier: MIT */
/**
 * @file reason.h
 * @brief Stable codes for why something failed or was refused.
 */
#ifndef LIBSWAPCFG_REASON_H
#define LIBSWAPCFG_REASON_H

#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/**
 * @brief Why something failed, was refused, or deserves a look.
 *
 * Scripts and web pages switch on these; numbers and names never change meaning. New ones are
 * added, so handle an unknown one as a plain failure and show its message.
 */
enum swapcfg_reason {
	SWAPCFG_REASON_NONE = 0, /**< nothing to report */

	/* The request itself. */
	SWAPCFG_REASON_INVALID_ARGUMENT = 10, /**< a value is out of range or contradicts another */
	SWAPCFG_REASON_TOO_SMALL = 12,	      /**< below what a swap header can describe */
	SWAPCFG_REASON_TOO_LARGE = 14,	      /**< above what file system, kernel or header allow */
	SWAPCFG_REASON_PATH_UNSAFE = 16,      /**< others could replace or read the file */
	SWAPCFG_REASON_STALE_PLAN = 18,	      /**< the system changed after the plan was made */
	SWAPCFG_REASON_CANCELLED = 20,	      /**< the job was cancelled */

	/* The kernel and the caller's rights. */
	SWAPCFG_REASON_PERMISSION = 30,	    /**< the caller lacks a privilege */
	SWAPCFG_REASON_NO_KERNEL_SWAP = 32, /**< the kernel was built without swap */
	SWAPCFG_REASON_SLOTS_FULL = 34,	    /**< the kernel cannot take one more area */
	SWAPCFG_REASON_LOW_MEMORY = 36,	    /**< an area's pages have nowhere to go */
	SWAPCFG_REASON_OFFLINE = 38,	    /**< not possible below an offline root */
	SWAPCFG_REASON_LESS_SWAP = 40,	    /**< for a while there is less swap than before */

	/* The file system. */
	SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED = 50, /**< it cannot hold swap safely */
	SWAPCFG_REASON_READ_ONLY = 52,		    /**< it is mounted read-only */
	SWAPCFG_REASON_NO_SPACE = 54,		    /**< it has not enough space */
	SWAPCFG_REASON_RESERVE = 56,  /**< it would be left with less than the reserve */
	SWAPCFG_REASON_EXPORTED = 58, /**< another computer may write to the disk, or read it */
	SWAPCFG_REASON_HOLES = 60,    /**< the file has unallocated blocks */
	SWAPCFG_REASON_COPY_ON_WRITE = 62, /**< its blocks are shared, or copied or compressed */

	/* What is at the path. */
	SWAPCFG_REASON_MISSING = 70,	       /**< there is nothing at the path */
	SWAPCFG_REASON_EXISTS = 72,	       /**< something that is not a swap area is there */
	SWAPCFG_REASON_NOT_SWAP = 74,	       /**< it has no valid swap header */
	SWAPCFG_REASON_IN_USE = 76,	       /**< the file or device is in use */
	SWAPCFG_REASON_PAGE_SIZE = 78,	       /**< its header is for another page size */
	SWAPCFG_REASON_BYTE_ORDER = 80,	       /**< its header is of the other byte order */
	SWAPCFG_REASON_HIBERNATION_IMAGE = 82, /**< it holds a suspended system */
	SWAPCFG_REASON_SHORT = 84,	       /**< the file is shorter than its header says */
	SWAPCFG_REASON_LEFTOVER = 86,	       /**< an interrupted run of ours left a file */

	/* Boot. */
	SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED = 100, /**< no entry of that kind can work here */
	SWAPCFG_REASON_BOOT_ENTRY_CONFLICT = 102,  /**< an entry that we did not write interferes */
	SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT = 104,  /**< the file is not there yet when it runs */
	SWAPCFG_REASON_BOOT_ENTRY_DANGLING = 106,  /**< an entry names a file that is no area */
	SWAPCFG_REASON_BOOT_ENTRY_DUPLICATE = 108, /**< several entries name one area */
	SWAPCFG_REASON_BOOT_ENTRY_MISSING = 110,   /**< active, but gone after a reboot */
	SWAPCFG_REASON_NOT_ACTIVE = 112,	   /**< in the boot configuration, but off */

	/* While running. */
	SWAPCFG_REASON_BUSY = 130,	      /**< another writer is at work; try again */
	SWAPCFG_REASON_IO = 132,	      /**< reading or writing failed */
	SWAPCFG_REASON_NO_MEMORY = 134,	      /**< the library could not allocate memory */
	SWAPCFG_REASON_ROLLBACK_FAILED = 136, /**< something could not be undone; see the error */
	SWAPCFG_REASON_SYSTEM = 138	      /**< a system call failed in a way not foreseen */
};

/**
 * @brief The name of a reason, as in JSON and on the command line.
 *
 * @param reason any value
 * @return A constant string such as "no-space"; "unknown" for a value of no reason. Never NULL.
 *
 * Safe from any thread and from a signal handler.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_reason_name(enum swapcfg_reason reason);

/**
 * @brief The reason of a name; the inverse of swapcfg_reason_name().
 *
 * @param name a name such as "no-space"; optional
 * @return The reason, or SWAPCFG_REASON_NONE for NULL and for a name of no reason.
 *
 * Safe from any thread and from a signal handler.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_reason swapcfg_reason_from_name(const char *name);

SWAPCFG_END

#endif
