/* SPDX-License-Identifier: MIT */
/*
 * boot: what a boot entry runs. It tries at once. What is not there yet is waited for in the
 * background, since an entry that takes its time delays all that are behind it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libswapcfg/swapcfg.h>

#include "background.h"
#include "boot.h"
#include "clock.h"
#include "commands.h"
#include "output.h"
#include "request.h"

/* Between two looks: a tenth of the time that has passed, in these bounds. */
#define PAUSE_MIN_MS 250
#define PAUSE_MAX_MS 2000

/* What came of a look. */
struct verdict {
	enum exit_status status;
	enum swapcfg_reason reason; /* NONE: the area is active */
	char sentence[1024];
};

static void judge(struct verdict *verdict, enum exit_status status, enum swapcfg_reason reason,
		  const char *sentence)
{
	verdict->status = status;
	verdict->reason = reason;
	snprintf(verdict->sentence, sizeof(verdict->sentence), "%s", sentence);
}

static void judge_error(struct verdict *verdict, const struct swapcfg_error *error)
{
	if (error)
		judge(verdict, command_status(error), swapcfg_error_reason(error),
		      swapcfg_error_message(error));
	else
		judge(verdict, STATUS_FAILED, SWAPCFG_REASON_NO_MEMORY,
		      "there is not enough memory to go on");
}

static void judge_success(struct verdict *verdict, const char *path, bool changed)
{
	judge(verdict, STATUS_DONE, SWAPCFG_REASON_NONE, "");
	snprintf(verdict->sentence, sizeof(verdict->sentence), "%s %s", path,
		 changed ? "is active" : "was active already");
}

/*
 * Looks, and activates what can be. The plan comes first, since it takes no lock: who waits must
 * not make others wait. Nothing is kept open until the next look.
 */
static void try_once(const struct swapcfg_spec *spec, struct verdict *verdict)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_ctx *ctx = NULL;
	struct swapcfg_plan *plan = NULL;
	const struct swapcfg_finding *first;
	int result = swapcfg_ctx_new(NULL, &ctx, &error);

	if (result == 0)
		result = swapcfg_plan(ctx, spec, &plan, &error);
	if (result == 0 && !swapcfg_plan_is_feasible(plan)) {
		first = swapcfg_plan_finding(plan, 0);
		judge(verdict, STATUS_REFUSED, swapcfg_finding_reason(first),
		      swapcfg_finding_message(first));
	} else {
		if (result == 0 && swapcfg_plan_step_count(plan) > 0)
			result = swapcfg_apply(ctx, plan, NULL, &error);
		if (result < 0)
			judge_error(verdict, error);
		else
			judge_success(verdict, swapcfg_spec_path(spec),
				      swapcfg_plan_step_count(plan) > 0);
	}
	swapcfg_plan_unref(plan);
	swapcfg_ctx_unref(ctx);
	swapcfg_error_free(error);
}

/* Whether time alone may change it: a mount, a device, "/" still read-only, another program. */
static bool may_pass(const struct verdict *verdict)
{
	switch (verdict->reason) {
	case SWAPCFG_REASON_MISSING:
	case SWAPCFG_REASON_READ_ONLY:
	case SWAPCFG_REASON_BUSY:
	case SWAPCFG_REASON_STALE_PLAN:
		return true;
	default:
		return false;
	}
}

/* Whether a new header may help. To find out, all of the file may have to be read. */
static bool may_be_formatted(const struct verdict *verdict)
{
	return verdict->reason == SWAPCFG_REASON_NOT_SWAP ||
	       verdict->reason == SWAPCFG_REASON_PAGE_SIZE ||
	       verdict->reason == SWAPCFG_REASON_SHORT;
}

/* Adds what programs look for, and how long was waited. */
static void complete(struct verdict *verdict, int waited)
{
	size_t length = strlen(verdict->sentence);
	const char *reason = swapcfg_reason_name(verdict->reason);
	char more[64];

	if (verdict->reason == SWAPCFG_REASON_NONE)
		return;
	if (waited > 0) {
		snprintf(more, sizeof(more), " (%s, after %d s)", reason, waited);
	} else {
		snprintf(more, sizeof(more), " (%s)", reason);
	}
	/* The reason is not what is cut off from a line that is too long. */
	if (length > 800)
		length = 800;
	snprintf(verdict->sentence + length, sizeof(verdict->sentence) - length, "%s", more);
}

static void sleep_ms(long long ms)
{
	struct timespec left = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* Looks until it is active, cannot become so, or the time is over. */
static void wait_for(const struct options *options, const struct swapcfg_spec *spec,
		     struct verdict *verdict)
{
	long long begun = clock_ms();
	long long end = begun + (long long)options->wait * 1000;

	for (;;) {
		long long now, pause;

		try_once(spec, verdict);
		now = clock_ms();
		if (!may_pass(verdict) || now >= end)
			break;
		pause = (now - begun) / 10;
		if (pause < PAUSE_MIN_MS)
			pause = PAUSE_MIN_MS;
		if (pause > PAUSE_MAX_MS)
			pause = PAUSE_MAX_MS;
		/* The last look is at the very end. */
		sleep_ms(pause < end - now ? pause : end - now);
	}
	complete(verdict, may_pass(verdict) ? options->wait : 0);
}

static bool is_said(const struct options *options, const struct verdict *verdict)
{
	return verdict->status != STATUS_DONE || !options->quiet;
}

static enum exit_status end_here(const struct options *options, struct verdict *verdict)
{
	complete(verdict, 0);
	if (is_said(options, verdict))
		output_sentence(verdict->sentence);
	return verdict->status;
}

static enum exit_status go_on_behind(const struct options *options, const struct swapcfg_spec *spec,
				     struct verdict *verdict)
{
	int result = background_begin();

	if (result < 0) {
		/* Better no swap than a boot that stands still. */
		return end_here(options, verdict);
	}
	if (result == 0)
		return STATUS_DONE;
	wait_for(options, spec, verdict);
	if (is_said(options, verdict))
		background_log(verdict->status != STATUS_DONE, verdict->sentence);
	return verdict->status;
}

static enum exit_status run(const struct options *options, struct swapcfg_spec *spec)
{
	struct verdict verdict;
	bool later = options->wait > 0;

	if (swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_EARLY, true) < 0 ||
	    swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, options->format && !later) < 0)
		return output_failure(options, NULL, -ENOMEM, STATUS_FAILED);
	try_once(spec, &verdict);
	if (!later || !(may_pass(&verdict) || (options->format && may_be_formatted(&verdict))))
		return end_here(options, &verdict);
	/* Reading and writing what has no header takes time as well. */
	if (swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, options->format) < 0)
		return output_failure(options, NULL, -ENOMEM, STATUS_FAILED);
	return go_on_behind(options, spec, &verdict);
}

enum exit_status boot_run(const struct options *options)
{
	struct swapcfg_spec *spec = NULL;
	char *path = NULL;
	enum exit_status status = request_path(options, &path);

	if (status == STATUS_DONE)
		status = request_spec(options, path, &spec);
	if (status == STATUS_DONE)
		status = request_goal(options, false, spec);
	if (status == STATUS_DONE)
		status = run(options, spec);
	swapcfg_spec_free(spec);
	free(path);
	return status;
}
