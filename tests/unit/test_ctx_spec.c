/* SPDX-License-Identifier: MIT */
/* Contexts and specs: what they take, refuse and remember. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "scene.h"
#include "spec.h"

Suite *ctx_spec_suite(void);

START_TEST(test_running_roots)
{
	static const char *const roots[] = {NULL, "/", "//", "/.", "/./", "//.//"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct swapcfg_ctx *ctx = NULL;

		ck_assert_int_eq(swapcfg_ctx_new(roots[i], &ctx, NULL), 0);
		ck_assert(!swapcfg_ctx_is_offline(ctx));
		ck_assert_str_eq(swapcfg_ctx_root(ctx), "/");
		swapcfg_ctx_unref(ctx);
	}
}
END_TEST

START_TEST(test_offline_root)
{
	unsigned int open = open_descriptors();
	struct swapcfg_ctx *ctx = NULL;

	ck_assert_int_eq(swapcfg_ctx_new(fake.root, &ctx, NULL), 0);
	ck_assert(swapcfg_ctx_is_offline(ctx));
	ck_assert_str_eq(swapcfg_ctx_root(ctx), fake.root);
	ck_assert_uint_eq(open_descriptors(), open + 1);
	ck_assert_ptr_eq(swapcfg_ctx_ref(ctx), ctx);
	swapcfg_ctx_unref(ctx);
	ck_assert_str_eq(swapcfg_ctx_root(ctx), fake.root);
	swapcfg_ctx_unref(ctx);
	ck_assert_uint_eq(open_descriptors(), open);
	swapcfg_ctx_unref(NULL);
}
END_TEST

static void check_no_ctx(const char *root, int err, enum swapcfg_reason reason)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_ctx *ctx = NULL;

	ck_assert_int_eq(swapcfg_ctx_new(root, &ctx, &error), err);
	ck_assert_ptr_null(ctx);
	ck_assert_int_eq((int)swapcfg_error_reason(error), (int)reason);
	ck_assert_int_eq(swapcfg_error_errno(error), -err);
	ck_assert_str_eq(swapcfg_error_path(error), root);
	ck_assert_str_eq(swapcfg_error_step(error), "plan");
	ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), root));
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	ck_assert_ptr_null(swapcfg_error_left(error, 0));
	swapcfg_error_free(error);
	ck_assert_int_eq(swapcfg_ctx_new(root, &ctx, NULL), err);
}

START_TEST(test_no_root)
{
	char name[PATH_MAX];

	check_no_ctx(full("/no/such", name), -ENOENT, SWAPCFG_REASON_MISSING);
	put("/file", "");
	check_no_ctx(full("/file", name), -ENOTDIR, SWAPCFG_REASON_INVALID_ARGUMENT);
}
END_TEST

START_TEST(test_error_json)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec = NULL;
	char *text = NULL;

	ck_assert_int_eq(swapcfg_spec_new("swap\xff", &spec, &error), -EINVAL);
	ck_assert_int_eq(swapcfg_error_to_json(error, &text), 0);
	ck_assert_str_eq(text, "{\"error\":{\"reason\":\"invalid-argument\",\"errno\":22,"
			       "\"step\":\"plan\",\"path\":\"swap\xef\xbf\xbd\",\"message\":"
			       "\"swap\xef\xbf\xbd: the path must be absolute\",\"left\":[]}}\n");
	swapcfg_string_free(text);
	swapcfg_string_free(NULL);
	swapcfg_error_free(error);
	swapcfg_error_free(NULL);
}
END_TEST

static void check_no_spec(const char *path, int err)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec = NULL;

	ck_assert_int_eq(swapcfg_spec_new(path, &spec, &error), err);
	ck_assert_ptr_null(spec);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_INVALID_ARGUMENT);
	ck_assert_int_eq(swapcfg_error_errno(error), -err);
	swapcfg_error_free(error);
}

START_TEST(test_paths)
{
	static const char *const bad[] = {NULL,	 "",   "swapfile", "./x", "/",
					  "/a/", "/.", "/a/..",	   "/a/."};
	char path[PATH_MAX + 1];
	struct swapcfg_spec *spec = NULL;
	struct swapcfg_error *error = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_no_spec(bad[i], -EINVAL);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(swapcfg_spec_new(bad[i], &spec, &error), -EINVAL);
		ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), "no path is given"));
		swapcfg_error_free(error);
	}
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[NAME_MAX + 2] = '\0';
	check_no_spec(path, -ENAMETOOLONG);
	path[NAME_MAX + 1] = '\0';
	ck_assert_int_eq(swapcfg_spec_new(path, &spec, NULL), 0);
	swapcfg_spec_free(spec);
	for (size_t i = 0; i < PATH_MAX; i += 2)
		memcpy(path + i, "/a", 2);
	path[PATH_MAX] = '\0';
	check_no_spec(path, -ENAMETOOLONG);
	ck_assert_int_eq(swapcfg_spec_new("/a/...", &spec, NULL), 0);
	ck_assert_str_eq(swapcfg_spec_path(spec), "/a/...");
	swapcfg_spec_free(spec);
	swapcfg_spec_free(NULL);
}
END_TEST

START_TEST(test_defaults)
{
	struct swapcfg_spec *spec = NULL;

	ck_assert_int_eq(swapcfg_spec_new("/swapfile", &spec, NULL), 0);
	ck_assert_int_eq((int)swapcfg_spec_state(spec), SWAPCFG_STATE_KEEP);
	ck_assert_int_eq((int)swapcfg_spec_boot(spec), SWAPCFG_BOOT_KEEP);
	ck_assert_int_eq((int)swapcfg_spec_discard(spec), SWAPCFG_DISCARD_KEEP);
	ck_assert_uint_eq(swapcfg_spec_size(spec), 0);
	ck_assert_int_eq(swapcfg_spec_priority(spec), SWAPCFG_PRIORITY_KEEP);
	ck_assert_uint_eq(spec->keep_free, SWAPCFG_KEEP_FREE_DEFAULT);
	swapcfg_spec_free(spec);
}
END_TEST

/* A refused value leaves the one before. */
START_TEST(test_setters)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 5, SWAPCFG_BOOT_FSTAB);

	ck_assert_int_eq(swapcfg_spec_set_state(spec, (enum swapcfg_state)7), -EINVAL);
	ck_assert_int_eq((int)swapcfg_spec_state(spec), SWAPCFG_STATE_ACTIVE);
	ck_assert_int_eq(swapcfg_spec_set_boot(spec, (enum swapcfg_boot)1), -EINVAL);
	ck_assert_int_eq((int)swapcfg_spec_boot(spec), SWAPCFG_BOOT_FSTAB);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_BOTH), 0);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, (enum swapcfg_discard)11), -EINVAL);
	ck_assert_int_eq((int)swapcfg_spec_discard(spec), SWAPCFG_DISCARD_BOTH);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 32767), 0);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 32768), -EINVAL);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, -3), -EINVAL);
	ck_assert_int_eq(swapcfg_spec_priority(spec), 32767);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, SWAPCFG_PRIORITY_DEFAULT), 0);
	ck_assert_int_eq(swapcfg_spec_priority(spec), -1);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, (enum swapcfg_flag)0, true), -EINVAL);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	ck_assert(spec->in_place && !spec->force && !spec->ignore_memory && !spec->no_child);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, false), 0);
	ck_assert(!spec->in_place);
	ck_assert_int_eq(swapcfg_spec_set_endianness(spec, (enum swapcfg_endianness)1), -EINVAL);
	ck_assert_int_eq(swapcfg_spec_set_endianness(spec, SWAPCFG_ENDIANNESS_BIG), 0);
	swapcfg_spec_free(spec);
}
END_TEST

START_TEST(test_page_sizes)
{
	static const uint32_t bad[] = {1, 2048, 4095, 5000, 12288, 131072, UINT32_MAX};
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_KEEP);

	for (uint32_t size = 4096; size <= 65536; size *= 2)
		ck_assert_int_eq(swapcfg_spec_set_page_size(spec, size), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(swapcfg_spec_set_page_size(spec, bad[i]), -EINVAL);
	ck_assert_uint_eq(spec->page_size, 65536);
	ck_assert_int_eq(swapcfg_spec_set_page_size(spec, 0), 0);
	swapcfg_spec_free(spec);
}
END_TEST

START_TEST(test_label_and_uuid)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_KEEP);

	ck_assert_int_eq(swapcfg_spec_set_label(spec, "123456789012345"), 0);
	ck_assert_int_eq(swapcfg_spec_set_label(spec, "1234567890123456"), -EINVAL);
	ck_assert_str_eq(spec->label, "123456789012345");
	ck_assert_int_eq(swapcfg_spec_set_label(spec, "x"), 0);
	ck_assert_mem_eq(spec->label, "x\0\0\0", 4);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "AAAAAAAA-bbbb-4ccc-9ddd-eeeeeeeeeeee"), 0);
	ck_assert_int_eq(spec->uuid[0], 0xaa);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeeg"),
			 -EINVAL);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, ""), -EINVAL);
	ck_assert_int_eq(spec->uuid[15], 0xee);
	ck_assert_int_eq(swapcfg_spec_set_uuid(spec, "clear"), 0);
	ck_assert_int_eq(spec->uuid[15], 0);
	swapcfg_spec_free(spec);
}
END_TEST

/* A plan outlives the spec and the caller's context. */
START_TEST(test_any_order)
{
	struct swapcfg_plan *plan;
	struct swapcfg_ctx *ctx = swapcfg_ctx_ref(fake.ctx);

	plan = plan_of(spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_KEEP));
	swapcfg_ctx_unref(fake.ctx);
	ck_assert_int_eq(swapcfg_apply(ctx, plan, NULL, NULL), 0);
	swapcfg_ctx_unref(ctx);
	ck_assert_uint_eq(swapcfg_plan_step_count(plan), 4);
	swapcfg_plan_unref(plan);
	swapcfg_plan_unref(NULL);
	ck_assert_int_eq(scfg_ctx_new(&fake_sys, fake.root, false, &fake.ctx, NULL), 0);
}
END_TEST

Suite *ctx_spec_suite(void)
{
	const TTest *const tests[] = {
		test_running_roots,  test_offline_root, test_no_root, test_error_json,
		test_paths,	     test_defaults,	test_setters, test_page_sizes,
		test_label_and_uuid, test_any_order,
	};

	return suite_of("ctx_spec", tests, sizeof(tests) / sizeof(tests[0]));
}
