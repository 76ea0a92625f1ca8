/* SPDX-License-Identifier: MIT */
/*
 * Disks that the USB gadget offers to another computer. The kernel keeps no watch over them: that
 * computer may write to a mounted file system, or into an active swap file (seen on 5.10 and 6.18).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "survey.h"

#define GADGETS "/sys/kernel/config/usb_gadget"

/* The search goes gadget / functions / mass_storage.* / lun.* / file. */
struct search {
	const struct swapcfg_ctx *ctx;
	const struct stat *st; /* of the area, or of the directory that it is to lie in */
	char path[512];
	int level;
	char *found;
};

static const char *const prefixes[] = {"", "mass_storage.", "lun."};
static const char *const below[] = {"/functions", "", ""};

/* The number that a "dev" file of sysfs holds, "major:minor"; 0 where it holds none. */
static dev_t read_dev(const struct swapcfg_ctx *ctx, const char *path, int *err)
{
	unsigned int number[2] = {0, 0};
	size_t which = 0;
	char *text;
	size_t len;

	int r = scfg_read_file(ctx, path, 64, &text, &len);

	scfg_note_failure(r, err);
	if (r < 0)
		return 0;
	for (const char *at = text; *at && which < 2; at++) {
		if (*at >= '0' && *at <= '9')
			number[which] = number[which] * 10 + (unsigned int)(*at - '0');
		else
			which++;
	}
	free(text);
	return makedev(number[0], number[1]);
}

/* The disk that a partition belongs to; the device itself if it is no partition. */
static dev_t disk_of(const struct swapcfg_ctx *ctx, dev_t dev, int *err)
{
	char path[64];
	dev_t disk;
	int fd;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(dev), minor(dev));
	fd = scfg_open(ctx, path, O_PATH);
	scfg_note_failure(fd, err);
	if (fd < 0)
		return dev;
	ctx->sys->close(fd);
	/* A partition's directory lies in its disk's. */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", major(dev), minor(dev));
	disk = read_dev(ctx, path, err);
	return disk ? disk : dev;
}

/* Whether the file that a lun offers is, or holds, or lies under the area: 1, 0 or a failure. */
static int offers(const struct search *search, const char *file)
{
	const struct swapcfg_ctx *ctx = search->ctx;
	const struct stat *area = search->st;
	dev_t area_dev = S_ISBLK(area->st_mode) ? area->st_rdev : area->st_dev;
	struct stat st;
	int fd = scfg_open(ctx, file, O_PATH);
	int r = fd < 0 ? fd : ctx->sys->fstat(fd, &st);
	int err = 0;
	bool same;

	ctx->sys->close(fd);
	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	if (!S_ISBLK(st.st_mode))
		return st.st_dev == area->st_dev && st.st_ino == area->st_ino;
	same = st.st_rdev == area_dev || st.st_rdev == disk_of(ctx, area_dev, &err) ||
	       disk_of(ctx, st.st_rdev, &err) == area_dev;
	return err ? err : same;
}

static int look_at_lun(struct search *search)
{
	size_t len = strlen(search->path);
	char *file = NULL;
	size_t file_len;
	int err = 0;
	int r;

	if (len + sizeof("/file") > sizeof(search->path))
		return 0;
	memcpy(search->path + len, "/file", sizeof("/file"));
	r = scfg_read_file(search->ctx, search->path, PATH_MAX, &file, &file_len);
	search->path[len] = '\0';
	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	file[strcspn(file, "\n")] = '\0';
	r = file[0] == '/' ? offers(search, file) : 0;
	if (r > 0)
		search->found = file;
	else
		free(file);
	return r;
}

static int descend(const char *name, void *data)
{
	struct search *search = data;
	size_t len = strlen(search->path);
	int level = search->level;
	int fd;
	int r;

	if (strncmp(name, prefixes[level], strlen(prefixes[level])) != 0)
		return 0;
	r = snprintf(search->path + len, sizeof(search->path) - len, "/%s%s", name, below[level]);
	if (r < 0 || (size_t)r >= sizeof(search->path) - len) {
		search->path[len] = '\0';
		return 0;
	}
	if (level == 2) {
		r = look_at_lun(search);
	} else {
		r = 0;
		fd = scfg_open(search->ctx, search->path, O_RDONLY | O_DIRECTORY);
		scfg_note_failure(fd, &r);
		search->level++;
		if (fd >= 0)
			r = scfg_list_dir(search->ctx, fd, descend, search);
		search->level--;
		search->ctx->sys->close(fd);
	}
	search->path[len] = '\0';
	return r;
}

int scfg_export_find(const struct swapcfg_ctx *ctx, const struct stat *st, char **ret)
{
	struct search search = {.ctx = ctx, .st = st, .path = GADGETS};
	int fd = scfg_open(ctx, GADGETS, O_RDONLY | O_DIRECTORY);
	int err = 0;
	int r;

	*ret = NULL;
	scfg_note_failure(fd, &err);
	if (fd < 0)
		return err;
	r = scfg_list_dir(ctx, fd, descend, &search);
	ctx->sys->close(fd);
	*ret = search.found;
	return r < 0 ? r : 0;
}
