/* SPDX-License-Identifier: MIT */
/* The file system: whether it can hold swap, and can be written to. */
#include "goal.h"

static void check_kind(const struct scfg_survey *survey, struct scfg_findings *list)
{
	const struct scfg_fs *fs = survey->fs;
	unsigned int running = survey->kernel;

	if (fs->refuse) {
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER,
				 SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED,
				 "%s lies on %s, which cannot hold swap: %s; choose another path",
				 survey->place.path, fs->name, fs->refuse);
		return;
	}
	if (running && running < fs->min_kernel)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED,
			"kernel %u.%u cannot swap to a file on %s safely, %u.%u can; choose "
			"another path",
			running / 256, running % 256, fs->name, fs->min_kernel / 256u,
			fs->min_kernel % 256u);
}

void scfg_check_filesystem(const struct scfg_survey *survey, const struct scfg_goal *goal,
			   struct scfg_findings *list)
{
	bool writes = goal->makes || goal->resizes || goal->bridge || goal->protects ||
		      goal->removes || goal->clean ||
		      (goal->formats && survey->target.thing == SCFG_THING_FILE);
	bool holds = (goal->makes || goal->resizes || goal->activates) && !survey->target.row;

	if (survey->place_err)
		return;
	if (survey->target.thing == SCFG_THING_DEVICE) {
		if (survey->target.read_only && (goal->formats || goal->activates))
			scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_READ_ONLY,
					 "%s can only be read; choose another device",
					 survey->place.path);
		return;
	}
	/* An image is formatted wherever it lies; it need not hold swap there. */
	if (holds)
		check_kind(survey, list);
	/* Of a file system that could not hold swap anyway, that is all there is to say. */
	if ((survey->statfs.f_flags & SCFG_STATFS_READ_ONLY) && (writes || goal->activates) &&
	    !(holds && survey->fs->refuse))
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_READ_ONLY,
			"the file system of %s is mounted read-only; remount it read-write or "
			"choose another path",
			survey->place.path);
	if (survey->fs->max_file && goal->size > survey->fs->max_file &&
	    (goal->makes || goal->resizes))
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_TOO_LARGE,
				 "a file on %s can have at most %llu bytes; ask for less",
				 survey->fs->name, (unsigned long long)survey->fs->max_file);
}
