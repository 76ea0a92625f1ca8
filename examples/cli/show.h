/* SPDX-License-Identifier: MIT */
/* Plans, statuses and results for people. */
#ifndef SWAPCFG_CLI_SHOW_H
#define SWAPCFG_CLI_SHOW_H

#include <stdbool.h>

#include <libswapcfg/plan.h>
#include <libswapcfg/status.h>

#include "options.h"

/* The steps and findings of a plan, on stdout. */
void show_plan(const struct swapcfg_plan *plan);

/* The findings of a plan on stderr: the blockers, else what the options let through. */
void show_findings(const struct options *options, const struct swapcfg_plan *plan);

/* One line on stderr: what became of an area. The status has that one area. */
void show_result(const struct options *options, const struct swapcfg_status *status, bool changed);

/* A table of areas, totals, findings and how to mend them, on stdout. */
void show_status(const struct options *options, const struct swapcfg_status *status, bool offline);

#endif
