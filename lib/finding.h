/* SPDX-License-Identifier: MIT */
/* Lists of findings, which plans and areas hold. */
#ifndef SCFG_FINDING_H
#define SCFG_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include <libswapcfg/finding.h>

#include "pure/json.h"

struct swapcfg_finding {
	enum swapcfg_severity severity;
	enum swapcfg_reason reason;
	char *message;
};

struct scfg_findings {
	struct swapcfg_finding *items;
	size_t count;
	bool failed; /* an allocation failed: the list is not to be trusted */
};

/* Adds one; failure is sticky in the list. */
__attribute__((format(printf, 4, 5))) void scfg_finding_add(struct scfg_findings *list,
							    enum swapcfg_severity severity,
							    enum swapcfg_reason reason,
							    const char *format, ...);
/* Heaviest first; the order within a severity stays. */
void scfg_findings_sort(struct scfg_findings *list);
/* The first blocker, or NULL. */
const struct swapcfg_finding *scfg_findings_blocker(const struct scfg_findings *list);
void scfg_findings_json(const struct scfg_findings *list, struct scfg_json *json);
void scfg_findings_free(struct scfg_findings *list);

#endif
