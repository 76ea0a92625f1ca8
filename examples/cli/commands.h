/* SPDX-License-Identifier: MIT */
/* The commands. */
#ifndef SWAPCFG_CLI_COMMANDS_H
#define SWAPCFG_CLI_COMMANDS_H

#include "options.h"

/* Runs the command of the options, and says what came of it. */
enum exit_status command_run(const struct options *options);

#endif
