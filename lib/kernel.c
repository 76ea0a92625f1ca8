/* SPDX-License-Identifier: MIT */
/* What the running kernel says: active areas, mounts, memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "survey.h"

#define PROC_MAX      (1024u * 1024u)
#define MOUNTINFO_MAX (4u * 1024u * 1024u)

/* The kernel's mark for a deleted file may as well be the end of a name: then the file is there. */
static int resolve_deleted(const struct swapcfg_ctx *ctx, struct scfg_swap_row *row)
{
	static const char suffix[] = " (deleted)";
	size_t len = strlen(row->path);
	char *name;
	int fd;

	if (!row->deleted)
		return 0;
	name = malloc(len + sizeof(suffix));
	if (!name)
		return -ENOMEM;
	memcpy(name, row->path, len);
	memcpy(name + len, suffix, sizeof(suffix));
	fd = scfg_open(ctx, name, O_PATH);
	ctx->sys->close(fd);
	if (fd < 0) {
		int err = 0;

		scfg_note_failure(fd, &err);
		free(name);
		return err;
	}
	free(row->path);
	row->path = name;
	row->deleted = false;
	return 0;
}

int scfg_mountinfo_read(const struct swapcfg_ctx *ctx, char **ret, size_t *ret_len)
{
	return scfg_read_table(ctx, "/proc/self/mountinfo", MOUNTINFO_MAX, ret, ret_len);
}

int scfg_swaps_read(const struct swapcfg_ctx *ctx, struct scfg_swaps *ret)
{
	char *text;
	size_t len;
	int r = scfg_read_table(ctx, "/proc/swaps", PROC_MAX, &text, &len);

	if (r < 0)
		return r == -ENOENT ? -ENOSYS : r;
	r = scfg_swaps_parse(text, len, ret);
	free(text);
	for (size_t i = 0; r == 0 && i < ret->count; i++)
		r = resolve_deleted(ctx, &ret->rows[i]);
	if (r < 0 && r != -EINVAL)
		scfg_swaps_free(ret);
	return r == -EINVAL ? -EIO : r;
}

/* 1, 0, or why it cannot be told: an active area must not be taken for an inactive one. */
static int row_is(const struct swapcfg_ctx *ctx, const struct scfg_swap_row *row,
		  const struct stat *st)
{
	struct stat there;
	int err = 0;
	int fd;
	int r;

	if (row->deleted || row->is_file != (bool)S_ISREG(st->st_mode))
		return 0;
	fd = scfg_open(ctx, row->path, O_PATH);
	r = fd < 0 ? fd : ctx->sys->fstat(fd, &there);
	ctx->sys->close(fd);
	if (r < 0) {
		scfg_note_failure(r, &err);
		return err;
	}
	if (!row->is_file)
		return S_ISBLK(there.st_mode) && there.st_rdev == st->st_rdev;
	return there.st_dev == st->st_dev && there.st_ino == st->st_ino;
}

int scfg_swaps_match(const struct swapcfg_ctx *ctx, const struct scfg_swaps *swaps,
		     const struct stat *st, const struct scfg_swap_row **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < swaps->count; i++) {
		int r = row_is(ctx, &swaps->rows[i], st);

		if (r < 0)
			return r;
		if (r) {
			*ret = &swaps->rows[i];
			return 0;
		}
	}
	return 0;
}

int scfg_meminfo_read(const struct swapcfg_ctx *ctx, struct scfg_meminfo *ret)
{
	char *text;
	size_t len;
	int r = scfg_read_file(ctx, "/proc/meminfo", PROC_MAX, &text, &len);

	if (r < 0)
		return r;
	r = scfg_meminfo_parse(text, len, ret);
	free(text);
	return r < 0 ? -EIO : 0;
}

/* The numbers in a text, up to max of them; the others stay 0. */
static void read_numbers(const char *text, unsigned long long *ret, size_t max)
{
	bool inside = false;

	for (size_t which = 0; *text && which < max; text++) {
		bool digit = *text >= '0' && *text <= '9';

		if (digit)
			ret[which] = ret[which] * 10 + (unsigned long long)(*text - '0');
		else if (inside)
			which++;
		inside = digit;
	}
}

int scfg_in_user_namespace(const struct swapcfg_ctx *ctx, bool *ret)
{
	unsigned long long number[3] = {0, 0, 0};
	char *text;
	size_t len;
	int err = 0;
	int r = scfg_read_file(ctx, "/proc/self/uid_map", PROC_MAX, &text, &len);

	*ret = false;
	if (r < 0) {
		scfg_note_failure(r, &err);
		return err;
	}
	read_numbers(text, number, 3);
	free(text);
	/* The initial one maps all ids to themselves. */
	*ret = number[0] != 0 || number[1] != 0 || number[2] != UINT32_MAX;
	return 0;
}

int scfg_kernel_version(const struct swapcfg_ctx *ctx, unsigned int *ret)
{
	unsigned long long number[2] = {0, 0};
	char text[65];
	int r = ctx->sys->release(text, sizeof(text));

	*ret = 0;
	if (r < 0)
		return r;
	read_numbers(text, number, 2);
	*ret = (unsigned int)(number[0] * 256 + number[1]);
	return 0;
}
