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

/* Between two looks at a lock that somebody has: a kernel that waits itself cannot be told how
 * long, but by a signal, and those are the host's. */
#define PAUSE_MIN_US 1000u
#define PAUSE_MAX_US 50000u

/* Not a directory that anybody may open: then anybody could hold the lock. */
static int open_lock(const struct swapcfg_ctx *ctx)
{
	int run;
	int fd;

	/* An image gets no file of ours; whoever prepares it owns its root. */
	if (ctx->offline)
		return ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	run = scfg_open(ctx, "/run", O_PATH | O_DIRECTORY);
	if (run == -ENOENT || run == -ENOTDIR)
		return ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	if (run < 0)
		return run;
	fd = ctx->sys->openat(run, LOCK_NAME, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
	ctx->sys->close(run);
	/*
	 * A system without a writable /run is still one system: its root is what all share. A full
	 * one is another matter: the next writer may find space, and then both would have a lock.
	 */
	if (fd == -EROFS || fd == -EACCES)
		fd = ctx->sys->openat(ctx->rootfd, ".", O_RDONLY | O_DIRECTORY, 0);
	return fd;
}

/* 0, -EAGAIN after the time, -ECANCELED, or what the kernel says. */
static int wait_for(const struct swapcfg_ctx *ctx, int fd, uint32_t wait_ms,
		    struct swapcfg_job *job)
{
	const struct scfg_sys *sys = ctx->sys;
	uint64_t end = wait_ms ? sys->now_us() + (uint64_t)wait_ms * 1000 : 0;
	unsigned int pause = PAUSE_MIN_US;
	int r;

	while ((r = sys->flock(fd)) == -EAGAIN && end) {
		uint64_t now = sys->now_us();

		if (now >= end)
			break;
		if (scfg_job_stop(job))
			return -ECANCELED;
		scfg_job_tick(job);
		sys->sleep_us(end - now < pause ? (unsigned int)(end - now) : pause);
		pause = pause * 2 < PAUSE_MAX_US ? pause * 2 : PAUSE_MAX_US;
	}
	return r;
}

int scfg_lock_take(const struct swapcfg_ctx *ctx, uint32_t wait_ms, struct swapcfg_job *job)
{
	int fd = open_lock(ctx);
	int r;

	if (fd < 0)
		return fd;
	r = wait_for(ctx, fd, wait_ms, job);
	if (r < 0) {
		ctx->sys->close(fd);
		return r;
	}
	return fd;
}

void scfg_lock_drop(const struct swapcfg_ctx *ctx, int lock, bool child_is_lost)
{
	/* Closing is not enough: a child that the host forked meanwhile has the descriptor, too. */
	if (!child_is_lost)
		ctx->sys->unlock(lock);
	ctx->sys->close(lock);
}
