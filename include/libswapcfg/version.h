/* SPDX-License-Identifier: MIT */
/**
 * @file version.h
 * @brief The version of the library that runs.
 */
#ifndef LIBSWAPCFG_VERSION_H
#define LIBSWAPCFG_VERSION_H

#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/**
 * @brief The version of the library that is loaded, which may be newer than the headers.
 *
 * Project, API and ABI versions are apart: the soname changes only when the ABI breaks.
 *
 * @return A constant string such as "0.1.0". Never NULL.
 *
 * Safe from any thread and from a signal handler.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_version(void);

SWAPCFG_END

#endif
