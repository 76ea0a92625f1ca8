/* SPDX-License-Identifier: MIT */
/**
 * @file size.h
 * @brief Sizes as people write them.
 */
#ifndef LIBSWAPCFG_SIZE_H
#define LIBSWAPCFG_SIZE_H

#include <stdint.h>

#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/**
 * @brief Reads a size: plain bytes, or a decimal number with a binary unit.
 *
 * Units are K, M, G, T, P, E, each also as KiB, MiB, ..., in either case; all are powers of 1024.
 * "64M", "1.5G", "512MiB" and "1048576" are sizes; "64 M", "64MB", "-1", "1e6" and "0x10" are not.
 * A fraction needs a unit and is rounded down to whole bytes. The locale has no influence.
 *
 * @param text the text
 * @param[out] ret the size in bytes; untouched on failure
 * @retval 0 done
 * @retval -EINVAL not a size, or NULL
 * @retval -ERANGE more than 2^64-1 bytes
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_size_parse(const char *text, uint64_t *ret);

SWAPCFG_END

#endif
