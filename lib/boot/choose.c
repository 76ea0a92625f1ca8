/* SPDX-License-Identifier: MIT */
/*
 * Which kind of boot entry an area gets, and where it must stand so that its file is there when it
 * runs. On a NanoKVM /data is mounted by a script, long after sysinit: an entry for /data/swapfile
 * must run behind the scripts, one for /swapfile need not wait for them.
 */
#include <errno.h>
#include <string.h>

#include "goal.h"

static bool removable(const struct scfg_boot_file *file, const char *path)
{
	return scfg_boot_has(file, path, SCFG_OWNER_OURS) ||
	       scfg_boot_has(file, path, SCFG_OWNER_ADOPTABLE);
}

static const char *fault_of(const struct scfg_survey *survey, size_t kind,
			    enum swapcfg_reason *reason)
{
	const struct scfg_boot_file *file = &survey->boot.files[kind];
	const char *fault;

	*reason = SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED;
	fault = file->kind->fault(survey, file, reason);
	if (fault)
		return fault;
	if (file->no_dir)
		return "the directory of the file that would hold it does not exist";
	if (file->err)
		return "the file that would hold it cannot be understood";
	if (!file->kind->text->can_quote(scfg_survey_path(survey)))
		return "the path has characters that an entry cannot express";
	return NULL;
}

static enum swapcfg_boot own_kind(const struct scfg_boot *boot)
{
	switch (boot->init) {
	case SCFG_INIT_SYSV:
	case SCFG_INIT_BUSYBOX:
		return SWAPCFG_BOOT_INITTAB;
	case SCFG_INIT_SYSTEMD:
		return SWAPCFG_BOOT_SYSTEMD;
	case SCFG_INIT_PROCD:
		return SWAPCFG_BOOT_UCI;
	case SCFG_INIT_UNKNOWN:
		break;
	}
	return SWAPCFG_BOOT_FSTAB;
}

/* The kind that is asked for, or the first that works; where an entry of ours is comes first. */
static size_t choose_kind(const struct scfg_survey *survey)
{
	enum swapcfg_reason reason;

	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (survey->boot.files[i].kind->kind == survey->spec->boot)
			return i;
	}
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (scfg_boot_has(&survey->boot.files[i], scfg_survey_path(survey),
				  SCFG_OWNER_OURS) &&
		    !fault_of(survey, i, &reason))
			return i;
	}
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (!fault_of(survey, i, &reason))
			return i;
	}
	/* None does: the fault of the init's own kind says most. */
	return (size_t)(scfg_boot_file(&survey->boot, own_kind(&survey->boot)) -
			survey->boot.files);
}

static bool includes(enum swapcfg_discard discard, enum swapcfg_discard which)
{
	return discard == which || discard == SWAPCFG_DISCARD_BOTH;
}

const char *scfg_boot_command_fault(const struct scfg_survey *survey,
				    const struct scfg_boot_file *file, enum swapcfg_reason *reason)
{
	const struct scfg_boot *boot = &survey->boot;

	if (!boot->swapon && !boot->helper)
		return "this system has no swapon program that an entry could run";
	if (file->kind->before_mounts && !boot->helper && !scfg_boot_is_mounted(survey)) {
		*reason = SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT;
		return "it may run before the scripts have mounted that directory; install "
		       "swapcfg in /usr/sbin, whose command boot waits for it";
	}
	return NULL;
}

/* Whether an entry that is a command has to be one of swapcfg's, not of swapon's. */
static bool needs_helper(const struct scfg_survey *survey, const struct scfg_boot_kind *kind,
			 bool options)
{
	const struct scfg_boot *boot = &survey->boot;

	if (kind->reader != SCFG_READER_COMMAND)
		return false;
	return !boot->swapon || (options && boot->swapon_is_busybox) ||
	       (kind->before_mounts && !scfg_boot_is_mounted(survey));
}

/* What cannot be said is left out: it is better to have swap without it. */
static void fit_options(const struct scfg_survey *survey, struct scfg_goal *goal, size_t kind_index)
{
	const struct scfg_boot_kind *kind = survey->boot.files[kind_index].kind;
	struct scfg_boot_want *want = &goal->want;
	bool options = want->priority >= 0 || want->discard_once || want->discard_pages;

	if (needs_helper(survey, kind, options) && survey->boot.helper) {
		want->helper = survey->boot.helper;
		return;
	}
	if (kind->lost)
		goal->verdict.lost = kind->lost(want);
	if (kind->reader == SCFG_READER_OWN || !survey->boot.swapon_is_busybox || !options)
		return;
	goal->verdict.lost =
		"this system's swapon is BusyBox's, which may not know priorities and discard, so "
		"after a reboot the area may come back without them; with swapcfg in /usr/sbin, an "
		"entry that runs a command keeps them";
	if (kind->reader == SCFG_READER_SWAPON_A)
		return;
	/* On its command line an option that it does not know means no swap at all. */
	want->priority = SWAPCFG_PRIORITY_DEFAULT;
	want->discard_once = false;
	want->discard_pages = false;
}

static void fill_want(const struct scfg_survey *survey, struct scfg_goal *goal, size_t kind)
{
	const struct scfg_boot *boot = &survey->boot;
	const struct scfg_boot_line *had =
		scfg_boot_entry(&boot->files[kind], scfg_survey_path(survey));
	struct scfg_boot_want *want = &goal->want;
	bool keeps = survey->spec->priority == SWAPCFG_PRIORITY_KEEP;

	want->path = scfg_survey_path(survey);
	want->swapon = boot->swapon;
	want->dialect = boot->init == SCFG_INIT_BUSYBOX ? SCFG_DIALECT_BUSYBOX : SCFG_DIALECT_SYSV;
	want->place =
		scfg_boot_where(survey) == SCFG_ON_ROOT ? SCFG_PLACE_SYSINIT : SCFG_PLACE_AFTER_RCS;
	want->discard_once = includes(goal->discard, SWAPCFG_DISCARD_ONCE);
	want->discard_pages = includes(goal->discard, SWAPCFG_DISCARD_PAGES);
	if (had && goal->discard == SWAPCFG_DISCARD_KEEP) {
		want->discard_once = had->discard_once;
		want->discard_pages = had->discard_pages;
	}
	/* What is off now gets the priority that its entry remembers. */
	if (keeps && had && had->priority >= 0 && !survey->target.row)
		goal->priority = had->priority;
	want->priority = goal->priority;
	fit_options(survey, goal, kind);
}

/* An entry of others for the same area, in a file that is read at boot. */
static void find_foreign(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	struct scfg_boot_verdict *verdict = &goal->verdict;

	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		const struct scfg_boot_file *file = &survey->boot.files[i];
		const struct scfg_boot_line *line = scfg_boot_entry(file, scfg_survey_path(survey));
		enum swapcfg_reason reason;

		if (!line || line->owner != SCFG_OWNER_FOREIGN || !file->enabled)
			continue;
		verdict->foreign = line;
		verdict->foreign_file = file->path;
		verdict->foreign_does = !fault_of(survey, i, &reason) &&
					(file->kind->kind != SWAPCFG_BOOT_INITTAB ||
					 line->place >= goal->want.place);
		if (verdict->foreign_does)
			return;
	}
}

static int decide_write(const struct scfg_survey *survey, struct scfg_goal *goal, size_t kind)
{
	const struct scfg_boot_file *file = &survey->boot.files[kind];
	const char *old = file->data ? file->data : "";
	struct scfg_buf text = {0};
	int r;

	r = file->kind->text->persist(old, file->len, &goal->want, &text);
	if (r == 0 &&
	    (!file->enabled || text.len != file->len || memcmp(text.data, old, text.len) != 0))
		goal->boot[kind] = SCFG_BOOT_WRITE;
	scfg_buf_free(&text);
	if (r == -EINVAL) {
		goal->verdict.fault = SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED;
		goal->verdict.why =
			"its file has no place for an entry of ours, or the path has characters "
			"that an entry cannot express";
		r = 0;
	}
	return r;
}

static int choose_entry(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	struct scfg_boot_verdict *verdict = &goal->verdict;
	enum swapcfg_reason reason;
	size_t kind = choose_kind(survey);

	verdict->kind = survey->boot.files[kind].kind;
	verdict->why = fault_of(survey, kind, &reason);
	verdict->fault = verdict->why ? reason : SWAPCFG_REASON_NONE;
	if (verdict->why)
		return 0;
	fill_want(survey, goal, kind);
	verdict->place_unknown = scfg_boot_where(survey) == SCFG_WHERE_UNKNOWN;
	if (survey->mount.point && !scfg_boot_mounts(&survey->boot, scfg_survey_path(survey))) {
		int named = scfg_boot_scripts_name(survey->ctx, survey->mount.point);

		if (named < 0)
			return named;
		verdict->mounted_by_none = !named;
	}
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (i != kind && removable(&survey->boot.files[i], scfg_survey_path(survey)))
			goal->boot[i] = SCFG_BOOT_CLEAR;
	}
	find_foreign(survey, goal);
	if (verdict->foreign && verdict->foreign_does)
		return 0;
	return decide_write(survey, goal, kind);
}

int scfg_boot_choose(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	if (survey->spec->boot != SWAPCFG_BOOT_NONE)
		return choose_entry(survey, goal);
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		const struct scfg_boot_file *file = &survey->boot.files[i];

		if (removable(file, scfg_survey_path(survey)))
			goal->boot[i] = SCFG_BOOT_CLEAR;
		if (scfg_boot_has(file, scfg_survey_path(survey), SCFG_OWNER_FOREIGN)) {
			goal->verdict.foreign = scfg_boot_entry(file, scfg_survey_path(survey));
			goal->verdict.foreign_file = file->path;
		}
	}
	return 0;
}
