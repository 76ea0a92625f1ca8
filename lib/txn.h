/* SPDX-License-Identifier: MIT */
/*
 * The transaction: a plan being carried out. Steps find here what they work on, and keep here what
 * they need to be undone.
 */
#ifndef SCFG_TXN_H
#define SCFG_TXN_H

#include "job.h"
#include "plan.h"

/* A file that has been allocated and has no final name yet. */
struct scfg_fresh {
	int fd;	       /* -1: none */
	bool has_name; /* the temporary one; else it has none and goes with its descriptor */
};

/* Bytes of the target as they were before it was formatted in place. */
struct scfg_saved {
	uint64_t offset;
	size_t len;
	uint8_t *data; /* NULL: nothing was saved */
};

struct scfg_txn {
	struct swapcfg_ctx *ctx;
	const struct swapcfg_plan *plan;
	struct scfg_survey *survey;
	struct scfg_goal *goal;
	struct swapcfg_job *job;
	struct swapcfg_error **reterr;
	int lock; /* held until the end; a child that outlives us holds it on */

	struct scfg_fresh fresh;
	int target_fd; /* of the finished target; the survey's until a new file took its place */
	int temp_fd;   /* of a bridge */
	struct scfg_saved saved[2];
	bool swapped;	     /* PUBLISH exchanged names: what was replaced has the temporary one */
	bool area_is_off;    /* it could not be switched on again */
	bool entry_is_there; /* it could not be taken back */
	bool child_is_lost;  /* one that calls swapoff(2) may still work, and needs the lock */
};

/* The descriptor of a role's finished file. */
int scfg_txn_fd(const struct scfg_txn *txn, enum scfg_role role);
/* Its last component in the survey's directory. */
const char *scfg_txn_name(const struct scfg_txn *txn, enum scfg_role role);
/* Fails a step for a system call's reason. */
int scfg_txn_fail(const struct scfg_txn *txn, int err, const struct swapcfg_step *step,
		  const char *doing);

/* Adds to the error of a step that failed what it could not clean up itself. */
void scfg_txn_left(const struct scfg_txn *txn, const struct swapcfg_step *step, const char *left);

/* Makes a plan of the spec and carries it out; expected is the plan that the caller saw, or NULL.
 */
int scfg_txn_run(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		 const struct swapcfg_plan *expected, struct swapcfg_job *job,
		 struct swapcfg_error **reterr);

/*
 * Takes the lock of the one writer, and waits for it at most so long: a descriptor to be closed,
 * -EAGAIN where another one has it, -ECANCELED, or why it cannot be had.
 */
int scfg_lock_take(const struct swapcfg_ctx *ctx, uint32_t wait_ms, struct swapcfg_job *job);
/* Negative: there is nothing to drop. What a lost child has of it stays. */
void scfg_lock_drop(const struct swapcfg_ctx *ctx, int lock, bool child_is_lost);

#endif
