/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot/text_lines.h"

#define MARKER_PLAIN   SCFG_MARKER "\n"
#define MARKER_NEWLINE SCFG_MARKER_NO_NEWLINE "\n"

bool scfg_span_starts(struct scfg_span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && memcmp(span.at, prefix, len) == 0;
}

struct scfg_span scfg_span_skip(struct scfg_span span, size_t count)
{
	if (count > span.len)
		count = span.len;
	if (count == 0)
		return span;
	return (struct scfg_span){span.at + count, span.len - count};
}

struct scfg_span scfg_span_part(struct scfg_span *rest, char stop)
{
	struct scfg_span part = {0};

	scfg_span_cut(rest, stop, &part);
	return part;
}

struct scfg_span scfg_span_word(struct scfg_span *rest)
{
	struct scfg_span word;
	size_t start = 0;

	while (start < rest->len && scfg_is_blank(rest->at[start]))
		start++;
	*rest = scfg_span_skip(*rest, start);
	word = (struct scfg_span){rest->at, 0};
	while (word.len < rest->len && !scfg_is_blank(word.at[word.len]))
		word.len++;
	*rest = scfg_span_skip(*rest, word.len);
	return word;
}

int scfg_span_priority(struct scfg_span span)
{
	uint64_t value;

	return scfg_span_decimal(span, SCFG_PRIORITY_MAX, &value) ? (int)value : -1;
}

bool scfg_line_next(struct scfg_span text, struct scfg_line *line)
{
	struct scfg_span rest;

	if (line->end >= text.len)
		return false;
	line->start = line->end;
	rest = scfg_span_skip(text, line->start);
	line->span = scfg_span_part(&rest, '\n');
	line->end = text.len - rest.len;
	line->number++;
	line->marked = scfg_marker_before(text.at, line->start) > 0;
	return true;
}

static bool ends_with_line(const char *text, size_t end, const char *line)
{
	size_t len = strlen(line);

	return end >= len && memcmp(text + end - len, line, len) == 0 &&
	       (end == len || text[end - len - 1] == '\n');
}

size_t scfg_marker_before(const char *text, size_t end)
{
	if (ends_with_line(text, end, MARKER_PLAIN))
		return strlen(MARKER_PLAIN);
	if (ends_with_line(text, end, MARKER_NEWLINE))
		return strlen(MARKER_NEWLINE);
	return 0;
}

void scfg_boot_options(struct scfg_span options, struct scfg_boot_line *line, bool *noauto)
{
	while (options.len > 0) {
		struct scfg_span option = scfg_span_part(&options, ',');

		if (scfg_span_starts(option, "pri="))
			line->priority = scfg_span_priority(scfg_span_skip(option, 4));
		else if (scfg_span_is(option, "discard"))
			line->discard_once = line->discard_pages = true;
		else if (scfg_span_is(option, "discard=once"))
			line->discard_once = true;
		else if (scfg_span_is(option, "discard=pages"))
			line->discard_pages = true;
		else if (scfg_span_is(option, "noauto"))
			*noauto = true;
	}
}

int scfg_boot_lines_add(struct scfg_boot_lines *lines, const struct scfg_boot_line *line,
			struct scfg_span path)
{
	size_t count = lines->count;
	struct scfg_boot_line *added;

	/* The array is full whenever its length is a power of two. */
	if ((count & (count - 1)) == 0) {
		size_t room = count ? count * 2 : 1;

		if (room > SIZE_MAX / sizeof(*added))
			return -ENOMEM;
		added = realloc(lines->lines, room * sizeof(*added));
		if (!added)
			return -ENOMEM;
		lines->lines = added;
	}
	added = &lines->lines[count];
	*added = *line;
	added->path = malloc(path.len + 1);
	if (!added->path)
		return -ENOMEM;
	memcpy(added->path, path.at, path.len);
	added->path[path.len] = '\0';
	lines->count++;
	return 0;
}

void scfg_boot_lines_free(struct scfg_boot_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->lines[i].path);
	free(lines->lines);
	*lines = (struct scfg_boot_lines){0};
}

int scfg_boot_scan_lines(struct scfg_span text,
			 int (*visit)(const struct scfg_line *line, const void *arg,
				      struct scfg_boot_lines *ret),
			 const void *arg, struct scfg_boot_lines *ret)
{
	struct scfg_line line = {0};
	int err = 0;

	*ret = (struct scfg_boot_lines){0};
	if (text.len > 0 && memchr(text.at, '\0', text.len))
		return 0;
	while (!err && scfg_line_next(text, &line))
		err = visit(&line, arg, ret);
	if (err)
		scfg_boot_lines_free(ret);
	return err;
}

/* An entry of ours that was taken out of a text. */
struct taken {
	size_t at; /* where its marker began, in the bare text */
	struct scfg_span line;
	const char *marker;
};

/* A text without the entries for one path. */
struct bare {
	struct scfg_buf text;
	struct scfg_buf taken; /* of struct taken, in order */
};

static void bare_free(struct bare *bare)
{
	scfg_buf_free(&bare->text);
	scfg_buf_free(&bare->taken);
}

static void truncate_to(struct scfg_buf *buf, size_t len)
{
	buf->len = len;
	buf->data[len] = '\0';
}

/* Takes the marker of a line away from the end of the bare text; true for the newline kind. */
static bool take(struct bare *bare, const struct scfg_line *line)
{
	struct taken taken = {.line = line->span, .marker = MARKER_PLAIN};
	size_t marker = scfg_marker_before(bare->text.data, bare->text.len);
	bool newline = marker == strlen(MARKER_NEWLINE);

	if (newline)
		taken.marker = MARKER_NEWLINE;
	truncate_to(&bare->text, bare->text.len - marker);
	taken.at = bare->text.len;
	/* What was taken behind a stray marker stands where that has now gone as well. */
	for (size_t i = bare->taken.len / sizeof(taken); i > 0; i--) {
		struct taken *before = (struct taken *)(void *)bare->taken.data + i - 1;

		if (before->at <= taken.at)
			break;
		before->at = taken.at;
	}
	scfg_buf_add(&bare->taken, &taken, sizeof(taken));
	return newline;
}

/*
 * The line before an entry is looked up in what was kept, not in the text as it was: otherwise a
 * stray marker could become the neighbour of an entry by the removal of what was between them, and
 * the result would change once more when it is edited again.
 */
static int strip(const struct scfg_boot_editor *editor, struct scfg_span text, const char *path,
		 struct bare *ret)
{
	struct scfg_buf *out = &ret->text;
	struct scfg_line line = {0};
	size_t lent = 0; /* the newline before this position is ours */
	bool added = false;

	if (text.len > 0 && memchr(text.at, '\0', text.len))
		return -EINVAL;
	scfg_buf_add(out, "", 0);
	while (!out->failed && scfg_line_next(text, &line)) {
		line.marked = scfg_marker_before(out->data, out->len) > 0;
		if (!editor->owns(&line, path))
			scfg_buf_add(out, text.at + line.start, line.end - line.start);
		else if (!line.marked)
			added = text.at[line.end - 1] != '\n';
		else if (take(ret, &line))
			lent = out->len;
	}
	if (out->failed || ret->taken.failed)
		return -ENOMEM;
	/*
	 * Whatever stood before what was taken ends in a newline.
	 *
	 * The NanoKVM server's line: a newline goes before it, and none behind. It stays where the
	 * last line would lack one: sysvinit ignores such a line, and this may be the one that
	 * reboots.
	 */
	if (added && out->len > 0 && (out->len == 1 || out->data[out->len - 2] == '\n'))
		truncate_to(out, out->len - 1);
	/* An empty line never lacks its newline. */
	if (lent >= 2 && lent == out->len && out->data[lent - 2] != '\n')
		truncate_to(out, lent - 1);
	return 0;
}

/* The first entry that was right where it was; NULL for none. */
static const struct taken *find_right(const struct scfg_boot_editor *editor,
				      const struct bare *bare, const struct scfg_boot_spot *spot)
{
	const struct taken *taken = (const void *)bare->taken.data;
	size_t count = bare->taken.len / sizeof(*taken);

	for (size_t i = 0; i < count; i++) {
		if (taken[i].at >= spot->first && editor->is_same(spot, taken[i].line))
			return &taken[i];
	}
	return NULL;
}

static int build(const struct scfg_buf *bare, size_t at, const char *marker, struct scfg_span entry,
		 struct scfg_buf *ret)
{
	/* An entry may have stood behind a newline that was ours. */
	if (at > bare->len)
		at = bare->len;
	scfg_buf_add(ret, bare->data, at);
	if (at > 0 && bare->data[at - 1] != '\n') {
		scfg_buf_adds(ret, "\n");
		marker = MARKER_NEWLINE;
	}
	scfg_buf_adds(ret, marker);
	scfg_buf_add(ret, entry.at, entry.len);
	scfg_buf_adds(ret, "\n");
	scfg_buf_add(ret, bare->data + at, bare->len - at);
	if (!ret->failed)
		return 0;
	scfg_buf_free(ret);
	return -ENOMEM;
}

int scfg_boot_edit_persist(const struct scfg_boot_editor *editor, struct scfg_span text,
			   const struct scfg_boot_want *want, struct scfg_buf *ret)
{
	struct bare bare = {0};
	struct scfg_boot_spot spot = {0};
	const struct taken *right;
	int err;

	err = strip(editor, text, want->path, &bare);
	if (err)
		goto out;
	err = editor->place((struct scfg_span){bare.text.data, bare.text.len}, want, &spot);
	if (!err && spot.entry.failed)
		err = -ENOMEM;
	if (err)
		goto out;
	right = find_right(editor, &bare, &spot);
	if (right)
		err = build(&bare.text, right->at, right->marker, right->line, ret);
	else
		err = build(&bare.text, spot.insert, MARKER_PLAIN,
			    (struct scfg_span){spot.entry.data, spot.entry.len}, ret);
out:
	scfg_buf_free(&spot.entry);
	bare_free(&bare);
	return err;
}

int scfg_boot_edit_forget(const struct scfg_boot_editor *editor, struct scfg_span text,
			  const char *path, struct scfg_buf *ret)
{
	struct bare bare = {0};
	int err = strip(editor, text, path, &bare);

	if (!err) {
		*ret = bare.text;
		bare.text = (struct scfg_buf){0};
	}
	bare_free(&bare);
	return err;
}
