/* SPDX-License-Identifier: MIT */
/*
 * The scenarios of the fault sweeps, and what must hold after a run in which something failed.
 */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include "scene.h"

struct scenario {
	const char *name;
	void (*prepare)(void);
	struct swapcfg_spec *(*spec)(void);
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/* What there is in the end where nothing fails. */
struct outcome {
	char *files;
	char *areas;
	unsigned int calls; /* of the system */
	unsigned int first_change;
};

/* One run in a root of its own. */
struct trial {
	const struct scenario *scenario;
	const struct outcome *wanted; /* of a success; NULL: not looked at */
	unsigned int fail_alloc;      /* the allocation that is to fail; 0: none */
	const char *what;	      /* failed, for a message */
	bool undoing_fails;	      /* ... as well */
	struct scfg_buf *complaints;
	char *before;
	char *areas_before;
	unsigned int open;
	int result;
	struct swapcfg_error *error;
};

/* Makes a new root and prepares the scenario; faults are armed afterwards. */
void trial_begin(struct trial *trial);
/* Plans and applies. */
void trial_run(struct trial *trial);
/* Adds to complaints what does not hold; then runs again, without faults, to success. */
void trial_end(struct trial *trial);

/* Runs a scenario without faults; on_call is told of every call of the system, and optional. */
struct outcome outcome_of(const struct scenario *scenario, void (*on_call)(const char *name));
void outcome_free(struct outcome *outcome);

/* Fails the test if there are complaints, and frees them. */
void show_complaints(struct scfg_buf *complaints);

#endif
