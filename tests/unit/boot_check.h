/* SPDX-License-Identifier: MIT */
/*
 * Checks that the tests of every kind of boot text share.
 */
#ifndef TESTS_BOOT_CHECK_H
#define TESTS_BOOT_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "boot/text.h"

#define MARKER	   "# swapcfg: managed entry, change it with swapcfg(1)\n"
#define MARKER_END "# swapcfg: managed entry, change it with swapcfg(1); no newline before\n"

/* What one edit has to give. */
struct boot_case {
	const char *name;
	const char *before;
	struct scfg_boot_want want;
	const char *after;
};

/* What one scan has to give; path is NULL for none, owner is looked at only with a path. */
struct boot_scan_case {
	const char *text;
	struct scfg_boot_line line;
	bool runs_swapon_a;
};

/* Lines to make texts of. */
struct boot_grammar {
	const char *const *lines;
	size_t count;
	size_t clean; /* the first ones, of which no text has an entry for path that could be ours
		       */
	const char *path;
	const struct scfg_boot_want *wants; /* all for path */
	size_t want_count;
	bool refuses; /* some texts have no place for an entry */
};

/* persist() gives after, and given that gives it again. */
void check_persist(const struct scfg_boot_text *kind, const struct boot_case *c);
void check_forget(const struct scfg_boot_text *kind, const char *before, const char *path,
		  const char *after);
/* persist() leaves all lines that are not about path; forget() then gives the text again. */
void check_round_trip(const struct scfg_boot_text *kind, const char *text, size_t len,
		      const struct scfg_boot_want *want);
void check_scan(const struct scfg_boot_text *kind, const struct boot_scan_case *c);
/* Edits count texts made of the grammar. */
void check_properties(const struct scfg_boot_text *kind, const struct boot_grammar *grammar,
		      unsigned int count);

#endif
