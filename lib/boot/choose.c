/* SPDX-License-Identifier: MIT */
/*
 * Which kind of boot entry an area gets, and where it must stand so that its file is there when it
 * runs. On a NanoKVM /data is mounted by a script, long after sysinit: an entry for /data/swapfile
 * must run behind the scripts, one for /swapfile need not wait for them.
 */
#include <errno.h>
#include <string.h>

#include "goal.h"

/* Where the area's directory lies when the system boots. */
enum where { ON_ROOT, ON_MOUNT, NOT_KNOWN };

static enum where where_is(const struct scfg_survey *survey)
{
	struct stat root;

	if (!survey->ctx->offline)
		return survey->mount.point ? ON_MOUNT : ON_ROOT;
	/* Nothing can be mounted between the root and its own entries. */
	if (strrchr(survey->place.path, '/') == survey->place.path)
		return ON_ROOT;
	if (scfg_boot_mounts(&survey->boot, survey->place.path))
		return ON_MOUNT;
	if (survey->ctx->sys->fstat(survey->ctx->rootfd, &root) == 0 &&
	    root.st_dev != survey->place.dir.st_dev)
		return ON_MOUNT;
	return NOT_KNOWN;
}

static const char *path_of(const struct scfg_survey *survey)
{
	return survey->place.path ? survey->place.path : survey->spec->path;
}

static bool removable(const struct scfg_boot_file *file, const char *path)
{
	return scfg_boot_has(file, path, SCFG_OWNER_OURS) ||
	       scfg_boot_has(file, path, SCFG_OWNER_ADOPTABLE);
}

static bool reads_inittab(const struct scfg_boot *boot)
{
	return boot->init == SCFG_INIT_SYSV || boot->init == SCFG_INIT_BUSYBOX;
}

/* Why an entry in inittab cannot work, or NULL. */
static const char *inittab_fault(const struct scfg_survey *survey,
				 const struct scfg_boot_file *file)
{
	const struct scfg_boot *boot = &survey->boot;

	if (!reads_inittab(boot) || !file->exists)
		return "this system's init does not read /etc/inittab";
	if (file->err)
		return "/etc/inittab cannot be understood";
	if (!boot->swapon)
		return "this system has no swapon program that an entry could run";
	if (!file->kind->text->can_quote(path_of(survey)))
		return "the path has characters that /etc/inittab cannot express";
	return NULL;
}

/* The same for fstab; *reason tells the two kinds of fault apart. */
static const char *fstab_fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			       enum swapcfg_reason *reason)
{
	const struct scfg_boot *boot = &survey->boot;
	bool listed = boot->init == SCFG_INIT_SYSTEMD || boot->scripts_read_fstab ||
		      (reads_inittab(boot) && boot->files[0].lines.runs_swapon_a);

	if (!listed)
		return "nothing is known that activates what /etc/fstab lists at boot";
	if (file->err)
		return "/etc/fstab cannot be understood";
	if (!file->kind->text->can_quote(path_of(survey)))
		return "the path has characters that /etc/fstab cannot express";
	if (boot->init != SCFG_INIT_SYSTEMD && where_is(survey) != ON_ROOT &&
	    !scfg_boot_mounts(boot, path_of(survey))) {
		*reason = SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT;
		return "what /etc/fstab lists is activated before that directory is mounted";
	}
	return NULL;
}

static const char *fault_of(const struct scfg_survey *survey, size_t kind,
			    enum swapcfg_reason *reason)
{
	const struct scfg_boot_file *file = &survey->boot.files[kind];

	*reason = SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED;
	return file->kind->kind == SWAPCFG_BOOT_INITTAB ? inittab_fault(survey, file)
							: fstab_fault(survey, file, reason);
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
		if (scfg_boot_has(&survey->boot.files[i], path_of(survey), SCFG_OWNER_OURS) &&
		    !fault_of(survey, i, &reason))
			return i;
	}
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (!fault_of(survey, i, &reason))
			return i;
	}
	return reads_inittab(&survey->boot) ? 0 : 1;
}

static bool includes(enum swapcfg_discard discard, enum swapcfg_discard which)
{
	return discard == which || discard == SWAPCFG_DISCARD_BOTH;
}

/* BusyBox's swapon need not know priorities and discard: in fstab it then passes over them. */
static void drop_options(const struct scfg_survey *survey, struct scfg_goal *goal, size_t kind)
{
	struct scfg_boot_want *want = &goal->want;

	if (!survey->boot.swapon_is_busybox ||
	    (want->priority < 0 && !want->discard_once && !want->discard_pages))
		return;
	goal->verdict.options_lost = true;
	if (survey->boot.files[kind].kind->kind != SWAPCFG_BOOT_INITTAB)
		return;
	/* On its command line an option that it does not know means no swap at all. */
	want->priority = SWAPCFG_PRIORITY_DEFAULT;
	want->discard_once = false;
	want->discard_pages = false;
}

static void fill_want(const struct scfg_survey *survey, struct scfg_goal *goal, size_t kind)
{
	const struct scfg_boot *boot = &survey->boot;
	const struct scfg_boot_line *had = scfg_boot_entry(&boot->files[kind], path_of(survey));
	struct scfg_boot_want *want = &goal->want;
	bool keeps = survey->spec->priority == SWAPCFG_PRIORITY_KEEP;

	want->path = path_of(survey);
	want->swapon = boot->swapon;
	want->dialect = boot->init == SCFG_INIT_BUSYBOX ? SCFG_DIALECT_BUSYBOX : SCFG_DIALECT_SYSV;
	want->place = where_is(survey) == ON_ROOT ? SCFG_PLACE_SYSINIT : SCFG_PLACE_AFTER_RCS;
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
	drop_options(survey, goal, kind);
}

/* An entry of others for the same area, in a file that is read at boot. */
static void find_foreign(const struct scfg_survey *survey, struct scfg_goal *goal)
{
	struct scfg_boot_verdict *verdict = &goal->verdict;

	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		const struct scfg_boot_file *file = &survey->boot.files[i];
		const struct scfg_boot_line *line = scfg_boot_entry(file, path_of(survey));
		enum swapcfg_reason reason;

		if (!line || line->owner != SCFG_OWNER_FOREIGN)
			continue;
		verdict->foreign = line;
		verdict->foreign_file = file->kind->file;
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
	struct scfg_buf text = {0};
	int r;

	r = file->kind->text->persist(file->data ? file->data : "", file->len, &goal->want, &text);
	if (r == 0 && text.failed)
		r = -ENOMEM;
	if (r == 0 &&
	    (text.len != file->len ||
	     memcmp(text.data ? text.data : "", file->data ? file->data : "", text.len) != 0))
		goal->boot[kind] = SCFG_BOOT_WRITE;
	scfg_buf_free(&text);
	if (r == -EINVAL) {
		goal->verdict.fault = SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED;
		goal->verdict.why =
			"the file or the path has characters that an entry cannot express";
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
	verdict->place_unknown = where_is(survey) == NOT_KNOWN;
	if (survey->mount.point && !scfg_boot_mounts(&survey->boot, path_of(survey))) {
		int named = scfg_boot_scripts_name(survey->ctx, survey->mount.point);

		if (named < 0)
			return named;
		verdict->mounted_by_none = !named;
	}
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		if (i != kind && removable(&survey->boot.files[i], path_of(survey)))
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

		if (removable(file, path_of(survey)))
			goal->boot[i] = SCFG_BOOT_CLEAR;
		if (scfg_boot_has(file, path_of(survey), SCFG_OWNER_FOREIGN)) {
			goal->verdict.foreign = scfg_boot_entry(file, path_of(survey));
			goal->verdict.foreign_file = file->kind->file;
		}
	}
	return 0;
}
