/* SPDX-License-Identifier: MIT */
/*
 * What a run that was killed left beside a boot file: the new text, or its beginning, under the
 * temporary name. It is ours beyond doubt only if it has nothing but entries of ours that the boot
 * file does not have as well, so that nothing is lost with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/boot.h"
#include "boot/text_lines.h"
#include "root.h"

#define TEMP_NAME ".%.200s.swapcfg-new"

void scfg_boot_temp_name(const char *name, char ret[NAME_MAX + 1])
{
	snprintf(ret, NAME_MAX + 1, TEMP_NAME, name);
}

/* The path of the first entry that forgetting would take away; NULL for none. */
static const char *first_of_ours(const struct scfg_boot_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		if (lines->lines[i].owner != SCFG_OWNER_FOREIGN && !lines->lines[i].by_tag)
			return lines->lines[i].path;
	}
	return NULL;
}

/* Takes one area's entries out of a text: 1, 0 where there are none of ours, or why not. */
static int forget_one(const struct scfg_boot_text *ops, struct scfg_buf *text)
{
	struct scfg_boot_lines lines;
	struct scfg_buf less = {0};
	const char *path;
	int r = ops->scan(text->data, text->len, &lines);

	if (r < 0)
		return r;
	path = first_of_ours(&lines);
	if (path)
		r = ops->forget(text->data, text->len, path, &less);
	scfg_boot_lines_free(&lines);
	if (!path || r < 0 || less.failed) {
		scfg_buf_free(&less);
		return less.failed ? -ENOMEM : r;
	}
	/* Shorter with each entry, so that this ends. */
	r = less.len < text->len;
	scfg_buf_free(text);
	*text = less;
	return r;
}

/* A text without any entry of ours: 0 or why not. */
static int make_bare(const struct scfg_boot_text *ops, const char *data, size_t len,
		     struct scfg_buf *ret)
{
	int r = 1;

	scfg_buf_adds(ret, "");
	scfg_buf_add(ret, data, len);
	if (ret->failed)
		return -ENOMEM;
	while (r > 0)
		r = forget_one(ops, ret);
	return r;
}

/* Whether a text begins with all of another one. */
static bool begins_with(struct scfg_span text, struct scfg_span with)
{
	return with.len <= text.len && (!with.len || memcmp(text.at, with.at, with.len) == 0);
}

/*
 * The same of a text that was not written to its end: the whole lines that it has are the boot
 * file's first ones, and the rest is the beginning of the next, or of an entry of ours. 1, 0 or why
 * it cannot be told.
 */
static int is_beginning(const struct scfg_boot_text *ops, struct scfg_span text,
			struct scfg_span here)
{
	struct scfg_span marker = {SCFG_MARKER, strlen(SCFG_MARKER)};
	struct scfg_buf whole = {0};
	struct scfg_span rest;
	size_t end = text.len;
	size_t marked;
	int r;

	while (end > 0 && text.at[end - 1] != '\n')
		end--;
	rest = scfg_span_skip(text, end);
	marked = scfg_marker_before(text.at, end);
	r = make_bare(ops, text.at, end - marked, &whole);
	if (r == 0)
		r = begins_with(here, (struct scfg_span){whole.data, whole.len}) &&
		    (marked || begins_with(marker, rest) ||
		     begins_with(scfg_span_skip(here, whole.len), rest));
	scfg_buf_free(&whole);
	return r;
}

/* 1, 0 or why it cannot be told. */
static int is_ours(const struct scfg_boot_file *file, const char *data, size_t len)
{
	const struct scfg_boot_text *ops = file->kind->text;
	struct scfg_buf left = {0};
	struct scfg_buf here = {0};
	int r;

	/* What a power cut leaves of a new file: no bytes, or none that were written. */
	if (scfg_is_zeros(data, len))
		return 1;
	r = make_bare(ops, data, len, &left);
	if (r == 0)
		r = make_bare(ops, file->data ? file->data : "", file->len, &here);
	if (r == 0 && (left.len != here.len || memcmp(left.data, here.data, left.len) != 0))
		r = is_beginning(ops, (struct scfg_span){data, len},
				 (struct scfg_span){here.data, here.len});
	else if (r == 0)
		r = 1;
	scfg_buf_free(&left);
	scfg_buf_free(&here);
	/* A text of no such kind is not ours. */
	return r == -EINVAL ? 0 : r;
}

static int judge(const struct swapcfg_ctx *ctx, int dirfd, int fd, struct scfg_boot_file *file)
{
	struct statfs statfs = {0};
	struct stat owner;
	char *data;
	size_t len;
	int r = ctx->sys->fstat(fd, &file->left_st);

	if (r == 0)
		r = ctx->sys->fstatfs(dirfd, &statfs);
	/* Where nothing can be deleted, it is in nobody's way. */
	if (r < 0 || (statfs.f_flags & SCFG_STATFS_READ_ONLY))
		return r;
	owner = file->left_st;
	owner.st_mode &= ~(mode_t)077;
	if (!S_ISREG(owner.st_mode) || owner.st_nlink != 1 || scfg_others_write(ctx, &owner))
		return 0;
	r = scfg_read_fd(ctx, fd, SCFG_BOOT_FILE_MAX, &data, &len);
	if (r < 0)
		return r;
	r = is_ours(file, data, len);
	free(data);
	file->left_is_ours = r == 1;
	return r < 0 ? r : 0;
}

static char *path_beside(const struct scfg_site *site, const char *name)
{
	struct scfg_buf path = {0};

	scfg_buf_add(&path, site->path, (size_t)(site->name - site->path));
	scfg_buf_adds(&path, name);
	return scfg_buf_take(&path);
}

int scfg_boot_look_for_leftover(const struct swapcfg_ctx *ctx, const struct scfg_site *site,
				struct scfg_boot_file *file)
{
	char name[NAME_MAX + 1];
	int err = 0;
	int fd;

	scfg_boot_temp_name(site->name, name);
	fd = ctx->sys->openat(site->dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	if (fd == -ENOENT)
		return 0;
	scfg_note_failure(fd, &err);
	if (err)
		return err;
	file->left_path = path_beside(site, name);
	if (!file->left_path)
		err = -ENOMEM;
	else if (fd >= 0)
		scfg_note_failure(judge(ctx, site->dirfd, fd, file), &err);
	ctx->sys->close(fd);
	return err;
}

int scfg_boot_clean(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file)
{
	char name[NAME_MAX + 1];
	struct scfg_site site;
	struct stat now;
	int r = scfg_site_find(ctx, file->path, true, &site);

	if (r < 0)
		return r;
	scfg_boot_temp_name(site.name, name);
	r = ctx->sys->fstatat(site.dirfd, name, &now);
	if (r == 0 && (now.st_dev != file->left_st.st_dev || now.st_ino != file->left_st.st_ino))
		r = -ESTALE;
	if (r == 0)
		r = ctx->sys->unlinkat(site.dirfd, name);
	scfg_site_close(ctx, &site);
	return r;
}
