/* SPDX-License-Identifier: MIT */
/*
 * The order of the steps. At every instant between two of them a power cut leaves the old state or
 * the new one: a file gets its name when it is finished, a boot entry comes last and goes first,
 * and a bridge carries the pages while an active area is changed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "steps/steps.h"

struct list {
	struct swapcfg_plan *plan;
	const struct scfg_survey *survey;
	const struct scfg_goal *goal;
	bool failed;
};

static const char *path_of(const struct list *list, enum swapcfg_step_kind kind,
			   enum scfg_role role, size_t boot)
{
	const struct scfg_survey *survey = list->survey;

	if (role == SCFG_ROLE_BOOT && kind == SWAPCFG_STEP_CLEAN)
		return survey->boot.files[boot].left_path;
	if (role == SCFG_ROLE_BOOT)
		return survey->boot.files[boot].path;
	if (role == SCFG_ROLE_TEMP)
		return survey->temp_path;
	return scfg_survey_path(survey);
}

static void add_at(struct list *list, enum swapcfg_step_kind kind, enum scfg_role role, size_t boot,
		   uint64_t bytes)
{
	const char *path = path_of(list, kind, role, boot);
	struct swapcfg_step *steps =
		realloc(list->plan->steps, (list->plan->step_count + 1) * sizeof(*steps));
	struct swapcfg_step step = {.kind = kind, .role = role, .boot = boot, .bytes = bytes};

	if (steps)
		list->plan->steps = steps;
	step.path = strdup(path);
	step.text = scfg_step_describe(kind, role, path, bytes, list->goal);
	if (!steps || !step.path || !step.text) {
		free(step.path);
		free(step.text);
		list->failed = true;
		return;
	}
	steps[list->plan->step_count++] = step;
}

static void add(struct list *list, enum swapcfg_step_kind kind, enum scfg_role role, uint64_t bytes)
{
	add_at(list, kind, role, 0, bytes);
}

static void add_boot(struct list *list, enum scfg_boot_change change, enum swapcfg_step_kind kind)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (list->goal->boot[i] == change)
			add_at(list, kind, SCFG_ROLE_BOOT, i, 0);
	}
}

static void add_boot_cleaning(struct list *list)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (list->goal->clean_boot[i])
			add_at(list, SWAPCFG_STEP_CLEAN, SCFG_ROLE_BOOT, i, 0);
	}
}

static uint64_t used(const struct scfg_swap_row *row)
{
	return row ? row->used : 0;
}

static void add_bridge(struct list *list)
{
	uint64_t size = list->goal->bridge_size;

	add(list, SWAPCFG_STEP_ALLOCATE, SCFG_ROLE_TEMP, size);
	add(list, SWAPCFG_STEP_FORMAT, SCFG_ROLE_TEMP, size);
	add(list, SWAPCFG_STEP_PUBLISH, SCFG_ROLE_TEMP, size);
	add(list, SWAPCFG_STEP_ACTIVATE, SCFG_ROLE_TEMP, size);
}

/* What is made or changed of the file, while it is off. */
static void add_file(struct list *list)
{
	const struct scfg_goal *goal = list->goal;
	bool header = goal->header.content == SCFG_CONTENT_SWAP &&
		      list->survey->spec->state != SWAPCFG_STATE_ALLOCATED;

	if (goal->makes) {
		add(list, SWAPCFG_STEP_ALLOCATE, SCFG_ROLE_TARGET, goal->size);
		if (header)
			add(list, SWAPCFG_STEP_FORMAT, SCFG_ROLE_TARGET, goal->size);
		add(list, SWAPCFG_STEP_PUBLISH, SCFG_ROLE_TARGET, goal->size);
	}
	if (goal->protects)
		add(list, SWAPCFG_STEP_PROTECT, SCFG_ROLE_TARGET, 0);
	if (goal->resizes)
		add(list, SWAPCFG_STEP_RESIZE, SCFG_ROLE_TARGET, goal->size);
	if (goal->formats)
		add(list, SWAPCFG_STEP_FORMAT, SCFG_ROLE_TARGET, goal->size);
}

int scfg_plan_add_steps(struct swapcfg_plan *plan, const struct scfg_survey *survey,
			const struct scfg_goal *goal)
{
	struct list list = {.plan = plan, .survey = survey, .goal = goal};
	const struct scfg_swap_row *row = survey->target.row;

	/* A text that is to be replaced needs the temporary name. */
	add_boot_cleaning(&list);
	add_boot(&list, SCFG_BOOT_CLEAR, SWAPCFG_STEP_FORGET);
	if (goal->clean)
		add(&list, SWAPCFG_STEP_CLEAN, SCFG_ROLE_TEMP, survey->temp.size);
	if (goal->drains_first) {
		add(&list, SWAPCFG_STEP_DEACTIVATE, SCFG_ROLE_TEMP, used(survey->temp.row));
		add(&list, SWAPCFG_STEP_CLEAN, SCFG_ROLE_TEMP, survey->temp.size);
	}
	if (goal->bridge)
		add_bridge(&list);
	if (goal->deactivates)
		add(&list, SWAPCFG_STEP_DEACTIVATE, SCFG_ROLE_TARGET, used(row));
	add_file(&list);
	if (goal->activates)
		add(&list, SWAPCFG_STEP_ACTIVATE, SCFG_ROLE_TARGET, goal->size);
	add_boot(&list, SCFG_BOOT_WRITE, SWAPCFG_STEP_PERSIST);
	/* What is deleted cannot be had back, so that comes when nothing else can fail. */
	if (goal->bridge || goal->bridge_there) {
		add(&list, SWAPCFG_STEP_DEACTIVATE, SCFG_ROLE_TEMP,
		    goal->bridge ? 0 : used(survey->temp.row));
		add(&list, SWAPCFG_STEP_REMOVE, SCFG_ROLE_TEMP, 0);
	}
	if (goal->replaces)
		add(&list, SWAPCFG_STEP_REMOVE, SCFG_ROLE_TEMP, survey->target.size);
	if (goal->removes)
		add(&list, SWAPCFG_STEP_REMOVE, SCFG_ROLE_TARGET, survey->target.size);
	return list.failed ? -ENOMEM : 0;
}
