/* SPDX-License-Identifier: MIT */
/**
 * @file status.h
 * @brief The status: one snapshot of live areas, areas on disk, boot entries and memory.
 */
#ifndef LIBSWAPCFG_STATUS_H
#define LIBSWAPCFG_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libswapcfg/ctx.h>
#include <libswapcfg/error.h>
#include <libswapcfg/finding.h>
#include <libswapcfg/spec.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** What an area lies on. */
enum swapcfg_backing {
	SWAPCFG_BACKING_UNKNOWN = 0, /**< nothing is there, or it is no area */
	SWAPCFG_BACKING_FILE = 10,   /**< a regular file */
	SWAPCFG_BACKING_DEVICE = 20, /**< a partition or another block device */
	SWAPCFG_BACKING_ZRAM = 30    /**< compressed memory */
};

/** An immutable snapshot. */
struct swapcfg_status;
/** One area of a status. Immutable; belongs to it. */
struct swapcfg_area;
/** One boot entry of an area. Immutable; belongs to it. */
struct swapcfg_boot_entry;

/**
 * @brief Takes a snapshot: what the kernel uses, what the boot configuration names, and memory.
 *
 * Areas that are neither active nor named by a boot entry are looked for in the usual places only
 * (/swapfile, /data/swapfile); ask for any other by its path with swapcfg_query_path().
 *
 * @param ctx the context; an offline one knows the boot configuration and the disk only
 * @param[out] ret the status, to be freed with swapcfg_status_free()
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -EIO a file could not be read (io)
 * @retval -ENOMEM no memory (no-memory)
 * @retval -EMFILE, -ENFILE no descriptor is left (system)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_query(struct swapcfg_ctx *ctx, struct swapcfg_status **ret,
			       struct swapcfg_error **reterr);

/**
 * @brief Takes a snapshot that has exactly one area: the one of a path, whatever is there.
 * @param ctx the context
 * @param path absolute path inside the root; any name of the file will do
 * @param[out] ret the status, to be freed with swapcfg_status_free()
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -EINVAL not an absolute path (invalid-argument)
 * @retval -EIO a file could not be read (io)
 * @retval -ENOMEM no memory (no-memory)
 * @retval -EMFILE, -ENFILE no descriptor is left (system)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_query_path(struct swapcfg_ctx *ctx, const char *path,
				    struct swapcfg_status **ret, struct swapcfg_error **reterr);

/**
 * @brief Frees a status with everything that belongs to it.
 * @param status the status; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_status_free(struct swapcfg_status *status);

/**
 * @brief The memory of the system.
 * @param status the status
 * @return Bytes (MemTotal); 0 for an offline context.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_status_memory_total(const struct swapcfg_status *status);

/**
 * @brief The memory that programs could still get without swapping.
 * @param status the status
 * @return Bytes (MemAvailable); 0 for an offline context.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_status_memory_available(const struct swapcfg_status *status);

/**
 * @brief The swap of the system, all areas together.
 * @param status the status
 * @return Bytes (SwapTotal); 0 for an offline context.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_status_swap_total(const struct swapcfg_status *status);

/**
 * @brief How much of it is used.
 * @param status the status
 * @return Bytes (SwapTotal - SwapFree); 0 for an offline context.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_status_swap_used(const struct swapcfg_status *status);

/**
 * @brief How many areas there are: active ones in the kernel's order, those named at boot, others.
 * @param status the status
 * @return The number.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_status_area_count(const struct swapcfg_status *status);

/**
 * @brief One area.
 * @param status the status
 * @param index below swapcfg_status_area_count()
 * @return The area, or NULL for an index out of range; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const struct swapcfg_area *swapcfg_status_area(const struct swapcfg_status *status,
							   size_t index);

/**
 * @brief The status as one JSON object; see swapcfg(1) for its keys.
 *
 * Bytes of a path that are not UTF-8 appear as U+FFFD; keys are only ever added.
 *
 * @param status the status
 * @param[out] ret the document, to be freed with swapcfg_string_free()
 * @return 0, or -ENOMEM.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_status_to_json(const struct swapcfg_status *status, char **ret);

/**
 * @brief The path of an area.
 * @param area the area
 * @return As the kernel or the boot entry names it; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_area_path(const struct swapcfg_area *area);

/**
 * @brief What it lies on.
 * @param area the area
 * @return The backing.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_backing swapcfg_area_backing(const struct swapcfg_area *area);

/**
 * @brief Whether the kernel uses it.
 * @param area the area
 * @return true if so.
 * @since 0.1
 */
SWAPCFG_API bool swapcfg_area_is_active(const struct swapcfg_area *area);

/**
 * @brief Its size: of the file, or of the device.
 * @param area the area
 * @return Bytes; of an active area that is no longer reachable, what the kernel uses of it.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_area_size(const struct swapcfg_area *area);

/**
 * @brief How much of it is used.
 * @param area the area
 * @return Bytes; 0 if not active.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_area_used(const struct swapcfg_area *area);

/**
 * @brief Its priority.
 * @param area the area
 * @return As the kernel shows it, negative where none was set; of an inactive area, what its boot
 *         entry sets, or #SWAPCFG_PRIORITY_DEFAULT.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_area_priority(const struct swapcfg_area *area);

/**
 * @brief The label in its header.
 * @param area the area
 * @return The label, "" for none; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_area_label(const struct swapcfg_area *area);

/**
 * @brief The UUID in its header.
 * @param area the area
 * @return 36 characters, "" for none; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_area_uuid(const struct swapcfg_area *area);

/**
 * @brief The page size of its header.
 * @param area the area
 * @return Bytes; 0 where there is no swap header.
 * @since 0.1
 */
SWAPCFG_API uint32_t swapcfg_area_page_size(const struct swapcfg_area *area);

/**
 * @brief How many boot entries name it.
 * @param area the area
 * @return The number.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_area_boot_count(const struct swapcfg_area *area);

/**
 * @brief One of its boot entries.
 * @param area the area
 * @param index below swapcfg_area_boot_count()
 * @return The entry, or NULL for an index out of range; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const struct swapcfg_boot_entry *swapcfg_area_boot(const struct swapcfg_area *area,
							       size_t index);

/**
 * @brief How many findings there are about it.
 * @param area the area
 * @return The number.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_area_finding_count(const struct swapcfg_area *area);

/**
 * @brief One finding about it.
 * @param area the area
 * @param index below swapcfg_area_finding_count()
 * @return The finding, or NULL for an index out of range; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const struct swapcfg_finding *swapcfg_area_finding(const struct swapcfg_area *area,
							       size_t index);

/**
 * @brief The spec whose plan mends what the findings say.
 *
 * Only drift that can be mended without a decision has one: an area that the boot configuration
 * names but is off, an active one that would be gone after a reboot, duplicate and dangling
 * entries. What is within reach of another computer (exported) has none.
 *
 * @param area the area
 * @param[out] ret the spec, to be freed with swapcfg_spec_free(); NULL where nothing is to mend
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -ENOMEM no memory (no-memory)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_area_repair(const struct swapcfg_area *area, struct swapcfg_spec **ret,
				     struct swapcfg_error **reterr);

/**
 * @brief The kind of a boot entry.
 * @param entry the entry
 * @return The kind.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_boot swapcfg_boot_entry_kind(const struct swapcfg_boot_entry *entry);

/**
 * @brief The file that a boot entry stands in.
 * @param entry the entry
 * @return The path inside the root; lives as long as the status.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_boot_entry_file(const struct swapcfg_boot_entry *entry);

/**
 * @brief The line that a boot entry stands on.
 * @param entry the entry
 * @return The number of the line, from 1.
 * @since 0.1
 */
SWAPCFG_API uint32_t swapcfg_boot_entry_line(const struct swapcfg_boot_entry *entry);

/**
 * @brief Whether we wrote a boot entry, or may take it over.
 * @param entry the entry
 * @return false for an entry of others, which is never changed.
 * @since 0.1
 */
SWAPCFG_API bool swapcfg_boot_entry_is_ours(const struct swapcfg_boot_entry *entry);

/**
 * @brief The name of a backing: "unknown", "file", "device" or "zram".
 * @param backing any value
 * @return A constant string; "unknown" for a value of no backing.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_backing_name(enum swapcfg_backing backing);

SWAPCFG_END

#endif
