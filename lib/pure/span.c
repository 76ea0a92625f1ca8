/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "pure/span.h"

bool scfg_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool scfg_is_zeros(const void *data, size_t len)
{
	const unsigned char *bytes = data;

	return !len || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

bool scfg_span_is(struct scfg_span span, const char *text)
{
	return span.len == strlen(text) && memcmp(span.at, text, span.len) == 0;
}

bool scfg_span_cut(struct scfg_span *span, char separator, struct scfg_span *ret)
{
	const char *end;

	if (!span->at)
		return false;
	end = memchr(span->at, separator, span->len);
	*ret = (struct scfg_span){span->at, end ? (size_t)(end - span->at) : span->len};
	if (end)
		*span = (struct scfg_span){end + 1, span->len - ret->len - 1};
	else
		*span = (struct scfg_span){NULL, 0};
	return true;
}

bool scfg_span_decimal(struct scfg_span span, uint64_t most, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < span.len; i++) {
		unsigned int digit = (unsigned int)(unsigned char)span.at[i] - '0';

		if (digit > 9 || digit > most || value > (most - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return span.len > 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The byte that \ooo stands for, or 0: a NUL is never escaped, and must not end a path early. */
static char octal_escape(struct scfg_span span)
{
	const char *p = span.at;

	if (span.len < 4 || p[0] != '\\' || p[1] < '0' || p[1] > '3' || !is_octal(p[2]) ||
	    !is_octal(p[3]))
		return '\0';
	return (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
}

char scfg_span_take_byte(struct scfg_span *span)
{
	char c = octal_escape(*span);
	size_t used = c ? 4 : 1;

	if (!c)
		c = *span->at;
	span->at += used;
	span->len -= used;
	return c;
}

char *scfg_span_unescape(struct scfg_span span)
{
	char *text = malloc(span.len + 1);
	size_t n = 0;

	if (!text)
		return NULL;
	while (span.len > 0)
		text[n++] = scfg_span_take_byte(&span);
	text[n] = '\0';
	return text;
}
