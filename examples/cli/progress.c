/* SPDX-License-Identifier: MIT */
/* What is seen of a job. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "output.h"
#include "progress.h"
#include "signals.h"
#include "text.h"

/* Bars that only flash by are a nuisance. */
#define BAR_AFTER_MS	 400
#define LABEL_COLUMNS	 12
#define LINE_MAX_COLUMNS 100
#define BAR_MIN_COLUMNS	 10

static size_t line_columns(void)
{
	struct winsize window;
	size_t columns = 80;

	/* A serial console knows no size and says 0. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
		columns = window.ws_col;
	if (columns > LINE_MAX_COLUMNS)
		columns = LINE_MAX_COLUMNS;
	/* A full line would move some terminals to the next one. */
	return columns - 1;
}

/* Without control sequences, so that any terminal will do. */
static void erase_bar(struct progress *progress)
{
	if (progress->drawn > 0)
		fprintf(stderr, "\r%*s\r", (int)progress->drawn, "");
	progress->drawn = 0;
	fflush(stderr);
}

static const char *step_name(const struct progress *progress)
{
	size_t i;

	for (i = 0; i < progress->step_count; i++) {
		if (progress->steps[i].kind == progress->kind)
			return progress->steps[i].name;
	}
	return "working";
}

/* Rewrites the whole line at once, so that nothing flickers. */
static void draw_bar(struct progress *progress, const char *label)
{
	char done[TEXT_SIZE], total[TEXT_SIZE];
	char numbers[2 * TEXT_SIZE + 16];
	char bar[LINE_MAX_COLUMNS + 1];
	char line[2 * LINE_MAX_COLUMNS];
	size_t columns = line_columns();
	size_t taken, room, filled;
	unsigned int percent;

	/* Sizes are below 2^57, so that the product fits. */
	percent = (unsigned int)(progress->done * 100 / progress->total);
	snprintf(numbers, sizeof(numbers), "%3u %%  %s of %s", percent,
		 text_size(progress->done, done), text_size(progress->total, total));
	taken = LABEL_COLUMNS + strlen("[]  ") + strlen(numbers);
	room = columns > taken ? columns - taken : 0;
	filled = room * percent / 100;
	memset(bar, '#', filled);
	memset(bar + filled, '.', room - filled);
	bar[room] = '\0';
	if (room >= BAR_MIN_COLUMNS) {
		snprintf(line, sizeof(line), "%-*.*s[%s]  %s", LABEL_COLUMNS, LABEL_COLUMNS - 1,
			 label, bar, numbers);
	} else {
		snprintf(line, sizeof(line), "%s", numbers);
	}
	fprintf(stderr, "\r%-*.*s", (int)columns, (int)columns, line);
	fflush(stderr);
	progress->drawn = columns;
}

static bool is_long(const struct progress *progress)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - progress->begun.tv_sec) * 1000 +
		       (now.tv_nsec - progress->begun.tv_nsec) / 1000000 >=
	       BAR_AFTER_MS;
}

static void announce(struct progress *progress, size_t until)
{
	char count[64];

	for (; progress->announced < until; progress->announced++) {
		snprintf(count, sizeof(count), "step %zu of %zu", progress->announced + 1,
			 progress->step_count);
		erase_bar(progress);
		output_remark(count, progress->steps[progress->announced].text);
	}
}

/* Steps of one kind in a row look like one; those that were not seen are caught up with. */
static void announce_kind(struct progress *progress)
{
	size_t i;

	for (i = progress->announced; i < progress->step_count; i++) {
		if (progress->steps[i].kind == progress->kind) {
			announce(progress, i + 1);
			return;
		}
	}
}

static void follow(struct progress *progress, const struct swapcfg_job *job)
{
	enum swapcfg_step_kind kind = swapcfg_job_step(job);
	uint64_t total = swapcfg_job_total(job);
	uint64_t done = swapcfg_job_done(job);
	bool is_new = kind != progress->kind || total != progress->total || done < progress->done;

	progress->kind = kind;
	progress->total = total;
	progress->done = done < total ? done : total;
	if (!is_new)
		return;
	clock_gettime(CLOCK_MONOTONIC, &progress->begun);
	if (progress->announce && !progress->undoing)
		announce_kind(progress);
}

static void on_progress(struct swapcfg_job *job, void *data)
{
	struct progress *progress = data;
	enum swapcfg_job_state state = swapcfg_job_state(job);
	const char *label;

	if (state == SWAPCFG_JOB_UNDOING && !progress->undoing) {
		progress->undoing = true;
		erase_bar(progress);
		if (progress->announce)
			output_sentence("undoing what was done");
	}
	follow(progress, job);
	if (!progress->bar)
		return;
	label = progress->undoing		? "undoing"
		: swapcfg_job_is_cancelled(job) ? "stopping"
						: step_name(progress);
	if (progress->total > 0 && is_long(progress)) {
		draw_bar(progress, label);
	} else {
		erase_bar(progress);
	}
}

static int note_steps(struct progress *progress, const struct swapcfg_plan *plan)
{
	size_t count = swapcfg_plan_step_count(plan);
	size_t i;

	if (count == 0)
		return 0;
	progress->steps = calloc(count, sizeof(*progress->steps));
	if (!progress->steps)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		const struct swapcfg_step *step = swapcfg_plan_step(plan, i);

		progress->steps[i].kind = swapcfg_step_kind(step);
		progress->steps[i].name = swapcfg_step_name(swapcfg_step_kind(step));
		progress->steps[i].text = swapcfg_step_text(step);
	}
	progress->step_count = count;
	return 0;
}

int progress_begin(struct progress *progress, const struct options *options,
		   struct swapcfg_job *job, const struct swapcfg_plan *plan)
{
	bool silent = options->quiet || options->json;

	*progress = (struct progress){
		.bar = !silent && isatty(STDERR_FILENO),
		.announce = !silent && options->verbose,
	};
	if (plan && note_steps(progress, plan) < 0)
		return -ENOMEM;
	if (progress->bar || progress->announce)
		swapcfg_job_set_callback(job, on_progress, progress);
	signals_cancel(job);
	return 0;
}

void progress_end(struct progress *progress, bool succeeded)
{
	signals_restore();
	erase_bar(progress);
	if (succeeded && progress->announce)
		announce(progress, progress->step_count);
	free(progress->steps);
	progress->steps = NULL;
}
