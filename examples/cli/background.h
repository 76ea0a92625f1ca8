/* SPDX-License-Identifier: MIT */
/* A process that nobody waits for, and that keeps nothing of its caller's busy. */
#ifndef SWAPCFG_CLI_BACKGROUND_H
#define SWAPCFG_CLI_BACKGROUND_H

#include <stdbool.h>

/*
 * Makes a process with a session of its own, "/" as its directory and no descriptor of the
 * caller's. 1 in it, 0 in the caller once that is so, or a negative errno.
 */
int background_begin(void);

/* One line for whoever looks at the boot: the kernel's log, or the console where there is none. */
void background_log(bool failed, const char *sentence);

#endif
