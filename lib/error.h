/* SPDX-License-Identifier: MIT */
/* Making errors. The reading side is public: libswapcfg/error.h. */
#ifndef SCFG_ERROR_H
#define SCFG_ERROR_H

#include <libswapcfg/error.h>

/* Where an error arises before any step has run. */
#define SCFG_AT_PLAN "plan"

/*
 * Puts a new error into *reterr (optional) and returns err. err is a negative errno, or 0 for the
 * one that belongs to the reason; path is optional and copied. Never fails: without memory the
 * error becomes no-memory.
 */
__attribute__((format(printf, 5, 6))) int scfg_fail(struct swapcfg_error **reterr, int err,
						    enum swapcfg_reason reason, const char *path,
						    const char *format, ...);

/* The same where a system call failed: the reason follows from err, the text of err is added. */
int scfg_fail_errno(struct swapcfg_error **reterr, int err, const char *path, const char *doing);

/* The same for a failed allocation of memory. */
int scfg_fail_memory(struct swapcfg_error **reterr);

/* Says at which step it failed; step is a constant. NULL error: nothing. */
void scfg_error_at(struct swapcfg_error *error, const char *step);

/* Adds a sentence about what could not be undone, and makes the reason rollback-failed. */
void scfg_error_add_left(struct swapcfg_error *error, const char *sentence);

#endif
