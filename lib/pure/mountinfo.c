/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pure/procfs.h"
#include "pure/span.h"

/* A line taken apart but not copied: the strings still have their escapes. */
struct line {
	int id;
	unsigned int major, minor;
	struct scfg_span root, point, options, type, source, super;
};

/* One space stands between two columns, so that a source may be empty. */
static bool next_column(struct scfg_span *line, struct scfg_span *ret)
{
	return scfg_span_cut(line, ' ', ret);
}

static bool parse_number(struct scfg_span s, unsigned int *ret)
{
	uint64_t value;

	if (!scfg_span_decimal(s, INT_MAX, &value))
		return false;
	*ret = (unsigned int)value;
	return true;
}

static bool parse_device(struct scfg_span s, struct line *line)
{
	struct scfg_span number;

	return scfg_span_cut(&s, ':', &number) && parse_number(number, &line->major) && s.at &&
	       parse_number(s, &line->minor);
}

static bool parse_line(struct scfg_span text, struct line *line)
{
	struct scfg_span id, skipped, device;
	unsigned int number;

	if (!next_column(&text, &id) || !parse_number(id, &number) ||
	    !next_column(&text, &skipped) || !next_column(&text, &device) ||
	    !parse_device(device, line) || !next_column(&text, &line->root) ||
	    !next_column(&text, &line->point) || !next_column(&text, &line->options))
		return false;
	line->id = (int)number;
	/* Any number of optional fields, then a hyphen. */
	do {
		if (!next_column(&text, &skipped))
			return false;
	} while (!scfg_span_is(skipped, "-"));
	return next_column(&text, &line->type) && next_column(&text, &line->source) &&
	       next_column(&text, &line->super);
}

/* 0 with a line, -ENOENT at the end, -EINVAL. */
static int next_line(struct scfg_span *text, struct line *line)
{
	struct scfg_span bytes;

	if (text->len == 0)
		return -ENOENT;
	scfg_span_cut(text, '\n', &bytes);
	if (memchr(bytes.at, '\0', bytes.len) || !parse_line(bytes, line))
		return -EINVAL;
	return 0;
}

static bool has_ro(struct scfg_span options)
{
	struct scfg_span option;

	while (scfg_span_cut(&options, ',', &option))
		if (scfg_span_is(option, "ro"))
			return true;
	return false;
}

static int copy_line(const struct line *line, struct scfg_mount *ret)
{
	struct scfg_mount mount = {
		.id = line->id,
		.major = line->major,
		.minor = line->minor,
		.root = scfg_span_unescape(line->root),
		.point = scfg_span_unescape(line->point),
		.type = scfg_span_unescape(line->type),
		.source = scfg_span_unescape(line->source),
		.super = scfg_span_unescape(line->super),
		.read_only = has_ro(line->options) || has_ro(line->super),
	};

	if (!mount.root || !mount.point || !mount.type || !mount.source || !mount.super) {
		scfg_mount_free(&mount);
		return -ENOMEM;
	}
	*ret = mount;
	return 0;
}

int scfg_mountinfo_by_type(const char *text, size_t len, const char *type, struct scfg_mount *ret)
{
	struct scfg_span rest = {text, len};
	struct line line;
	int r;

	while ((r = next_line(&rest, &line)) == 0)
		if (scfg_span_is(line.type, type) && scfg_span_is(line.root, "/"))
			return copy_line(&line, ret);
	return r;
}

size_t scfg_mount_holds(struct scfg_span point, const char *path)
{
	size_t n = 0;

	while (point.len > 0) {
		if (path[n] == '\0' || scfg_span_take_byte(&point) != path[n])
			return 0;
		n++;
	}
	/* To the kernel, the root is the only mount point that ends in a slash. */
	if (n > 0 && (path[n] == '\0' || path[n] == '/' || path[n - 1] == '/'))
		return n;
	return 0;
}

int scfg_mountinfo_by_path(const char *text, size_t len, const char *path, struct scfg_mount *ret)
{
	struct scfg_span rest = {text, len};
	struct line line, best = {0};
	size_t longest = 0;
	int r;

	if (path[0] != '/')
		return -EINVAL;
	while ((r = next_line(&rest, &line)) == 0) {
		size_t n = scfg_mount_holds(line.point, path);

		/* A later mount on the same point covers the earlier one. */
		if (n > 0 && n >= longest) {
			longest = n;
			best = line;
		}
	}
	if (r != -ENOENT || longest == 0)
		return r;
	return copy_line(&best, ret);
}

void scfg_mount_free(struct scfg_mount *mount)
{
	free(mount->root);
	free(mount->point);
	free(mount->type);
	free(mount->source);
	free(mount->super);
	*mount = (struct scfg_mount){0};
}
