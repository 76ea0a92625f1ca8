/* SPDX-License-Identifier: MIT */
/* Undoing: while it works, a second call fails; and it is asked for, at every call, by cancel. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"

Suite *undo_suite(void);

/* Of all pairs of calls, one in so many; all with SWAPCFG_SWEEP=all. */
#define STRIDE 17u

/* The calls that there are where one fails. */
static unsigned int run_with_failures(struct trial *trial, unsigned int call, unsigned int other)
{
	unsigned int calls;

	trial_begin(trial);
	fake.fail_at = call;
	fake.fail_also = other;
	fake.fail_errno = EIO;
	trial_run(trial);
	calls = fake.calls;
	fake.fail_at = 0;
	return calls;
}

/* It says what is left, that does no harm, and the next run mends it. */
static void fail_two(const struct trial *form, unsigned int call, unsigned int other)
{
	struct trial trial = *form;
	char what[64];

	snprintf(what, sizeof(what), "calls %u and %u fail", call, other);
	trial.what = what;
	trial.undoing_fails = true;
	run_with_failures(&trial, call, other);
	tally()->points++;
	/* An area that is said to be off may have had its priority from nowhere else. */
	trial.forgot_priority = trial.error && swapcfg_error_left_count(trial.error) > 0;
	if (trial.forgot_priority)
		check_instant_files(&trial);
	else
		check_instant(&trial);
	trial_end(&trial);
}

START_TEST(test_two_calls_fail)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&scenarios[_i], NULL);
	struct trial form = {
		.scenario = &scenarios[_i], .complaints = &complaints, .wanted = &wanted};
	unsigned int pair = (unsigned int)_i;

	for (unsigned int call = wanted.first_change; call <= wanted.calls; call++) {
		struct trial trial = form;
		unsigned int calls = run_with_failures(&trial, call, 0);

		swapcfg_error_free(trial.error);
		trial_free(&trial);
		for (unsigned int other = call + 1; other <= calls; other++) {
			if (pair++ % (sweep_all() ? 1 : STRIDE) == 0 && !sweep_skips(pair))
				fail_two(&form, call, other);
		}
	}
	tally()->scenarios++;
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

static struct swapcfg_job *job;
static unsigned int cancel_at;

static void cancel_when_due(const char *name)
{
	(void)name;
	if (fake.calls == cancel_at)
		swapcfg_job_cancel(job);
}

static void cancel_now(void)
{
	swapcfg_job_cancel(job);
}

/* Then all is as it was, or nothing was left to stop. */
static void check_cancelled(struct trial *trial)
{
	/* Where names cannot be exchanged, what was replaced cannot be had back. */
	bool is_final = fake.no_exchange && there("/swapfile") && size_of("/swapfile") == SIZE;
	bool says_so =
		trial->error && swapcfg_error_reason(trial->error) == SWAPCFG_REASON_CANCELLED;

	tally()->points++;
	if (trial->result < 0 && !is_final && !says_so)
		trial_complain(trial, "it was cancelled, but says:",
			       trial->error ? swapcfg_error_message(trial->error) : "nothing");
	if (trial->error && !is_final && swapcfg_error_left_count(trial->error) > 0)
		trial_complain(trial, "something is left:", swapcfg_error_left(trial->error, 0));
	check_instant(trial);
	trial->job = NULL;
	swapcfg_job_unref(job);
	trial_end(trial);
}

static void cancel(const struct trial *form, unsigned int call)
{
	struct trial trial = *form;
	char what[64];

	snprintf(what, sizeof(what), "cancelled before call %u", call);
	trial.what = what;
	trial_begin(&trial);
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	trial.job = job;
	cancel_at = call;
	fake.on_call = cancel_when_due;
	trial_run(&trial);
	fake.on_call = NULL;
	check_cancelled(&trial);
}

/* While pages come back: then the child is ended, and the area stays on. */
static void cancel_in_child(const struct trial *form, bool finishes)
{
	struct trial trial = *form;

	trial.what = finishes ? "cancelled when swapoff is done" : "cancelled within swapoff";
	trial_begin(&trial);
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	trial.job = job;
	fake.polls = 3;
	fake.child_finishes = finishes;
	fake.on_poll = cancel_now;
	trial_run(&trial);
	fake.polls = 0;
	fake.on_poll = NULL;
	check_cancelled(&trial);
}

START_TEST(test_cancelled)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&scenarios[_i], NULL);
	struct trial form = {
		.scenario = &scenarios[_i], .complaints = &complaints, .wanted = &wanted};

	/* Before the first step, all calls are alike. */
	for (unsigned int call = wanted.plan_calls; call < wanted.first_change; call += 61)
		cancel(&form, call);
	for (unsigned int call = wanted.first_change; call <= wanted.calls; call++) {
		if (!sweep_skips(call))
			cancel(&form, call);
	}
	cancel_in_child(&form, false);
	cancel_in_child(&form, true);
	tally()->scenarios++;
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

static void show_two(void)
{
	tally_end("two calls fail");
}

static void show_cancelled(void)
{
	tally_end("cancelled before any call");
}

Suite *undo_suite(void)
{
	Suite *suite = suite_create("undo");
	TCase *two = tcase_create("two");
	TCase *cancelled = tcase_create("cancelled");

	fake_add_fixtures(two, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(two, tally_begin, show_two);
	tcase_add_loop_test(two, test_two_calls_fail, 0, (int)scenario_count);
	suite_add_tcase(suite, two);
	fake_add_fixtures(cancelled, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(cancelled, tally_begin, show_cancelled);
	tcase_add_loop_test(cancelled, test_cancelled, 0, (int)scenario_count);
	suite_add_tcase(suite, cancelled);
	return suite;
}
