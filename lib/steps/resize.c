/* SPDX-License-Identifier: MIT */
/*
 * RESIZE and PROTECT: changes to a file that is off and has a sound header. In place, and in an
 * order that leaves a sound area at every instant: space before the header that counts on it, the
 * header before space that it no longer counts on. The header's one changing field lies in one
 * sector.
 */
#include <errno.h>
#include <fcntl.h>

#include "error.h"
#include "steps/steps.h"

static int open_target(const struct scfg_txn *txn)
{
	return scfg_reopen(txn, txn->survey->place.name, &txn->survey->target.st, O_RDWR);
}

static int grow(const struct scfg_txn *txn, const struct swapcfg_step *step, int fd)
{
	const struct scfg_fs *fs = txn->survey->fs;
	/* Use of an area, up to swapoff(2), takes f2fs's pin off (seen on 5.10). */
	int r = fs->prepare ? fs->prepare(txn->ctx->sys, fd) : 0;

	if (r == 0)
		r = scfg_space_take(txn, fd, txn->survey->target.size, step->bytes);
	if (r == 0)
		r = txn->ctx->sys->fsync(fd);
	if (r == -ECANCELED)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_CANCELLED, step->path,
				 "%s: cancelled; it keeps its size", step->path);
	if (r < 0)
		return scfg_txn_fail(txn, r, step, "cannot take the disk space");
	r = scfg_space_prove(txn, step, fd);
	if (r < 0)
		return r;
	r = scfg_header_write(txn, fd, &txn->goal->header, 0);
	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot write the swap header") : 0;
}

static int shrink(const struct scfg_txn *txn, const struct swapcfg_step *step, int fd)
{
	int r = scfg_header_write(txn, fd, &txn->goal->header, 0);

	if (r == 0)
		r = txn->ctx->sys->ftruncate(fd, step->bytes);
	if (r == 0)
		r = txn->ctx->sys->fsync(fd);
	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot change its size") : 0;
}

/* From any point between: the same order again, towards the old size. */
static int restore(const struct scfg_txn *txn, int fd)
{
	const struct scfg_target *old = &txn->survey->target;
	const struct scfg_sys *sys = txn->ctx->sys;
	struct stat now;
	int r = sys->fstat(fd, &now);

	if (r == 0 && (uint64_t)now.st_size < old->size)
		r = scfg_space_take(txn, fd, (uint64_t)now.st_size, old->size);
	if (r == 0)
		r = scfg_header_write(txn, fd, &old->header, 0);
	if (r == 0 && (uint64_t)now.st_size > old->size)
		r = sys->ftruncate(fd, old->size);
	return r == 0 ? sys->fsync(fd) : r;
}

int scfg_resize_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int fd = open_target(txn);
	int r;

	if (fd < 0)
		return scfg_txn_fail(txn, fd, step, "cannot open it for writing");
	r = step->bytes > txn->survey->target.size ? grow(txn, step, fd) : shrink(txn, step, fd);
	if (r < 0) {
		/* Undoing is not cancelled. */
		scfg_job_undoing(txn->job);
		if (restore(txn, fd) < 0)
			scfg_txn_left(txn, step, "its size may be neither old nor new");
	}
	txn->ctx->sys->close(fd);
	return r;
}

int scfg_resize_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int fd = open_target(txn);
	int r;

	(void)step;
	if (fd < 0)
		return fd;
	r = restore(txn, fd);
	txn->ctx->sys->close(fd);
	return r;
}

static int set_mode(struct scfg_txn *txn, unsigned int mode)
{
	int fd = open_target(txn);
	int r;

	if (fd < 0)
		return fd;
	r = txn->ctx->sys->fchmod(fd, mode);
	txn->ctx->sys->close(fd);
	return r;
}

int scfg_protect_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int r = set_mode(txn, 0600);

	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot set its mode") : 0;
}

int scfg_protect_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	(void)step;
	return set_mode(txn, txn->survey->target.st.st_mode & 07777u);
}
