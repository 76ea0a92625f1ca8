/* SPDX-License-Identifier: MIT */
/* Formatting at an offset, for a size: what a header says is there. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "pure/header.h"
#include "scene.h"

#define FORMATTED SWAPCFG_STATE_FORMATTED
#define KEEP	  SWAPCFG_BOOT_KEEP
#define FULL	  (16 * SIZE)

Suite *format_size_suite(void);

static const struct {
	uint64_t offset, size;
	bool fits;
	uint64_t pages; /* that the header speaks of */
} cases[] = {
	{0, 0, true, 256},
	{0, FULL, true, 256},
	{0, FULL + FAKE_PAGE, false, 0},
	{0, SIZE, true, 16},
	{SIZE, 0, true, 240},
	{SIZE, FULL - SIZE, true, 240},
	{SIZE, FULL - SIZE + FAKE_PAGE, false, 0},
	{SIZE, FULL, false, 0},
	{SIZE, SIZE, true, 16},
	/* Together they are small again, if one counts in 64 bits. */
	{2 * SIZE, UINT64_MAX - SIZE + 1, false, 0},
	{0, UINT64_MAX, false, 0},
	{SIZE, UINT64_MAX - FAKE_PAGE + 1, false, 0},
};

static void check(int which, const char *path, enum swapcfg_reason too_large)
{
	struct swapcfg_spec *spec = spec_of(path, FORMATTED, cases[which].size, KEEP);
	uint64_t offset = cases[which].offset;
	struct swapcfg_error *error = NULL;
	struct scfg_header header;
	char *before = text_of(path);
	char *after;

	swapcfg_spec_set_offset(spec, offset);
	ck_assert_int_eq(swapcfg_format(fake.ctx, spec, NULL, &error) == 0, cases[which].fits);
	after = text_of(path);
	if (cases[which].fits) {
		scfg_header_decode((const uint8_t *)after + offset, (size_t)(FULL - offset),
				   FAKE_PAGE, &header);
		ck_assert_int_eq((int)header.content, SCFG_CONTENT_SWAP);
		ck_assert_uint_eq((uint64_t)header.last_page + 1, cases[which].pages);
		ck_assert_mem_eq(after + 1024, before + 1024, (size_t)(offset ? offset - 1024 : 0));
	} else {
		ck_assert_str_eq(swapcfg_reason_name(swapcfg_error_reason(error)),
				 swapcfg_reason_name(too_large));
		ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), "less than the"));
		ck_assert_mem_eq(after, before, FULL);
		swapcfg_error_free(error);
	}
	free(before);
	free(after);
	swapcfg_spec_free(spec);
}

/* With and without a size. */
START_TEST(test_behind_the_end)
{
	static const uint64_t offsets[] = {FULL, FULL + SIZE, UINT64_MAX};

	put_area("/image", FULL);
	for (size_t i = 0; i < 2 * sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct swapcfg_spec *spec = spec_of("/image", FORMATTED, i % 2 ? SIZE : 0, KEEP);
		struct swapcfg_error *error = NULL;

		swapcfg_spec_set_offset(spec, offsets[i / 2]);
		ck_assert_int_eq(swapcfg_format(fake.ctx, spec, NULL, &error), -EINVAL);
		ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_INVALID_ARGUMENT);
		ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), "behind the end"));
		ck_assert_uint_eq(fake.changes, 0);
		swapcfg_error_free(error);
		swapcfg_spec_free(spec);
	}
}
END_TEST

START_TEST(test_file)
{
	put_area("/image", FULL);
	check(_i, "/image", SWAPCFG_REASON_TOO_LARGE);
}
END_TEST

START_TEST(test_device)
{
	put_area("/dev/sda1", FULL);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	check(_i, "/dev/sda1", SWAPCFG_REASON_NO_SPACE);
}
END_TEST

Suite *format_size_suite(void)
{
	Suite *suite = suite_create("format_size");
	TCase *tcase = tcase_create("format_size");
	int count = (int)(sizeof(cases) / sizeof(cases[0]));

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_test(tcase, test_behind_the_end);
	tcase_add_loop_test(tcase, test_file, 0, count);
	tcase_add_loop_test(tcase, test_device, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
