/* SPDX-License-Identifier: MIT */
/*
 * The command that an entry runs: swapon, or "swapcfg boot" where swapon cannot express the area.
 * Pure: no system calls.
 */
#ifndef SCFG_BOOT_COMMAND_H
#define SCFG_BOOT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "boot/text_lines.h"

/* A command line of swapon, or of swapcfg boot. */
struct scfg_swapon {
	struct scfg_boot_line options; /* the priority and the discard policy */
	struct scfg_span rest;	       /* what scfg_swapon_path() has not read yet */
	bool operands;		       /* "--" was read: no option follows */
	struct scfg_span path;	       /* the last one */
	size_t paths;
	bool all;   /* -a: what fstab lists */
	bool lists; /* it only shows areas */
	bool shell; /* there is more than this one command */
};

/* Whether a path has only bytes that an init, and the shell that it may call, take as they are. */
bool scfg_is_plain(const char *path);
/* The program's name without its directory; leaves the arguments. */
struct scfg_span scfg_command_program(struct scfg_span *process);

/* False where the first command of the process is neither. */
bool scfg_swapon_read(struct scfg_span process, struct scfg_swapon *ret);
/* Goes to the next absolute path of a command that was read; empty behind the last. */
struct scfg_span scfg_swapon_path(struct scfg_swapon *swapon);

/* Whether the program that is wanted can be written, and would be known again. */
bool scfg_command_can_run(const struct scfg_boot_want *want);
/* Writes the command as far as the path, which its caller quotes. */
void scfg_command_add(const struct scfg_boot_want *want, struct scfg_buf *buf);

#endif
