/* SPDX-License-Identifier: MIT */
/*
 * One writer at a time, over all processes. The kernel drops the lock when its holder ends, however
 * that ends. Readers take none.
 */
#include <errno.h>
#include <fcntl.h>

#include "root.h"
#include "txn.h"

#define LOCK_NAME "libswapcfg.lock"

/* Not a directory that anybody may open: then anybody could hold the lock. */
static int open_lock(const struct swapcfg_ctx *ctx)
{
	int run;
	int fd;

	/* An image gets no file of ours; whoever prepares it owns its root. */
	if (ctx->offline)
		return ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	run = scfg_open(ctx, "/run", O_PATH | O_DIRECTORY);
	if (run < 0)
		return ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	fd = ctx->sys->openat(run, LOCK_NAME, O_RDONLY | O_CREAT | O_NOFOLLOW, 0600);
	ctx->sys->close(run);
	/* A system without a writable /run is still one system: its root is what all share. */
	if (fd == -EROFS || fd == -ENOSPC || fd == -EACCES)
		fd = ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	return fd;
}

int scfg_lock_take(const struct swapcfg_ctx *ctx)
{
	int fd = open_lock(ctx);
	int r;

	if (fd < 0)
		return fd;
	r = ctx->sys->flock(fd);
	if (r < 0) {
		ctx->sys->close(fd);
		return r;
	}
	return fd;
}
