/* SPDX-License-Identifier: MIT */
/**
 * @file finding.h
 * @brief What a plan or a status found worth saying.
 */
#ifndef LIBSWAPCFG_FINDING_H
#define LIBSWAPCFG_FINDING_H

#include <libswapcfg/reason.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** How much a finding weighs. */
enum swapcfg_severity {
	SWAPCFG_SEVERITY_INFO = 10,    /**< good to know */
	SWAPCFG_SEVERITY_WARNING = 20, /**< works, but has a price */
	SWAPCFG_SEVERITY_BLOCKER = 30  /**< forbids the plan; in a status: it is broken */
};

/** One observation of a plan or a status. Immutable; belongs to its parent. */
struct swapcfg_finding;

/**
 * @brief The name of a severity: "info", "warning" or "blocker".
 * @param severity any value
 * @return A constant string; "unknown" for a value of no severity.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_severity_name(enum swapcfg_severity severity);

/**
 * @brief How much it weighs.
 * @param finding the finding
 * @return The severity.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_severity swapcfg_finding_severity(const struct swapcfg_finding *finding);

/**
 * @brief What it is about.
 * @param finding the finding
 * @return The reason; never SWAPCFG_REASON_NONE.
 * @since 0.1
 */
SWAPCFG_API enum swapcfg_reason swapcfg_finding_reason(const struct swapcfg_finding *finding);

/**
 * @brief A sentence for a person: what is the matter, and what to do.
 * @param finding the finding
 * @return The sentence in English; lives as long as the finding's parent.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_finding_message(const struct swapcfg_finding *finding);

SWAPCFG_END

#endif
