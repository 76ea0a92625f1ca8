/* SPDX-License-Identifier: MIT */
/* What is done in the sweeps: each scenario is a system and a spec. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define AUTO   SWAPCFG_BOOT_AUTO
#define NONE   SWAPCFG_BOOT_NONE
#define KEEP   SWAPCFG_BOOT_KEEP
#define BRIDGE "/.swapfile.swapcfg-new"

static struct swapcfg_spec *create(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE, AUTO);
}

static struct swapcfg_spec *create_on_data(void)
{
	return spec_of("/data/swapfile", ACTIVE, SIZE, AUTO);
}

static void with_area(void)
{
	tree_nano();
	put_area("/swapfile", SIZE);
}

static void with_holes(void)
{
	with_area();
	fake.ino = ino_of("/swapfile");
	fake.ino_blocks = FAKE_HOLES;
}

static void with_photographs(void)
{
	tree_nano();
	put_bytes("/swapfile", "photographs", 11, 0600);
}

static struct swapcfg_spec *overwrite(void)
{
	struct swapcfg_spec *spec = create();

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	return spec;
}

static void with_use(void)
{
	tree_nano();
	put_active("/other", SIZE, 1, 0);
	put_active("/swapfile", SIZE, 5, 8 * KIB);
}

static void with_entry(void)
{
	with_use();
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
}

static struct swapcfg_spec *grow(void)
{
	return spec_of("/swapfile", ACTIVE, 2 * SIZE, AUTO);
}

static struct swapcfg_spec *shrink(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE - 4 * FAKE_PAGE, KEEP);
}

static struct swapcfg_spec *grow_in_place(void)
{
	struct swapcfg_spec *spec = grow();

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	return spec;
}

static struct swapcfg_spec *grow_inactive(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP);
}

static struct swapcfg_spec *change_priority(void)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 7), 0);
	return spec;
}

static struct swapcfg_spec *disable(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_INACTIVE, 0, NONE);
}

static void with_open_mode(void)
{
	char name[PATH_MAX];

	with_area();
	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
}

static struct swapcfg_spec *enable(void)
{
	return spec_of("/swapfile", ACTIVE, 0, AUTO);
}

static struct swapcfg_spec *relabel(void)
{
	struct swapcfg_spec *spec = enable();

	ck_assert_int_eq(swapcfg_spec_set_label(spec, "card"), 0);
	return spec;
}

static struct swapcfg_spec *delete (void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, NONE);
}

static struct swapcfg_spec *early(void)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_EARLY, true), 0);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, true), 0);
	return spec;
}

static void with_blanks(void)
{
	char name[PATH_MAX];

	tree_nano();
	put_bytes("/swapfile", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/swapfile", name), SIZE), 0);
}

static void with_bridge(void)
{
	with_area();
	put_active(BRIDGE, SIZE, -1, 4 * KIB);
}

/* A killed run left a bridge that is smaller than what a further change needs. */
static void with_small_bridge(void)
{
	with_use();
	put_active(BRIDGE, SIZE / 2, -1, 4 * KIB);
}

static void with_leftover(void)
{
	with_entry();
	put_area(BRIDGE, SIZE);
}

static void with_systemd(void)
{
	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
}

/* A unit and the link that enables it. */
static void with_unit(void)
{
	with_systemd();
	put_active("/swapfile", SIZE, 5, 0);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
}

/* It stays for somebody's comment, and only its link goes. */
static void with_kept_unit(void)
{
	static const char path[] = "/etc/systemd/system/swapfile.swap";
	char *text;
	char more[2048];

	with_unit();
	text = text_of(path);
	snprintf(more, sizeof(more), "%s# somebody's\n", text);
	put(path, more);
	free(text);
}

static void with_disabled_unit(void)
{
	char name[PATH_MAX];

	with_unit();
	ck_assert_int_eq(unlink(full("/etc/systemd/system/swap.target.wants/swapfile.swap", name)),
			 0);
}

const struct scenario scenarios[] = {
	{"create", tree_nano, create},
	{"create on exFAT", tree_nano, create_on_data, "/data/swapfile"},
	{"create over holes", with_holes, create},
	{"create over data", with_photographs, overwrite, .gives_up = true},
	{"grow active", with_use, grow},
	{"shrink active", with_entry, shrink},
	{"grow in place", with_use, grow_in_place, .dips = true},
	{"grow inactive", with_area, grow_inactive},
	{"shrink inactive", with_area, shrink},
	{"priority", with_use, change_priority},
	{"enable", with_open_mode, enable},
	{"relabel", with_area, relabel},
	{"early", with_area, early},
	{"early, formatted", with_blanks, early},
	{"disable", with_entry, disable},
	{"remove", with_entry, delete},
	{"create with a unit", with_systemd, create},
	{"remove with a unit", with_unit, delete},
	{"remove with a unit that stays", with_kept_unit, delete},
	{"enable a unit", with_disabled_unit, enable},
	{"finish a bridge", with_bridge, enable},
	{"grow with a small bridge", with_small_bridge, grow, .small_bridge = true},
	{"finish a resize", with_bridge, grow_inactive},
	{"grow with a leftover", with_leftover, grow},
	{"adopt lines", with_nano_lines, adopt},
	{"remove with many entries", with_many_entries, delete},
	{"grow a stranger's", with_strangers_area, grow},
	{"grow without nameless files", without_nameless, grow},
	{"create without exchange", without_exchange, overwrite, .gives_up = true},
	{"grow active on exFAT", with_exfat_use, grow_on_data, "/data/swapfile"},
	{"shrink active on exFAT", with_exfat_use, shrink_on_data, "/data/swapfile"},
	{"remove on exFAT", with_exfat_use, delete_on_data, "/data/swapfile"},
	{"create on btrfs", with_btrfs, create},
	{"grow on btrfs", with_btrfs_use, grow},
	{"create on f2fs", with_f2fs, create},
	{"grow on f2fs", with_f2fs_use, grow},
	{"enable with BusyBox", with_busybox, enable},
	{"create in fstab", with_debian, create_in_fstab},
	{"remove from fstab", with_fstab_entry, delete},
	{"create with UCI", with_openwrt, create},
	{"remove from UCI", with_uci_entry, delete},
	{"create with OpenRC", with_alpine, create},
	{"remove from OpenRC", with_openrc_entry, delete},
	{"disable a script", with_script_entry, disable},
};

const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

const char *scenario_path(const struct scenario *scenario)
{
	return scenario->path ? scenario->path : "/swapfile";
}

void scenario_temp(const struct scenario *scenario, char ret[PATH_MAX])
{
	const char *path = scenario_path(scenario);
	const char *name = strrchr(path, '/') + 1;

	snprintf(ret, PATH_MAX, "%.*s.%s.swapcfg-new", (int)(name - path), path, name);
}
