/* SPDX-License-Identifier: MIT */
/* One writer: who comes second is told so, or waits for so long and no longer. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene.h"

Suite *lock_suite(void);

#define LOCK "/run/libswapcfg.lock"

static struct {
	int holder; /* its descriptor */
	unsigned int sleeps;
	unsigned int ends_after; /* so many sleeps the holder lets go; 0: never */
	unsigned int cancels_after;
	unsigned int longest;
	struct swapcfg_job *job;
} other;

static void sleep_us(unsigned int us)
{
	fake.now += us;
	other.sleeps++;
	if (us > other.longest)
		other.longest = us;
	if (other.sleeps == other.ends_after)
		flock(other.holder, LOCK_UN);
	if (other.sleeps == other.cancels_after)
		swapcfg_job_cancel(other.job);
}

static void setup(void)
{
	fake_setup();
	tree_nano();
	fake_sys.sleep_us = sleep_us;
	other.holder = open(full(LOCK, (char[PATH_MAX]){0}), O_CREAT | O_RDWR, 0600);
	ck_assert_int_eq(flock(other.holder, LOCK_EX), 0);
	ck_assert_int_eq(swapcfg_job_new(&other.job, NULL), 0);
}

static void teardown(void)
{
	swapcfg_job_unref(other.job);
	close(other.holder);
	fake_teardown();
}

/* Applies a plan of a new area, with a wait: the result. */
static int apply(uint32_t wait_ms, enum swapcfg_reason reason)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_AUTO);
	struct swapcfg_error *error = NULL;
	unsigned int open = open_descriptors();
	struct swapcfg_plan *plan;
	int r;

	ck_assert_int_eq(swapcfg_spec_set_wait(spec, wait_ms), 0);
	plan = plan_of(spec);
	r = swapcfg_apply(fake.ctx, plan, other.job, &error);
	if (r < 0) {
		ck_assert_int_eq((int)swapcfg_error_reason(error), reason);
		ck_assert_int_eq(swapcfg_error_errno(error), -r);
		ck_assert_str_ne(swapcfg_error_message(error), "");
		ck_assert_uint_eq(fake.changes, 0);
		ck_assert(!there("/swapfile"));
		ck_assert_int_eq((int)swapcfg_job_state(other.job), SWAPCFG_JOB_FAILED);
	}
	ck_assert_uint_eq(open_descriptors(), open);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	return r;
}

START_TEST(test_does_not_wait)
{
	ck_assert_int_eq(apply(0, SWAPCFG_REASON_BUSY), -EBUSY);
	ck_assert_uint_eq(other.sleeps, 0);
}
END_TEST

START_TEST(test_waits_to_success)
{
	other.ends_after = 9;
	ck_assert_int_eq(apply(10000, SWAPCFG_REASON_NONE), 0);
	ck_assert_uint_eq(other.sleeps, 9);
	ck_assert(there("/swapfile"));
}
END_TEST

/* Not a microsecond longer; and it looks often enough not to lose more than that afterwards. */
START_TEST(test_wait_is_bounded)
{
	uint64_t begun = fake.now;

	ck_assert_int_eq(apply(1234, SWAPCFG_REASON_BUSY), -EBUSY);
	ck_assert_uint_ge(fake.now - begun, 1234000);
	ck_assert_uint_le(fake.now - begun, 1234000 + other.sleeps + 10);
	ck_assert_uint_le(other.longest, 50000);
	ck_assert_uint_gt(other.sleeps, 20);
}
END_TEST

/* The longest wait that can be asked for is weeks, not an overflow. */
START_TEST(test_longest_wait)
{
	other.ends_after = 100000;
	ck_assert_int_eq(apply(UINT32_MAX, SWAPCFG_REASON_NONE), 0);
	ck_assert_uint_eq(other.sleeps, 100000);
}
END_TEST

START_TEST(test_cancelled_while_waiting)
{
	other.cancels_after = 5;
	ck_assert_int_eq(apply(10000, SWAPCFG_REASON_CANCELLED), -ECANCELED);
	ck_assert_uint_eq(other.sleeps, 5);
}
END_TEST

static struct {
	unsigned int calls;
	uint64_t last;
	uint64_t least_pause;
	unsigned int cancels_at; /* 0: never */
} told;

static void hear(struct swapcfg_job *job, void *data)
{
	(void)data;
	if (swapcfg_job_state(job) != SWAPCFG_JOB_RUNNING)
		return;
	if (told.calls++ && fake.now - told.last < told.least_pause)
		told.least_pause = fake.now - told.last;
	told.last = fake.now;
	if (told.calls == told.cancels_at)
		swapcfg_job_cancel(job);
}

/* Who is told of progress hears of waiting as well, a few times a second, and can end it. */
START_TEST(test_told_while_waiting)
{
	memset(&told, 0, sizeof(told));
	told.least_pause = UINT64_MAX;
	swapcfg_job_set_callback(other.job, hear, NULL);
	ck_assert_int_eq(apply(3000, SWAPCFG_REASON_BUSY), -EBUSY);
	ck_assert_uint_ge(told.calls, 10);
	ck_assert_uint_le(told.calls, 16);
	ck_assert_uint_ge(told.least_pause, 200000);
	told.calls = 0;
	told.cancels_at = 4;
	ck_assert_int_eq(apply(3000, SWAPCFG_REASON_CANCELLED), -ECANCELED);
	ck_assert_uint_eq(told.calls, 4);
}
END_TEST

static pid_t child;

/* At the first call behind the one that takes the lock. */
static void fork_once(const char *name)
{
	static bool locked;
	bool due = locked && !child;

	locked = locked || strcmp(name, "flock") == 0;
	if (!due)
		return;
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
}

/* A child of the host's, made while the lock was held, does not hold it on. */
START_TEST(test_host_forks)
{
	ck_assert_int_eq(flock(other.holder, LOCK_UN), 0);
	fake.on_call = fork_once;
	ck_assert_int_eq(apply(0, SWAPCFG_REASON_NONE), 0);
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(flock(other.holder, LOCK_EX | LOCK_NB), 0);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

static unsigned int unlocks;

static void count_unlock(int fd)
{
	(void)fd;
	unlocks++;
}

static enum scfg_child lose_child(int pid, int *result)
{
	(void)pid;
	(void)result;
	return SCFG_CHILD_LOST;
}

/* Where the kernel does not say what became of the child that calls swapoff(2), the lock is not
 * taken away from it. */
START_TEST(test_lost_child_keeps_it)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_KEEP);

	ck_assert_int_eq(flock(other.holder, LOCK_UN), 0);
	put_active("/swapfile", SIZE, -1, 0);
	fake_sys.unlock = count_unlock;
	fake_sys.child_poll = lose_child;
	ck_assert_int_eq(swapcfg_deactivate(fake.ctx, spec, NULL, NULL), -ENOMEM);
	ck_assert_uint_eq(unlocks, 0);
	put_active("/other", SIZE, -1, 0);
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), 0);
	ck_assert_uint_eq(unlocks, 1);
	swapcfg_spec_free(spec);
}
END_TEST

/* Below an offline root, it is the root that is locked. */
START_TEST(test_waits_for_an_image)
{
	int root = open(fake.root, O_RDONLY | O_DIRECTORY);
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_FORMATTED, SIZE, SWAPCFG_BOOT_KEEP);

	fake_go_offline();
	ck_assert_int_eq(flock(root, LOCK_EX), 0);
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, NULL), -EBUSY);
	ck_assert_int_eq(swapcfg_spec_set_wait(spec, 30), 0);
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, NULL), -EBUSY);
	ck_assert_uint_gt(other.sleeps, 0);
	close(root);
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, NULL, NULL), 0);
	swapcfg_spec_free(spec);
}
END_TEST

/* The lock's file, or its directory: which failure leaves one lock for all, and which would not. */
static const struct {
	int err;
	unsigned int skip; /* 0: /run itself cannot be opened; 1: the file in it */
	bool shared;	   /* the root is locked instead */
} failures[] = {
	{ENOENT, 0, true},  {ENOTDIR, 0, true}, {EMFILE, 0, false},
	{EIO, 0, false},    {EROFS, 1, true},	{EACCES, 1, true},
	{ENOSPC, 1, false}, {ENFILE, 1, false}, {ENOMEM, 1, false},
};

static unsigned int opens, fails_from;
static int (*real_openat)(int dirfd, const char *path, int flags, unsigned int mode);

static int fail_openat(int dirfd, const char *path, int flags, unsigned int mode)
{
	const char *name = failures[fails_from].skip ? "libswapcfg.lock" : "run";

	if (strcmp(path, name) == 0 || strcmp(path, "/run") == 0)
		opens++;
	if (strcmp(path, name) == 0)
		return -failures[fails_from].err;
	return real_openat(dirfd, path, flags, mode);
}

START_TEST(test_lock_file_fails)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_KEEP);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = plan_of(spec);
	int root = open(fake.root, O_RDONLY | O_DIRECTORY);
	int r;

	fails_from = (unsigned int)_i;
	real_openat = fake_sys.openat;
	fake_sys.openat = fail_openat;
	ck_assert_int_eq(flock(root, LOCK_EX), 0);
	r = swapcfg_apply(fake.ctx, plan, NULL, &error);
	ck_assert_uint_gt(opens, 0);
	ck_assert_int_eq(r, failures[_i].shared ? -EBUSY : -failures[_i].err);
	ck_assert_uint_eq(fake.changes, 0);
	swapcfg_error_free(error);
	close(root);
	/* Without another holder, only what leaves one lock for all may go on. */
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL) == 0, failures[_i].shared);
	swapcfg_plan_unref(plan);
}
END_TEST

Suite *lock_suite(void)
{
	const TTest *const tests[] = {
		test_host_forks,	 test_lost_child_keeps_it,     test_does_not_wait,
		test_waits_to_success,	 test_wait_is_bounded,	       test_longest_wait,
		test_waits_for_an_image, test_cancelled_while_waiting, test_told_while_waiting,
	};
	Suite *suite = suite_create("lock");
	TCase *tcase = tcase_create("lock");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_lock_file_fails, 0, sizeof(failures) / sizeof(failures[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
