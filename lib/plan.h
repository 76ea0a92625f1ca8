/* SPDX-License-Identifier: MIT */
#ifndef SCFG_PLAN_H
#define SCFG_PLAN_H

#include <stdatomic.h>

#include <libswapcfg/plan.h>

#include "finding.h"
#include "goal.h"

/* What a step works on. */
enum scfg_role {
	SCFG_ROLE_TARGET, /* the area that was asked for */
	SCFG_ROLE_TEMP,	  /* the temporary name beside it: a bridge or a leftover */
	SCFG_ROLE_BOOT	  /* a boot file */
};

struct swapcfg_step {
	enum swapcfg_step_kind kind;
	enum scfg_role role;
	size_t boot; /* which boot file */
	uint64_t bytes;
	char *path;
	char *text;
};

/* What the target was when the plan was made, to notice that something else took its place. */
struct scfg_identity {
	enum scfg_thing thing;
	dev_t dev;
	ino_t ino;
	uint64_t size;
	bool active;
};

struct swapcfg_plan {
	atomic_uint refs;
	struct swapcfg_ctx *ctx;
	struct swapcfg_spec *spec;
	struct swapcfg_step *steps;
	size_t step_count;
	struct scfg_findings findings;
	struct scfg_identity identity;
};

/*
 * Makes a plan and hands out the survey and the goal that it came from, which refer to plan->spec:
 * the caller frees the survey before the plan.
 */
int scfg_plan_make(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		   struct swapcfg_plan **ret, struct scfg_survey *survey, struct scfg_goal *goal,
		   struct swapcfg_error **reterr);

/* Whether two plans would do the same to the same things. */
bool scfg_plan_same(const struct swapcfg_plan *one, const struct swapcfg_plan *other);

/* Lists the steps of a goal: 0 or -ENOMEM. */
int scfg_plan_add_steps(struct swapcfg_plan *plan, const struct scfg_survey *survey,
			const struct scfg_goal *goal);

#endif
