/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

/* The NanoKVM offers the device that this file names whenever it offers no image. */
#define NANOKVM_DISK	"/boot/usb.disk0"
#define NANOKVM_DEFAULT "/dev/mmcblk0p3"
#define UNKNOWN		2
#define LOOPS_MAX	8

struct search {
	const struct swapcfg_ctx *ctx;
	const char *path; /* of the area, with its stat or that of its directory */
	const struct stat *st;
	struct scfg_export *found;
};

static int touches(const struct search *search, const char *file, const struct stat *st)
{
	int r = scfg_lies_on(search->ctx, search->path, search->st, st);

	/* An area that is a disk holds the partition that is offered. */
	return r ? r : scfg_lies_on(search->ctx, file, st, search->st);
}

/*
 * Whether what is written to a file or device can change the area, or the other way round: 1, 0,
 * UNKNOWN where nothing has the name that the kernel shows, or a failure.
 */
static int reaches(const struct search *search, char *file)
{
	struct stat st;
	struct stat behind;
	char *name = NULL;
	int err = 0;
	int r = file[0] == '/' ? scfg_stat_shown(search->ctx, file, &st) : -ENOENT;

	scfg_note_failure(r, &err);
	if (r < 0)
		return err ? err : UNKNOWN;
	r = touches(search, file, &st);
	/* Nothing keeps a loop device from what is mounted, so it is what it shows. */
	for (unsigned int i = 0; r == 0 && i < LOOPS_MAX; i++) {
		char *next;

		r = scfg_loop_behind(search->ctx, &st, &next, &behind);
		if (!next)
			break;
		free(name);
		name = next;
		st = behind;
		r = touches(search, name, &st);
	}
	free(name);
	return r;
}

/* Keeps what was found, if it is worse than what was found before. */
static int note(struct scfg_export *found, enum scfg_export_kind kind, const char *file,
		const char *where)
{
	if (kind <= found->kind)
		return 0;
	scfg_export_free(found);
	found->kind = kind;
	found->file = strdup(file);
	found->where = strdup(where);
	return found->file && found->where ? 0 : -ENOMEM;
}

static int look_at_lun(const struct scfg_lun *lun, void *data)
{
	const struct search *search = data;
	enum scfg_export_kind kind = lun->read_only ? SCFG_EXPORT_READS : SCFG_EXPORT_WRITES;
	int r = reaches(search, lun->file);

	if (r <= 0)
		return r;
	return note(search->found, r == UNKNOWN ? SCFG_EXPORT_UNSEEN : kind, lun->file, lun->where);
}

static int look_at_nanokvm(const struct search *search)
{
	char fallback[] = NANOKVM_DEFAULT;
	char *file;
	char *text;
	size_t len;
	int err = 0;
	int r = scfg_read_file(search->ctx, NANOKVM_DISK, PATH_MAX, &text, &len);

	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	scfg_cut_newline(text, len);
	file = text[0] == '/' ? text : fallback;
	r = reaches(search, file);
	if (r == 1)
		r = note(search->found, SCFG_EXPORT_LATER, file, NANOKVM_DISK);
	free(text);
	return r < 0 ? r : 0;
}

int scfg_export_find(const struct swapcfg_ctx *ctx, const char *path, const struct stat *st,
		     struct scfg_export *ret)
{
	struct search search = {ctx, path, st, ret};
	bool any;
	bool unseen;
	int r;

	*ret = (struct scfg_export){0};
	r = scfg_luns_visit(ctx, look_at_lun, &search, &any, &unseen);
	if (r == 0 && any && ret->kind < SCFG_EXPORT_LATER)
		r = look_at_nanokvm(&search);
	if (unseen && ret->kind < SCFG_EXPORT_UNSEEN)
		ret->kind = SCFG_EXPORT_UNSEEN;
	if (r < 0)
		scfg_export_free(ret);
	return r;
}

void scfg_export_free(struct scfg_export *found)
{
	free(found->file);
	free(found->where);
	*found = (struct scfg_export){0};
}

void scfg_export_say(const struct scfg_export *found, enum swapcfg_severity severity,
		     const char *path, const char *remedy, struct scfg_findings *list)
{
	switch (found->kind) {
	case SCFG_EXPORT_WRITES:
	case SCFG_EXPORT_READS:
		scfg_finding_add(
			list, severity, SWAPCFG_REASON_EXPORTED,
			"%s is within reach of the attached computer, which is offered %s as a USB "
			"disk and can %s; %sempty %s",
			path, found->file,
			found->kind == SCFG_EXPORT_WRITES ? "write to it at any time"
							  : "read what was swapped out",
			remedy, found->where);
		break;
	case SCFG_EXPORT_LATER:
		scfg_finding_add(
			list, severity, SWAPCFG_REASON_EXPORTED,
			"%s comes within reach of the attached computer when it is offered no "
			"image, since %s then has it offered %s as a USB disk; choose another path",
			path, found->where, found->file);
		break;
	case SCFG_EXPORT_UNSEEN:
		scfg_finding_add(
			list, severity, SWAPCFG_REASON_EXPORTED,
			"whether %s is within reach of the attached computer cannot be seen, since "
			"%s%s",
			path,
			found->file ? "nothing has the name of what it is offered any more: "
				    : "a USB gadget is in use and its configfs is not mounted",
			found->file ? found->file : "");
		break;
	case SCFG_EXPORT_NONE:
		break;
	}
}
