/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_text.h"

/* One input. */
struct run {
	const struct fuzz_boot_kind *kind;
	struct scfg_boot_want want;
	struct scfg_span text;
	struct scfg_boot_lines lines; /* of the text */
	bool clean;		      /* it has no entry of ours */
	bool ambiguous;		      /* whose an entry is depends on others */
};

static struct scfg_span span_of(const struct scfg_buf *buf)
{
	return (struct scfg_span){buf->data, buf->len};
}

static struct scfg_boot_lines scan(const struct run *run, struct scfg_span text)
{
	char *copy = fuzz_copy(text.at, text.len);
	struct scfg_boot_lines lines;
	int r = run->kind->text->scan(copy, text.len, &lines);
	size_t most = fuzz_count_lines(text);

	free(copy);
	fuzz_hold("sane", r == 0, "scan gives %d", r);
	for (size_t i = 0; i < lines.count; i++) {
		struct scfg_boot_line *line = &lines.lines[i];

		if (fuzz_is_wrong("sane"))
			line->line = 0;
		fuzz_hold("sane",
			  line->line > 0 && line->line <= most && line->priority >= -1 &&
				  line->priority <= SCFG_PRIORITY_MAX && line->path[0] != '\0' &&
				  (i == 0 || line[-1].line <= line->line),
			  "line %u, priority %d, path \"%s\"", line->line, line->priority,
			  line->path);
	}
	return lines;
}

/* A result, or a wrong one in place of it. */
static struct scfg_span result(const char *property, const struct scfg_buf *right,
			       struct scfg_span wrong)
{
	return fuzz_is_wrong(property) ? wrong : span_of(right);
}

static bool is_own(const struct run *run, const struct scfg_boot_line *line)
{
	return !line->by_tag && line->owner != SCFG_OWNER_FOREIGN &&
	       strcmp(line->path, run->want.path) == 0;
}

/* The next entry that is none of ours for the path; NULL behind the last. */
static const struct scfg_boot_line *next_other(const struct run *run,
					       const struct scfg_boot_lines *lines, size_t *at)
{
	while (*at < lines->count) {
		const struct scfg_boot_line *line = &lines->lines[(*at)++];

		if (!is_own(run, line))
			return line;
	}
	return NULL;
}

static bool is_same_entry(const struct scfg_boot_line *one, const struct scfg_boot_line *other)
{
	return one->owner == other->owner && strcmp(one->path, other->path) == 0 &&
	       one->priority == other->priority && one->discard_once == other->discard_once &&
	       one->discard_pages == other->discard_pages && one->place == other->place &&
	       one->by_tag == other->by_tag;
}

/* Every other entry says what it said, and is whose it was. */
static void check_entries(const struct run *run, const struct scfg_buf *edited, const char *edit)
{
	struct scfg_span text = result("entries", edited, (struct scfg_span){0});
	struct scfg_boot_lines lines = scan(run, text);
	const struct scfg_boot_line *had, *has;
	size_t before = 0, after = 0;

	while (!run->ambiguous) {
		had = next_other(run, &run->lines, &before);
		has = next_other(run, &lines, &after);
		fuzz_hold("entries", !had == !has && (!had || is_same_entry(had, has)),
			  "%s changes the entry for %s", edit,
			  had	? had->path
			  : has ? has->path
				: "nothing");
		if (!had)
			break;
	}
	scfg_boot_lines_free(&lines);
}

/* The kept lines are there, in order; what is new may stand between them. */
static void check_others(const struct run *run, const struct scfg_buf *edited, const char *edit)
{
	struct scfg_span text = result("others", edited, (struct scfg_span){0});
	struct scfg_buf kept = {0};
	struct scfg_span rest, wanted, line;

	/* The script went as a whole. */
	if (run->kind->template && edited->len == 0)
		return;
	run->kind->kept(run->text, &kept);
	rest = span_of(&kept);
	while (scfg_span_cut(&rest, '\n', &wanted)) {
		bool found = !rest.at; /* behind the last newline */

		while (!found && scfg_span_cut(&text, '\n', &line))
			found = line.len == wanted.len && memcmp(line.at, wanted.at, line.len) == 0;
		fuzz_hold("others", found, "%s loses the line \"%.*s\"", edit, (int)wanted.len,
			  wanted.at);
	}
	scfg_buf_free(&kept);
}

/* Nothing but one insertion. */
static void check_insert(const struct run *run, const struct scfg_buf *once)
{
	struct scfg_buf copy = {0};
	size_t head = 0, tail = 0;

	scfg_buf_add(&copy, once->data, once->len);
	if (fuzz_is_wrong("insert") && run->text.len > 0)
		memset(copy.data, copy.data[0] ^ 1, copy.len);
	while (head < run->text.len && head < copy.len && copy.data[head] == run->text.at[head])
		head++;
	while (tail < run->text.len - head && tail < copy.len &&
	       copy.data[copy.len - 1 - tail] == run->text.at[run->text.len - 1 - tail])
		tail++;
	fuzz_hold("insert", head + tail == run->text.len && copy.len > run->text.len,
		  "persist does more than add an entry");
	scfg_buf_free(&copy);
}

/* Whether the entry alone decides: what others wrote into its unit may say something else. */
static bool is_alone(const struct run *run, const struct scfg_buf *plain)
{
	return !run->kind->one_entry || (!memmem(plain->data, plain->len, "Priority", 8) &&
					 !memmem(plain->data, plain->len, "Options", 7));
}

static uint32_t check_ours(const struct run *run, const struct scfg_buf *once, bool alone)
{
	struct scfg_boot_lines lines = scan(run, result("ours", once, (struct scfg_span){0}));
	const struct scfg_boot_want *want = &run->want;
	struct scfg_boot_line ours = {0};
	bool one_rc = run->kind->has_places && fuzz_has_one_rc(run->text);
	bool discards = !run->kind->no_discard;
	size_t count = 0, adoptable = 0;

	for (size_t i = 0; i < lines.count; i++) {
		const struct scfg_boot_line *line = &lines.lines[i];

		if (!is_own(run, line))
			continue;
		count += line->owner == SCFG_OWNER_OURS;
		adoptable += line->owner == SCFG_OWNER_ADOPTABLE;
		ours = *line;
	}
	fuzz_hold("ours", count == 1 && adoptable == 0, "%zu entries of ours, %zu adoptable", count,
		  adoptable);
	if (alone)
		fuzz_hold("does",
			  ours.priority == (want->priority < 0 ? -1 : want->priority) +
						   fuzz_is_wrong("does") &&
				  ours.discard_once == (want->discard_once && discards) &&
				  ours.discard_pages == (want->discard_pages && discards) &&
				  (!one_rc || ours.place >= want->place),
			  "the entry has priority %d, discard %d %d, place %d", ours.priority,
			  ours.discard_once, ours.discard_pages, ours.place);
	scfg_boot_lines_free(&lines);
	return ours.line;
}

static void check_gone(const struct run *run, const struct scfg_buf *back, struct scfg_span wrong)
{
	struct scfg_boot_lines lines = scan(run, result("gone", back, wrong));

	for (size_t i = 0; i < lines.count; i++)
		fuzz_hold("gone", !is_own(run, &lines.lines[i]), "forget leaves an entry");
	fuzz_hold("gone", true, "there is none");
	scfg_boot_lines_free(&lines);
}

static void check_persisted(const struct run *run, const struct scfg_buf *once,
			    const struct scfg_buf *plain)
{
	struct fuzz_boot_edit edit = {&run->want, run->text, run->clean, span_of(once), 0};
	struct scfg_buf twice = {0}, back = {0};
	int r = fuzz_persist(run->kind->text, span_of(once), &run->want, &twice);

	fuzz_spoil("twice", &twice);
	fuzz_hold("twice", r == 0 && fuzz_same(&twice, once->data, once->len),
		  "persist twice is not persist once: %d", r);
	r = fuzz_forget(run->kind->text, span_of(once), run->want.path, &back);
	fuzz_spoil("back", &back);
	fuzz_hold("back", r == 0 && fuzz_same(&back, plain->data, plain->len),
		  "forget after persist is not forget: %d", r);
	if (run->clean) {
		if (run->text.len > 0)
			check_insert(run, once);
		fuzz_hold("back", fuzz_same(&back, run->text.at, run->text.len),
			  "forget after persist does not give the text back");
	}
	edit.line = check_ours(run, once, is_alone(run, plain));
	if (run->kind->check)
		run->kind->check(&edit);
	check_others(run, once, "persist");
	check_entries(run, once, "persist");
	check_gone(run, &back, span_of(once));
	scfg_buf_free(&twice);
	scfg_buf_free(&back);
}

static void check_refused(int r, struct scfg_buf *buf)
{
	fuzz_spoil("refusal", buf);
	fuzz_hold("refusal", r == -EINVAL && !buf->data && buf->len == 0,
		  "a refused edit gives %d and %zu bytes", r, buf->len);
	scfg_buf_free(buf);
}

static void check_forgotten(const struct run *run, const struct scfg_buf *plain)
{
	struct scfg_buf again = {0};
	int r = fuzz_forget(run->kind->text, span_of(plain), run->want.path, &again);

	fuzz_spoil("stays", &again);
	fuzz_hold("stays", r == 0 && fuzz_same(&again, plain->data, plain->len),
		  "forget twice is not forget once: %d", r);
	if (run->clean)
		fuzz_hold("nothing",
			  fuzz_same(plain, run->text.at, run->text.len - fuzz_is_wrong("nothing")),
			  "forget changes a text without an entry of ours");
	check_gone(run, plain, span_of(plain));
	check_others(run, plain, "forget");
	check_entries(run, plain, "forget");
	scfg_buf_free(&again);
}

static bool must_refuse(const struct run *run)
{
	if (run->kind->short_quotes)
		return strpbrk(run->want.path, " \t\n'\"\\;#:\xff");
	return !run->kind->text->can_quote(run->want.path);
}

static void check(struct run *run)
{
	bool nul = run->text.len > 0 && memchr(run->text.at, '\0', run->text.len);
	struct scfg_buf plain = {0}, once = {0};
	int forgot = fuzz_forget(run->kind->text, run->text, run->want.path, &plain);
	int r = fuzz_persist(run->kind->text, run->text, &run->want, &once);

	fuzz_hold("nul",
		  !nul || (forgot == -EINVAL && (fuzz_is_wrong("nul") ? 0 : r) == -EINVAL &&
			   run->lines.count == 0),
		  "a text with NUL bytes is edited");
	if (must_refuse(run))
		fuzz_hold("quote", (fuzz_is_wrong("quote") ? 0 : r) < 0,
			  "an entry has a path that it cannot have");
	if (forgot < 0)
		check_refused(forgot, &plain);
	else
		check_forgotten(run, &plain);
	if (r < 0)
		check_refused(r, &once);
	else
		check_persisted(run, &once, &plain);
	scfg_buf_free(&plain);
	scfg_buf_free(&once);
}

/* Whether the text has no entry of ours, nor is nothing but what is around one. */
static bool is_clean(const struct fuzz_boot_kind *kind, struct scfg_span text)
{
	static const char *const words[] = {SCFG_MARKER, "si11", "swapcfg_", "\\"};

	for (size_t i = 0; i < COUNT(words) && text.len > 0; i++) {
		if (memmem(text.at, text.len, words[i], strlen(words[i])))
			return false;
	}
	return !kind->template || !scfg_span_is(text, kind->template);
}

int fuzz_boot(const struct fuzz_boot_kind *kind, const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct run run = {.kind = kind};
	char *path;

	path = fuzz_take_want(&in, &run.want);
	run.text = (struct scfg_span){(const char *)in.at, in.len};
	run.clean = is_clean(kind, run.text);
	run.ambiguous = fuzz_is_ambiguous(run.text, kind->one_entry);
	run.lines = scan(&run, run.text);
	check(&run);
	scfg_boot_lines_free(&run.lines);
	free(path);
	return 0;
}
