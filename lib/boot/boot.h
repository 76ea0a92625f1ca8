/* SPDX-License-Identifier: MIT */
/*
 * The boot configuration of a system: which init reads it, and what it says of swap. A new kind of
 * entry is a file with a struct scfg_boot_kind, and a row in boot.c.
 */
#ifndef SCFG_BOOT_BOOT_H
#define SCFG_BOOT_BOOT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include <libswapcfg/spec.h>

#include "boot/text.h"
#include "ctx.h"

/* Which program starts the system. */
enum scfg_init {
	SCFG_INIT_UNKNOWN,
	SCFG_INIT_SYSV,
	SCFG_INIT_BUSYBOX,
	SCFG_INIT_SYSTEMD,
	SCFG_INIT_PROCD /* OpenWrt's */
};

/* What reads an entry at boot, and so what it can say. */
enum scfg_reader {
	SCFG_READER_OWN,      /* a program that knows all options */
	SCFG_READER_SWAPON_A, /* swapon -a, which passes over options that it does not know */
	SCFG_READER_COMMAND   /* it is a command: of swapon, or of swapcfg where that is needed */
};

struct scfg_site;
struct scfg_survey;
struct scfg_boot_file;

/* No boot file is that long; a longer one is not read, so that it cannot fill a small memory. */
#define SCFG_BOOT_FILE_MAX (1024u * 1024u)

/* One kind of entry. */
struct scfg_boot_kind {
	enum swapcfg_boot kind;
	const struct scfg_boot_text *text;
	enum scfg_reader reader;
	bool before_mounts; /* it may run before scripts have mounted all */
	/* What an entry cannot say, and leaves out; NULL for nothing. Optional. */
	const char *(*lost)(const struct scfg_boot_want *want);

	/* The one file of the kind; or a directory, and which of its files are of the kind. */
	const char *file;
	const char *dir;
	bool (*is_file)(const char *name);
	/* The name in dir of what holds an area's entry; NULL: the first, else of file. */
	void (*name)(const char *area, struct scfg_buf *ret);

	/* Of a file that we make; one that is ours alone goes with its last entry. */
	unsigned int mode;
	bool ours_alone;

	/* The directory in which a link enables the file; NULL: it needs none. */
	const char *wants;
	const char *wants_target; /* what the link puts before the file's name */
	bool wants_is_made;	  /* if it is not there, and goes when it is empty */

	/* Why an entry in a file cannot work, or NULL; *reason is BOOT_ENTRY_UNSUPPORTED before. */
	const char *(*fault)(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			     enum swapcfg_reason *reason);
};

/* The faults that several kinds have. */
const char *scfg_boot_command_fault(const struct scfg_survey *survey,
				    const struct scfg_boot_file *file, enum swapcfg_reason *reason);

/* In the order in which AUTO takes them. */
#define SCFG_BOOT_KINDS 6
extern const struct scfg_boot_kind *const scfg_boot_kinds[SCFG_BOOT_KINDS];
extern const struct scfg_boot_kind scfg_boot_systemd;
extern const struct scfg_boot_kind scfg_boot_uci;
extern const struct scfg_boot_kind scfg_boot_openrc;
extern const struct scfg_boot_kind scfg_boot_inittab;
extern const struct scfg_boot_kind scfg_boot_initd;
extern const struct scfg_boot_kind scfg_boot_fstab;

/* What one file of the boot configuration holds. */
struct scfg_boot_file {
	const struct scfg_boot_kind *kind;
	char *path;
	bool exists;
	bool enabled;	/* no link is missing without which it is not read */
	bool has_wants; /* the directory of such links is there */
	bool no_dir;	/* nor is the directory that it would lie in */
	int err;	/* why it cannot be read or understood; 0 if it can */
	char *data;
	size_t len;
	struct scfg_boot_lines lines;

	/* What lies beside it under the temporary name; NULL for nothing. */
	char *left_path;
	struct stat left_st;
	bool left_is_ours;
};

struct scfg_boot {
	struct scfg_boot_file files[SCFG_BOOT_KINDS]; /* a kind each, that of one area */
	/* Filled by scfg_boot_detect(). */
	enum scfg_init init;
	const char *swapon; /* the program, such as "/sbin/swapon"; NULL for none */
	const char *helper; /* swapcfg itself, whose command boot an entry can run; or NULL */
	bool swapon_is_busybox;
	bool scripts_read_fstab; /* init scripts of a kind that activates what fstab lists */
	bool has_openrc;	 /* it runs the services of its runlevels */
	bool runs_scripts;	 /* something runs the scripts S?? of /etc/init.d */
	bool reads_uci;		 /* OpenWrt's program for /etc/config/fstab is there */
	bool read_only;		 /* /etc cannot be written to */
};

/* Reads the files that matter for an area. 0 or -ENOMEM; what cannot be read is noted in the file.
 */
int scfg_boot_read(const struct swapcfg_ctx *ctx, const char *area, struct scfg_boot *ret);
/* Calls visit with each file that is there, of every kind, until it returns non-zero. */
int scfg_boot_each(const struct swapcfg_ctx *ctx,
		   int (*visit)(const struct scfg_boot_file *file, void *arg), void *arg);
/* Finds init and swapon. 0, or why it cannot be found out. */
int scfg_boot_detect(const struct swapcfg_ctx *ctx, struct scfg_boot *boot);
void scfg_boot_free(struct scfg_boot *boot);

/* The entry for a path with the lowest owner: ours, then adoptable, then foreign. NULL for none. */
const struct scfg_boot_line *scfg_boot_entry(const struct scfg_boot_file *file, const char *path);
/* Whether there is one of exactly that owner. */
bool scfg_boot_has(const struct scfg_boot_file *file, const char *path, enum scfg_owner owner);
/* The file of a kind. */
const struct scfg_boot_file *scfg_boot_file(const struct scfg_boot *boot, enum swapcfg_boot kind);
/* Whether the init is one that an inittab tells what to do. */
bool scfg_boot_reads_inittab(const struct scfg_boot *boot);

/* Where an area's directory lies when the system boots. */
enum scfg_where { SCFG_ON_ROOT, SCFG_ON_MOUNT, SCFG_WHERE_UNKNOWN };
enum scfg_where scfg_boot_where(const struct scfg_survey *survey);
/* Whether it is there before any script of the init runs: on the root, or mounted by fstab. */
bool scfg_boot_is_mounted(const struct scfg_survey *survey);
/* Whether /etc/fstab mounts what holds a path, at boot. */
bool scfg_boot_mounts(const struct scfg_boot *boot, const char *path);
/* Whether an init script names a mount point, and so may mount it: 1, 0 or why it cannot be told.
 */
int scfg_boot_scripts_name(const struct swapcfg_ctx *ctx, const char *point);

/*
 * Replaces the text of a boot file, atomically; the old text must still be there. old == NULL:
 * there is no file yet; new == NULL: there is to be none. 0 or a negative errno; -ESTALE where the
 * file is not what it was, -EEXIST where something has the temporary name.
 */
int scfg_boot_replace(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file,
		      const char *old, size_t old_len, const char *new, size_t new_len);

/*
 * What a killed run left beside a boot file, under the name that a new text has until it is in
 * place. Looking fills left_*, and cleaning deletes what was seen then: 0 or a negative errno,
 * -ESTALE where it is something else by now.
 */
void scfg_boot_temp_name(const char *name, char ret[NAME_MAX + 1]);
int scfg_boot_look_for_leftover(const struct swapcfg_ctx *ctx, const struct scfg_site *site,
				struct scfg_boot_file *file);
int scfg_boot_clean(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file);

/*
 * The link that enables a file. Looking fills enabled and has_wants. Nothing is done where the kind
 * needs no link, or it is as it should be; disabling deletes the directory too if it is made for
 * such links, empty, and not to be kept.
 */
int scfg_boot_look_at_link(const struct swapcfg_ctx *ctx, struct scfg_boot_file *file);
int scfg_boot_enable(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file);
int scfg_boot_disable(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file,
		      bool keep_dir);

#endif
