/* SPDX-License-Identifier: MIT */
/* PUBLISH: a finished file gets its name, which until then leads to nothing or to what it replaces.
 */
#include <errno.h>
#include <fcntl.h>

#include "steps/steps.h"

/* Gives the file the temporary name, for what cannot be done without a name. */
static int name_fresh(struct scfg_txn *txn)
{
	int r;

	if (txn->fresh.has_name)
		return 0;
	r = txn->ctx->sys->link_fd(txn->fresh.fd, txn->survey->place.dirfd, txn->survey->temp_name);
	txn->fresh.has_name = r == 0;
	return r;
}

/* Whether the two names lead to these files. Root alone could still come between this and the next
 * call; there is none that looks and acts at once. */
static int check_names(const struct scfg_txn *txn, const struct stat *temp,
		       const struct stat *target)
{
	int r = scfg_compare(txn, txn->survey->temp_name, temp);

	return r == 0 ? scfg_compare(txn, txn->survey->place.name, target) : r;
}

/* Exchanges the two names where the file system can, so that undoing is possible. */
static int replace(struct scfg_txn *txn, const struct stat *st)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	const struct scfg_survey *survey = txn->survey;
	int r = name_fresh(txn);

	if (r == 0)
		r = check_names(txn, st, &survey->target.st);
	if (r < 0)
		return r;
	r = sys->rename_swap(survey->place.dirfd, survey->temp_name, survey->place.name);
	txn->swapped = r == 0;
	if (r == -EINVAL)
		r = sys->rename(survey->place.dirfd, survey->temp_name, survey->place.name);
	return r;
}

static int give_name(struct scfg_txn *txn, const struct swapcfg_step *step, const struct stat *st)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	const struct scfg_survey *survey = txn->survey;
	int r;

	if (step->role == SCFG_ROLE_TEMP)
		return name_fresh(txn);
	if (txn->goal->replaces)
		return replace(txn, st);
	if (!txn->fresh.has_name)
		return sys->link_fd(txn->fresh.fd, survey->place.dirfd, survey->place.name);
	r = scfg_compare(txn, survey->temp_name, st);
	return r < 0 ? r
		     : sys->rename_new(survey->place.dirfd, survey->temp_name, survey->place.name);
}

/* Exchanges the two names once more, if they lead to what they led to then. */
static int swap_back(struct scfg_txn *txn, const struct stat *st)
{
	const struct scfg_survey *survey = txn->survey;
	int r = check_names(txn, &survey->target.st, st);

	txn->swapped = false;
	if (r == 0)
		r = txn->ctx->sys->rename_swap(survey->place.dirfd, survey->temp_name,
					       survey->place.name);
	return r;
}

/* Takes the name away again, so that the file is fresh as before. */
static int take_back(struct scfg_txn *txn, const struct swapcfg_step *step, const struct stat *st)
{
	if (step->role == SCFG_ROLE_TEMP)
		return 0; /* which goes with the fresh file */
	txn->fresh.has_name = txn->swapped;
	/* What it replaced is gone, and it is better than nothing: it is finished. */
	if (txn->goal->replaces && !txn->swapped)
		return -EOPNOTSUPP;
	if (txn->swapped)
		return swap_back(txn, st);
	return scfg_unlink_same(txn, txn->survey->place.name, st);
}

/* Opens the finished file by its name: a descriptor that was opened without one cannot be activated
 * (seen on 6.18). */
static int finish_fresh(struct scfg_txn *txn, const struct swapcfg_step *step,
			const struct stat *st)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	int fd = scfg_reopen(txn, scfg_txn_name(txn, step->role), st, O_RDONLY);
	int r = fd < 0 ? fd : sys->fsync(txn->survey->place.dirfd);

	if (r < 0) {
		sys->close(fd);
		return r;
	}
	sys->close(txn->fresh.fd);
	txn->fresh.fd = -1;
	if (step->role == SCFG_ROLE_TEMP)
		txn->temp_fd = fd;
	else
		txn->target_fd = fd;
	return 0;
}

int scfg_publish_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	struct stat st;
	int r = sys->fstat(txn->fresh.fd, &st);

	if (r == 0 && !txn->survey->fs->no_modes && (st.st_mode & 07777) != 0600)
		r = sys->fchmod(txn->fresh.fd, 0600);
	/* Otherwise the header's writing has synced it. */
	if (r == 0 && txn->survey->spec->state == SWAPCFG_STATE_ALLOCATED)
		r = sys->fsync(txn->fresh.fd);
	if (r == 0)
		r = give_name(txn, step, &st);
	if (r < 0)
		return scfg_txn_fail(txn, r, step, "cannot give the file its name");
	r = finish_fresh(txn, step, &st);
	if (r == 0)
		return 0;
	r = scfg_txn_fail(txn, r, step, "cannot give the file its name");
	if (take_back(txn, step, &st) < 0)
		scfg_txn_left(txn, step, "the new file was left there");
	return r;
}

int scfg_publish_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	const struct scfg_survey *survey = txn->survey;
	bool swapped = txn->swapped && step->role == SCFG_ROLE_TARGET;
	const char *name = swapped ? survey->temp_name : scfg_txn_name(txn, step->role);
	struct stat st;
	int r;

	/* The file system could not keep what was there; the new file stays. */
	if (step->role == SCFG_ROLE_TARGET && txn->goal->replaces && !swapped)
		return -EOPNOTSUPP;
	r = sys->fstat(scfg_txn_fd(txn, step->role), &st);
	if (r == 0 && swapped)
		r = swap_back(txn, &st);
	if (r == 0)
		r = scfg_unlink_same(txn, name, &st);
	/* What had that name before is what an earlier step's undo is about. */
	if (step->role == SCFG_ROLE_TEMP) {
		sys->close(txn->temp_fd);
		txn->temp_fd = survey->temp.fd;
	}
	return r < 0 ? r : sys->fsync(survey->place.dirfd);
}
