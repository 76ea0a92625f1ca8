/* SPDX-License-Identifier: MIT */
/*
 * The forecast for swapoff(2): what an area holds must go into memory or into other areas. Without
 * room the kernel kills, and the caller of swapoff first.
 */
#include "goal.h"

/* Kept out of the calculation: 1/16 of the memory, since its numbers change while we look. */
#define MARGIN_PART 16u

static uint64_t room_elsewhere(const struct scfg_survey *survey,
			       const struct scfg_swap_row *leaving)
{
	uint64_t room = 0;

	for (size_t i = 0; i < survey->swaps.count; i++) {
		const struct scfg_swap_row *row = &survey->swaps.rows[i];

		if (row != leaving && row->size > row->used)
			room += row->size - row->used;
	}
	return room;
}

/* Whether what an area holds has room; says so where it has not. */
static bool fits(const struct scfg_survey *survey, const struct scfg_swap_row *row, uint64_t room,
		 struct scfg_findings *list)
{
	uint64_t margin = survey->memory.total / MARGIN_PART;

	if (!row || !row->used || row->used + margin <= room)
		return true;
	scfg_finding_add(
		list,
		survey->spec->ignore_memory ? SWAPCFG_SEVERITY_WARNING : SWAPCFG_SEVERITY_BLOCKER,
		SWAPCFG_REASON_LOW_MEMORY,
		"%llu MiB are swapped out there, and memory and other areas have room for %llu "
		"MiB; stop some programs or add swap first",
		(unsigned long long)(row->used >> 20),
		(unsigned long long)((room > margin ? room - margin : 0) >> 20));
	return false;
}

static uint64_t room_for_target(const struct scfg_survey *survey, const struct scfg_goal *goal)
{
	uint64_t room = room_elsewhere(survey, survey->target.row) + survey->memory.available;

	if (goal->bridge)
		room += goal->bridge_size;
	return room;
}

/* A device has no room for a bridge, and a file has none where that was asked for. */
static void check_gap(const struct scfg_survey *survey, const struct scfg_goal *goal,
		      struct scfg_findings *list)
{
	if (scfg_goal_cycles(goal) && !goal->bridge && !goal->bridge_there)
		scfg_finding_add(list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_LESS_SWAP,
				 "%s is switched off while it is changed, so for a while there is "
				 "less swap than before",
				 survey->place.path);
}

void scfg_check_memory(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	const struct scfg_swap_row *left = goal->bridge_there ? survey->temp.row : NULL;

	check_gap(survey, goal, list);
	if (goal->deactivates &&
	    !fits(survey, survey->target.row, room_for_target(survey, goal), list))
		return;
	fits(survey, left, room_elsewhere(survey, left) + survey->memory.available, list);
}
