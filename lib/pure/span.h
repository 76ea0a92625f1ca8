/* SPDX-License-Identifier: MIT */
/*
 * Bytes inside a text that belongs to someone else, for the parsers of /proc.
 * Pure: no system calls.
 */
#ifndef SCFG_PURE_SPAN_H
#define SCFG_PURE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scfg_span {
	const char *at; /* NULL once the last part was cut off */
	size_t len;
};

bool scfg_is_blank(char c);			  /* space or tab */
bool scfg_is_zeros(const void *data, size_t len); /* nothing but NUL bytes, or none */
bool scfg_span_is(struct scfg_span span, const char *text);
/* Takes what comes before the next separator, or all, off the span; false where nothing is left. */
bool scfg_span_cut(struct scfg_span *span, char separator, struct scfg_span *ret);
/* The whole span as a decimal number from 0 to most; false otherwise. */
bool scfg_span_decimal(struct scfg_span span, uint64_t most, uint64_t *ret);
/* Takes one byte, which the kernel may have written as \ooo, off a span that is not empty. */
char scfg_span_take_byte(struct scfg_span *span);
/* The bytes with their escapes resolved, as a string for the caller; NULL: no memory. */
char *scfg_span_unescape(struct scfg_span span);

#endif
