/* SPDX-License-Identifier: MIT */
/* The commands: what is asked of the library, in which order, and what its answer means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libswapcfg/swapcfg.h>

#include "boot.h"
#include "clock.h"
#include "commands.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "show.h"

/* What a command holds; everything may be NULL. */
struct run {
	const struct options *options;
	char *path;
	struct swapcfg_ctx *ctx;
	struct swapcfg_spec *spec;
	struct swapcfg_plan *plan;
	struct swapcfg_job *job;
	struct swapcfg_status *status;
	struct swapcfg_error *error;
};

static void run_release(struct run *run)
{
	swapcfg_error_free(run->error);
	swapcfg_status_free(run->status);
	swapcfg_job_unref(run->job);
	swapcfg_plan_unref(run->plan);
	swapcfg_spec_free(run->spec);
	swapcfg_ctx_unref(run->ctx);
	free(run->path);
}

static enum exit_status fail(const struct run *run, int result, enum exit_status status)
{
	return output_failure(run->options, run->error, result, status);
}

/* Whether the reason is a decision rather than an accident. */
static bool is_refusal(enum swapcfg_reason reason)
{
	switch (reason) {
	case SWAPCFG_REASON_CANCELLED:
	case SWAPCFG_REASON_IO:
	case SWAPCFG_REASON_NO_MEMORY:
	case SWAPCFG_REASON_SYSTEM:
		return false;
	default:
		return true;
	}
}

enum exit_status command_status(const struct swapcfg_error *error)
{
	enum swapcfg_reason reason;

	if (!error)
		return STATUS_FAILED;
	reason = swapcfg_error_reason(error);
	if (swapcfg_error_left_count(error) > 0 || reason == SWAPCFG_REASON_ROLLBACK_FAILED)
		return STATUS_LEFT;
	if (reason == SWAPCFG_REASON_STALE_PLAN || reason == SWAPCFG_REASON_BUSY)
		return STATUS_REFUSED;
	if (strcmp(swapcfg_error_step(error), "plan") == 0 && is_refusal(reason))
		return STATUS_REFUSED;
	return STATUS_FAILED;
}

static enum exit_status open_system(struct run *run)
{
	int result = swapcfg_ctx_new(run->options->root, &run->ctx, &run->error);

	return result < 0 ? fail(run, result, STATUS_FAILED) : STATUS_DONE;
}

/* Path, spec and context: all that a command line alone decides comes first. */
static enum exit_status prepare(struct run *run)
{
	enum exit_status status = request_path(run->options, &run->path);

	if (status == STATUS_DONE)
		status = request_spec(run->options, run->path, &run->spec);
	if (status == STATUS_DONE)
		status = open_system(run);
	if (status == STATUS_DONE)
		status = request_goal(run->options, swapcfg_ctx_is_offline(run->ctx), run->spec);
	return status;
}

/* After a success: the area as it is now. */
static enum exit_status report(struct run *run, bool changed)
{
	const struct options *options = run->options;
	char *document = NULL;
	int result;

	if (options->quiet && !options->json)
		return STATUS_DONE;
	result = swapcfg_query_path(run->ctx, run->path, &run->status, &run->error);
	if (result == 0 && options->json)
		result = swapcfg_status_to_json(run->status, &document);
	if (result < 0)
		return output_unshown(options, run->error, result);
	if (options->json)
		return output_document(options, document, 0, STATUS_DONE);
	show_result(options, run->status, changed);
	return STATUS_DONE;
}

static enum exit_status show_dry_run(const struct run *run)
{
	enum exit_status status =
		swapcfg_plan_is_feasible(run->plan) ? STATUS_DONE : STATUS_REFUSED;
	char *document = NULL;
	int result;

	if (run->options->json) {
		result = swapcfg_plan_to_json(run->plan, &document);
		return output_document(run->options, document, result, status);
	}
	show_plan(run->plan);
	return status;
}

typedef int (*work_function)(struct run *run);

static int work_plan(struct run *run)
{
	return swapcfg_apply(run->ctx, run->plan, run->job, &run->error);
}

static int work_format(struct run *run)
{
	return swapcfg_format(run->ctx, run->spec, run->job, &run->error);
}

/* Runs the work with a job that is shown and can be cancelled. */
static int with_job(struct run *run, work_function work)
{
	struct progress progress;
	int result = swapcfg_job_new(&run->job, &run->error);

	if (result == 0)
		result = progress_begin(&progress, run->options, run->job, run->plan);
	if (result < 0)
		return result;
	result = work(run);
	progress_end(&progress, result == 0);
	return result;
}

/*
 * The blockers were said already. The library is asked nevertheless: it refuses, and its refusal is
 * the error document, the same that any other program gets.
 */
static enum exit_status refuse(struct run *run)
{
	int result;

	if (!run->options->json)
		return STATUS_REFUSED;
	result = work_plan(run);
	if (result == 0)
		return report(run, true);
	return output_error(run->options, run->error, result, STATUS_REFUSED);
}

/* One plan, carried out. Nothing is said of one that is stale before the end: it is made anew. */
static enum exit_status change(struct run *run, long long end, bool *again)
{
	long long left = end - clock_ms();
	int result;

	swapcfg_spec_set_wait(run->spec, left > 0 ? (uint32_t)left : 0);
	result = swapcfg_plan(run->ctx, run->spec, &run->plan, &run->error);
	if (result == -EINVAL)
		return fail(run, result, STATUS_USAGE);
	if (result < 0)
		return fail(run, result, command_status(run->error));
	if (run->options->dry_run)
		return show_dry_run(run);
	show_findings(run->options, run->plan);
	if (!swapcfg_plan_is_feasible(run->plan))
		return refuse(run);
	result = with_job(run, work_plan);
	*again = result == -ESTALE && clock_ms() < end;
	if (*again)
		return STATUS_REFUSED;
	if (result < 0)
		return fail(run, result, command_status(run->error));
	return report(run, swapcfg_plan_step_count(run->plan) > 0);
}

static void drop_attempt(struct run *run)
{
	swapcfg_error_free(run->error);
	swapcfg_job_unref(run->job);
	swapcfg_plan_unref(run->plan);
	run->error = NULL;
	run->job = NULL;
	run->plan = NULL;
}

/* Who waited for another program finds another system than the plan was made for. */
static enum exit_status run_change(struct run *run)
{
	long long end = clock_ms() + (long long)run->options->wait * 1000;
	enum exit_status status = prepare(run);
	bool again = status == STATUS_DONE;

	while (again) {
		drop_attempt(run);
		again = false;
		status = change(run, end, &again);
	}
	return status;
}

static enum exit_status run_format(struct run *run)
{
	enum exit_status status = prepare(run);
	int result;

	if (status != STATUS_DONE)
		return status;
	result = with_job(run, work_format);
	if (result < 0)
		return fail(run, result, command_status(run->error));
	return report(run, true);
}

static enum exit_status run_status(struct run *run)
{
	const struct options *options = run->options;
	enum exit_status status = STATUS_DONE;
	char *document = NULL;
	int result;

	if (options->path)
		status = request_path(options, &run->path);
	if (status == STATUS_DONE)
		status = open_system(run);
	if (status != STATUS_DONE)
		return status;
	if (run->path) {
		result = swapcfg_query_path(run->ctx, run->path, &run->status, &run->error);
	} else {
		result = swapcfg_query(run->ctx, &run->status, &run->error);
	}
	if (result < 0)
		return fail(run, result, STATUS_FAILED);
	if (options->json) {
		result = swapcfg_status_to_json(run->status, &document);
		return output_document(options, document, result, STATUS_DONE);
	}
	show_status(options, run->status, swapcfg_ctx_is_offline(run->ctx));
	return STATUS_DONE;
}

enum exit_status command_run(const struct options *options)
{
	struct run run = {.options = options};
	enum exit_status result;

	switch (options->command) {
	case COMMAND_FORMAT:
		result = run_format(&run);
		break;
	case COMMAND_STATUS:
		result = run_status(&run);
		break;
	case COMMAND_BOOT:
		result = boot_run(options);
		break;
	default:
		result = run_change(&run);
		break;
	}
	run_release(&run);
	return result;
}
