/* SPDX-License-Identifier: MIT */
/*
 * Edits of boot configuration files, one kind each. Pure: bytes in, bytes out.
 *
 * An entry of ours is a marker comment line followed by the entry line. What we did not write stays
 * byte for byte. For every text x: forget(persist(x)) == x, and persist twice == persist once.
 */
#ifndef SCFG_BOOT_TEXT_H
#define SCFG_BOOT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/buf.h"

/* Who wrote an entry. */
enum scfg_owner {
	SCFG_OWNER_OURS,      /* marked */
	SCFG_OWNER_ADOPTABLE, /* in the exact form that the NanoKVM server writes */
	SCFG_OWNER_FOREIGN    /* never touched */
};

/* How an init reads its inittab. */
enum scfg_dialect {
	SCFG_DIALECT_SYSV,   /* the id is unique and 1 to 4 characters */
	SCFG_DIALECT_BUSYBOX /* the id names a terminal; ours is empty */
};

/* When the entry runs. */
enum scfg_place {
	SCFG_PLACE_SYSINIT,  /* after the last sysinit line: local file systems are mounted */
	SCFG_PLACE_AFTER_RCS /* after the init scripts, which may mount more */
};

/* What is wanted of an entry. */
struct scfg_boot_want {
	const char *path;
	const char *swapon; /* the program that an entry runs, such as "/sbin/swapon" */
	/* The path of swapcfg, where the entry runs "swapcfg boot" instead; NULL for swapon. */
	const char *helper;
	int priority;	   /* negative: none */
	bool discard_once; /* discard policy; both: plain discard */
	bool discard_pages;
	enum scfg_dialect dialect; /* inittab only */
	enum scfg_place place;	   /* inittab only */
};

/* One entry that activates an area. */
struct scfg_boot_line {
	enum scfg_owner owner;
	uint32_t line; /* of the entry itself, from 1 */
	char *path;
	int priority; /* -1: none */
	bool discard_once;
	bool discard_pages;
	enum scfg_place place; /* inittab only */
	bool by_tag;	       /* path is LABEL=, UUID= or the like, never an absolute path */
};

struct scfg_boot_lines {
	struct scfg_boot_line *lines;
	size_t count;
	bool runs_swapon_a; /* inittab only: an entry activates what fstab lists */
};

/* One kind of text. */
struct scfg_boot_text {
	/* Whether a path can stand in an entry of this kind. */
	bool (*can_quote)(const char *path);
	/* Lists the entries that activate an area. 0 or -ENOMEM; free with scfg_boot_lines_free().
	 */
	int (*scan)(const char *text, size_t len, struct scfg_boot_lines *ret);
	/*
	 * Writes text with exactly one entry of ours for want->path: one that is right already
	 * stays where it is, a wrong one is replaced, further ones and adoptable ones go. Foreign
	 * ones stay. 0, -ENOMEM, or -EINVAL where the path cannot be quoted or the text is no such
	 * file (NUL bytes).
	 */
	int (*persist)(const char *text, size_t len, const struct scfg_boot_want *want,
		       struct scfg_buf *ret);
	/*
	 * Writes text without the entries for path that are ours or adoptable. As above. Empty
	 * where nothing is left of a file that we made.
	 */
	int (*forget)(const char *text, size_t len, const char *path, struct scfg_buf *ret);
};

extern const struct scfg_boot_text scfg_inittab_text;
extern const struct scfg_boot_text scfg_fstab_text;
extern const struct scfg_boot_text scfg_systemd_text; /* one unit, of one area */
extern const struct scfg_boot_text scfg_initd_text;
extern const struct scfg_boot_text scfg_openrc_text;
extern const struct scfg_boot_text scfg_uci_text;

/* The name of the unit that systemd demands for an area: its path, escaped, and ".swap". */
void scfg_systemd_name(const char *path, struct scfg_buf *ret);

void scfg_boot_lines_free(struct scfg_boot_lines *lines);

#endif
