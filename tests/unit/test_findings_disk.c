/* SPDX-License-Identifier: MIT */
/* What forbids a plan: the file system, its space, and what is at the path. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "scene.h"

#define ACTIVE	  SWAPCFG_STATE_ACTIVE
#define FORMATTED SWAPCFG_STATE_FORMATTED
#define ABSENT	  SWAPCFG_STATE_ABSENT
#define KEEP	  SWAPCFG_BOOT_KEEP
#define WARNING	  SWAPCFG_SEVERITY_WARNING

Suite *findings_disk_suite(void);

static struct swapcfg_spec *create(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE, KEEP);
}

static struct swapcfg_spec *enable(void)
{
	return spec_of("/swapfile", ACTIVE, 0, KEEP);
}

static struct swapcfg_spec *forced(struct swapcfg_spec *spec)
{
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	return spec;
}

static void refused(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(spec, reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

/* Puts a text at an offset of a file that is there. */
static void patch(const char *path, long offset, const char *text)
{
	char name[PATH_MAX];
	FILE *file = fopen(full(path, name), "r+");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	ck_assert_int_eq(fclose(file), 0);
}

static void resize(const char *path, uint64_t size)
{
	char name[PATH_MAX];

	ck_assert_int_eq(truncate(full(path, name), (off_t)size), 0);
}

START_TEST(test_filesystem_in_memory)
{
	fake.disks[0].magic = FAKE_TMPFS;
	refused(create(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "tmpfs");
	put_area("/swapfile", SIZE);
	refused(enable(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "tmpfs");
	refused(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP),
		SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "tmpfs");
}
END_TEST

START_TEST(test_filesystem_unknown)
{
	fake.disks[0].magic = 0x12345678;
	refused(create(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "unknown");
}
END_TEST

START_TEST(test_filesystem_needs_a_newer_kernel)
{
	fake.disks[0].magic = FAKE_BTRFS;
	fake.release = "4.19.0-vendor";
	refused(create(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "4.19");
	fake.release = "5.0.1";
	check_feasible(create());
}
END_TEST

START_TEST(test_read_only)
{
	fake.disks[0].read_only = true;
	refused(create(), SWAPCFG_REASON_READ_ONLY, "read-only");
	put_area("/swapfile", SIZE);
	refused(spec_of("/swapfile", ABSENT, 0, KEEP), SWAPCFG_REASON_READ_ONLY, "read-only");
}
END_TEST

START_TEST(test_too_large_for_a_file)
{
	fake.disks[0].magic = FAKE_VFAT;
	fake.disks[0].free = 8 * GIB;
	refused(spec_of("/swapfile", ACTIVE, 4 * GIB, KEEP), SWAPCFG_REASON_TOO_LARGE, "vfat");
	check_feasible(spec_of("/swapfile", ACTIVE, 4 * GIB - FAKE_PAGE, KEEP));
}
END_TEST

START_TEST(test_no_space)
{
	fake.disks[0].free = SIZE - FAKE_PAGE;
	refused(create(), SWAPCFG_REASON_NO_SPACE, "free");
	fake.disks[0].free = SIZE;
	check_feasible(create());
}
END_TEST

START_TEST(test_no_space_for_the_bridge)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP);

	put_active("/swapfile", SIZE, -1, 0);
	fake.disks[0].free = 2 * SIZE - FAKE_PAGE;
	refused(spec, SWAPCFG_REASON_NO_SPACE, "in place");
	spec = spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	check_steps(spec, "deactivate /swapfile 0\nresize /swapfile 131072\n"
			  "activate /swapfile 131072\n");
}
END_TEST

/* Whoever is shown a plan without a bridge sees what that means; otherwise there is nothing to see.
 */
START_TEST(test_less_swap)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP);
	struct swapcfg_plan *plan;

	put_active("/swapfile", SIZE, -1, 0);
	plan = plan_of(spec);
	ck_assert_ptr_null(finding_of(plan, SWAPCFG_REASON_LESS_SWAP));
	swapcfg_plan_unref(plan);
	spec = spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	check_finding(spec, SWAPCFG_REASON_LESS_SWAP, SWAPCFG_SEVERITY_WARNING);
	/* A device has no place for a bridge. */
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	put_active("/dev/sda1", SIZE, 1, 0);
	spec = spec_of("/dev/sda1", ACTIVE, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 2), 0);
	check_finding(spec, SWAPCFG_REASON_LESS_SWAP, SWAPCFG_SEVERITY_WARNING);
	/* What is switched off for good is no surprise. */
	plan = plan_of(spec_of("/dev/sda1", SWAPCFG_STATE_INACTIVE, 0, KEEP));
	ck_assert_ptr_null(finding_of(plan, SWAPCFG_REASON_LESS_SWAP));
	swapcfg_plan_unref(plan);
}
END_TEST

START_TEST(test_reserve)
{
	struct swapcfg_spec *spec = create();

	swapcfg_spec_set_keep_free(spec, MIB);
	fake.disks[0].free = MIB + SIZE - FAKE_PAGE;
	refused(spec, SWAPCFG_REASON_RESERVE, "1 MiB");
	spec = create();
	swapcfg_spec_set_keep_free(spec, MIB);
	fake.disks[0].free = MIB + SIZE;
	check_feasible(spec);
}
END_TEST

/* 64 MiB, or 5 % of the file system where that is more. */
START_TEST(test_reserve_by_default)
{
	struct swapcfg_spec *spec = create();

	swapcfg_spec_set_keep_free(spec, SWAPCFG_KEEP_FREE_DEFAULT);
	fake.disks[0].total = 128 * MIB;
	fake.disks[0].free = 64 * MIB + SIZE - FAKE_PAGE;
	refused(spec, SWAPCFG_REASON_RESERVE, "64 MiB are to stay free");
	spec = create();
	swapcfg_spec_set_keep_free(spec, SWAPCFG_KEEP_FREE_DEFAULT);
	fake.disks[0].total = 8 * GIB;
	fake.disks[0].free = 400 * MIB;
	refused(spec, SWAPCFG_REASON_RESERVE, "410 MiB are to stay free");
}
END_TEST

START_TEST(test_holes)
{
	put_area("/swapfile", SIZE);
	fake.ino = ino_of("/swapfile");
	fake.ino_blocks = FAKE_HOLES;
	refused(enable(), SWAPCFG_REASON_HOLES, "/swapfile");
	/* With a size it may be made anew. */
	check_steps(create(), "allocate /swapfile 65536\nformat /swapfile 65536\n"
			      "publish /swapfile 65536\nactivate /swapfile 65536\n"
			      "remove /.swapfile.swapcfg-new 65536\n");
}
END_TEST

/* Without FIEMAP the number of blocks decides: a file that was only made longer has none. */
START_TEST(test_holes_without_fiemap)
{
	put_area("/swapfile", SIZE);
	fake.no_fiemap = true;
	refused(enable(), SWAPCFG_REASON_HOLES, "/swapfile");
}
END_TEST

START_TEST(test_copy_on_write)
{
	put_area("/swapfile", SIZE);
	fake.ino = ino_of("/swapfile");
	fake.ino_blocks = FAKE_SHARED;
	refused(enable(), SWAPCFG_REASON_COPY_ON_WRITE, "/swapfile");
}
END_TEST

START_TEST(test_copy_on_write_of_btrfs)
{
	fake.disks[0].magic = FAKE_BTRFS;
	put_area("/swapfile", SIZE);
	refused(enable(), SWAPCFG_REASON_COPY_ON_WRITE, "copied on write");
	fake.inode_flags = 0x00800000;
	check_steps(enable(), "activate /swapfile 65536\n");
}
END_TEST

START_TEST(test_missing)
{
	refused(enable(), SWAPCFG_REASON_MISSING, "/swapfile does not exist");
	refused(spec_of("/swapfile", FORMATTED, 0, KEEP), SWAPCFG_REASON_MISSING, "/swapfile");
}
END_TEST

START_TEST(test_missing_directory)
{
	refused(spec_of("/no/such/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_MISSING,
		"directory of /no/such/swapfile");
}
END_TEST

START_TEST(test_missing_to_resize)
{
	refused(spec_of("/swapfile", SWAPCFG_STATE_KEEP, SIZE, KEEP), SWAPCFG_REASON_MISSING,
		"resize");
}
END_TEST

START_TEST(test_exists)
{
	put("/swapfile", "photographs");
	refused(create(), SWAPCFG_REASON_EXISTS, "other data");
	check_finding(forced(create()), SWAPCFG_REASON_EXISTS, WARNING);
	refused(spec_of("/swapfile", ABSENT, 0, KEEP), SWAPCFG_REASON_EXISTS, "no swap area");
	refused(spec_of("/swapfile", SWAPCFG_STATE_ALLOCATED, SIZE, KEEP), SWAPCFG_REASON_EXISTS,
		"other data");
}
END_TEST

/* Data far behind a blank start are data as well. */
START_TEST(test_exists_behind_zeros)
{
	put("/swapfile", "");
	resize("/swapfile", 4 * MIB);
	check_feasible(create());
	patch("/swapfile", 3 * 1024 * 1024, "x");
	refused(create(), SWAPCFG_REASON_EXISTS, "other data");
}
END_TEST

START_TEST(test_exists_as_a_directory)
{
	put_dir("/swapfile", 0700);
	refused(create(), SWAPCFG_REASON_EXISTS, "neither a file nor a block device");
	refused(forced(create()), SWAPCFG_REASON_EXISTS, "neither");
}
END_TEST

START_TEST(test_not_swap)
{
	put("/swapfile", "");
	resize("/swapfile", SIZE);
	refused(enable(), SWAPCFG_REASON_NOT_SWAP, "no valid swap header");
	refused(spec_of("/swapfile", ABSENT, 0, KEEP), SWAPCFG_REASON_NOT_SWAP, "no swap area");
	check_finding(forced(spec_of("/swapfile", ABSENT, 0, KEEP)), SWAPCFG_REASON_NOT_SWAP,
		      WARNING);
}
END_TEST

static void put_device(bool claimed)
{
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){
		.path = "/dev/sda1", .device = makedev(8, 1), .claimed = claimed};
}

START_TEST(test_in_use)
{
	put_device(true);
	refused(spec_of("/dev/sda1", FORMATTED, 15 * FAKE_PAGE, KEEP), SWAPCFG_REASON_IN_USE,
		"mounted");
	refused(spec_of("/dev/sda1", ACTIVE, 0, KEEP), SWAPCFG_REASON_IN_USE, "mounted");
	refused(forced(spec_of("/dev/sda1", ACTIVE, 15 * FAKE_PAGE, KEEP)), SWAPCFG_REASON_IN_USE,
		"mounted");
}
END_TEST

START_TEST(test_no_space_on_a_device)
{
	put_device(false);
	refused(spec_of("/dev/sda1", FORMATTED, 2 * SIZE, KEEP), SWAPCFG_REASON_NO_SPACE, "65536");
	check_steps(spec_of("/dev/sda1", ACTIVE, 0, KEEP), "activate /dev/sda1 65536\n");
}
END_TEST

START_TEST(test_page_size)
{
	put_area("/swapfile", SIZE);
	patch("/swapfile", FAKE_PAGE - 10, "0123456789");
	patch("/swapfile", 16384 - 10, "SWAPSPACE2");
	refused(enable(), SWAPCFG_REASON_PAGE_SIZE, "16384");
	check_steps(create(), "format /swapfile 65536\nactivate /swapfile 65536\n");
}
END_TEST

START_TEST(test_hibernation_image)
{
	put_area("/swapfile", SIZE);
	patch("/swapfile", FAKE_PAGE - 10, "S1SUSPEND");
	refused(enable(), SWAPCFG_REASON_HIBERNATION_IMAGE, "suspended");
	refused(forced(enable()), SWAPCFG_REASON_HIBERNATION_IMAGE, "suspended");
	refused(create(), SWAPCFG_REASON_HIBERNATION_IMAGE, "suspended");
	refused(spec_of("/swapfile", ABSENT, 0, KEEP), SWAPCFG_REASON_HIBERNATION_IMAGE, "lost");
	check_finding(forced(create()), SWAPCFG_REASON_HIBERNATION_IMAGE, WARNING);
}
END_TEST

START_TEST(test_short)
{
	put_area("/swapfile", SIZE);
	resize("/swapfile", SIZE - 1);
	refused(enable(), SWAPCFG_REASON_SHORT, "shorter");
	check_feasible(create());
}
END_TEST

Suite *findings_disk_suite(void)
{
	const TTest *const tests[] = {
		test_filesystem_in_memory,
		test_filesystem_unknown,
		test_filesystem_needs_a_newer_kernel,
		test_read_only,
		test_too_large_for_a_file,
		test_no_space,
		test_no_space_for_the_bridge,
		test_less_swap,
		test_reserve,
		test_reserve_by_default,
		test_holes,
		test_holes_without_fiemap,
		test_copy_on_write,
		test_copy_on_write_of_btrfs,
		test_missing,
		test_missing_directory,
		test_missing_to_resize,
		test_exists,
		test_exists_behind_zeros,
		test_exists_as_a_directory,
		test_not_swap,
		test_in_use,
		test_no_space_on_a_device,
		test_page_size,
		test_hibernation_image,
		test_short,
	};

	return suite_of("findings_disk", tests, sizeof(tests) / sizeof(tests[0]));
}
