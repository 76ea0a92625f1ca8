/* SPDX-License-Identifier: MIT */
/* What is seen and heard of a job: a bar, steps as they are done, and Ctrl-C. */
#ifndef SWAPCFG_CLI_PROGRESS_H
#define SWAPCFG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <libswapcfg/job.h>
#include <libswapcfg/plan.h>

#include "options.h"

/* Notes of a plan's step: a callback may not ask the plan. */
struct progress_step {
	enum swapcfg_step_kind kind;
	const char *name;
	const char *text;
};

struct progress {
	bool bar;
	bool announce;
	struct progress_step *steps; /* NULL: not known */
	size_t step_count;
	size_t announced;
	enum swapcfg_step_kind kind; /* the step that is being done */
	uint64_t total;
	uint64_t done;
	struct timespec begun;
	size_t drawn; /* columns of the bar that is on the screen */
	bool undoing;
};

/*
 * Shows a job from now on, and lets SIGINT, SIGTERM and SIGHUP cancel it. The plan is optional; it
 * and the job must outlive the progress. One at a time. 0 or -ENOMEM.
 */
int progress_begin(struct progress *progress, const struct options *options,
		   struct swapcfg_job *job, const struct swapcfg_plan *plan);

/* Clears the screen and gives the signals back. */
void progress_end(struct progress *progress, bool succeeded);

#endif
