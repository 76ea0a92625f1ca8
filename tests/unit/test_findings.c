/* SPDX-License-Identifier: MIT */
/* What forbids a plan: the request, the path, the kernel, memory, and the boot configuration. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define INACTIVE SWAPCFG_STATE_INACTIVE
#define ABSENT	 SWAPCFG_STATE_ABSENT
#define KEEP	 SWAPCFG_BOOT_KEEP
#define NONE	 SWAPCFG_BOOT_NONE
#define BLOCKER	 SWAPCFG_SEVERITY_BLOCKER
#define WARNING	 SWAPCFG_SEVERITY_WARNING
#define INFO	 SWAPCFG_SEVERITY_INFO

Suite *findings_suite(void);

static struct swapcfg_spec *create(const char *path)
{
	return spec_of(path, ACTIVE, SIZE, KEEP);
}

/* Refused with that reason, and the message names what it is about. */
static void refused(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(spec, reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

START_TEST(test_invalid_foreign_page_size)
{
	struct swapcfg_spec *spec = create("/swapfile");

	ck_assert_int_eq(swapcfg_spec_set_page_size(spec, 16384), 0);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "page size");
}
END_TEST

START_TEST(test_invalid_offset)
{
	struct swapcfg_spec *spec = create("/swapfile");

	swapcfg_spec_set_offset(spec, FAKE_PAGE);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "offset");
	spec = spec_of("/swapfile", SWAPCFG_STATE_FORMATTED, SIZE, KEEP);
	swapcfg_spec_set_offset(spec, FAKE_PAGE);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "offset");
}
END_TEST

START_TEST(test_invalid_way)
{
	put("/file", "no directory");
	refused(create("/file/swapfile"), SWAPCFG_REASON_INVALID_ARGUMENT, "not a directory");
}
END_TEST

START_TEST(test_too_small)
{
	refused(spec_of("/swapfile", ACTIVE, 10 * FAKE_PAGE - 1, KEEP), SWAPCFG_REASON_TOO_SMALL,
		"40959");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_ALLOCATED, 10 * FAKE_PAGE, KEEP),
		    "allocate /swapfile 40960\npublish /swapfile 40960\n");
	refused(spec_of("/swapfile", ACTIVE, 1, KEEP), SWAPCFG_REASON_TOO_SMALL, "too small");
}
END_TEST

START_TEST(test_too_small_to_resize)
{
	put_area("/swapfile", SIZE);
	refused(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 9 * FAKE_PAGE, KEEP),
		SWAPCFG_REASON_TOO_SMALL, "40960");
}
END_TEST

START_TEST(test_too_large_for_a_header)
{
	const uint64_t most = (uint64_t)UINT32_MAX * FAKE_PAGE;

	fake.disks[0].total = fake.disks[0].free = UINT64_C(1) << 50;
	refused(spec_of("/swapfile", ACTIVE, most + FAKE_PAGE, KEEP), SWAPCFG_REASON_TOO_LARGE,
		"header");
	check_feasible(spec_of("/swapfile", ACTIVE, most, KEEP));
}
END_TEST

START_TEST(test_path_is_a_link)
{
	put_area("/real", SIZE);
	put_link("real", "/swapfile");
	refused(create("/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "symbolic link");
	put_link("nowhere", "/dangling");
	refused(create("/dangling"), SWAPCFG_REASON_PATH_UNSAFE, "symbolic link");
}
END_TEST

START_TEST(test_path_of_anybody)
{
	put_dir("/open", 0777);
	refused(create("/open/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/open/swapfile");
	put_dir("/open/below", 0755);
	refused(create("/open/below/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/open/below");
}
END_TEST

/* Others cannot replace what is there, but they can make what is not. */
START_TEST(test_path_is_sticky)
{
	put_dir("/tmp", 01777);
	refused(create("/tmp/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/tmp/swapfile");
	put_area("/tmp/swapfile", SIZE);
	check_steps(create("/tmp/swapfile"), "activate /tmp/swapfile 65536\n");
	put_dir("/tmp/mine", 0755);
	check_steps(create("/tmp/mine/swapfile"), "allocate /tmp/mine/swapfile 65536\n"
						  "format /tmp/mine/swapfile 65536\n"
						  "publish /tmp/mine/swapfile 65536\n"
						  "activate /tmp/mine/swapfile 65536\n");
	fake.files[0] = (struct fake_file){.path = "/tmp/mine", .uid = 1000};
	refused(create("/tmp/mine/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/tmp/mine");
	fake.files[0] = (struct fake_file){.path = "/tmp", .uid = 1000};
	refused(create("/tmp/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/tmp/swapfile");
}
END_TEST

START_TEST(test_path_of_another_user)
{
	put_dir("/home/joe", 0755);
	fake.files[0] = (struct fake_file){.path = "/home/joe", .uid = 1000};
	refused(create("/home/joe/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/home/joe/swapfile");
}
END_TEST

START_TEST(test_path_of_a_group)
{
	put_dir("/shared", 0775);
	check_feasible(create("/shared/swapfile"));
	fake.files[0] = (struct fake_file){.path = "/shared", .gid = 100};
	refused(create("/shared/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/shared/swapfile");
}
END_TEST

/* Each directory on the way counts, also those that links lead through. */
START_TEST(test_path_through_a_link)
{
	put_dir("/open", 0777);
	put_dir("/safe", 0755);
	put_link("/safe", "/open/link");
	refused(create("/open/link/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "/open/link");
	put_link("/safe", "/link");
	check_steps(create("/link/swapfile"),
		    "allocate /safe/swapfile 65536\nformat /safe/swapfile 65536\n"
		    "publish /safe/swapfile 65536\nactivate /safe/swapfile 65536\n");
}
END_TEST

START_TEST(test_path_runs_in_a_circle)
{
	put_link("b", "/a");
	put_link("a", "/b");
	refused(create("/a/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "links");
}
END_TEST

START_TEST(test_file_of_another_user)
{
	put_area("/swapfile", SIZE);
	fake.files[0] = (struct fake_file){.path = "/swapfile", .uid = 1000};
	refused(create("/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, "1000");
}
END_TEST

START_TEST(test_mode_is_open)
{
	char name[PATH_MAX];

	put_area("/swapfile", SIZE);
	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
	check_finding(create("/swapfile"), SWAPCFG_REASON_PATH_UNSAFE, WARNING);
	check_steps(create("/swapfile"), "protect /swapfile 0\nactivate /swapfile 65536\n");
}
END_TEST

static char *bytes_of(const char *path, size_t len)
{
	char *bytes = malloc(len);
	char name[PATH_MAX];
	FILE *file = fopen(full(path, name), "rb");

	ck_assert_ptr_nonnull(bytes);
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fread(bytes, 1, len, file), len);
	fclose(file);
	return bytes;
}

START_TEST(test_leftover_is_not_ours)
{
	put("/.swapfile.swapcfg-new", "somebody's");
	refused(create("/swapfile"), SWAPCFG_REASON_LEFTOVER, "/.swapfile.swapcfg-new");
}
END_TEST

START_TEST(test_leftover_is_ours)
{
	put_area("/.swapfile.swapcfg-new", SIZE);
	check_finding(create("/swapfile"), SWAPCFG_REASON_LEFTOVER, INFO);
}
END_TEST

/* A power cut lets any sectors of the header's page through: all that is left is still ours. */
START_TEST(test_leftover_is_torn)
{
	static const struct {
		size_t zero, len; /* what did not reach the disk */
		size_t odd;	  /* a byte that no header has there; 0: none */
		bool ours;
	} cases[] = {
		{1024, 512, 0, true},
		{FAKE_PAGE - 512, 512, 0, true},
		{1024, 512, 1024, false},
		{1024, 512, 1600, false},
		{1024, 512, 4090, false},
		{1024, 512, 5000, false},
		{FAKE_PAGE - 512, 512, 1031, false},
	};
	char *bytes;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_area("/.swapfile.swapcfg-new", SIZE);
		bytes = bytes_of("/.swapfile.swapcfg-new", SIZE);
		memset(bytes + cases[i].zero, 0, cases[i].len);
		if (cases[i].odd)
			bytes[cases[i].odd] ^= 0x55;
		put_bytes("/.swapfile.swapcfg-new", bytes, SIZE, 0600);
		free(bytes);
		if (cases[i].ours)
			check_finding(create("/swapfile"), SWAPCFG_REASON_LEFTOVER, INFO);
		else
			refused(create("/swapfile"), SWAPCFG_REASON_LEFTOVER,
				"/.swapfile.swapcfg-new");
	}
}
END_TEST

START_TEST(test_permission)
{
	fake.no_privilege = true;
	refused(create("/swapfile"), SWAPCFG_REASON_PERMISSION, "CAP_SYS_ADMIN");
	put_area("/swapfile", SIZE);
	refused(create("/swapfile"), SWAPCFG_REASON_PERMISSION, "CAP_SYS_ADMIN");
}
END_TEST

/* In a user namespace the capability is there, but the kernel does not take it. */
START_TEST(test_permission_in_a_namespace)
{
	put("/proc/self/uid_map", "         0          0 4294967295\n");
	check_feasible(create("/swapfile"));
	put("/proc/self/uid_map", "         0     100000      65536\n");
	refused(create("/swapfile"), SWAPCFG_REASON_PERMISSION, "CAP_SYS_ADMIN");
}
END_TEST

START_TEST(test_permission_to_look)
{
	put_dir("/secret", 0700);
	fake.files[0] = (struct fake_file){.path = "/secret", .denied = true};
	refused(create("/secret/swapfile"), SWAPCFG_REASON_PERMISSION, "permission denied");
}
END_TEST

START_TEST(test_no_kernel_swap)
{
	char name[PATH_MAX];

	ck_assert_int_eq(unlink(full("/proc/swaps", name)), 0);
	refused(create("/swapfile"), SWAPCFG_REASON_NO_KERNEL_SWAP, "CONFIG_SWAP");
}
END_TEST

static void put_areas(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/areas/%02zu", i);
		put_active(path, SIZE, -1, 0);
	}
}

START_TEST(test_slots_full)
{
	put_areas(32);
	refused(create("/swapfile"), SWAPCFG_REASON_SLOTS_FULL, "32");
}
END_TEST

START_TEST(test_slots_get_few)
{
	put_areas(22);
	put_area("/swapfile", SIZE);
	check_steps(create("/swapfile"), "activate /swapfile 65536\n");
	put_active("/one/more", SIZE, -1, 0);
	check_finding(create("/swapfile"), SWAPCFG_REASON_SLOTS_FULL, WARNING);
}
END_TEST

/* 128 MiB of memory: a margin of 8 MiB is kept. */
START_TEST(test_low_memory)
{
	put_active("/swapfile", SIZE, -1, 60 * KIB);
	put_memory(128 * MIB, 8 * MIB);
	refused(spec_of("/swapfile", INACTIVE, 0, KEEP), SWAPCFG_REASON_LOW_MEMORY, "memory");
	put_memory(128 * MIB, 8 * MIB + 60 * KIB);
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP), "deactivate /swapfile 61440\n");
	put_memory(128 * MIB, 8 * MIB);
	put_active("/other", SIZE + FAKE_PAGE, -1, 0);
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP), "deactivate /swapfile 61440\n");
}
END_TEST

START_TEST(test_low_memory_ignored)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", INACTIVE, 0, KEEP);

	put_active("/swapfile", SIZE, -1, 60 * KIB);
	put_memory(128 * MIB, 1 * MIB);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IGNORE_MEMORY, true), 0);
	check_finding(spec, SWAPCFG_REASON_LOW_MEMORY, WARNING);
}
END_TEST

START_TEST(test_offline)
{
	fake_go_offline();
	refused(create("/swapfile"), SWAPCFG_REASON_OFFLINE, fake.root);
	put_area("/swapfile", SIZE);
	refused(spec_of("/swapfile", ACTIVE, 0, KEEP), SWAPCFG_REASON_OFFLINE, fake.root);
}
END_TEST

START_TEST(test_boot_entry_unsupported)
{
	refused(spec_of("/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_AUTO),
		SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, "boot");
	refused(spec_of("/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_INITTAB),
		SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, "/etc/inittab");
}
END_TEST

START_TEST(test_boot_entry_conflict)
{
	tree_systemd();
	put("/etc/fstab", "/swapfile none swap sw 0 0\n");
	put_area("/swapfile", SIZE);
	refused(spec_of("/swapfile", ABSENT, 0, NONE), SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
		"line 1 of /etc/fstab");
	check_finding(spec_of("/swapfile", INACTIVE, 0, NONE), SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
		      WARNING);
	check_finding(spec_of("/swapfile", ACTIVE, 0, SWAPCFG_BOOT_AUTO),
		      SWAPCFG_REASON_BOOT_ENTRY_CONFLICT, INFO);
}
END_TEST

START_TEST(test_not_mounted_at_boot)
{
	tree_nano();
	refused(spec_of("/data/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_FSTAB),
		SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT, "mounted");
	put("/etc/init.d/S01fs", "nothing\n");
	check_finding(spec_of("/data/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_AUTO),
		      SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT, WARNING);
}
END_TEST

START_TEST(test_device_is_read_only)
{
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = 0x801, .read_only = true};
	refused(spec_of("/dev/sda1", ACTIVE, 0, KEEP), SWAPCFG_REASON_READ_ONLY, "/dev/sda1");
	refused(spec_of("/dev/sda1", SWAPCFG_STATE_FORMATTED, 15 * FAKE_PAGE, KEEP),
		SWAPCFG_REASON_READ_ONLY, "/dev/sda1");
}
END_TEST

START_TEST(test_etc_is_read_only)
{
	tree_nano();
	fake.disks[2] = (struct fake_disk){"/etc", FAKE_EXT4, 0, GIB, GIB, true};
	refused(spec_of("/swapfile", ACTIVE, SIZE, SWAPCFG_BOOT_AUTO), SWAPCFG_REASON_READ_ONLY,
		"/etc");
}
END_TEST

Suite *findings_suite(void)
{
	const TTest *const tests[] = {
		test_invalid_foreign_page_size,
		test_invalid_offset,
		test_invalid_way,
		test_too_small,
		test_too_small_to_resize,
		test_too_large_for_a_header,
		test_path_is_a_link,
		test_path_of_anybody,
		test_path_is_sticky,
		test_path_of_another_user,
		test_path_of_a_group,
		test_path_through_a_link,
		test_path_runs_in_a_circle,
		test_file_of_another_user,
		test_mode_is_open,
		test_leftover_is_not_ours,
		test_leftover_is_ours,
		test_leftover_is_torn,
		test_permission,
		test_permission_in_a_namespace,
		test_permission_to_look,
		test_no_kernel_swap,
		test_slots_full,
		test_slots_get_few,
		test_low_memory,
		test_low_memory_ignored,
		test_offline,
		test_boot_entry_unsupported,
		test_boot_entry_conflict,
		test_not_mounted_at_boot,
		test_device_is_read_only,
		test_etc_is_read_only,
	};

	return suite_of("findings", tests, sizeof(tests) / sizeof(tests[0]));
}
