/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const char *wrong_property;
static bool *reached_properties;

void fuzz_control(const char *wrong, bool *reached)
{
	wrong_property = wrong;
	reached_properties = reached;
}

static size_t index_of(const char *property)
{
	for (size_t i = 0; fuzz_properties[i]; i++) {
		if (strcmp(fuzz_properties[i], property) == 0)
			return i;
	}
	fprintf(stderr, "fuzz: no property is called %s\n", property);
	abort();
}

void fuzz_hold(const char *property, bool holds, const char *sentence, ...)
{
	va_list args;

	if (reached_properties)
		reached_properties[index_of(property)] = true;
	if (holds)
		return;
	fprintf(stderr, "fuzz: property %s: ", property);
	va_start(args, sentence);
	vfprintf(stderr, sentence, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

bool fuzz_is_wrong(const char *property)
{
	static bool asked;

	if (!asked && !wrong_property)
		wrong_property = getenv("FUZZ_WRONG");
	asked = true;
	return wrong_property && strcmp(wrong_property, property) == 0;
}

void fuzz_spoil(const char *property, struct scfg_buf *buf)
{
	if (!fuzz_is_wrong(property))
		return;
	if (buf->len > 0)
		buf->data[buf->len / 2] ^= 1;
	else
		scfg_buf_adds(buf, "?");
}

uint8_t fuzz_byte(struct fuzz_input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->at++;
}

uint32_t fuzz_below(struct fuzz_input *in, uint32_t count)
{
	return fuzz_byte(in) % count;
}

uint64_t fuzz_u64(struct fuzz_input *in)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < 8; i++)
		value = value << 8 | fuzz_byte(in);
	return value;
}

uint64_t fuzz_number(struct fuzz_input *in)
{
	uint8_t kind = fuzz_byte(in);
	unsigned int shift = kind & 63;

	if (kind < 64)
		return fuzz_u64(in) >> shift;
	if (kind < 128)
		return (UINT64_C(1) << shift) - 1;
	if (kind < 192)
		return UINT64_C(1) << shift;
	return fuzz_byte(in);
}

char *fuzz_string(struct fuzz_input *in, size_t most)
{
	size_t len = 0;
	char *text;

	while (len < most && len < in->len && in->at[len] != 0)
		len++;
	text = malloc(len + 1);
	if (!text)
		abort();
	memcpy(text, len > 0 ? (const void *)in->at : "", len);
	text[len] = '\0';
	in->at += len;
	in->len -= len;
	if (in->len > 0 && *in->at == 0)
		fuzz_byte(in);
	return text;
}

void *fuzz_copy(const void *data, size_t len)
{
	void *copy = malloc(len);

	if (!copy)
		abort();
	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

bool fuzz_same(const struct scfg_buf *buf, const void *data, size_t len)
{
	return buf->len == len && (len == 0 || memcmp(buf->data, data, len) == 0);
}
