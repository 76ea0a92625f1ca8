/* SPDX-License-Identifier: MIT */
/* Every allocation of every kind of boot text fails once: -ENOMEM and nothing given. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "boot_check.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define ALLOCS_MAX 1000

Suite *boot_alloc_suite(void);

static const struct scfg_boot_text *const kinds[] = {
	&scfg_inittab_text, &scfg_fstab_text,  &scfg_systemd_text,
	&scfg_initd_text,   &scfg_openrc_text, &scfg_uci_text,
};

static const struct scfg_boot_want want = {
	.path = "/a/swapfile", .swapon = "/sbin/swapon", .priority = 5};
static const struct scfg_boot_want changed = {
	.path = "/a/swapfile", .swapon = "/sbin/swapon", .priority = 7, .discard_once = true};

static int check_once(const struct scfg_boot_text *kind, const struct scfg_buf *text, int what)
{
	struct scfg_boot_lines lines = {0};
	struct scfg_buf buf = {0};
	int r;

	if (what == 0)
		r = kind->scan(text->data, text->len, &lines);
	else if (what == 1)
		r = kind->persist(text->data, text->len, &changed, &buf);
	else
		r = kind->forget(text->data, text->len, want.path, &buf);
	alloc.fail_at = 0;
	if (r != 0) {
		ck_assert_ptr_null(lines.lines);
		ck_assert_ptr_null(buf.data);
	}
	scfg_boot_lines_free(&lines);
	scfg_buf_free(&buf);
	return r;
}

START_TEST(sweep)
{
	const struct scfg_boot_text *kind = kinds[_i / 3];
	struct scfg_buf text = {0};
	bool failed = true;

	ck_assert_int_eq(kind->persist("", 0, &want, &text), 0);
	for (unsigned int at = 1; failed; at++) {
		int r;

		ck_assert_uint_lt(at, ALLOCS_MAX);
		alloc = (struct alloc){.fail_at = at};
		r = check_once(kind, &text, _i % 3);
		failed = alloc.failed;
		ck_assert_int_eq(r, failed ? -ENOMEM : 0);
		ck_assert(failed || at > 1);
	}
	scfg_buf_free(&text);
}
END_TEST

Suite *boot_alloc_suite(void)
{
	Suite *suite = suite_create("boot_alloc");
	TCase *tcase = tcase_create("boot_alloc");

	tcase_add_loop_test(tcase, sweep, 0, 3 * (int)COUNT(kinds));
	suite_add_tcase(suite, tcase);
	return suite;
}
