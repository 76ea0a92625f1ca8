/* SPDX-License-Identifier: MIT */
/*
 * Reading a unit file of systemd, and the names of units. Pure: no system calls.
 */
#ifndef SCFG_BOOT_UNIT_H
#define SCFG_BOOT_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/text_lines.h"

/* A line together with those that continue it. Start with all zeros; free text. */
struct scfg_unit_line {
	struct scfg_buf text; /* joined */
	size_t start;	      /* of its first line */
	size_t end;	      /* behind its last */
	uint32_t number;      /* of its first line */
	struct scfg_line last;
};

/* Goes to the next one that is no comment; false behind the last. No memory shows in text. */
bool scfg_unit_next(struct scfg_span text, struct scfg_unit_line *line);

/* What a unit says of its area. */
struct scfg_unit {
	struct scfg_buf what;
	struct scfg_buf options;
	int priority;
	size_t at;     /* of What= */
	uint32_t line; /* of What=; 0 for none */
};

/* 0 or -ENOMEM. Start with all zeros; free it in any case. */
int scfg_unit_read(struct scfg_span text, struct scfg_unit *unit);
void scfg_unit_free(struct scfg_unit *unit);

/* As long as what scfg_systemd_name() gives for an absolute path; or longer, for "//" and "/./". */
size_t scfg_systemd_name_length(const char *path);

/* The first line that says something. */
struct scfg_span scfg_unit_first(struct scfg_span text);
/*
 * Writes a text without our part of it, which begins with its marker. What was added to that by
 * hand stays, in its section.
 */
void scfg_unit_cut(struct scfg_span text, size_t start, size_t end, struct scfg_buf *ret);

struct scfg_span scfg_unit_strip(struct scfg_span span);
bool scfg_unit_is_comment(struct scfg_span line);
bool scfg_unit_is_header(struct scfg_span line);
/* Whether the next line belongs to this one: a backslash that no other escapes ends it. */
bool scfg_unit_is_continued(struct scfg_span line);

#endif
