/* SPDX-License-Identifier: MIT */
/**
 * @file swapcfg.h
 * @brief libswapcfg: plan, make, use, keep, query and remove Linux swap areas.
 *
 * The umbrella header; it includes all others. See @ref contract for the rules that hold for every
 * function.
 *
 * @page contract The contract
 *
 * @par Results
 * A function that can fail returns 0 or a negative errno out of the set that its
 * comment lists. Details go to the optional last parameter, a `struct swapcfg_error **`: where it
 * is not NULL and the call fails, it receives a new error that the caller frees; on success it is
 * left alone. `errno` itself is neither read nor promised.
 *
 * @par NULL
 * `*_free()` and `*_unref()` accept NULL. Any other handle must be valid, except where a
 * parameter is called optional. A NULL for a required string is `-EINVAL`.
 *
 * @par Threads
 * A context never changes and may be shared by any number of threads. Every other
 * handle belongs to one thread at a time. The exceptions are swapcfg_job_cancel(), which may be
 * called from any thread and from a signal handler, and the progress getters of a job, which may be
 * called from any thread.
 *
 * @par Ownership
 * What a `_new()` or a `ret` parameter gives is the caller's. Strings and child
 * objects given by getters belong to their parent and live as long as it does. Handles hold what
 * they depend on, so they can be freed in any order.
 *
 * @par Manners
 * The library prints nothing, never exits, starts no thread, runs no program, installs
 * no signal handler and reads no environment variable. The one process it may make is described at
 * swapcfg_deactivate(). Every descriptor is opened close-on-exec, and none outlives a call but the
 * one that a context holds on its root.
 *
 * @par Units
 * Sizes and offsets are bytes in `uint64_t`.
 */
#ifndef LIBSWAPCFG_SWAPCFG_H
#define LIBSWAPCFG_SWAPCFG_H

#include <libswapcfg/apply.h>
#include <libswapcfg/ctx.h>
#include <libswapcfg/error.h>
#include <libswapcfg/finding.h>
#include <libswapcfg/job.h>
#include <libswapcfg/plan.h>
#include <libswapcfg/reason.h>
#include <libswapcfg/size.h>
#include <libswapcfg/spec.h>
#include <libswapcfg/status.h>
#include <libswapcfg/version.h>

#endif
