/* SPDX-License-Identifier: MIT */
/* What the file or device holds: never someone's data, and a header that the kernel accepts. */
#include "goal.h"

/* What a foreign or damaged header would cost, and what the user can do. */
static void check_header(const struct scfg_survey *survey, struct scfg_findings *list)
{
	const struct scfg_header *header = &survey->target.header;
	const char *path = survey->place.path;

	switch (header->content) {
	case SCFG_CONTENT_SWAP:
		if (header->page_size != survey->page_size)
			scfg_finding_add(
				list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PAGE_SIZE,
				"%s was made for pages of %u bytes, this machine's have %u; "
				"create it again with its size",
				path, header->page_size, survey->page_size);
		else if (!scfg_target_is_sound(survey, &survey->target))
			scfg_finding_add(
				list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_SHORT,
				"%s is shorter than its swap header says; create it again with "
				"its size",
				path);
		else if (header->big_endian != scfg_native_is_big_endian())
			scfg_finding_add(
				list, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_BYTE_ORDER,
				"%s was made on a machine of the other byte order; the kernel "
				"accepts it",
				path);
		break;
	case SCFG_CONTENT_HIBERNATION:
		break; /* said for every use */
	default:
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NOT_SWAP,
			"%s has no valid swap header; create it with swapcfg create and a size",
			path);
	}
}

static void check_blocks(const struct scfg_survey *survey, struct scfg_findings *list)
{
	const struct scfg_target *target = &survey->target;
	const char *path = survey->place.path;
	/* An image may be formatted here and filled, or used, elsewhere. */
	enum swapcfg_severity severity =
		survey->spec->format_only ? SWAPCFG_SEVERITY_WARNING : SWAPCFG_SEVERITY_BLOCKER;

	if (target->extents.holes)
		scfg_finding_add(
			list, severity, SWAPCFG_REASON_HOLES,
			"%s has holes, which the kernel does not swap to; create it again with "
			"its size",
			path);
	else if (target->extents.shared || target->unprepared)
		scfg_finding_add(
			list, severity, SWAPCFG_REASON_COPY_ON_WRITE,
			"%s is copied on write, shared or compressed, which the kernel does not "
			"swap to; create it again with its size",
			path);
}

/* Whether the goal writes over what is there. */
static bool overwrites(const struct scfg_survey *survey, const struct scfg_goal *goal)
{
	return survey->target.thing != SCFG_THING_NONE &&
	       (goal->replaces || goal->formats || goal->resizes || goal->removes ||
		survey->spec->state == SWAPCFG_STATE_ALLOCATED);
}

static void check_overwrite(const struct scfg_survey *survey, const struct scfg_goal *goal,
			    struct scfg_findings *list)
{
	const struct scfg_target *target = &survey->target;
	const char *path = survey->place.path;
	enum swapcfg_severity severity =
		survey->spec->force ? SWAPCFG_SEVERITY_WARNING : SWAPCFG_SEVERITY_BLOCKER;
	const char *remedy = survey->spec->force ? ""
			     : goal->removes	 ? "; delete it yourself, or force it"
						 : "; choose another path, or force it";

	if (target->claimed || (survey->spec->format_only && target->row)) {
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_IN_USE,
				 "%s is in use (%s); that cannot be forced", path,
				 target->row ? "active swap" : "mounted or part of another device");
		return;
	}
	/* Nobody looks on at boot, and the name of a device may mean another one by then. */
	if (survey->spec->early && target->thing == SCFG_THING_DEVICE && !target->foreign &&
	    target->header.content == SCFG_CONTENT_NONE && !target->blank_ends)
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_EXISTS,
				 "%s holds data of an unknown kind, which would be overwritten; "
				 "create it with swapcfg create if it can go",
				 path);
	if (target->foreign)
		scfg_finding_add(list, severity, SWAPCFG_REASON_EXISTS,
				 goal->removes ? "%s holds %s and is no swap area%s"
					       : "%s holds %s, which would be overwritten%s",
				 path, target->foreign, remedy);
	else if (goal->removes && target->size && target->header.content == SCFG_CONTENT_NONE)
		scfg_finding_add(list, severity, SWAPCFG_REASON_NOT_SWAP, "%s is no swap area%s",
				 path, remedy);
}

void scfg_check_content(const struct scfg_survey *survey, const struct scfg_goal *goal,
			struct scfg_findings *list)
{
	const struct scfg_target *target = &survey->target;
	enum swapcfg_state state = survey->spec->state;
	bool there = target->thing == SCFG_THING_FILE || target->thing == SCFG_THING_DEVICE;

	if (survey->place_err)
		return;
	if (target->thing == SCFG_THING_NONE && !goal->makes &&
	    (state >= SWAPCFG_STATE_ALLOCATED || survey->spec->size))
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_MISSING,
				 "%s does not exist; create it with swapcfg create and a size",
				 survey->place.path);
	if (!there)
		return;
	if (target->header.content == SCFG_CONTENT_HIBERNATION &&
	    (goal->activates || overwrites(survey, goal)))
		scfg_finding_add(
			list,
			survey->spec->force && overwrites(survey, goal) ? SWAPCFG_SEVERITY_WARNING
									: SWAPCFG_SEVERITY_BLOCKER,
			SWAPCFG_REASON_HIBERNATION_IMAGE,
			"%s holds a suspended system, which would be lost; resume or discard it "
			"first, or force it to be made anew",
			survey->place.path);
	if (overwrites(survey, goal))
		check_overwrite(survey, goal, list);
	if (target->row || goal->makes)
		return;
	if (survey->spec->early && target->thing == SCFG_THING_DEVICE && !target->size) {
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_MISSING,
				 "%s has no size, so there is no medium in it, or nobody has set "
				 "it up yet",
				 survey->place.path);
		return;
	}
	if (goal->activates && !goal->formats && !goal->resizes)
		check_header(survey, list);
	if (goal->activates || goal->formats)
		check_blocks(survey, list);
	/* It may be in use as swap: only the kernel can tell then, and will. */
	if (goal->activates && target->claimed && !overwrites(survey, goal) && !survey->no_proc)
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_IN_USE,
				 "%s is mounted or part of another device; that cannot be forced",
				 survey->place.path);
}
