/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

#include "pure/json.h"

/*
 * The length of the well-formed UTF-8 sequence at text, or 0 with *bad set to the length of the
 * maximal ill-formed part. The ranges of the second byte keep overlong forms, surrogates and
 * everything above U+10FFFF out. The NUL at the end is no continuation byte, so it stops the scan.
 */
static size_t utf8_length(const unsigned char *text, size_t *bad)
{
	unsigned char lead = text[0], low = 0x80, high = 0xbf;
	size_t want, have = 1;

	*bad = 1;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	want = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	while (have < want && text[have] >= low && text[have] <= high) {
		have++;
		low = 0x80;
		high = 0xbf;
	}
	*bad = have;
	return have == want ? want : 0;
}

/* Adds what a byte must be written as; false where it may stand for itself. */
static bool add_escape(struct scfg_buf *buf, unsigned char byte)
{
	static const char pairs[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = pairs; *p; p += 2) {
		if ((unsigned char)*p == byte) {
			scfg_buf_add(buf, (const char[]){'\\', p[1]}, 2);
			return true;
		}
	}
	if (byte >= 0x20)
		return false;
	scfg_buf_addf(buf, "\\u%04x", (unsigned int)byte);
	return true;
}

static void add_quoted(struct scfg_buf *buf, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len, bad;

	scfg_buf_adds(buf, "\"");
	while (*p) {
		len = utf8_length(p, &bad);
		if (len == 0) {
			scfg_buf_adds(buf, "\xef\xbf\xbd");
			p += bad;
			continue;
		}
		if (!add_escape(buf, *p))
			scfg_buf_add(buf, p, len);
		p += len;
	}
	scfg_buf_adds(buf, "\"");
}

/* What stands before every value: the comma and the key. */
static void begin(struct scfg_json *json, const char *key)
{
	if (json->comma)
		scfg_buf_adds(&json->buf, ",");
	if (key) {
		add_quoted(&json->buf, key);
		scfg_buf_adds(&json->buf, ":");
	}
	json->comma = true;
}

void scfg_json_open(struct scfg_json *json, const char *key, char bracket)
{
	begin(json, key);
	scfg_buf_add(&json->buf, &bracket, 1);
	json->comma = false;
}

void scfg_json_close(struct scfg_json *json, char bracket)
{
	scfg_buf_add(&json->buf, &bracket, 1);
	json->comma = true;
}

void scfg_json_string(struct scfg_json *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		add_quoted(&json->buf, value);
	else
		scfg_buf_adds(&json->buf, "null");
}

void scfg_json_u64(struct scfg_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	scfg_buf_addf(&json->buf, "%" PRIu64, value);
}

void scfg_json_int(struct scfg_json *json, const char *key, int value)
{
	begin(json, key);
	scfg_buf_addf(&json->buf, "%d", value);
}

void scfg_json_bool(struct scfg_json *json, const char *key, bool value)
{
	begin(json, key);
	scfg_buf_adds(&json->buf, value ? "true" : "false");
}

int scfg_json_take(struct scfg_json *json, char **ret)
{
	char *text;

	scfg_buf_adds(&json->buf, "\n");
	text = scfg_buf_take(&json->buf);
	json->comma = false;
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}
