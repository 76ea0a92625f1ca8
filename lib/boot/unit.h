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

/* What a unit says of its area. */
struct scfg_unit {
	struct scfg_buf what;
	struct scfg_buf options;
	int priority;
	struct scfg_buf joined; /* a line with those that continue it */
	size_t joined_at;
	uint32_t joined_line;
	size_t at;     /* of What= */
	uint32_t line; /* of What=; 0 for none */
	bool in_swap;
};

/* 0 or -ENOMEM. Start with all zeros; free it in any case. */
int scfg_unit_read(struct scfg_span text, struct scfg_unit *unit);
void scfg_unit_free(struct scfg_unit *unit);

/* As long as what scfg_systemd_name() gives for an absolute path; or longer, for "//" and "/./". */
size_t scfg_systemd_name_length(const char *path);

struct scfg_span scfg_unit_strip(struct scfg_span span);
bool scfg_unit_is_comment(struct scfg_span line);
bool scfg_unit_is_header(struct scfg_span line);
/* Whether the next line belongs to this one: a backslash that no other escapes ends it. */
bool scfg_unit_is_continued(struct scfg_span line);

#endif
