/* SPDX-License-Identifier: MIT */
/*
 * What the kinds of boot text share: lines, words, the marker, and the one way to edit. Pure: no
 * system calls.
 */
#ifndef SCFG_BOOT_TEXT_LINES_H
#define SCFG_BOOT_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/text.h"
#include "pure/buf.h"
#include "pure/span.h"

#define SCFG_PRIORITY_MAX 32767

/* The line before an entry of ours; the newline before it may be ours too. */
#define SCFG_MARKER	       "# swapcfg: managed entry, change it with swapcfg(1)"
#define SCFG_MARKER_NO_NEWLINE SCFG_MARKER "; no newline before"

bool scfg_span_starts(struct scfg_span span, const char *prefix);
/* Drops the first count bytes, or all. */
struct scfg_span scfg_span_skip(struct scfg_span span, size_t count);
/* Takes off what stands before the first stop, and the stop; all where there is none. */
struct scfg_span scfg_span_part(struct scfg_span *rest, char stop);
/* Takes off the next word between blanks; empty at the end. */
struct scfg_span scfg_span_word(struct scfg_span *rest);
/* A swap priority; -1 for anything else. */
int scfg_span_priority(struct scfg_span span);

/* One line. Start with all zeros. */
struct scfg_line {
	struct scfg_span span; /* without the newline */
	size_t start;
	size_t end;	 /* behind the newline */
	uint32_t number; /* from 1 */
	bool marked;	 /* the line before is a marker of ours */
};

/* Goes to the next line of a text; false behind the last. */
bool scfg_line_next(struct scfg_span text, struct scfg_line *line);
/* The length, newline included, of the marker that ends at a position; 0 for none. */
size_t scfg_marker_before(const char *text, size_t end);

/* Reads options as fstab and swapon -o have them; others are passed over. */
void scfg_boot_options(struct scfg_span options, struct scfg_boot_line *line, bool *noauto);
/* Adds line with a copy of path: 0 or -ENOMEM. */
int scfg_boot_lines_add(struct scfg_boot_lines *lines, const struct scfg_boot_line *line,
			struct scfg_span path);

/*
 * Lists what visit adds for each line. A text with NUL bytes has no entries. 0 or -ENOMEM, after
 * which the list is empty.
 */
int scfg_boot_scan_lines(struct scfg_span text,
			 int (*visit)(const struct scfg_line *line, const void *arg,
				      struct scfg_boot_lines *ret),
			 const void *arg, struct scfg_boot_lines *ret);

/* Where an entry goes in a text that has none for its path, and what it says. */
struct scfg_boot_spot {
	size_t first;	       /* an entry that starts before this comes too early */
	size_t insert;	       /* where a new one goes; not before first */
	struct scfg_buf entry; /* without a newline */
	uint64_t ids;	       /* inittab only: which ids of our form others have, a bit each */
};

/* What is particular to one kind. */
struct scfg_boot_editor {
	/* Whether a line is an entry for path that is ours or adoptable. */
	bool (*owns)(const struct scfg_line *line, const char *path);
	/* 0, or -EINVAL where no entry can be written. Out of memory shows in ret->entry. */
	int (*place)(struct scfg_span bare, const struct scfg_boot_want *want,
		     struct scfg_boot_spot *ret);
	/* Whether an entry of ours already says what the one of the spot would. */
	bool (*is_same)(const struct scfg_boot_spot *spot, struct scfg_span old);
};

/* The two edits of struct scfg_boot_text. ret is empty before, and after a failure. */
int scfg_boot_edit_persist(const struct scfg_boot_editor *editor, struct scfg_span text,
			   const struct scfg_boot_want *want, struct scfg_buf *ret);
int scfg_boot_edit_forget(const struct scfg_boot_editor *editor, struct scfg_span text,
			  const char *path, struct scfg_buf *ret);

#endif
