/* SPDX-License-Identifier: MIT */
/*
 * Paths as seen from inside the context's root. Every path is resolved here, component by
 * component, so that neither ".." nor a link leads out of the root, on kernels without openat2(2)
 * as well, and so that each directory on the way can be judged.
 */
#ifndef SCFG_ROOT_H
#define SCFG_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "ctx.h"

/* A name in a directory that is held open. */
struct scfg_site {
	int dirfd;
	char *path;	  /* without links and "..", from the root on */
	const char *name; /* its last component */
	struct stat dir;
	char *unsafe; /* the first path on the way that others could replace; NULL for none */
	bool led;     /* a link at or behind it was followed: others may have chosen where to */
};

/*
 * Finds where a path leads. A link in the last component is followed only if asked; that the last
 * component does not exist is fine. 0, -ENOENT and the like for what is on the way, -ELOOP,
 * -ENOMEM.
 */
int scfg_site_find(const struct swapcfg_ctx *ctx, const char *path, bool follow_last,
		   struct scfg_site *ret);
void scfg_site_close(const struct swapcfg_ctx *ctx, struct scfg_site *place);
/* Whether others than root, the caller and the owner of an offline root could write to something.
 */
bool scfg_others_write(const struct swapcfg_ctx *ctx, const struct stat *st);

/* Opens a path, links followed inside the root: a descriptor or a negative errno. */
int scfg_open(const struct swapcfg_ctx *ctx, const char *path, int flags);

/*
 * Reads a whole descriptor or file of at most max bytes: 0, -EFBIG for more, -ENOMEM, what read
 * gives. The bytes are NUL-terminated; *ret is the caller's. A short read is the end, but not of
 * the tables in /proc (swaps, mountinfo), which come in pieces: those are for scfg_read_table().
 */
int scfg_read_fd(const struct swapcfg_ctx *ctx, int fd, size_t max, char **ret, size_t *ret_len);
int scfg_read_file(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		   size_t *ret_len);
/* The same, but -EINVAL for anything but a regular file. */
int scfg_read_regular(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		      size_t *ret_len);

int scfg_read_table(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		    size_t *ret_len);

/*
 * A failure while looking means "not there" for most errnos. Where it means that it could not be
 * found out (memory, descriptors, the disk), it is noted in *err, if that holds none yet.
 */
void scfg_note_failure(int r, int *err);

/* Calls visit with each name in a directory but "." and "..", until it returns non-zero. */
int scfg_list_dir(const struct swapcfg_ctx *ctx, int fd, int (*visit)(const char *name, void *arg),
		  void *arg);

#endif
