/* SPDX-License-Identifier: MIT */
/* ALLOCATE: a new file of a size, without a name where the file system has such files. */
#include <errno.h>
#include <fcntl.h>

#include "error.h"
#include "steps/steps.h"

#ifndef O_TMPFILE
#define O_TMPFILE (020000000 | O_DIRECTORY)
#endif

/* A file that is gone with its descriptor leaves nothing behind, whatever happens. */
static int open_fresh(struct scfg_txn *txn)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	const struct scfg_survey *survey = txn->survey;
	int fd = sys->openat(survey->place.dirfd, ".", O_TMPFILE | O_RDWR, 0600);

	txn->fresh.has_name = false;
	if (fd != -EOPNOTSUPP && fd != -EISDIR && fd != -EINVAL && fd != -ENOENT)
		return fd;
	txn->fresh.has_name = true;
	return sys->openat(survey->place.dirfd, survey->temp_name,
			   O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
}

static int drop_fresh(struct scfg_txn *txn)
{
	struct stat st;
	int r = 0;

	if (txn->fresh.fd >= 0 && txn->fresh.has_name) {
		r = txn->ctx->sys->fstat(txn->fresh.fd, &st);
		if (r == 0)
			r = scfg_unlink_same(txn, txn->survey->temp_name, &st);
	}
	txn->ctx->sys->close(txn->fresh.fd);
	txn->fresh.fd = -1;
	return r;
}

int scfg_allocate_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	const struct scfg_fs *fs = txn->survey->fs;
	int r = open_fresh(txn);

	if (r < 0)
		return scfg_txn_fail(txn, r, step, "cannot create the file");
	txn->fresh.fd = r;
	r = fs->prepare ? fs->prepare(txn->ctx->sys, txn->fresh.fd) : 0;
	if (r < 0) {
		r = scfg_fail(txn->reterr, r, SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, step->path,
			      "%s: %s cannot prepare a file for swap; choose another path",
			      step->path, fs->name);
	} else {
		r = scfg_space_take(txn, txn->fresh.fd, 0, step->bytes);
		if (r < 0)
			r = scfg_txn_fail(txn, r, step, "cannot take the disk space");
	}
	if (r == 0)
		r = scfg_space_prove(txn, step, txn->fresh.fd);
	if (r < 0 && drop_fresh(txn) < 0)
		scfg_txn_left(txn, step, "the temporary file was left there");
	return r;
}

int scfg_allocate_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	(void)step;
	return drop_fresh(txn);
}
