/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "boot/text_lines.h"
#include "boot_check.h"

static struct scfg_buf persist(const struct scfg_boot_text *kind, const char *text, size_t len,
			       const struct scfg_boot_want *want)
{
	struct scfg_buf buf = {0};

	ck_assert_int_eq(kind->persist(text, len, want, &buf), 0);
	return buf;
}

static struct scfg_buf forget(const struct scfg_boot_text *kind, const char *text, size_t len,
			      const char *path)
{
	struct scfg_buf buf = {0};

	ck_assert_int_eq(kind->forget(text, len, path, &buf), 0);
	return buf;
}

static void assert_bytes(const struct scfg_buf *buf, const char *text, size_t len, const char *what)
{
	ck_assert_msg(buf->len == len && memcmp(buf->data, text, len) == 0,
		      "%s: got\n<<<%s>>>\nwanted\n<<<%.*s>>>", what, buf->data, (int)len, text);
}

void check_persist(const struct scfg_boot_text *kind, const struct boot_case *c)
{
	struct scfg_buf once = persist(kind, c->before, strlen(c->before), &c->want);
	struct scfg_buf twice = persist(kind, once.data, once.len, &c->want);

	assert_bytes(&once, c->after, strlen(c->after), c->name);
	assert_bytes(&twice, once.data, once.len, c->name);
	scfg_buf_free(&once);
	scfg_buf_free(&twice);
}

void check_forget(const struct scfg_boot_text *kind, const char *before, const char *path,
		  const char *after)
{
	struct scfg_buf buf = forget(kind, before, strlen(before), path);

	assert_bytes(&buf, after, strlen(after), before);
	scfg_buf_free(&buf);
}

/* How many entries of ours for a path there are; none adoptable may be left beside it. */
static unsigned int count_ours(const struct scfg_boot_text *kind, const struct scfg_buf *text,
			       const char *path)
{
	struct scfg_boot_lines lines;
	unsigned int count = 0;

	ck_assert_int_eq(kind->scan(text->data, text->len, &lines), 0);
	for (size_t i = 0; i < lines.count; i++) {
		if (strcmp(lines.lines[i].path, path) != 0)
			continue;
		ck_assert_int_ne(lines.lines[i].owner, SCFG_OWNER_ADOPTABLE);
		count += lines.lines[i].owner == SCFG_OWNER_OURS;
	}
	scfg_boot_lines_free(&lines);
	return count;
}

/* The lines of a text that neither are markers nor name the path, each with a newline. */
/* Whether a text ends with the NanoKVM server's line and no newline: that before it is theirs. */
static bool ends_with_servers(const char *text, size_t len, const char *path)
{
	static const char line[] = "\nsi11::sysinit:/sbin/swapon ";
	const char *last = len > 0 ? memrchr(text, '\n', len) : NULL;

	return last && text[len - 1] != '\n' && strncmp(last, line, strlen(line)) == 0 &&
	       strncmp(last + strlen(line), path, strlen(path)) == 0 &&
	       !scfg_marker_before(text, (size_t)(last - text) + 1);
}

static struct scfg_buf others(const char *text, size_t len, const char *path)
{
	struct scfg_buf buf = {0};
	const char *end = text + len;
	bool servers = ends_with_servers(text, len, path);

	scfg_buf_add(&buf, "", 0);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((newline ? newline : end) - text);
		char *line = malloc(length + 1);

		ck_assert_ptr_nonnull(line);
		memcpy(line, text, length);
		line[length] = '\0';
		if (!strstr(line, path) && strncmp(line, MARKER, strlen(MARKER) - 1) != 0)
			scfg_buf_addf(&buf, "%s\n", line);
		free(line);
		text += length + (newline ? 1 : 0);
	}
	if (servers && buf.len > 0 && (buf.len == 1 || buf.data[buf.len - 2] == '\n'))
		buf.data[--buf.len] = '\0';
	return buf;
}

/* How often a line of others that the grammar marks with this word is there. */
static size_t count_kept(const char *text, size_t len)
{
	size_t count = 0;

	while ((text = memmem(text, len, "keep", 4))) {
		len = strlen(++text);
		count++;
	}
	return count;
}

/*
 * The lines of an entry are known by their path where an entry is one line. Elsewhere, those of
 * others are known by a word.
 */
static void check_others(const struct scfg_boot_text *kind, const char *text, size_t len,
			 const struct scfg_buf *once, const char *path)
{
	struct scfg_buf before, after;

	if (kind != &scfg_inittab_text && kind != &scfg_fstab_text) {
		ck_assert_msg(count_kept(text, len) == count_kept(once->data, once->len),
			      "lines of others:\n<<<%s>>>\n<<<%s>>>", text, once->data);
		return;
	}
	before = others(text, len, path);
	after = others(once->data, once->len, path);
	assert_bytes(&after, before.data, before.len, "lines of others");
	scfg_buf_free(&before);
	scfg_buf_free(&after);
}

/* What holds for every text: the result, to be freed. */
static struct scfg_buf check_edit(const struct scfg_boot_text *kind, const char *text, size_t len,
				  const struct scfg_boot_want *want)
{
	struct scfg_buf once = persist(kind, text, len, want);
	struct scfg_buf twice = persist(kind, once.data, once.len, want);

	assert_bytes(&twice, once.data, once.len, "persist twice");
	check_others(kind, text, len, &once, want->path);
	ck_assert_msg(count_ours(kind, &once, want->path) == 1, "not one of ours:\n%s", once.data);
	scfg_buf_free(&twice);
	return once;
}

void check_round_trip(const struct scfg_boot_text *kind, const char *text, size_t len,
		      const struct scfg_boot_want *want)
{
	struct scfg_buf once = check_edit(kind, text, len, want);
	struct scfg_buf back = forget(kind, once.data, once.len, want->path);

	ck_assert_uint_gt(once.len, len);
	assert_bytes(&back, text, len, "forget after persist");
	scfg_buf_free(&once);
	scfg_buf_free(&back);
}

void check_scan(const struct scfg_boot_text *kind, const struct boot_scan_case *c)
{
	const struct scfg_boot_line *line;
	struct scfg_boot_lines lines;

	ck_assert_int_eq(kind->scan(c->text, strlen(c->text), &lines), 0);
	ck_assert_msg(lines.runs_swapon_a == c->runs_swapon_a, "swapon -a: %s", c->text);
	ck_assert_msg(lines.count == (c->line.path ? 1 : 0), "%zu entries: %s", lines.count,
		      c->text);
	if (c->line.path) {
		line = &lines.lines[0];
		ck_assert_str_eq(line->path, c->line.path);
		ck_assert_msg(line->owner == c->line.owner, "owner %d: %s", line->owner, c->text);
		ck_assert_uint_eq(line->line, c->line.line);
		ck_assert_msg(line->priority == c->line.priority, "priority %d: %s", line->priority,
			      c->text);
		ck_assert_int_eq(line->discard_once, c->line.discard_once);
		ck_assert_int_eq(line->discard_pages, c->line.discard_pages);
		ck_assert_msg(line->place == c->line.place, "place %d: %s", line->place, c->text);
		ck_assert_int_eq(line->by_tag, c->line.by_tag);
	}
	scfg_boot_lines_free(&lines);
}

/* Numbers that are the same in every run. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static struct scfg_buf make_text(const struct boot_grammar *grammar, size_t lines, uint64_t *state)
{
	const char *newline = next_random(state) % 8 ? "\n" : "\r\n";
	size_t count = next_random(state) % 13;
	struct scfg_buf buf = {0};

	scfg_buf_add(&buf, "", 0);
	for (size_t i = 0; i < count; i++) {
		scfg_buf_adds(&buf, grammar->lines[next_random(state) % lines]);
		if (i + 1 < count || next_random(state) % 4)
			scfg_buf_adds(&buf, next_random(state) % 16 ? "\n" : newline);
	}
	return buf;
}

/* Whether a text has no place for an entry; it is freed then. */
static bool is_refused(const struct scfg_boot_text *kind, const struct boot_grammar *grammar,
		       const struct scfg_boot_want *want, struct scfg_buf *text)
{
	struct scfg_buf buf = {0};

	if (!grammar->refuses || kind->persist(text->data, text->len, want, &buf) == 0) {
		scfg_buf_free(&buf);
		return false;
	}
	ck_assert_ptr_null(buf.data);
	scfg_buf_free(text);
	return true;
}

void check_properties(const struct scfg_boot_text *kind, const struct boot_grammar *grammar,
		      unsigned int count)
{
	uint64_t state = 20240229;
	unsigned int refused = 0;

	for (unsigned int i = 0; i < count; i++) {
		bool clean = i % 2;
		struct scfg_buf text =
			make_text(grammar, clean ? grammar->clean : grammar->count, &state);
		const struct scfg_boot_want *first, *second;
		struct scfg_buf once, twice, back;

		first = &grammar->wants[next_random(&state) % grammar->want_count];
		second = &grammar->wants[next_random(&state) % grammar->want_count];
		if (is_refused(kind, grammar, first, &text)) {
			refused++;
			continue;
		}
		once = check_edit(kind, text.data, text.len, first);
		twice = check_edit(kind, once.data, once.len, second);
		back = forget(kind, twice.data, twice.len, grammar->path);
		ck_assert_uint_eq(count_ours(kind, &back, grammar->path), 0);
		if (clean) {
			check_round_trip(kind, text.data, text.len, first);
			assert_bytes(&back, text.data, text.len, "forget after two edits");
		}
		scfg_buf_free(&text);
		scfg_buf_free(&once);
		scfg_buf_free(&twice);
		scfg_buf_free(&back);
	}
	ck_assert_msg(refused <= count / 4 * 3, "%u of %u refused", refused, count);
}
