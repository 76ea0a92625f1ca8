/* SPDX-License-Identifier: MIT */
#include "txn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "names.h"
#include "steps/steps.h"

int scfg_txn_fd(const struct scfg_txn *txn, enum scfg_role role)
{
	return role == SCFG_ROLE_TEMP ? txn->temp_fd : txn->target_fd;
}

const char *scfg_txn_name(const struct scfg_txn *txn, enum scfg_role role)
{
	return role == SCFG_ROLE_TEMP ? txn->survey->temp_name : txn->survey->place.name;
}

int scfg_txn_fail(const struct scfg_txn *txn, int err, const struct swapcfg_step *step,
		  const char *doing)
{
	if (err == -ESTALE)
		return scfg_fail(txn->reterr, err, SWAPCFG_REASON_STALE_PLAN, step->path,
				 "%s was replaced by somebody else meanwhile; make a new plan",
				 step->path);
	return scfg_fail_errno(txn->reterr, err, step->path, doing);
}

void scfg_txn_left(const struct scfg_txn *txn, const struct swapcfg_step *step, const char *left)
{
	char sentence[256];

	snprintf(sentence, sizeof(sentence), "%.180s: %s", step->path, left);
	if (txn->reterr)
		scfg_error_add_left(*txn->reterr, sentence);
}

/*
 * What undoing must not take away since something before it could not be undone: a bridge, whose
 * area is off; an area that there was not, to which a boot entry leads.
 */
static const char *why_kept(const struct scfg_txn *txn, const struct swapcfg_step *step)
{
	if (step->role == SCFG_ROLE_TEMP && txn->area_is_off)
		return "it stands for the area that is off";
	if (step->role == SCFG_ROLE_TARGET && txn->entry_is_there &&
	    !scfg_target_is_sound(txn->survey, &txn->survey->target))
		return "a boot entry may lead to it";
	return NULL;
}

/* What is said of the file's name says it all. */
static bool goes_with_its_file(const struct scfg_txn *txn, const struct swapcfg_step *step)
{
	bool is_new = step->role == SCFG_ROLE_TEMP || txn->goal->makes;

	return is_new && (step->kind == SWAPCFG_STEP_ALLOCATE || step->kind == SWAPCFG_STEP_FORMAT);
}

static void note_failure(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	if (step->kind == SWAPCFG_STEP_DEACTIVATE && step->role == SCFG_ROLE_TARGET)
		txn->area_is_off = true;
	else if (step->kind == SWAPCFG_STEP_PERSIST)
		txn->entry_is_there = true;
}

/* Undoes the steps before count, the last first; adds to the error what could not be undone. */
static void undo_steps(struct scfg_txn *txn, size_t count)
{
	/* The error of the step that failed stays; undoing reports into it. */
	struct swapcfg_error **reterr = txn->reterr;

	scfg_job_undoing(txn->job);
	txn->reterr = NULL;
	while (count--) {
		const struct swapcfg_step *step = &txn->plan->steps[count];
		const struct scfg_step_ops *ops = scfg_step_ops(step->kind);
		const char *why = ops->undo ? why_kept(txn, step) : NULL;
		char left[256];
		int r = ops->undo && !why ? ops->undo(txn, step) : 0;

		if (r == 0 && (!why || goes_with_its_file(txn, step)))
			continue;
		if (r < 0)
			note_failure(txn, step);
		snprintf(left, sizeof(left), "%.180s: %s: %s", step->path, ops->left,
			 why ? why : scfg_errno_text(r));
		if (reterr)
			scfg_error_add_left(*reterr, left);
	}
	txn->reterr = reterr;
}

static int run_steps(struct scfg_txn *txn)
{
	size_t i;
	int r = 0;

	for (i = 0; i < txn->plan->step_count; i++) {
		const struct swapcfg_step *step = &txn->plan->steps[i];

		/* First told, then asked: who is told may cancel it. */
		scfg_job_at(txn->job, step->kind, step->bytes);
		if (scfg_job_stop(txn->job))
			r = scfg_fail(txn->reterr, 0, SWAPCFG_REASON_CANCELLED, step->path,
				      "cancelled before the step: %s", step->text);
		else
			r = scfg_step_ops(step->kind)->run(txn, step);
		if (r < 0) {
			if (txn->reterr)
				scfg_error_at(*txn->reterr, swapcfg_step_name(step->kind));
			break;
		}
	}
	if (r < 0)
		undo_steps(txn, i);
	return r;
}

static int refuse(const struct swapcfg_plan *plan, struct swapcfg_error **reterr)
{
	const struct swapcfg_finding *blocker = scfg_findings_blocker(&plan->findings);

	return scfg_fail(reterr, 0, blocker->reason, plan->spec->path, "%s", blocker->message);
}

static void finish(struct scfg_txn *txn)
{
	const struct scfg_sys *sys = txn->ctx->sys;

	free(txn->saved[0].data);
	free(txn->saved[1].data);
	sys->close(txn->fresh.fd);
	if (txn->temp_fd != txn->survey->temp.fd)
		sys->close(txn->temp_fd);
	if (txn->target_fd != txn->survey->target.fd)
		sys->close(txn->target_fd);
}

static int carry_out(struct swapcfg_plan *plan, struct scfg_survey *survey, struct scfg_goal *goal,
		     struct swapcfg_job *job, int lock, bool *lost, struct swapcfg_error **reterr)
{
	struct scfg_txn txn = {
		.ctx = plan->ctx,
		.plan = plan,
		.survey = survey,
		.goal = goal,
		.job = job,
		.lock = lock,
		.reterr = reterr,
		.fresh.fd = -1,
		.target_fd = survey->target.fd,
		.temp_fd = survey->temp.fd,
	};
	int r = run_steps(&txn);

	finish(&txn);
	*lost = txn.child_is_lost;
	return r;
}

static int run_locked(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		      const struct swapcfg_plan *expected, struct swapcfg_job *job, int lock,
		      bool *lost, struct swapcfg_error **reterr)
{
	struct swapcfg_plan *plan;
	struct scfg_survey survey = {0};
	struct scfg_goal goal;
	int r = scfg_plan_make(ctx, spec, &plan, &survey, &goal, reterr);

	if (r < 0)
		return r;
	if (expected && !scfg_plan_same(expected, plan))
		r = scfg_fail(reterr, 0, SWAPCFG_REASON_STALE_PLAN, spec->path,
			      "the system has changed since the plan was made; make a new one");
	else if (!swapcfg_plan_is_feasible(plan))
		r = refuse(plan, reterr);
	else
		r = carry_out(plan, &survey, &goal, job, lock, lost, reterr);
	scfg_survey_free(&survey);
	swapcfg_plan_unref(plan);
	return r;
}

int scfg_txn_run(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		 const struct swapcfg_plan *expected, struct swapcfg_job *job,
		 struct swapcfg_error **reterr)
{
	struct swapcfg_error *error = NULL; /* so that undoing can add to it in any case */
	bool lost = false;
	int lock;
	int r = scfg_job_begin(job, ctx->sys);

	if (r < 0)
		return scfg_fail(reterr, 0, SWAPCFG_REASON_BUSY, spec->path,
				 "the job serves another call; make one job for each");
	lock = scfg_lock_take(ctx, spec->wait_ms, job);
	if (lock == -EAGAIN)
		r = scfg_fail(
			&error, 0, SWAPCFG_REASON_BUSY, spec->path,
			"another program is changing the swap configuration; try again later");
	else if (lock == -ECANCELED)
		r = scfg_fail(
			&error, 0, SWAPCFG_REASON_CANCELLED, spec->path,
			"cancelled while another program was changing the swap configuration");
	else if (lock < 0)
		r = scfg_fail_errno(&error, lock, ctx->offline ? NULL : "/run/libswapcfg.lock",
				    "cannot lock the swap configuration");
	else
		r = run_locked(ctx, spec, expected, job, lock, &lost, &error);
	scfg_lock_drop(ctx, lock, lost);
	scfg_job_end(job, r == 0);
	if (reterr && r < 0)
		*reterr = error;
	else
		swapcfg_error_free(error);
	return r;
}
