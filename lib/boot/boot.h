/* SPDX-License-Identifier: MIT */
/*
 * The boot configuration of a system: which init reads it, and what it says of swap. A new kind of
 * entry is a file with a struct scfg_boot_text and a row in boot.c.
 */
#ifndef SCFG_BOOT_BOOT_H
#define SCFG_BOOT_BOOT_H

#include <stdbool.h>
#include <stddef.h>

#include <libswapcfg/spec.h>

#include "boot/text.h"
#include "ctx.h"

/* Which program starts the system. */
enum scfg_init { SCFG_INIT_UNKNOWN, SCFG_INIT_SYSV, SCFG_INIT_BUSYBOX, SCFG_INIT_SYSTEMD };

/* One kind of entry. */
struct scfg_boot_kind {
	enum swapcfg_boot kind;
	const char *file;
	const struct scfg_boot_text *text;
};

#define SCFG_BOOT_KINDS 2
extern const struct scfg_boot_kind scfg_boot_kinds[SCFG_BOOT_KINDS];

/* What one file of the boot configuration holds. */
struct scfg_boot_file {
	const struct scfg_boot_kind *kind;
	bool exists;
	int err; /* why it cannot be read or understood; 0 if it can */
	char *data;
	size_t len;
	struct scfg_boot_lines lines;
};

struct scfg_boot {
	struct scfg_boot_file files[SCFG_BOOT_KINDS];
	/* Filled by scfg_boot_detect(). */
	enum scfg_init init;
	const char *swapon; /* the program, such as "/sbin/swapon"; NULL for none */
	bool swapon_is_busybox;
	bool scripts_read_fstab; /* init scripts of a kind that activates what fstab lists */
	bool read_only;		 /* /etc cannot be written to */
};

/* Reads the files. 0 or -ENOMEM; what cannot be read is noted in the file. */
int scfg_boot_read(const struct swapcfg_ctx *ctx, struct scfg_boot *ret);
/* Finds init and swapon. 0, or why it cannot be found out. */
int scfg_boot_detect(const struct swapcfg_ctx *ctx, struct scfg_boot *boot);
void scfg_boot_free(struct scfg_boot *boot);

/* The entry for a path with the lowest owner: ours, then adoptable, then foreign. NULL for none. */
const struct scfg_boot_line *scfg_boot_entry(const struct scfg_boot_file *file, const char *path);
/* Whether there is one of exactly that owner. */
bool scfg_boot_has(const struct scfg_boot_file *file, const char *path, enum scfg_owner owner);
/* Whether /etc/fstab mounts what holds a path, at boot. */
bool scfg_boot_mounts(const struct scfg_boot *boot, const char *path);
/* Whether an init script names a mount point, and so may mount it: 1, 0 or why it cannot be told.
 */
int scfg_boot_scripts_name(const struct swapcfg_ctx *ctx, const char *point);

/*
 * Replaces the text of a boot file, atomically; the old text must still be there. old == NULL:
 * there is no file yet; new == NULL: there is to be none. 0 or a negative errno; -ESTALE where the
 * file is not what it was.
 */
int scfg_boot_replace(const struct swapcfg_ctx *ctx, const char *file, const char *old,
		      size_t old_len, const char *new, size_t new_len);

#endif
