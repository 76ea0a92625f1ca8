/* SPDX-License-Identifier: MIT */
/* REMOVE and CLEAN: deleting a file, if it still is the one that the plan saw. */
#include "steps/steps.h"

static int drop_name(const struct scfg_txn *txn, const char *name, const struct stat *st)
{
	int r = scfg_unlink_same(txn, name, st);

	/* Should the name come back after a power cut, it leads to a file that nothing uses. */
	if (r == 0)
		txn->ctx->sys->fsync(txn->survey->place.dirfd);
	return r;
}

int scfg_clean_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int r;

	if (step->role == SCFG_ROLE_BOOT)
		r = scfg_boot_clean(txn->ctx, &txn->survey->boot.files[step->boot]);
	else
		r = drop_name(txn, txn->survey->temp_name, &txn->survey->temp.st);
	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot delete the leftover") : 0;
}

int scfg_remove_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct stat st = txn->survey->target.st;
	int r = 0;

	/* Where names cannot be exchanged, what was replaced is gone already. */
	if (txn->goal->replaces && !txn->swapped)
		return 0;
	if (step->role == SCFG_ROLE_TEMP && !txn->swapped)
		r = txn->ctx->sys->fstat(txn->temp_fd, &st);
	if (r == 0)
		r = drop_name(txn, scfg_txn_name(txn, step->role), &st);
	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot delete it") : 0;
}
