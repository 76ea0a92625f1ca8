/* SPDX-License-Identifier: MIT */
/* From the command line to a spec. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "request.h"

static const char *skip_slashes(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

/*
 * Joins a directory and a relative path. Only leading "." and ".." are resolved: getcwd() names no
 * symbolic link, so there they mean what they seem to mean; farther on they may not.
 */
static char *join(char *directory, const char *path)
{
	char *joined;
	size_t size;

	for (;;) {
		if (strncmp(path, "./", 2) == 0) {
			path = skip_slashes(path + 2);
		} else if (strncmp(path, "../", 3) == 0) {
			char *slash = strrchr(directory, '/');

			path = skip_slashes(path + 3);
			if (slash)
				*slash = '\0';
		} else {
			break;
		}
	}
	if (strcmp(directory, "/") == 0)
		*directory = '\0';
	size = strlen(directory) + strlen(path) + 2;
	joined = malloc(size);
	if (joined)
		snprintf(joined, size, "%s/%s", directory, path);
	return joined;
}

enum exit_status request_path(const struct options *options, char **ret)
{
	char directory[PATH_MAX];

	*ret = NULL;
	if (*options->path == '/') {
		*ret = strdup(options->path);
	} else if (strcmp(options->root, "/") != 0) {
		return output_usage(options, "below a root the path must be absolute, not \"%s\"",
				    options->path);
	} else if (!getcwd(directory, sizeof(directory)) || *directory != '/') {
		/* It was deleted, or lies outside of a changed root. */
		return output_usage(options,
				    "the current directory has no name, so \"%s\" is no path",
				    options->path);
	} else {
		*ret = join(directory, options->path);
	}
	return *ret ? STATUS_DONE : output_failure(options, NULL, -ENOMEM, STATUS_FAILED);
}

/* Unlike the other options, these are judged by the library. */
static enum exit_status set_texts(const struct options *options, struct swapcfg_spec *spec)
{
	if (swapcfg_spec_set_label(spec, options->label) < 0) {
		return output_usage(options, "--label: \"%s\" is longer than %d bytes",
				    options->label, SWAPCFG_LABEL_MAX);
	}
	if (swapcfg_spec_set_uuid(spec, options->uuid) < 0) {
		return output_usage(options,
				    "--uuid: \"%s\" is not a UUID, and neither clear nor random",
				    options->uuid);
	}
	return STATUS_DONE;
}

/* The values were checked when they were read, so that a refusal can only be a lack of memory. */
static int set_values(const struct options *options, struct swapcfg_spec *spec)
{
	int failed = 0;

	failed |= swapcfg_spec_set_size(spec, options->size);
	failed |= swapcfg_spec_set_keep_free(spec, options->keep_free);
	failed |= swapcfg_spec_set_offset(spec, options->offset);
	failed |= swapcfg_spec_set_page_size(spec, options->page_size);
	failed |= swapcfg_spec_set_priority(spec, options->priority);
	failed |= swapcfg_spec_set_discard(spec, options->discard);
	failed |= swapcfg_spec_set_endianness(spec, options->endianness);
	/* An entry at boot waits in the background. */
	if (options->command != COMMAND_BOOT)
		failed |= swapcfg_spec_set_wait(spec, (uint32_t)options->wait * 1000U);
	failed |= swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, options->force);
	failed |= swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, options->in_place);
	failed |= swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IGNORE_MEMORY, options->ignore_memory);
	return failed;
}

enum exit_status request_spec(const struct options *options, const char *path,
			      struct swapcfg_spec **ret)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec = NULL;
	enum exit_status status;
	int result;

	result = swapcfg_spec_new(path, &spec, &error);
	if (result < 0) {
		status = output_failure(options, error, result,
					result == -ENOMEM ? STATUS_FAILED : STATUS_USAGE);
		swapcfg_error_free(error);
		return status;
	}
	status = set_texts(options, spec);
	if (status == STATUS_DONE && set_values(options, spec) != 0)
		status = output_failure(options, NULL, -ENOMEM, STATUS_FAILED);
	if (status != STATUS_DONE) {
		swapcfg_spec_free(spec);
	} else {
		*ret = spec;
	}
	return status;
}

static enum swapcfg_boot boot_or_auto(const struct options *options)
{
	return options->boot == SWAPCFG_BOOT_KEEP ? SWAPCFG_BOOT_AUTO : options->boot;
}

enum exit_status request_goal(const struct options *options, bool offline,
			      struct swapcfg_spec *spec)
{
	/* The kernel that will use the area does not run: make it ready for the next boot. */
	enum swapcfg_state used = offline ? SWAPCFG_STATE_FORMATTED : SWAPCFG_STATE_ACTIVE;
	enum swapcfg_state state = SWAPCFG_STATE_KEEP;
	enum swapcfg_boot boot = SWAPCFG_BOOT_KEEP;

	switch (options->command) {
	case COMMAND_CREATE:
		state = options->no_activate ? SWAPCFG_STATE_FORMATTED : used;
		boot = boot_or_auto(options);
		break;
	case COMMAND_BOOT:
		state = used;
		break;
	case COMMAND_ENABLE:
		state = used;
		boot = boot_or_auto(options);
		break;
	case COMMAND_DISABLE:
		state = SWAPCFG_STATE_INACTIVE;
		boot = SWAPCFG_BOOT_NONE;
		break;
	case COMMAND_REMOVE:
		state = SWAPCFG_STATE_ABSENT;
		boot = SWAPCFG_BOOT_NONE;
		break;
	default:
		/* A resize keeps both; the others have no goal. */
		break;
	}
	if (swapcfg_spec_set_state(spec, state) < 0 || swapcfg_spec_set_boot(spec, boot) < 0)
		return output_failure(options, NULL, -ENOMEM, STATUS_FAILED);
	return STATUS_DONE;
}
