/* SPDX-License-Identifier: MIT */
/* Text for people. The locale has no say: what is not UTF-8 is escaped. */
#include <string.h>

#include "text.h"

struct range {
	uint32_t first;
	uint32_t last;
};

/* Not to be sent to a terminal: C1 controls, invisible characters, marks of direction, tags. */
static const struct range unsafe[] = {
	{0x80, 0x9f},	  {0x61c, 0x61c},   {0x200b, 0x200f}, {0x2028, 0x202e},
	{0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

/* Take two columns; near enough to align a table. */
static const struct range wide[] = {
	{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},	{0xf900, 0xfaff},
	{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
};

#define IN(ranges, code) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), code)

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	}
	return false;
}

/* The length of the UTF-8 character at text, and its code; 0 where there is none. */
static size_t decode(const char *text, uint32_t *code)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *byte = (const unsigned char *)text;
	size_t length;
	size_t i;

	if (*byte < 0x80) {
		*code = *byte;
		return 1;
	}
	if (*byte < 0xc2 || *byte > 0xf4)
		return 0;
	length = *byte < 0xe0 ? 2 : *byte < 0xf0 ? 3 : 4;
	*code = *byte & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		/* Also stops at the NUL. */
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3fU);
	}
	if (*code < smallest[length] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

static bool is_printable(uint32_t code)
{
	return code >= 0x20 && code != 0x7f && !IN(unsafe, code);
}

size_t text_next(const char **text, char chunk[TEXT_CHUNK])
{
	static const char hex[] = "0123456789abcdef";
	uint32_t code = 0;
	size_t length = decode(*text, &code);
	char *to = chunk;

	if (length > 0 && is_printable(code)) {
		memcpy(chunk, *text, length);
		chunk[length] = '\0';
		*text += length;
		return IN(wide, code) ? 2 : 1;
	}
	/* The bytes after a broken one may begin a good character: take that one alone. */
	for (length = length > 0 ? length : 1; length > 0; length--) {
		unsigned char byte = (unsigned char)*(*text)++;

		*to++ = '\\';
		*to++ = 'x';
		*to++ = hex[byte >> 4];
		*to++ = hex[byte & 15];
	}
	*to = '\0';
	return (size_t)(to - chunk);
}

size_t text_width(const char *text)
{
	char chunk[TEXT_CHUNK];
	size_t width = 0;

	while (*text != '\0')
		width += text_next(&text, chunk);
	return width;
}

void text_put(const char *text, FILE *stream)
{
	char chunk[TEXT_CHUNK];

	while (*text != '\0') {
		text_next(&text, chunk);
		fputs(chunk, stream);
	}
}

bool text_is_plain(const char *text)
{
	uint32_t code;
	size_t length;

	for (; *text != '\0'; text += length) {
		length = decode(text, &code);
		if (length == 0 || !is_printable(code))
			return false;
	}
	return true;
}

/* Whether a shell takes the character as it is, wherever in a word it stands. */
static bool needs_no_quotes(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("/._-+,:@%", c));
}

void text_put_shell(const char *text, FILE *stream)
{
	const char *c;

	for (c = text; needs_no_quotes(*c); c++)
		continue;
	if (*c == '\0' && c != text) {
		fputs(text, stream);
		return;
	}
	fputc('\'', stream);
	for (c = text; *c != '\0'; c++) {
		if (*c == '\'') {
			fputs("'\\''", stream);
		} else {
			fputc(*c, stream);
		}
	}
	fputc('\'', stream);
}

const char *text_size(uint64_t bytes, char size[TEXT_SIZE])
{
	static const char units[] = "KMGT";
	unsigned int shift = 10;
	unsigned int tenths;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(size, TEXT_SIZE, "%u B", (unsigned int)bytes);
		return size;
	}
	while (bytes >> shift >= 1024 && units[unit + 1] != '\0') {
		shift += 10;
		unit++;
	}
	/* In integers: the printing of floats is a large part of a small libc. */
	tenths = (unsigned int)((bytes & ((UINT64_C(1) << shift) - 1)) * 10 >> shift);
	snprintf(size, TEXT_SIZE, "%llu.%u %ciB", (unsigned long long)(bytes >> shift), tenths,
		 units[unit]);
	return size;
}
