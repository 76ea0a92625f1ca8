/* SPDX-License-Identifier: MIT */
/* A new file where one call of the system is another one. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>

#include "scene.h"

#ifndef O_TMPFILE
#define O_TMPFILE (020000000 | O_DIRECTORY)
#endif

#define BRIDGE "/.swapfile.swapcfg-new"

Suite *odd_sys_suite(void);

static struct scfg_sys odd_sys;

/* Creates by way of a table that is the fake's but for one call. */
static int create_oddly(const char *step)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 2 * MIB, SWAPCFG_BOOT_KEEP);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;
	struct swapcfg_ctx *ctx = NULL;
	int r;

	ck_assert_int_eq(scfg_ctx_new(&odd_sys, fake.root, false, &ctx, NULL), 0);
	ck_assert_int_eq(swapcfg_plan(ctx, spec, &plan, NULL), 0);
	r = swapcfg_apply(ctx, plan, NULL, &error);
	if (r < 0)
		ck_assert_str_eq(swapcfg_error_step(error), step);
	ck_assert_int_eq(r == 0, there("/swapfile"));
	ck_assert_int_eq(r == 0, fake_area("/swapfile") != NULL);
	ck_assert(!there(BRIDGE));
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	swapcfg_ctx_unref(ctx);
	return r;
}

static int64_t write_nothing(int fd, const void *data, size_t len, uint64_t offset)
{
	(void)fd;
	(void)data;
	(void)len;
	(void)offset;
	return 0;
}

/* That is an error, and no reason to go on for ever. */
START_TEST(test_disk_takes_nothing)
{
	odd_sys = fake_sys;
	odd_sys.pwrite = write_nothing;
	ck_assert_int_eq(create_oddly("format"), -EIO);
	fake.no_fallocate = true;
	ck_assert_int_eq(create_oddly("allocate"), -EIO);
}
END_TEST

/* How kernels and file systems say that they have no nameless files; anything else is a failure. */
static const struct {
	int err;
	int result;
} nameless[] = {
	{EOPNOTSUPP, 0}, {EISDIR, 0},	    {EINVAL, 0},
	{ENOENT, 0},	 {ENOSPC, -ENOSPC}, {EMFILE, -EMFILE},
};

static int refuse_nameless(int dirfd, const char *name, int flags, unsigned int mode)
{
	if ((flags & O_TMPFILE) == O_TMPFILE)
		return -fake.fail_errno;
	return fake_sys.openat(dirfd, name, flags, mode);
}

START_TEST(test_no_nameless_files)
{
	odd_sys = fake_sys;
	odd_sys.openat = refuse_nameless;
	fake.fail_errno = nameless[_i].err;
	ck_assert_int_eq(create_oddly("allocate"), nameless[_i].result);
}
END_TEST

Suite *odd_sys_suite(void)
{
	const TTest *const tests[] = {test_disk_takes_nothing};
	Suite *suite = suite_of("odd_sys", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("nameless");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_no_nameless_files, 0,
			    (int)(sizeof(nameless) / sizeof(nameless[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}
