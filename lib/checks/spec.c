/* SPDX-License-Identifier: MIT */
/* The request itself: what contradicts itself or what no header can describe. */
#include "goal.h"

static void block(struct scfg_findings *list, enum swapcfg_reason reason, const char *message)
{
	scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, reason, "%s", message);
}

static void check_size(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	uint64_t pages = goal->size / survey->page_size;

	if (goal->header.content != SCFG_CONTENT_SWAP || survey->target.thing == SCFG_THING_LINK ||
	    (!goal->makes && !goal->resizes && !goal->formats))
		return;
	if (goal->formats && !goal->resizes)
		pages = (uint64_t)goal->header.last_page + 1;
	if (pages < SCFG_PAGES_MIN)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_TOO_SMALL,
			"%llu bytes are too small for swap; ask for at least %u (%u pages)",
			(unsigned long long)(survey->spec->size ? survey->spec->size : goal->size),
			SCFG_PAGES_MIN * survey->page_size, SCFG_PAGES_MIN);
	if ((goal->makes || goal->resizes) && pages > UINT32_MAX)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_TOO_LARGE,
			"%llu bytes are more than a swap header can describe; ask for less",
			(unsigned long long)goal->size);
}

void scfg_check_spec(const struct scfg_survey *survey, const struct scfg_goal *goal,
		     struct scfg_findings *list)
{
	const struct swapcfg_spec *spec = survey->spec;
	bool foreign = survey->page_size != survey->ctx->sys->page_size();

	if (spec->state == SWAPCFG_STATE_ACTIVE && (foreign || spec->offset))
		block(list, SWAPCFG_REASON_INVALID_ARGUMENT,
		      "an area at an offset, or for another page size, cannot be activated on this "
		      "machine; ask for it to be formatted only");
	if (spec->offset && (!spec->format_only || survey->target.thing == SCFG_THING_NONE) &&
	    spec->state != SWAPCFG_STATE_ACTIVE)
		block(list, SWAPCFG_REASON_INVALID_ARGUMENT,
		      "an offset can be given only to format a file or device that is there");
	if (spec->offset && spec->format_only && spec->offset >= survey->target.size)
		block(list, SWAPCFG_REASON_INVALID_ARGUMENT,
		      "the offset lies behind the end; choose a smaller one");
	if (spec->early && (spec->state != SWAPCFG_STATE_ACTIVE || spec->size ||
			    spec->boot != SWAPCFG_BOOT_KEEP || spec->force))
		block(list, SWAPCFG_REASON_INVALID_ARGUMENT,
		      "early in the boot an area can be activated and nothing else; ask for no "
		      "other state, size, boot entry or force");
	if (spec->early_format && !spec->early)
		block(list, SWAPCFG_REASON_INVALID_ARGUMENT,
		      "only an activation early in the boot can format by the way");
	if (goal->makes && spec->state == SWAPCFG_STATE_KEEP)
		block(list, SWAPCFG_REASON_MISSING,
		      "there is no area to resize; create one with swapcfg create");
	else
		check_size(survey, goal, list);
}
