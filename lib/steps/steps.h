/* SPDX-License-Identifier: MIT */
/*
 * The kinds of step. A step's undo is called only after its run succeeded; a run that fails leaves
 * nothing of its own behind.
 */
#ifndef SCFG_STEPS_STEPS_H
#define SCFG_STEPS_STEPS_H

#include "txn.h"

typedef int scfg_step_function(struct scfg_txn *txn, const struct swapcfg_step *step);

struct scfg_step_ops {
	enum swapcfg_step_kind kind;
	const char *left; /* what is so if undo fails, such as "is still active" */
	scfg_step_function *run;
	scfg_step_function *undo; /* NULL: nothing to undo, or the last step there can be */
};

/* Never NULL for a kind that a plan has. */
const struct scfg_step_ops *scfg_step_ops(enum swapcfg_step_kind kind);
/* What a step does, for a person; the caller's, NULL where memory is out. */
char *scfg_step_describe(enum swapcfg_step_kind kind, enum scfg_role role, const char *path,
			 uint64_t bytes, const struct scfg_goal *goal);

scfg_step_function scfg_clean_run;
scfg_step_function scfg_allocate_run, scfg_allocate_undo;
scfg_step_function scfg_format_run, scfg_format_undo;
scfg_step_function scfg_publish_run, scfg_publish_undo;
scfg_step_function scfg_protect_run, scfg_protect_undo;
scfg_step_function scfg_resize_run, scfg_resize_undo;
scfg_step_function scfg_activate_run, scfg_activate_undo;
scfg_step_function scfg_deactivate_run, scfg_deactivate_undo;
scfg_step_function scfg_persist_run, scfg_persist_undo;
scfg_step_function scfg_remove_run;

/* Gives a file size bytes without holes, from what it has on. Progress and cancel through the job.
 */
int scfg_space_take(const struct scfg_txn *txn, int fd, uint64_t from, uint64_t size);
/* Makes sure that a file consists of blocks of its own, so that swapon(2) does not find out; an
 * error for the step if not. */
int scfg_space_prove(const struct scfg_txn *txn, const struct swapcfg_step *step, int fd);
/* Writes all of it: 0 or a negative errno. */
int scfg_write_at(const struct scfg_txn *txn, int fd, const uint8_t *data, size_t len,
		  uint64_t offset);
/* What precedes the header in its page is a boot loader's; the header begins behind it. */
#define SCFG_BOOT_BYTES 1024u

/* Writes a header for header->last_page + 1 pages at an offset, and syncs. */
int scfg_header_write(const struct scfg_txn *txn, int fd, const struct scfg_header *header,
		      uint64_t offset);
/* Switches an open area on: priority below 0 is the kernel's choice. */
int scfg_area_on(const struct scfg_txn *txn, int fd, int priority, enum swapcfg_discard discard);
/* The setting of swap readahead as it was. */
struct scfg_readahead {
	char text[16];
	size_t len;
};

/* Switches it off; true if it has to be restored. */
bool scfg_readahead_stop(const struct scfg_txn *txn, struct scfg_readahead *ret);
void scfg_readahead_restore(const struct scfg_txn *txn, const struct scfg_readahead *old);
/* Opens a name of the survey's directory for writing, if it still is the file of st. */
int scfg_reopen(const struct scfg_txn *txn, const char *name, const struct stat *st, int flags);
/* Whether a name of the survey's directory leads to the file of st: 0, -ESTALE, or why it cannot be
 * told. */
int scfg_compare(const struct scfg_txn *txn, const char *name, const struct stat *st);
/* Deletes a name that leads to the file of st; -ESTALE where it leads to another. */
int scfg_unlink_same(const struct scfg_txn *txn, const char *name, const struct stat *st);

#endif
