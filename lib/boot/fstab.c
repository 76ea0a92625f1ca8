/* SPDX-License-Identifier: MIT */
/*
 * The fstab, as libmount, getmntent(3) and systemd's generator read it.
 */
#include <errno.h>
#include <string.h>

#include "boot/text_lines.h"
#include "pure/utf8.h"
#include "survey.h"

#define LINE_MAX_LEN 4000 /* getmntent(3) callers have buffers of 4096 */

struct entry {
	struct scfg_span source;
	struct scfg_span options;
};

/* False for a comment and for what is no swap entry. */
static bool read_entry(struct scfg_span line, struct entry *ret)
{
	ret->source = scfg_span_word(&line);
	if (ret->source.len == 0 || ret->source.at[0] == '#')
		return false;
	scfg_span_word(&line);
	if (!scfg_span_is(scfg_span_word(&line), "swap"))
		return false;
	ret->options = scfg_span_word(&line);
	return true;
}

static bool is_source(struct scfg_span source, const char *path)
{
	while (source.len > 0 && *path) {
		if (scfg_span_take_byte(&source) != *path++)
			return false;
	}
	return source.len == 0 && !*path;
}

static bool owns(const struct scfg_line *line, const char *path)
{
	struct entry entry;

	return line->marked && read_entry(line->span, &entry) && is_source(entry.source, path);
}

/* What getmntent(3) and libmount read back as the path. */
static void add_quoted(const char *path, struct scfg_buf *buf)
{
	for (; *path; path++) {
		if (*path == ' ' || *path == '\t' || *path == '\\')
			scfg_buf_addf(buf, "\\%03o", (unsigned int)*path);
		else
			scfg_buf_add(buf, path, 1);
	}
}

/* A new entry goes to the end; one that is there may stand anywhere. */
static int place(struct scfg_span bare, const struct scfg_boot_want *want,
		 struct scfg_boot_spot *ret)
{
	ret->first = 0;
	ret->insert = bare.len;
	add_quoted(want->path, &ret->entry);
	scfg_buf_adds(&ret->entry, " none swap sw,nofail");
	if (want->priority >= 0)
		scfg_buf_addf(&ret->entry, ",pri=%d", want->priority);
	if (want->discard_once && want->discard_pages)
		scfg_buf_adds(&ret->entry, ",discard");
	else if (want->discard_once)
		scfg_buf_adds(&ret->entry, ",discard=once");
	else if (want->discard_pages)
		scfg_buf_adds(&ret->entry, ",discard=pages");
	scfg_buf_adds(&ret->entry, " 0 0");
	return 0;
}

static bool is_same(const struct scfg_boot_spot *spot, struct scfg_span old)
{
	return old.len == spot->entry.len && memcmp(old.at, spot->entry.data, old.len) == 0;
}

/*
 * systemd copies the path into a unit file, where bytes that are not UTF-8 void the line, a
 * backslash at the end continues it, and blanks at the end are cut off. Control characters have no
 * escape that all readers know.
 */
static bool can_quote(const char *path)
{
	size_t quoted = 0;
	int len;
	char last = '\0';

	if (path[0] != '/')
		return false;
	for (; *path; path += len) {
		last = *path;
		len = scfg_utf8_len(path);
		if (len < 0 || ((unsigned char)last < 0x20 && last != '\t') || last == 0x7f)
			return false;
		quoted += last == ' ' || last == '\t' || last == '\\' ? 4 : (size_t)len;
		if (quoted > LINE_MAX_LEN)
			return false;
	}
	return last != ' ' && last != '\t' && last != '\\';
}

static const struct scfg_boot_editor editor = {owns, place, is_same};

static int persist(const char *text, size_t len, const struct scfg_boot_want *want,
		   struct scfg_buf *ret)
{
	if (!can_quote(want->path) || want->priority > SCFG_PRIORITY_MAX)
		return -EINVAL;
	return scfg_boot_edit_persist(&editor, (struct scfg_span){text, len}, want, ret);
}

static int forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	return scfg_boot_edit_forget(&editor, (struct scfg_span){text, len}, path, ret);
}

static bool is_tag(struct scfg_span source)
{
	static const char *const tags[] = {"LABEL=", "UUID=", "PARTLABEL=", "PARTUUID=", "ID="};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (scfg_span_starts(source, tags[i]))
			return true;
	}
	return false;
}

static int scan_line(const struct scfg_line *line, const void *arg, struct scfg_boot_lines *ret)
{
	struct scfg_boot_line found = {.priority = -1, .line = line->number};
	struct scfg_buf path = {0};
	struct entry entry;
	bool noauto = false;
	int err;

	(void)arg;
	if (!read_entry(line->span, &entry))
		return 0;
	scfg_boot_options(entry.options, &found, &noauto);
	if (noauto)
		return 0;
	found.owner = line->marked ? SCFG_OWNER_OURS : SCFG_OWNER_FOREIGN;
	found.by_tag = is_tag(entry.source);
	while (entry.source.len > 0) {
		char c = scfg_span_take_byte(&entry.source);

		scfg_buf_add(&path, &c, 1);
	}
	err = path.failed
		      ? -ENOMEM
		      : scfg_boot_lines_add(ret, &found, (struct scfg_span){path.data, path.len});
	scfg_buf_free(&path);
	return err;
}

static int scan(const char *text, size_t len, struct scfg_boot_lines *ret)
{
	return scfg_boot_scan_lines((struct scfg_span){text, len}, scan_line, NULL, ret);
}

const struct scfg_boot_text scfg_fstab_text = {can_quote, scan, persist, forget};

static const char *fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			 enum swapcfg_reason *reason)
{
	const struct scfg_boot *boot = &survey->boot;
	const struct scfg_boot_file *inittab = scfg_boot_file(boot, SWAPCFG_BOOT_INITTAB);

	(void)file;
	if (boot->init != SCFG_INIT_SYSTEMD && !boot->scripts_read_fstab &&
	    !(scfg_boot_reads_inittab(boot) && inittab->lines.runs_swapon_a))
		return "nothing is known that activates what /etc/fstab lists at boot";
	if (boot->init != SCFG_INIT_SYSTEMD && !scfg_boot_is_mounted(survey)) {
		*reason = SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT;
		return "what /etc/fstab lists is activated before that directory is mounted";
	}
	return NULL;
}

const struct scfg_boot_kind scfg_boot_fstab = {
	.kind = SWAPCFG_BOOT_FSTAB,
	.text = &scfg_fstab_text,
	.reader = SCFG_READER_SWAPON_A,
	.file = "/etc/fstab",
	.mode = 0644,
	.fault = fault,
};
