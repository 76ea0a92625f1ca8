/* SPDX-License-Identifier: MIT */
/* Activating early in the boot: what is different with the flag, and how it does without /proc. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "alloc.h"
#include "scene.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define KEEP   SWAPCFG_BOOT_KEEP
#define BRIDGE "/.swapfile.swapcfg-new"

Suite *early_suite(void);

static struct swapcfg_spec *early(const char *path)
{
	struct swapcfg_spec *spec = spec_of(path, ACTIVE, 0, KEEP);

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_EARLY, true), 0);
	return spec;
}

static struct swapcfg_spec *with_priority(struct swapcfg_spec *spec, int priority)
{
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, priority), 0);
	return spec;
}

static void refused(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(spec, reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

/* Activates, and frees the spec. */
static int activate(struct swapcfg_spec *spec, struct swapcfg_error **error)
{
	unsigned int open = open_descriptors();
	int r = swapcfg_activate(fake.ctx, spec, NULL, error);

	swapcfg_spec_free(spec);
	ck_assert_uint_eq(open_descriptors(), open);
	return r;
}

/* It fails like that, and no area is active but those. */
static void fails(struct swapcfg_spec *spec, int result, enum swapcfg_reason reason,
		  const char *areas)
{
	struct swapcfg_error *error = NULL;
	char *now;

	ck_assert_int_eq(activate(spec, &error), result);
	ck_assert_msg(swapcfg_error_reason(error) == reason, "%s: %s",
		      swapcfg_reason_name(swapcfg_error_reason(error)),
		      swapcfg_error_message(error));
	ck_assert_str_eq(swapcfg_error_step(error), "activate");
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
	now = active_areas();
	ck_assert_str_eq(now, areas);
	free(now);
}

static void check_active(const char *areas)
{
	char *now = active_areas();

	ck_assert_str_eq(now, areas);
	free(now);
}

START_TEST(test_asks_for_nothing_else)
{
	struct swapcfg_spec *spec;

	put_area("/swapfile", SIZE);
	spec = early("/swapfile");
	ck_assert_int_eq(swapcfg_spec_set_state(spec, SWAPCFG_STATE_FORMATTED), 0);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "early");
	spec = early("/swapfile");
	swapcfg_spec_set_size(spec, 2 * SIZE);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "early");
	spec = early("/swapfile");
	ck_assert_int_eq(swapcfg_spec_set_boot(spec, SWAPCFG_BOOT_NONE), 0);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "early");
	spec = early("/swapfile");
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "early");
	spec = spec_of("/swapfile", ACTIVE, 0, KEEP);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, true), 0);
	refused(spec, SWAPCFG_REASON_INVALID_ARGUMENT, "early");
}
END_TEST

/* An open mode and the leftover of an interrupted run are for another day. */
START_TEST(test_does_nothing_else)
{
	char name[PATH_MAX];
	struct swapcfg_spec *spec = with_priority(early("/swapfile"), 5);

	put_area("/swapfile", SIZE);
	put_area(BRIDGE, SIZE);
	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_PAGES), 0);
	check_steps(with_priority(early("/swapfile"), 5), "activate /swapfile 65536\n");
	check_apply(spec);
	check_active("/swapfile 61440 5\n");
	ck_assert_int_eq(fake_area("/swapfile")->flags, 0x8000 | 5 | 0x10000 | 0x40000);
	ck_assert_uint_eq(mode_of("/swapfile"), 0644);
	ck_assert(there(BRIDGE));
	/* Which is how it is without the flag. */
	check_steps(spec_of("/swapfile", ACTIVE, 0, KEEP),
		    "clean /.swapfile.swapcfg-new 65536\nprotect /swapfile 0\n");
}
END_TEST

START_TEST(test_active_stays_as_it_is)
{
	put_active("/swapfile", SIZE, 3, 8 * KIB);
	check_steps(with_priority(early("/swapfile"), 5), "");
	check_apply(with_priority(early("/swapfile"), 5));
	check_active("/swapfile 61440 3\n");
}
END_TEST

static unsigned int reads;

static void count_reads(const char *name)
{
	if (strcmp(name, "pread") == 0)
		reads++;
}

/* A large file without a header is not read to its end while the boot waits. */
START_TEST(test_reads_little)
{
	char name[PATH_MAX];
	struct swapcfg_plan *plan;

	put("/swapfile", "");
	ck_assert_int_eq(truncate(full("/swapfile", name), 64 * 1024 * 1024), 0);
	fake.on_call = count_reads;
	plan = plan_of(early("/swapfile"));
	ck_assert_uint_lt(reads, 16);
	ck_assert(!swapcfg_plan_is_feasible(plan));
	swapcfg_plan_unref(plan);
	fake.on_call = NULL;
	refused(early("/swapfile"), SWAPCFG_REASON_NOT_SWAP, "no valid swap header");
}
END_TEST

/* Without the flag, and where it is the kernel that has no swap, all is as ever. */
START_TEST(test_missing_proc_is_an_error)
{
	char name[PATH_MAX];

	put_area("/swapfile", SIZE);
	ck_assert_int_eq(unlink(full("/proc/swaps", name)), 0);
	fake.no_proc = true; /* so that it is not written again */
	refused(early("/swapfile"), SWAPCFG_REASON_NO_KERNEL_SWAP, "CONFIG_SWAP");
	fake_unmount_proc();
	refused(spec_of("/swapfile", ACTIVE, 0, KEEP), SWAPCFG_REASON_NO_KERNEL_SWAP,
		"mount /proc");
	check_feasible(early("/swapfile"));
}
END_TEST

START_TEST(test_without_proc)
{
	put_dir("/data/deep", 0755);
	put_area("/data/deep/area", SIZE);
	put_link("data", "/link");
	fake_unmount_proc();
	ck_assert_int_eq(activate(with_priority(early("/link/deep/area"), 7), NULL), 0);
	check_active("/data/deep/area 61440 7\n");
	/* Again: the kernel says that it is busy, which is how an active area is known. */
	ck_assert_int_eq(activate(with_priority(early("/data/deep/area"), 9), NULL), 0);
	check_active("/data/deep/area 61440 7\n");
}
END_TEST

START_TEST(test_kernel_without_proc)
{
	put_area("/swapfile", SIZE);
	fake_unmount_proc();
	fake.disks[0].magic = FAKE_F2FS;
	fake.release = "5.2.9";
	refused(early("/swapfile"), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "5.2");
	fake.release = "5.10.4-tag-";
	check_feasible(early("/swapfile"));
}
END_TEST

/* What the kernel says to the path is explained as what it says to a descriptor. */
static const struct {
	int err;
	enum swapcfg_reason reason;
} refusals[] = {
	{EPERM, SWAPCFG_REASON_PERMISSION},
	{ENOMEM, SWAPCFG_REASON_NO_MEMORY},
	{ENOENT, SWAPCFG_REASON_MISSING},
	{EROFS, SWAPCFG_REASON_READ_ONLY},
};

START_TEST(test_kernel_refuses)
{
	put_area("/swapfile", SIZE);
	fake_unmount_proc();
	fake.fail_name = "swapon";
	fake.fail_errno = refusals[_i].err;
	fails(early("/swapfile"), -refusals[_i].err, refusals[_i].reason, "");
	ck_assert_int_eq(activate(early("/swapfile"), NULL), 0);
}
END_TEST

static unsigned int looks;
static const char *moved;

/* After the transaction's survey has opened the file, its blocks are looked at. */
static void replace(const char *name)
{
	char from[PATH_MAX];
	char to[PATH_MAX];

	if (strcmp(name, "ioctl") != 0 || ++looks != 1)
		return;
	ck_assert_int_eq(rename(full(moved, from), full("/elsewhere", to)), 0);
	put_area("/data/swapfile", SIZE);
}

START_TEST(test_replaced_meanwhile)
{
	static const char *const paths[] = {"/data/swapfile", "/data"};

	moved = paths[_i];
	put_area("/data/swapfile", SIZE);
	fake_unmount_proc();
	fake.on_call = replace;
	fails(early("/data/swapfile"), -ESTALE, SWAPCFG_REASON_STALE_PLAN, "");
	fake.on_call = NULL;
	ck_assert_int_eq(activate(early("/data/swapfile"), NULL), 0);
}
END_TEST

static void be_faster(const char *name)
{
	if (strcmp(name, "swapon") == 0)
		put_active("/swapfile", SIZE, 2, 0);
}

/* Another boot entry, such as swapon -a, activates it between the survey and the step. */
START_TEST(test_others_are_faster)
{
	put_area("/swapfile", SIZE);
	fake.on_call = be_faster;
	ck_assert_int_eq(activate(with_priority(early("/swapfile"), 5), NULL), 0);
	check_active("/swapfile 61440 2\n");
}
END_TEST

START_TEST(test_busy_otherwise)
{
	put_area("/swapfile", SIZE);
	fake.fail_name = "swapon";
	fake.fail_errno = EBUSY;
	fails(early("/swapfile"), -EBUSY, SWAPCFG_REASON_IN_USE, "");
	/* Only early is another's success ours. */
	fake.on_call = be_faster;
	fails(spec_of("/swapfile", ACTIVE, 0, KEEP), -EBUSY, SWAPCFG_REASON_IN_USE,
	      "/swapfile 61440 2\n");
}
END_TEST

static void put_device(bool claimed)
{
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){
		.path = "/dev/sda1", .device = makedev(8, 1), .claimed = claimed};
}

/* Without /proc, swap and a mount look alike: the header is what tells them apart. */
START_TEST(test_device_without_proc)
{
	put_device(true);
	refused(early("/dev/sda1"), SWAPCFG_REASON_IN_USE, "mounted");
	fake.files[0].claimed = false;
	put_active("/dev/sda1", SIZE, 4, 0);
	fake_unmount_proc();
	ck_assert_int_eq(activate(with_priority(early("/dev/sda1"), 5), NULL), 0);
	check_active("/dev/sda1 61440 4\n");
	put("/dev/sda1", "no header");
	refused(early("/dev/sda1"), SWAPCFG_REASON_NOT_SWAP, "no valid swap header");
}
END_TEST

/* A trial of the sweeps below: success means active, failure that nothing is. */
static bool try(int result, struct swapcfg_error *error)
{
	ck_assert_int_eq(result == 0, error == NULL);
	check_active(result == 0 ? "/swapfile 61440\n" : "");
	if (error)
		ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
	return result == 0;
}

static void begin(void)
{
	fake_teardown();
	fake_setup();
	put_area("/swapfile", SIZE);
	fake_unmount_proc();
	fake.calls = 0;
}

/* How many runs may succeed: the lock has a second place, but a failure to look is not "not there".
 * Of /proc and /sys all may be missing. The last run has no fault. */
static const struct {
	int err;
	unsigned int succeed;
} faults[] = {{EIO, 5 + 1}, {ENOMEM, 5 + 1}, {EMFILE, 5 + 1}, {ENOENT, 40}, {EACCES, 40}};

START_TEST(test_any_call_fails_without_proc)
{
	unsigned int succeeded = 0;
	unsigned int at = 0;

	do {
		struct swapcfg_error *error = NULL;
		int r;

		begin();
		fake.fail_at = ++at;
		fake.fail_errno = faults[_i].err;
		r = activate(early("/swapfile"), &error);
		succeeded += try(r, error);
		ck_assert_uint_lt(at, 500);
	} while (fake.failed);
	ck_assert_uint_gt(at, 30);
	ck_assert_uint_le(succeeded, faults[_i].succeed);
}
END_TEST

START_TEST(test_any_allocation_fails_without_proc)
{
	unsigned int at = 0;

	do {
		struct swapcfg_error *error = NULL;
		struct swapcfg_spec *spec;
		int r;

		begin();
		spec = early("/swapfile");
		alloc = (struct alloc){.fail_at = ++at};
		r = swapcfg_activate(fake.ctx, spec, NULL, &error);
		alloc.fail_at = 0;
		swapcfg_spec_free(spec);
		ck_assert(r == 0 || r == -ENOMEM);
		try(r, error);
		ck_assert_uint_lt(at, 500);
	} while (alloc.failed);
	ck_assert_uint_gt(at, 10);
}
END_TEST

Suite *early_suite(void)
{
	const TTest *const tests[] = {
		test_asks_for_nothing_else,
		test_does_nothing_else,
		test_active_stays_as_it_is,
		test_reads_little,
		test_missing_proc_is_an_error,
		test_without_proc,
		test_kernel_without_proc,
		test_others_are_faster,
		test_busy_otherwise,
		test_device_without_proc,
		test_any_allocation_fails_without_proc,
	};
	Suite *suite = suite_of("early", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("loops");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_kernel_refuses, 0,
			    (int)(sizeof(refusals) / sizeof(refusals[0])));
	tcase_add_loop_test(tcase, test_replaced_meanwhile, 0, 2);
	tcase_add_loop_test(tcase, test_any_call_fails_without_proc, 0, 5);
	suite_add_tcase(suite, tcase);
	return suite;
}
