/* SPDX-License-Identifier: MIT */
#include "goal.h"

#include <string.h>

static bool wants_header(const struct swapcfg_spec *spec)
{
	return spec->state == SWAPCFG_STATE_FORMATTED || spec->state == SWAPCFG_STATE_ACTIVE ||
	       (spec->state == SWAPCFG_STATE_KEEP && spec->size);
}

bool scfg_spec_may_format(const struct swapcfg_spec *spec)
{
	if (spec->early)
		return spec->early_format;
	return spec->state == SWAPCFG_STATE_FORMATTED || (wants_header(spec) && spec->size);
}

bool scfg_target_is_sound(const struct scfg_survey *survey, const struct scfg_target *target)
{
	const struct scfg_header *header = &target->header;

	return header->content == SCFG_CONTENT_SWAP && header->page_size == survey->page_size &&
	       ((uint64_t)header->last_page + 1) * header->page_size <= target->size;
}

bool scfg_goal_cycles(const struct scfg_goal *goal)
{
	return goal->activates && goal->deactivates;
}

bool scfg_native_is_big_endian(void)
{
	const uint16_t one = 1;

	return *(const uint8_t *)&one == 0;
}

/* How many pages a header may speak of: the field holds the last page's number. */
static uint32_t last_page_of(uint64_t bytes, uint32_t page_size)
{
	uint64_t pages = bytes / page_size;

	if (pages > UINT32_MAX)
		pages = UINT32_MAX;
	return pages ? (uint32_t)(pages - 1) : 0;
}

static bool wants_big_endian(const struct scfg_survey *survey)
{
	if (survey->spec->endianness == SWAPCFG_ENDIANNESS_NATIVE)
		return scfg_native_is_big_endian();
	return survey->spec->endianness == SWAPCFG_ENDIANNESS_BIG;
}

/* The header that the spec asks for; label and UUID of a sound one are kept unless it says other.
 */
static int choose_header(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct swapcfg_spec *spec = survey->spec;
	const struct scfg_header *old = &survey->target.header;
	struct scfg_header *header = &goal->header;
	bool keep = old->content == SCFG_CONTENT_SWAP && !spec->format_only;
	uint64_t room = goal->size;
	int r = 0;

	header->content = SCFG_CONTENT_SWAP;
	header->page_size = survey->page_size;
	header->big_endian = wants_big_endian(survey);
	/* An offset moves the start of the area, and a size that was given counts from there. */
	if (spec->offset && !(spec->format_only && spec->size))
		room = room > spec->offset ? room - spec->offset : 0;
	header->last_page = last_page_of(room, survey->page_size);
	if (spec->has_label)
		memcpy(header->label, spec->label, sizeof(header->label));
	else if (keep)
		memcpy(header->label, old->label, sizeof(header->label));
	if (spec->uuid_wish == SCFG_UUID_GIVEN) {
		memcpy(header->uuid, spec->uuid, sizeof(header->uuid));
	} else if (spec->uuid_wish == SCFG_UUID_DEFAULT && keep) {
		memcpy(header->uuid, old->uuid, sizeof(header->uuid));
	} else {
		r = survey->ctx->sys->random(header->uuid, sizeof(header->uuid));
		scfg_uuid_make_v4(header->uuid);
	}
	return r;
}

/* Whether the header that is there says something else than the spec asks for. */
static bool header_differs(const struct scfg_survey *survey, const struct scfg_goal *goal)
{
	const struct swapcfg_spec *spec = survey->spec;
	const struct scfg_header *old = &survey->target.header;

	if (spec->format_only || spec->uuid_wish == SCFG_UUID_RANDOM)
		return true;
	if (spec->has_label && strcmp(old->label, goal->header.label) != 0)
		return true;
	if (spec->uuid_wish == SCFG_UUID_GIVEN && memcmp(old->uuid, spec->uuid, 16) != 0)
		return true;
	if (spec->endianness != SWAPCFG_ENDIANNESS_NATIVE &&
	    old->big_endian != goal->header.big_endian)
		return true;
	return spec->size && old->last_page != goal->header.last_page;
}

/* A file or device with a sound header, or an active one. */
static void decide_area(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct scfg_target *target = &survey->target;

	if (target->thing == SCFG_THING_FILE && goal->size != target->size &&
	    !survey->spec->format_only)
		goal->resizes = true;
	else if (wants_header(survey->spec) && !survey->spec->early && header_differs(survey, goal))
		goal->formats = true;
}

/* A file that is there but will not do: made anew where its blocks will not do either. */
static void decide_other_file(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct scfg_target *target = &survey->target;
	bool blocks_do = !target->extents.holes && !target->extents.shared && !target->unprepared &&
			 target->size == goal->size;

	if (survey->spec->format_only || (blocks_do && wants_header(survey->spec))) {
		goal->formats = true;
	} else if (!blocks_do && !survey->spec->early) {
		goal->makes = true;
		goal->replaces = true;
	}
}

static void decide_file(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct scfg_target *target = &survey->target;
	bool sound = scfg_target_is_sound(survey, target);
	bool plain = !target->extents.holes && !target->extents.shared && !target->unprepared;
	bool allocates = survey->spec->state == SWAPCFG_STATE_ALLOCATED;

	if (target->thing == SCFG_THING_NONE)
		goal->makes = survey->spec->size && !survey->spec->format_only;
	else if (target->row || (sound && plain))
		decide_area(survey, goal);
	else if (target->thing == SCFG_THING_DEVICE)
		/* One of no size may get its medium later in the boot. */
		goal->formats = scfg_spec_may_format(survey->spec) &&
				(target->size || !survey->spec->early);
	else if (target->thing == SCFG_THING_FILE &&
		 (scfg_spec_may_format(survey->spec) || (allocates && goal->size)))
		decide_other_file(survey, goal);
	goal->protects = target->thing == SCFG_THING_FILE && !goal->makes &&
			 (target->st.st_mode & 077) && !survey->fs->no_modes && !allocates &&
			 !survey->spec->format_only && !survey->spec->early;
}

static bool changes_area(const struct swapcfg_spec *spec)
{
	return spec->state != SWAPCFG_STATE_KEEP || spec->size;
}

/* An active bridge stands for an area that a killed run switched off and could not switch on. */
static const struct scfg_swap_row *stand_in(const struct scfg_survey *survey)
{
	bool stands = survey->temp_is_ours && changes_area(survey->spec) &&
		      survey->spec->state != SWAPCFG_STATE_ALLOCATED;

	return stands ? survey->temp.row : NULL;
}

static void decide_use(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct swapcfg_spec *spec = survey->spec;
	const struct scfg_swap_row *row = survey->target.row;
	const struct scfg_swap_row *bridge = stand_in(survey);
	const struct scfg_swap_row *before = row ? row : bridge;
	int had = before && before->priority >= 0 ? before->priority : SWAPCFG_PRIORITY_DEFAULT;
	bool off = goal->resizes || goal->formats || goal->makes;
	bool ends = spec->state == SWAPCFG_STATE_ABSENT || spec->state == SWAPCFG_STATE_INACTIVE;

	if (spec->state == SWAPCFG_STATE_ACTIVE && spec->priority != SWAPCFG_PRIORITY_KEEP &&
	    !spec->early)
		off = off || had != spec->priority;
	goal->deactivates = row && (off || ends);
	if (!ends)
		goal->activates =
			row ? goal->deactivates : bridge || spec->state == SWAPCFG_STATE_ACTIVE;
	goal->priority = spec->priority == SWAPCFG_PRIORITY_KEEP ? had : spec->priority;
	goal->discard = spec->discard;
}

/* What an interrupted run left under the temporary name, and whether a bridge is built. */
static void decide_bridge(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	const struct scfg_target *target = &survey->target;
	uint64_t least = goal->size < target->size ? goal->size : target->size;

	if (survey->temp_is_ours && changes_area(survey->spec)) {
		goal->bridge_there = survey->temp.row != NULL;
		goal->clean = !goal->bridge_there;
	}
	if (!scfg_goal_cycles(goal) || target->thing != SCFG_THING_FILE || survey->spec->in_place)
		return;
	goal->bridge_size = least - least % survey->page_size;
	goal->drains_first = goal->bridge_there && survey->temp.size < goal->bridge_size;
	goal->bridge = !goal->bridge_there || goal->drains_first;
}

/* Of a boot configuration that was not read, nothing is known. */
static void decide_cleaning(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++)
		goal->clean_boot[i] = survey->boot.files[i].left_is_ours;
}

int scfg_goal_find(const struct scfg_survey *survey, struct scfg_goal *ret)
{
	const struct swapcfg_spec *spec = survey->spec;
	const struct scfg_target *target = &survey->target;
	int r = 0;

	*ret = (struct scfg_goal){0};
	ret->priority = SWAPCFG_PRIORITY_DEFAULT;
	decide_cleaning(survey, ret);
	if (survey->place_err)
		return spec->boot == SWAPCFG_BOOT_NONE ? scfg_boot_choose(survey, ret) : 0;
	ret->size = spec->size ? spec->size - spec->size % survey->page_size : target->size;
	if (spec->state == SWAPCFG_STATE_ABSENT) {
		ret->removes = target->thing == SCFG_THING_FILE;
	} else if (spec->state >= SWAPCFG_STATE_ALLOCATED || spec->size) {
		r = choose_header(survey, ret);
		decide_file(survey, ret);
	}
	decide_use(survey, ret);
	decide_bridge(survey, ret);
	if (r == 0 && spec->boot != SWAPCFG_BOOT_KEEP)
		r = scfg_boot_choose(survey, ret);
	return r;
}

uint64_t scfg_goal_needs(const struct scfg_survey *survey, const struct scfg_goal *goal)
{
	uint64_t needs = 0;

	if (goal->makes)
		needs = goal->size;
	else if (goal->resizes && goal->size > survey->target.size)
		needs = goal->size - survey->target.size;
	if (goal->bridge)
		needs += goal->bridge_size;
	/* What is cleaned away first is free again. */
	if ((goal->clean || goal->drains_first) && survey->temp.size < needs)
		needs -= survey->temp.size;
	else if (goal->clean || goal->drains_first)
		needs = 0;
	return needs;
}
