/* SPDX-License-Identifier: MIT */
/*
 * JSON: a document of any values is written, and read again by the rules of RFC 8259. Both sides
 * note what they see, and the notes are the same.
 */
#include "pure/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "utf8.h"

const char *const fuzz_properties[] = {"utf8", "line", "grammar", "values", NULL};

#define DEPTH_MAX 6

struct reader {
	const char *at;
	struct scfg_buf notes;
	bool bad;
};

/* A string's note has its length, so that no other strings give the same notes. */
static void note_string(struct scfg_buf *notes, char kind, const char *text)
{
	scfg_buf_addf(notes, "%c%zu:%s\n", kind, strlen(text), text);
}

static bool take(struct reader *reader, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(reader->at, text, len) != 0)
		return false;
	reader->at += len;
	return true;
}

static void add_code(struct reader *reader, struct scfg_buf *buf)
{
	char digits[5] = "";
	unsigned long code;
	char *end;

	memcpy(digits, reader->at, strnlen(reader->at, 4));
	code = strtoul(digits, &end, 16);
	/* The writer has no use for more: what is not ASCII stands for itself. */
	reader->bad |= end != digits + 4 || code == 0 || code > 0x7f;
	if (reader->bad)
		return;
	reader->at += 4;
	scfg_buf_add(buf, (const char[]){(char)code}, 1);
}

static void read_string(struct reader *reader, char kind)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	struct scfg_buf buf = {0};
	const char *name;

	scfg_buf_adds(&buf, "");
	reader->bad |= !take(reader, "\"");
	while (!reader->bad && !take(reader, "\"")) {
		if (take(reader, "\\u")) {
			add_code(reader, &buf);
		} else if (take(reader, "\\")) {
			name = *reader->at ? strchr(names, *reader->at) : NULL;
			reader->bad |= !name;
			if (name)
				scfg_buf_add(&buf, &meant[name - names], 1);
			reader->at += name != NULL;
		} else {
			reader->bad |= (unsigned char)*reader->at < 0x20;
			scfg_buf_add(&buf, reader->at, 1);
			reader->at += !reader->bad;
		}
	}
	note_string(&reader->notes, kind, buf.data);
	scfg_buf_free(&buf);
}

static void read_number(struct reader *reader)
{
	const char *start = reader->at;
	size_t len;

	take(reader, "-");
	len = strspn(reader->at, "0123456789");
	reader->bad |= len == 0 || (*reader->at == '0' && len > 1);
	reader->at += len;
	scfg_buf_adds(&reader->notes, "n");
	scfg_buf_add(&reader->notes, start, (size_t)(reader->at - start));
	scfg_buf_adds(&reader->notes, "\n");
}

static void read_value(struct reader *reader, int depth)
{
	bool object = *reader->at == '{';
	const char *close = object ? "}" : "]";

	if (*reader->at == '"') {
		read_string(reader, 's');
	} else if (take(reader, "true")) {
		scfg_buf_adds(&reader->notes, "t\n");
	} else if (take(reader, "false")) {
		scfg_buf_adds(&reader->notes, "f\n");
	} else if (take(reader, "null")) {
		scfg_buf_adds(&reader->notes, "0\n");
	} else if (!take(reader, "{") && !take(reader, "[")) {
		read_number(reader);
	} else {
		scfg_buf_adds(&reader->notes, object ? "{\n" : "[\n");
		reader->bad |= depth > DEPTH_MAX;
		for (bool first = true; !reader->bad && !take(reader, close); first = false) {
			reader->bad |= !first && !take(reader, ",");
			if (object) {
				read_string(reader, 'k');
				reader->bad |= !take(reader, ":");
			}
			if (!reader->bad)
				read_value(reader, depth + 1);
		}
		scfg_buf_adds(&reader->notes, close);
		scfg_buf_adds(&reader->notes, "\n");
	}
}

static void write_string(struct fuzz_input *in, struct scfg_json *json, const char *key,
			 struct scfg_buf *notes)
{
	char *text = fuzz_string(in, 64);
	struct scfg_buf meant = {0};

	fuzz_utf8(text, &meant);
	scfg_json_string(json, key, text);
	note_string(notes, 's', meant.data);
	scfg_buf_free(&meant);
	free(text);
}

/* A value and its note; false for the end of the array or object. */
static bool write_value(struct fuzz_input *in, struct scfg_json *json, const char *key,
			struct scfg_buf *notes, uint8_t what)
{
	uint64_t number;

	switch (what % 8) {
	case 1:
	case 2:
		write_string(in, json, key, notes);
		return true;
	case 3:
		number = fuzz_number(in);
		scfg_json_u64(json, key, number);
		scfg_buf_addf(notes, "n%" PRIu64 "\n", number);
		return true;
	case 4:
		number = fuzz_number(in);
		scfg_json_int(json, key, (int)(uint32_t)number);
		scfg_buf_addf(notes, "n%d\n", (int)(uint32_t)number);
		return true;
	case 5:
		scfg_json_bool(json, key, what & 8);
		scfg_buf_adds(notes, what & 8 ? "t\n" : "f\n");
		return true;
	case 6:
		scfg_json_string(json, key, NULL);
		scfg_buf_adds(notes, "0\n");
		return true;
	default:
		return false;
	}
}

static void write_all(struct fuzz_input *in, struct scfg_json *json, struct scfg_buf *notes,
		      const char *key, int depth)
{
	bool object = fuzz_byte(in) & 1;
	struct scfg_buf meant = {0};
	bool more = true;

	scfg_json_open(json, key, object ? '{' : '[');
	scfg_buf_adds(notes, object ? "{\n" : "[\n");
	while (more) {
		uint8_t what = fuzz_byte(in);
		bool nested = what % 8 == 7 && depth < DEPTH_MAX;
		char *name;

		if (what % 8 == 0 || (what % 8 == 7 && !nested))
			break;
		name = object ? fuzz_string(in, 32) : NULL;
		if (name) {
			meant.len = 0;
			fuzz_utf8(name, &meant);
			note_string(notes, 'k', meant.data);
		}
		if (nested)
			write_all(in, json, notes, name, depth + 1);
		else
			more = write_value(in, json, name, notes, what);
		free(name);
	}
	scfg_buf_free(&meant);
	scfg_json_close(json, object ? '}' : ']');
	scfg_buf_adds(notes, object ? "}\n" : "]\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct scfg_json json = {0};
	struct scfg_buf notes = {0};
	struct reader reader = {0};
	char *text;

	write_all(&in, &json, &notes, NULL, 0);
	if (scfg_json_take(&json, &text) < 0)
		abort();
	if (fuzz_is_wrong("utf8"))
		text[1] = '\xff';
	fuzz_hold("utf8", fuzz_is_utf8(text), "not UTF-8: %s", text);
	if (fuzz_is_wrong("line"))
		text[0] = '\n';
	fuzz_hold("line", strchr(text, '\n') == text + strlen(text) - 1, "not one line: %s", text);
	if (fuzz_is_wrong("grammar"))
		text[strlen(text) - 2] = ',';
	reader.at = text;
	read_value(&reader, 0);
	fuzz_hold("grammar", !reader.bad && strcmp(reader.at, "\n") == 0, "at \"%s\" of %s",
		  reader.at, text);
	fuzz_spoil("values", &reader.notes);
	fuzz_hold("values", strcmp(reader.notes.data, notes.data) == 0,
		  "written\n%sread\n%sfrom %s", notes.data, reader.notes.data, text);
	scfg_buf_free(&reader.notes);
	scfg_buf_free(&notes);
	free(text);
	return 0;
}
