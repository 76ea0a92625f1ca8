/* SPDX-License-Identifier: MIT */
/*
 * Reading an inittab entry. Pure: no system calls.
 */
#ifndef SCFG_BOOT_INITTAB_ENTRY_H
#define SCFG_BOOT_INITTAB_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "boot/command.h"

/* When an action runs during a boot, in order. */
enum scfg_phase { SCFG_PHASE_NEVER, SCFG_PHASE_SYSINIT, SCFG_PHASE_BOOT, SCFG_PHASE_LEVEL };

/* id:runlevels:action:process */
struct scfg_entry {
	struct scfg_span id, levels, action, process;
	enum scfg_phase phase;
};

/* False for a comment and for what is no entry. */
bool scfg_entry_read(struct scfg_span line, struct scfg_entry *ret);
/* Whether the entry runs the scripts that mount what sysinit does not. */
bool scfg_entry_runs_rcs(const struct scfg_entry *entry);
/* Whether the entry runs the scripts of a runlevel and waits for them. */
bool scfg_entry_runs_level(const struct scfg_entry *entry);

/* Whose an entry is that runs swapon. */
enum scfg_owner scfg_entry_owner(const struct scfg_entry *entry, const struct scfg_swapon *swapon,
				 bool marked);

#endif
