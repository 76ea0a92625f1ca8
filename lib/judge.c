/* SPDX-License-Identifier: MIT */
/* What is the matter with an area: drift between the kernel, the disk and the boot configuration.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "survey.h"

struct judge {
	const struct swapcfg_ctx *ctx;
	struct swapcfg_area *area;
	uint32_t page_size;
};

static bool has_entry(const struct swapcfg_area *area)
{
	return area->entry_count > 0;
}

static size_t count_owner(const struct swapcfg_area *area, bool foreign)
{
	size_t count = 0;

	for (size_t i = 0; i < area->entry_count; i++)
		count += (area->entries[i].owner == SCFG_OWNER_FOREIGN) == foreign;
	return count;
}

/* A sentence that begins with the path and ends with more. */
static void say(const struct judge *judge, enum swapcfg_severity severity,
		enum swapcfg_reason reason, const char *text, const char *more)
{
	scfg_finding_add(&judge->area->findings, severity, reason, "%s %s%s", judge->area->path,
			 text, more);
}

static void mend(const struct judge *judge, enum swapcfg_state state, enum swapcfg_boot boot,
		 uint64_t size)
{
	judge->area->repair.state = state;
	judge->area->repair.boot = boot;
	judge->area->repair.size = size;
}

/* A file that a boot entry names, and that the kernel does not use: why, and whether it could. */
static void judge_inactive(const struct judge *judge)
{
	struct swapcfg_area *area = judge->area;
	const struct scfg_header *header = &area->header;
	uint64_t says = ((uint64_t)header->last_page + 1) * header->page_size;

	if (header->content == SCFG_CONTENT_HIBERNATION) {
		say(judge, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_HIBERNATION_IMAGE,
		    "holds a suspended system, so it is not activated", "");
	} else if (header->content != SCFG_CONTENT_SWAP) {
		say(judge, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_NOT_SWAP,
		    "has no valid swap header, so it cannot be activated; create it with swapcfg "
		    "create and a size",
		    "");
		/* A file that our entry names was ours; create looks whose its bytes are now. */
		if (count_owner(area, false) > 0 && area->backing == SWAPCFG_BACKING_FILE &&
		    !judge->ctx->offline)
			mend(judge, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, area->size);
	} else if (header->page_size != judge->page_size && !judge->ctx->offline) {
		say(judge, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_PAGE_SIZE,
		    "was made for another page size than this machine's; create it again", "");
		mend(judge, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, area->size);
	} else if (says > area->size) {
		say(judge, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_SHORT,
		    "is shorter than its swap header says; create it again", "");
		mend(judge, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, says);
	} else if (has_entry(area) && !judge->ctx->offline) {
		say(judge, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_NOT_ACTIVE,
		    "is in the boot configuration but not active; enable it", "");
		mend(judge, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, 0);
	}
}

static void judge_missing(const struct judge *judge)
{
	struct swapcfg_area *area = judge->area;
	bool ours = count_owner(area, false) > 0;

	if (area->active) {
		say(judge, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_MISSING,
		    "is active, but the file cannot be reached under that name any more", "");
	} else if (has_entry(area)) {
		say(judge, SWAPCFG_SEVERITY_BLOCKER, SWAPCFG_REASON_BOOT_ENTRY_DANGLING,
		    "is in the boot configuration but does not exist; mount its file system, "
		    "create "
		    "it with a size, or ",
		    ours ? "disable it" : "delete the entry by hand");
		/* Elsewhere its file system may just not be mounted, and the entry be right. */
		if (ours && strrchr(area->path, '/') == area->path)
			mend(judge, SWAPCFG_STATE_INACTIVE, SWAPCFG_BOOT_NONE, 0);
	}
}

static void judge_entries(const struct judge *judge)
{
	struct swapcfg_area *area = judge->area;
	size_t ours = count_owner(area, false);
	bool quiet = area->repair.state != SWAPCFG_STATE_KEEP; /* a larger repair does it as well */

	if (ours > 1 || (ours && count_owner(area, true))) {
		say(judge, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_BOOT_ENTRY_DUPLICATE,
		    "has several boot entries; one is enough", "");
		if (!quiet)
			mend(judge, SWAPCFG_STATE_KEEP, SWAPCFG_BOOT_AUTO, 0);
	}
	if (area->active && area->there && !has_entry(area) &&
	    area->backing == SWAPCFG_BACKING_FILE) {
		say(judge, SWAPCFG_SEVERITY_INFO, SWAPCFG_REASON_BOOT_ENTRY_MISSING,
		    "is active, but has no boot entry that we know, so it may be gone after a "
		    "reboot",
		    "");
		mend(judge, SWAPCFG_STATE_KEEP, SWAPCFG_BOOT_AUTO, 0);
	}
}

static void judge_mode(const struct judge *judge)
{
	if (judge->area->backing == SWAPCFG_BACKING_FILE && (judge->area->mode & 077))
		say(judge, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_PATH_UNSAFE,
		    "can be read or written by other users, and with it what was swapped out; set "
		    "its mode to 0600, or mount its file system with umask=0077",
		    "");
}

/* A bridge of an interrupted run: the area that it stood in for is put right, and it goes. */
static int judge_leftover(const struct judge *judge)
{
	struct swapcfg_area *area = judge->area;
	const char *name = strrchr(area->path, '/') + 1;
	size_t len = strlen(name);
	size_t suffix = sizeof(SCFG_TEMP_SUFFIX) - 1;
	size_t dir = (size_t)(name - area->path);
	char *path;

	if (!area->active || name[0] != '.' || len <= suffix + 1 ||
	    strcmp(name + len - suffix, SCFG_TEMP_SUFFIX) != 0)
		return 0;
	path = calloc(1, dir + len);
	if (!path)
		return -ENOMEM;
	memcpy(path, area->path, dir);
	memcpy(path + dir, name + 1, len - suffix - 1);
	say(judge, SWAPCFG_SEVERITY_WARNING, SWAPCFG_REASON_LEFTOVER,
	    "was left by an interrupted change; to finish that, enable ", path);
	area->repair.path = path;
	mend(judge, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_KEEP, 0);
	return 0;
}

/* Broken is what is used, or will be: a file that nobody uses has nothing to lose yet. */
static enum swapcfg_severity weigh(enum scfg_export_kind kind, bool used)
{
	if (kind == SCFG_EXPORT_UNSEEN)
		return SWAPCFG_SEVERITY_INFO;
	return kind == SCFG_EXPORT_WRITES && used ? SWAPCFG_SEVERITY_BLOCKER
						  : SWAPCFG_SEVERITY_WARNING;
}

static int judge_export(const struct judge *judge)
{
	struct swapcfg_area *area = judge->area;
	bool used = area->active || has_entry(area);
	struct scfg_export found;
	struct stat st = {0};
	int r;

	if (judge->ctx->offline || !area->there)
		return 0;
	st.st_mode = area->backing == SWAPCFG_BACKING_FILE ? S_IFREG : S_IFBLK;
	st.st_dev = area->dev;
	st.st_rdev = area->dev;
	st.st_ino = area->ino;
	r = scfg_export_find(judge->ctx, area->path, &st, &found);
	if (r < 0)
		return r;
	scfg_export_say(&found, weigh(found.kind, used), area->path, used ? "disable it, or " : "",
			&area->findings);
	/* What else is to mend would be refused. Which of the two is to give way is the user's. */
	if (found.kind >= SCFG_EXPORT_READS)
		mend(judge, SWAPCFG_STATE_KEEP, SWAPCFG_BOOT_KEEP, 0);
	scfg_export_free(&found);
	return 0;
}

int scfg_area_judge(const struct swapcfg_ctx *ctx, struct swapcfg_area *area, uint32_t page_size)
{
	struct judge judge = {ctx, area, page_size};
	int r;

	if (!area->there)
		judge_missing(&judge);
	else if (!area->active)
		judge_inactive(&judge);
	judge_entries(&judge);
	judge_mode(&judge);
	r = judge_leftover(&judge);
	if (r == 0)
		r = judge_export(&judge);
	scfg_findings_sort(&area->findings);
	return r == 0 && area->findings.failed ? -ENOMEM : r;
}
