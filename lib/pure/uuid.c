/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "pure/header.h"

#define TEXT_LEN (SCFG_UUID_TEXT - 1)

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_hyphen_place(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

int scfg_uuid_parse(const char *text, uint8_t uuid[16])
{
	uint8_t bytes[16];
	size_t n = 0;

	if (strlen(text) != TEXT_LEN)
		return -EINVAL;
	for (size_t i = 0; i < TEXT_LEN;) {
		int high, low;

		if (is_hyphen_place(i)) {
			if (text[i++] != '-')
				return -EINVAL;
			continue;
		}
		high = hex_value(text[i++]);
		low = hex_value(text[i++]);
		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[n++] = (uint8_t)(high << 4 | low);
	}
	memcpy(uuid, bytes, sizeof(bytes));
	return 0;
}

void scfg_uuid_format(const uint8_t uuid[16], char text[SCFG_UUID_TEXT])
{
	static const uint8_t none[16];
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	if (memcmp(uuid, none, sizeof(none)) == 0) {
		text[0] = '\0';
		return;
	}
	for (size_t i = 0; i < 16; i++) {
		if (is_hyphen_place(n))
			text[n++] = '-';
		text[n++] = digits[uuid[i] >> 4];
		text[n++] = digits[uuid[i] & 0x0f];
	}
	text[n] = '\0';
}

void scfg_uuid_make_v4(uint8_t uuid[16])
{
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}
