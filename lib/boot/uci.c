/* SPDX-License-Identifier: MIT */
/*
 * /etc/config/fstab of OpenWrt, which its block reads at boot: a section for each area.
 *
 * uci and LuCI write the file anew: they drop comments, and quote as they like. So the name of the
 * section says that it is ours; the marker is for those who look. Discard cannot be expressed, and
 * priority 0 means none. block knows a section by the last part of its device, so that of two of
 * the same name only one works: there is no place for the second.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "boot/uci_read.h"
#include "survey.h"

static bool owns(const struct scfg_uci_section *section, const char *path)
{
	return section->ours && scfg_uci_is(section->device, path);
}

/* The lines before a section that go with it: its marker, or what uci writes there. */
static size_t before_section(struct scfg_span text, size_t start)
{
	size_t marker = scfg_marker_before(text.at, start);

	if (marker > 0)
		return marker;
	return start > 0 && (start == 1 || text.at[start - 2] == '\n');
}

/* Whether the newline before a marker is ours too. */
static bool is_lent(struct scfg_span text, size_t start)
{
	return scfg_marker_before(text.at, start) > strlen(SCFG_MARKER "\n");
}

/*
 * Writes the text without our sections for a path. Only lines of commands are cut: comments that
 * others put between them stay.
 */
static int strip(struct scfg_span text, const char *path, struct scfg_buf *ret)
{
	struct scfg_uci_reader reader = scfg_uci_begin(text);
	struct scfg_uci_section section;
	size_t done = 0;
	size_t lent = 0;

	scfg_buf_adds(ret, "");
	while (scfg_uci_next_section(&reader, &section)) {
		struct scfg_uci uci = {.text = text, .at = section.start};
		struct scfg_uci_command command;

		if (!owns(&section, path))
			continue;
		scfg_buf_add(ret, text.at + done,
			     section.start - before_section(text, section.start) - done);
		if (is_lent(text, section.start))
			lent = ret->len;
		done = section.start;
		while (scfg_uci_next(&uci, &command) &&
		       (command.start == section.start || command.verb != SCFG_UCI_CONFIG)) {
			scfg_buf_add(ret, text.at + done, command.start - done);
			done = command.end;
		}
	}
	scfg_buf_add(ret, text.at + done, text.len - done);
	if (!ret->failed && lent >= 2 && lent == ret->len && ret->data[lent - 2] != '\n') {
		ret->len--;
		ret->data[ret->len] = '\0';
	}
	return ret->failed ? -ENOMEM : 0;
}

/* A priority as we write it; -1 for none and for any other. */
static int priority_of(struct scfg_span word)
{
	struct scfg_span digits = word;
	uint64_t value = 0;
	char quote = '\0';
	char c;
	size_t count = 0;

	for (; scfg_uci_byte(&digits, &quote, &c); count++) {
		if (c < '0' || c > '9' || (count > 0 && value == 0))
			return -1;
		value = value * 10 + (uint64_t)(c - '0');
		if (value > SCFG_PRIORITY_MAX)
			return -1;
	}
	return count > 0 ? (int)value : -1;
}

static bool is_right(const struct scfg_uci_section *section, const struct scfg_boot_want *want)
{
	bool none = section->priority.len == 0;

	return !section->others && section->uuid.len == 0 && section->label.len == 0 &&
	       scfg_uci_is(section->enabled, "1") &&
	       (want->priority < 0 ? none : priority_of(section->priority) == want->priority);
}

/* Whether there is one section of ours for the area, and it says what is wanted. */
static bool has_right(struct scfg_span text, const struct scfg_boot_want *want)
{
	struct scfg_uci_reader reader = scfg_uci_begin(text);
	struct scfg_uci_section section;
	bool right = false;
	size_t count = 0;

	while (scfg_uci_next_section(&reader, &section)) {
		if (!owns(&section, want->path))
			continue;
		right = is_right(&section, want);
		count++;
	}
	return right && count == 1;
}

/* Whether the last part of a word is a name. */
static bool ends_in(struct scfg_span word, const char *name, bool part)
{
	const char *rest = name;
	char quote = '\0';
	bool same = true;
	char c;

	while (scfg_uci_byte(&word, &quote, &c)) {
		if (part && c == '/') {
			rest = name;
			same = true;
		} else {
			same = same && *rest && *rest++ == c;
		}
	}
	return same && *rest == '\0';
}

/* Whether block would know a section by the same name as an area. */
static bool is_taken(const struct scfg_uci_section *section, const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	if ((!section->swap && !section->mount) || section->disabled)
		return false;
	if (section->uuid.len > 0)
		return ends_in(section->uuid, name, false);
	if (section->label.len > 0)
		return ends_in(section->label, name, false);
	return !(section->swap && scfg_uci_is(section->device, path)) && section->device.len > 0 &&
	       ends_in(section->device, name, true);
}

/* The lowest number that no section has; -EINVAL where the area has no place. */
static int find_number(struct scfg_span text, const char *path)
{
	char name[sizeof(SCFG_UCI_PREFIX) + 10];

	for (int number = 0;; number++) {
		struct scfg_uci_reader reader = scfg_uci_begin(text);
		struct scfg_uci_section section;
		bool found = false;

		snprintf(name, sizeof(name), SCFG_UCI_PREFIX "%d", number);
		while (!found && scfg_uci_next_section(&reader, &section)) {
			if (is_taken(&section, path))
				return -EINVAL;
			found = scfg_uci_is(section.name, name);
		}
		if (!found)
			return number;
	}
}

static void add_section(const struct scfg_boot_want *want, int number, struct scfg_buf *ret)
{
	bool newline = ret->len == 0 || ret->data[ret->len - 1] == '\n';

	scfg_buf_adds(ret, newline ? SCFG_MARKER "\n" : "\n" SCFG_MARKER_NO_NEWLINE "\n");
	scfg_buf_addf(ret, "config swap '" SCFG_UCI_PREFIX "%d'\n\toption device '", number);
	for (const char *at = want->path; *at; at++) {
		if (*at == '\'')
			scfg_buf_adds(ret, "'\\''");
		else
			scfg_buf_add(ret, at, 1);
	}
	scfg_buf_adds(ret, "'\n");
	if (want->priority >= 0)
		scfg_buf_addf(ret, "\toption priority '%d'\n", want->priority);
	scfg_buf_adds(ret, "\toption enabled '1'\n");
}

/* Any byte in quotes, but what uci refuses in a value or would end the line. */
static bool can_quote(const char *path)
{
	size_t len = strlen(path);

	if (path[0] != '/' || path[len - 1] == '/')
		return false;
	for (; *path; path++) {
		if ((unsigned char)*path < 0x20 || *path == 0x7f)
			return false;
	}
	return true;
}

/* A backslash would join to the last line what is written behind it. */
static bool is_open(struct scfg_span text)
{
	if (text.len > 0 && text.at[text.len - 1] == '\r')
		text.len--;
	return text.len > 0 && text.at[text.len - 1] == '\\';
}

static int persist(const char *text, size_t len, const struct scfg_boot_want *want,
		   struct scfg_buf *ret)
{
	struct scfg_span all = {text, len};
	int number = 0;
	int r;

	if (!can_quote(want->path) || want->priority > SCFG_PRIORITY_MAX ||
	    !scfg_uci_is_readable(all) || is_open(all))
		return -EINVAL;
	if (has_right(all, want)) {
		scfg_buf_add(ret, text, len);
		return ret->failed ? -ENOMEM : 0;
	}
	r = strip(all, want->path, ret);
	if (r == 0)
		r = number = find_number((struct scfg_span){ret->data, ret->len}, want->path);
	if (r >= 0) {
		add_section(want, number, ret);
		r = ret->failed ? -ENOMEM : 0;
	}
	if (r < 0)
		scfg_buf_free(ret);
	return r;
}

static int forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	struct scfg_span all = {text, len};
	int r = scfg_uci_is_readable(all) ? strip(all, path, ret) : -EINVAL;

	if (r < 0)
		scfg_buf_free(ret);
	return r;
}

/* What block finds the area by: its file, its device, or else what its header says. */
static void add_source(const struct scfg_uci_section *section, struct scfg_boot_line *found,
		       struct scfg_buf *buf)
{
	struct scfg_span word = section->device;

	scfg_buf_adds(buf, "");
	if (word.len > 0) {
		scfg_uci_add(word, buf);
		if (buf->len == 0 || memchr(buf->data, '/', buf->len))
			return;
		buf->len = 0;
		scfg_buf_adds(buf, "/dev/");
	} else {
		found->by_tag = true;
		word = section->uuid.len > 0 ? section->uuid : section->label;
		scfg_buf_adds(buf, section->uuid.len > 0 ? "UUID=" : "LABEL=");
	}
	scfg_uci_add(word, buf);
}

static int scan_section(const struct scfg_uci_section *section, struct scfg_boot_lines *ret)
{
	struct scfg_boot_line found = {
		.owner = section->ours ? SCFG_OWNER_OURS : SCFG_OWNER_FOREIGN,
		.line = section->line,
		.priority = priority_of(section->priority),
	};
	struct scfg_buf source = {0};
	int err = 0;

	if (!section->swap || section->disabled ||
	    section->device.len + section->uuid.len + section->label.len == 0)
		return 0;
	add_source(section, &found, &source);
	if (source.failed)
		err = -ENOMEM;
	else
		err = scfg_boot_lines_add(ret, &found, (struct scfg_span){source.data, source.len});
	scfg_buf_free(&source);
	return err;
}

static int scan(const char *text, size_t len, struct scfg_boot_lines *ret)
{
	struct scfg_span all = {text, len};
	struct scfg_uci_reader reader;
	struct scfg_uci_section section;
	int err = 0;

	*ret = (struct scfg_boot_lines){0};
	if (!scfg_uci_is_readable(all))
		return 0;
	reader = scfg_uci_begin(all);
	while (!err && scfg_uci_next_section(&reader, &section))
		err = scan_section(&section, ret);
	if (err)
		scfg_boot_lines_free(ret);
	return err;
}

const struct scfg_boot_text scfg_uci_text = {can_quote, scan, persist, forget};

static const char *lost(const struct scfg_boot_want *want)
{
	if (want->discard_once || want->discard_pages)
		return "OpenWrt's /etc/config/fstab cannot say how to discard; after a reboot the "
		       "area comes back without it";
	if (want->priority == 0)
		return "OpenWrt takes priority 0 in /etc/config/fstab for none; use a higher one";
	return NULL;
}

static const char *fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			 enum swapcfg_reason *reason)
{
	(void)file;
	(void)reason;
	if (survey->boot.init != SCFG_INIT_PROCD)
		return "this system is not OpenWrt";
	return survey->boot.reads_uci
		       ? NULL
		       : "the program block, which reads /etc/config/fstab, is not there; install "
			 "block-mount";
}

const struct scfg_boot_kind scfg_boot_uci = {
	.kind = SWAPCFG_BOOT_UCI,
	.text = &scfg_uci_text,
	.reader = SCFG_READER_OWN,
	.lost = lost,
	.file = "/etc/config/fstab",
	.mode = 0644,
	.fault = fault,
};
