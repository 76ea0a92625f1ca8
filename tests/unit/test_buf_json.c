/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/buf.h"
#include "pure/json.h"

Suite *buf_json_suite(void);

START_TEST(test_buf_add)
{
	struct scfg_buf buf = {0};
	char *text;

	scfg_buf_adds(&buf, "one ");
	scfg_buf_add(&buf, "two three", 3);
	ck_assert_str_eq(buf.data, "one two");
	ck_assert_uint_eq(buf.len, 7);
	scfg_buf_addf(&buf, " %d%s", 3, "");
	text = scfg_buf_take(&buf);
	ck_assert_str_eq(text, "one two 3");
	free(text);
	ck_assert_ptr_null(buf.data);
	ck_assert_uint_eq(buf.len, 0);
}
END_TEST

START_TEST(test_buf_grows)
{
	struct scfg_buf buf = {0};

	for (int i = 0; i < 5000; i++)
		scfg_buf_addf(&buf, "%04d", i);
	ck_assert_uint_eq(buf.len, 20000);
	ck_assert_uint_eq(strlen(buf.data), 20000);
	ck_assert_int_eq(strncmp(buf.data + 4 * 4321, "43214322", 8), 0);
	scfg_buf_free(&buf);
	ck_assert_ptr_null(buf.data);
	scfg_buf_free(&buf);
}
END_TEST

/* The text is longer than what was there, in one piece, and holds NULs. */
START_TEST(test_buf_binary)
{
	static const char zeros[300];
	struct scfg_buf buf = {0};

	scfg_buf_adds(&buf, "a");
	scfg_buf_add(&buf, zeros, sizeof(zeros));
	scfg_buf_adds(&buf, "b");
	ck_assert_uint_eq(buf.len, 302);
	ck_assert_int_eq(buf.data[301], 'b');
	ck_assert_int_eq(buf.data[302], '\0');
	scfg_buf_free(&buf);
}
END_TEST

START_TEST(test_buf_take_empty)
{
	struct scfg_buf buf = {0};
	char *text = scfg_buf_take(&buf);

	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

/* A length that cannot be had fails without touching the bytes, and the failure stays. */
START_TEST(test_buf_failure_is_sticky)
{
	struct scfg_buf buf = {0};

	scfg_buf_adds(&buf, "kept");
	scfg_buf_add(&buf, "x", SIZE_MAX);
	ck_assert(buf.failed);
	ck_assert_str_eq(buf.data, "kept");
	scfg_buf_adds(&buf, "more");
	scfg_buf_addf(&buf, "%d", 1);
	ck_assert_str_eq(buf.data, "kept");
	ck_assert_ptr_null(scfg_buf_take(&buf));
	ck_assert_ptr_null(buf.data);
	ck_assert(!buf.failed);
}
END_TEST

START_TEST(test_json_document)
{
	struct scfg_json json = {0};
	char *text = NULL;

	scfg_json_open(&json, NULL, '{');
	scfg_json_u64(&json, "most", UINT64_MAX);
	scfg_json_int(&json, "least", INT32_MIN);
	scfg_json_open(&json, "list", '[');
	scfg_json_string(&json, NULL, "a");
	scfg_json_bool(&json, NULL, true);
	scfg_json_open(&json, NULL, '{');
	scfg_json_close(&json, '}');
	scfg_json_open(&json, NULL, '[');
	scfg_json_close(&json, ']');
	scfg_json_close(&json, ']');
	scfg_json_bool(&json, "no", false);
	scfg_json_string(&json, "null", NULL);
	scfg_json_close(&json, '}');
	ck_assert_int_eq(scfg_json_take(&json, &text), 0);
	ck_assert_str_eq(text, "{\"most\":18446744073709551615,\"least\":-2147483648,"
			       "\"list\":[\"a\",true,{},[]],\"no\":false,\"null\":null}\n");
	free(text);
}
END_TEST

#define FFFD "\xef\xbf\xbd"

static const struct {
	const char *in, *out;
} strings[] = {
	{"", ""},
	{"plain /path", "plain /path"},
	{"\"\\/", "\\\"\\\\/"},
	{"\b\f\n\r\t", "\\b\\f\\n\\r\\t"},
	{"\x01\x1f\x7f", "\\u0001\\u001f\x7f"},
	/* The smallest and the largest of each length. */
	{"\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf"},
	{"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
	 "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"},
	{"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
	/* Overlong, surrogates, above U+10FFFF: every byte by itself. */
	{"\xc0\xaf", FFFD FFFD},
	{"\xc1\xbf", FFFD FFFD},
	{"\xe0\x9f\xbf", FFFD FFFD FFFD},
	{"\xed\xa0\x80", FFFD FFFD FFFD},
	{"\xf0\x8f\xbf\xbf", FFFD FFFD FFFD FFFD},
	{"\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD},
	{"\xf5\x80", FFFD FFFD},
	{"\xff\xfe", FFFD FFFD},
	/* Cut off: one for what had been right so far. */
	{"\xe4\xb8", FFFD},
	{"\xe4\xb8x", FFFD "x"},
	{"\xf0\x9f\x92", FFFD},
	{"\xf0\x9f\xe4\xb8\xad", FFFD "\xe4\xb8\xad"},
	{"\xc3\"", FFFD "\\\""},
	{"a\x80\x80z", "a" FFFD FFFD "z"},
};

START_TEST(test_json_string)
{
	struct scfg_json json = {0};
	struct scfg_buf want = {0};
	char *text = NULL, *expected;

	scfg_json_string(&json, NULL, strings[_i].in);
	ck_assert_int_eq(scfg_json_take(&json, &text), 0);
	scfg_buf_addf(&want, "\"%s\"\n", strings[_i].out);
	expected = scfg_buf_take(&want);
	ck_assert_str_eq(text, expected);
	free(text);
	free(expected);
}
END_TEST

START_TEST(test_json_failure)
{
	struct scfg_json json = {0};
	char *text = NULL;

	scfg_json_open(&json, NULL, '[');
	scfg_buf_add(&json.buf, "x", SIZE_MAX);
	scfg_json_close(&json, ']');
	ck_assert_int_eq(scfg_json_take(&json, &text), -ENOMEM);
	ck_assert_ptr_null(text);
}
END_TEST

Suite *buf_json_suite(void)
{
	Suite *suite = suite_create("buf and json");
	TCase *buf = tcase_create("buf"), *json = tcase_create("json");

	tcase_add_test(buf, test_buf_add);
	tcase_add_test(buf, test_buf_grows);
	tcase_add_test(buf, test_buf_binary);
	tcase_add_test(buf, test_buf_take_empty);
	tcase_add_test(buf, test_buf_failure_is_sticky);
	suite_add_tcase(suite, buf);
	tcase_add_test(json, test_json_document);
	tcase_add_loop_test(json, test_json_string, 0, sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(json, test_json_failure);
	suite_add_tcase(suite, json);
	return suite;
}
