/* SPDX-License-Identifier: MIT */
/* Which steps lead from what is to what is wanted, and that a plan is only good for what it saw. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "scene.h"

#define ACTIVE	  SWAPCFG_STATE_ACTIVE
#define INACTIVE  SWAPCFG_STATE_INACTIVE
#define ALLOCATED SWAPCFG_STATE_ALLOCATED
#define FORMATTED SWAPCFG_STATE_FORMATTED
#define ABSENT	  SWAPCFG_STATE_ABSENT
#define KEEP	  SWAPCFG_BOOT_KEEP
#define NONE	  SWAPCFG_BOOT_NONE
#define AUTO	  SWAPCFG_BOOT_AUTO

#define BRIDGE "/.swapfile.swapcfg-new"

Suite *plan_suite(void);

START_TEST(test_create)
{
	tree_nano();
	check_steps(spec_of("/swapfile", ALLOCATED, SIZE, KEEP),
		    "allocate /swapfile 65536\npublish /swapfile 65536\n");
	check_steps(spec_of("/swapfile", FORMATTED, SIZE, KEEP),
		    "allocate /swapfile 65536\nformat /swapfile 65536\npublish /swapfile 65536\n");
	check_steps(spec_of("/swapfile", ACTIVE, SIZE, AUTO),
		    "allocate /swapfile 65536\nformat /swapfile 65536\npublish /swapfile 65536\n"
		    "activate /swapfile 65536\npersist /etc/inittab 0\n");
}
END_TEST

START_TEST(test_size_is_rounded_down)
{
	check_steps(spec_of("/swapfile", ALLOCATED, SIZE + FAKE_PAGE - 1, KEEP),
		    "allocate /swapfile 65536\npublish /swapfile 65536\n");
}
END_TEST

START_TEST(test_nothing_to_do)
{
	put_active("/swapfile", SIZE, 5, 0);
	check_steps(spec_of("/swapfile", ACTIVE, SIZE, KEEP), "");
	check_steps(spec_of("/swapfile", ACTIVE, 0, KEEP), "");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, SIZE, KEEP), "");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, KEEP), "");
	check_steps(spec_of("/nothing", INACTIVE, 0, NONE), "");
	check_steps(spec_of("/nothing", ABSENT, 0, NONE), "");
	check_steps(spec_of("/no/such/directory", ABSENT, 0, NONE), "");
}
END_TEST

START_TEST(test_enable_and_disable)
{
	put_area("/swapfile", SIZE);
	check_steps(spec_of("/swapfile", ACTIVE, 0, KEEP), "activate /swapfile 65536\n");
	check_steps(spec_of("/swapfile", ACTIVE, SIZE, KEEP), "activate /swapfile 65536\n");
	put_active("/other", SIZE, -1, 12 * KIB);
	check_steps(spec_of("/other", INACTIVE, 0, KEEP), "deactivate /other 12288\n");
	check_steps(spec_of("/other", ABSENT, 0, KEEP),
		    "deactivate /other 12288\nremove /other 65536\n");
}
END_TEST

/* Off and on, over a bridge, since meanwhile there must not be less swap. */
START_TEST(test_priority)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	put_active("/swapfile", SIZE, 5, 8 * KIB);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 5), 0);
	check_steps(spec, "");
	spec = spec_of("/swapfile", ACTIVE, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 7), 0);
	check_steps(spec, "allocate " BRIDGE " 65536\nformat " BRIDGE " 65536\n"
			  "publish " BRIDGE " 65536\nactivate " BRIDGE " 65536\n"
			  "deactivate /swapfile 8192\nactivate /swapfile 65536\n"
			  "deactivate " BRIDGE " 0\nremove " BRIDGE " 0\n");
}
END_TEST

/* The bridge is as large as the smaller of the two. */
START_TEST(test_resize_active)
{
	put_active("/swapfile", SIZE, -1, 0);
	check_steps(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP),
		    "allocate " BRIDGE " 65536\nformat " BRIDGE " 65536\npublish " BRIDGE
		    " 65536\nactivate " BRIDGE " 65536\n"
		    "deactivate /swapfile 0\nresize /swapfile 131072\nactivate /swapfile 131072\n"
		    "deactivate " BRIDGE " 0\nremove " BRIDGE " 0\n");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, SIZE - FAKE_PAGE, KEEP),
		    "allocate " BRIDGE " 61440\nformat " BRIDGE " 61440\npublish " BRIDGE
		    " 61440\nactivate " BRIDGE " 61440\n"
		    "deactivate /swapfile 0\nresize /swapfile 61440\nactivate /swapfile 61440\n"
		    "deactivate " BRIDGE " 0\nremove " BRIDGE " 0\n");
}
END_TEST

START_TEST(test_resize_inactive)
{
	put_area("/swapfile", SIZE);
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP),
		    "resize /swapfile 131072\n");
	check_steps(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP),
		    "resize /swapfile 131072\nactivate /swapfile 131072\n");
	check_steps(spec_of("/swapfile", INACTIVE, 2 * SIZE, KEEP), "resize /swapfile 131072\n");
}
END_TEST

/* A header is written anew where it is to say something else. */
START_TEST(test_format_again)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", FORMATTED, 0, KEEP);

	put_area("/swapfile", SIZE);
	check_steps(spec, "");
	spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_label(spec, "card"), 0);
	check_steps(spec, "format /swapfile 65536\n");
	spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_label(spec, ""), 0);
	check_steps(spec, "");
	spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "random"), 0);
	check_steps(spec, "format /swapfile 65536\n");
	spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "11111111-1111-4111-9111-111111111111"), 0);
	check_steps(spec, "");
	spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "clear"), 0);
	check_steps(spec, "format /swapfile 65536\n");
}
END_TEST

START_TEST(test_format_a_blank_file)
{
	char name[PATH_MAX];

	put_bytes("/swapfile", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/swapfile", name), (off_t)SIZE), 0);
	check_steps(spec_of("/swapfile", FORMATTED, 0, KEEP), "format /swapfile 65536\n");
	check_steps(spec_of("/swapfile", ACTIVE, SIZE, KEEP),
		    "format /swapfile 65536\nactivate /swapfile 65536\n");
	check_steps(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP),
		    "allocate /swapfile 131072\nformat /swapfile 131072\n"
		    "publish /swapfile 131072\nactivate /swapfile 131072\n"
		    "remove /.swapfile.swapcfg-new 65536\n");
	check_steps(spec_of("/swapfile", ALLOCATED, SIZE, KEEP), "");
}
END_TEST

/* Part of a device: the header says how much, and nothing is resized. */
START_TEST(test_device)
{
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	check_steps(spec_of("/dev/sda1", ACTIVE, 0, KEEP), "activate /dev/sda1 65536\n");
	check_steps(spec_of("/dev/sda1", ACTIVE, 15 * FAKE_PAGE, KEEP),
		    "format /dev/sda1 61440\nactivate /dev/sda1 61440\n");
	check_steps(spec_of("/dev/sda1", ABSENT, 0, KEEP), "");
}
END_TEST

START_TEST(test_boot_entry)
{
	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO), "persist /etc/inittab 0\n");
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, NONE), "forget /etc/inittab 0\n");
	/* From one kind to another. */
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_FSTAB),
		    "forget /etc/inittab 0\npersist /etc/fstab 0\n");
	check_steps(spec_of("/swapfile", ABSENT, 0, NONE),
		    "forget /etc/inittab 0\ndeactivate /swapfile 0\nremove /swapfile 65536\n");
}
END_TEST

/* What an interrupted run left: a file is deleted, an active bridge serves once more. */
START_TEST(test_leftovers)
{
	put_area(BRIDGE, SIZE);
	check_steps(spec_of("/swapfile", ACTIVE, SIZE, KEEP),
		    "clean " BRIDGE " 65536\n"
		    "allocate /swapfile 65536\nformat /swapfile 65536\npublish /swapfile 65536\n"
		    "activate /swapfile 65536\n");
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP), "clean " BRIDGE " 65536\n");
	put_area("/swapfile", SIZE);
	put_active(BRIDGE, SIZE, -1, 4 * KIB);
	check_steps(spec_of("/swapfile", ACTIVE, 0, KEEP),
		    "activate /swapfile 65536\ndeactivate " BRIDGE " 4096\nremove " BRIDGE " 0\n");
}
END_TEST

#define CHANGE(size)                                                                     \
	"deactivate /swapfile 8192\nresize /swapfile " size "\nactivate /swapfile " size \
	"\ndeactivate " BRIDGE " "

/* One that is too small to carry what a further change needs makes way for another. */
START_TEST(test_small_bridge)
{
	put_active("/swapfile", SIZE, -1, 8 * KIB);
	put_active(BRIDGE, 48 * KIB, -1, 4 * KIB);
	check_steps(spec_of("/swapfile", ACTIVE, 48 * KIB, KEEP),
		    CHANGE("49152") "4096\nremove " BRIDGE " 0\n");
	check_steps(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP),
		    "deactivate " BRIDGE " 4096\nclean " BRIDGE " 49152\n"
		    "allocate " BRIDGE " 65536\nformat " BRIDGE " 65536\n"
		    "publish " BRIDGE " 65536\nactivate " BRIDGE
		    " 65536\n" CHANGE("131072") "0\nremove " BRIDGE " 0\n");
	check_apply(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP));
	ck_assert(!there(BRIDGE));
}
END_TEST

/* Killed with the area off: the bridge says that it was on, and with which priority. */
START_TEST(test_bridge_stands_for_its_area)
{
	put_area("/swapfile", SIZE);
	put_active(BRIDGE, SIZE, 5, 4 * KIB);
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP),
		    "resize /swapfile 131072\nactivate /swapfile 131072\n"
		    "deactivate " BRIDGE " 4096\nremove " BRIDGE " 0\n");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, SIZE, KEEP),
		    "activate /swapfile 65536\n"
		    "deactivate " BRIDGE " 4096\nremove " BRIDGE " 0\n");
	check_steps(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_NONE), "");
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP),
		    "deactivate " BRIDGE " 4096\nremove " BRIDGE " 0\n");
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP));
	ck_assert_uint_eq(fake_area("/swapfile")->size, 2 * SIZE - FAKE_PAGE);
	ck_assert_int_eq(fake_area("/swapfile")->priority, 5);
}
END_TEST

static struct swapcfg_plan *plan_to_create(void)
{
	return plan_of(spec_of("/swapfile", ACTIVE, SIZE, KEEP));
}

static void check_stale(struct swapcfg_plan *plan)
{
	struct swapcfg_error *error = NULL;
	char *before = snapshot();
	char *after;

	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -ESTALE);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_STALE_PLAN);
	ck_assert_str_eq(swapcfg_error_path(error), "/swapfile");
	after = snapshot();
	ck_assert_str_eq(before, after);
	ck_assert_uint_eq(fake.changes, 0);
	free(before);
	free(after);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}

START_TEST(test_stale_since_a_file_came)
{
	struct swapcfg_plan *plan = plan_to_create();

	put_area("/swapfile", SIZE);
	check_stale(plan);
}
END_TEST

/* The same steps, for another file. */
START_TEST(test_stale_since_a_file_was_replaced)
{
	struct swapcfg_plan *plan;
	char old[PATH_MAX], new[PATH_MAX];

	put_area("/swapfile", SIZE);
	put_area("/other", SIZE);
	plan = plan_to_create();
	ck_assert_int_eq(rename(full("/other", old), full("/swapfile", new)), 0);
	check_stale(plan);
}
END_TEST

START_TEST(test_stale_since_it_was_done)
{
	struct swapcfg_plan *plan = plan_to_create();
	struct swapcfg_plan *again = swapcfg_plan_ref(plan);

	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), 0);
	fake.changes = 0;
	swapcfg_plan_unref(plan);
	check_stale(again);
}
END_TEST

/* How much is swapped out changes all the time; a plan does not age of it. */
START_TEST(test_not_stale_since_pages_moved)
{
	struct swapcfg_plan *plan;

	put_active("/swapfile", SIZE, -1, 4 * KIB);
	plan = plan_of(spec_of("/swapfile", INACTIVE, 0, KEEP));
	fake_area("/swapfile")->used = 8 * KIB;
	fake_write_swaps();
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), 0);
	ck_assert_uint_eq(fake.area_count, 0);
	swapcfg_plan_unref(plan);
}
END_TEST

START_TEST(test_json)
{
	struct swapcfg_spec *spec = spec_of("/swap \"1\"", ACTIVE, SIZE, KEEP);
	struct swapcfg_plan *plan;
	char *text = NULL;

	put_area("/swap \"1\"", SIZE);
	ck_assert_int_eq(chmod(full("/swap \"1\"", (char[PATH_MAX]){0}), 0640), 0);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 10), 0);
	plan = plan_of(spec);
	ck_assert_int_eq(swapcfg_plan_to_json(plan, &text), 0);
	ck_assert_str_eq(
		text,
		"{\"feasible\":true,\"steps\":["
		"{\"kind\":\"protect\",\"path\":\"/swap \\\"1\\\"\",\"bytes\":0,"
		"\"text\":\"take other users' access away from /swap \\\"1\\\"\"},"
		"{\"kind\":\"activate\",\"path\":\"/swap \\\"1\\\"\",\"bytes\":65536,"
		"\"text\":\"activate /swap \\\"1\\\" (0.0 MiB) with priority 10\"}],"
		"\"findings\":[{\"severity\":\"warning\",\"reason\":\"path-unsafe\",\"message\":"
		"\"/swap \\\"1\\\" has mode 0640, so others can read what was swapped out\"}]}\n");
	swapcfg_string_free(text);
	swapcfg_plan_unref(plan);
}
END_TEST

Suite *plan_suite(void)
{
	const TTest *const tests[] = {
		test_create,
		test_size_is_rounded_down,
		test_nothing_to_do,
		test_enable_and_disable,
		test_priority,
		test_resize_active,
		test_resize_inactive,
		test_format_again,
		test_format_a_blank_file,
		test_device,
		test_boot_entry,
		test_leftovers,
		test_small_bridge,
		test_bridge_stands_for_its_area,
		test_stale_since_a_file_came,
		test_stale_since_a_file_was_replaced,
		test_stale_since_it_was_done,
		test_not_stale_since_pages_moved,
		test_json,
	};

	return suite_of("plan", tests, sizeof(tests) / sizeof(tests[0]));
}
