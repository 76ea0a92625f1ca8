/* SPDX-License-Identifier: MIT */
/* The path: whether it leads somewhere that only trusted users can change. */
#include <errno.h>

#include "goal.h"
#include "names.h"

static void check_directory(const struct scfg_survey *survey, struct scfg_findings *list)
{
	const char *path = survey->spec->path;

	if (survey->place_err == -ENOENT)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_MISSING,
			"the directory of %s does not exist; create it or choose another path",
			path);
	else
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER,
				 scfg_reason_of_errno(survey->place_err),
				 "%s cannot be reached: %s; choose another path", path,
				 scfg_errno_text(survey->place_err));
}

/* Whether a path leads nowhere, rather than nobody being able to look. */
static bool is_gone(int place_err)
{
	return place_err == -ENOENT || place_err == -ENOTDIR || place_err == -ELOOP;
}

static void check_thing(const struct scfg_survey *survey, struct scfg_findings *list)
{
	const char *path = survey->place.path;

	if (survey->target.thing == SCFG_THING_LINK)
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PATH_UNSAFE,
				 "%s is a symbolic link; name the file that it leads to", path);
	else if (survey->target.thing == SCFG_THING_OTHER)
		scfg_finding_add(list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_EXISTS,
				 "%s is neither a file nor a block device; choose another path",
				 path);
}

/* Others that can write to the file could change what was swapped out; that can read it, see it. */
static void check_file(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	const struct scfg_target *target = &survey->target;
	struct stat owner = target->st;

	if (target->thing != SCFG_THING_FILE)
		return;
	owner.st_mode &= ~(mode_t)077;
	if (scfg_others_write(survey->ctx, &owner))
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PATH_UNSAFE,
			"%s belongs to user %u, who could change what was swapped out; give it "
			"to root first",
			survey->place.path, (unsigned int)target->st.st_uid);
	else if ((target->st.st_mode & 077) && !goal->removes && !goal->replaces)
		scfg_finding_add(list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_PATH_UNSAFE,
				 "%s has mode %04o, so others can read what was swapped out%s",
				 survey->place.path, (unsigned int)target->st.st_mode & 07777u,
				 goal->protects || !survey->fs->no_modes
					 ? ""
					 : "; mount its file system with umask=0077");
}

/* Where permission bits are the mount's, a new file has what the directory shows. */
static void check_mount_mode(const struct scfg_survey *survey, const struct scfg_goal *goal,
			     struct scfg_findings *list)
{
	if (goal->makes && survey->fs->no_modes && (survey->place.dir.st_mode & 077))
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_PATH_UNSAFE,
			"%s lies on %s, mounted so that others can read its files, and with "
			"them what was swapped out; mount it with umask=0077",
			survey->place.path, survey->fs->name);
}

void scfg_check_path(const struct scfg_survey *survey, const struct scfg_goal *goal,
		     struct scfg_findings *list)
{
	bool undoes = survey->spec->state == SWAPCFG_STATE_INACTIVE;

	if (survey->place_err) {
		/* A boot entry for what is gone can still be removed. */
		bool ends = undoes || survey->spec->state == SWAPCFG_STATE_ABSENT;

		if (!ends || !is_gone(survey->place_err))
			check_directory(survey, list);
		return;
	}
	check_thing(survey, list);
	/* To switch an area off is harmless, but not one that somebody else has chosen. */
	if (survey->place.led && undoes)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PATH_UNSAFE,
			"where %s leads to is in the hands of other users; name the area itself, "
			"which may be %s",
			survey->spec->path, survey->place.path);
	if (survey->place.unsafe && !undoes)
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PATH_UNSAFE,
			"%s could be replaced by other users; choose a directory that only "
			"root can write to",
			survey->place.unsafe);
	if (!undoes)
		check_file(survey, goal, list);
	check_mount_mode(survey, goal, list);
	if (survey->temp.thing != SCFG_THING_NONE && !survey->temp_is_ours &&
	    (goal->makes || goal->bridge))
		scfg_finding_add(
			list, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_LEFTOVER,
			"%s is in the way and not known to be ours; look at it and delete it",
			survey->temp_path);
	else if (goal->clean || goal->bridge_there)
		scfg_finding_add(list, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_LEFTOVER,
				 "%s was left by an interrupted run and will be removed",
				 survey->temp_path);
}
