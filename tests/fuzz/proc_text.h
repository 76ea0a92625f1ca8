/* SPDX-License-Identifier: MIT */
/* Text as the kernel writes it. */
#ifndef TESTS_FUZZ_PROC_TEXT_H
#define TESTS_FUZZ_PROC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pure/buf.h"

/* As seq_file does, with these bytes as \ooo. */
static inline void fuzz_escape(const char *text, const char *bytes, struct scfg_buf *ret)
{
	for (; *text; text++) {
		if (strchr(bytes, *text))
			scfg_buf_addf(ret, "\\%03o", (unsigned int)(unsigned char)*text);
		else
			scfg_buf_add(ret, text, 1);
	}
}

/* Whether what was filled with 0xa5 is so still. */
static inline bool fuzz_is_untouched(const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size > 0 && byte[size - 1] == 0xa5)
		size--;
	return size == 0;
}

#endif
