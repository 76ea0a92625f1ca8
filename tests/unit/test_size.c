/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdint.h>

#include <libswapcfg/size.h>

Suite *size_suite(void);

#define K UINT64_C(1024)

static const struct {
	const char *text;
	uint64_t bytes;
} sizes[] = {
	{"0", 0},
	{"1", 1},
	{"1048576", K *K},
	{"007", 7},
	{"18446744073709551615", UINT64_MAX},
	{"1K", K},
	{"1k", K},
	{"2KiB", 2 * K},
	{"2kib", 2 * K},
	{"64M", 64 * K *K},
	{"512MiB", 512 * K *K},
	{"512mIb", 512 * K *K},
	{"3G", 3 * K *K *K},
	{"3T", 3 * K *K *K *K},
	{"3P", 3 * K *K *K *K *K},
	{"15E", 15 * K *K *K *K *K *K},
	{"1.5G", K *K * 1536},
	{"1.5GiB", K *K * 1536},
	{"0.5K", 512},
	{"1.0M", K *K},
	/* Rounded down: 102.4, and just below a whole byte. */
	{"0.1K", 102},
	{"0.0009K", 0},
	{"0.0009765625K", 1},
	{"0.00097656249999999999999999999999999999999K", 0},
	/* A double has too few bits for these. */
	{"1.0000000000000001E", 1152921504606847091u},
	{"15.999999999999999999E", 18446744073709551614u},
	{"15.99999999999999999999999999E", UINT64_MAX},
};

START_TEST(test_sizes)
{
	uint64_t bytes = 42;

	ck_assert_int_eq(swapcfg_size_parse(sizes[_i].text, &bytes), 0);
	ck_assert_msg(bytes == sizes[_i].bytes, "%s gave %llu", sizes[_i].text,
		      (unsigned long long)bytes);
}
END_TEST

static const char *const no_sizes[] = {
	"",
	"K",
	".",
	"1.",
	"1.K",
	".5G",
	"1.5",
	"1.5.5G",
	"64 M",
	" 64M",
	"64M ",
	"64MB",
	"64Mi",
	"64MiBx",
	"64Kx",
	"64BM",
	"-1",
	"+1",
	"1e6",
	"0x10",
	"1,5G",
	"64KK",
	"64iB",
	"64B",
	"\n1",
	"1\n",
	"64\xc3",
	"1Z",
	"1..5G",
	"1GiB.5",
	/* Not a size at all comes before too large. */
	"99999999999999999999999X",
};

START_TEST(test_no_sizes)
{
	uint64_t bytes = 42;

	ck_assert_msg(swapcfg_size_parse(no_sizes[_i], &bytes) == -EINVAL, "\"%s\"", no_sizes[_i]);
	ck_assert_uint_eq(bytes, 42);
}
END_TEST

static const char *const too_large[] = {
	"18446744073709551616",
	"18446744073709551620",
	"99999999999999999999999",
	"16E",
	"16.0E",
	"16384P",
	"18014398509481984K",
	"18446744073709551615K",
};

START_TEST(test_too_large)
{
	uint64_t bytes = 42;

	ck_assert_msg(swapcfg_size_parse(too_large[_i], &bytes) == -ERANGE, "%s", too_large[_i]);
	ck_assert_uint_eq(bytes, 42);
}
END_TEST

START_TEST(test_null)
{
	uint64_t bytes = 42;

	ck_assert_int_eq(swapcfg_size_parse(NULL, &bytes), -EINVAL);
	ck_assert_uint_eq(bytes, 42);
}
END_TEST

Suite *size_suite(void)
{
	Suite *suite = suite_create("size");
	TCase *tcase = tcase_create("parse");

	tcase_add_loop_test(tcase, test_sizes, 0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_loop_test(tcase, test_no_sizes, 0, sizeof(no_sizes) / sizeof(no_sizes[0]));
	tcase_add_loop_test(tcase, test_too_large, 0, sizeof(too_large) / sizeof(too_large[0]));
	tcase_add_test(tcase, test_null);
	suite_add_tcase(suite, tcase);
	return suite;
}
