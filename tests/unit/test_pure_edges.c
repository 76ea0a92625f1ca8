/* SPDX-License-Identifier: MIT */
/* The edges of what is read: each byte that decides, and each place where a text may end. */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <libswapcfg/size.h>

#include "pure/buf.h"
#include "pure/header.h"
#include "pure/procfs.h"
#include "pure/span.h"
#include "pure/utf8.h"

Suite *pure_edges_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Writes a number as UTF-8 of so many bytes, too many or not. */
static void encode(uint32_t code, int len, char text[5])
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

	text[len] = '\0';
	for (int i = len - 1; i > 0; i--, code >>= 6)
		text[i] = (char)(0x80 | (code & 0x3f));
	text[0] = (char)(leads[len] | code);
}

/* Whether a number in so many bytes is taken for what it is, and what is left of it if cut off. */
static bool is_read_right(uint32_t code, int len, uint32_t least)
{
	bool sound = code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
	char text[5];

	encode(code, len, text);
	if (scfg_utf8_len(text) != (sound ? len : -1))
		return false;
	text[len - 1] = '\0';
	return !sound || len == 1 || scfg_utf8_len(text) == 1 - len;
}

/* Every number below 2^21, in every length that can hold it. */
START_TEST(test_utf8_all)
{
	static const uint32_t limits[] = {0, 0x80, 0x800, 0x10000, 0x200000};

	for (int len = 1; len <= 4; len++) {
		for (uint32_t code = len == 1; code < limits[len]; code++) {
			if (!is_read_right(code, len, limits[len - 1]))
				ck_abort_msg("U+%04X in %d bytes", (unsigned int)code, len);
		}
	}
}
END_TEST

/* What no character begins with. */
START_TEST(test_utf8_leads)
{
	for (unsigned int lead = 0x80; lead <= 0xff; lead++) {
		const char text[] = {(char)lead, '\x7f', '\0'};

		ck_assert_int_eq(scfg_utf8_len(text), -1);
	}
}
END_TEST

START_TEST(test_decimal)
{
	static const struct {
		const char *text;
		uint64_t most, value;
		bool valid;
	} cases[] = {
		{"", 9, 0, false},
		{"/", 9, 0, false},
		{":", 9, 0, false},
		{"5", 5, 5, true},
		{"6", 5, 0, false},
		{"10", 9, 0, false},
		{"32767", 32767, 32767, true},
		{"32768", 32767, 0, false},
		{"000012", 12, 12, true},
		{"18446744073709551615", UINT64_MAX, UINT64_MAX, true},
		{"18446744073709551616", UINT64_MAX, 0, false},
		{"100000000000000000000", UINT64_MAX, 0, false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scfg_span span = {cases[i].text, strlen(cases[i].text)};
		uint64_t value = 77;

		ck_assert_msg(scfg_span_decimal(span, cases[i].most, &value) == cases[i].valid,
			      "%s", cases[i].text);
		if (cases[i].valid)
			ck_assert_uint_eq(value, cases[i].value);
	}
}
END_TEST

/* Of all that may stand behind a backslash, three octal digits up to 377 are a byte. */
START_TEST(test_octal_all)
{
	static const char near[] = "/0123456789:";

	for (size_t i = 0; i < 12 * 12 * 12; i++) {
		const char text[] = {'\\', near[i / 144], near[i / 12 % 12], near[i % 12], 'z'};
		struct scfg_span span = {text, sizeof(text)};
		char *end = NULL, digits[4] = {text[1], text[2], text[3], '\0'};
		unsigned long value = strtoul(digits, &end, 8);
		bool escape = *end == '\0' && text[1] != '/' && value > 0 && value <= 0377;
		char *got = scfg_span_unescape(span);

		if (escape) {
			ck_assert_int_eq((unsigned char)got[0], (int)value);
			ck_assert_str_eq(got + 1, "z");
		} else {
			ck_assert_int_eq(strncmp(got, text, sizeof(text)), 0);
		}
		free(got);
	}
}
END_TEST

/* What printf(3) cannot say, here a surrogate, fails as what memory cannot hold. */
START_TEST(test_buf_unsayable)
{
	static const wchar_t surrogate[] = {0xd800, 0};
	struct scfg_buf buf = {0};

	scfg_buf_adds(&buf, "kept");
	scfg_buf_addf(&buf, "%d %ls", 1, surrogate);
	ck_assert(buf.failed);
	ck_assert_str_eq(buf.data, "kept");
	scfg_buf_free(&buf);
}
END_TEST

/* A unit is a letter, or it and "iB", in either case; nothing near these. */
START_TEST(test_size_units)
{
	static const char letters[] = "KMGTPE";

	for (int first = 1; first < 256; first++) {
		const char *letter = strchr(letters, first & ~0x20);
		const char text[] = {'1', (char)first, '\0'};
		const char full[] = {'1', 'k', 'i', (char)first, '\0'};
		bool is_unit = letter && *letter && first >= 'A' && first <= 'z';
		uint64_t bytes = 0;

		if (first >= '0' && first <= '9')
			continue;
		ck_assert_int_eq(swapcfg_size_parse(text, &bytes), is_unit ? 0 : -EINVAL);
		if (is_unit)
			ck_assert_uint_eq(bytes, UINT64_C(1) << (10 * (letter - letters + 1)));
		ck_assert_int_eq(swapcfg_size_parse(full, &bytes),
				 (first & ~0x20) == 'B' && first >= 'A' ? 0 : -EINVAL);
	}
}
END_TEST

START_TEST(test_meminfo_refused)
{
	static const char *const texts[] = {
		"MemTotal: 9 kB\nMemFree: x kB\n",
		"MemTotal: 9 kB\nMemAvailable: 9 kB\nSwapTotal: 9\n",
		"MemTotal: 9 kB\nMemAvailable: 9 kB\nSwapFree: kB\n",
		"MemTotal: 9 kB\nMemAvailable: 9 kB\nSwapCached: 9 kBx\n",
		"MemTotal: 9 kB\nMemAvailable: 9 9 kB\n",
		"MemTotal: 9 kB\nMemAvailable:\n",
		"MemTotal:",
	};
	struct scfg_meminfo info = {.total = 42};

	for (size_t i = 0; i < COUNT(texts); i++) {
		ck_assert_msg(scfg_meminfo_parse(texts[i], strlen(texts[i]), &info) == -EINVAL,
			      "%s", texts[i]);
		ck_assert_uint_eq(info.total, 42);
	}
}
END_TEST

/* A line that ends too early is damaged, wherever it ends. */
START_TEST(test_mount_cut)
{
	static const char line[] = "36 22 179:3 /r /data rw shared:7 - exfat /dev/x rw,ro";
	static const size_t whole = sizeof(line) - sizeof("rw,ro");
	struct scfg_mount mount = {0};

	for (size_t len = 1; len < sizeof(line); len++) {
		int r = scfg_mountinfo_by_path(line, len, "/data/x", &mount);

		ck_assert_msg(r == (len < whole ? -EINVAL : 0), "%zu: %d", len, r);
		if (r < 0)
			continue;
		ck_assert_str_eq(mount.root, "/r");
		ck_assert_str_eq(mount.source, "/dev/x");
		ck_assert_int_eq(mount.read_only, len == sizeof(line) - 1);
		scfg_mount_free(&mount);
	}
	ck_assert_int_eq(scfg_mountinfo_by_path("1 1 x:1 / / rw - a b c", 22, "/", &mount),
			 -EINVAL);
	ck_assert_int_eq(scfg_mountinfo_by_type(line, 20, "exfat", &mount), -EINVAL);
}
END_TEST

/* The longest holds a path, also if the root is mounted after it; an empty one holds none. */
START_TEST(test_mount_order)
{
	static const char text[] = "2 1 0:2 / /data rw - b b rw\n"
				   "3 1 0:3 / /data/x rw - c c rw\n"
				   "1 1 0:1 / / rw - a a rw\n";
	static const char empty[] = "1 1 0:1 /  rw - a a rw\n";
	struct scfg_mount mount;

	ck_assert_int_eq(scfg_mountinfo_by_path(text, strlen(text), "/data/swapfile", &mount), 0);
	ck_assert_int_eq(mount.id, 2);
	scfg_mount_free(&mount);
	ck_assert_int_eq(scfg_mountinfo_by_path(text, strlen(text), "/swapfile", &mount), 0);
	ck_assert_int_eq(mount.id, 1);
	scfg_mount_free(&mount);
	ck_assert_int_eq(scfg_mountinfo_by_path(empty, strlen(empty), "/x", &mount), -ENOENT);
	ck_assert_int_eq(scfg_mountinfo_by_type(text, strlen(text), "c", &mount), 0);
	ck_assert_str_eq(mount.point, "/data/x");
	scfg_mount_free(&mount);
	ck_assert_int_eq(scfg_mountinfo_by_type(text, strlen(text), "d", &mount), -ENOENT);
}
END_TEST

#define HEADER "Filename Type Size Used Priority\n"

/* Blanks before a row are none of its columns; five of these it has, and no more. */
START_TEST(test_swaps_blanks)
{
	static const char text[] = HEADER "\t /x  file\t12 8\t\t-2 \t\n";
	struct scfg_swaps swaps;

	ck_assert_int_eq(scfg_swaps_parse(text, strlen(text), &swaps), 0);
	ck_assert_uint_eq(swaps.count, 1);
	ck_assert_str_eq(swaps.rows[0].path, "/x");
	ck_assert_uint_eq(swaps.rows[0].size, 12 * 1024);
	ck_assert_uint_eq(swaps.rows[0].used, 8 * 1024);
	ck_assert_int_eq(swaps.rows[0].priority, -2);
	scfg_swaps_free(&swaps);
	ck_assert_int_eq(scfg_swaps_parse(HEADER " \t\n", strlen(HEADER) + 3, &swaps), -EINVAL);
}
END_TEST

/* One byte of a torn header, and whether it may be that. */
START_TEST(test_torn)
{
	static const struct {
		uint32_t at;
		uint8_t byte;
		bool torn;
	} cases[] = {
		{0, 0, true},	    {0, 1, false},     {1023, 1, false},  {1024, 2, false},
		{1027, 1, false},   {1028, 15, true},  {1028, 16, false}, {1029, 1, false},
		{1032, 1, false},   {1035, 1, false},  {1036, 9, true},	  {1051, 9, true},
		{1052, 'x', true},  {1067, 'x', true}, {1068, 1, false},  {4085, 1, false},
		{4086, 's', false}, {4095, 0, false},
	};
	const struct scfg_header header = {
		.page_size = 4096, .last_page = 9, .label = "card", .uuid = {1, 2, 3}};
	uint8_t page[4096];

	for (size_t i = 0; i < COUNT(cases); i++) {
		ck_assert_int_eq(scfg_header_encode(page, &header), 0);
		page[cases[i].at] = cases[i].byte;
		ck_assert_msg(scfg_header_is_torn(page, 4096, 16) == cases[i].torn, "%u",
			      cases[i].at);
	}
	/* The same in the other byte order. */
	for (uint32_t last = 15; last <= 16; last++) {
		const struct scfg_header big = {
			.page_size = 4096, .last_page = last, .big_endian = true};

		ck_assert_int_eq(scfg_header_encode(page, &big), 0);
		ck_assert(scfg_header_is_torn(page, 4096, 16) == (last < 16));
		page[1035] = 1;
		ck_assert(!scfg_header_is_torn(page, 4096, 16));
	}
	/* Each half of it alone, and neither. */
	ck_assert_int_eq(scfg_header_encode(page, &header), 0);
	memset(page + 4096 - 512, 0, 512);
	ck_assert(scfg_header_is_torn(page, 4096, 16));
	memset(page, 0, 4096 - 512);
	ck_assert(scfg_header_is_torn(page, 4096, 16));
	ck_assert_int_eq(scfg_header_encode(page, &header), 0);
	memset(page, 0, 2048);
	ck_assert(scfg_header_is_torn(page, 4096, 16));
}
END_TEST

Suite *pure_edges_suite(void)
{
	const TTest *const tests[] = {
		test_utf8_all,	      test_utf8_leads,	  test_decimal,
		test_octal_all,	      test_buf_unsayable, test_size_units,
		test_meminfo_refused, test_mount_cut,	  test_mount_order,
		test_swaps_blanks,    test_torn,
	};
	Suite *suite = suite_create("pure_edges");
	TCase *tcase = tcase_create("pure_edges");

	for (size_t i = 0; i < COUNT(tests); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
