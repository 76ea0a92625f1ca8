/* SPDX-License-Identifier: MIT */
/* Leftovers beside boot files: what is nearly ours, and what cannot be found out. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "boot/boot.h"
#include "boot_check.h"
#include "scene.h"

Suite *boot_leftover_edges_suite(void);

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define ALLOCS_MAX 2000

#define INITTAB "/etc/inittab"
#define TEMP	"/etc/.inittab.swapcfg-new"
#define UCI	"/etc/config/fstab"
#define OURS	"swc0::sysinit:/sbin/swapon /s\n"
#define FOREIGN "x::sysinit:/sbin/swapon /t\n"
#define SECTION(n, source) \
	"config swap 'swapcfg_" n "'\n\toption " source "\n\toption enabled '1'\n"

/* A text, a leftover beside it, and whether that goes. */
static const struct {
	const char *file;
	const char *here;
	const char *there;
	size_t len; /* of the latter */
	bool ours;
} cases[] = {
#define BESIDE(file, here, there, ours)                    \
	{                                                  \
		file, here, there, sizeof(there) - 1, ours \
	}
	BESIDE(INITTAB, "a\n", "a\n", true),
	BESIDE(INITTAB, "a\n", "b\n", false),
	BESIDE(INITTAB, "a\n", "", true),
	BESIDE(INITTAB, "a\n", "\0\0\0\0", true),
	BESIDE(INITTAB, "a\n", "\0\0\0\1", false),
	BESIDE(INITTAB, "a\n", "a\n\0", false),
	BESIDE(INITTAB, "a\n", "a\n" MARKER OURS "\0", false),
	BESIDE(INITTAB, "a\n" FOREIGN, "a\n" FOREIGN MARKER OURS, true),
	/* Not written to its end, and otherwise. */
	BESIDE(INITTAB, "a\n" FOREIGN, "a\n" MARKER OURS, true),
	BESIDE(INITTAB, "a\n" FOREIGN, "b\n" MARKER OURS, false),
	BESIDE(INITTAB, "a\n" MARKER OURS FOREIGN, "a\n" FOREIGN, true),
	BESIDE(INITTAB, "a\n", "a\n" FOREIGN, false),
	/* One of ours that has become a tag by hand is somebody's. */
	BESIDE(UCI, "config x\n", "config x\n" MARKER SECTION("0", "device '/s'"), true),
	BESIDE(UCI, "config x\n", "config x\n" SECTION("0", "uuid '1-2'"), false),
	BESIDE(UCI, "config x\n" SECTION("0", "uuid '1-2'"),
	       "config x\n" SECTION("0", "uuid '1-2'") MARKER SECTION("1", "device '/s'"), true),
	/* What uci refuses is a text of nobody. */
	BESIDE(UCI, "config x\n", "config\n" MARKER SECTION("0", "device '/s'"), false),
};

static const struct scfg_boot_file *read_files(struct scfg_boot *boot, const char *file)
{
	*boot = (struct scfg_boot){0};
	ck_assert_int_eq(scfg_boot_read(fake.ctx, "/s", boot), 0);
	return scfg_boot_file(boot,
			      strcmp(file, UCI) == 0 ? SWAPCFG_BOOT_UCI : SWAPCFG_BOOT_INITTAB);
}

static void put_case(size_t i)
{
	char temp[64];

	put(cases[i].file, cases[i].here);
	strcpy(temp, strcmp(cases[i].file, UCI) == 0 ? "/etc/config/.fstab.swapcfg-new" : TEMP);
	put_bytes(temp, cases[i].there, cases[i].len, 0600);
}

START_TEST(test_what_is_ours)
{
	const struct scfg_boot_file *file;
	struct scfg_boot boot;

	put_case((size_t)_i);
	file = read_files(&boot, cases[_i].file);
	ck_assert_ptr_nonnull(file->left_path);
	ck_assert_int_eq(file->left_is_ours, cases[_i].ours);
	scfg_boot_free(&boot);
}
END_TEST

/* Looking fails, or says the same: a leftover is not taken for ours because something failed. */
START_TEST(test_failures)
{
	put_case((size_t)_i);
	for (int calls = 0; calls < 2; calls++) {
		bool failed = true;

		for (unsigned int at = 1; failed; at++) {
			struct scfg_boot boot = {0};
			unsigned int open = open_descriptors();
			int r;

			ck_assert_uint_lt(at, ALLOCS_MAX);
			fake.calls = fake.failed = 0;
			fake.fail_at = calls ? at : 0;
			fake.fail_errno = EIO;
			alloc = (struct alloc){.fail_at = calls ? 0 : at};
			r = scfg_boot_read(fake.ctx, "/s", &boot);
			alloc.fail_at = 0;
			fake.fail_at = 0;
			failed = calls ? fake.failed : alloc.failed;
			ck_assert_int_eq(r, !failed ? 0 : calls ? -EIO : -ENOMEM);
			ck_assert_uint_eq(open_descriptors(), open);
			scfg_boot_free(&boot);
		}
	}
	ck_assert_uint_eq(fake.changes, 0);
}
END_TEST

/* Only what was seen is deleted. */
START_TEST(test_clean)
{
	const struct scfg_boot_file *file;
	struct scfg_boot boot;

	put_case(0);
	file = read_files(&boot, INITTAB);
	ck_assert(file->left_is_ours);
	/* Another one in its place: the inode is kept from being used again. */
	ck_assert_int_eq(rename(full(TEMP, (char[PATH_MAX]){0}),
				full("/etc/elsewhere", (char[PATH_MAX]){0})),
			 0);
	ck_assert_int_eq(scfg_boot_clean(fake.ctx, file), -ENOENT);
	put(TEMP, "theirs");
	ck_assert_int_eq(scfg_boot_clean(fake.ctx, file), -ESTALE);
	check_text(TEMP, "theirs");
	ck_assert_int_eq(rename(full("/etc/elsewhere", (char[PATH_MAX]){0}),
				full(TEMP, (char[PATH_MAX]){0})),
			 0);
	fake.fail_name = "unlinkat";
	fake.fail_errno = EIO;
	ck_assert_int_eq(scfg_boot_clean(fake.ctx, file), -EIO);
	ck_assert(there(TEMP));
	ck_assert_int_eq(scfg_boot_clean(fake.ctx, file), 0);
	ck_assert(!there(TEMP));
	check_text(INITTAB, "a\n");
	ck_assert_int_eq(unlink(full(INITTAB, (char[PATH_MAX]){0})), 0);
	put_link("/gone/inittab", INITTAB);
	ck_assert_int_eq(scfg_boot_clean(fake.ctx, file), -ENOENT);
	scfg_boot_free(&boot);
}
END_TEST

Suite *boot_leftover_edges_suite(void)
{
	const TTest *const tests[] = {test_clean};
	Suite *suite = suite_of("boot_leftover_edges", tests, COUNT(tests));
	TCase *tcase = tcase_create("tables");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_what_is_ours, 0, COUNT(cases));
	tcase_add_loop_test(tcase, test_failures, 0, COUNT(cases));
	suite_add_tcase(suite, tcase);
	return suite;
}
