/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdlib.h>

#include "error.h"
#include "spec.h"

void swapcfg_status_free(struct swapcfg_status *status)
{
	if (!status)
		return;
	for (size_t i = 0; i < status->area_count; i++) {
		struct swapcfg_area *area = &status->areas[i];

		scfg_findings_free(&area->findings);
		free(area->repair.path);
		for (size_t j = 0; j < area->entry_count; j++)
			free(area->entries[j].file);
		free(area->entries);
		free(area->path);
	}
	free(status->areas);
	free(status);
}

uint64_t swapcfg_status_memory_total(const struct swapcfg_status *status)
{
	return status->memory_total;
}

uint64_t swapcfg_status_memory_available(const struct swapcfg_status *status)
{
	return status->memory_available;
}

uint64_t swapcfg_status_swap_total(const struct swapcfg_status *status)
{
	return status->swap_total;
}

uint64_t swapcfg_status_swap_used(const struct swapcfg_status *status)
{
	return status->swap_used;
}

size_t swapcfg_status_area_count(const struct swapcfg_status *status)
{
	return status->area_count;
}

const struct swapcfg_area *swapcfg_status_area(const struct swapcfg_status *status, size_t index)
{
	return index < status->area_count ? &status->areas[index] : NULL;
}

const char *swapcfg_area_path(const struct swapcfg_area *area)
{
	return area->path;
}

enum swapcfg_backing swapcfg_area_backing(const struct swapcfg_area *area)
{
	return area->backing;
}

bool swapcfg_area_is_active(const struct swapcfg_area *area)
{
	return area->active;
}

uint64_t swapcfg_area_size(const struct swapcfg_area *area)
{
	return area->size;
}

uint64_t swapcfg_area_used(const struct swapcfg_area *area)
{
	return area->used;
}

int swapcfg_area_priority(const struct swapcfg_area *area)
{
	return area->priority;
}

const char *swapcfg_area_label(const struct swapcfg_area *area)
{
	return area->header.label;
}

const char *swapcfg_area_uuid(const struct swapcfg_area *area)
{
	return area->uuid;
}

uint32_t swapcfg_area_page_size(const struct swapcfg_area *area)
{
	return area->header.content == SCFG_CONTENT_SWAP ? area->header.page_size : 0;
}

size_t swapcfg_area_boot_count(const struct swapcfg_area *area)
{
	return area->entry_count;
}

const struct swapcfg_boot_entry *swapcfg_area_boot(const struct swapcfg_area *area, size_t index)
{
	return index < area->entry_count ? &area->entries[index] : NULL;
}

size_t swapcfg_area_finding_count(const struct swapcfg_area *area)
{
	return area->findings.count;
}

const struct swapcfg_finding *swapcfg_area_finding(const struct swapcfg_area *area, size_t index)
{
	return index < area->findings.count ? &area->findings.items[index] : NULL;
}

static bool has_repair(const struct swapcfg_area *area)
{
	return area->repair.state != SWAPCFG_STATE_KEEP || area->repair.boot != SWAPCFG_BOOT_KEEP;
}

int swapcfg_area_repair(const struct swapcfg_area *area, struct swapcfg_spec **ret,
			struct swapcfg_error **reterr)
{
	const struct scfg_repair *repair = &area->repair;
	int r;

	*ret = NULL;
	if (!has_repair(area))
		return 0;
	r = swapcfg_spec_new(repair->path ? repair->path : area->path, ret, reterr);
	if (r < 0)
		return r;
	(*ret)->state = repair->state;
	(*ret)->boot = repair->boot;
	(*ret)->size = repair->size;
	return 0;
}

enum swapcfg_boot swapcfg_boot_entry_kind(const struct swapcfg_boot_entry *entry)
{
	return entry->kind->kind;
}

const char *swapcfg_boot_entry_file(const struct swapcfg_boot_entry *entry)
{
	return entry->file;
}

uint32_t swapcfg_boot_entry_line(const struct swapcfg_boot_entry *entry)
{
	return entry->line;
}

bool swapcfg_boot_entry_is_ours(const struct swapcfg_boot_entry *entry)
{
	return entry->owner != SCFG_OWNER_FOREIGN;
}

static void area_json(const struct swapcfg_area *area, struct scfg_json *json)
{
	scfg_json_open(json, NULL, '{');
	scfg_json_string(json, "path", area->path);
	scfg_json_string(json, "backing", swapcfg_backing_name(area->backing));
	scfg_json_bool(json, "active", area->active);
	scfg_json_u64(json, "size_bytes", area->size);
	scfg_json_u64(json, "used_bytes", area->used);
	scfg_json_int(json, "priority", area->priority);
	scfg_json_string(json, "label", area->header.label);
	scfg_json_string(json, "uuid", area->uuid);
	scfg_json_u64(json, "page_size", swapcfg_area_page_size(area));
	scfg_json_open(json, "boot", '[');
	for (size_t i = 0; i < area->entry_count; i++) {
		const struct swapcfg_boot_entry *entry = &area->entries[i];

		scfg_json_open(json, NULL, '{');
		scfg_json_string(json, "kind", swapcfg_boot_name(entry->kind->kind));
		scfg_json_string(json, "file", entry->file);
		scfg_json_u64(json, "line", entry->line);
		scfg_json_bool(json, "ours", swapcfg_boot_entry_is_ours(entry));
		scfg_json_close(json, '}');
	}
	scfg_json_close(json, ']');
	scfg_findings_json(&area->findings, json);
	if (has_repair(area)) {
		scfg_json_open(json, "repair", '{');
		scfg_json_string(json, "path", area->repair.path ? area->repair.path : area->path);
		scfg_json_string(json, "state", swapcfg_state_name(area->repair.state));
		scfg_json_string(json, "boot", swapcfg_boot_name(area->repair.boot));
		scfg_json_u64(json, "size_bytes", area->repair.size);
		scfg_json_close(json, '}');
	}
	scfg_json_close(json, '}');
}

int swapcfg_status_to_json(const struct swapcfg_status *status, char **ret)
{
	struct scfg_json json = {0};

	scfg_json_open(&json, NULL, '{');
	scfg_json_open(&json, "memory", '{');
	scfg_json_u64(&json, "total_bytes", status->memory_total);
	scfg_json_u64(&json, "available_bytes", status->memory_available);
	scfg_json_close(&json, '}');
	scfg_json_open(&json, "swap", '{');
	scfg_json_u64(&json, "total_bytes", status->swap_total);
	scfg_json_u64(&json, "used_bytes", status->swap_used);
	scfg_json_close(&json, '}');
	scfg_json_open(&json, "areas", '[');
	for (size_t i = 0; i < status->area_count; i++)
		area_json(&status->areas[i], &json);
	scfg_json_close(&json, ']');
	scfg_json_close(&json, '}');
	return scfg_json_take(&json, ret);
}
