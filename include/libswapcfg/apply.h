/* SPDX-License-Identifier: MIT */
/**
 * @file apply.h
 * @brief The verbs that change something.
 *
 * Each is a transaction: on failure and on cancel the completed steps are undone in reverse order,
 * and the error says what could not be. swapcfg_apply() carries out a plan; the others plan and
 * carry out one part of a spec, so that what is already so is success.
 *
 * All of them share these results:
 *
 * | result | reasons |
 * |---|---|
 * | 0 | done, or already so |
 * | -EINVAL | invalid-argument, too-small, path-unsafe, not-swap, page-size, byte-order, short |
 * | -EFBIG | too-large |
 * | -EPERM | permission, slots-full |
 * | -ENOSYS | no-kernel-swap |
 * | -EOPNOTSUPP | filesystem-unsupported, offline, boot-entry-unsupported, holes, copy-on-write |
 * | -EROFS | read-only |
 * | -ENOSPC | no-space, reserve |
 * | -EEXIST | exists, hibernation-image, boot-entry-conflict |
 * | -ENOENT | missing, not-mounted-at-boot |
 * | -EBUSY | in-use, exported, busy |
 * | -ENOMEM | low-memory, no-memory |
 * | -ESTALE | stale-plan |
 * | -ECANCELED | cancelled |
 * | -EIO | io |
 * | any other | system: a call failed in a way not foreseen; the errno is the kernel's |
 *
 * With reason rollback-failed the errno is that of the step that failed.
 */
#ifndef LIBSWAPCFG_APPLY_H
#define LIBSWAPCFG_APPLY_H

#include <libswapcfg/ctx.h>
#include <libswapcfg/error.h>
#include <libswapcfg/job.h>
#include <libswapcfg/plan.h>
#include <libswapcfg/spec.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/**
 * @brief Carries out a plan as one transaction.
 *
 * The plan is made again first; where it comes out differently, nothing is done and the reason is
 * stale-plan. A plan that is not feasible is refused with the reason of its first blocker. One
 * writer at a time: where another process or thread is at work, the reason is busy, at once or
 * after the time of swapcfg_spec_set_wait().
 *
 * @param ctx the context that the plan was made with
 * @param plan the plan
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_apply(struct swapcfg_ctx *ctx, const struct swapcfg_plan *plan,
			       struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Takes the disk space of the spec's size: no holes, mode 0600, never over someone's data.
 * @param ctx the context
 * @param spec path, size, keep-free; its state and boot are not looked at
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_allocate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				  struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Writes a swap header to a file or block device that exists.
 *
 * For the same size, page size, byte order, offset, label and UUID the bytes are those that
 * util-linux mkswap writes. Refused where the target is in use, or holds anything but blanks or a
 * swap area, unless forced; in use is never forced.
 *
 * @param ctx the context
 * @param spec path, size, page size, byte order, offset, label, UUID, force; its state and boot are
 *             not looked at
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_format(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Lets the kernel use a formatted area: swapon(2).
 *
 * An area that is active with another priority than the one wanted is switched off and on, unless
 * #SWAPCFG_FLAG_EARLY says that it is to stay as it is.
 *
 * @param ctx the context; not an offline one
 * @param spec path, priority, discard, flags; its size, state and boot are not looked at
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_activate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				  struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Takes an area out of use: swapoff(2), after a forecast of where its pages go.
 *
 * swapoff(2) makes its caller the first victim of the kernel's out-of-memory killer (seen on 5.10
 * and 6.18) and may take minutes. It is therefore called in a child process that does nothing else:
 * made without SIGCHLD, reaped before this function returns, ended with the caller, all signals
 * blocked. Cancelling the job ends the child. #SWAPCFG_FLAG_NO_CHILD calls it in the calling thread
 * instead, where any signal interrupts and retries it and cancel has to wait for that.
 *
 * Where the pages do not fit into memory and the other areas, the reason is low-memory and nothing
 * is done; #SWAPCFG_FLAG_IGNORE_MEMORY tries it nevertheless.
 *
 * @param ctx the context; not an offline one
 * @param spec path and flags; its size, state and boot are not looked at
 * @param job progress (pages brought back) and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_deactivate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				    struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Writes the boot entry, so that the area comes back after a reboot.
 *
 * The boot file is replaced whole and atomically, with every foreign byte kept. Entries for the
 * same path that the NanoKVM server wrote are taken over.
 *
 * @param ctx the context
 * @param spec path, boot (KEEP and NONE count as AUTO), priority, discard; its state and size are
 *             not looked at
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_persist(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				 struct swapcfg_job *job, struct swapcfg_error **reterr);

/**
 * @brief Removes the boot entries that we wrote for the path, and those that the NanoKVM server
 * wrote.
 *
 * A file that only we changed gets its original bytes back. Entries of others stay.
 *
 * @param ctx the context
 * @param spec path; its state, size and boot are not looked at
 * @param job progress and cancel; optional
 * @param[out] reterr the failure; optional
 * @return 0 or a negative errno, see @ref apply.h.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_forget(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
				struct swapcfg_job *job, struct swapcfg_error **reterr);

SWAPCFG_END

#endif
