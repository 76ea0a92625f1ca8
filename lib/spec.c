/* SPDX-License-Identifier: MIT */
#include "spec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pure/header.h"

/* Why a path that is given cannot name an area, or NULL. */
static const char *path_fault(const char *path)
{
	const char *name;

	if (path[0] != '/')
		return "the path must be absolute";
	name = strrchr(path, '/') + 1;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "the path must end with the name of a file";
	return NULL;
}

int scfg_spec_no_path(struct swapcfg_error **reterr)
{
	return scfg_fail(reterr, 0, SWAPCFG_REASON_INVALID_ARGUMENT, NULL,
			 "no path is given; name a file or a block device, such as /swapfile");
}

int swapcfg_spec_new(const char *path, struct swapcfg_spec **ret, struct swapcfg_error **reterr)
{
	struct swapcfg_spec *spec;
	const char *fault;

	if (!path || !*path)
		return scfg_spec_no_path(reterr);
	fault = path_fault(path);
	if (fault)
		return scfg_fail(reterr, 0, SWAPCFG_REASON_INVALID_ARGUMENT, path, "%s: %s", path,
				 fault);
	if (strlen(path) >= PATH_MAX || strlen(strrchr(path, '/') + 1) > NAME_MAX)
		return scfg_fail(reterr, -ENAMETOOLONG, SWAPCFG_REASON_INVALID_ARGUMENT, path,
				 "the path is too long; choose a shorter one");
	spec = calloc(1, sizeof(*spec));
	if (spec)
		spec->path = strdup(path);
	if (!spec || !spec->path) {
		free(spec);
		return scfg_fail_memory(reterr);
	}
	spec->priority = SWAPCFG_PRIORITY_KEEP;
	spec->keep_free = SWAPCFG_KEEP_FREE_DEFAULT;
	*ret = spec;
	return 0;
}

struct swapcfg_spec *scfg_spec_copy(const struct swapcfg_spec *spec)
{
	struct swapcfg_spec *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *spec;
	copy->path = strdup(spec->path);
	if (!copy->path) {
		free(copy);
		return NULL;
	}
	return copy;
}

void swapcfg_spec_free(struct swapcfg_spec *spec)
{
	if (!spec)
		return;
	free(spec->path);
	free(spec);
}

int swapcfg_spec_set_state(struct swapcfg_spec *spec, enum swapcfg_state state)
{
	switch (state) {
	case SWAPCFG_STATE_KEEP:
	case SWAPCFG_STATE_ABSENT:
	case SWAPCFG_STATE_INACTIVE:
	case SWAPCFG_STATE_ALLOCATED:
	case SWAPCFG_STATE_FORMATTED:
	case SWAPCFG_STATE_ACTIVE:
		spec->state = state;
		return 0;
	}
	return -EINVAL;
}

int swapcfg_spec_set_size(struct swapcfg_spec *spec, uint64_t bytes)
{
	spec->size = bytes;
	return 0;
}

int swapcfg_spec_set_priority(struct swapcfg_spec *spec, int priority)
{
	if (priority < SWAPCFG_PRIORITY_KEEP || priority > SWAPCFG_PRIORITY_MAX)
		return -EINVAL;
	spec->priority = priority;
	return 0;
}

int swapcfg_spec_set_discard(struct swapcfg_spec *spec, enum swapcfg_discard discard)
{
	switch (discard) {
	case SWAPCFG_DISCARD_KEEP:
	case SWAPCFG_DISCARD_NONE:
	case SWAPCFG_DISCARD_ONCE:
	case SWAPCFG_DISCARD_PAGES:
	case SWAPCFG_DISCARD_BOTH:
		spec->discard = discard;
		return 0;
	}
	return -EINVAL;
}

int swapcfg_spec_set_label(struct swapcfg_spec *spec, const char *label)
{
	if (label && strlen(label) > SWAPCFG_LABEL_MAX)
		return -EINVAL;
	spec->has_label = label != NULL;
	memset(spec->label, 0, sizeof(spec->label));
	if (label)
		memcpy(spec->label, label, strlen(label));
	return 0;
}

int swapcfg_spec_set_uuid(struct swapcfg_spec *spec, const char *uuid)
{
	uint8_t bytes[16] = {0};

	if (!uuid) {
		spec->uuid_wish = SCFG_UUID_DEFAULT;
		return 0;
	}
	if (strcmp(uuid, "random") == 0) {
		spec->uuid_wish = SCFG_UUID_RANDOM;
		return 0;
	}
	if (strcmp(uuid, "clear") != 0 && scfg_uuid_parse(uuid, bytes) < 0)
		return -EINVAL;
	spec->uuid_wish = SCFG_UUID_GIVEN;
	memcpy(spec->uuid, bytes, sizeof(bytes));
	return 0;
}

int swapcfg_spec_set_boot(struct swapcfg_spec *spec, enum swapcfg_boot boot)
{
	/* What has no name is none. */
	if (strcmp(swapcfg_boot_name(boot), "unknown") == 0)
		return -EINVAL;
	spec->boot = boot;
	return 0;
}

int swapcfg_spec_set_keep_free(struct swapcfg_spec *spec, uint64_t bytes)
{
	spec->keep_free = bytes;
	return 0;
}

int swapcfg_spec_set_page_size(struct swapcfg_spec *spec, uint32_t bytes)
{
	if (bytes && (bytes < SCFG_PAGE_MIN || bytes > SCFG_PAGE_MAX || (bytes & (bytes - 1))))
		return -EINVAL;
	spec->page_size = bytes;
	return 0;
}

int swapcfg_spec_set_endianness(struct swapcfg_spec *spec, enum swapcfg_endianness endianness)
{
	switch (endianness) {
	case SWAPCFG_ENDIANNESS_NATIVE:
	case SWAPCFG_ENDIANNESS_LITTLE:
	case SWAPCFG_ENDIANNESS_BIG:
		spec->endianness = endianness;
		return 0;
	}
	return -EINVAL;
}

int swapcfg_spec_set_offset(struct swapcfg_spec *spec, uint64_t bytes)
{
	spec->offset = bytes;
	return 0;
}

int swapcfg_spec_set_wait(struct swapcfg_spec *spec, uint32_t milliseconds)
{
	spec->wait_ms = milliseconds;
	return 0;
}

int swapcfg_spec_set_flag(struct swapcfg_spec *spec, enum swapcfg_flag flag, bool on)
{
	switch (flag) {
	case SWAPCFG_FLAG_FORCE:
		spec->force = on;
		return 0;
	case SWAPCFG_FLAG_IN_PLACE:
		spec->in_place = on;
		return 0;
	case SWAPCFG_FLAG_IGNORE_MEMORY:
		spec->ignore_memory = on;
		return 0;
	case SWAPCFG_FLAG_NO_CHILD:
		spec->no_child = on;
		return 0;
	case SWAPCFG_FLAG_EARLY:
		spec->early = on;
		return 0;
	case SWAPCFG_FLAG_FORMAT:
		spec->early_format = on;
		return 0;
	}
	return -EINVAL;
}

const char *swapcfg_spec_path(const struct swapcfg_spec *spec)
{
	return spec->path;
}

enum swapcfg_state swapcfg_spec_state(const struct swapcfg_spec *spec)
{
	return spec->state;
}

uint64_t swapcfg_spec_size(const struct swapcfg_spec *spec)
{
	return spec->size;
}

int swapcfg_spec_priority(const struct swapcfg_spec *spec)
{
	return spec->priority;
}

enum swapcfg_discard swapcfg_spec_discard(const struct swapcfg_spec *spec)
{
	return spec->discard;
}

enum swapcfg_boot swapcfg_spec_boot(const struct swapcfg_spec *spec)
{
	return spec->boot;
}
