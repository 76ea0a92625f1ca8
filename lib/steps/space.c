/* SPDX-License-Identifier: MIT */
/*
 * Disk space without holes, by the cheapest way that the file system has: fallocate(2); growing,
 * where that allocates; zeros.
 */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "steps/steps.h"

/* Big enough for a card to write at full speed. */
#define CHUNK (1024u * 1024u)

/* How much may wait to be written at a time: a device of 128 MB cannot spare more. */
#define IN_FLIGHT (2u * CHUNK)
/* Growing writes zeros on some kernels; in pieces it has progress, can be cancelled and stays
 * small. */
#define GROW_STEP (2ull * 1024 * 1024)

static bool unsupported(int r)
{
	return r == -EOPNOTSUPP || r == -ENOSYS || r == -ENOTTY;
}

static int by_growing(const struct scfg_txn *txn, int fd, uint64_t from, uint64_t size)
{
	int r = 0;

	for (uint64_t at = from; r == 0 && at < size; at += GROW_STEP) {
		uint64_t to = size - at < GROW_STEP ? size : at + GROW_STEP;

		if (scfg_job_stop(txn->job))
			return -ECANCELED;
		r = txn->ctx->sys->ftruncate(fd, to);
		/* Only to keep what waits to be written small, so it need not succeed. */
		if (r == 0)
			txn->ctx->sys->flush(fd, at, to - at, true);
		scfg_job_progress(txn->job, to - from);
	}
	return r;
}

/* Starts writing back what was just written, and waits for what was written two chunks before. */
static int limit_dirty(const struct scfg_sys *sys, int fd, uint64_t at, uint64_t from)
{
	int r = sys->flush(fd, at, CHUNK, false);

	if (r == 0 && at >= from + IN_FLIGHT)
		r = sys->flush(fd, at - IN_FLIGHT, CHUNK, true);
	if (unsupported(r) || r == -EINVAL)
		r = at % (4u * CHUNK) == 0 ? sys->fsync(fd) : 0;
	return r;
}

static int write_zeros(const struct scfg_txn *txn, int fd, uint64_t from, uint64_t size,
		       const char *zeros)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	uint64_t at = from;
	int r = 0;

	while (r == 0 && at < size) {
		/* Aligned, whatever the old size was. */
		size_t left = CHUNK - (size_t)(at % CHUNK);
		int64_t put;

		if (scfg_job_stop(txn->job))
			return -ECANCELED;
		if (left > size - at)
			left = (size_t)(size - at);
		put = sys->pwrite(fd, zeros, left, at);
		if (put <= 0)
			return put < 0 ? (int)put : -EIO;
		at += (uint64_t)put;
		if (at % CHUNK == 0)
			r = limit_dirty(sys, fd, at - CHUNK, from);
		scfg_job_progress(txn->job, at - from);
	}
	return r;
}

static int by_zeros(const struct scfg_txn *txn, int fd, uint64_t from, uint64_t size)
{
	/* Only read, so that it stays the kernel's zero page and costs no memory. */
	char *zeros = calloc(1, CHUNK);
	int r = zeros ? write_zeros(txn, fd, from, size, zeros) : -ENOMEM;

	free(zeros);
	return r;
}

int scfg_space_take(const struct scfg_txn *txn, int fd, uint64_t from, uint64_t size)
{
	const struct scfg_fs *fs = txn->survey->fs;
	/* A file of f2fs that has blocks cannot be pinned again (6.12), and space behind unpinned
	 * ones gets no address until it is written to. */
	bool write_it = from > 0 && fs->unwritten_is_hole;
	int r = -EOPNOTSUPP;

	if (fs->road == SCFG_ROAD_FALLOCATE && !write_it)
		r = txn->ctx->sys->fallocate(fd, from, size - from);
	else if (fs->road == SCFG_ROAD_GROW)
		r = by_growing(txn, fd, from, size);
	if (unsupported(r))
		r = by_zeros(txn, fd, from, size);
	/*
	 * FAT and exFAT have no journal: a size on the disk before the clusters that it counts on
	 * is a damaged file (seen on 6.12 with a power cut in between: exFAT then turns itself
	 * read-only). Syncing the directory writes the tables, and not yet the file's own entry.
	 */
	if (r == 0 && fs->no_holes)
		r = txn->ctx->sys->fsync(txn->survey->place.dirfd);
	return r;
}

int scfg_space_prove(const struct scfg_txn *txn, const struct swapcfg_step *step, int fd)
{
	struct scfg_extents extents;
	int r = scfg_extents_find(txn->ctx->sys, txn->survey->fs, fd, step->bytes, &extents);

	if (r < 0)
		return scfg_txn_fail(txn, r, step, "cannot check the blocks");
	if (extents.holes)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_HOLES, step->path,
				 "%s: the file system left holes in the file; choose another path",
				 step->path);
	if (extents.shared)
		return scfg_fail(
			txn->reterr, 0, SWAPCFG_REASON_COPY_ON_WRITE, step->path,
			"%s: the file system shares or compresses the file's blocks; choose "
			"another path",
			step->path);
	return 0;
}
