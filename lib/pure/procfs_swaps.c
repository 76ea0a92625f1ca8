/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pure/procfs.h"
#include "pure/span.h"

#define COLUMNS 5
#define DELETED "\\040(deleted)"

/* Takes the next whole line off the text; false at its end and for a line that was cut off. */
static bool next_line(struct scfg_span *text, struct scfg_span *line)
{
	struct scfg_span rest = *text;

	scfg_span_cut(&rest, '\n', line);
	if (!rest.at)
		return false;
	*text = rest;
	return true;
}

/* Splits a line at its blanks; false unless that gives exactly the five columns. */
static bool split(struct scfg_span line, struct scfg_span column[COLUMNS])
{
	size_t count = 0, i = 0;

	while (i < line.len) {
		size_t first = i;

		while (i < line.len && !scfg_is_blank(line.at[i]))
			i++;
		if (i > first) {
			if (count == COLUMNS)
				return false;
			column[count++] = (struct scfg_span){line.at + first, i - first};
		}
		while (i < line.len && scfg_is_blank(line.at[i]))
			i++;
	}
	return count == COLUMNS;
}

static bool parse_kib(struct scfg_span s, uint64_t *ret)
{
	if (!scfg_span_decimal(s, UINT64_MAX / 1024, ret))
		return false;
	*ret *= 1024;
	return true;
}

static bool parse_priority(struct scfg_span s, int *ret)
{
	bool negative = s.at[0] == '-';
	uint64_t value;

	if (negative) {
		s.at++;
		s.len--;
	}
	if (!scfg_span_decimal(s, INT_MAX, &value))
		return false;
	*ret = negative ? -(int)value : (int)value;
	return true;
}

static int parse_row(struct scfg_span line, struct scfg_swap_row *row)
{
	const size_t suffix = sizeof(DELETED) - 1;
	struct scfg_span column[COLUMNS];

	if (!split(line, column) || !parse_kib(column[2], &row->size) ||
	    !parse_kib(column[3], &row->used) || !parse_priority(column[4], &row->priority))
		return -EINVAL;
	row->is_file = scfg_span_is(column[1], "file");
	if (column[0].len > suffix &&
	    memcmp(column[0].at + column[0].len - suffix, DELETED, suffix) == 0) {
		row->deleted = true;
		column[0].len -= suffix;
	}
	row->path = scfg_span_unescape(column[0]);
	return row->path ? 0 : -ENOMEM;
}

/* How many tabs stand between the words differs between kernels. */
static bool is_header(struct scfg_span line)
{
	static const char *const words[COLUMNS] = {"Filename", "Type", "Size", "Used", "Priority"};
	struct scfg_span column[COLUMNS];

	if (!split(line, column))
		return false;
	for (size_t i = 0; i < COLUMNS; i++)
		if (!scfg_span_is(column[i], words[i]))
			return false;
	return true;
}

static size_t count_lines(struct scfg_span text)
{
	struct scfg_span line;
	size_t count = 0;

	while (next_line(&text, &line))
		count++;
	return count;
}

int scfg_swaps_parse(const char *text, size_t len, struct scfg_swaps *ret)
{
	struct scfg_span rest = {text, len}, line;
	struct scfg_swaps swaps = {0};
	int r = 0;

	/* A NUL would end a path too early; the kernel writes none. */
	if (len == 0 || memchr(text, '\0', len) || !next_line(&rest, &line) || !is_header(line))
		return -EINVAL;
	swaps.rows = calloc(count_lines(rest) + 1, sizeof(*swaps.rows));
	if (!swaps.rows)
		return -ENOMEM;
	while (r == 0 && next_line(&rest, &line))
		r = parse_row(line, &swaps.rows[swaps.count++]);
	if (r == 0 && rest.len > 0)
		r = -EINVAL; /* cut off inside a row: its numbers cannot be trusted */
	if (r < 0) {
		scfg_swaps_free(&swaps);
		return r;
	}
	*ret = swaps;
	return 0;
}

void scfg_swaps_free(struct scfg_swaps *swaps)
{
	for (size_t i = 0; i < swaps->count; i++)
		free(swaps->rows[i].path);
	free(swaps->rows);
	*swaps = (struct scfg_swaps){0};
}
