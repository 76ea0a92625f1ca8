/* SPDX-License-Identifier: MIT */
/*
 * Reading an inittab entry and the swapon command that it may run. Pure: no system calls.
 */
#ifndef SCFG_BOOT_INITTAB_ENTRY_H
#define SCFG_BOOT_INITTAB_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "boot/text_lines.h"

/* When an action runs during a boot, in order. */
enum scfg_phase { SCFG_PHASE_NEVER, SCFG_PHASE_SYSINIT, SCFG_PHASE_BOOT, SCFG_PHASE_LEVEL };

/* id:runlevels:action:process */
struct scfg_entry {
	struct scfg_span id, levels, action, process;
	enum scfg_phase phase;
};

/* A swapon command line. */
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

/* False for a comment and for what is no entry. */
bool scfg_entry_read(struct scfg_span line, struct scfg_entry *ret);
/* The program's name without its directory; leaves the arguments. */
struct scfg_span scfg_entry_program(struct scfg_span *process);
/* Whether the entry runs the scripts that mount what sysinit does not. */
bool scfg_entry_runs_rcs(const struct scfg_entry *entry);
/* Whether the entry runs the scripts of a runlevel and waits for them. */
bool scfg_entry_runs_level(const struct scfg_entry *entry);

/* False where the first command of the process is not swapon. */
bool scfg_swapon_read(struct scfg_span process, struct scfg_swapon *ret);
/* Goes to the next absolute path of a command that was read; empty behind the last. */
struct scfg_span scfg_swapon_path(struct scfg_swapon *swapon);

/* Whose an entry is that runs swapon. */
enum scfg_owner scfg_entry_owner(const struct scfg_entry *entry, const struct scfg_swapon *swapon,
				 bool marked);

#endif
