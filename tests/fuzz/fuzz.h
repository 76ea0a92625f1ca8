/* SPDX-License-Identifier: MIT */
/*
 * What the fuzzed subjects share. A subject is one file: its properties, and
 * LLVMFuzzerTestOneInput(), which takes bytes and holds what the library makes of them against
 * these properties. libFuzzer calls it (meson's option fuzz), or replay.c does, with the corpus.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The names of the subject's properties, up to a NULL: each has to be reached by the replay. */
extern const char *const fuzz_properties[];
#define FUZZ_PROPERTIES_MAX 64

/* Ends the program with the sentence where the property does not hold. */
__attribute__((format(printf, 3, 4))) void fuzz_hold(const char *property, bool holds,
						     const char *sentence, ...);
/*
 * Whether a wrong result is to be handed to the check of a property, to see that it notices: that
 * of the environment variable FUZZ_WRONG, or the one that replay.c sets.
 */
bool fuzz_is_wrong(const char *property);
/* Changes one byte, or adds one to nothing, if so. */
void fuzz_spoil(const char *property, struct scfg_buf *buf);

/* For replay.c: which property is to be wrong, and where it is noted which ones were reached. */
void fuzz_control(const char *wrong, bool *reached);

/* Structured values from bytes; zeros behind the end. */
struct fuzz_input {
	const uint8_t *at;
	size_t len;
};
uint8_t fuzz_byte(struct fuzz_input *in);
uint32_t fuzz_below(struct fuzz_input *in, uint32_t count);
uint64_t fuzz_u64(struct fuzz_input *in);
/* A number of any magnitude, also right beside a power of two. */
uint64_t fuzz_number(struct fuzz_input *in);
/* Up to a byte 0, the end, or most bytes: a string for the caller. */
char *fuzz_string(struct fuzz_input *in, size_t most);

/* Memory of exactly that size, so that a read behind it is noticed; never NULL. */
void *fuzz_copy(const void *data, size_t len);
bool fuzz_same(const struct scfg_buf *buf, const void *data, size_t len);

#endif
