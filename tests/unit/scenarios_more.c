/* SPDX-License-Identifier: MIT */
/* The scenarios' other systems: file systems, kinds of boot entry, and what strangers left. */
#include <check.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inittab_samples.h"
#include "scenarios.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define AUTO   SWAPCFG_BOOT_AUTO
#define KEEP   SWAPCFG_STATE_KEEP
#define DATA   "/data/swapfile"
#define NOCOW  0x00800000

/* What somebody else made without this library: active, readable by all, entries as they come. */
static void put_strange_area(void)
{
	char name[PATH_MAX];

	put_active("/swapfile", SIZE, -1, 8 * KIB);
	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
}

/* The NanoKVM server adds its line each time it is told to. */
void with_nano_lines(void)
{
	tree_nano();
	put("/etc/inittab", NANO ADOPT ADOPT ADOPT);
	put_strange_area();
}

void with_many_entries(void)
{
	tree_nano();
	put("/etc/inittab", NANO ADOPT ADOPT SYS0);
	put("/etc/fstab",
	    "proc /proc proc defaults 0 0\n" MARKER "/swapfile none swap sw,pri=3 0 0\n");
	put_active("/other", SIZE, 1, 0);
	put_active("/swapfile", SIZE, 5, 8 * KIB);
}

void with_strangers_area(void)
{
	tree_nano();
	put("/etc/inittab", NANO ADOPT);
	put_strange_area();
}

struct swapcfg_spec *adopt(void)
{
	return spec_of("/swapfile", KEEP, 0, AUTO);
}

void with_busybox(void)
{
	tree_busybox();
	put_area("/swapfile", SIZE);
}

void with_debian(void)
{
	tree_debian();
}

struct swapcfg_spec *create_in_fstab(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_FSTAB);
}

void with_fstab_entry(void)
{
	tree_debian();
	check_apply(create_in_fstab());
}

static void put_entry(void)
{
	put_active("/swapfile", SIZE, 5, 0);
	check_apply(spec_of("/swapfile", KEEP, 0, AUTO));
}

void with_openwrt(void)
{
	tree_openwrt();
}

void with_uci_entry(void)
{
	tree_openwrt();
	put_entry();
}

void with_alpine(void)
{
	tree_alpine();
}

void with_openrc_entry(void)
{
	tree_alpine();
	put_entry();
}

void with_script_entry(void)
{
	tree_buildroot();
	put_entry();
}

void with_exfat_use(void)
{
	tree_nano();
	put_active("/other", SIZE, 1, 0);
	put_active(DATA, SIZE, 5, 8 * KIB);
	check_apply(spec_of(DATA, KEEP, 0, AUTO));
}

struct swapcfg_spec *grow_on_data(void)
{
	return spec_of(DATA, ACTIVE, 2 * SIZE, AUTO);
}

struct swapcfg_spec *shrink_on_data(void)
{
	return spec_of(DATA, ACTIVE, SIZE - 4 * FAKE_PAGE, SWAPCFG_BOOT_KEEP);
}

struct swapcfg_spec *delete_on_data(void)
{
	return spec_of(DATA, SWAPCFG_STATE_ABSENT, 0, SWAPCFG_BOOT_NONE);
}

void with_btrfs(void)
{
	tree_systemd();
	fake.disks[0].magic = FAKE_BTRFS;
}

void with_btrfs_use(void)
{
	with_btrfs();
	fake.inode_flags = NOCOW;
	put_active("/swapfile", SIZE, 5, 8 * KIB);
}

void with_f2fs(void)
{
	tree_nano();
	fake.disks[0].magic = FAKE_F2FS;
}

void with_f2fs_use(void)
{
	with_f2fs();
	put_active("/swapfile", SIZE, 5, 8 * KIB);
}

void without_nameless(void)
{
	with_strangers_area();
	fake.no_tmpfile = true;
}

void without_exchange(void)
{
	tree_nano();
	put_bytes("/swapfile", "photographs", 11, 0600);
	fake.no_exchange = true;
}
