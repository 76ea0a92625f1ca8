/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static scfg_check *const checks[] = {
	scfg_check_spec,   scfg_check_path,	  scfg_check_kernel,
	scfg_check_export, scfg_check_filesystem, scfg_check_content,
	scfg_check_space,  scfg_check_memory,	  scfg_check_boot,
};

static int fill(struct swapcfg_plan *plan, const struct scfg_survey *survey,
		const struct scfg_goal *goal)
{
	const struct scfg_target *target = &survey->target;
	int r;

	plan->identity = (struct scfg_identity){
		.thing = target->thing,
		.dev = target->st.st_dev,
		.ino = target->st.st_ino,
		.size = target->size,
		.active = target->row != NULL,
	};
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](survey, goal, &plan->findings);
	if (plan->findings.failed)
		return -ENOMEM;
	scfg_findings_sort(&plan->findings);
	r = scfg_plan_add_steps(plan, survey, goal);
	return r;
}

int scfg_plan_make(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		   struct swapcfg_plan **ret, struct scfg_survey *survey, struct scfg_goal *goal,
		   struct swapcfg_error **reterr)
{
	struct swapcfg_plan *plan = calloc(1, sizeof(*plan));
	int r;

	if (!plan)
		return scfg_fail_memory(reterr);
	atomic_init(&plan->refs, 1);
	plan->ctx = swapcfg_ctx_ref(ctx);
	plan->spec = scfg_spec_copy(spec);
	r = plan->spec ? scfg_survey_make(ctx, plan->spec, survey, reterr)
		       : scfg_fail_memory(reterr);
	if (r < 0) {
		swapcfg_plan_unref(plan);
		return r;
	}
	r = scfg_goal_find(survey, goal);
	if (r == 0)
		r = fill(plan, survey, goal);
	if (r < 0) {
		scfg_survey_free(survey);
		swapcfg_plan_unref(plan);
		return r == -ENOMEM ? scfg_fail_memory(reterr)
				    : scfg_fail_errno(reterr, r, spec->path, "cannot plan");
	}
	*ret = plan;
	return 0;
}

int swapcfg_plan(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		 struct swapcfg_plan **ret, struct swapcfg_error **reterr)
{
	struct scfg_survey survey = {0};
	struct scfg_goal goal;
	int r = scfg_plan_make(ctx, spec, ret, &survey, &goal, reterr);

	if (r == 0)
		scfg_survey_free(&survey);
	return r;
}

bool scfg_plan_same(const struct swapcfg_plan *one, const struct swapcfg_plan *other)
{
	const struct scfg_identity *a = &one->identity;
	const struct scfg_identity *b = &other->identity;

	if (a->thing != b->thing || a->dev != b->dev || a->ino != b->ino || a->size != b->size ||
	    a->active != b->active || one->step_count != other->step_count)
		return false;
	for (size_t i = 0; i < one->step_count; i++) {
		const struct swapcfg_step *s = &one->steps[i];
		const struct swapcfg_step *t = &other->steps[i];

		if (s->kind != t->kind || s->role != t->role || strcmp(s->path, t->path) != 0)
			return false;
		/* How much is swapped out changes all the time; what is written must not. */
		if (s->kind != SWAPCFG_STEP_DEACTIVATE && s->bytes != t->bytes)
			return false;
	}
	return true;
}

struct swapcfg_plan *swapcfg_plan_ref(struct swapcfg_plan *plan)
{
	atomic_fetch_add(&plan->refs, 1);
	return plan;
}

void swapcfg_plan_unref(struct swapcfg_plan *plan)
{
	if (!plan || atomic_fetch_sub(&plan->refs, 1) > 1)
		return;
	for (size_t i = 0; i < plan->step_count; i++) {
		free(plan->steps[i].path);
		free(plan->steps[i].text);
	}
	free(plan->steps);
	scfg_findings_free(&plan->findings);
	swapcfg_spec_free(plan->spec);
	swapcfg_ctx_unref(plan->ctx);
	free(plan);
}

bool swapcfg_plan_is_feasible(const struct swapcfg_plan *plan)
{
	return !scfg_findings_blocker(&plan->findings);
}

size_t swapcfg_plan_step_count(const struct swapcfg_plan *plan)
{
	return plan->step_count;
}

const struct swapcfg_step *swapcfg_plan_step(const struct swapcfg_plan *plan, size_t index)
{
	return index < plan->step_count ? &plan->steps[index] : NULL;
}

size_t swapcfg_plan_finding_count(const struct swapcfg_plan *plan)
{
	return plan->findings.count;
}

const struct swapcfg_finding *swapcfg_plan_finding(const struct swapcfg_plan *plan, size_t index)
{
	return index < plan->findings.count ? &plan->findings.items[index] : NULL;
}

enum swapcfg_step_kind swapcfg_step_kind(const struct swapcfg_step *step)
{
	return step->kind;
}

const char *swapcfg_step_path(const struct swapcfg_step *step)
{
	return step->path;
}

uint64_t swapcfg_step_bytes(const struct swapcfg_step *step)
{
	return step->bytes;
}

const char *swapcfg_step_text(const struct swapcfg_step *step)
{
	return step->text;
}

int swapcfg_plan_to_json(const struct swapcfg_plan *plan, char **ret)
{
	struct scfg_json json = {0};

	scfg_json_open(&json, NULL, '{');
	scfg_json_bool(&json, "feasible", swapcfg_plan_is_feasible(plan));
	scfg_json_open(&json, "steps", '[');
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct swapcfg_step *step = &plan->steps[i];

		scfg_json_open(&json, NULL, '{');
		scfg_json_string(&json, "kind", swapcfg_step_name(step->kind));
		scfg_json_string(&json, "path", step->path);
		scfg_json_u64(&json, "bytes", step->bytes);
		scfg_json_string(&json, "text", step->text);
		scfg_json_close(&json, '}');
	}
	scfg_json_close(&json, ']');
	scfg_findings_json(&plan->findings, &json);
	scfg_json_close(&json, '}');
	return scfg_json_take(&json, ret);
}
