/* SPDX-License-Identifier: MIT */
/*
 * The survey: everything that is true of one path right now, found by reading only. Plans are made
 * from it, and steps work on the descriptors that it looked at.
 */
#ifndef SCFG_SURVEY_H
#define SCFG_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/boot.h"
#include "export.h"
#include "fs/fs.h"
#include "pure/header.h"
#include "pure/procfs.h"
#include "root.h"
#include "spec.h"

/* The temporary name is "." NAME and this: always the same, so that no search is needed. */
#define SCFG_TEMP_SUFFIX ".swapcfg-new"

/* What a path leads to. */
enum scfg_thing {
	SCFG_THING_NONE,
	SCFG_THING_FILE,
	SCFG_THING_DEVICE,
	SCFG_THING_LINK,
	SCFG_THING_OTHER
};

/* One file or device. */
struct scfg_target {
	enum scfg_thing thing;
	int fd; /* for reading; -1 where there is nothing to read */
	struct stat st;
	uint64_t size;
	struct scfg_header header;
	const char *foreign; /* other data that it holds, as a name; NULL for none */
	bool blank_ends;     /* its beginning and end were looked at and are zeros */
	struct scfg_extents extents;
	bool unprepared; /* its file system wanted something done before the first byte */
	bool read_only; /* a device; the kernel would swap to it nevertheless, and lose the pages */
	bool claimed;	/* a device that is mounted or otherwise held */
	const struct scfg_swap_row *row; /* of /proc/swaps, if it is active */
};

struct scfg_survey {
	struct swapcfg_ctx *ctx;
	const struct swapcfg_spec *spec;

	int place_err; /* why the directory cannot be had; the rest is then empty */
	struct scfg_site place;
	struct scfg_target target;

	/* The temporary name of ours beside the target, and what is there. */
	char *temp_name;
	char *temp_path;
	struct scfg_target temp;
	bool temp_is_ours;

	const struct scfg_fs *fs;
	struct statfs statfs;

	uint32_t page_size; /* of the machine that will use the area */
	bool no_kernel_swap;
	bool blind;   /* not mounted, and the spec needs it */
	bool no_proc; /* not mounted, and the spec does without: nobody knows what is active */
	bool in_user_namespace;
	unsigned int kernel; /* major * 256 + minor; 0 where it does not matter */
	struct scfg_swaps swaps;
	struct scfg_meminfo memory;

	struct scfg_export exported; /* whether another computer can reach it */
	struct scfg_boot boot;
	struct scfg_mount mount; /* of the directory; point is NULL where it is on the root */
};

/* The path of the area: without links and "..", or as it was given where it leads nowhere. */
const char *scfg_survey_path(const struct scfg_survey *survey);

/*
 * Looks at everything that the spec's path and goal depend on. 0 or a negative errno where it
 * cannot be found out; that something is missing or wrong is a result, not a failure. The spec must
 * outlive the survey.
 */
int scfg_survey_make(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		     struct scfg_survey *ret, struct swapcfg_error **reterr);
void scfg_survey_free(struct scfg_survey *survey);

/* Looks at one name in a directory, with its rows in swaps; content too where asked. */
int scfg_target_look(const struct swapcfg_ctx *ctx, int dirfd, const char *name, uint32_t page_size,
		     const struct scfg_swaps *swaps, struct scfg_target *ret);
/* Looks for foreign data in a target that has no swap header: fills foreign. */
int scfg_target_look_inside(const struct swapcfg_ctx *ctx, struct scfg_target *target);
/* Whether a file has nothing but a part of a header of ours; then it is not foreign any more. */
int scfg_target_look_for_torn(const struct swapcfg_ctx *ctx, struct scfg_target *target,
			      uint32_t page_size, bool *ret);
/* The size of an open block device. */
int scfg_device_size(const struct swapcfg_ctx *ctx, int fd, uint64_t *ret);
void scfg_target_close(const struct swapcfg_ctx *ctx, struct scfg_target *target);

/* Reads /proc/swaps; -ENOSYS where the kernel has no swap. */
int scfg_swaps_read(const struct swapcfg_ctx *ctx, struct scfg_swaps *ret);
/* The row of a file or device, found by what the row's path leads to; NULL if not active. */
int scfg_swaps_match(const struct swapcfg_ctx *ctx, const struct scfg_swaps *swaps,
		     const struct stat *st, const struct scfg_swap_row **ret);

/* Whether the caller lives in a user namespace, whose root the kernel lets touch no swap. */
int scfg_in_user_namespace(const struct swapcfg_ctx *ctx, bool *ret);
/* major * 256 + minor. */
int scfg_kernel_version(const struct swapcfg_ctx *ctx, unsigned int *ret);

/* /proc/meminfo. */
int scfg_meminfo_read(const struct swapcfg_ctx *ctx, struct scfg_meminfo *ret);

/* /proc/self/mountinfo. */
int scfg_mountinfo_read(const struct swapcfg_ctx *ctx, char **ret, size_t *ret_len);

#endif
