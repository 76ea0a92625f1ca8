/* SPDX-License-Identifier: MIT */
/*
 * The table of everything that the library asks of the kernel. This directory fills it with the
 * real calls and holds the only objects that make any; tests fill it with others, to fail call N or
 * to fake swapon.
 *
 * Every function returns a negative errno on failure. Calls that a signal may interrupt are
 * repeated inside, but for swapoff.
 */
#ifndef SCFG_SYS_SYS_H
#define SCFG_SYS_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>

/* ST_RDONLY of statfs(2), in f_flags; libc defines it for statvfs only. */
#define SCFG_STATFS_READ_ONLY 1

/* What is known of a child that calls swapoff(2). */
enum scfg_child {
	SCFG_CHILD_RUNS,
	SCFG_CHILD_ENDED,  /* *result has what swapoff gave */
	SCFG_CHILD_KILLED, /* by a signal, such as the out-of-memory killer's */
	SCFG_CHILD_LOST	   /* the kernel does not say; it may still work */
};

struct scfg_sys {
	size_t size; /* of this structure, so that a table for another version is noticed */

	/* Files. Flags are those of open(2); O_CLOEXEC is added. */
	int (*openat)(int dirfd, const char *path, int flags, unsigned int mode);
	void (*close)(int fd);
	int64_t (*pread)(int fd, void *data, size_t len, uint64_t offset);
	int64_t (*pwrite)(int fd, const void *data, size_t len, uint64_t offset);
	int (*ftruncate)(int fd, uint64_t size);
	int (*fallocate)(int fd, uint64_t offset, uint64_t len);
	int (*fsync)(int fd);
	/* Starts writing a range back, or waits until it is written. */
	int (*flush)(int fd, uint64_t offset, uint64_t len, bool wait);
	int (*fstat)(int fd, struct stat *ret);
	int (*fstatat)(int dirfd, const char *name, struct stat *ret); /* links not followed */
	int (*fstatfs)(int fd, struct statfs *ret);
	int (*fchmod)(int fd, unsigned int mode);
	int (*fchown)(int fd, uid_t uid, gid_t gid);
	int (*ioctl)(int fd, unsigned long request, void *arg);
	int64_t (*readlinkat)(int dirfd, const char *name, char *data, size_t len);
	int64_t (*getdents)(int fd, void *data, size_t len);
	int (*flock)(int fd);	/* exclusive, does not wait: -EAGAIN */
	void (*unlock)(int fd); /* whoever has inherited the descriptor meanwhile */

	/* Names. */
	int (*link_fd)(int fd, int dirfd, const char *name); /* gives a nameless file a name */
	int (*rename)(int dirfd, const char *from, const char *to);
	int (*rename_new)(int dirfd, const char *from,
			  const char *to); /* -EEXIST, never over one */
	int (*rename_swap)(int dirfd, const char *one, const char *other); /* -EINVAL: cannot */
	int (*unlinkat)(int dirfd, const char *name);
	int (*symlinkat)(const char *target, int dirfd, const char *name);
	int (*mkdirat)(int dirfd, const char *name, unsigned int mode);
	int (*rmdirat)(int dirfd, const char *name); /* -ENOTEMPTY */

	/* Extended attributes of a descriptor. */
	int64_t (*flistxattr)(int fd, char *list, size_t len);
	int64_t (*fgetxattr)(int fd, const char *name, void *data, size_t len);
	int (*fsetxattr)(int fd, const char *name, const void *data, size_t len);

	/* Swap. */
	int (*swapon)(const char *path, int flags);
	int (*swapoff)(const char *path);
	/* A process id. Of the caller's descriptors it keeps the area's and that of the lock. */
	int (*swapoff_child)(const char *path, int area_fd, int lock_fd);
	enum scfg_child (*child_poll)(int pid, int *result);
	enum scfg_child (*child_end)(int pid, int *result); /* kills and reaps it */

	/* The rest. */
	bool (*may_swap)(void); /* CAP_SYS_ADMIN is effective */
	uid_t (*geteuid)(void);
	uint32_t (*page_size)(void);
	int (*release)(char *data, size_t len); /* of the kernel, such as "6.12.0" */
	int (*random)(void *data, size_t len);
	uint64_t (*now_us)(void);
	void (*sleep_us)(unsigned int us);
};

extern const struct scfg_sys scfg_sys_linux;

#endif
