/* SPDX-License-Identifier: MIT */
/* The command of boot entries. */
#ifndef SWAPCFG_CLI_BOOT_H
#define SWAPCFG_CLI_BOOT_H

#include "options.h"

/*
 * Activates the area, at once or, where it is not there yet, in the background: the caller's
 * process then ends as well, with success. One line says what came of it.
 */
enum exit_status boot_run(const struct options *options);

#endif
