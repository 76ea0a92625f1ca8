/* SPDX-License-Identifier: MIT */
/* Which disks, devices and files something lies on. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "export.h"
#include "survey.h"

#define DEVICES	  "/sys/dev/block"
#define LOOP	  "loop/backing_file"
#define DELETED	  " (deleted)"
#define DEPTH_MAX 8 /* more layers than anybody builds; it ends a circle as well */

struct search {
	const struct swapcfg_ctx *ctx;
	const struct stat *under; /* what is looked for */
	unsigned int depth;
};

static int look(struct search *search, const char *path, const struct stat *st);

static int stat_of(const struct swapcfg_ctx *ctx, const char *path, struct stat *ret)
{
	int fd = scfg_open(ctx, path, O_PATH);
	int r = fd < 0 ? fd : ctx->sys->fstat(fd, ret);

	ctx->sys->close(fd);
	return r;
}

int scfg_stat_shown(const struct swapcfg_ctx *ctx, char *path, struct stat *ret)
{
	size_t mark = sizeof(DELETED) - 1;
	size_t len = strlen(path);
	int r = stat_of(ctx, path, ret);

	if (r != -ENOENT || len <= mark || strcmp(path + len - mark, DELETED) != 0)
		return r;
	/* A new node is the same device; a new file of the same name is another file. */
	path[len - mark] = '\0';
	r = stat_of(ctx, path, ret);
	if (r == 0 && S_ISBLK(ret->st_mode))
		return 0;
	path[len - mark] = DELETED[0];
	return r < 0 ? r : -ENOENT;
}

static int look_at_device(struct search *search, dev_t dev)
{
	const struct stat st = {.st_mode = S_IFBLK, .st_rdev = dev};

	return look(search, NULL, &st);
}

/* The device whose "dev" file of sysfs it is, "major:minor". */
static int look_at_dev_file(struct search *search, const char *path)
{
	unsigned int number[2] = {0, 0};
	size_t which = 0;
	char *text;
	size_t len;
	int err = 0;
	int r = scfg_read_file(search->ctx, path, 64, &text, &len);

	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	for (const char *at = text; *at && which < 2; at++) {
		if (*at >= '0' && *at <= '9')
			number[which] = number[which] * 10 + (unsigned int)(*at - '0');
		else
			which++;
	}
	free(text);
	return look_at_device(search, makedev(number[0], number[1]));
}

/* The disk of a partition. */
static int look_at_disk(struct search *search, const char *device)
{
	char path[96];
	int err = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/partition", device);
	fd = scfg_open(search->ctx, path, O_PATH);
	scfg_note_failure(fd, &err);
	if (fd < 0)
		return err;
	search->ctx->sys->close(fd);
	/* A partition's directory lies in its disk's. */
	snprintf(path, sizeof(path), "%s/../dev", device);
	return look_at_dev_file(search, path);
}

/* The file or device that an attribute names, NULL for none: 0 or a failure. */
static int read_name(const struct swapcfg_ctx *ctx, const char *device, const char *attribute,
		     char **ret, struct stat *ret_st)
{
	char path[96];
	char *file;
	size_t len;
	int err = 0;
	int r;

	*ret = NULL;
	snprintf(path, sizeof(path), "%s/%s", device, attribute);
	r = scfg_read_file(ctx, path, PATH_MAX, &file, &len);
	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	scfg_cut_newline(file, len);
	r = file[0] == '/' ? scfg_stat_shown(ctx, file, ret_st) : -ENOENT;
	scfg_note_failure(r, &err);
	if (r == 0)
		*ret = file;
	else
		free(file);
	return err;
}

static int look_behind(struct search *search, const char *device, const char *attribute)
{
	struct stat st;
	char *file;
	int r = read_name(search->ctx, device, attribute, &file, &st);

	if (!file)
		return r;
	r = look(search, file, &st);
	free(file);
	return r;
}

static void name_device(char path[64], dev_t dev)
{
	snprintf(path, 64, DEVICES "/%u:%u", major(dev), minor(dev));
}

int scfg_loop_behind(const struct swapcfg_ctx *ctx, const struct stat *st, char **ret,
		     struct stat *ret_st)
{
	char device[64];

	*ret = NULL;
	if (!S_ISBLK(st->st_mode))
		return 0;
	name_device(device, st->st_rdev);
	return read_name(ctx, device, LOOP, ret, ret_st);
}

struct slaves {
	struct search *search;
	const char *path;
};

static int look_at_slave(const char *name, void *data)
{
	const struct slaves *slaves = data;
	char path[96 + NAME_MAX + sizeof("/dev")];

	snprintf(path, sizeof(path), "%s/%s/dev", slaves->path, name);
	return look_at_dev_file(slaves->search, path);
}

/* The devices that one of the device mapper, and its like, is made of. */
static int look_at_slaves(struct search *search, const char *device)
{
	char path[96];
	struct slaves slaves = {search, path};
	int err = 0;
	int fd;
	int r;

	snprintf(path, sizeof(path), "%s/slaves", device);
	fd = scfg_open(search->ctx, path, O_RDONLY | O_DIRECTORY);
	scfg_note_failure(fd, &err);
	if (fd < 0)
		return err;
	r = scfg_list_dir(search->ctx, fd, look_at_slave, &slaves);
	search->ctx->sys->close(fd);
	return r;
}

static int look_below_device(struct search *search, dev_t dev)
{
	char device[64];
	int r;

	name_device(device, dev);
	r = look_at_disk(search, device);
	if (r == 0)
		r = look_behind(search, device, LOOP);
	if (r == 0)
		r = look_behind(search, device, "backing_dev"); /* zram's */
	return r ? r : look_at_slaves(search, device);
}

/* A file system that shows a number of its own for its files, as btrfs does. */
static int look_at_mount(struct search *search, const char *path)
{
	const struct swapcfg_ctx *ctx = search->ctx;
	struct scfg_mount mount = {0};
	struct scfg_site site;
	struct stat st;
	char *text = NULL;
	size_t len;
	int err = 0;
	int r = scfg_site_find(ctx, path, true, &site);

	if (r == 0)
		r = scfg_mountinfo_read(ctx, &text, &len);
	if (r == 0)
		r = scfg_mountinfo_by_path(text, len, site.path, &mount);
	if (r == 0)
		r = mount.source[0] == '/' ? stat_of(ctx, mount.source, &st) : -ENOENT;
	scfg_note_failure(r, &err);
	scfg_site_close(ctx, &site);
	scfg_mount_free(&mount);
	free(text);
	return r == 0 && S_ISBLK(st.st_mode) ? look_at_device(search, st.st_rdev) : err;
}

static int look(struct search *search, const char *path, const struct stat *st)
{
	const struct stat *under = search->under;
	int r;

	if (S_ISBLK(st->st_mode) && S_ISBLK(under->st_mode) && st->st_rdev == under->st_rdev)
		return 1;
	if (S_ISREG(st->st_mode) && S_ISREG(under->st_mode) && st->st_dev == under->st_dev &&
	    st->st_ino == under->st_ino)
		return 1;
	if (search->depth == DEPTH_MAX)
		return 0;
	search->depth++;
	if (S_ISBLK(st->st_mode))
		r = look_below_device(search, st->st_rdev);
	else if (major(st->st_dev))
		r = look_at_device(search, st->st_dev);
	else
		r = look_at_mount(search, path);
	search->depth--;
	return r;
}

int scfg_lies_on(const struct swapcfg_ctx *ctx, const char *path, const struct stat *st,
		 const struct stat *under)
{
	struct search search = {.ctx = ctx, .under = under};

	return look(&search, path, st);
}
