/* SPDX-License-Identifier: MIT */
/*
 * The goal: the difference between what is (the survey) and what is wanted (the spec), as
 * decisions. The checks judge it and the plan turns it into steps.
 */
#ifndef SCFG_GOAL_H
#define SCFG_GOAL_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "survey.h"

/* What becomes of one boot file. */
enum scfg_boot_change { SCFG_BOOT_LEAVE, SCFG_BOOT_WRITE, SCFG_BOOT_CLEAR };

/* What was found while the kind of boot entry was chosen. */
struct scfg_boot_verdict {
	enum swapcfg_reason fault; /* why no entry can work; NONE if one can */
	const char *why;
	const struct scfg_boot_kind *kind;
	const struct scfg_boot_line *foreign; /* of others, that interferes or already does it */
	const char *foreign_file;
	bool foreign_does;    /* it already does what is wanted */
	bool place_unknown;   /* offline: whether the directory is mounted at boot */
	bool mounted_by_none; /* nothing in the boot configuration mounts it */
	const char *lost;     /* why priority or discard may be lost at boot; NULL: they are not */
};

struct scfg_goal {
	/* The file or device. */
	bool makes;    /* a new file: allocate, format, publish */
	bool replaces; /* ... in place of one that is there */
	bool resizes;  /* in place */
	bool formats;  /* a header is written in place */
	bool protects; /* mode 0600 */
	bool removes;
	uint64_t size;		   /* of the file when all is done */
	struct scfg_header header; /* that is written, if any is */

	/* Its use. */
	bool activates;
	bool deactivates;
	int priority; /* that it will have; negative: the kernel's choice */
	enum swapcfg_discard discard;

	/* The bridge: an area under the temporary name, while the target is off. */
	bool bridge;	   /* one is made and removed */
	bool bridge_there; /* an interrupted run left one active, which serves and is then removed
			    */
	bool drains_first; /* that one is too small for this change, and makes way for a new one */
	uint64_t bridge_size;
	bool clean; /* an interrupted run left a file that is not active */

	enum scfg_boot_change boot[SCFG_BOOT_KINDS];
	bool clean_boot[SCFG_BOOT_KINDS]; /* an interrupted run left its text beside the file */
	struct scfg_boot_want want;
	struct scfg_boot_verdict verdict;
};

/* Decides. 0, -ENOMEM, or what random bytes for a UUID gave. */
int scfg_goal_find(const struct scfg_survey *survey, struct scfg_goal *ret);

/* Whether the target is taken out of use and put back. */
bool scfg_goal_cycles(const struct scfg_goal *goal);
/* How much disk space the goal takes, and how much of that only for a while. */
uint64_t scfg_goal_needs(const struct scfg_survey *survey, const struct scfg_goal *goal);

/* Whether a target has a header that the machine it is for accepts. */
bool scfg_target_is_sound(const struct scfg_survey *survey, const struct scfg_target *target);
bool scfg_native_is_big_endian(void);
/* Whether the spec lets a header be written where there is none that will do. */
bool scfg_spec_may_format(const struct swapcfg_spec *spec);

/*
 * The checks, one file each in checks/: each adds what it finds, and looks at nothing but the
 * survey and the goal.
 */
typedef void scfg_check(const struct scfg_survey *survey, const struct scfg_goal *goal,
			struct scfg_findings *list);

scfg_check scfg_check_spec;
scfg_check scfg_check_kernel;
scfg_check scfg_check_path;
scfg_check scfg_check_export;
scfg_check scfg_check_filesystem;
scfg_check scfg_check_content;
scfg_check scfg_check_space;
scfg_check scfg_check_memory;
scfg_check scfg_check_boot;

/* Chooses the kind of boot entry and what it says, or why none can work. 0 or -ENOMEM. */
int scfg_boot_choose(const struct scfg_survey *survey, struct scfg_goal *goal);

#endif
