/* SPDX-License-Identifier: MIT */
/*
 * A JSON writer onto a buffer. Commas are its business. Pure: no system calls.
 *
 * Strings: bytes that are not UTF-8 become U+FFFD, one for each maximal ill-formed part.
 */
#ifndef SCFG_PURE_JSON_H
#define SCFG_PURE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "pure/buf.h"

struct scfg_json {
	struct scfg_buf buf; /* failure is sticky there */
	bool comma;	     /* the next value or key needs one */
};

/* Every value function takes the key of the surrounding object, or NULL inside an array. */
void scfg_json_open(struct scfg_json *json, const char *key, char bracket);	   /* '{' or '[' */
void scfg_json_close(struct scfg_json *json, char bracket);			   /* '}' or ']' */
void scfg_json_string(struct scfg_json *json, const char *key, const char *value); /* NULL: null */
void scfg_json_u64(struct scfg_json *json, const char *key, uint64_t value);
void scfg_json_int(struct scfg_json *json, const char *key, int value);
void scfg_json_bool(struct scfg_json *json, const char *key, bool value);
/* Ends the document with a newline and gives it to the caller: 0 or -ENOMEM. */
int scfg_json_take(struct scfg_json *json, char **ret);

#endif
