/* SPDX-License-Identifier: MIT */
/**
 * @file job.h
 * @brief The job: progress and cancel of one execution.
 */
#ifndef LIBSWAPCFG_JOB_H
#define LIBSWAPCFG_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include <libswapcfg/error.h>
#include <libswapcfg/plan.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** Where a job stands. */
enum swapcfg_job_state {
	SWAPCFG_JOB_NEW = 0,	  /**< not started */
	SWAPCFG_JOB_RUNNING = 10, /**< steps are being done */
	SWAPCFG_JOB_UNDOING = 20, /**< it failed or was cancelled; steps are being undone */
	SWAPCFG_JOB_DONE = 30,	  /**< all is as wanted */
	SWAPCFG_JOB_FAILED = 40	  /**< it failed, and what could be undone is undone */
};

/** Progress and cancel of one execution. One job serves one call at a time. */
struct swapcfg_job;

/**
 * @brief Told of progress, in the thread that runs the call.
 *
 * Called when a step begins, at most a few times per second while it lasts or while another writer
 * is waited for, and when it ends. It may call the getters and swapcfg_job_cancel() of the job and
 * nothing else of the library, and it must return: no longjmp, no exception.
 *
 * @param job the job
 * @param data what was given to swapcfg_job_set_callback()
 */
typedef void (*swapcfg_job_callback)(struct swapcfg_job *job, void *data);

/**
 * @brief Makes a job.
 * @param[out] ret the job, to be released with swapcfg_job_unref()
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -ENOMEM no memory (no-memory)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_job_new(struct swapcfg_job **ret, struct swapcfg_error **reterr);

/**
 * @brief Takes one more reference. Safe from any thread.
 * @param job the job
 * @return @p job.
 * @since 0.1
 */
SWAPCFG_API struct swapcfg_job *swapcfg_job_ref(struct swapcfg_job *job);

/**
 * @brief Drops a reference; the last one frees the job. Safe from any thread.
 * @param job the job; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_job_unref(struct swapcfg_job *job);

/**
 * @brief Asks the running call to stop and undo what it did.
 *
 * The call then returns -ECANCELED. A cancelled job stays cancelled. The request is honoured
 * between steps, between the pieces of a long write, and during swapoff(2) as far as the kernel
 * allows: some kernels do not look up before they have finished one process.
 *
 * @param job the job
 *
 * Safe from any thread and from a signal handler.
 * @since 0.1
 */
SWAPCFG_API void swapcfg_job_cancel(struct swapcfg_job *job);

/**
 * @brief Whether swapcfg_job_cancel() was called. Safe from any thread and from a signal handler.
 * @param job the job
 * @return true once it was.
 * @since 0.1
 */
SWAPCFG_API bool swapcfg_job_is_cancelled(const struct swapcfg_job *job);

/**
 * @brief Where the job stands. Safe from any thread.
 * @param job the job
 * @return The state.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_job_state swapcfg_job_state(const struct swapcfg_job *job);

/**
 * @brief The step that is being done, or was last. Safe from any thread.
 * @param job the job
 * @return The kind of step; 0 before the first one.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_step_kind swapcfg_job_step(const struct swapcfg_job *job);

/**
 * @brief How much of the step is done. Safe from any thread.
 * @param job the job
 * @return Bytes, in units of 4096.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_job_done(const struct swapcfg_job *job);

/**
 * @brief How much the step has to do. Safe from any thread.
 * @param job the job
 * @return Bytes, in units of 4096; 0 where the step has no length.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_job_total(const struct swapcfg_job *job);

/**
 * @brief Sets who is told of progress. The getters above say the same without a callback.
 * @param job the job; not while a call runs with it
 * @param callback the function; NULL for none
 * @param data handed to it
 * @since 0.1
 */
SWAPCFG_API void swapcfg_job_set_callback(struct swapcfg_job *job, swapcfg_job_callback callback,
					  void *data);

SWAPCFG_END

#endif
