/* SPDX-License-Identifier: MIT */
/*
 * What each file system can do for swap. A new one is a row in fs.c and, if it needs preparation, a
 * file of its own beside it.
 */
#ifndef SCFG_FS_FS_H
#define SCFG_FS_FS_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/sys.h"

/* How space without holes is had, cheapest first; each falls back on the next. */
enum scfg_road {
	SCFG_ROAD_FALLOCATE, /* fallocate(2) */
	SCFG_ROAD_GROW,	     /* the file system knows no holes: growing a file allocates */
	SCFG_ROAD_ZEROS	     /* write them */
};

struct scfg_fs {
	uint32_t magic;	    /* f_type of statfs(2) */
	char name[12];	    /* in the row: pointers would have to be relocated */
	const char *refuse; /* why it cannot hold swap; NULL if it can */
	enum scfg_road road;
	bool no_holes;		/* a file cannot have any */
	bool unwritten_is_hole; /* space that was never written to has no address yet */
	bool no_modes;		/* permission bits are the mount's, not the file's */
	uint64_t max_file;	/* bytes; 0: no limit that matters */
	uint16_t min_kernel;	/* major * 256 + minor; 0: any */
	/* Done to a file while it is empty: 0, or why not. */
	int (*prepare)(const struct scfg_sys *sys, int fd);
	/* Whether a file that exists lacks that preparation: 0 no, 1 yes, or why it cannot be told.
	 */
	int (*unprepared)(const struct scfg_sys *sys, int fd);
};

/* Never NULL: what is not in the table is refused. */
const struct scfg_fs *scfg_fs_find(uint32_t magic);

/* Whether a file has blocks that are missing or shared. */
struct scfg_extents {
	bool holes;
	bool shared; /* also compressed, inline or otherwise not plain blocks */
};

/* 0 or a negative errno. */
int scfg_extents_find(const struct scfg_sys *sys, const struct scfg_fs *fs, int fd, uint64_t size,
		      struct scfg_extents *ret);

int scfg_btrfs_prepare(const struct scfg_sys *sys, int fd);
int scfg_btrfs_unprepared(const struct scfg_sys *sys, int fd);
int scfg_f2fs_prepare(const struct scfg_sys *sys, int fd);

#endif
