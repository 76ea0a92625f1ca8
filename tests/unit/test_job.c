/* SPDX-License-Identifier: MIT */
/* Progress, cancel and state of a job, and the child that calls swapoff. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define INACTIVE SWAPCFG_STATE_INACTIVE
#define KEEP	 SWAPCFG_BOOT_KEEP

Suite *job_suite(void);

/* What a callback saw, and when it is to cancel. */
struct watcher {
	unsigned int calls;
	unsigned int steps; /* how often another step began */
	enum swapcfg_step_kind last;
	enum swapcfg_step_kind cancel_in;
	uint64_t cancel_from; /* ... when so much of it is done */
	uint64_t most;	      /* done, of any step */
	enum swapcfg_job_state state;
	int nested; /* what a call with the same job gave from inside */
	uint64_t now;
	uint64_t least_pause;
};

static struct swapcfg_job *job;
static struct watcher watcher;

static void watch(struct swapcfg_job *told, void *data)
{
	struct watcher *w = data;

	ck_assert_ptr_eq(told, job);
	ck_assert_uint_le(swapcfg_job_done(job), swapcfg_job_total(job));
	w->calls++;
	if (swapcfg_job_step(job) != w->last)
		w->steps++;
	else if (swapcfg_job_state(job) == SWAPCFG_JOB_RUNNING && w->now &&
		 fake.now - w->now < w->least_pause)
		w->least_pause = fake.now - w->now;
	w->now = fake.now;
	w->last = swapcfg_job_step(job);
	w->state = swapcfg_job_state(job);
	w->most = swapcfg_job_done(job) > w->most ? swapcfg_job_done(job) : w->most;
	if (w->cancel_in && swapcfg_job_step(job) == w->cancel_in &&
	    swapcfg_job_done(job) >= w->cancel_from)
		swapcfg_job_cancel(job);
}

static void setup(void)
{
	fake_setup();
	watcher = (struct watcher){.least_pause = UINT64_MAX};
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	swapcfg_job_set_callback(job, watch, &watcher);
}

static void teardown(void)
{
	swapcfg_job_unref(job);
	fake_teardown();
}

static int run(struct swapcfg_spec *spec, struct swapcfg_error **error)
{
	struct swapcfg_plan *plan = plan_of(spec);
	int r;

	ck_assert(swapcfg_plan_is_feasible(plan));
	r = swapcfg_apply(fake.ctx, plan, job, error);
	swapcfg_plan_unref(plan);
	return r;
}

/* Fails with that reason, and everything is as it was. */
static void check_undone(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *step)
{
	struct swapcfg_error *error = NULL;
	unsigned int open = open_descriptors();
	char *before = snapshot();
	char *areas = active_areas();
	char *after;
	int r = run(spec, &error);

	ck_assert_int_lt(r, 0);
	ck_assert_str_eq(swapcfg_reason_name(swapcfg_error_reason(error)),
			 swapcfg_reason_name(reason));
	ck_assert_str_eq(swapcfg_error_step(error), step);
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_FAILED);
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(after);
	after = active_areas();
	ck_assert_str_eq(areas, after);
	ck_assert_uint_eq(fake.children, 0);
	ck_assert_uint_eq(open_descriptors(), open);
	free(after);
	free(before);
	free(areas);
	swapcfg_error_free(error);
}

START_TEST(test_new)
{
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_NEW);
	ck_assert_int_eq((int)swapcfg_job_step(job), 0);
	ck_assert_uint_eq(swapcfg_job_done(job), 0);
	ck_assert_uint_eq(swapcfg_job_total(job), 0);
	ck_assert(!swapcfg_job_is_cancelled(job));
	ck_assert_ptr_eq(swapcfg_job_ref(job), job);
	swapcfg_job_unref(job);
	swapcfg_job_unref(NULL);
	swapcfg_job_cancel(job);
	ck_assert(swapcfg_job_is_cancelled(job));
}
END_TEST

START_TEST(test_done)
{
	ck_assert_int_eq(run(spec_of("/swapfile", ACTIVE, SIZE, KEEP), NULL), 0);
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_DONE);
	ck_assert_int_eq((int)watcher.state, SWAPCFG_JOB_DONE);
	ck_assert_int_eq((int)swapcfg_job_step(job), SWAPCFG_STEP_ACTIVATE);
	ck_assert_uint_eq(watcher.steps, 4);
	/* Each step when it begins, and the end. */
	ck_assert_uint_eq(watcher.calls, 5);
	/* A second call may follow the first. */
	ck_assert_int_eq(run(spec_of("/swapfile", INACTIVE, 0, KEEP), NULL), 0);
	ck_assert_int_eq((int)swapcfg_job_step(job), SWAPCFG_STEP_DEACTIVATE);
}
END_TEST

START_TEST(test_cancelled_before)
{
	swapcfg_job_cancel(job);
	check_undone(spec_of("/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_CANCELLED,
		     "allocate");
	ck_assert_uint_eq(fake.changes, 0);
	/* It stays cancelled. */
	check_undone(spec_of("/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_CANCELLED,
		     "allocate");
}
END_TEST

START_TEST(test_nothing_to_cancel)
{
	swapcfg_job_cancel(job);
	put_active("/swapfile", SIZE, -1, 0);
	ck_assert_int_eq(run(spec_of("/swapfile", ACTIVE, SIZE, KEEP), NULL), 0);
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_DONE);
}
END_TEST

/* By who is told that a step begins: it does not, even if it is the last one. */
START_TEST(test_cancelled_between_steps)
{
	put_active("/swapfile", SIZE, -1, 0);
	watcher.cancel_in = SWAPCFG_STEP_RESIZE;
	check_undone(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP), SWAPCFG_REASON_CANCELLED,
		     "resize");
	swapcfg_job_unref(job);
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	swapcfg_job_set_callback(job, watch, &watcher);
	watcher.cancel_in = SWAPCFG_STEP_ACTIVATE;
	check_undone(spec_of("/swapfile", ACTIVE, 2 * SIZE, KEEP), SWAPCFG_REASON_CANCELLED,
		     "activate");
}
END_TEST

/* Undoing goes on to its end, whoever cancels it. */
static void watch_undoing(const char *name)
{
	if (strcmp(name, "unlinkat") != 0)
		return;
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_UNDOING);
	swapcfg_job_cancel(job);
	watcher.calls += 1000;
}

START_TEST(test_cancelled_while_undoing)
{
	put_active("/swapfile", SIZE, 5, 0);
	fake.polls = 3;
	fake.on_call = watch_undoing;
	fake.fail_name = "ftruncate";
	fake.fail_errno = EIO;
	check_undone(spec_of("/swapfile", ACTIVE, SIZE - FAKE_PAGE, KEEP), SWAPCFG_REASON_IO,
		     "resize");
	ck_assert_uint_ge(watcher.calls, 1000);
}
END_TEST

static void slow_write(const char *name)
{
	if (strcmp(name, "pwrite") == 0)
		fake.now += 50000;
}

/* 16 MiB in pieces of 1 MiB that take 50 ms each. */
START_TEST(test_progress_of_zeros)
{
	fake.no_fallocate = true;
	fake.on_call = slow_write;
	ck_assert_int_eq(run(spec_of("/swapfile", SWAPCFG_STATE_ALLOCATED, 16 * MIB, KEEP), NULL),
			 0);
	ck_assert_uint_gt(watcher.most, 8 * MIB);
	ck_assert_uint_ge(watcher.least_pause, 200000);
	ck_assert_uint_ge(watcher.calls, 5);
	ck_assert_uint_le(watcher.calls, 8);
	ck_assert_uint_eq(size_of("/swapfile"), 16 * MIB);
}
END_TEST

START_TEST(test_cancelled_while_writing_zeros)
{
	fake.no_fallocate = true;
	fake.on_call = slow_write;
	watcher.cancel_in = SWAPCFG_STEP_ALLOCATE;
	watcher.cancel_from = 4 * MIB;
	check_undone(spec_of("/swapfile", SWAPCFG_STATE_ALLOCATED, 16 * MIB, KEEP),
		     SWAPCFG_REASON_CANCELLED, "allocate");
	ck_assert_uint_lt(watcher.most, 8 * MIB);
}
END_TEST

START_TEST(test_cancelled_while_growing)
{
	fake.no_fallocate = true;
	fake.on_call = slow_write;
	put_area("/swapfile", MIB);
	watcher.cancel_in = SWAPCFG_STEP_RESIZE;
	watcher.cancel_from = 4 * MIB;
	check_undone(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 16 * MIB, KEEP),
		     SWAPCFG_REASON_CANCELLED, "resize");
}
END_TEST

/* A call from inside a call, with the same job. */
static void nest(struct swapcfg_job *told, void *data)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec = spec_of("/other", INACTIVE, 0, KEEP);

	(void)data;
	if (watcher.calls++ == 0) {
		watcher.nested = swapcfg_deactivate(fake.ctx, spec, told, &error);
		ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_BUSY);
		swapcfg_error_free(error);
	}
	swapcfg_spec_free(spec);
}

START_TEST(test_serves_one_call)
{
	swapcfg_job_set_callback(job, nest, NULL);
	ck_assert_int_eq(run(spec_of("/swapfile", ACTIVE, SIZE, KEEP), NULL), 0);
	ck_assert_int_eq(watcher.nested, -EBUSY);
	ck_assert_int_eq((int)swapcfg_job_state(job), SWAPCFG_JOB_DONE);
}
END_TEST

START_TEST(test_progress_of_swapoff)
{
	put_active("/swapfile", SIZE, -1, 32 * KIB);
	fake.polls = 40;
	ck_assert_int_eq(run(spec_of("/swapfile", INACTIVE, 0, KEEP), NULL), 0);
	ck_assert_uint_gt(watcher.most, 16 * KIB);
	ck_assert_uint_eq(swapcfg_job_total(job), 32 * KIB);
	ck_assert_ptr_null(fake_area("/swapfile"));
	ck_assert_uint_eq(fake.children, 0);
}
END_TEST

static void cancel_now(void)
{
	swapcfg_job_cancel(job);
}

START_TEST(test_cancelled_during_swapoff)
{
	put_active("/swapfile", SIZE, 5, 0);
	fake.polls = 40;
	fake.on_poll = cancel_now;
	check_undone(spec_of("/swapfile", INACTIVE, 0, KEEP), SWAPCFG_REASON_CANCELLED,
		     "deactivate");
	ck_assert_uint_eq(fake.ended, 1);
}
END_TEST

/* The kernel had finished before the signal came: then it is off, and that is success. */
START_TEST(test_cancelled_too_late)
{
	put_active("/swapfile", SIZE, 5, 0);
	fake.polls = 40;
	fake.child_finishes = true;
	fake.on_poll = cancel_now;
	ck_assert_int_eq(run(spec_of("/swapfile", INACTIVE, 0, KEEP), NULL), 0);
	ck_assert_ptr_null(fake_area("/swapfile"));
}
END_TEST

static char page_cluster[8]; /* while swapoff worked */

static void see_page_cluster(void)
{
	char *text = text_of("/proc/sys/vm/page-cluster");

	snprintf(page_cluster, sizeof(page_cluster), "%s", text);
	free(text);
}

/* Readahead would have the kernel kill more programs; it is the system's setting, so it is put
 * back. */
START_TEST(test_readahead_is_off)
{
	static const struct {
		bool ignores;
		const char *during;
	} cases[] = {{false, "3\n"}, {true, "0\n"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct swapcfg_spec *spec = spec_of("/swapfile", INACTIVE, 0, KEEP);

		put("/proc/sys/vm/page-cluster", "3\n");
		put_active("/swapfile", SIZE, 5, 16 * KIB);
		ck_assert_int_eq(
			swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IGNORE_MEMORY, cases[i].ignores),
			0);
		fake.polls = 2;
		fake.on_poll = see_page_cluster;
		ck_assert_int_eq(run(spec, NULL), 0);
		ck_assert_str_eq(page_cluster, cases[i].during);
		check_text("/proc/sys/vm/page-cluster", "3\n");
	}
}
END_TEST

START_TEST(test_child_is_killed)
{
	put_active("/swapfile", SIZE, 5, 16 * KIB);
	fake.child_killed = true;
	check_undone(spec_of("/swapfile", INACTIVE, 0, KEEP), SWAPCFG_REASON_LOW_MEMORY,
		     "deactivate");
	check_undone(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, KEEP), SWAPCFG_REASON_LOW_MEMORY,
		     "deactivate");
}
END_TEST

/* Killed behind its swapoff: the kernel's list is what counts. */
START_TEST(test_child_is_killed_too_late)
{
	fake.child_is_mute = true;
	put_active("/swapfile", SIZE, 5, 0);
	ck_assert_int_eq(run(spec_of("/swapfile", INACTIVE, 0, KEEP), NULL), 0);
	ck_assert_ptr_null(fake_area("/swapfile"));
	check_apply(spec_of("/swapfile", ACTIVE, 0, KEEP));
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP));
	ck_assert_uint_eq(fake_area("/swapfile")->size, 2 * SIZE - FAKE_PAGE);
	fake.polls = 40;
	fake.child_finishes = true;
	fake.on_poll = cancel_now;
	ck_assert_int_eq(run(spec_of("/swapfile", INACTIVE, 0, KEEP), NULL), 0);
	ck_assert_ptr_null(fake_area("/swapfile"));
}
END_TEST

START_TEST(test_no_child)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", INACTIVE, 0, KEEP);

	put_active("/swapfile", SIZE, -1, 0);
	fake.child_killed = true;
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_NO_CHILD, true), 0);
	ck_assert_int_eq(run(spec, NULL), 0);
	ck_assert_ptr_null(fake_area("/swapfile"));
}
END_TEST

Suite *job_suite(void)
{
	const TTest *const tests[] = {
		test_new,
		test_done,
		test_cancelled_before,
		test_nothing_to_cancel,
		test_cancelled_between_steps,
		test_cancelled_while_undoing,
		test_progress_of_zeros,
		test_cancelled_while_writing_zeros,
		test_cancelled_while_growing,
		test_serves_one_call,
		test_progress_of_swapoff,
		test_cancelled_during_swapoff,
		test_cancelled_too_late,
		test_readahead_is_off,
		test_child_is_killed,
		test_child_is_killed_too_late,
		test_no_child,
	};
	Suite *suite = suite_create("job");
	TCase *tcase = tcase_create("job");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
