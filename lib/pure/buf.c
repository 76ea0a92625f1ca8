/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pure/buf.h"

#define FIRST_CAPACITY 64u

/* Makes room for len more bytes and the NUL behind them. */
static bool reserve(struct scfg_buf *buf, size_t len)
{
	size_t need, cap;
	char *data;

	if (buf->failed)
		return false;
	if (len > SIZE_MAX - 1 - buf->len)
		goto fail;
	need = buf->len + len + 1;
	if (need <= buf->cap)
		return true;
	cap = buf->cap * 2; /* what wraps around is less than needed */
	if (cap < FIRST_CAPACITY)
		cap = FIRST_CAPACITY;
	if (cap < need)
		cap = need;
	data = realloc(buf->data, cap);
	if (!data)
		goto fail;
	buf->data = data;
	buf->cap = cap;
	return true;
fail:
	buf->failed = true;
	return false;
}

void scfg_buf_add(struct scfg_buf *buf, const void *data, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void scfg_buf_adds(struct scfg_buf *buf, const char *text)
{
	scfg_buf_add(buf, text, strlen(text));
}

char *scfg_format(const char *format, va_list args)
{
	char *text = NULL;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len >= 0)
		text = malloc((size_t)len + 1);
	if (text)
		vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

void scfg_buf_addf(struct scfg_buf *buf, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = scfg_format(format, args);
	va_end(args);
	if (text)
		scfg_buf_adds(buf, text);
	else
		buf->failed = true;
	free(text);
}

char *scfg_buf_take(struct scfg_buf *buf)
{
	char *data;

	scfg_buf_add(buf, "", 0); /* nothing was added: still a string */
	if (buf->failed) {
		scfg_buf_free(buf);
		return NULL;
	}
	data = buf->data;
	*buf = (struct scfg_buf){0};
	return data;
}

void scfg_buf_free(struct scfg_buf *buf)
{
	free(buf->data);
	*buf = (struct scfg_buf){0};
}
