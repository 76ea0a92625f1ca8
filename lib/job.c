/* SPDX-License-Identifier: MIT */
#include "job.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "error.h"

/* Progress is kept in units of this, so that 32 bits hold 16 TiB: wider atomics need libatomic. */
#define UNIT 4096u
/* How often a callback hears of progress within a step. */
#define INTERVAL_US 200000u

struct swapcfg_job {
	atomic_uint refs;
	atomic_bool cancelled;
	atomic_uint state;
	atomic_uint step;
	atomic_uint done;
	atomic_uint total;
	swapcfg_job_callback callback;
	void *data;
	const struct scfg_sys *sys;
	uint64_t told_us; /* when the callback was last called */
};

int swapcfg_job_new(struct swapcfg_job **ret, struct swapcfg_error **reterr)
{
	struct swapcfg_job *job = calloc(1, sizeof(*job));

	if (!job)
		return scfg_fail_memory(reterr);
	atomic_init(&job->refs, 1);
	*ret = job;
	return 0;
}

struct swapcfg_job *swapcfg_job_ref(struct swapcfg_job *job)
{
	atomic_fetch_add(&job->refs, 1);
	return job;
}

void swapcfg_job_unref(struct swapcfg_job *job)
{
	if (job && atomic_fetch_sub(&job->refs, 1) == 1)
		free(job);
}

void swapcfg_job_cancel(struct swapcfg_job *job)
{
	atomic_store(&job->cancelled, true);
}

bool swapcfg_job_is_cancelled(const struct swapcfg_job *job)
{
	return atomic_load(&job->cancelled);
}

enum swapcfg_job_state swapcfg_job_state(const struct swapcfg_job *job)
{
	return (enum swapcfg_job_state)atomic_load(&job->state);
}

enum swapcfg_step_kind swapcfg_job_step(const struct swapcfg_job *job)
{
	return (enum swapcfg_step_kind)atomic_load(&job->step);
}

uint64_t swapcfg_job_done(const struct swapcfg_job *job)
{
	return (uint64_t)atomic_load(&job->done) * UNIT;
}

uint64_t swapcfg_job_total(const struct swapcfg_job *job)
{
	return (uint64_t)atomic_load(&job->total) * UNIT;
}

void swapcfg_job_set_callback(struct swapcfg_job *job, swapcfg_job_callback callback, void *data)
{
	job->callback = callback;
	job->data = data;
}

static void tell(struct swapcfg_job *job)
{
	if (!job->callback)
		return;
	job->told_us = job->sys->now_us();
	job->callback(job, job->data);
}

static unsigned int units(uint64_t bytes)
{
	uint64_t count = bytes / UNIT;

	return count > UINT32_MAX ? UINT32_MAX : (unsigned int)count;
}

int scfg_job_begin(struct swapcfg_job *job, const struct scfg_sys *sys)
{
	unsigned int state;

	if (!job)
		return 0;
	state = atomic_load(&job->state);
	do {
		if (state == SWAPCFG_JOB_RUNNING || state == SWAPCFG_JOB_UNDOING)
			return -EBUSY;
	} while (!atomic_compare_exchange_weak(&job->state, &state, SWAPCFG_JOB_RUNNING));
	job->sys = sys;
	return 0;
}

void scfg_job_end(struct swapcfg_job *job, bool success)
{
	if (!job)
		return;
	atomic_store(&job->state, success ? SWAPCFG_JOB_DONE : SWAPCFG_JOB_FAILED);
	tell(job);
}

void scfg_job_undoing(struct swapcfg_job *job)
{
	if (job)
		atomic_store(&job->state, SWAPCFG_JOB_UNDOING);
}

void scfg_job_at(struct swapcfg_job *job, enum swapcfg_step_kind step, uint64_t total)
{
	if (!job)
		return;
	atomic_store(&job->step, (unsigned int)step);
	atomic_store(&job->done, 0);
	atomic_store(&job->total, units(total));
	tell(job);
}

void scfg_job_progress(struct swapcfg_job *job, uint64_t done)
{
	if (!job)
		return;
	atomic_store(&job->done, units(done));
	scfg_job_tick(job);
}

void scfg_job_tick(struct swapcfg_job *job)
{
	if (job && job->callback && job->sys->now_us() - job->told_us >= INTERVAL_US)
		tell(job);
}

bool scfg_job_stop(const struct swapcfg_job *job)
{
	return job && atomic_load(&job->cancelled) &&
	       atomic_load(&job->state) != SWAPCFG_JOB_UNDOING;
}
