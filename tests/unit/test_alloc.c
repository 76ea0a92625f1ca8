/* SPDX-License-Identifier: MIT */
/* Every allocation of every scenario fails once: -ENOMEM and nothing changed, or success. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "instant.h"

#define ALLOCS_MAX 2000

Suite *alloc_suite(void);

START_TEST(test_transactions)
{
	const struct scenario *scenario = &scenarios[_i];
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(scenario, NULL);
	bool failed = true;

	for (unsigned int at = 1; failed; at++) {
		struct trial trial = {.scenario = scenario,
				      .complaints = &complaints,
				      .wanted = &wanted,
				      .fail_alloc = at};
		char what[64];

		ck_assert_uint_lt(at, ALLOCS_MAX);
		tally()->points++;
		snprintf(what, sizeof(what), "allocation %u", at);
		trial.what = what;
		trial_begin(&trial);
		trial_run(&trial);
		failed = alloc.failed;
		if (trial.result != 0 && trial.result != -ENOMEM)
			scfg_buf_addf(&complaints, "%s, %s: the result is %d\n", scenario->name,
				      what, trial.result);
		trial_end(&trial);
	}
	tally()->scenarios++;
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

/* Calls a function until none of its allocations fails: -ENOMEM and nothing given, or success. */
static void sweep(int (*function)(void **ret, struct swapcfg_error **error),
		  void (*release)(void *))
{
	bool failed = true;

	for (unsigned int at = 1; failed; at++) {
		struct swapcfg_error *error = NULL;
		void *ret = NULL;
		int r;

		ck_assert_uint_lt(at, ALLOCS_MAX);
		alloc = (struct alloc){.fail_at = at};
		r = function(&ret, &error);
		alloc.fail_at = 0;
		failed = alloc.failed;
		ck_assert(r == 0 || (failed && r == -ENOMEM));
		ck_assert((r == 0) == (ret != NULL));
		if (error) {
			ck_assert_int_eq((int)swapcfg_error_reason(error),
					 SWAPCFG_REASON_NO_MEMORY);
			ck_assert_int_eq(swapcfg_error_errno(error), ENOMEM);
			ck_assert_str_ne(swapcfg_error_message(error), "");
		}
		swapcfg_error_free(error);
		if (ret)
			release(ret);
	}
}

static int new_ctx(void **ret, struct swapcfg_error **error)
{
	return scfg_ctx_new(&fake_sys, fake.root, false, (struct swapcfg_ctx **)ret, error);
}

static int new_spec(void **ret, struct swapcfg_error **error)
{
	return swapcfg_spec_new("/swapfile", (struct swapcfg_spec **)ret, error);
}

static int new_job(void **ret, struct swapcfg_error **error)
{
	return swapcfg_job_new((struct swapcfg_job **)ret, error);
}

static int new_status(void **ret, struct swapcfg_error **error)
{
	return swapcfg_query(fake.ctx, (struct swapcfg_status **)ret, error);
}

static int new_path_status(void **ret, struct swapcfg_error **error)
{
	return swapcfg_query_path(fake.ctx, "/swapfile", (struct swapcfg_status **)ret, error);
}

static void free_ctx(void *ctx)
{
	swapcfg_ctx_unref(ctx);
}

static void free_spec(void *spec)
{
	swapcfg_spec_free(spec);
}

static void free_job(void *job)
{
	swapcfg_job_unref(job);
}

static char *said;

/* Whatever was short on the way, it says the same. */
static void free_status(void *status)
{
	char *text = NULL;

	ck_assert_int_eq(swapcfg_status_to_json(status, &text), 0);
	ck_assert_str_eq(text, said);
	swapcfg_string_free(text);
	swapcfg_status_free(status);
}

/* The text of a status that nothing was short for. */
static void say(int (*make)(void **ret, struct swapcfg_error **error))
{
	void *status = NULL;

	swapcfg_string_free(said);
	ck_assert_int_eq(make(&status, NULL), 0);
	ck_assert_int_eq(swapcfg_status_to_json(status, &said), 0);
	swapcfg_status_free(status);
}

START_TEST(test_objects)
{
	sweep(new_ctx, free_ctx);
	sweep(new_spec, free_spec);
	sweep(new_job, free_job);
}
END_TEST

START_TEST(test_queries)
{
	tree_nano();
	put_active("/.other.swapcfg-new", SIZE, 1, 0);
	put_active("/swapfile", SIZE, 5, 8 * KIB);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	put("/etc/fstab", "/other none swap sw 0 0\n/swapfile none swap sw 0 0\n");
	put("/sys/kernel/config/usb_gadget/g0/functions/mass_storage.0/lun.0/file", "/swapfile\n");
	say(new_status);
	sweep(new_status, free_status);
	say(new_path_status);
	sweep(new_path_status, free_status);
	swapcfg_string_free(said);
}
END_TEST

static struct swapcfg_status *status;

static int new_json(void **ret, struct swapcfg_error **error)
{
	(void)error;
	return swapcfg_status_to_json(status, (char **)ret);
}

static int new_repair(void **ret, struct swapcfg_error **error)
{
	return swapcfg_area_repair(swapcfg_status_area(status, 0), (struct swapcfg_spec **)ret,
				   error);
}

static void free_string(void *string)
{
	swapcfg_string_free(string);
}

START_TEST(test_outputs)
{
	tree_nano();
	put_active("/swapfile", SIZE, 5, 8 * KIB);
	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
	sweep(new_json, free_string);
	sweep(new_repair, free_spec);
	swapcfg_status_free(status);
}
END_TEST

static void show(void)
{
	tally_end("one allocation fails");
}

Suite *alloc_suite(void)
{
	const TTest *const tests[] = {test_objects, test_queries, test_outputs};
	Suite *suite = suite_of("alloc", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("transactions");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(tcase, tally_begin, show);
	tcase_add_loop_test(tcase, test_transactions, 0, (int)scenario_count);
	suite_add_tcase(suite, tcase);
	return suite;
}
