/* SPDX-License-Identifier: MIT */
/*
 * Parsers of what the kernel says in /proc. Pure: bytes in, structures out.
 */
#ifndef SCFG_PURE_PROCFS_H
#define SCFG_PURE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/span.h"

/* One row of /proc/swaps. */
struct scfg_swap_row {
	char *path;    /* escapes resolved, "(deleted)" cut off */
	bool deleted;  /* the kernel says that the file has no name any more */
	bool is_file;  /* "file", else "partition" */
	uint64_t size; /* bytes, the header page not counted */
	uint64_t used; /* bytes */
	int priority;
};

struct scfg_swaps {
	struct scfg_swap_row *rows;
	size_t count;
};

/* 0, -ENOMEM, or -EINVAL for text that is no /proc/swaps. Nothing to free on failure. */
int scfg_swaps_parse(const char *text, size_t len, struct scfg_swaps *ret);
void scfg_swaps_free(struct scfg_swaps *swaps);

/* One line of /proc/self/mountinfo. */
struct scfg_mount {
	int id;
	unsigned int major, minor; /* of the file system; btrfs shows others in st_dev */
	char *root;		   /* which directory of the file system is mounted */
	char *point;		   /* where */
	char *type;		   /* such as "ext4" */
	char *source;
	char *super;	/* the options of the file system */
	bool read_only; /* the mount or the file system is */
};

/*
 * The last line whose mount point is the longest that holds an absolute path: 0, -ENOENT, -EINVAL,
 * -ENOMEM. Nothing to free on failure.
 */
int scfg_mountinfo_by_path(const char *text, size_t len, const char *path, struct scfg_mount *ret);
/* The first line of a whole file system of a type: as above. */
int scfg_mountinfo_by_type(const char *text, size_t len, const char *type, struct scfg_mount *ret);
/* The length of an escaped mount point that is a path or a directory above it, else 0. */
size_t scfg_mount_holds(struct scfg_span point, const char *path);
void scfg_mount_free(struct scfg_mount *mount);

/* /proc/meminfo, in bytes. */
struct scfg_meminfo {
	uint64_t total;
	uint64_t available; /* where the kernel has no MemAvailable: free + buffers + cached */
	uint64_t swap_total;
	uint64_t swap_free;
	uint64_t swap_cached;
};

/* 0, or -EINVAL where MemTotal is missing or a number makes no sense. */
int scfg_meminfo_parse(const char *text, size_t len, struct scfg_meminfo *ret);

#endif
