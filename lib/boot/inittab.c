/* SPDX-License-Identifier: MIT */
/*
 * The inittab of sysvinit and of BusyBox.
 *
 * sysvinit ignores an entry whose id is not unique; BusyBox takes the id for a terminal and ignores
 * the runlevels. Both run every sysinit entry before any wait entry, each in the order of the file.
 */
#include <errno.h>
#include <string.h>

#include "boot/inittab_entry.h"
#include "survey.h"

#define PROCESS_MAX 127 /* some releases of sysvinit ignore an entry with more */
#define ID_PREFIX   "swc"
#define ID_LETTERS  "0123456789abcdefghijklmnopqrstuvwxyz" /* the kernel has fewer areas */

static bool owns(const struct scfg_line *line, const char *path)
{
	struct scfg_entry entry;
	struct scfg_swapon swapon;

	return scfg_entry_read(line->span, &entry) && scfg_swapon_read(entry.process, &swapon) &&
	       scfg_entry_owner(&entry, &swapon, line->marked) != SCFG_OWNER_FOREIGN &&
	       scfg_span_is(swapon.path, path);
}

static bool is_ours(const struct scfg_line *line)
{
	struct scfg_entry entry;
	struct scfg_swapon swapon;

	return line->marked && scfg_entry_read(line->span, &entry) &&
	       scfg_swapon_read(entry.process, &swapon) &&
	       scfg_entry_owner(&entry, &swapon, true) == SCFG_OWNER_OURS;
}

/* How good an entry is to stand behind; 0 is not at all. */
static int anchor_rank(const struct scfg_entry *entry, const struct scfg_boot_want *want)
{
	if (want->place == SCFG_PLACE_SYSINIT)
		return entry->phase == SCFG_PHASE_SYSINIT;
	if (scfg_entry_runs_rcs(entry))
		return 2;
	if (want->dialect == SCFG_DIALECT_BUSYBOX)
		return entry->phase == SCFG_PHASE_SYSINIT;
	return scfg_entry_runs_level(entry);
}

/* BusyBox joins a line that ends in a backslash with the next one. */
static bool is_continued(const struct scfg_line *line, const struct scfg_boot_want *want)
{
	return want->dialect == SCFG_DIALECT_BUSYBOX && line->span.len > 0 &&
	       line->span.at[line->span.len - 1] == '\\';
}

/* The last entry of the best rank; entries of ours are not asked. */
static bool find_anchor(struct scfg_span bare, const struct scfg_boot_want *want,
			struct scfg_line *ret_line, struct scfg_entry *ret_entry)
{
	struct scfg_line line = {0};
	struct scfg_entry entry;
	bool joined = false;
	int best = 0;

	while (scfg_line_next(bare, &line)) {
		if (!joined && !is_ours(&line) && scfg_entry_read(line.span, &entry)) {
			int rank = anchor_rank(&entry, want);

			if (rank > 0 && rank >= best) {
				best = rank;
				*ret_line = line;
				*ret_entry = entry;
			}
		}
		joined = is_continued(&line, want);
	}
	return best > 0;
}

/*
 * Goes past the lines that BusyBox joins to the anchor, and past the entries of ours that follow:
 * areas are activated in the order in which they were persisted. A marker may be joined, as a
 * comment ends what it is joined to.
 */
static size_t behind(struct scfg_span bare, const struct scfg_line *anchor,
		     const struct scfg_boot_want *want)
{
	struct scfg_line line = *anchor;
	bool joined = is_continued(anchor, want);
	size_t end = anchor->end;

	while (scfg_line_next(bare, &line)) {
		bool marker = scfg_marker_before(bare.at, line.end) > 0;

		joined = joined && !marker;
		if (joined || is_ours(&line))
			end = line.end;
		else if (!marker)
			break;
		joined = joined && is_continued(&line, want);
	}
	return end;
}

/* The bit of an id of our form; 0 for any other. */
static uint64_t id_bit(struct scfg_span id)
{
	const char *letter;

	if (id.len != strlen(ID_PREFIX) + 1 || !scfg_span_starts(id, ID_PREFIX))
		return 0;
	letter = memchr(ID_LETTERS, id.at[id.len - 1], strlen(ID_LETTERS));
	return letter ? UINT64_C(1) << (letter - ID_LETTERS) : 0;
}

static uint64_t find_ids(struct scfg_span bare)
{
	struct scfg_line line = {0};
	struct scfg_entry entry;
	uint64_t ids = 0;

	while (scfg_line_next(bare, &line)) {
		if (scfg_entry_read(line.span, &entry))
			ids |= id_bit(entry.id);
	}
	return ids;
}

static bool can_quote(const char *path)
{
	return scfg_is_plain(path) && strlen(path) <= PROCESS_MAX - strlen("/sbin/swapon ");
}

/* id:runlevels:action: as BusyBox wants them; anchor is NULL where there is none. */
static void add_busybox_fields(const struct scfg_boot_want *want, const struct scfg_entry *anchor,
			       struct scfg_buf *buf)
{
	bool follows = anchor && want->place == SCFG_PLACE_AFTER_RCS;

	if (follows && scfg_span_is(anchor->action, "wait"))
		scfg_buf_adds(buf, "::wait:");
	else if (follows && scfg_span_is(anchor->action, "once"))
		scfg_buf_adds(buf, "::once:");
	else
		scfg_buf_adds(buf, "::sysinit:");
}

/* The same for sysvinit; false where no id is left. */
static bool add_sysv_fields(const struct scfg_boot_want *want, uint64_t ids, struct scfg_buf *buf)
{
	const char *letter = ID_LETTERS;

	while (*letter && (ids & UINT64_C(1) << (letter - ID_LETTERS)))
		letter++;
	scfg_buf_addf(buf, ID_PREFIX "%c:%s:", *letter,
		      want->place == SCFG_PLACE_SYSINIT ? ":sysinit" : "12345:wait");
	return *letter != '\0';
}

static int place(struct scfg_span bare, const struct scfg_boot_want *want,
		 struct scfg_boot_spot *ret)
{
	struct scfg_line anchor;
	struct scfg_entry entry;
	bool found = find_anchor(bare, want, &anchor, &entry);
	size_t fields;

	ret->first = found ? anchor.end : 0;
	ret->insert = found ? behind(bare, &anchor, want) : bare.len;
	ret->ids = find_ids(bare);
	if (want->dialect == SCFG_DIALECT_BUSYBOX)
		add_busybox_fields(want, found ? &entry : NULL, &ret->entry);
	else if (!add_sysv_fields(want, ret->ids, &ret->entry))
		return -EINVAL;
	fields = ret->entry.len;
	scfg_command_add(want, &ret->entry);
	scfg_buf_adds(&ret->entry, want->path);
	return ret->entry.len - fields > PROCESS_MAX ? -EINVAL : 0;
}

/* Any id of our form will do that no other entry has. */
static bool is_same(const struct scfg_boot_spot *spot, struct scfg_span old)
{
	struct scfg_span new = {spot->entry.data, spot->entry.len};
	struct scfg_span old_id = scfg_span_part(&old, ':');
	struct scfg_span new_id = scfg_span_part(&new, ':');

	if (old.len != new.len || memcmp(old.at, new.at, new.len) != 0)
		return false;
	if (new_id.len == 0)
		return old_id.len == 0;
	return id_bit(old_id) != 0 && (id_bit(old_id) & spot->ids) == 0;
}

static const struct scfg_boot_editor editor = {owns, place, is_same};

static int persist(const char *text, size_t len, const struct scfg_boot_want *want,
		   struct scfg_buf *ret)
{
	if (!scfg_is_plain(want->path) || !scfg_command_can_run(want) ||
	    want->priority > SCFG_PRIORITY_MAX)
		return -EINVAL;
	return scfg_boot_edit_persist(&editor, (struct scfg_span){text, len}, want, ret);
}

static int forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	return scfg_boot_edit_forget(&editor, (struct scfg_span){text, len}, path, ret);
}

/* The entry that ends the init scripts. */
struct scripts {
	enum scfg_phase phase; /* PHASE_NEVER: there is none */
	uint32_t line;
};

static struct scripts find_scripts(struct scfg_span text)
{
	struct scripts scripts = {SCFG_PHASE_NEVER, 0};
	struct scfg_line line = {0};
	struct scfg_entry entry;

	while (scfg_line_next(text, &line)) {
		if (scfg_entry_read(line.span, &entry) && scfg_entry_runs_rcs(&entry) &&
		    entry.phase >= scripts.phase)
			scripts = (struct scripts){entry.phase, line.number};
	}
	return scripts;
}

static enum scfg_place place_of(const struct scfg_entry *entry, uint32_t line,
				const struct scripts *scripts)
{
	bool after;

	if (scripts->phase == SCFG_PHASE_NEVER)
		after = entry->phase > SCFG_PHASE_SYSINIT;
	else
		after = entry->phase > scripts->phase ||
			(entry->phase == scripts->phase && line > scripts->line);
	return after ? SCFG_PLACE_AFTER_RCS : SCFG_PLACE_SYSINIT;
}

static int scan_line(const struct scfg_line *line, const void *arg, struct scfg_boot_lines *ret)
{
	const struct scripts *scripts = arg;
	struct scfg_boot_line found;
	struct scfg_entry entry;
	struct scfg_swapon swapon;
	struct scfg_span path;
	int err = 0;

	if (!scfg_entry_read(line->span, &entry) || entry.phase == SCFG_PHASE_NEVER ||
	    !scfg_swapon_read(entry.process, &swapon) || swapon.lists)
		return 0;
	if (swapon.all) {
		ret->runs_swapon_a = true;
		return 0;
	}
	found = swapon.options;
	found.owner = scfg_entry_owner(&entry, &swapon, line->marked);
	found.line = line->number;
	found.place = place_of(&entry, line->number, scripts);
	while (!err && (path = scfg_swapon_path(&swapon)).len > 0)
		err = scfg_boot_lines_add(ret, &found, path);
	return err;
}

static int scan(const char *text, size_t len, struct scfg_boot_lines *ret)
{
	struct scfg_span all = {text, len};
	struct scripts scripts = find_scripts(all);

	return scfg_boot_scan_lines(all, scan_line, &scripts, ret);
}

const struct scfg_boot_text scfg_inittab_text = {can_quote, scan, persist, forget};

static const char *fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			 enum swapcfg_reason *reason)
{
	if (!scfg_boot_reads_inittab(&survey->boot) || !file->exists)
		return "this system's init does not read /etc/inittab";
	return scfg_boot_command_fault(survey, file, reason);
}

const struct scfg_boot_kind scfg_boot_inittab = {
	.kind = SWAPCFG_BOOT_INITTAB,
	.text = &scfg_inittab_text,
	.reader = SCFG_READER_COMMAND,
	.file = "/etc/inittab",
	.fault = fault,
};
