/* SPDX-License-Identifier: MIT */
/* The kernel: whether it has swap, a place for one more area, and lets the caller use it. */
#include "goal.h"

/*
 * The kernel says EPERM, as it does for a missing privilege, when it cannot take one more area. How
 * many it takes depends on its configuration: 24 (6.18), 28 and 29 (5.10) were measured, and no
 * known one takes more than 32.
 */
#define SLOTS_MAX 32u
#define SLOTS_LOW 23u

static void check_slots(const struct scfg_survey *survey, const struct scfg_goal *goal,
			struct scfg_findings *list)
{
	size_t rows = survey->swaps.count;
	size_t more = (goal->activates && !survey->target.row) || goal->bridge ? 1 : 0;

	if (more && rows >= SLOTS_MAX)
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_SLOTS_FULL,
				 "%zu swap areas are active, more than the kernel can take; "
				 "disable one first",
				 rows);
	else if (more && rows >= SLOTS_LOW)
		scfg_finding_add(list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_SLOTS_FULL,
				 "%zu swap areas are active; the kernel may not take one more",
				 rows);
}

void scfg_check_kernel(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	const struct swapcfg_ctx *ctx = survey->ctx;
	bool uses = goal->activates || goal->deactivates || goal->bridge_there ||
		    survey->spec->state == SWAPCFG_STATE_ACTIVE;

	if (survey->blind && (goal->resizes || goal->formats || goal->replaces || goal->protects ||
			      goal->removes || survey->spec->state == SWAPCFG_STATE_INACTIVE))
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NO_KERNEL_SWAP,
				 "whether %s is in use cannot be known without /proc; mount it "
				 "first",
				 scfg_survey_path(survey));
	if (!uses)
		return;
	if (ctx->offline) {
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_OFFLINE,
				 "%s is not the running system, so nothing can be activated there; "
				 "ask for the area to be formatted only",
				 ctx->root);
		return;
	}
	if (survey->no_kernel_swap) {
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NO_KERNEL_SWAP,
			"this kernel has no swap (no /proc/swaps): build it with CONFIG_SWAP, or "
			"mount /proc");
		return;
	}
	if (!goal->activates && !goal->deactivates && !goal->bridge_there)
		return;
	if (!ctx->sys->may_swap() || survey->in_user_namespace)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PERMISSION,
			"swap can be switched on and off only with CAP_SYS_ADMIN; run it as "
			"root, outside of a container");
	check_slots(survey, goal, list);
}
