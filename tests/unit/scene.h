/* SPDX-License-Identifier: MIT */
/*
 * What the tests of plans and transactions share: specs in one line, plans as text, refusals that
 * change nothing, and roots in the form of real systems.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include <check.h>

#include <libswapcfg/swapcfg.h>

#include "fake.h"

#define SIZE (64 * KIB) /* of most areas: small, so that a root is compared fast */

/* A suite whose tests each get a fake system of their own. */
Suite *suite_of(const char *name, const TTest *const *tests, size_t count);

/* A spec that leaves no reserve free; a size of 0 is "as it is". */
struct swapcfg_spec *spec_of(const char *path, enum swapcfg_state state, uint64_t size,
			     enum swapcfg_boot boot);

/* The plan of a spec, which is freed. */
struct swapcfg_plan *plan_of(struct swapcfg_spec *spec);
/* "kind path bytes", a line for each step. The caller's. */
char *steps_of(const struct swapcfg_plan *plan);
/* The finding of a reason; NULL for none. All findings have a message, heaviest first. */
const struct swapcfg_finding *finding_of(const struct swapcfg_plan *plan,
					 enum swapcfg_reason reason);

/* These free the spec. */
/* There is a plan, and nothing against it. */
void check_feasible(struct swapcfg_spec *spec);
/* The plan is feasible and has exactly these steps; making it has changed nothing. */
void check_steps(struct swapcfg_spec *spec, const char *steps);
/* The plan is feasible, applies, and the next one has no steps. */
void check_apply(struct swapcfg_spec *spec);
/* Plan and apply refuse with this reason first, and change nothing. The message. The caller's. */
char *check_refused(struct swapcfg_spec *spec, enum swapcfg_reason reason);
/* The plan is feasible with a finding of that reason and severity. */
void check_finding(struct swapcfg_spec *spec, enum swapcfg_reason reason,
		   enum swapcfg_severity severity);

/* Applies to a failure of that reason, with nothing changed or left and no descriptor open. */
void check_fails(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *step);

/* The contents of a file of the root. */
void check_text(const char *path, const char *text);

/* Roots: the NanoKVM (sysvinit, BusyBox tools, /data on exFAT), and others. */
extern const char nano_inittab[];
void tree_nano(void);
void tree_busybox(void);
void tree_systemd(void);
void tree_debian(void);
void tree_buildroot(void);
void tree_alpine(void);
void tree_openwrt(void);
/* /data on an exFAT of its own, mounted by nobody knows what. */
void put_data_disk(void);
/* swapcfg itself, which entries can run. */
void put_helper(void);

#endif
