/* SPDX-License-Identifier: MIT */
/* The scenarios of the sweeps. */
#ifndef TESTS_SCENARIOS_H
#define TESTS_SCENARIOS_H

#include "scene.h"

struct scenario {
	const char *name;
	void (*prepare)(void);
	struct swapcfg_spec *(*spec)(void);
	const char *path;  /* NULL: /swapfile */
	bool small_bridge; /* a bridge was left, and is too small to serve */
	bool dips;	   /* the caller consented to less swap meanwhile */
	bool gives_up;	   /* ... and gave up the data that are there */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/* Of the file systems, kinds of boot entry and strangers that scenarios_more.c has. */
void with_busybox(void), with_debian(void), with_fstab_entry(void), with_openwrt(void),
	with_uci_entry(void), with_alpine(void), with_openrc_entry(void), with_script_entry(void);
void with_nano_lines(void), with_many_entries(void), with_strangers_area(void);
void with_exfat_use(void), with_btrfs(void), with_btrfs_use(void), with_f2fs(void),
	with_f2fs_use(void), without_nameless(void), without_exchange(void);
struct swapcfg_spec *adopt(void), *create_in_fstab(void), *grow_on_data(void),
	*shrink_on_data(void), *delete_on_data(void);

/* The path that a scenario is about, and the temporary name beside it. */
const char *scenario_path(const struct scenario *scenario);
void scenario_temp(const struct scenario *scenario, char ret[PATH_MAX]);

#endif
