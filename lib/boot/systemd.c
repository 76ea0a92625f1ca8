/* SPDX-License-Identifier: MIT */
/*
 * The swap unit of systemd: one file for one area, with a name made of its path.
 *
 * DefaultDependencies=no leaves swap.target unordered against the unit, so an area that does not
 * come holds up neither swap.target nor sysinit.target. What goes with the default, to be off
 * before its file system is unmounted, is written out. In every release from 247 on What= alone
 * implies Requires= and After= for the mounts above a file or for the device, and After= for the
 * root being made writable. Options=nofail would say nothing here: swap.target only wants the unit.
 *
 * Ours is a block, from the marker to its last line. A unit may have a section twice, so what
 * others add stands behind the block, and stays.
 */
#include <errno.h>
#include <string.h>

#include "boot/unit.h"
#include "pure/utf8.h"
#include "survey.h"

#define UNIT_NAME_MAX 255
#define SECTION_FIRST "[Unit]"
#define SECTION_LAST  "[Install]"
#define LAST	      "WantedBy=swap.target"

/* Our part of a text; end is 0 where there is none. */
struct block {
	size_t start;
	size_t end;
};

static struct block find_block(struct scfg_span text)
{
	struct block block = {0};
	struct scfg_line line = {0};

	while (scfg_line_next(text, &line)) {
		if (block.end == 0 && line.marked && scfg_span_is(line.span, SECTION_FIRST)) {
			block.start = line.start - scfg_marker_before(text.at, line.start);
			block.end = text.len;
		} else if (block.end > 0 && scfg_span_is(line.span, LAST)) {
			block.end = line.end;
			break;
		}
	}
	return block;
}

static bool is_for(const struct scfg_unit *unit, const char *path)
{
	return unit->line > 0 && strcmp(unit->what.data, path) == 0;
}

/* Finds our part for a path: 1, 0 or -ENOMEM. */
static int find_owned(struct scfg_span text, const char *path, struct block *ret)
{
	size_t done = 0;
	int r = 0;

	for (; r == 0; done = ret->end) {
		struct scfg_span rest = {text.at + done, text.len - done};
		struct scfg_unit unit = {0};

		*ret = find_block(rest);
		if (ret->end == 0)
			break;
		r = scfg_unit_read((struct scfg_span){rest.at + ret->start, ret->end - ret->start},
				   &unit);
		if (r == 0)
			r = is_for(&unit, path);
		scfg_unit_free(&unit);
		ret->start += done;
		ret->end += done;
	}
	return r;
}

/* Whether a part of ours holds a position. */
static bool is_in_block(struct scfg_span text, size_t at)
{
	struct block block = find_block(text);

	while (block.end > 0 && at >= block.end) {
		text = scfg_span_skip(text, block.end);
		at -= block.end;
		block = find_block(text);
	}
	return block.end > 0 && at >= block.start;
}

/* The text without our units for a path: 0, -EINVAL or -ENOMEM. */
static int strip(struct scfg_span text, const char *path, struct scfg_buf *ret)
{
	int r = 1;

	if (text.len > 0 && memchr(text.at, '\0', text.len))
		return -EINVAL;
	scfg_buf_adds(ret, "");
	scfg_buf_add(ret, text.at, text.len);
	/* Somebody may have put one behind the other. */
	while (r > 0) {
		struct scfg_span all = {ret->data, ret->len};
		struct scfg_buf bare = {0};
		struct block block;

		r = ret->failed ? -ENOMEM : find_owned(all, path, &block);
		if (r <= 0)
			break;
		scfg_buf_adds(&bare, "");
		scfg_unit_cut(all, block.start, block.end, &bare);
		scfg_buf_free(ret);
		*ret = bare;
	}
	if (r < 0)
		scfg_buf_free(ret);
	return r;
}

/* Whether our block may stand before a text: 0, -EINVAL or -ENOMEM. */
static int check_rest(const struct scfg_buf *rest)
{
	struct scfg_span text = {rest->data, rest->len};
	struct scfg_span first = scfg_unit_first(text);
	struct scfg_unit unit = {0};
	int r = scfg_unit_read(text, &unit);

	if (r == 0 && (unit.line > 0 || (first.len > 0 && !scfg_unit_is_header(first))))
		r = -EINVAL;
	scfg_unit_free(&unit);
	return r;
}

/* A path as a value: '%' begins a specifier. */
static void add_path(const char *path, struct scfg_buf *ret)
{
	for (; *path; path++)
		scfg_buf_add(ret, *path == '%' ? "%%" : path, *path == '%' ? 2 : 1);
}

static void add_block(const struct scfg_boot_want *want, struct scfg_buf *ret)
{
	scfg_buf_adds(ret, SCFG_MARKER "\n" SECTION_FIRST "\nDescription=Swap area ");
	add_path(want->path, ret);
	scfg_buf_adds(ret, "\nDocumentation=man:swapcfg(1)\n"
			   "DefaultDependencies=no\n"
			   "Conflicts=umount.target\n"
			   "Before=umount.target\n"
			   "\n"
			   "[Swap]\n"
			   "What=");
	add_path(want->path, ret);
	if (want->priority >= 0)
		scfg_buf_addf(ret, "\nPriority=%d", want->priority);
	if (want->discard_once && want->discard_pages)
		scfg_buf_adds(ret, "\nOptions=discard");
	else if (want->discard_once)
		scfg_buf_adds(ret, "\nOptions=discard=once");
	else if (want->discard_pages)
		scfg_buf_adds(ret, "\nOptions=discard=pages");
	scfg_buf_adds(ret, "\nTimeoutSec=90\n"
			   "\n" SECTION_LAST "\n" LAST "\n");
}

/* "..", which systemd makes no name of. */
static bool has_dots(const char *path)
{
	struct scfg_span rest = {path, strlen(path)};
	struct scfg_span part;

	while (scfg_span_cut(&rest, '/', &part)) {
		if (scfg_span_is(part, ".."))
			return true;
	}
	return false;
}

/* Bytes that a unit file carries as they are, and a path that systemd makes a name of. */
static bool can_quote(const char *path)
{
	const char *at = path;
	char last = '\0';

	while (*at) {
		int len = scfg_utf8_len(at);

		last = *at;
		if (len < 0 || (unsigned char)last < 0x20 || last == 0x7f)
			return false;
		at += len;
	}
	return path[0] == '/' && last != ' ' && last != '\\' && !has_dots(path) &&
	       scfg_systemd_name_length(path) <= UNIT_NAME_MAX;
}

static int persist(const char *text, size_t len, const struct scfg_boot_want *want,
		   struct scfg_buf *ret)
{
	struct scfg_buf rest = {0};
	int r;

	if (!can_quote(want->path) || want->priority > SCFG_PRIORITY_MAX)
		return -EINVAL;
	r = strip((struct scfg_span){text, len}, want->path, &rest);
	if (r == 0)
		r = check_rest(&rest);
	if (r == 0) {
		add_block(want, ret);
		scfg_buf_add(ret, rest.data, rest.len);
		r = ret->failed ? -ENOMEM : 0;
	}
	if (r < 0)
		scfg_buf_free(ret);
	scfg_buf_free(&rest);
	return r;
}

static int forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	return strip((struct scfg_span){text, len}, path, ret);
}

static int list(struct scfg_span text, const struct scfg_unit *unit, struct scfg_boot_lines *ret)
{
	struct scfg_boot_line found = {.priority = -1, .line = unit->line};
	bool noauto;

	if (unit->line == 0 || unit->what.len == 0)
		return 0;
	found.priority = unit->priority;
	scfg_boot_options((struct scfg_span){unit->options.data, unit->options.len}, &found,
			  &noauto);
	found.owner = is_in_block(text, unit->at) ? SCFG_OWNER_OURS : SCFG_OWNER_FOREIGN;
	return scfg_boot_lines_add(ret, &found,
				   (struct scfg_span){unit->what.data, unit->what.len});
}

static int scan(const char *text, size_t len, struct scfg_boot_lines *ret)
{
	struct scfg_span all = {text, len};
	struct scfg_unit unit = {0};
	int err;

	*ret = (struct scfg_boot_lines){0};
	if (len > 0 && memchr(text, '\0', len))
		return 0;
	err = scfg_unit_read(all, &unit);
	if (!err)
		err = list(all, &unit, ret);
	if (err)
		scfg_boot_lines_free(ret);
	scfg_unit_free(&unit);
	return err;
}

const struct scfg_boot_text scfg_systemd_text = {can_quote, scan, persist, forget};

static const char *fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			 enum swapcfg_reason *reason)
{
	(void)file;
	(void)reason;
	return survey->boot.init == SCFG_INIT_SYSTEMD ? NULL : "this system is not run by systemd";
}

static bool is_unit(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(".swap") && strcmp(name + len - strlen(".swap"), ".swap") == 0;
}

const struct scfg_boot_kind scfg_boot_systemd = {
	.kind = SWAPCFG_BOOT_SYSTEMD,
	.text = &scfg_systemd_text,
	.dir = "/etc/systemd/system",
	.is_file = is_unit,
	.name = scfg_systemd_name,
	.mode = 0644,
	.ours_alone = true,
	.wants = "/etc/systemd/system/swap.target.wants",
	.wants_target = "../",
	.wants_is_made = true,
	.fault = fault,
};
