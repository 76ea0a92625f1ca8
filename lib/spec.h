/* SPDX-License-Identifier: MIT */
#ifndef SCFG_SPEC_H
#define SCFG_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include <libswapcfg/spec.h>

#include "pure/header.h"

/* What is wanted of the UUID of a header. */
enum scfg_uuid_wish {
	SCFG_UUID_DEFAULT, /* the one that is there, or a random one */
	SCFG_UUID_RANDOM,
	SCFG_UUID_GIVEN /* all zeros for "clear" */
};

struct swapcfg_spec {
	char *path;
	enum swapcfg_state state;
	enum swapcfg_boot boot;
	enum swapcfg_discard discard;
	enum swapcfg_endianness endianness;
	uint64_t size;
	uint64_t keep_free;
	uint64_t offset;
	uint32_t page_size; /* 0: this machine's */
	uint32_t wait_ms;   /* for the lock of the one writer */
	int priority;
	bool has_label;
	char label[SCFG_LABEL_LEN + 1]; /* as long as one that is read back */
	enum scfg_uuid_wish uuid_wish;
	uint8_t uuid[16];
	bool force, in_place, ignore_memory, no_child;
	bool early;	   /* activate and nothing else; /proc may be missing */
	bool early_format; /* ... but for a header where none will do */
	bool format_only;  /* swapcfg_format(): the size is how much of the target to use */
};

/* Fails for a path that is NULL or "". */
int scfg_spec_no_path(struct swapcfg_error **reterr);
/* A copy: NULL where memory is out. */
struct swapcfg_spec *scfg_spec_copy(const struct swapcfg_spec *spec);

#endif
