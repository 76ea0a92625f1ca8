/* SPDX-License-Identifier: MIT */
/*
 * The link that enables a boot file: systemd reads a unit because of one in swap.target.wants,
 * OpenRC starts a service because of one in its runlevel. It is made after the file and goes before
 * it, so that it leads somewhere at every instant.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "boot/boot.h"
#include "root.h"

#define DIR_MODE 0755u

static const char *name_of(const struct scfg_boot_file *file)
{
	return strrchr(file->path, '/') + 1;
}

/* 1 if there is a link of that name, 0 if nothing is. */
static int look(const struct swapcfg_ctx *ctx, int dirfd, const char *name)
{
	struct stat st;
	int r = ctx->sys->fstatat(dirfd, name, &st);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return S_ISLNK(st.st_mode) ? 1 : -EEXIST;
}

int scfg_boot_look_at_link(const struct swapcfg_ctx *ctx, struct scfg_boot_file *file)
{
	int fd;
	int r;

	file->enabled = !file->kind->wants;
	if (!file->kind->wants)
		return 0;
	fd = scfg_open(ctx, file->kind->wants, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	file->has_wants = true;
	r = look(ctx, fd, name_of(file));
	ctx->sys->close(fd);
	file->enabled = r == 1;
	return r < 0 ? r : 0;
}

/* Makes the directory of the links, or deletes it if it is empty, as systemctl does. */
static int change_dir(const struct swapcfg_ctx *ctx, const char *path, bool make)
{
	struct scfg_site site;
	int r = scfg_site_find(ctx, path, true, &site);

	if (r < 0)
		return r;
	r = make ? ctx->sys->mkdirat(site.dirfd, site.name, DIR_MODE)
		 : ctx->sys->rmdirat(site.dirfd, site.name);
	if (r == 0)
		r = ctx->sys->fsync(site.dirfd);
	scfg_site_close(ctx, &site);
	return r == -EEXIST || r == -ENOTEMPTY || (r == -ENOENT && !make) ? 0 : r;
}

static int make_link(const struct swapcfg_ctx *ctx, int dirfd, const struct scfg_boot_file *file)
{
	struct scfg_buf target = {0};
	int r;

	scfg_buf_addf(&target, "%s%s", file->kind->wants_target, name_of(file));
	r = target.failed ? -ENOMEM : ctx->sys->symlinkat(target.data, dirfd, name_of(file));
	scfg_buf_free(&target);
	return r;
}

/* Makes or deletes the link, unless it is as it should be. */
static int change_link(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file, bool make)
{
	int fd = scfg_open(ctx, file->kind->wants, O_RDONLY | O_DIRECTORY);
	int r;

	if (fd < 0)
		return fd == -ENOENT && !make ? 0 : fd;
	r = look(ctx, fd, name_of(file));
	if (r >= 0 && r != make) {
		r = make ? make_link(ctx, fd, file) : ctx->sys->unlinkat(fd, name_of(file));
		if (r == 0)
			r = ctx->sys->fsync(fd);
	}
	ctx->sys->close(fd);
	return r < 0 ? r : 0;
}

int scfg_boot_enable(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file)
{
	int r = 0;

	if (!file->kind->wants)
		return 0;
	if (file->kind->wants_is_made)
		r = change_dir(ctx, file->kind->wants, true);
	return r < 0 ? r : change_link(ctx, file, true);
}

int scfg_boot_disable(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file,
		      bool keep_dir)
{
	int r;

	if (!file->kind->wants)
		return 0;
	r = change_link(ctx, file, false);
	if (r == 0 && file->kind->wants_is_made && !keep_dir)
		r = change_dir(ctx, file->kind->wants, false);
	return r;
}
