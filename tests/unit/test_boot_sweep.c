/* SPDX-License-Identifier: MIT */
/*
 * The sweeps of allocations and calls over the ways of all inits to have an entry: the old file and
 * link, or the new ones, and a status that says the same or fails.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "boot_check.h"
#include "faults.h"

Suite *boot_sweep_suite(void);

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define ALLOCS_MAX 2000

static void add(const char *path)
{
	put_area(path, SIZE);
	check_apply(spec_of(path, SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
}

/* A script of another number that has an entry already. */
static void with_script(void)
{
	char old[PATH_MAX], new[PATH_MAX];

	tree_buildroot();
	add("/other");
	ck_assert_int_eq(
		rename(full("/etc/init.d/S02swapcfg", old), full("/etc/init.d/S45swapcfg", new)),
		0);
	put_area("/swapfile", SIZE);
}

static void with_service(void)
{
	tree_alpine();
	add("/swapfile");
}

static void without_service(void)
{
	tree_alpine();
	put_area("/swapfile", SIZE);
}

static void with_section(void)
{
	tree_openwrt();
	add("/other");
	put_area("/swapfile", SIZE);
}

/* A unit of ours to which somebody added, and one of others; no directory of links. */
static void with_units(void)
{
	tree_systemd();
	put("/etc/systemd/system/b.swap", "[Swap]\nWhat=/b\nOptions=discard\n");
	add("/swapfile");
	put("/etc/systemd/system/swapfile.swap",
	    MARKER "[Unit]\nAfter=x\n[Swap]\nWhat=/swapfile\nOptions=discard\n"
		   "[Install]\nWantedBy=swap.target\n[Unit]\nAfter=y\n");
	fake_remove_tree(full("/etc/systemd/system/swap.target.wants", (char[PATH_MAX]){0}));
}

/* Entries in two files, of which one has to go. */
static void with_two(void)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_FSTAB));
	put("/etc/inittab", "a::sysinit:swapon -a\nsi11::sysinit:/sbin/swapon /swapfile");
	put("/etc/init.d/S01fs", "mount /data\n");
}

static struct swapcfg_spec *persist(void)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO);

	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_PAGES), 0);
	return spec;
}

static struct swapcfg_spec *forget(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_NONE);
}

static const struct scenario ways[] = {
	{"persist in a script", with_script, persist},
	{"persist in a service", without_service, persist},
	{"forget a service", with_service, forget},
	{"persist in a section", with_section, persist},
	{"change a unit", with_units, persist},
	{"forget a unit", with_units, forget},
	{"forget two entries", with_two, forget},
};

/* Plans, with an allocation that fails: how many there were. Nothing is changed by that. */
static unsigned int plan_with(const struct scenario *way, unsigned int fail_at)
{
	struct swapcfg_spec *spec = way->spec();
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;
	int r;

	alloc = (struct alloc){.fail_at = fail_at};
	r = swapcfg_plan(fake.ctx, spec, &plan, &error);
	alloc.fail_at = 0;
	ck_assert_int_eq(r, alloc.failed ? -ENOMEM : 0);
	ck_assert_int_eq(plan != NULL, r == 0);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	return alloc.calls;
}

START_TEST(test_allocations)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&ways[_i], NULL);
	unsigned int planning;
	bool failed = true;

	fake_teardown();
	fake_setup();
	ways[_i].prepare();
	planning = plan_with(&ways[_i], ALLOCS_MAX);
	for (unsigned int at = 1; at <= planning; at++)
		plan_with(&ways[_i], at);
	ck_assert_uint_eq(fake.changes, 0);
	/* What comes behind both plans, the caller's and the one that is compared with it. */
	for (unsigned int at = 2 * planning + 1; failed; at++) {
		struct trial trial = {.scenario = &ways[_i],
				      .complaints = &complaints,
				      .wanted = &wanted,
				      .fail_alloc = at};
		char what[64];

		ck_assert_uint_lt(at, ALLOCS_MAX);
		snprintf(what, sizeof(what), "allocation %u", at);
		trial.what = what;
		trial_begin(&trial);
		trial_run(&trial);
		failed = alloc.failed;
		ck_assert(failed || at > 2 * planning + 1);
		if (trial.result != 0 && trial.result != -ENOMEM)
			scfg_buf_addf(&complaints, "%s: the result is %d\n", what, trial.result);
		trial_end(&trial);
	}
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

START_TEST(test_calls)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted = outcome_of(&ways[_i], NULL);

	ck_assert_uint_gt(wanted.first_change, 0);
	/* What only looks is the same for all; see also test_boot_detect.c. */
	for (unsigned int call = wanted.first_change; call <= wanted.calls; call++) {
		struct trial trial = {
			.scenario = &ways[_i], .complaints = &complaints, .wanted = &wanted};
		char what[64];

		trial_begin(&trial);
		fake.fail_at = call;
		fake.fail_errno = EIO;
		trial_run(&trial);
		fake.fail_at = 0;
		snprintf(what, sizeof(what), "%s %u", fake.last_failed, call);
		trial.what = what;
		trial_end(&trial);
	}
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

static char *status_of(int *r)
{
	struct swapcfg_status *status = NULL;
	struct swapcfg_error *error = NULL;
	char *text = NULL;

	*r = swapcfg_query_path(fake.ctx, "/swapfile", &status, &error);
	alloc.fail_at = 0;
	fake.fail_at = 0;
	ck_assert_int_eq(*r == 0, status != NULL);
	if (error)
		ck_assert_int_eq(swapcfg_error_errno(error), -*r);
	swapcfg_error_free(error);
	if (*r == 0)
		ck_assert_int_eq(swapcfg_status_to_json(status, &text), 0);
	swapcfg_status_free(status);
	return text;
}

/* A header that cannot be read is none, and a status says so. */
static bool lacks_header(const char *text)
{
	return strcmp(fake.last_failed, "pread") == 0 && strstr(text, "\"not-swap\"");
}

/* A status never leaves out an entry, or says that a file is gone, because something failed. */
START_TEST(test_status)
{
	char *wanted;
	int r;

	ways[_i].prepare();
	wanted = status_of(&r);
	ck_assert_int_eq(r, 0);
	for (int kind = 0; kind < 2; kind++) {
		bool failed = true;

		for (unsigned int at = 1; failed; at++) {
			char *text;

			alloc = (struct alloc){.fail_at = kind ? 0 : at};
			fake.calls = fake.failed = 0;
			fake.fail_at = kind ? at : 0;
			fake.fail_errno = EIO;
			text = status_of(&r);
			failed = kind ? fake.failed : alloc.failed;
			if (r == 0)
				ck_assert_msg(strcmp(text, wanted) == 0 || lacks_header(text),
					      "%s: %s", fake.last_failed, text);
			else
				ck_assert_int_eq(r, kind ? -EIO : -ENOMEM);
			ck_assert(r == 0 || failed);
			free(text);
		}
	}
	free(wanted);
}
END_TEST

static int64_t (*real_pread)(int fd, void *data, size_t len, uint64_t offset);
static int inittab_errno;

static int64_t bad_pread(int fd, void *data, size_t len, uint64_t offset)
{
	char path[PATH_MAX];

	if (fake_path_of(fd, path) && strcmp(path, "/etc/inittab") == 0)
		return -inittab_errno;
	return real_pread(fd, data, len, offset);
}

/* An entry that cannot be seen is not taken for none, neither to leave it nor to write another. */
START_TEST(test_unreadable)
{
	static const int errnos[] = {EIO, ENOMEM};

	tree_nano();
	add("/swapfile");
	real_pread = fake_sys.pread;
	fake_sys.pread = bad_pread;
	for (size_t i = 0; i < 3 * COUNT(errnos); i++) {
		struct swapcfg_spec *spec =
			spec_of("/swapfile", i % 3 == 2 ? SWAPCFG_STATE_ABSENT : SWAPCFG_STATE_KEEP,
				0, i % 3 ? SWAPCFG_BOOT_NONE : SWAPCFG_BOOT_AUTO);
		struct swapcfg_error *error = NULL;
		struct swapcfg_status *status = NULL;
		struct swapcfg_plan *plan = NULL;

		inittab_errno = errnos[i / 3];
		ck_assert_int_eq(swapcfg_plan(fake.ctx, spec, &plan, &error), -inittab_errno);
		ck_assert_int_eq(swapcfg_error_errno(error), inittab_errno);
		swapcfg_error_free(error);
		ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), -inittab_errno);
		swapcfg_spec_free(spec);
	}
}
END_TEST

Suite *boot_sweep_suite(void)
{
	Suite *suite = suite_create("boot_sweep");
	TCase *tcase = tcase_create("boot_sweep");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_allocations, 0, COUNT(ways));
	tcase_add_loop_test(tcase, test_calls, 0, COUNT(ways));
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("status");
	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_status, 0, COUNT(ways));
	tcase_add_test(tcase, test_unreadable);
	suite_add_tcase(suite, tcase);
	return suite;
}
