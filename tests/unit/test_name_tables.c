/* SPDX-License-Identifier: MIT */
/* Names, numbers and getters: what a caller switches on. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include <libswapcfg/version.h>

#include "alloc.h"
#include "error.h"
#include "names.h"
#include "scene.h"
#include "spec.h"

Suite *name_tables_suite(void);

/* Of all numbers, only those that are documented have a name; and the name leads back. */
START_TEST(test_reasons)
{
	unsigned int known = 0;

	for (int i = -1; i <= 200; i++) {
		enum swapcfg_reason reason = (enum swapcfg_reason)i;
		const char *name = swapcfg_reason_name(reason);

		if (strcmp(name, "unknown") == 0) {
			ck_assert_int_eq(scfg_reason_errno(reason), -EIO);
			continue;
		}
		known++;
		ck_assert_int_eq((int)swapcfg_reason_from_name(name), i);
		ck_assert_int_lt(scfg_reason_errno(reason), 0);
		ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
	}
	ck_assert_uint_eq(known, 40);
	ck_assert_int_eq((int)swapcfg_reason_from_name("no-such"), SWAPCFG_REASON_NONE);
	ck_assert_int_eq((int)swapcfg_reason_from_name("unknown"), SWAPCFG_REASON_NONE);
	ck_assert_int_eq((int)swapcfg_reason_from_name(""), SWAPCFG_REASON_NONE);
	ck_assert_int_eq((int)swapcfg_reason_from_name(NULL), SWAPCFG_REASON_NONE);
	ck_assert_int_eq(scfg_reason_errno(SWAPCFG_REASON_STALE_PLAN), -ESTALE);
}
END_TEST

static const struct {
	int err;
	enum swapcfg_reason reason;
	const char *text;
} errnos[] = {
	{-ENOSPC, SWAPCFG_REASON_NO_SPACE, "no space left"},
	{-ESTALE, SWAPCFG_REASON_STALE_PLAN, "replaced meanwhile"},
	{-EPERM, SWAPCFG_REASON_PERMISSION, "operation not permitted"},
	{-EPROTO, SWAPCFG_REASON_SYSTEM, "unexpected failure"},
	{0, SWAPCFG_REASON_SYSTEM, "unexpected failure"},
};

START_TEST(test_errnos)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		ck_assert_int_eq((int)scfg_reason_of_errno(errnos[i].err), (int)errnos[i].reason);
		ck_assert_str_eq(scfg_errno_text(errnos[i].err), errnos[i].text);
	}
}
END_TEST

START_TEST(test_boots)
{
	unsigned int known = 0;

	for (int i = 0; i <= 100; i++) {
		const char *name = swapcfg_boot_name((enum swapcfg_boot)i);
		enum swapcfg_boot back = (enum swapcfg_boot) - 1;

		if (strcmp(name, "unknown") == 0)
			continue;
		known++;
		ck_assert_int_eq(swapcfg_boot_from_name(name, &back), 0);
		ck_assert_int_eq((int)back, i);
	}
	ck_assert_uint_eq(known, 9);
	enum swapcfg_boot untouched = SWAPCFG_BOOT_UCI;
	ck_assert_int_eq(swapcfg_boot_from_name("unknown", &untouched), -EINVAL);
	ck_assert_int_eq(swapcfg_boot_from_name("", &untouched), -EINVAL);
	ck_assert_int_eq(swapcfg_boot_from_name(NULL, &untouched), -EINVAL);
	ck_assert_int_eq((int)untouched, SWAPCFG_BOOT_UCI);
}
END_TEST

START_TEST(test_others)
{
	ck_assert_str_eq(swapcfg_version(), SCFG_VERSION);
	ck_assert_str_eq(swapcfg_step_name(SWAPCFG_STEP_PUBLISH), "publish");
	ck_assert_str_eq(swapcfg_step_name((enum swapcfg_step_kind)0), "unknown");
	ck_assert_str_eq(swapcfg_state_name(SWAPCFG_STATE_ABSENT), "absent");
	ck_assert_str_eq(swapcfg_state_name((enum swapcfg_state)1), "unknown");
	ck_assert_str_eq(swapcfg_severity_name(SWAPCFG_SEVERITY_BLOCKER), "blocker");
	ck_assert_str_eq(swapcfg_backing_name(SWAPCFG_BACKING_ZRAM), "zram");
}
END_TEST

/* NULL takes a wish back. */
START_TEST(test_wishes)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 0, SWAPCFG_BOOT_KEEP);

	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_label(spec, "card"), 0);
	ck_assert_int_eq(swapcfg_spec_set_label(spec, NULL), 0);
	ck_assert(!spec->has_label);
	ck_assert_str_eq(spec->label, "");
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "random"), 0);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, NULL), 0);
	check_steps(spec, "activate /swapfile 65536\n");
}
END_TEST

/* An error with what is left, as JSON; where there is no memory for it, another one. */
START_TEST(test_error_with_leftovers)
{
	struct swapcfg_error *error = NULL;
	char *text = NULL;

	ck_assert_int_eq(scfg_fail(&error, -EIO, SWAPCFG_REASON_IO, NULL, "it %s", "failed"), -EIO);
	scfg_error_at(error, "remove");
	scfg_error_add_left(error, "/a: \"was left\"");
	scfg_error_add_left(error, "/b: is still active");
	ck_assert_int_eq(swapcfg_error_to_json(error, &text), 0);
	ck_assert_str_eq(text, "{\"error\":{\"reason\":\"rollback-failed\",\"errno\":5,"
			       "\"step\":\"remove\",\"path\":null,\"message\":\"it failed\","
			       "\"left\":[\"/a: \\\"was left\\\"\",\"/b: is still active\"]}}\n");
	ck_assert_str_eq(swapcfg_error_left(error, 1), "/b: is still active");
	ck_assert_ptr_null(swapcfg_error_left(error, 2));
	swapcfg_string_free(text);
	swapcfg_error_free(error);
	ck_assert_int_eq(scfg_fail_memory(NULL), -ENOMEM);
	ck_assert_int_eq(scfg_fail_memory(&error), -ENOMEM);
	/* It is everybody's, so nothing is written into it. */
	scfg_error_at(error, "remove");
	scfg_error_add_left(error, "/a");
	ck_assert_str_eq(swapcfg_error_step(error), "plan");
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
	scfg_error_at(NULL, "remove");
	scfg_error_add_left(NULL, "/a");
}
END_TEST

/* Where memory is short there is an error nevertheless, if not that one. */
START_TEST(test_error_without_memory)
{
	bool failed = true;

	for (unsigned int at = 1; failed; at++) {
		struct swapcfg_error *error = NULL;
		int r;

		ck_assert_uint_lt(at, 20);
		alloc = (struct alloc){.fail_at = at};
		r = scfg_fail(&error, -EIO, SWAPCFG_REASON_IO, "/swapfile", "it %s", "failed");
		scfg_error_add_left(error, "/swapfile: was left");
		alloc.fail_at = 0;
		failed = alloc.failed;
		ck_assert_int_eq(r, -EIO);
		ck_assert_ptr_nonnull(error);
		if (swapcfg_error_reason(error) == SWAPCFG_REASON_NO_MEMORY) {
			ck_assert(failed);
			ck_assert_int_eq(swapcfg_error_errno(error), ENOMEM);
		} else {
			/* That something is left is said, if not what. */
			ck_assert_int_eq((int)swapcfg_error_reason(error),
					 SWAPCFG_REASON_ROLLBACK_FAILED);
			ck_assert_str_eq(swapcfg_error_message(error), "it failed");
			ck_assert_str_eq(swapcfg_error_path(error), "/swapfile");
			ck_assert_uint_eq(swapcfg_error_left_count(error), failed ? 0 : 1);
		}
		swapcfg_error_free(error);
	}
}
END_TEST

Suite *name_tables_suite(void)
{
	const TTest *const tests[] = {test_reasons,
				      test_errnos,
				      test_boots,
				      test_others,
				      test_wishes,
				      test_error_with_leftovers,
				      test_error_without_memory};

	return suite_of("name_tables", tests, sizeof(tests) / sizeof(tests[0]));
}
