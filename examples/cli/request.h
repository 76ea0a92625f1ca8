/* SPDX-License-Identifier: MIT */
/* From the command line to what the library is asked. */
#ifndef SWAPCFG_CLI_REQUEST_H
#define SWAPCFG_CLI_REQUEST_H

#include <stdbool.h>

#include <libswapcfg/spec.h>

#include "options.h"

/*
 * The absolute path that the command is about; to be freed with free(). Complains itself; gives
 * NULL unless the result is STATUS_DONE.
 */
enum exit_status request_path(const struct options *options, char **ret);

/* The spec for a path: everything but how far the area is to be taken. Complains itself. */
enum exit_status request_spec(const struct options *options, const char *path,
			      struct swapcfg_spec **ret);

/* How far the area is to be taken. */
enum exit_status request_goal(const struct options *options, bool offline,
			      struct swapcfg_spec *spec);

#endif
