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

int scfg_boot_is_enabled(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file)
{
	int fd;
	int r;

	if (!file->kind->wants)
		return 1;
	fd = scfg_open(ctx, file->kind->wants, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = look(ctx, fd, name_of(file));
	ctx->sys->close(fd);
	return r;
}

/* Makes the directory of the links, or deletes it once it is empty, as systemctl does. */
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
	return r == -EEXIST || r == -ENOTEMPTY ? 0 : r;
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

int scfg_boot_enable(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file, bool on)
{
	const struct scfg_boot_kind *kind = file->kind;
	int fd;
	int r = scfg_boot_is_enabled(ctx, file);

	if (r < 0 || !kind->wants || r == on)
		return r < 0 ? r : 0;
	if (on && kind->wants_is_made)
		r = change_dir(ctx, kind->wants, true);
	if (r < 0)
		return r;
	fd = scfg_open(ctx, kind->wants, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	r = on ? make_link(ctx, fd, file) : ctx->sys->unlinkat(fd, name_of(file));
	if (r == 0)
		r = ctx->sys->fsync(fd);
	ctx->sys->close(fd);
	if (r == 0 && !on && kind->wants_is_made)
		r = change_dir(ctx, kind->wants, false);
	return r;
}
