/* SPDX-License-Identifier: MIT */
/* The inittab. */
#include <string.h>

#include "boot_text.h"

const char *const fuzz_properties[] = {FUZZ_BOOT_PROPERTIES, "adopted", "id", "order", NULL};

/* The NanoKVM server's line, and what comes near it. */
static bool is_adopted(struct scfg_span line)
{
	return scfg_span_starts(scfg_span_word(&line), "si11:");
}

static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	fuzz_kept_lines(text, is_adopted, ret);
}

/* The NanoKVM server puts a newline before its line, and none behind: both go. */
static void check_adopted(const struct fuzz_boot_edit *edit)
{
	struct scfg_buf text = {0}, back = {0};

	if (!edit->clean || (edit->text.len > 0 && edit->text.at[edit->text.len - 1] != '\n'))
		return;
	scfg_buf_add(&text, edit->text.at, edit->text.len);
	scfg_buf_addf(&text, "\nsi11::sysinit:/sbin/swapon %s", edit->want->path);
	fuzz_forget(&scfg_inittab_text, (struct scfg_span){text.data, text.len}, edit->want->path,
		    &back);
	fuzz_spoil("adopted", &back);
	fuzz_hold("adopted", fuzz_same(&back, edit->text.at, edit->text.len),
		  "forget leaves something of the server's line");
	scfg_buf_free(&text);
	scfg_buf_free(&back);
}

/* The fields of an entry; false for what is none. */
static bool split(struct scfg_span line, struct scfg_span *id, struct scfg_span *action)
{
	struct scfg_span rest = line;
	size_t colons = 0;

	while (rest.len > 0 && scfg_is_blank(rest.at[0]))
		rest = scfg_span_skip(rest, 1);
	for (size_t i = 0; i < rest.len; i++)
		colons += rest.at[i] == ':';
	if (colons < 3 || rest.at[0] == '#')
		return false;
	*id = scfg_span_part(&rest, ':');
	scfg_span_part(&rest, ':');
	*action = scfg_span_part(&rest, ':');
	return true;
}

/* To sysvinit its id is nobody else's; and no sysinit entry of others comes behind it. */
static void check_line(const struct fuzz_boot_edit *edit, const struct scfg_line *ours)
{
	bool joins = edit->text.len > 0 && memchr(edit->text.at, '\\', edit->text.len);
	bool sysv = edit->want->dialect == SCFG_DIALECT_SYSV;
	bool early = edit->want->place == SCFG_PLACE_SYSINIT && !joins;
	struct scfg_span own, id, action;
	struct scfg_line line = {0};

	if (!split(ours->span, &own, &action))
		return;
	while (scfg_line_next(edit->once, &line)) {
		bool same = line.number == ours->number && !fuzz_is_wrong("id");
		bool behind = line.number > ours->number || fuzz_is_wrong("order");

		if (!split(line.span, &id, &action))
			continue;
		if (sysv && !same)
			fuzz_hold("id", id.len != own.len || memcmp(id.at, own.at, id.len) != 0,
				  "line %u has the id of ours", line.number);
		if (early && !line.marked && behind)
			fuzz_hold("order", !scfg_span_is(action, "sysinit"),
				  "line %u comes behind ours", line.number);
	}
}

static void check(const struct fuzz_boot_edit *edit)
{
	struct scfg_line ours = {0};

	check_adopted(edit);
	while (scfg_line_next(edit->once, &ours) && ours.number < edit->line)
		;
	check_line(edit, &ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_inittab_text,
		.has_places = true,
		.short_quotes = true,
		.kept = kept,
		.check = check,
	};

	return fuzz_boot(&kind, data, size);
}
