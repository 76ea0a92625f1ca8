/* SPDX-License-Identifier: MIT */
/**
 * @file visibility.h
 * @brief How a public function is declared. For the headers of this library only.
 */
#ifndef LIBSWAPCFG_VISIBILITY_H
#define LIBSWAPCFG_VISIBILITY_H

#ifdef __cplusplus
/** Opens a block of declarations with C linkage. */
#define SWAPCFG_BEGIN extern "C" {
/** Closes the block that #SWAPCFG_BEGIN opened. */
#define SWAPCFG_END }
#else
#define SWAPCFG_BEGIN
#define SWAPCFG_END
#endif

#if defined(__GNUC__)
/** Marks an exported function. */
#define SWAPCFG_API __attribute__((visibility("default")))
/** Marks an exported function whose result must not be ignored. */
#define SWAPCFG_MUST __attribute__((visibility("default"), warn_unused_result))
#else
#define SWAPCFG_API
#define SWAPCFG_MUST
#endif

#endif
