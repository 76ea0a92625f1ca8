/* SPDX-License-Identifier: MIT */
/*
 * What all parts of the program share. The program uses the public headers of the library only, so
 * it is an example as well as a tool.
 */
#ifndef SWAPCFG_CLI_H
#define SWAPCFG_CLI_H

#define PROGRAM "swapcfg"

/* The contract with scripts; see EXIT STATUS in swapcfg(1). */
enum exit_status {
	STATUS_DONE = 0,    /* done, or already so */
	STATUS_FAILED = 1,  /* failed, and everything undone; or done, and not to be shown */
	STATUS_USAGE = 2,   /* the command line is wrong */
	STATUS_REFUSED = 3, /* refused before anything was touched */
	STATUS_LEFT = 4	    /* failed, and something could not be undone */
};

#endif
