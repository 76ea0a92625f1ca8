/* SPDX-License-Identifier: MIT */
#ifndef SCFG_STATUS_H
#define SCFG_STATUS_H

#include <libswapcfg/status.h>

#include "boot/boot.h"
#include "finding.h"
#include "pure/header.h"

struct swapcfg_boot_entry {
	const struct scfg_boot_kind *kind;
	char *file;
	uint32_t line;
	enum scfg_owner owner;
	int priority;
};

/* What would mend an area: nothing where state and boot are both KEEP. */
struct scfg_repair {
	enum swapcfg_state state;
	enum swapcfg_boot boot;
	uint64_t size;
	char *path; /* NULL: the area's own */
};

struct swapcfg_area {
	char *path;
	enum swapcfg_backing backing;
	bool active;
	bool there; /* the path leads to a file or device */
	uint64_t size;
	uint64_t used;
	int priority;
	struct scfg_header header;
	char uuid[SCFG_UUID_TEXT];
	dev_t dev; /* of the file system, or of the device itself */
	ino_t ino; /* 0 for a device */
	unsigned int mode;
	struct swapcfg_boot_entry *entries;
	size_t entry_count;
	struct scfg_findings findings;
	struct scfg_repair repair;
};

struct swapcfg_status {
	uint64_t memory_total;
	uint64_t memory_available;
	uint64_t swap_total;
	uint64_t swap_used;
	uint32_t page_size;
	struct swapcfg_area *areas;
	size_t area_count;
};

/* Adds the findings of an area, and what would mend them. 0 or -ENOMEM. */
int scfg_area_judge(const struct swapcfg_ctx *ctx, struct swapcfg_area *area, uint32_t page_size);

#endif
