/* SPDX-License-Identifier: MIT */
/* The boot entry: whether one can work here, and what others have written. */
#include "goal.h"

/* An entry for what is no area, and will not be one, could only fail. */
static void check_area(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	const struct scfg_target *target = &survey->target;
	bool made = goal->makes && survey->spec->state != SWAPCFG_STATE_ALLOCATED;

	if (made || goal->formats || goal->resizes || target->row ||
	    scfg_target_is_sound(survey, target))
		return;
	if (target->thing == SCFG_THING_NONE)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_MISSING,
			"%s does not exist, so a boot entry for it would fail; create it first",
			survey->place.path);
	else
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NOT_SWAP,
			"%s has no valid swap header, so a boot entry for it would fail; create "
			"it with swapcfg create and a size",
			survey->place.path);
}

static void check_wanted(const struct scfg_survey *survey, const struct scfg_goal *goal,
			 struct scfg_findings *list)
{
	const struct scfg_boot_verdict *verdict = &goal->verdict;

	/* Said already where the state asks for more. */
	if (survey->spec->state == SWAPCFG_STATE_KEEP ||
	    survey->spec->state == SWAPCFG_STATE_ALLOCATED)
		check_area(survey, goal, list);
	if (verdict->fault) {
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, verdict->fault,
			"no boot entry of the kind %s can work: %s; choose another kind, or none",
			swapcfg_boot_name(verdict->kind->kind), verdict->why);
		return;
	}
	if (verdict->place_unknown)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT,
			"whether the directory of %s is mounted by the init scripts cannot be "
			"known here, so the boot entry runs behind them",
			survey->place.path);
	if (verdict->mounted_by_none)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT,
			"nothing in /etc/fstab or /etc/init.d mounts %s, so the area may not be "
			"there at boot; add the mount to /etc/fstab",
			survey->mount.point);
	if (verdict->lost)
		scfg_finding_add(list, SWAPCFG_SEVERITY_WARNING,
				 SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, "%s", verdict->lost);
}

static void check_foreign(const struct scfg_survey *survey, const struct scfg_goal *goal,
			  struct scfg_findings *list)
{
	const struct scfg_boot_verdict *verdict = &goal->verdict;
	unsigned int line = verdict->foreign->line;

	if (survey->spec->boot != SWAPCFG_BOOT_NONE && verdict->foreign_does)
		scfg_finding_add(list, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
				 "line %u of %s, which is not ours, already activates it at boot",
				 line, verdict->foreign_file);
	else if (survey->spec->boot != SWAPCFG_BOOT_NONE)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
			"line %u of %s, which is not ours, activates it too early or not at "
			"all; it stays, and may be deleted by hand",
			line, verdict->foreign_file);
	else
		scfg_finding_add(
			list, goal->removes ? SWAPCFG_SEVERITY_BLOCKER : SWAPCFG_SEVERITY_WARNING,
			SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
			"line %u of %s, which is not ours, activates it at boot; delete that "
			"line by hand%s",
			line, verdict->foreign_file, goal->removes ? " first" : "");
}

/* What has the temporary name of a boot file: ours is deleted, anything else stops us. */
static void check_leftover(const struct scfg_boot_file *file, bool writes, bool cleans,
			   struct scfg_findings *list)
{
	if (cleans)
		scfg_finding_add(list, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_LEFTOVER,
				 "%s was left by an interrupted run and will be removed",
				 file->left_path);
	else if (writes && file->left_path)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_LEFTOVER,
			"%s is in the way and not known to be ours; look at it and delete it",
			file->left_path);
}

void scfg_check_boot(const struct scfg_survey *survey, const struct scfg_goal *goal,
		     struct scfg_findings *list)
{
	bool writes = false;

	if (survey->spec->boot == SWAPCFG_BOOT_KEEP)
		return;
	if (survey->spec->boot != SWAPCFG_BOOT_NONE && !survey->place_err)
		check_wanted(survey, goal, list);
	if (goal->verdict.foreign)
		check_foreign(survey, goal, list);
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		bool changes = goal->boot[i] != SCFG_BOOT_LEAVE;

		check_leftover(&survey->boot.files[i], changes, goal->clean_boot[i], list);
		writes = writes || changes;
	}
	if (writes && survey->boot.read_only)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_READ_ONLY,
			"/etc is mounted read-only, so the boot entry cannot be changed; remount "
			"it read-write first");
}
