/* SPDX-License-Identifier: MIT */
/* The command line, read. */
#ifndef SWAPCFG_CLI_OPTIONS_H
#define SWAPCFG_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <libswapcfg/spec.h>

#include "cli.h"

enum command {
	COMMAND_CREATE,
	COMMAND_RESIZE,
	COMMAND_ENABLE,
	COMMAND_DISABLE,
	COMMAND_REMOVE,
	COMMAND_FORMAT,
	COMMAND_STATUS,
	COMMAND_BOOT,
	COMMAND_COUNT
};

/* Strings belong to argv. */
struct options {
	enum command command;
	const char *path; /* as it was typed; NULL for a status of everything */

	const char *root;
	bool json;
	bool quiet;
	bool verbose;
	bool help;
	bool version;

	bool dry_run;
	bool no_activate;
	bool force;
	bool in_place;
	bool ignore_memory;
	bool format;

	uint64_t size; /* 0: not given */
	uint64_t keep_free;
	uint64_t offset;
	uint32_t page_size; /* 0: not given */
	int priority;
	int wait; /* seconds: for another program; of boot also for what is not there yet */
	enum swapcfg_discard discard;
	enum swapcfg_boot boot; /* KEEP: not given */
	enum swapcfg_endianness endianness;
	const char *label; /* NULL: not given */
	const char *uuid;  /* NULL: not given */
};

/* Fills options. Complains itself, in the form that the command line asks for. */
enum exit_status options_parse(int argc, char *const argv[], struct options *options);

/* The help text for stdout: of the command that help was asked for, if it has one of its own. */
const char *options_help(const struct options *options);

#endif
