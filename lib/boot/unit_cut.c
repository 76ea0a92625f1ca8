/* SPDX-License-Identifier: MIT */
/* Taking our part out of a unit. */
#include <string.h>

#include "boot/unit.h"

static const char *const sections[] = {"[Unit]", "[Swap]", "[Install]"};

/* Whether a line of a block is one of those that we write; a value may have been changed. */
static bool is_ours(const char *section, struct scfg_span line)
{
	static const struct {
		const char *section, *key;
		const char *value; /* NULL: any */
	} lines[] = {
		{"[Unit]", "Description", NULL},
		{"[Unit]", "Documentation", "man:swapcfg(1)"},
		{"[Unit]", "DefaultDependencies", NULL},
		{"[Unit]", "Conflicts", "umount.target"},
		{"[Unit]", "Before", "umount.target"},
		{"[Swap]", "What", NULL},
		{"[Swap]", "Priority", NULL},
		{"[Swap]", "Options", NULL},
		{"[Swap]", "TimeoutSec", NULL},
		{"[Install]", "WantedBy", "swap.target"},
	};
	struct scfg_span value = line;
	struct scfg_span key = scfg_span_part(&value, '=');
	bool assigns = key.len < line.len;

	key = scfg_unit_strip(key);
	value = scfg_unit_strip(value);
	for (size_t i = 0; section && assigns && i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strcmp(section, lines[i].section) == 0 && scfg_span_is(key, lines[i].key) &&
		    (!lines[i].value || scfg_span_is(value, lines[i].value)))
			return true;
	}
	return scfg_unit_strip(line).len == 0;
}

/* What is written of others' lines, with the section that they stand in. */
struct rest {
	struct scfg_buf *text;
	struct scfg_span block;
	struct scfg_span section; /* of the block, where it is read; a block begins with one */
	struct scfg_span written; /* the last one written */
	const char *name;	  /* of the section, if it is one of ours */
};

static void add_section(struct rest *rest)
{
	if (rest->section.at != rest->written.at) {
		scfg_buf_add(rest->text, rest->section.at, rest->section.len);
		scfg_buf_adds(rest->text, "\n");
	}
	rest->written = rest->section;
}

static void begin_section(struct rest *rest, const struct scfg_unit_line *line)
{
	struct scfg_span name =
		scfg_unit_strip((struct scfg_span){line->text.data, line->text.len});

	rest->section = (struct scfg_span){rest->block.at + line->start, line->end - line->start};
	if (rest->section.at[rest->section.len - 1] == '\n')
		rest->section.len--;
	rest->name = NULL;
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (scfg_span_is(name, sections[i]))
			rest->name = sections[i];
	}
}

/* Keeps the lines from one position to another, or only the comments among them. */
static void keep(struct rest *rest, size_t from, size_t to, bool all)
{
	struct scfg_span part = {rest->block.at + from, to - from};
	struct scfg_line line = {0};

	while (scfg_line_next(part, &line)) {
		bool empty = scfg_unit_strip(line.span).len == 0;

		if (!all && (empty || !scfg_unit_is_comment(line.span)))
			continue;
		add_section(rest);
		scfg_buf_add(rest->text, line.span.at, line.span.len);
		scfg_buf_adds(rest->text, "\n");
	}
}

/* Keeps what was added by hand inside the block. */
static void keep_added(struct rest *rest)
{
	struct scfg_unit_line line = {0};
	size_t done;

	scfg_line_next(rest->block, &line.last); /* the marker */
	done = line.last.end;
	while (scfg_unit_next(rest->block, &line)) {
		bool header =
			scfg_unit_is_header((struct scfg_span){line.text.data, line.text.len});

		keep(rest, done, line.start, false);
		if (header)
			begin_section(rest, &line);
		keep(rest, line.start, line.end,
		     !header && !is_ours(rest->name,
					 (struct scfg_span){line.text.data, line.text.len}));
		done = line.end;
	}
	keep(rest, done, rest->block.len, false);
	rest->text->failed |= line.text.failed;
	scfg_buf_free(&line.text);
}

struct scfg_span scfg_unit_first(struct scfg_span text)
{
	struct scfg_line line = {0};

	while (scfg_line_next(text, &line)) {
		if (!scfg_unit_is_comment(line.span))
			return line.span;
	}
	return (struct scfg_span){0};
}

void scfg_unit_cut(struct scfg_span text, size_t start, size_t end, struct scfg_buf *ret)
{
	struct scfg_span tail = scfg_span_skip(text, end);
	struct scfg_span next = scfg_unit_first(tail);
	struct rest rest = {.text = ret, .block = {text.at + start, end - start}};

	scfg_buf_add(ret, text.at, start);
	keep_added(&rest);
	if (next.len > 0 && !scfg_unit_is_header(next))
		add_section(&rest);
	scfg_buf_add(ret, tail.at, tail.len);
}
