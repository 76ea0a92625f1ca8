/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the runner share. README.md says what a case is.
 *
 * Every function that can find a case not to hold says why with case_fail(), and gives false.
 */
#ifndef SWAPCFG_CASE_H
#define SWAPCFG_CASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include <libswapcfg/swapcfg.h>

/* What is the matter with a case; empty while nothing is. */
struct trouble {
	char text[2048];
};

/* Adds a line to what is the matter. Always false, so that a caller can return it. */
bool case_fail(struct trouble *trouble, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether all keys of an object are known: keys is a list that NULL ends. */
bool case_keys_known(json_t *object, const char *what, const char *const *keys,
		     struct trouble *trouble);

/* An amount: a number, or a text that swapcfg_size_parse() takes. 0 or its negative errno. */
int case_amount(json_t *value, uint64_t *ret);

/* The number of an errno's name, such as "EINVAL"; 0 for one that is not known here. */
int case_errno(const char *name);

/* Makes what lies below the fake root, a descriptor of which is given. */
bool tree_make(int root, json_t *tree, struct trouble *trouble);

/* Compares what lies there with "after". */
bool tree_compare(int root, json_t *after, struct trouble *trouble);

/* Deletes a tree whose name is in the directory at a descriptor. */
void tree_remove(int dir, const char *name);

/*
 * Makes a spec of its JSON. False where the case itself is wrong. Where the library refuses,
 * *ret is NULL, and *error is its errno, negative; *reason is SWAPCFG_REASON_INVALID_ARGUMENT where
 * it says none.
 */
bool spec_make(json_t *object, struct swapcfg_spec **ret, int *error, enum swapcfg_reason *reason,
	       struct trouble *trouble);

/* Compares a plan, its accessors and its JSON, with what is expected. */
bool plan_compare(const struct swapcfg_plan *plan, json_t *expected, struct trouble *trouble);

/* Compares a failure with what is expected, and an error's JSON with its accessors. The error may
 * be NULL, where a setter gave none. */
bool error_compare(int result, enum swapcfg_reason reason, const struct swapcfg_error *error,
		   json_t *expected, struct trouble *trouble);

/* Runs one case below a directory; false where it does not hold. */
bool case_run(int dir, const char *dir_path, json_t *one, struct trouble *trouble);

#endif
