/* SPDX-License-Identifier: MIT */
/* UTF-8 as the Encoding Standard of the WHATWG decodes it. */
#ifndef TESTS_FUZZ_UTF8_H
#define TESTS_FUZZ_UTF8_H

#include "pure/buf.h"

/* Adds the text, with U+FFFD for each part that is none. */
void fuzz_utf8(const char *text, struct scfg_buf *ret);
bool fuzz_is_utf8(const char *text);

#endif
