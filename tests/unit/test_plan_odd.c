/* SPDX-License-Identifier: MIT */
/* Plans for what is unusual; and plans that do not fit any more when they are applied. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "boot_check.h"
#include "scene.h"

#define ACTIVE	  SWAPCFG_STATE_ACTIVE
#define INACTIVE  SWAPCFG_STATE_INACTIVE
#define ALLOCATED SWAPCFG_STATE_ALLOCATED
#define FORMATTED SWAPCFG_STATE_FORMATTED
#define ABSENT	  SWAPCFG_STATE_ABSENT
#define ONLY	  SWAPCFG_STATE_KEEP /* the boot entry, and nothing else */
#define KEEP	  SWAPCFG_BOOT_KEEP
#define AUTO	  SWAPCFG_BOOT_AUTO
#define NONE	  SWAPCFG_BOOT_NONE
#define BRIDGE	  "/.swapfile.swapcfg-new"

Suite *plan_odd_suite(void);

static void refused(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(spec, reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

static void cut(const char *path, uint64_t size)
{
	char name[PATH_MAX];

	ck_assert_int_eq(truncate(full(path, name), (off_t)size), 0);
}

static void leave_a_bridge(void)
{
	put_area(BRIDGE, SIZE);
}

static void grow_the_bridge(void)
{
	cut(BRIDGE, 2 * SIZE);
}

static void cut_the_file(void)
{
	cut("/swapfile", SIZE - 1);
}

static void mount_another(void)
{
	fake.disks[0].dev = makedev(8, 77);
}

static void activate(void)
{
	put_active("/swapfile", SIZE, -1, 0);
}

static void open_the_mode(void)
{
	char name[PATH_MAX];

	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
}

static void clean_up(void)
{
	char name[PATH_MAX];

	open_the_mode();
	ck_assert_int_eq(unlink(full(BRIDGE, name)), 0);
}

/* What changes between a plan and its application. */
static const struct {
	void (*before)(void);
	void (*meanwhile)(void);
	const char *steps; /* of the plan */
} changes[] = {
	{leave_a_bridge, grow_the_bridge, "clean " BRIDGE " 65536\nactivate /swapfile 65536\n"},
	{leave_a_bridge, clean_up, "clean " BRIDGE " 65536\nactivate /swapfile 65536\n"},
	{NULL, cut_the_file, "activate /swapfile 65536\n"},
	{NULL, mount_another, "activate /swapfile 65536\n"},
	{NULL, activate, "activate /swapfile 65536\n"},
	{NULL, open_the_mode, "activate /swapfile 65536\n"},
};

START_TEST(test_stale)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan;
	char *steps;
	char *before;
	char *after;

	put_area("/swapfile", SIZE);
	if (changes[_i].before)
		changes[_i].before();
	plan = plan_of(spec_of("/swapfile", ACTIVE, 0, KEEP));
	steps = steps_of(plan);
	ck_assert_str_eq(steps, changes[_i].steps);
	changes[_i].meanwhile();
	before = snapshot();
	fake.changes = 0;
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -ESTALE);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_STALE_PLAN);
	ck_assert_uint_eq(fake.changes, 0);
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	free(steps);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}
END_TEST

/* What only looks like a leftover of ours is in the way, and stays. */
static const struct {
	uid_t uid;
	unsigned int mode;
	bool linked;
	bool data;
} strangers[] = {
	{1000, 0600, false, false},
	{0, 0640, false, false},
	{0, 0600, true, false},
	{0, 0600, false, true},
};

START_TEST(test_leftover_of_others)
{
	char name[PATH_MAX];
	char other[PATH_MAX];

	put_area(BRIDGE, SIZE);
	if (strangers[_i].data)
		put_bytes(BRIDGE, "photographs", 11, 0600);
	fake.files[0] = (struct fake_file){.path = BRIDGE, .uid = strangers[_i].uid};
	ck_assert_int_eq(chmod(full(BRIDGE, name), strangers[_i].mode), 0);
	if (strangers[_i].linked)
		ck_assert_int_eq(link(name, full("/other", other)), 0);
	refused(spec_of("/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_LEFTOVER, BRIDGE);
	/* It matters only where the name is needed. */
	put_area("/swapfile", SIZE);
	check_steps(spec_of("/swapfile", ACTIVE, 0, KEEP), "activate /swapfile 65536\n");
}
END_TEST

/* A name so long that it leaves no room for more: the temporary one has its beginning. */
START_TEST(test_longest_name)
{
	char path[7 + NAME_MAX] = "/data/";
	char temp[7 + NAME_MAX + 32];
	char steps[2 * sizeof(temp) + 64];

	tree_nano();
	memset(path + 6, 'n', NAME_MAX);
	path[6 + NAME_MAX] = '\0';
	check_apply(spec_of(path, ACTIVE, SIZE, KEEP));
	ck_assert_uint_eq(size_of(path), SIZE);
	check_apply(spec_of(path, INACTIVE, 0, KEEP));
	snprintf(temp, sizeof(temp), "/data/.%.241s.swapcfg-new", path + 6);
	ck_assert(!there(temp));
	put_area(temp, SIZE);
	fake.changes = 0;
	snprintf(steps, sizeof(steps), "clean %s 65536\nactivate %s 65536\n", temp, path);
	check_steps(spec_of(path, ACTIVE, 0, KEEP), steps);
}
END_TEST

/* btrfs shows another number for a subvolume; the mount is the root's. */
START_TEST(test_subvolume_of_the_root)
{
	struct swapcfg_plan *plan;
	char *text;

	tree_nano();
	put("/proc/self/mountinfo", "22 1 179:2 / / rw,relatime - btrfs /dev/root rw\n");
	put("/etc/init.d/S01fs", "nothing\n");
	plan = plan_of(spec_of("/data/swapfile", ACTIVE, SIZE, AUTO));
	ck_assert(swapcfg_plan_is_feasible(plan));
	ck_assert_ptr_null(finding_of(plan, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT));
	swapcfg_plan_unref(plan);
	check_apply(spec_of("/data/swapfile", ACTIVE, SIZE, AUTO));
	text = text_of("/etc/inittab");
	ck_assert_ptr_nonnull(strstr(text, ":sysinit:/sbin/swapon /data/swapfile\n"));
	free(text);
}
END_TEST

/* Somebody else's entry comes before anything mounts the directory. */
START_TEST(test_entry_of_others_is_too_early)
{
	struct swapcfg_plan *plan;
	const struct swapcfg_finding *finding;

	tree_nano();
	put_area("/data/swapfile", SIZE);
	put("/etc/inittab", "id:3:initdefault:\n"
			    "sw::sysinit:/sbin/swapon -p 7 /data/swapfile\n"
			    "rcS:12345:wait:/etc/init.d/rcS\n");
	plan = plan_of(spec_of("/data/swapfile", ONLY, 0, AUTO));
	finding = finding_of(plan, SWAPCFG_REASON_BOOT_ENTRY_CONFLICT);
	ck_assert_ptr_nonnull(finding);
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), SWAPCFG_SEVERITY_WARNING);
	ck_assert_ptr_nonnull(strstr(swapcfg_finding_message(finding),
				     "line 2 of /etc/inittab, which is not ours, activates it too "
				     "early"));
	/* One that works is written as well. */
	ck_assert_uint_eq(swapcfg_plan_step_count(plan), 1);
	ck_assert_int_eq((int)swapcfg_step_kind(swapcfg_plan_step(plan, 0)), SWAPCFG_STEP_PERSIST);
	swapcfg_plan_unref(plan);
}
END_TEST

START_TEST(test_entry_for_a_file_without_header)
{
	tree_nano();
	refused(spec_of("/swapfile", ALLOCATED, SIZE, AUTO), SWAPCFG_REASON_MISSING, "boot entry");
	check_steps(spec_of("/swapfile", FORMATTED, SIZE, AUTO),
		    "allocate /swapfile 65536\nformat /swapfile 65536\npublish /swapfile 65536\n"
		    "persist /etc/inittab 0\n");
}
END_TEST

/* The entry goes with its file's directory, and without it. */
START_TEST(test_persist_verbs)
{
	static const enum swapcfg_boot boots[] = {KEEP, NONE, AUTO, SWAPCFG_BOOT_INITTAB};
	struct swapcfg_spec *spec = spec_of("/swapfile", ABSENT, SIZE, boots[_i]);
	char *text;

	tree_nano();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_persist(fake.ctx, spec, NULL, NULL), 0);
	text = text_of("/etc/inittab");
	ck_assert_ptr_nonnull(strstr(text, ":/sbin/swapon /swapfile\n"));
	free(text);
	ck_assert(there("/swapfile"));
	ck_assert_int_eq(swapcfg_forget(fake.ctx, spec, NULL, NULL), 0);
	check_text("/etc/inittab", nano_inittab);
	swapcfg_spec_free(spec);
}
END_TEST

START_TEST(test_persist_nowhere)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ONLY, 0, SWAPCFG_BOOT_OPENRC);
	struct swapcfg_error *error = NULL;

	tree_nano();
	put_area("/swapfile", SIZE);
	ck_assert_int_lt(swapcfg_persist(fake.ctx, spec, NULL, &error), 0);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED);
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
}
END_TEST

/* A header of the other byte order is made only if it is asked for. */
START_TEST(test_byte_order)
{
	struct swapcfg_spec *spec;
	char *page;

	put_area("/swapfile", SIZE);
	for (int i = 0; i < 2; i++) {
		spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
		ck_assert_int_eq(swapcfg_spec_set_endianness(spec, i ? SWAPCFG_ENDIANNESS_LITTLE
								     : SWAPCFG_ENDIANNESS_BIG),
				 0);
		check_apply(spec);
		page = text_of("/swapfile");
		ck_assert_mem_eq(page + 1024, i ? "\1\0\0\0\17\0\0\0" : "\0\0\0\1\0\0\0\17", 8);
		free(page);
	}
	check_steps(spec_of("/swapfile", FORMATTED, 0, KEEP), "");
}
END_TEST

/* The room that is said is what a margin of 8 MiB leaves; a full area has none. */
START_TEST(test_low_memory)
{
	put_active("/full", SIZE, -1, 0);
	fake_area("/full")->used = fake_area("/full")->size;
	put_active("/swapfile", 100 * MIB, -1, 80 * MIB);
	put_memory(128 * MIB, 64 * MIB);
	refused(spec_of("/swapfile", INACTIVE, 0, KEEP), SWAPCFG_REASON_LOW_MEMORY,
		"80 MiB are swapped out there, and memory and other areas have room for 56 MiB");
	put_memory(128 * MIB, 4 * MIB);
	refused(spec_of("/swapfile", INACTIVE, 0, KEEP), SWAPCFG_REASON_LOW_MEMORY,
		"room for 0 MiB");
	put_memory(128 * MIB, 88 * MIB);
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP), "deactivate /swapfile 83886080\n");
}
END_TEST

/* What is only taken out of use is not written to. */
START_TEST(test_read_only)
{
	put_active("/swapfile", SIZE, -1, 0);
	fake.disks[0].read_only = true;
	check_steps(spec_of("/swapfile", INACTIVE, 0, KEEP), "deactivate /swapfile 0\n");
	refused(spec_of("/swapfile", ABSENT, 0, KEEP), SWAPCFG_REASON_READ_ONLY, "read-only");
	fake.disks[0].magic = FAKE_TMPFS;
	/* Of what cannot hold swap anyway, that is all there is to say. */
	refused(spec_of("/new", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED,
		"tmpfs");
	put_area("/dev/sda1", SIZE);
	fake.files[0] =
		(struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1), .read_only = true};
	check_steps(spec_of("/dev/sda1", INACTIVE, 0, KEEP), "");
}
END_TEST

/* What leads nowhere has nothing to take out of use: there is only its boot entry. */
START_TEST(test_gone)
{
	static const char *const paths[] = {"/none/area", "/etc/inittab/area", "/loop/area"};

	tree_nano();
	put_link("loop", "/loop");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		check_steps(spec_of(paths[i], INACTIVE, 0, NONE), "");
		check_steps(spec_of(paths[i], ABSENT, 0, NONE), "");
		check_feasible(spec_of(paths[i], ABSENT, 0, KEEP));
	}
}
END_TEST

/* Where nobody can look there may be something, so that it is no success to have done nothing. */
START_TEST(test_not_gone)
{
	static const int errnos[] = {EIO, ENOMEM, EMFILE};
	bool failed = true;

	fake.files[0] = (struct fake_file){.path = "/srv", .denied = true};
	put_area("/srv/area", SIZE);
	refused(spec_of("/srv/area", ABSENT, 0, KEEP), SWAPCFG_REASON_PERMISSION, "/srv/area");
	refused(spec_of("/srv/area", INACTIVE, 0, NONE), SWAPCFG_REASON_PERMISSION, "/srv/area");
	fake.files[0].denied = false;
	for (unsigned int skip = 0; failed; skip++) {
		struct swapcfg_spec *spec = spec_of("/srv/area", INACTIVE, 0, KEEP);
		int r;

		ck_assert_uint_lt(skip, 100);
		if (!fake_area("/srv/area"))
			put_active("/srv/area", SIZE, 3, 0);
		fake.failed = 0;
		fake.fail_name = "openat";
		fake.fail_skip = skip;
		fake.fail_errno = errnos[_i];
		r = swapcfg_deactivate(fake.ctx, spec, NULL, NULL);
		failed = fake.failed > 0;
		fake.fail_name = NULL;
		ck_assert_int_eq(r == 0, !fake_area("/srv/area"));
		swapcfg_spec_free(spec);
	}
}
END_TEST

Suite *plan_odd_suite(void)
{
	const TTest *const tests[] = {
		test_longest_name,
		test_subvolume_of_the_root,
		test_entry_of_others_is_too_early,
		test_entry_for_a_file_without_header,
		test_persist_nowhere,
		test_byte_order,
		test_low_memory,
		test_read_only,
		test_gone,
	};
	Suite *suite = suite_of("plan_odd", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("loops");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_stale, 0, (int)(sizeof(changes) / sizeof(changes[0])));
	tcase_add_loop_test(tcase, test_leftover_of_others, 0,
			    (int)(sizeof(strangers) / sizeof(strangers[0])));
	tcase_add_loop_test(tcase, test_persist_verbs, 0, 4);
	tcase_add_loop_test(tcase, test_not_gone, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}
