/* SPDX-License-Identifier: MIT */
/**
 * @file spec.h
 * @brief The spec: what is wanted of one area.
 *
 * A spec says where the area should end up, not what to do. swapcfg_plan() finds the difference to
 * what is there, so asking twice does nothing the second time, and asking with another size is a
 * resize.
 */
#ifndef LIBSWAPCFG_SPEC_H
#define LIBSWAPCFG_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include <libswapcfg/error.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** How far the area should be taken; INACTIVE and ABSENT take it back. */
enum swapcfg_state {
	SWAPCFG_STATE_KEEP = 0,	      /**< leave it as far as it is */
	SWAPCFG_STATE_ABSENT = 10,    /**< off, and a file deleted; a device stays */
	SWAPCFG_STATE_INACTIVE = 20,  /**< off; what is on the disk stays */
	SWAPCFG_STATE_ALLOCATED = 30, /**< the space is there, without holes */
	SWAPCFG_STATE_FORMATTED = 40, /**< and it has a swap header */
	SWAPCFG_STATE_ACTIVE = 50     /**< and the kernel uses it */
};

/** Which boot entry the area should have. */
enum swapcfg_boot {
	SWAPCFG_BOOT_KEEP = 0,	   /**< leave the boot configuration alone */
	SWAPCFG_BOOT_NONE = 10,	   /**< no entry */
	SWAPCFG_BOOT_AUTO = 20,	   /**< the kind that suits the system */
	SWAPCFG_BOOT_INITTAB = 30, /**< a line in /etc/inittab (sysvinit or BusyBox) */
	SWAPCFG_BOOT_FSTAB = 40,   /**< a line in /etc/fstab */
	SWAPCFG_BOOT_SYSTEMD = 50, /**< a .swap unit in /etc/systemd/system, enabled */
	SWAPCFG_BOOT_INITD = 60,   /**< a line in /etc/init.d/S02swapcfg, which rcS runs */
	SWAPCFG_BOOT_OPENRC = 70,  /**< a line in the OpenRC service swapcfg, enabled */
	SWAPCFG_BOOT_UCI = 80	   /**< a section in OpenWrt's /etc/config/fstab */
};

/** Whether the kernel may tell the device which blocks are free. */
enum swapcfg_discard {
	SWAPCFG_DISCARD_KEEP = 0,   /**< as it is; a new area gets none */
	SWAPCFG_DISCARD_NONE = 10,  /**< never */
	SWAPCFG_DISCARD_ONCE = 20,  /**< the whole area, when it is activated */
	SWAPCFG_DISCARD_PAGES = 30, /**< freed pages, while it is in use */
	SWAPCFG_DISCARD_BOTH = 40   /**< both */
};

/** The byte order of a header. */
enum swapcfg_endianness {
	SWAPCFG_ENDIANNESS_NATIVE = 0,	/**< of the machine that runs the library */
	SWAPCFG_ENDIANNESS_LITTLE = 10, /**< little endian */
	SWAPCFG_ENDIANNESS_BIG = 20	/**< big endian */
};

/** Consents and conditions, each off in a new spec. */
enum swapcfg_flag {
	/** Overwrite a file or device that is no swap area but is not in use, or a hibernation
	   image. */
	SWAPCFG_FLAG_FORCE = 1,
	/** Resize without a bridge: for a while there is less swap than before. */
	SWAPCFG_FLAG_IN_PLACE = 2,
	/**
	 * Switch off even if the forecast says that the pages do not fit. It is given up when
	 * memory runs out, but the kernel may be faster: it may kill any program, or panic. So that
	 * it kills fewer, vm.page-cluster is 0 meanwhile, and then put back.
	 */
	SWAPCFG_FLAG_IGNORE_MEMORY = 3,
	/** Call swapoff(2) in the calling thread; see swapcfg_deactivate(). */
	SWAPCFG_FLAG_NO_CHILD = 4,
	/**
	 * Activate as early in the boot as it can be done, and do nothing else; for a spec with the
	 * state ACTIVE, without a size and a boot entry, such as swapcfg_activate() makes one.
	 *
	 * An area that is active already stays as it is, whatever its priority, and what is beside
	 * the area (other access rights, leftovers) is not put right. /proc need not be mounted.
	 * Without it, the path is given to the kernel instead of the descriptor that was checked,
	 * after it was compared with it once more; and an area that the kernel calls busy counts as
	 * active, since the list of active ones cannot be read.
	 */
	SWAPCFG_FLAG_EARLY = 5,
	/**
	 * With #SWAPCFG_FLAG_EARLY: write a new header where there is none that will do. Of a file,
	 * only blanks or a swap header are overwritten; of a device the same, as far as its
	 * beginning and its end show. Never a hibernation image. No size changes.
	 */
	SWAPCFG_FLAG_FORMAT = 6
};

/** The highest priority that can be set. */
#define SWAPCFG_PRIORITY_MAX 32767
/** No priority of its own: the kernel gives one below all set ones. */
#define SWAPCFG_PRIORITY_DEFAULT (-1)
/** The priority that the area or its boot entry has; #SWAPCFG_PRIORITY_DEFAULT for a new one. */
#define SWAPCFG_PRIORITY_KEEP (-2)
/** The larger of 64 MiB and 5 % of the file system. */
#define SWAPCFG_KEEP_FREE_DEFAULT UINT64_MAX
/** The longest label, in bytes; the header ends it with a NUL, as mkswap does. */
#define SWAPCFG_LABEL_MAX 15

/** What is wanted of one area. */
struct swapcfg_spec;

/**
 * @brief Makes a spec that changes nothing yet.
 *
 * State and boot are KEEP, the size is "as it is", everything else the default named at its setter.
 *
 * @param path absolute path of the file or block device, seen from inside the context's root; any
 *             bytes but NUL. Copied.
 * @param[out] ret the spec, to be freed with swapcfg_spec_free()
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -EINVAL not absolute, empty, or ends with "/", "/." or "/.." (invalid-argument)
 * @retval -ENAMETOOLONG longer than PATH_MAX, or its last component than NAME_MAX
 *         (invalid-argument)
 * @retval -ENOMEM no memory (no-memory)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_new(const char *path, struct swapcfg_spec **ret,
				  struct swapcfg_error **reterr);

/**
 * @brief Frees a spec; plans made from it keep their own copy.
 * @param spec the spec; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_spec_free(struct swapcfg_spec *spec);

/**
 * @brief Sets how far the area should be taken. Default: KEEP.
 * @param spec the spec
 * @param state the state
 * @return 0, or -EINVAL for a value that is no state.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_state(struct swapcfg_spec *spec, enum swapcfg_state state);

/**
 * @brief Sets the size of the file, or how much of a device is used. Default: 0.
 * @param spec the spec
 * @param bytes the size; rounded down to whole pages when it is used; 0 means "as it is"; for
 *              swapcfg_format() "all of it"
 * @return 0.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_spec_set_size(struct swapcfg_spec *spec, uint64_t bytes);

/**
 * @brief Sets the priority. Default: #SWAPCFG_PRIORITY_KEEP.
 * @param spec the spec
 * @param priority 0 to #SWAPCFG_PRIORITY_MAX, higher is used first; or one of the negative
 * constants
 * @return 0, or -EINVAL for any other number.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_priority(struct swapcfg_spec *spec, int priority);

/**
 * @brief Sets the discard policy. Default: KEEP.
 * @param spec the spec
 * @param discard the policy; the kernel ignores it silently where the device cannot discard
 * @return 0, or -EINVAL for a value that is no policy.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_discard(struct swapcfg_spec *spec, enum swapcfg_discard discard);

/**
 * @brief Sets the label of a header that is written. Default: the one that is there, or none.
 * @param spec the spec
 * @param label at most #SWAPCFG_LABEL_MAX bytes; "" for none; NULL for the default. Copied.
 * @return 0, or -EINVAL for a longer one.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_label(struct swapcfg_spec *spec, const char *label);

/**
 * @brief Sets the UUID of a header that is written. Default: the one that is there, or a random
 * one.
 * @param spec the spec
 * @param uuid 36 characters in the form of RFC 9562; "clear" for all zeros, "random" for a new one;
 *             NULL for the default
 * @return 0, or -EINVAL for any other text.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_uuid(struct swapcfg_spec *spec, const char *uuid);

/**
 * @brief Sets which boot entry the area should have. Default: KEEP.
 * @param spec the spec
 * @param boot the kind
 * @return 0, or -EINVAL for a value that is no kind.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_boot(struct swapcfg_spec *spec, enum swapcfg_boot boot);

/**
 * @brief Sets how much of the file system must stay free. Default: #SWAPCFG_KEEP_FREE_DEFAULT.
 * @param spec the spec
 * @param bytes the reserve
 * @return 0.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_spec_set_keep_free(struct swapcfg_spec *spec, uint64_t bytes);

/**
 * @brief Sets the page size of the system that will use the area. Default: this machine's.
 * @param spec the spec
 * @param bytes a power of two from 4096 to 65536; 0 for the default
 * @return 0, or -EINVAL for any other number.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_page_size(struct swapcfg_spec *spec, uint32_t bytes);

/**
 * @brief Sets the byte order of the system that will use the area. Default: NATIVE.
 * @param spec the spec
 * @param endianness the byte order
 * @return 0, or -EINVAL for a value that is no byte order.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_endianness(struct swapcfg_spec *spec,
					     enum swapcfg_endianness endianness);

/**
 * @brief Sets where in the target the area begins. Default: 0.
 *
 * An area at an offset can be formatted only, not activated: the kernel reads the header from the
 * start of a file or device.
 *
 * @param spec the spec
 * @param bytes the offset
 * @return 0.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_spec_set_offset(struct swapcfg_spec *spec, uint64_t bytes);

/**
 * @brief Sets how long to wait while another writer is at work. Default: 0, not at all.
 *
 * There is one writer at a time, over all processes and threads. Whoever comes second gets busy at
 * once, or as soon as this time is over; cancelling the job ends the waiting. A plan is made anew
 * behind it, so that swapcfg_apply() may well find that its plan is stale.
 *
 * @param spec the spec
 * @param milliseconds the longest wait
 * @return 0.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_spec_set_wait(struct swapcfg_spec *spec, uint32_t milliseconds);

/**
 * @brief Sets or clears a flag. Default: none is set.
 * @param spec the spec
 * @param flag which one
 * @param on whether it is set
 * @return 0, or -EINVAL for a value that is no flag.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_spec_set_flag(struct swapcfg_spec *spec, enum swapcfg_flag flag, bool on);

/**
 * @brief The path, as it was given.
 * @param spec the spec
 * @return The path; lives as long as the spec.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_spec_path(const struct swapcfg_spec *spec);

/**
 * @brief The state that is wanted.
 * @param spec the spec
 * @return The state.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_state swapcfg_spec_state(const struct swapcfg_spec *spec);

/**
 * @brief The size that is wanted.
 * @param spec the spec
 * @return The size in bytes; 0 for "as it is".
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_spec_size(const struct swapcfg_spec *spec);

/**
 * @brief The priority that is wanted.
 * @param spec the spec
 * @return The priority or one of the negative constants.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_spec_priority(const struct swapcfg_spec *spec);

/**
 * @brief The discard policy that is wanted.
 * @param spec the spec
 * @return The policy.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_discard swapcfg_spec_discard(const struct swapcfg_spec *spec);

/**
 * @brief The boot entry that is wanted.
 * @param spec the spec
 * @return The kind.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_boot swapcfg_spec_boot(const struct swapcfg_spec *spec);

/**
 * @brief The name of a state, such as "active".
 * @param state any value
 * @return A constant string; "unknown" for a value of no state.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_state_name(enum swapcfg_state state);

/**
 * @brief The name of a kind of boot entry: "keep", "none", "auto", "inittab", "fstab", "systemd",
 * "initd", "openrc" or "uci".
 * @param boot any value
 * @return A constant string; "unknown" for a value of no kind.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_boot_name(enum swapcfg_boot boot);

/**
 * @brief The kind of boot entry of a name; the inverse of swapcfg_boot_name().
 * @param name the name
 * @param[out] ret the kind; untouched on failure
 * @return 0, or -EINVAL for NULL and for a name of no kind.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_boot_from_name(const char *name, enum swapcfg_boot *ret);

SWAPCFG_END

#endif
