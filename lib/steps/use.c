/* SPDX-License-Identifier: MIT */
/* ACTIVATE and DEACTIVATE: swapon(2) and swapoff(2) through the descriptor that was checked. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "steps/steps.h"

/* Flags of swapon(2); <sys/swap.h> of musl lacks the last two. */
#define FLAG_PREFER	   0x8000
#define FLAG_DISCARD	   0x10000
#define FLAG_DISCARD_ONCE  0x20000
#define FLAG_DISCARD_PAGES 0x40000

/* swapoff is given up when less than this part of the memory is left. */
#define ROOM_PART 32u

/* How often a refused file is tried again; the third time did where it was read all the time. */
#define REFUSALS 5

/* No kernel known takes fewer areas than this. */
#define SLOTS_FEW 20u

/* Looked at that often while swapoff works; the first looks come sooner, since it may be quick. */
#define POLL_FIRST_US 100u
#define POLL_MAX_US   50000u

static void fd_path(char path[32], int fd)
{
	snprintf(path, 32, "/proc/self/fd/%d", fd);
}

static int flags_of(int priority, enum swapcfg_discard discard)
{
	int flags = 0;

	if (priority >= 0)
		flags |= FLAG_PREFER | priority;
	if (discard == SWAPCFG_DISCARD_BOTH)
		flags |= FLAG_DISCARD;
	if (discard == SWAPCFG_DISCARD_ONCE)
		flags |= FLAG_DISCARD | FLAG_DISCARD_ONCE;
	if (discard == SWAPCFG_DISCARD_PAGES)
		flags |= FLAG_DISCARD | FLAG_DISCARD_PAGES;
	return flags;
}

/*
 * xfs refuses a file whose inode is not all on the disk ("is not committed", says its log). It
 * syncs the file itself before it looks, but who reads it between the two sets its access time: a
 * status does (seen on 6.18 with relatime; never with noatime).
 */
static int area_on(const struct scfg_txn *txn, int fd, const char *path, int flags)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	int r = sys->swapon(path, flags);

	for (unsigned int i = 0; r == -EINVAL && i < REFUSALS && sys->fsync(fd) == 0; i++)
		r = sys->swapon(path, flags);
	return r;
}

int scfg_area_on(const struct scfg_txn *txn, int fd, int priority, enum swapcfg_discard discard)
{
	char path[32];

	fd_path(path, fd);
	return area_on(txn, fd, path, flags_of(priority, discard));
}

/* Whether the path still leads to the file or device that was checked: 0, -ESTALE, or why not. */
static int compare_path(const struct scfg_txn *txn)
{
	const struct scfg_survey *survey = txn->survey;
	struct scfg_site now;
	int fd;
	int r = scfg_site_find(txn->ctx, survey->place.path, false, &now);

	if (r < 0)
		return r;
	if (now.dir.st_dev != survey->place.dir.st_dev ||
	    now.dir.st_ino != survey->place.dir.st_ino)
		r = -ESTALE;
	scfg_site_close(txn->ctx, &now);
	if (r < 0)
		return r;
	fd = scfg_reopen(txn, survey->place.name, &survey->target.st, O_RDONLY);
	txn->ctx->sys->close(fd);
	return fd < 0 ? fd : 0;
}

/* Without /proc a descriptor has no name. Only trusted users can change the path: that was checked.
 */
static int area_on_by_path(const struct scfg_txn *txn)
{
	int r = compare_path(txn);

	if (r < 0)
		return r;
	return area_on(txn, txn->target_fd, txn->survey->place.path,
		       flags_of(txn->goal->priority, txn->goal->discard));
}

/* 1 if the kernel uses a file or device as swap, 0 if not, or why that cannot be told. */
static int is_on(const struct scfg_txn *txn, const struct stat *st)
{
	const struct scfg_swap_row *row = NULL;
	struct scfg_swaps swaps;
	int r = scfg_swaps_read(txn->ctx, &swaps);

	if (r < 0)
		return r;
	r = scfg_swaps_match(txn->ctx, &swaps, st, &row);
	scfg_swaps_free(&swaps);
	return r < 0 ? r : row != NULL;
}

/* Whether a busy area is busy as swap: another boot entry was faster. */
static bool is_on_by_now(const struct scfg_txn *txn)
{
	return txn->survey->no_proc || is_on(txn, &txn->survey->target.st) == 1;
}

/* swapon's errno says little; what the plan knows tells the cases apart. */
static int explain_on(const struct scfg_txn *txn, int err, const struct swapcfg_step *step)
{
	/* The plan found the privilege, so it is one of two other things that have the same errno.
	 */
	if (err == -EPERM && txn->survey->swaps.count >= SLOTS_FEW)
		return scfg_fail(txn->reterr, err, SWAPCFG_REASON_SLOTS_FULL, step->path,
				 "%s: the kernel cannot take one more swap area; disable one first",
				 step->path);
	if (err == -EPERM)
		return scfg_fail(
			txn->reterr, err, SWAPCFG_REASON_PERMISSION, step->path,
			"%s: the kernel refused it; if the file is immutable (lsattr), run "
			"chattr -i on it",
			step->path);
	if (err == -EINVAL)
		return scfg_fail(txn->reterr, err, SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED,
				 step->path,
				 "%s: the kernel refused the file on %s; its log may say why",
				 step->path, txn->survey->fs->name);
	return scfg_txn_fail(txn, err, step, "cannot activate it");
}

int scfg_activate_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int r;

	if (txn->survey->no_proc)
		r = area_on_by_path(txn);
	else
		r = scfg_area_on(txn, scfg_txn_fd(txn, step->role), txn->goal->priority,
				 txn->goal->discard);
	/* Early, nothing comes behind this step, so that nothing of somebody else's is undone. */
	if (r == -EBUSY && txn->survey->spec->early && is_on_by_now(txn))
		return 0;
	return r < 0 ? explain_on(txn, r, step) : 0;
}

/* The pages that an area holds now; -1 where it is not active. */
static int64_t used_now(const struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct scfg_swaps swaps;
	int64_t used = -1;

	if (scfg_swaps_read(txn->ctx, &swaps) < 0)
		return 0;
	for (size_t i = 0; i < swaps.count; i++) {
		if (strcmp(swaps.rows[i].path, step->path) == 0)
			used = (int64_t)swaps.rows[i].used;
	}
	scfg_swaps_free(&swaps);
	return used;
}

/* Whether memory and the other areas are all but used up: then the kernel would kill, not only us.
 */
static bool room_is_out(const struct scfg_txn *txn)
{
	struct scfg_meminfo memory;

	return scfg_meminfo_read(txn->ctx, &memory) == 0 &&
	       memory.available + memory.swap_free < memory.total / ROOM_PART;
}

/* What swapoff gave; where that was not heard, another errno, and killed is set. */
static int heard(struct scfg_txn *txn, enum scfg_child state, int result, int otherwise,
		 bool *killed)
{
	*killed = state != SCFG_CHILD_ENDED;
	txn->child_is_lost = txn->child_is_lost || state == SCFG_CHILD_LOST;
	return *killed ? otherwise : result;
}

/* Waits for the child, tells of progress, ends it on cancel. As heard(). */
static int watch_child(struct scfg_txn *txn, const struct swapcfg_step *step, int pid, bool *killed)
{
	const struct scfg_sys *sys = txn->ctx->sys;
	unsigned int pause = POLL_FIRST_US;
	enum scfg_child state;
	int result = 0;

	while ((state = sys->child_poll(pid, &result)) == SCFG_CHILD_RUNS) {
		int64_t used;

		if (scfg_job_stop(txn->job)) {
			/* It may have finished before the signal came. */
			state = sys->child_end(pid, &result);
			return heard(txn, state, result, -ECANCELED, killed);
		}
		sys->sleep_us(pause);
		pause = pause * 2 < POLL_MAX_US ? pause * 2 : POLL_MAX_US;
		if (pause < POLL_MAX_US)
			continue;
		if (room_is_out(txn)) {
			state = sys->child_end(pid, &result);
			return heard(txn, state, result, -ENOMEM, killed);
		}
		used = used_now(txn, step);
		if (used >= 0 && (uint64_t)used < step->bytes)
			scfg_job_progress(txn->job, step->bytes - (uint64_t)used);
		else
			scfg_job_tick(txn->job);
	}
	return heard(txn, state, result, -ENOMEM, killed);
}

static int swapoff_once(struct scfg_txn *txn, const struct swapcfg_step *step, int fd, bool *killed)
{
	char path[32];
	int pid;

	fd_path(path, fd);
	if (txn->survey->spec->no_child)
		return txn->ctx->sys->swapoff(path);
	pid = txn->ctx->sys->swapoff_child(path, fd, txn->lock);
	return pid < 0 ? pid : watch_child(txn, step, pid, killed);
}

/* Somebody else was faster, or the child was killed when swapoff was done and not yet told of. */
static bool is_off_nevertheless(const struct scfg_txn *txn, int fd)
{
	struct stat st;

	return txn->ctx->sys->fstat(fd, &st) == 0 && is_on(txn, &st) == 0;
}

static int switch_off(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int fd = scfg_txn_fd(txn, step->role);
	struct scfg_readahead readahead;
	bool quiet = txn->survey->spec->ignore_memory && scfg_readahead_stop(txn, &readahead);
	bool killed = false;
	int r;

	do {
		r = swapoff_once(txn, step, fd, &killed);
		if (r == -EINTR)
			scfg_job_tick(txn->job);
	} while (r == -EINTR && !scfg_job_stop(txn->job));
	if (quiet)
		scfg_readahead_restore(txn, &readahead);
	if ((r == -EINVAL || killed) && is_off_nevertheless(txn, fd))
		return 0;
	if (r == -EINTR)
		r = -ECANCELED;
	return r;
}

int scfg_deactivate_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int r = switch_off(txn, step);

	if (r == -ECANCELED)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_CANCELLED, step->path,
				 "%s: cancelled; it is still active", step->path);
	/* Of the child: swapoff(2) itself does not say so. */
	if (r == -EAGAIN)
		return scfg_fail(txn->reterr, r, SWAPCFG_REASON_SYSTEM, step->path,
				 "%s: no process can be made to switch it off; end some programs "
				 "or raise the limit",
				 step->path);
	if (r == -ENOMEM)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_LOW_MEMORY, step->path,
				 "%s: there is not enough memory for what it holds, so it is still "
				 "active; stop some programs first",
				 step->path);
	return r < 0 ? scfg_txn_fail(txn, r, step, "cannot deactivate it") : 0;
}

int scfg_activate_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	return switch_off(txn, step);
}

/* A leftover that was deleted is not missed. Up to 5.10 swapon(2) takes a file without a name,
 * which nobody could then switch off. */
static bool is_gone(const struct scfg_txn *txn, int fd)
{
	struct stat st;

	return txn->ctx->sys->fstat(fd, &st) == 0 && st.st_nlink == 0;
}

int scfg_deactivate_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	const struct scfg_swap_row *row =
		step->role == SCFG_ROLE_TEMP ? txn->survey->temp.row : txn->survey->target.row;
	int fd = scfg_txn_fd(txn, step->role);

	if (step->role == SCFG_ROLE_TEMP && is_gone(txn, fd))
		return 0;
	return scfg_area_on(txn, fd, row ? row->priority : -1, txn->goal->discard);
}
