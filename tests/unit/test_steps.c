/* SPDX-License-Identifier: MIT */
/* Single steps that fail, or that find something else than the plan saw. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pure/header.h"
#include "scene.h"

#define ACTIVE	  SWAPCFG_STATE_ACTIVE
#define ALLOCATED SWAPCFG_STATE_ALLOCATED
#define FORMATTED SWAPCFG_STATE_FORMATTED
#define ABSENT	  SWAPCFG_STATE_ABSENT
#define KEEP	  SWAPCFG_BOOT_KEEP
#define BRIDGE	  "/.swapfile.swapcfg-new"

Suite *steps_suite(void);

static struct swapcfg_spec *forced(struct swapcfg_spec *spec)
{
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	return spec;
}

/* Applies to a failure of that errno in that step; what is left is the caller's to free. */
static char *fails(struct swapcfg_spec *spec, int err, const char *step)
{
	struct swapcfg_error *error = NULL;
	unsigned int open = open_descriptors();
	struct swapcfg_plan *plan = plan_of(spec);
	char *left;

	ck_assert(swapcfg_plan_is_feasible(plan));
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -err);
	ck_assert_str_eq(swapcfg_error_step(error), step);
	ck_assert_uint_le(swapcfg_error_left_count(error), 1);
	ck_assert_int_eq(swapcfg_error_reason(error) == SWAPCFG_REASON_ROLLBACK_FAILED,
			 swapcfg_error_left_count(error) == 1);
	left = strdup(swapcfg_error_left_count(error) ? swapcfg_error_left(error, 0) : "");
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	ck_assert_uint_eq(open_descriptors(), open);
	return left;
}

static void fails_cleanly(struct swapcfg_spec *spec, int err, const char *step)
{
	char *left = fails(spec, err, step);

	ck_assert_str_eq(left, "");
	free(left);
}

static void arm(const char *call, unsigned int skip, int err)
{
	fake.fail_name = call;
	fake.fail_skip = skip;
	fake.fail_errno = err;
}

static void check_header(const char *path, uint64_t size)
{
	struct scfg_header header;
	char *data = text_of(path);

	scfg_header_decode((const uint8_t *)data, (size_t)size_of(path), FAKE_PAGE, &header);
	free(data);
	ck_assert_int_eq((int)header.content, SCFG_CONTENT_SWAP);
	ck_assert_uint_eq((uint64_t)header.last_page + 1, size / FAKE_PAGE);
}

/*
 * Where names cannot be exchanged, what was replaced is gone as soon as the new file has its name.
 * So that one stays, whatever fails then: a path to nothing would be neither the old nor the new.
 */
static const struct {
	const char *call;
	unsigned int skip;
	const char *step;
} late[] = {
	{"fsync", 1, "publish"}, /* of the directory; the first is the header's */
	{"swapon", 0, "activate"},
};

START_TEST(test_replaced_for_good)
{
	char *left;

	put("/swapfile", "photographs");
	fake.no_exchange = true;
	arm(late[_i].call, late[_i].skip, EIO);
	left = fails(forced(spec_of("/swapfile", ACTIVE, SIZE, KEEP)), EIO, late[_i].step);
	ck_assert_msg(strstr(left, "/swapfile: ") == left && strstr(left, "was left there"), "%s",
		      left);
	free(left);
	check_header("/swapfile", SIZE);
	ck_assert_uint_eq(size_of("/swapfile"), SIZE);
	ck_assert(!there(BRIDGE));
	check_apply(spec_of("/swapfile", ACTIVE, SIZE, KEEP));
}
END_TEST

/* With an exchange of names the old file is put back. */
START_TEST(test_replaced_for_a_while)
{
	put("/swapfile", "photographs");
	arm(late[_i].call, late[_i].skip, EIO);
	fails_cleanly(forced(spec_of("/swapfile", ACTIVE, SIZE, KEEP)), EIO, late[_i].step);
	check_text("/swapfile", "photographs");
	ck_assert(!there(BRIDGE));
}
END_TEST

/* Space by zeros, and by growing: a full disk is noticed in the middle. */
START_TEST(test_disk_is_full)
{
	tree_nano();
	fake.no_fallocate = true;
	arm("pwrite", 3, ENOSPC);
	fails_cleanly(spec_of("/swapfile", ACTIVE, 8 * MIB, KEEP), ENOSPC, "allocate");
	ck_assert(!there("/swapfile"));
	arm("ftruncate", 2, ENOSPC);
	fails_cleanly(spec_of("/data/swapfile", ACTIVE, 8 * MIB, KEEP), ENOSPC, "allocate");
	ck_assert(!there("/data/swapfile") && !there("/data/.swapfile.swapcfg-new"));
	put_area("/data/swapfile", SIZE);
	arm("ftruncate", 2, ENOSPC);
	fails_cleanly(spec_of("/data/swapfile", FORMATTED, 8 * MIB, KEEP), ENOSPC, "resize");
	ck_assert_uint_eq(size_of("/data/swapfile"), SIZE);
	check_header("/data/swapfile", SIZE);
}
END_TEST

static struct swapcfg_job *job;

static void cancel_late(const char *name)
{
	static unsigned int grown;

	if (strcmp(name, "ftruncate") == 0 && ++grown == 2)
		swapcfg_job_cancel(job);
}

START_TEST(test_cancelled_while_growing)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec = spec_of("/data/swapfile", ACTIVE, 64 * MIB, KEEP);

	tree_nano();
	ck_assert_int_eq(swapcfg_job_new(&job, NULL), 0);
	fake.on_call = cancel_late;
	ck_assert_int_eq(swapcfg_allocate(fake.ctx, spec, job, &error), -ECANCELED);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_CANCELLED);
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	/* It took a few pieces, not all of it. */
	ck_assert_uint_le(swapcfg_job_done(job), 4 * MIB);
	ck_assert(!there("/data/swapfile") && !there("/data/.swapfile.swapcfg-new"));
	swapcfg_error_free(error);
	swapcfg_job_unref(job);
	swapcfg_spec_free(spec);
}
END_TEST

static unsigned int syncs;

static void count_syncs(const char *name)
{
	syncs += strcmp(name, "fsync") == 0;
}

/* Where writing out cannot be asked for piece by piece, it is synced every few: whatever the size
 * was before. */
START_TEST(test_little_waits_to_be_written)
{
	static const uint64_t sizes[] = {MIB, MIB + FAKE_PAGE, 2 * MIB - FAKE_PAGE};
	struct swapcfg_plan *plan;

	put_area("/swapfile", sizes[_i]);
	plan = plan_of(spec_of("/swapfile", FORMATTED, 17 * MIB, KEEP));
	fake.no_fallocate = true;
	fake.fail_on = true;
	arm("flush", 0, EINVAL);
	fake.on_call = count_syncs;
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), 0);
	swapcfg_plan_unref(plan);
	ck_assert_uint_eq(size_of("/swapfile"), 17 * MIB);
	/* Besides those of the file and of its header. */
	ck_assert_uint_ge(syncs, 2 + 3);
	ck_assert_uint_le(syncs, 2 + 5);
}
END_TEST

/* Not even the caller may have the bits that the umask takes away. */
START_TEST(test_mode)
{
	umask(0277);
	fake.no_tmpfile = _i == 1;
	check_apply(spec_of("/swapfile", ACTIVE, SIZE, KEEP));
	ck_assert_uint_eq(mode_of("/swapfile"), 0600);
	umask(022);
}
END_TEST

static const char *moment;

/* Somebody puts another file there. */
static void replace(const char *name)
{
	char from[PATH_MAX];
	char to[PATH_MAX];

	if (!moment || strcmp(name, moment) != 0)
		return;
	moment = NULL;
	ck_assert_int_eq(rename(full("/swapfile", from), full("/moved", to)), 0);
	put("/swapfile", "photographs");
}

/* What was not looked at is neither deleted nor changed: the plan is stale. */
static const struct {
	enum swapcfg_state state;
	uint64_t size;
	const char *step;
} changes[] = {
	{ABSENT, 0, "remove"},
	{ACTIVE, SIZE + FAKE_PAGE, "resize"},
};

START_TEST(test_file_is_replaced)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", changes[_i].state, changes[_i].size, KEEP);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan;

	put_active("/swapfile", SIZE, 5, 0);
	plan = plan_of(spec);
	moment = "clone";
	fake.on_call = replace;
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -ESTALE);
	ck_assert_str_eq(swapcfg_error_step(error), changes[_i].step);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_STALE_PLAN);
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	check_text("/swapfile", "photographs");
	ck_assert_uint_eq(fake.area_count, 1);
	ck_assert_str_eq(fake.areas[0].path, "/moved");
	ck_assert_int_eq(fake.areas[0].priority, 5);
}
END_TEST

/* A bridge of another run goes with the area; it is not missed if that then stays. */
START_TEST(test_leftover_is_not_missed)
{
	put_area("/swapfile", SIZE);
	put_active(BRIDGE, SIZE, -1, 0);
	arm("unlinkat", 1, EIO);
	fails_cleanly(spec_of("/swapfile", ABSENT, 0, KEEP), EIO, "remove");
	ck_assert(there("/swapfile") && !there(BRIDGE));
	ck_assert_uint_eq(fake.area_count, 0);
	check_apply(spec_of("/swapfile", ABSENT, 0, KEEP));
	ck_assert(!there("/swapfile"));
}
END_TEST

/* Formatting in place: each call of it fails once, and what was there is there. */
START_TEST(test_format_fails)
{
	static const struct {
		const char *call;
		int err;
	} cases[] = {{"pread", EIO}, {"pwrite", EIO}, {"fsync", EIO}, {"openat", EROFS}};
	char *before;
	unsigned int failed = 0;
	bool fails = true;

	put_area("/swapfile", 32 * FAKE_PAGE);
	for (unsigned int skip = 0; fails; skip++) {
		struct swapcfg_spec *spec = spec_of("/swapfile", FORMATTED, 0, KEEP);
		struct swapcfg_error *error = NULL;
		int r;

		ck_assert_uint_lt(skip, 200);
		before = snapshot();
		ck_assert_int_eq(swapcfg_spec_set_label(spec, skip % 2 ? "one" : "other"), 0);
		fake.failed = 0;
		arm(cases[_i].call, skip, cases[_i].err);
		r = swapcfg_format(fake.ctx, spec, NULL, &error);
		fails = fake.failed > 0;
		ck_assert(r == 0 || r == -cases[_i].err);
		if (r < 0) {
			char *after = snapshot();

			failed++;
			ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
			ck_assert_str_eq(before, after);
			free(after);
		}
		free(before);
		fake.fail_name = NULL;
		swapcfg_error_free(error);
		swapcfg_spec_free(spec);
	}
	ck_assert_uint_ge(failed, 1);
}
END_TEST

Suite *steps_suite(void)
{
	const TTest *const tests[] = {
		test_disk_is_full,
		test_cancelled_while_growing,
		test_leftover_is_not_missed,
	};
	Suite *suite = suite_of("steps", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("loops");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_replaced_for_good, 0, 2);
	tcase_add_loop_test(tcase, test_replaced_for_a_while, 0, 2);
	tcase_add_loop_test(tcase, test_little_waits_to_be_written, 0, 3);
	tcase_add_loop_test(tcase, test_mode, 0, 2);
	tcase_add_loop_test(tcase, test_file_is_replaced, 0, 2);
	tcase_add_loop_test(tcase, test_format_fails, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
