/* SPDX-License-Identifier: MIT */
/* Every system call of every scenario fails once, with every errno that it may give. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"

Suite *faults_suite(void);

#define CALLS_MAX 3000

#define MAKES \
	" openat pwrite ftruncate fallocate fsync link_fd symlinkat mkdirat rename rename_new "
#define RENAMES " rename rename_new rename_swap "

/* Which call gives which errno; EIO is any call's. */
static const struct {
	int err;
	const char *calls;
} errnos[] = {
	{EIO, NULL},
	{ENOSPC, MAKES "fsetxattr rename_swap "},
	{EDQUOT, MAKES "fsetxattr "},
	{ENOMEM, " openat getdents swapon swapoff clone ioctl symlinkat rename fstatat "},
	{EPERM, " openat fchmod fchown ftruncate fallocate link_fd unlinkat symlinkat mkdirat "
		"rmdirat ioctl swapon swapoff clone fsetxattr" RENAMES},
	{EACCES, " openat link_fd unlinkat symlinkat mkdirat rmdirat fstatat swapon" RENAMES},
	{EROFS, MAKES "fchmod fchown unlinkat rmdirat fsetxattr rename_swap "},
	{EMFILE, " openat "},
	{ENFILE, " openat "},
	{EINTR, " flush ioctl clone swapoff "},
	{EAGAIN, " clone pwrite "},
	{EBUSY, " openat swapon unlinkat rmdirat ioctl" RENAMES},
	{EOPNOTSUPP, " openat fallocate ioctl fsync flush fchmod flistxattr fgetxattr fsetxattr "},
	{ENOSYS,
	 " fallocate flush flistxattr fgetxattr fsetxattr swapon swapoff clone rename_new "},
	{EINVAL, " openat fallocate fsync flush ioctl swapon swapoff rmdirat" RENAMES},
	{ELOOP, " openat "},
	{ESTALE, " openat fstat fstatat pread pwrite fsync unlinkat link_fd" RENAMES},
	{ETXTBSY, " openat pwrite ftruncate fallocate swapon "},
	{ENOENT, " openat fstatat unlinkat link_fd swapon" RENAMES},
	{EEXIST, " openat link_fd symlinkat mkdirat rename_new "},
	{EFBIG, " pwrite ftruncate fallocate "},
};

static char names[CALLS_MAX][16];

static void note_name(const char *name)
{
	ck_assert_uint_lt(fake.calls, CALLS_MAX);
	snprintf(names[fake.calls], sizeof(names[0]), " %s ", name);
}

static bool is_plausible(size_t which, unsigned int call)
{
	return !errnos[which].calls || strstr(errnos[which].calls, names[call]);
}

static void fail_call(const struct trial *form, unsigned int call, int err, bool on)
{
	struct trial trial = *form;
	char what[128];

	trial.undoing_fails = on;
	/* What is lost then, such as a priority, the next run does not know. */
	if (on)
		trial.wanted = NULL;
	tally()->points++;
	trial_begin(&trial);
	fake.fail_at = call;
	fake.fail_on = on;
	fake.fail_errno = err;
	trial_run(&trial);
	fake.fail_at = 0;
	ck_assert_uint_gt(fake.failed, 0);
	snprintf(what, sizeof(what), "%s %s %u%s", strerror(err), names[call], call,
		 on ? " and after" : "");
	trial.what = what;
	trial_end(&trial);
}

START_TEST(test_one_call_fails)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&scenarios[_i], note_name);
	struct trial trial = {
		.scenario = &scenarios[_i], .complaints = &complaints, .wanted = &wanted};

	for (unsigned int call = 1; call <= wanted.calls; call++) {
		for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
			/* While it only looks, one errno is like another. */
			if (i == 0 ? call >= wanted.first_change || !sweep_skips(call)
				   : call >= wanted.first_change && is_plausible(i, call) &&
					     !sweep_skips(call + (unsigned int)i))
				fail_call(&trial, call, errnos[i].err, false);
		}
	}
	tally()->scenarios++;
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

/* Then undoing fails as well, and has to say so. */
START_TEST(test_all_calls_fail_from_then_on)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&scenarios[_i], note_name);
	struct trial trial = {
		.scenario = &scenarios[_i], .complaints = &complaints, .wanted = &wanted};

	for (unsigned int call = wanted.first_change; call <= wanted.calls; call++)
		fail_call(&trial, call, EIO, true);
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

/* A signal ends swapoff early: it is called again. */
START_TEST(test_swapoff_is_interrupted)
{
	struct scfg_buf complaints = {0};
	struct trial trial = {
		.scenario = &scenarios[_i], .complaints = &complaints, .what = "EINTR"};

	trial_begin(&trial);
	fake.fail_name = "swapoff";
	fake.fail_errno = EINTR;
	trial_run(&trial);
	ck_assert_int_eq(trial.result, 0);
	trial_end(&trial);
	show_complaints(&complaints);
}
END_TEST

static void show(void)
{
	tally_end("one call fails, or all from one on");
}

Suite *faults_suite(void)
{
	Suite *suite = suite_create("faults");
	TCase *tcase = tcase_create("faults");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(tcase, tally_begin, show);
	tcase_add_loop_test(tcase, test_one_call_fails, 0, (int)scenario_count);
	tcase_add_loop_test(tcase, test_all_calls_fail_from_then_on, 0, (int)scenario_count);
	tcase_add_loop_test(tcase, test_swapoff_is_interrupted, 0, (int)scenario_count);
	suite_add_tcase(suite, tcase);
	return suite;
}
