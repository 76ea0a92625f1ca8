/* SPDX-License-Identifier: MIT */
/* The commands. */
#ifndef SWAPCFG_CLI_COMMANDS_H
#define SWAPCFG_CLI_COMMANDS_H

#include <libswapcfg/error.h>

#include "options.h"

/* Runs the command of the options, and says what came of it. */
enum exit_status command_run(const struct options *options);

/* The exit status of a failed call that plans and carries out; NULL: there was no memory. */
enum exit_status command_status(const struct swapcfg_error *error);

#endif
