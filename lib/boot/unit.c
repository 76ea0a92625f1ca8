/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "boot/unit.h"

#define BLANKS " \t\r"

static bool is_plain(char c)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.";

	return strchr(plain, c);
}

size_t scfg_systemd_name_length(const char *path)
{
	/* The slash at the beginning goes, and the others become dashes. */
	size_t length = strlen(".swap") - 1;

	for (size_t i = 0; path[i]; i++)
		length += is_plain(path[i]) || path[i] == '/' ? 1 : 4;
	return path[1] == '.' ? length + 3 : length;
}

void scfg_systemd_name(const char *path, struct scfg_buf *ret)
{
	bool empty = true;

	while (*path) {
		size_t len = strcspn(path, "/");
		bool skipped = len == 0 || (len == 1 && path[0] == '.');

		if (!skipped && !empty)
			scfg_buf_adds(ret, "-");
		for (size_t i = 0; i < len && !skipped; i++) {
			bool dot = empty && i == 0 && path[0] == '.';

			if (!dot && is_plain(path[i]))
				scfg_buf_add(ret, &path[i], 1);
			else
				scfg_buf_addf(ret, "\\x%02x", (unsigned int)(unsigned char)path[i]);
		}
		empty = empty && skipped;
		path += len + (path[len] == '/');
	}
	scfg_buf_adds(ret, empty ? "-.swap" : ".swap");
}

struct scfg_span scfg_unit_strip(struct scfg_span span)
{
	while (span.len > 0 && strchr(BLANKS, span.at[0]))
		span = scfg_span_skip(span, 1);
	while (span.len > 0 && strchr(BLANKS, span.at[span.len - 1]))
		span.len--;
	return span;
}

bool scfg_unit_is_comment(struct scfg_span line)
{
	line = scfg_unit_strip(line);
	return line.len == 0 || line.at[0] == '#' || line.at[0] == ';';
}

bool scfg_unit_is_header(struct scfg_span line)
{
	line = scfg_unit_strip(line);
	return line.len > 1 && line.at[0] == '[' && line.at[line.len - 1] == ']';
}

bool scfg_unit_is_continued(struct scfg_span line)
{
	bool escaped = false;

	for (size_t i = 0; i < line.len; i++)
		escaped = !escaped && line.at[i] == '\\';
	return escaped;
}

void scfg_unit_free(struct scfg_unit *unit)
{
	scfg_buf_free(&unit->what);
	scfg_buf_free(&unit->options);
}

/* Sets a string with %% resolved; other specifiers stay, as nothing here knows them. */
static void set_value(struct scfg_buf *buf, struct scfg_span value)
{
	buf->len = 0;
	scfg_buf_add(buf, "", 0);
	for (; value.len > 0; value = scfg_span_skip(value, 1)) {
		if (scfg_span_starts(value, "%%"))
			value = scfg_span_skip(value, 1);
		scfg_buf_add(buf, value.at, 1);
	}
}

static void take_assignment(const struct scfg_unit_line *line, struct scfg_unit *unit)
{
	struct scfg_span value = {line->text.data, line->text.len};
	struct scfg_span key = scfg_span_part(&value, '=');

	if (key.len == line->text.len)
		return; /* systemd passes over it */
	key = scfg_unit_strip(key);
	value = scfg_unit_strip(value);
	if (scfg_span_is(key, "What")) {
		set_value(&unit->what, value);
		unit->line = line->number;
		unit->at = line->start;
	} else if (scfg_span_is(key, "Options")) {
		set_value(&unit->options, value);
	} else if (scfg_span_is(key, "Priority")) {
		unit->priority = scfg_span_priority(value);
	}
}

bool scfg_unit_next(struct scfg_span text, struct scfg_unit_line *line)
{
	bool found = false, more = false;

	line->text.len = 0;
	while ((!found || more) && scfg_line_next(text, &line->last)) {
		struct scfg_span span = line->last.span;

		/* A comment does not end what is continued around it. */
		if (scfg_unit_is_comment(span))
			continue;
		if (!found) {
			line->start = line->last.start;
			line->number = line->last.number;
		}
		found = true;
		more = scfg_unit_is_continued(span);
		scfg_buf_add(&line->text, span.at, span.len - more);
		if (more)
			scfg_buf_adds(&line->text, " ");
		line->end = line->last.end;
	}
	return found && !line->text.failed;
}

int scfg_unit_read(struct scfg_span text, struct scfg_unit *unit)
{
	struct scfg_unit_line line = {0};
	bool in_swap = false;
	bool failed;

	unit->priority = -1;
	while (scfg_unit_next(text, &line)) {
		struct scfg_span span = {line.text.data, line.text.len};

		if (scfg_unit_is_header(span))
			in_swap = scfg_span_is(scfg_unit_strip(span), "[Swap]");
		else if (in_swap)
			take_assignment(&line, unit);
	}
	failed = line.text.failed;
	scfg_buf_free(&line.text);
	return failed || unit->what.failed || unit->options.failed ? -ENOMEM : 0;
}
