/* SPDX-License-Identifier: MIT */
/**
 * @file plan.h
 * @brief The plan: what would be done, or what forbids it, found by reading only.
 */
#ifndef LIBSWAPCFG_PLAN_H
#define LIBSWAPCFG_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libswapcfg/ctx.h>
#include <libswapcfg/error.h>
#include <libswapcfg/finding.h>
#include <libswapcfg/spec.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** What one step of a plan does. */
enum swapcfg_step_kind {
	SWAPCFG_STEP_CLEAN = 10,      /**< delete the leftover of an interrupted run */
	SWAPCFG_STEP_ALLOCATE = 20,   /**< take space, under a temporary name or none */
	SWAPCFG_STEP_FORMAT = 30,     /**< write the swap header */
	SWAPCFG_STEP_PUBLISH = 40,    /**< give the finished file its name */
	SWAPCFG_STEP_PROTECT = 50,    /**< take other users' access away (mode 0600) */
	SWAPCFG_STEP_RESIZE = 60,     /**< grow or shrink a file that is off, in place */
	SWAPCFG_STEP_ACTIVATE = 70,   /**< swapon(2) */
	SWAPCFG_STEP_DEACTIVATE = 80, /**< swapoff(2) */
	SWAPCFG_STEP_PERSIST = 90,    /**< write the boot entry */
	SWAPCFG_STEP_FORGET = 100,    /**< remove the boot entry */
	SWAPCFG_STEP_REMOVE = 110     /**< delete the file */
};

/** An ordered list of steps and findings. Immutable. */
struct swapcfg_plan;
/** One step of a plan. Immutable; belongs to its plan. */
struct swapcfg_step;

/**
 * @brief Finds what leads from what is to what is wanted. Reads only.
 *
 * That something forbids the change is no failure: the plan then is not feasible and its blockers
 * say why. It fails only where it cannot find out.
 *
 * @param ctx the context; the plan holds a reference
 * @param spec what is wanted; copied
 * @param[out] ret the plan, to be released with swapcfg_plan_unref()
 * @param[out] reterr the failure; optional
 * @retval 0 done; ask swapcfg_plan_is_feasible()
 * @retval -EINVAL the spec contradicts itself (invalid-argument)
 * @retval -EIO a file could not be read (io)
 * @retval -ENOMEM no memory (no-memory)
 * @retval -EACCES, -EPERM the caller may not look (permission)
 * @retval -EMFILE, -ENFILE no descriptor is left (system)
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_plan(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
			      struct swapcfg_plan **ret, struct swapcfg_error **reterr);

/**
 * @brief Takes one more reference.
 * @param plan the plan
 * @return @p plan. Safe from any thread.
 * @since 0.1
 */
SWAPCFG_API struct swapcfg_plan *swapcfg_plan_ref(struct swapcfg_plan *plan);

/**
 * @brief Drops a reference; the last one frees the plan. Safe from any thread.
 * @param plan the plan; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_plan_unref(struct swapcfg_plan *plan);

/**
 * @brief Whether swapcfg_apply() would try it.
 * @param plan the plan
 * @return false where at least one finding is a blocker.
 * @since 0.1
 */
SWAPCFG_API bool swapcfg_plan_is_feasible(const struct swapcfg_plan *plan);

/**
 * @brief How many steps there are. 0 with a feasible plan: all is as wanted already.
 * @param plan the plan
 * @return The number.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_plan_step_count(const struct swapcfg_plan *plan);

/**
 * @brief One step, in the order of execution.
 * @param plan the plan
 * @param index below swapcfg_plan_step_count()
 * @return The step, or NULL for an index out of range; lives as long as the plan.
 * @since 0.1
 */
SWAPCFG_API const struct swapcfg_step *swapcfg_plan_step(const struct swapcfg_plan *plan,
							 size_t index);

/**
 * @brief How many findings there are.
 * @param plan the plan
 * @return The number.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_plan_finding_count(const struct swapcfg_plan *plan);

/**
 * @brief One finding; blockers come first, then warnings.
 * @param plan the plan
 * @param index below swapcfg_plan_finding_count()
 * @return The finding, or NULL for an index out of range; lives as long as the plan.
 * @since 0.1
 */
SWAPCFG_API const struct swapcfg_finding *swapcfg_plan_finding(const struct swapcfg_plan *plan,
							       size_t index);

/**
 * @brief The plan as one JSON object:
 *        `{"feasible", "steps":[{kind, path, bytes, text}], "findings":[{severity, reason,
 * message}]}`.
 *
 * Bytes of a path that are not UTF-8 appear as U+FFFD; keys are only ever added.
 *
 * @param plan the plan
 * @param[out] ret the document, to be freed with swapcfg_string_free()
 * @return 0, or -ENOMEM.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_plan_to_json(const struct swapcfg_plan *plan, char **ret);

/**
 * @brief What a step does.
 * @param step the step
 * @return The kind.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_step_kind swapcfg_step_kind(const struct swapcfg_step *step);

/**
 * @brief The file that a step changes: the area, a temporary neighbour of it, or a boot file.
 * @param step the step
 * @return The path inside the root; lives as long as the plan.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_step_path(const struct swapcfg_step *step);

/**
 * @brief How much a step is about: the space it takes, the pages it drains, the area it activates.
 * @param step the step
 * @return Bytes; 0 where size has no meaning.
 * @since 0.1
 */
SWAPCFG_API uint64_t swapcfg_step_bytes(const struct swapcfg_step *step);

/**
 * @brief A short description for a person, such as "write a swap header to /swapfile".
 * @param step the step
 * @return English text; lives as long as the plan.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_step_text(const struct swapcfg_step *step);

/**
 * @brief The name of a kind of step, as in JSON, such as "allocate".
 * @param kind any value
 * @return A constant string; "unknown" for a value of no kind.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_step_name(enum swapcfg_step_kind kind);

SWAPCFG_END

#endif
