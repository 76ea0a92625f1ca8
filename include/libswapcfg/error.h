/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * @brief What went wrong, for programs and for people.
 */
#ifndef LIBSWAPCFG_ERROR_H
#define LIBSWAPCFG_ERROR_H

#include <stddef.h>

#include <libswapcfg/reason.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** An immutable description of one failure. */
struct swapcfg_error;

/**
 * @brief Frees an error.
 * @param error the error; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_error_free(struct swapcfg_error *error);

/**
 * @brief Why it failed.
 * @param error the error
 * @return The reason; never SWAPCFG_REASON_NONE.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_reason swapcfg_error_reason(const struct swapcfg_error *error);

/**
 * @brief The errno of the failure, the same that the function returned negated.
 * @param error the error
 * @return A positive errno.
 * @since 0.1
 */
SWAPCFG_API int swapcfg_error_errno(const struct swapcfg_error *error);

/**
 * @brief The step that failed.
 * @param error the error
 * @return The name of a step as given by swapcfg_step_name(), or "plan" before any step ran.
 *         Never NULL; lives as long as the error.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_error_step(const struct swapcfg_error *error);

/**
 * @brief The path that the failure is about, as seen inside the context's root.
 * @param error the error
 * @return The path, or NULL where the failure is about none; lives as long as the error.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_error_path(const struct swapcfg_error *error);

/**
 * @brief A sentence for a person: what failed, and what to do.
 * @param error the error
 * @return The sentence in English; never NULL; lives as long as the error.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_error_message(const struct swapcfg_error *error);

/**
 * @brief How many completed steps could not be undone after the failure.
 *
 * 0 means that everything is as it was before the call.
 *
 * @param error the error
 * @return The number of sentences that swapcfg_error_left() gives.
 * @since 0.1
 */
SWAPCFG_API size_t swapcfg_error_left_count(const struct swapcfg_error *error);

/**
 * @brief What is left of a step that could not be undone.
 * @param error the error
 * @param index below swapcfg_error_left_count()
 * @return A sentence, or NULL for an index out of range; lives as long as the error.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_error_left(const struct swapcfg_error *error, size_t index);

/**
 * @brief The error as one JSON object: `{"error":{reason, errno, step, path, message,
 * left:[...]}}`.
 *
 * Bytes of a path that are not UTF-8 appear as U+FFFD; keys are only ever added.
 *
 * @param error the error
 * @param[out] ret the document, to be freed with swapcfg_string_free()
 * @return 0, or -ENOMEM.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_error_to_json(const struct swapcfg_error *error, char **ret);

/**
 * @brief Frees a string that the library gave to the caller.
 * @param string the string; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_string_free(char *string);

SWAPCFG_END

#endif
