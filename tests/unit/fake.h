/* SPDX-License-Identifier: MIT */
/*
 * A fake system: a directory of its own that stands for "/", and a table of system calls over it.
 * Files are real; who owns them, what they lie on, and swap are made up. The swap calls follow the
 * kernel: they look at the header, list areas in ROOT/proc/swaps, and guard the files in use.
 */
#ifndef TESTS_FAKE_H
#define TESTS_FAKE_H

#include <check.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctx.h"
#include "pure/buf.h"

#define FAKE_PAGE 4096u
#define KIB	  UINT64_C(1024)
#define MIB	  (1024 * KIB)
#define GIB	  (1024 * MIB)

/* Magic numbers of statfs(2). */
#define FAKE_EXT4  0xEF53u
#define FAKE_EXFAT 0x2011BAB0u
#define FAKE_VFAT  0x4D44u
#define FAKE_BTRFS 0x9123683Eu
#define FAKE_F2FS  0xF2F52010u
#define FAKE_TMPFS 0x01021994u

/* A file system: the one with the longest path that holds a file is the file's. */
struct fake_disk {
	const char *path;
	uint32_t magic;
	dev_t dev; /* 0: as the file really has it */
	uint64_t total, free;
	bool read_only;
};

/* One path that is not what the real file is. */
struct fake_file {
	const char *path;
	uid_t uid;
	gid_t gid;
	dev_t device; /* not 0: it is a block device of that number */
	bool claimed; /* that is mounted */
	bool read_only;
	bool denied; /* opening it gives EACCES */
};

enum fake_blocks { FAKE_PLAIN, FAKE_HOLES, FAKE_SHARED };

/* An active area. */
struct fake_area {
	char path[PATH_MAX];
	dev_t dev;
	ino_t ino;
	uint64_t size, used;
	int priority;
	int flags; /* of swapon(2) */
	bool device;
};

struct fake {
	char root[PATH_MAX];
	uid_t uid; /* of whoever runs the tests, who is root in there */
	gid_t gid;
	struct swapcfg_ctx *ctx;
	struct fake_disk disks[3];
	struct fake_file files[4];
	struct fake_area areas[40];
	size_t area_count;

	/* The kernel. */
	bool no_privilege;
	bool no_proc; /* it is not mounted, so swap is known by paths */
	const char *release;
	bool no_tmpfile, no_fallocate, no_fiemap, no_exchange;
	enum fake_blocks new_blocks; /* of every file that ino_blocks does not name */
	enum fake_blocks ino_blocks;
	ino_t ino;
	int inode_flags;     /* what FS_IOC_GETFLAGS gives */
	size_t slots;	     /* how many areas it takes */
	unsigned int chunk;  /* the most that one pwrite takes; 0: all */
	bool chunk_of_areas; /* ... but not of what lies in /etc */

	/* The child that calls swapoff. */
	unsigned int polls; /* it runs for so many looks */
	bool child_killed;
	bool child_finishes; /* ... before the signal that is to end it comes */
	bool child_is_mute;  /* its swapoff is done when it is killed, but nobody heard of it */
	unsigned int children, ended;
	void (*on_poll)(void);

	/* Faults: the call of a number, counted from 1, or the one of a name. */
	unsigned int calls;
	unsigned int fail_at;
	unsigned int fail_also; /* another one; 0: none */
	bool fail_on;		/* and every call after it */
	const char *fail_name;
	unsigned int fail_skip; /* so many calls of that name succeed first */
	int fail_errno;
	unsigned int failed; /* how many did fail */
	char last_failed[32];

	/* Every call that changes something. */
	unsigned int changes;
	unsigned int first_change; /* the number of that call */
	char last_change[32];
	void (*on_call)(const char *name);
	uint64_t now;
};

extern struct fake fake;
extern struct scfg_sys fake_sys;

/* Gives each test of a case a root of its own; setup calls fake_setup(). */
void fake_add_fixtures(TCase *tcase, void (*setup)(void), void (*teardown)(void));
/* A root with what the library reads in any case, and a running context on it. */
void fake_setup(void);
void fake_teardown(void);
/* From now on the root is not the running system's. */
void fake_go_offline(void);
/* From now on /proc is not mounted. */
void fake_unmount_proc(void);

/* An assertion that allocates nothing while it holds, for what runs inside of the library. */
void fake_must(bool holds, const char *what);
/* Counts a call: 0, or the fault that is due. */
int fake_gate(const char *name);
/* Notes a call that changes something. */
void fake_note(const char *name);
/* The path inside the root that a descriptor leads to; false if it leads out. */
bool fake_path_of(int fd, char path[PATH_MAX]);
/* The active area of a real file; NULL for none. */
struct fake_area *fake_area_of(dev_t dev, ino_t ino);
struct fake_area *fake_area(const char *path);
const struct fake_file *fake_file(const char *path);
const struct fake_disk *fake_disk(const char *path);
enum fake_blocks fake_blocks_of(ino_t ino);

/* The path inside the root of a name in an open directory; false, and "", for what lies outside.
 */
bool fake_path_at(int dirfd, const char *name, char path[PATH_MAX]);
/* Notes what a descriptor was opened as, if that is known. */
void fake_opened(int fd, const char *path, bool is_known);

/* The parts of the table. */
void fake_file_calls(struct scfg_sys *sys);
void fake_swap_calls(struct scfg_sys *sys);
/* Writes ROOT/proc/swaps anew. */
void fake_write_swaps(void);
/* Deletes a directory with all that is in it. */
void fake_remove_tree(const char *path);

/* Puts things into the root; directories on the way are made. */
void put_dir(const char *path, unsigned int mode);
void put(const char *path, const char *text);
void put_bytes(const char *path, const void *data, size_t len, unsigned int mode);
void put_link(const char *target, const char *path);
/* An area of so many bytes, mode 0600, with a header of native form. */
void put_area(const char *path, uint64_t size);
/* Activates one; a negative priority is the kernel's. */
void put_active(const char *path, uint64_t size, int priority, uint64_t used);
/* Somebody else switches one on or off, unless the kernel would not let him. */
void somebody_on(const char *path);
void somebody_off(const char *path);
/* Memory, for the forecast. */
void put_memory(uint64_t total, uint64_t available);
/* What is in the root, by a name in it. */
bool there(const char *path);
char *text_of(const char *path);
uint64_t size_of(const char *path);
unsigned int mode_of(const char *path);
ino_t ino_of(const char *path);
char *full(const char *path, char buffer[PATH_MAX]);
/* Everything below the root but /run and /proc/swaps: names, modes, sizes, contents. The caller's.
 */
char *snapshot(void);
/* Paths, sizes and set priorities of the active areas. The caller's. */
char *active_areas(void);
/* Bytes of all active areas. */
uint64_t active_swap(void);
unsigned int open_descriptors(void);

#endif
