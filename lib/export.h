/* SPDX-License-Identifier: MIT */
/*
 * Disks that the USB gadget offers to another computer. The kernel keeps no watch over them: that
 * computer may write to a mounted file system, or into an active swap file (seen on 5.10 and 6.18).
 */
#ifndef SCFG_EXPORT_H
#define SCFG_EXPORT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "ctx.h"
#include "finding.h"

/* What the attached computer can do to an area, in the order of what it costs. */
enum scfg_export_kind {
	SCFG_EXPORT_NONE,
	SCFG_EXPORT_UNSEEN, /* nobody knows: there is a gadget, and what it has cannot be seen */
	SCFG_EXPORT_LATER,  /* nothing now; it is what is offered whenever nothing else is */
	SCFG_EXPORT_READS,
	SCFG_EXPORT_WRITES
};

struct scfg_export {
	enum scfg_export_kind kind;
	char *file;  /* what is offered; NULL where that is not known */
	char *where; /* the file that says so */
};

/*
 * Whether a file or device, or for a file that is to be made its directory, is within reach of the
 * attached computer: the worst of what was found. 0, or -errno where it cannot be found out.
 */
int scfg_export_find(const struct swapcfg_ctx *ctx, const char *path, const struct stat *st,
		     struct scfg_export *ret);
void scfg_export_free(struct scfg_export *found);
/* Adds a sentence on the area of a path; "remedy, or " is what the user can do to the area. */
void scfg_export_say(const struct scfg_export *found, enum swapcfg_severity severity,
		     const char *path, const char *remedy, struct scfg_findings *list);

/* One disk of the gadget, which has a file or device in it. */
struct scfg_lun {
	const char *where; /* the file that takes the name of what is offered */
	char *file;	   /* that name */
	bool read_only;
};

/*
 * Calls visit with each disk of each gadget, whether a controller has the gadget yet or not: that
 * can change at any time. *any: there is a disk, even if an empty one; *unseen: there is a gadget
 * whose disks cannot be seen. 0, or a negative errno, visit's as well.
 */
int scfg_luns_visit(const struct swapcfg_ctx *ctx,
		    int (*visit)(const struct scfg_lun *lun, void *arg), void *arg, bool *any,
		    bool *unseen);

/*
 * Whether a file or device is another, or lies on it: on its file system, as its partition, or
 * through the file or device behind a loop, device mapper or zram device. 1, 0 or -errno.
 */
int scfg_lies_on(const struct swapcfg_ctx *ctx, const char *path, const struct stat *st,
		 const struct stat *under);
/*
 * What a loop device shows, whole or in part; its name is the caller's, and NULL for what is no
 * loop device. 0 or -errno.
 */
int scfg_loop_behind(const struct swapcfg_ctx *ctx, const struct stat *st, char **ret,
		     struct stat *ret_st);
/*
 * The stat of a file or device as the kernel names it, who marks a name that is gone as deleted: 0
 * or -errno. A device whose node was made anew is found all the same, and path is what it is now.
 */
int scfg_stat_shown(const struct swapcfg_ctx *ctx, char *path, struct stat *ret);
/* Cuts the one newline off that ends an attribute; a file's name may have others. */
void scfg_cut_newline(char *text, size_t len);

#endif
