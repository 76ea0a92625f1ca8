/* SPDX-License-Identifier: MIT */
/* Time that passes, whatever the clock on the wall is set to. */
#ifndef SWAPCFG_CLI_CLOCK_H
#define SWAPCFG_CLI_CLOCK_H

/* Milliseconds since some moment. */
long long clock_ms(void);

#endif
