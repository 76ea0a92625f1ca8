/* SPDX-License-Identifier: MIT */
/* What is there after a plan was carried out. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "pure/header.h"
#include "scene.h"

#define ACTIVE	  SWAPCFG_STATE_ACTIVE
#define INACTIVE  SWAPCFG_STATE_INACTIVE
#define ALLOCATED SWAPCFG_STATE_ALLOCATED
#define FORMATTED SWAPCFG_STATE_FORMATTED
#define ABSENT	  SWAPCFG_STATE_ABSENT
#define KEEP	  SWAPCFG_BOOT_KEEP
#define BRIDGE	  "/.swapfile.swapcfg-new"

Suite *apply_suite(void);

static struct swapcfg_spec *create(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE, KEEP);
}

static struct scfg_header header_of(const char *path)
{
	struct scfg_header header;
	char *data = text_of(path);

	scfg_header_decode((const uint8_t *)data, size_of(path), FAKE_PAGE, &header);
	free(data);
	return header;
}

/* A sound area of so many bytes, all of which its header counts on. */
static void check_area(const char *path, uint64_t size)
{
	struct scfg_header header = header_of(path);

	ck_assert_int_eq((int)header.content, SCFG_CONTENT_SWAP);
	ck_assert_uint_eq(header.page_size, FAKE_PAGE);
	ck_assert_uint_eq(header.last_page, size / FAKE_PAGE - 1);
	ck_assert_uint_eq(size_of(path), size);
	ck_assert_uint_eq(mode_of(path), 0600);
	ck_assert(!there(BRIDGE));
}

static void check_active(const char *areas)
{
	char *now = active_areas();

	ck_assert_str_eq(now, areas);
	free(now);
}

START_TEST(test_create)
{
	struct swapcfg_spec *spec = create();

	ck_assert_int_eq(swapcfg_spec_set_label(spec, "card"), 0);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 10), 0);
	check_apply(spec);
	check_area("/swapfile", SIZE);
	ck_assert_str_eq(header_of("/swapfile").label, "card");
	/* Version 4, from what random bytes are here. */
	ck_assert_int_eq(header_of("/swapfile").uuid[6], 0x4a);
	check_active("/swapfile 61440 10\n");
}
END_TEST

/* Without nameless files, under the temporary name. */
START_TEST(test_create_under_a_name)
{
	fake.no_tmpfile = true;
	check_apply(create());
	check_area("/swapfile", SIZE);
}
END_TEST

START_TEST(test_create_by_zeros)
{
	fake.no_fallocate = true;
	fake.chunk = 5000;
	check_apply(create());
	check_area("/swapfile", SIZE);
}
END_TEST

/* Never more than a few MiB wait to be written, whether or not sync_file_range(2) is there. */
static unsigned int written, waited, synced;

static void count_writes(const char *name)
{
	written += strcmp(name, "pwrite") == 0;
	waited += strcmp(name, "flush") == 0;
	synced += strcmp(name, "fsync") == 0;
}

START_TEST(test_zeros_are_written_out)
{
	fake.no_fallocate = true;
	fake.on_call = count_writes;
	if (_i == 1) {
		fake.fail_name = "flush";
		fake.fail_errno = EOPNOTSUPP;
		fake.fail_on = true;
	}
	written = waited = synced = 0;
	check_apply(spec_of("/swapfile", ALLOCATED, 32 * MIB, KEEP));
	ck_assert_uint_ge(written, 32);
	ck_assert_uint_ge(_i == 1 ? synced : waited, _i == 1 ? 8 : 62);
}
END_TEST

START_TEST(test_create_on_exfat)
{
	tree_nano();
	check_apply(spec_of("/data/swapfile", ACTIVE, 20 * MIB, KEEP));
	ck_assert_uint_eq(size_of("/data/swapfile"), 20 * MIB);
	ck_assert(!there("/data/.swapfile.swapcfg-new"));
}
END_TEST

START_TEST(test_create_on_btrfs)
{
	fake.disks[0].magic = FAKE_BTRFS;
	check_apply(create());
	ck_assert_int_eq(fake.inode_flags, 0x00800000);
	check_area("/swapfile", SIZE);
}
END_TEST

/* Whatever is replaced goes, with an exchange of names and without. */
START_TEST(test_replace)
{
	fake.no_exchange = _i == 1;
	fake.no_tmpfile = _i == 1;
	put("/swapfile", "photographs");
	struct swapcfg_spec *spec = create();
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	check_apply(spec);
	check_area("/swapfile", SIZE);
}
END_TEST

/* A bridge is there while the area is not. */
static uint64_t least_swap;

static void watch_swap(const char *name)
{
	uint64_t swap = 0;

	(void)name;
	for (size_t i = 0; i < fake.area_count; i++)
		swap += fake.areas[i].size;
	least_swap = swap < least_swap ? swap : least_swap;
}

START_TEST(test_resize)
{
	static const struct {
		uint64_t to, least;
	} cases[] = {{2 * SIZE, SIZE - FAKE_PAGE},
		     {SIZE / 2 + FAKE_PAGE * 2, SIZE / 2 + FAKE_PAGE}};

	put_active("/swapfile", SIZE, 5, 8 * KIB);
	fake.on_call = watch_swap;
	least_swap = UINT64_MAX;
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, cases[_i].to, KEEP));
	check_area("/swapfile", cases[_i].to);
	ck_assert_uint_eq(least_swap, cases[_i].least);
	ck_assert_int_eq(fake_area("/swapfile")->priority, 5);
	ck_assert_uint_eq(fake.area_count, 1);
	/* It still is the same area to whoever names it by its UUID. */
	ck_assert_int_eq(header_of("/swapfile").uuid[0], 0x11);
}
END_TEST

START_TEST(test_resize_in_place)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP);

	put_active("/swapfile", SIZE, -1, 0);
	fake.on_call = watch_swap;
	least_swap = UINT64_MAX;
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	check_apply(spec);
	check_area("/swapfile", 2 * SIZE);
	ck_assert_uint_eq(least_swap, 0);
}
END_TEST

/* The area of an interrupted change is off; its bridge has its priority. */
START_TEST(test_finish_a_bridge)
{
	put_area("/swapfile", SIZE);
	put_active(BRIDGE, SIZE, 5, 0);
	check_apply(spec_of("/swapfile", ACTIVE, 0, KEEP));
	check_active("/swapfile 61440 5\n");
	ck_assert(!there(BRIDGE));
}
END_TEST

/* f2fs gives space behind blocks that are there no address: it has to be written to. */
START_TEST(test_grow_on_f2fs)
{
	fake.disks[0].magic = FAKE_F2FS;
	put_area("/swapfile", SIZE);
	fake.fail_name = "fallocate";
	fake.fail_errno = EIO;
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_FORMATTED, 2 * SIZE, SWAPCFG_BOOT_KEEP));
	ck_assert_uint_eq(size_of("/swapfile"), 2 * SIZE);
}
END_TEST

START_TEST(test_remove)
{
	put_active("/other", SIZE, 1, 0);
	put_active("/swapfile", SIZE, 2, 4 * KIB);
	check_apply(spec_of("/swapfile", ABSENT, 0, KEEP));
	ck_assert(!there("/swapfile"));
	check_active("/other 61440 1\n");
}
END_TEST

START_TEST(test_protect)
{
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(chmod(full("/swapfile", (char[PATH_MAX]){0}), 0666), 0);
	check_apply(spec_of("/swapfile", ACTIVE, 0, KEEP));
	ck_assert_uint_eq(mode_of("/swapfile"), 0600);
}
END_TEST

START_TEST(test_clean)
{
	put_area(BRIDGE, SIZE);
	check_apply(create());
	check_area("/swapfile", SIZE);
}
END_TEST

START_TEST(test_device)
{
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	check_apply(spec_of("/dev/sda1", ACTIVE, 15 * FAKE_PAGE, KEEP));
	check_active("/dev/sda1 57344\n");
	ck_assert_uint_eq(size_of("/dev/sda1"), SIZE);
}
END_TEST

START_TEST(test_verbs)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", INACTIVE, SIZE, KEEP);

	tree_nano();
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_int_eq((int)header_of("/swapfile").content, SCFG_CONTENT_NONE);
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), -EINVAL);
	ck_assert_int_eq(swapcfg_format(fake.ctx, spec, NULL, NULL), 0);
	check_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), 0);
	check_active("/swapfile 61440\n");
	ck_assert_int_eq(swapcfg_format(fake.ctx, spec, NULL, NULL), -EBUSY);
	ck_assert_int_eq(swapcfg_persist(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_int_eq(swapcfg_deactivate(fake.ctx, spec, NULL, NULL), 0);
	check_active("");
	ck_assert_int_eq(swapcfg_deactivate(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_int_eq(swapcfg_forget(fake.ctx, spec, NULL, NULL), 0);
	check_text("/etc/inittab", nano_inittab);
	check_area("/swapfile", SIZE);
	swapcfg_spec_free(spec);
}
END_TEST

START_TEST(test_allocate_needs_a_size)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ALLOCATED, 0, KEEP);
	struct swapcfg_error *error = NULL;

	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, &error), -EINVAL);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_INVALID_ARGUMENT);
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
}
END_TEST

/* At an offset: nothing before it is touched. */
START_TEST(test_format_at_an_offset)
{
	struct swapcfg_spec *spec = spec_of("/image", FORMATTED, 0, KEEP);
	char *data;

	put_bytes("/image", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/image", (char[PATH_MAX]){0}), 2 * (off_t)SIZE), 0);
	swapcfg_spec_set_offset(spec, SIZE);
	ck_assert_int_eq(swapcfg_format(fake.ctx, spec, NULL, NULL), 0);
	data = text_of("/image");
	ck_assert_mem_eq(data + SIZE + FAKE_PAGE - 10, "SWAPSPACE2", 10);
	ck_assert_mem_eq(data + FAKE_PAGE - 10, "\0\0\0\0\0\0\0\0\0\0", 10);
	free(data);
	swapcfg_spec_free(spec);
}
END_TEST

Suite *apply_suite(void)
{
	const TTest *const tests[] = {
		test_create,
		test_create_under_a_name,
		test_create_by_zeros,
		test_create_on_exfat,
		test_create_on_btrfs,
		test_resize_in_place,
		test_grow_on_f2fs,
		test_finish_a_bridge,
		test_remove,
		test_protect,
		test_clean,
		test_device,
		test_verbs,
		test_allocate_needs_a_size,
		test_format_at_an_offset,
	};
	Suite *suite = suite_of("apply", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("cases");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_replace, 0, 2);
	tcase_add_loop_test(tcase, test_zeros_are_written_out, 0, 2);
	tcase_add_loop_test(tcase, test_resize, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
