/* SPDX-License-Identifier: MIT */
/* The running side of a job. Every function accepts NULL: a caller need not follow the progress. */
#ifndef SCFG_JOB_H
#define SCFG_JOB_H

#include <libswapcfg/job.h>

#include "sys/sys.h"

/* Takes the job for one call: -EBUSY where another call runs with it. */
int scfg_job_begin(struct swapcfg_job *job, const struct scfg_sys *sys);
void scfg_job_end(struct swapcfg_job *job, bool success);
void scfg_job_undoing(struct swapcfg_job *job);
/* A step begins; total is its length in bytes. */
void scfg_job_at(struct swapcfg_job *job, enum swapcfg_step_kind step, uint64_t total);
/* So much of it is done. */
void scfg_job_progress(struct swapcfg_job *job, uint64_t done);
/* Time passes, and nothing more of it is done: who is told may want to cancel. */
void scfg_job_tick(struct swapcfg_job *job);
/* Whether to stop: false while undoing, which is never cancelled. */
bool scfg_job_stop(const struct swapcfg_job *job);

#endif
