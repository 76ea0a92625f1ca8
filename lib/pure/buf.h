/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer whose failure is sticky: add without checking, ask once at the end.
 * Pure: no system calls.
 */
#ifndef SCFG_PURE_BUF_H
#define SCFG_PURE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct scfg_buf {
	char *data; /* NUL-terminated once something was added */
	size_t len;
	size_t cap;
	bool failed; /* an allocation failed; data is what was added before */
};

void scfg_buf_add(struct scfg_buf *buf, const void *data, size_t len);
void scfg_buf_adds(struct scfg_buf *buf, const char *text);
__attribute__((format(printf, 2, 3))) void scfg_buf_addf(struct scfg_buf *buf, const char *format,
							 ...);
/* Gives the bytes as a string to the caller and empties the buffer; NULL where it had failed. */
char *scfg_buf_take(struct scfg_buf *buf);
void scfg_buf_free(struct scfg_buf *buf);
/* Formats into memory of the caller's; NULL where there is none. */
__attribute__((format(printf, 1, 0))) char *scfg_format(const char *format, va_list args);

#endif
