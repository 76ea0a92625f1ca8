/* SPDX-License-Identifier: MIT */
/* Where results and complaints go, for people and for programs. */
#ifndef SWAPCFG_CLI_OUTPUT_H
#define SWAPCFG_CLI_OUTPUT_H

#include <libswapcfg/error.h>

#include "options.h"

/* Called once, before anything is written. */
void output_begin(void);

/*
 * Ends stdout. Returns the status of the program: the given one, or STATUS_FAILED where all went
 * well but what was written did not arrive.
 */
enum exit_status output_end(enum exit_status status);

/* A sentence on stderr, escaped, after the name of the program. */
void output_sentence(const char *sentence);

/* The same, with a word such as "warning" before the sentence. */
void output_remark(const char *what, const char *sentence);

/* A wrong command line. Returns STATUS_USAGE. */
enum exit_status output_usage(const struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A failure of the library: result is the negative errno, error the detail, NULL where there was no
 * memory for one. With --json its document goes to stdout. Returns status.
 */
enum exit_status output_failure(const struct options *options, const struct swapcfg_error *error,
				int result, enum exit_status status);

/* The document alone, for a caller that has said it already. Returns status. */
enum exit_status output_error(const struct options *options, const struct swapcfg_error *error,
			      int result, enum exit_status status);

/*
 * A change that was made and cannot be looked at behind it. The error document has a step of its
 * own, so that a program does not take the change for undone. Returns STATUS_FAILED.
 */
enum exit_status output_unshown(const struct options *options, const struct swapcfg_error *error,
				int result);

/*
 * One JSON document on stdout; it is freed. Where result is negative there is none, and that is
 * reported instead. Returns status, or STATUS_FAILED.
 */
enum exit_status output_document(const struct options *options, char *document, int result,
				 enum exit_status status);

#endif
