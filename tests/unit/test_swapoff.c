/* SPDX-License-Identifier: MIT */
/* Switching on and off: what the kernel, other programs and the lack of memory make of it. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define INACTIVE SWAPCFG_STATE_INACTIVE
#define KEEP	 SWAPCFG_BOOT_KEEP
#define CLUSTER	 "/proc/sys/vm/page-cluster"

Suite *swapoff_suite(void);

static struct swapcfg_job *job;

static void setup(void)
{
	fake_setup();
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
}

static void teardown(void)
{
	swapcfg_job_unref(job);
	fake_teardown();
}

static struct swapcfg_spec *flagged(struct swapcfg_spec *spec, enum swapcfg_flag flag)
{
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, flag, true), 0);
	return spec;
}

static struct swapcfg_spec *disable(void)
{
	return spec_of("/swapfile", INACTIVE, 0, KEEP);
}

/* Switches off: NONE for success, and whether it is active afterwards. */
static void check_off(struct swapcfg_spec *spec, enum swapcfg_reason reason, bool active)
{
	struct swapcfg_error *error = NULL;
	unsigned int open = open_descriptors();
	int r = swapcfg_deactivate(fake.ctx, spec, job, &error);

	swapcfg_spec_free(spec);
	if (reason == SWAPCFG_REASON_NONE) {
		ck_assert_msg(r == 0, "%s", error ? swapcfg_error_message(error) : "?");
	} else {
		ck_assert_int_lt(r, 0);
		ck_assert_str_eq(swapcfg_reason_name(swapcfg_error_reason(error)),
				 swapcfg_reason_name(reason));
		ck_assert_int_eq(swapcfg_error_errno(error), -r);
		ck_assert_str_eq(swapcfg_error_step(error), "deactivate");
		ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), "/swapfile"));
		ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	}
	swapcfg_error_free(error);
	ck_assert_int_eq(fake_area("/swapfile") != NULL, active);
	ck_assert_uint_eq(fake.children, 0);
	ck_assert_uint_eq(open_descriptors(), open);
}

static void use_up_memory(void)
{
	put_memory(128 * MIB, 2 * MIB);
}

/* Given up before the kernel has to kill, unless it was finished when the signal came. */
START_TEST(test_memory_runs_out)
{
	put_active("/swapfile", SIZE, 5, 16 * KIB);
	fake.polls = 40;
	fake.on_poll = use_up_memory;
	check_off(flagged(disable(), SWAPCFG_FLAG_IGNORE_MEMORY), SWAPCFG_REASON_LOW_MEMORY, true);
	ck_assert_uint_eq(fake.ended, 1);
	fake.polls = 40;
	fake.child_finishes = true;
	check_off(flagged(disable(), SWAPCFG_FLAG_IGNORE_MEMORY), SWAPCFG_REASON_NONE, false);
	ck_assert_uint_eq(fake.ended, 2);
}
END_TEST

static void lose_meminfo(void)
{
	char name[PATH_MAX];

	unlink(full("/proc/meminfo", name));
}

/* Without the numbers it is the kernel's to decide. */
START_TEST(test_memory_is_unknown)
{
	put_active("/swapfile", SIZE, 5, 16 * KIB);
	fake.polls = 40;
	fake.on_poll = lose_meminfo;
	check_off(disable(), SWAPCFG_REASON_NONE, false);
	ck_assert_uint_eq(fake.ended, 0);
}
END_TEST

static void be_faster(void)
{
	fake.area_count = 0;
	fake_write_swaps();
}

START_TEST(test_others_are_faster)
{
	put_active("/swapfile", SIZE, 5, 16 * KIB);
	fake.on_poll = be_faster;
	check_off(disable(), SWAPCFG_REASON_NONE, false);
}
END_TEST

static void hide_swaps(const char *name)
{
	char path[PATH_MAX];

	if (strcmp(name, "swapoff") == 0)
		unlink(full("/proc/swaps", path));
}

/* The same errno, but the area is there, or nobody knows. */
START_TEST(test_refused)
{
	put_active("/other", SIZE, 6, 0);
	put_active("/swapfile", SIZE, 5, 0);
	fake.fail_name = "swapoff";
	fake.fail_errno = EINVAL;
	check_off(disable(), SWAPCFG_REASON_SYSTEM, true);
	fake.fail_name = "swapoff";
	fake.on_call = hide_swaps;
	check_off(disable(), SWAPCFG_REASON_SYSTEM, true);
}
END_TEST

static void cancel(const char *name)
{
	if (strcmp(name, "swapoff") == 0)
		swapcfg_job_cancel(job);
}

/* A signal that interrupts it is no end, unless it was cancelled. */
START_TEST(test_interrupted)
{
	put_active("/swapfile", SIZE, 5, 0);
	fake.fail_name = "swapoff";
	fake.fail_errno = EINTR;
	fake.on_call = cancel;
	check_off(flagged(disable(), SWAPCFG_FLAG_NO_CHILD), SWAPCFG_REASON_CANCELLED, true);
	swapcfg_job_unref(job);
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	fake.on_call = NULL;
	fake.fail_name = "swapoff";
	check_off(flagged(disable(), SWAPCFG_FLAG_NO_CHILD), SWAPCFG_REASON_NONE, false);
	ck_assert_ptr_null(fake.fail_name);
}
END_TEST

static unsigned int calls;

static void hear(struct swapcfg_job *told, void *data)
{
	(void)data;
	if (++calls == 4)
		swapcfg_job_cancel(told);
}

static void pass_time(const char *name)
{
	if (strcmp(name, "swapoff") == 0)
		fake.now += 1000000;
}

/* Where nothing is brought back for a while, whoever is told hears so nevertheless: of a child that
 * works, and of a signal that interrupted the call in this thread. */
START_TEST(test_told_without_progress)
{
	put_active("/swapfile", SIZE, 5, 0);
	swapcfg_job_set_callback(job, hear, NULL);
	fake.polls = 200;
	check_off(disable(), SWAPCFG_REASON_CANCELLED, true);
	ck_assert_uint_eq(fake.ended, 1);
	ck_assert_uint_ge(calls, 4);
	swapcfg_job_unref(job);
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	swapcfg_job_set_callback(job, hear, NULL);
	calls = 2;
	fake.fail_name = "swapoff";
	fake.fail_errno = EINTR;
	fake.on_call = pass_time;
	check_off(flagged(disable(), SWAPCFG_FLAG_NO_CHILD), SWAPCFG_REASON_CANCELLED, true);
}
END_TEST

static char cluster[16]; /* while swapoff worked */

static void see_cluster(void)
{
	char *text = there(CLUSTER) ? text_of(CLUSTER) : strdup("none");

	snprintf(cluster, sizeof(cluster), "%s", text);
	free(text);
}

/* Readahead is a setting of the system's: only if it can be read and is on, it is changed. */
static const struct {
	const char *before; /* NULL: there is none */
	const char *fail;
	const char *during;
} settings[] = {
	{"3\n", NULL, "0\n"}, {"0\n", "pwrite", "0\n"}, /* which is not asked for */
	{"0", NULL, "0\n"},   {"4", NULL, "0\n"},	{NULL, NULL, "none"},
	{"", NULL, ""},	      {"3\n", "pwrite", "3\n"},
};

START_TEST(test_readahead)
{
	const char *before = settings[_i].before;

	put_active("/swapfile", SIZE, 5, 16 * KIB);
	if (before)
		put(CLUSTER, before);
	fake.fail_name = settings[_i].fail;
	fake.fail_errno = EIO;
	fake.polls = 2;
	fake.on_poll = see_cluster;
	check_off(flagged(disable(), SWAPCFG_FLAG_IGNORE_MEMORY), SWAPCFG_REASON_NONE, false);
	ck_assert_str_eq(cluster, settings[_i].during);
	ck_assert_int_eq(there(CLUSTER), before != NULL);
	/* A file, unlike the setting, keeps what is behind what was written. */
	if (before) {
		char *after = text_of(CLUSTER);

		ck_assert_int_eq(strncmp(after, before, strlen(before)), 0);
		free(after);
	}
}
END_TEST

/* The flags of swapon(2), as its manual page has them. */
static const struct {
	int priority;
	enum swapcfg_discard discard;
	int flags;
} uses[] = {
	{SWAPCFG_PRIORITY_DEFAULT, SWAPCFG_DISCARD_KEEP, 0},
	{SWAPCFG_PRIORITY_DEFAULT, SWAPCFG_DISCARD_NONE, 0},
	{0, SWAPCFG_DISCARD_NONE, 0x8000},
	{SWAPCFG_PRIORITY_MAX, SWAPCFG_DISCARD_BOTH, 0x8000 | 0x7fff | 0x10000},
	{SWAPCFG_PRIORITY_DEFAULT, SWAPCFG_DISCARD_BOTH, 0x10000},
	{1, SWAPCFG_DISCARD_ONCE, 0x8000 | 1 | 0x10000 | 0x20000},
	{SWAPCFG_PRIORITY_DEFAULT, SWAPCFG_DISCARD_PAGES, 0x10000 | 0x40000},
};

START_TEST(test_flags)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, uses[_i].priority), 0);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, uses[_i].discard), 0);
	check_apply(spec);
	ck_assert_int_eq(fake_area("/swapfile")->flags, uses[_i].flags);
}
END_TEST

/* Early, one that is busy counts as active only if it is known to be. */
static void hide_swaps_early(const char *name)
{
	char path[PATH_MAX];

	if (strcmp(name, "swapon") == 0)
		unlink(full("/proc/swaps", path));
}

START_TEST(test_busy_and_unknown)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);
	struct swapcfg_error *error = NULL;

	put_area("/swapfile", SIZE);
	fake.fail_name = "swapon";
	fake.fail_errno = EBUSY;
	fake.on_call = hide_swaps_early;
	ck_assert_int_eq(swapcfg_activate(fake.ctx, flagged(spec, SWAPCFG_FLAG_EARLY), job, &error),
			 -EBUSY);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_IN_USE);
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
}
END_TEST

Suite *swapoff_suite(void)
{
	const TTest *const tests[] = {
		test_memory_runs_out,  test_memory_is_unknown, test_others_are_faster,
		test_refused,	       test_interrupted,       test_told_without_progress,
		test_busy_and_unknown,
	};
	Suite *suite = suite_create("swapoff");
	TCase *tcase = tcase_create("swapoff");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_readahead, 0,
			    (int)(sizeof(settings) / sizeof(settings[0])));
	tcase_add_loop_test(tcase, test_flags, 0, (int)(sizeof(uses) / sizeof(uses[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}
