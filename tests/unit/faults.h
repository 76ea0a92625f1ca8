/* SPDX-License-Identifier: MIT */
/*
 * The scenarios of the fault sweeps, and what must hold after a run in which something failed.
 */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include "scenarios.h"

/* What there is in the end where nothing fails. */
struct outcome {
	char *files;
	char *areas;
	uint64_t swap;		 /* how much is active */
	unsigned int calls;	 /* of the system */
	unsigned int plan_calls; /* those of them that only make the plan */
	unsigned int first_change;
};

/* One run in a root of its own. */
struct trial {
	const struct scenario *scenario;
	const struct outcome *wanted; /* of a success; NULL: not looked at */
	unsigned int fail_alloc;      /* the allocation that is to fail; 0: none */
	const char *what;	      /* failed, for a message */
	bool undoing_fails;	      /* ... as well */
	bool forgot_priority;	      /* that was nowhere but in the area that was off */
	bool torn; /* between two sectors of a header, over what was no area before */
	struct scfg_buf *complaints;
	char *before;
	char *areas_before;
	uint64_t swap_before;
	struct swapcfg_job *job; /* optional */
	unsigned int plan_calls;
	unsigned int open;
	int result;
	struct swapcfg_error *error;
};

/* A root in which the scenario is prepared; faults are armed afterwards. */
void trial_begin(struct trial *trial);
/* Plans and applies. */
void trial_run(struct trial *trial);
/* Keeps the root for the next trial if it is as it was, and says whether. */
bool trial_keep_root(const struct trial *trial);
/* Adds to complaints what does not hold; then runs again, without faults, to success. */
void trial_end(struct trial *trial);

/* Runs again, without faults, to success and to nothing left to do. */
void trial_run_again(struct trial *trial);
/* Frees what trial_begin made, for those that do not call trial_end. */
void trial_free(struct trial *trial);
/* Adds to complaints. */
void trial_complain(const struct trial *trial, const char *text, const char *more);
/* The lines of one that other has not, each as a complaint. */
void trial_complain_of_lines(const struct trial *trial, const char *text, const char *one,
			     const char *other);
/*
 * Data that the caller gave up lie under the temporary name between the exchange of the names and
 * their deletion. As they are data, a later run does not delete them for that name alone: takes
 * them out of a snapshot.
 */
void forgive_given_up(const struct trial *trial, char *files);
/* Takes the line of a path out of a snapshot. */
void remove_line(char *text, const char *path);

/* Runs a scenario without faults; on_call is told of every call of the system, and optional. */
struct outcome outcome_of(const struct scenario *scenario, void (*on_call)(const char *name));
void outcome_free(struct outcome *outcome);

/* Fails the test if there are complaints, and frees them. */
void show_complaints(struct scfg_buf *complaints);

#endif
