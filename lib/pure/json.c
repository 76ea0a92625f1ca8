/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

#include "pure/json.h"
#include "pure/utf8.h"

/* Adds what a byte must be written as; false where it may stand for itself. */
static bool add_escape(struct scfg_buf *buf, char byte)
{
	static const char pairs[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = pairs; *p; p += 2) {
		if (*p == byte) {
			scfg_buf_add(buf, (const char[]){'\\', p[1]}, 2);
			return true;
		}
	}
	if ((unsigned char)byte >= 0x20)
		return false;
	scfg_buf_addf(buf, "\\u%04x", (unsigned int)byte);
	return true;
}

static void add_quoted(struct scfg_buf *buf, const char *text)
{
	scfg_buf_adds(buf, "\"");
	while (*text) {
		int len = scfg_utf8_len(text);

		if (len < 0)
			scfg_buf_adds(buf, "\xef\xbf\xbd");
		else if (!add_escape(buf, *text))
			scfg_buf_add(buf, text, (size_t)len);
		text += len < 0 ? -len : len;
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
