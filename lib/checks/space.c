/* SPDX-License-Identifier: MIT */
/* Space on the disk, with a reserve that stays free. */
#include "goal.h"

#define RESERVE_MIN	(64ull * 1024 * 1024)
#define RESERVE_PERCENT 5u

static uint64_t reserve_of(const struct scfg_survey *survey)
{
	uint64_t unit = (uint64_t)survey->statfs.f_bsize;
	uint64_t part = (uint64_t)survey->statfs.f_blocks / 100 * RESERVE_PERCENT * unit;

	if (survey->spec->keep_free != SWAPCFG_KEEP_FREE_DEFAULT)
		return survey->spec->keep_free;
	return part > RESERVE_MIN ? part : RESERVE_MIN;
}

static unsigned long long mib(uint64_t bytes)
{
	return (unsigned long long)((bytes + (1u << 20) - 1) >> 20);
}

/* Whether the header would speak of more than there is: a size that was given counts from the
 * offset.
 */
static bool ends_behind(const struct scfg_survey *survey, const struct scfg_goal *goal)
{
	uint64_t there = survey->target.size;
	uint64_t offset =
		survey->spec->format_only && survey->spec->size ? survey->spec->offset : 0;

	return offset > there || goal->size > there - offset;
}

void scfg_check_space(const struct scfg_survey *survey, const struct scfg_goal *goal,
		      struct scfg_findings *list)
{
	const char *bridged =
		goal->bridge ? " (the old area stays in use meanwhile; where less swap for "
			       "a while will do, ask for it in place)"
			     : "";
	uint64_t needs;
	uint64_t free;
	uint64_t reserve;

	if (survey->place_err)
		return;
	if (survey->target.thing == SCFG_THING_DEVICE) {
		if ((goal->formats || goal->resizes) && ends_behind(survey, goal))
			scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NO_SPACE,
					 "%s has %llu bytes, less than the %llu asked for; ask for "
					 "less",
					 survey->place.path,
					 (unsigned long long)survey->target.size,
					 (unsigned long long)goal->size);
		return;
	}
	if (survey->spec->format_only && survey->spec->size && ends_behind(survey, goal)) {
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_TOO_LARGE,
				 "%s has %llu bytes, less than the %llu asked for; ask for less",
				 survey->place.path, (unsigned long long)survey->target.size,
				 (unsigned long long)goal->size);
		return;
	}
	needs = scfg_goal_needs(survey, goal);
	if (!needs)
		return;
	free = (uint64_t)survey->statfs.f_bavail * (uint64_t)survey->statfs.f_bsize;
	reserve = reserve_of(survey);
	if (needs > free)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NO_SPACE,
			"%llu MiB are needed%s, %llu MiB are free; ask for less, or free some "
			"space",
			mib(needs), bridged, (unsigned long long)(free >> 20));
	else if (free - needs < reserve)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_RESERVE,
			"%llu MiB are needed%s, and of the %llu MiB that are free %llu MiB are "
			"to stay free; ask for less, or for a smaller reserve",
			mib(needs), bridged, (unsigned long long)(free >> 20), mib(reserve));
}
