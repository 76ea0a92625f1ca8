/* SPDX-License-Identifier: MIT */
/* The table of steps, and how each is described to a person. */
#include "steps/steps.h"

#include <errno.h>
#include <fcntl.h>

static const struct scfg_step_ops table[] = {
	{SWAPCFG_STEP_CLEAN, "", scfg_clean_run, NULL},
	{SWAPCFG_STEP_ALLOCATE, "was left there", scfg_allocate_run, scfg_allocate_undo},
	{SWAPCFG_STEP_FORMAT, "has the new header", scfg_format_run, scfg_format_undo},
	{SWAPCFG_STEP_PUBLISH, "was left there", scfg_publish_run, scfg_publish_undo},
	{SWAPCFG_STEP_PROTECT, "keeps mode 0600", scfg_protect_run, scfg_protect_undo},
	{SWAPCFG_STEP_RESIZE, "has the new size", scfg_resize_run, scfg_resize_undo},
	{SWAPCFG_STEP_ACTIVATE, "is still active", scfg_activate_run, scfg_activate_undo},
	{SWAPCFG_STEP_DEACTIVATE, "is not active any more", scfg_deactivate_run,
	 scfg_deactivate_undo},
	{SWAPCFG_STEP_PERSIST, "has the new text", scfg_persist_run, scfg_persist_undo},
	{SWAPCFG_STEP_FORGET, "has the new text", scfg_persist_run, scfg_persist_undo},
	{SWAPCFG_STEP_REMOVE, "", scfg_remove_run, NULL},
};

const struct scfg_step_ops *scfg_step_ops(enum swapcfg_step_kind kind)
{
	size_t i = 0;

	while (table[i].kind != kind)
		i++;
	return &table[i];
}

static const char *verb_of(enum swapcfg_step_kind kind)
{
	switch (kind) {
	case SWAPCFG_STEP_CLEAN:
		return "delete the leftover";
	case SWAPCFG_STEP_ALLOCATE:
		return "take disk space for";
	case SWAPCFG_STEP_FORMAT:
		return "write a swap header to";
	case SWAPCFG_STEP_PUBLISH:
		return "give the finished file its name";
	case SWAPCFG_STEP_PROTECT:
		return "take other users' access away from";
	case SWAPCFG_STEP_RESIZE:
		return "change the size of";
	case SWAPCFG_STEP_ACTIVATE:
		return "activate";
	case SWAPCFG_STEP_DEACTIVATE:
		return "deactivate";
	case SWAPCFG_STEP_PERSIST:
		return "write the boot entry to";
	case SWAPCFG_STEP_FORGET:
		return "remove the boot entry from";
	case SWAPCFG_STEP_REMOVE:
		return "delete";
	}
	return "";
}

/* What the number of bytes means for a kind: " (64.0 MiB)", or how much is to be drained. */
static void add_bytes(struct scfg_buf *text, enum swapcfg_step_kind kind, uint64_t bytes)
{
	uint64_t tenths = bytes / 1024 * 10 / 1024;

	if (!bytes || kind == SWAPCFG_STEP_FORMAT || kind == SWAPCFG_STEP_PUBLISH)
		return;
	scfg_buf_addf(text,
		      kind == SWAPCFG_STEP_DEACTIVATE ? ", which holds %llu.%llu MiB"
						      : " (%llu.%llu MiB)",
		      (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

char *scfg_step_describe(enum swapcfg_step_kind kind, enum scfg_role role, const char *path,
			 uint64_t bytes, const struct scfg_goal *goal)
{
	struct scfg_buf text = {0};

	scfg_buf_addf(&text, "%s %s", verb_of(kind), path);
	add_bytes(&text, kind, bytes);
	if (kind == SWAPCFG_STEP_ACTIVATE && goal->priority >= 0)
		scfg_buf_addf(&text, " with priority %d", goal->priority);
	if (kind == SWAPCFG_STEP_ALLOCATE && role == SCFG_ROLE_TEMP)
		scfg_buf_adds(&text, ", which is used while the area is changed");
	if (kind == SWAPCFG_STEP_PUBLISH && goal->replaces && role == SCFG_ROLE_TARGET)
		scfg_buf_adds(&text, ", in place of what is there");
	return scfg_buf_take(&text);
}

static bool is_same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

int scfg_reopen(const struct scfg_txn *txn, const char *name, const struct stat *st, int flags)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	struct stat now;
	int fd = sys->openat(txn->survey->place.dirfd, name, flags | O_NOFOLLOW | O_NONBLOCK, 0);
	int r;

	/* It was a file, and is a link or a directory now. */
	if (fd == -ELOOP || fd == -EISDIR)
		return -ESTALE;
	if (fd < 0)
		return fd;
	r = sys->fstat(fd, &now);
	if (r == 0 && !is_same(&now, st))
		r = -ESTALE;
	if (r == 0)
		return fd;
	sys->close(fd);
	return r;
}

int scfg_compare(const struct scfg_txn *txn, const char *name, const struct stat *st)
{
	struct stat now;
	int r = txn->ctx->sys->fstatat(txn->survey->place.dirfd, name, &now);

	return r == 0 && !is_same(&now, st) ? -ESTALE : r;
}

int scfg_unlink_same(const struct scfg_txn *txn, const char *name, const struct stat *st)
{
	int r = scfg_compare(txn, name, st);

	return r < 0 ? r : txn->ctx->sys->unlinkat(txn->survey->place.dirfd, name);
}
