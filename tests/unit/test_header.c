/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "pure/header.h"

Suite *header_suite(void);

static const uint8_t uuid[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
static uint8_t page[SCFG_PAGE_MAX];
static struct scfg_header decoded;

static void encode(uint32_t page_size, bool big, const char *label)
{
	struct scfg_header header = {
		.page_size = page_size, .big_endian = big, .last_page = 0x0a0b0c};

	memcpy(header.uuid, uuid, sizeof(uuid));
	strcpy(header.label, label);
	memset(page, 0xaa, sizeof(page));
	ck_assert_int_eq(scfg_header_encode(page, &header), 0);
}

static enum scfg_content decode(size_t len, uint32_t native)
{
	memset(&decoded, 0xaa, sizeof(decoded));
	scfg_header_decode(page, len, native, &decoded);
	return decoded.content;
}

static void sign(uint32_t page_size, const char *signature)
{
	memset(page + page_size - 10, 0, 10);
	memcpy(page + page_size - 10, signature, strlen(signature));
}

/* Every byte of the page, as the kernel's structure has them. */
START_TEST(test_encode_bytes)
{
	static const uint8_t little[12] = {1, 0, 0, 0, 0x0c, 0x0b, 0x0a, 0};
	static const uint8_t big[12] = {0, 0, 0, 1, 0, 0x0a, 0x0b, 0x0c};
	uint8_t want[4096] = {0};

	memcpy(want + 1024, _i ? big : little, 12);
	memcpy(want + 1036, uuid, 16);
	memcpy(want + 1052, "sixteen bytes ok", 16);
	memcpy(want + 4086, "SWAPSPACE2", 10);
	encode(4096, _i, "sixteen bytes ok");
	ck_assert_mem_eq(page, want, 4096);
	ck_assert_int_eq(page[4096], 0xaa);
}
END_TEST

START_TEST(test_encode_refuses)
{
	struct scfg_header header = {.page_size = 4096, .last_page = 9};
	static const uint32_t sizes[] = {0, 1, 2048, 4095, 4097, 12288, 65535, 131072};

	header.last_page = 0;
	ck_assert_int_eq(scfg_header_encode(page, &header), -EINVAL);
	header.last_page = 9;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		header.page_size = sizes[i];
		ck_assert_int_eq(scfg_header_encode(page, &header), -EINVAL);
	}
}
END_TEST

START_TEST(test_round_trip)
{
	for (uint32_t size = SCFG_PAGE_MIN; size <= SCFG_PAGE_MAX; size *= 2) {
		encode(size, _i, "label");
		ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_SWAP);
		ck_assert_uint_eq(decoded.page_size, size);
		ck_assert(decoded.big_endian == (_i != 0));
		ck_assert_uint_eq(decoded.last_page, 0x0a0b0c);
		ck_assert_uint_eq(decoded.bad_pages, 0);
		ck_assert_mem_eq(decoded.uuid, uuid, sizeof(uuid));
		ck_assert_str_eq(decoded.label, "label");
		/* One byte less, and the signature is out of reach. */
		ck_assert_int_eq(decode(size - 1, 4096), SCFG_CONTENT_NONE);
		ck_assert_int_eq(decode(size, 4096), SCFG_CONTENT_SWAP);
	}
}
END_TEST

START_TEST(test_native_page_size_wins)
{
	encode(65536, false, "");
	sign(4096, "SWAPSPACE2");
	sign(16384, "SWAPSPACE2");
	ck_assert_int_eq(decode(sizeof(page), 16384), SCFG_CONTENT_SWAP);
	ck_assert_uint_eq(decoded.page_size, 16384);
	ck_assert_int_eq(decode(sizeof(page), 65536), SCFG_CONTENT_SWAP);
	ck_assert_uint_eq(decoded.page_size, 65536);
	/* Not there, or no page size at all: the smallest that is. */
	decode(sizeof(page), 8192);
	ck_assert_uint_eq(decoded.page_size, 4096);
	decode(sizeof(page), 12345);
	ck_assert_uint_eq(decoded.page_size, 4096);
}
END_TEST

static const char *const suspended[] = {"S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"};

START_TEST(test_hibernation)
{
	encode(8192, false, "resume");
	sign(8192, suspended[_i]);
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_HIBERNATION);
	ck_assert_uint_eq(decoded.page_size, 8192);
	ck_assert_str_eq(decoded.label, "resume");
	ck_assert_mem_eq(decoded.uuid, uuid, sizeof(uuid));
	/* It is still one where the rest of the header is gone, but nothing is made up. */
	memset(page, 0, 8000);
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_HIBERNATION);
	ck_assert_str_eq(decoded.label, "");
	ck_assert_uint_eq(decoded.last_page, 0);
}
END_TEST

START_TEST(test_tuxonice)
{
	encode(4096, false, "resume");
	memcpy(page, "\xed\xc3\x02\xe9\x98\x56\xe5\x0c", 8);
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_HIBERNATION);
	ck_assert_str_eq(decoded.label, "resume");
	ck_assert_int_eq(decode(8, 4096), SCFG_CONTENT_HIBERNATION);
	ck_assert_int_eq(decode(7, 4096), SCFG_CONTENT_NONE);
}
END_TEST

START_TEST(test_version_0)
{
	encode(4096, false, "old");
	sign(4096, "SWAP-SPACE");
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_SWAP_V0);
	ck_assert_uint_eq(decoded.page_size, 4096);
	ck_assert_str_eq(decoded.label, "");
}
END_TEST

START_TEST(test_damaged)
{
	static const struct {
		size_t offset;
		uint8_t byte;
	} damage[] = {
		{1024, 0},    {1024, 2}, {1025, 1}, {1027, 1}, /* the version */
		{1035, 0x80},				       /* far too many bad pages */
	};

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		encode(4096, false, "x");
		page[damage[i].offset] = damage[i].byte;
		ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_DAMAGED);
		ck_assert_uint_eq(decoded.page_size, 4096);
		ck_assert_uint_eq(decoded.last_page, 0);
		ck_assert_str_eq(decoded.label, "");
	}
	encode(4096, false, "x");
	memset(page + 1028, 0, 4); /* no page at all */
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_DAMAGED);
}
END_TEST

static void set_bad_page(uint32_t index, uint32_t number, bool big)
{
	for (uint32_t i = 0; i < 4; i++)
		page[1536 + 4 * index + (big ? 3 - i : i)] = (uint8_t)(number >> (8 * i));
}

/* The kernel takes as many as fit between the list and the signature: 637 in 4 KiB. */
START_TEST(test_bad_pages)
{
	const bool big = _i != 0;

	encode(4096, big, "");
	page[big ? 1034 : 1033] = 0x02;
	page[big ? 1035 : 1032] = 0x7d;
	for (uint32_t i = 0; i < 637; i++)
		set_bad_page(i, 0x0a0b0c - i, big);
	ck_assert_int_eq(decode(4096, 4096), SCFG_CONTENT_SWAP);
	ck_assert_uint_eq(decoded.bad_pages, 637);
	set_bad_page(636, 0, big);
	ck_assert_int_eq(decode(4096, 4096), SCFG_CONTENT_DAMAGED);
	set_bad_page(636, 0x0a0b0d, big);
	ck_assert_int_eq(decode(4096, 4096), SCFG_CONTENT_DAMAGED);
	set_bad_page(636, 1, big);
	ck_assert_int_eq(decode(4096, 4096), SCFG_CONTENT_SWAP);
	page[big ? 1035 : 1032] = 0x7e;
	ck_assert_int_eq(decode(4096, 4096), SCFG_CONTENT_DAMAGED);
}
END_TEST

START_TEST(test_nothing)
{
	memset(page, 0, sizeof(page));
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_NONE);
	ck_assert_uint_eq(decoded.page_size, 0);
	ck_assert_int_eq(decode(0, 4096), SCFG_CONTENT_NONE);
	sign(4096, "SWAPSPACE3");
	ck_assert_int_eq(decode(sizeof(page), 4096), SCFG_CONTENT_NONE);
}
END_TEST

START_TEST(test_label)
{
	encode(4096, false, "sixteen bytes ok");
	decode(4096, 4096);
	ck_assert_str_eq(decoded.label, "sixteen bytes ok");
	/* What a shorter label left behind its NUL is not part of it. */
	page[1055] = '\0';
	decode(4096, 4096);
	ck_assert_str_eq(decoded.label, "six");
	ck_assert_int_eq(decoded.label[5], '\0');
}
END_TEST

START_TEST(test_uuid)
{
	static const char *const wrong[] = {
		"",
		"01234567-89ab-cdef-fedc-ba987654321",
		"01234567-89ab-cdef-fedc-ba98765432100",
		"0123456789abcdeffedcba9876543210",
		"01234567_89ab-cdef-fedc-ba9876543210",
		"0123456-789ab-cdef-fedc-ba9876543210",
		"g1234567-89ab-cdef-fedc-ba9876543210",
		"01234567-89ab-cdef-fedc-ba987654321 ",
		"01234567-89ab-cdef-fedc--a9876543210",
	};
	uint8_t parsed[16] = {0};
	char text[SCFG_UUID_TEXT];

	ck_assert_int_eq(scfg_uuid_parse("01234567-89AB-cdef-FEDC-ba9876543210", parsed), 0);
	ck_assert_mem_eq(parsed, uuid, 16);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_msg(scfg_uuid_parse(wrong[i], parsed) == -EINVAL, "%s", wrong[i]);
		ck_assert_mem_eq(parsed, uuid, 16);
	}
	scfg_uuid_format(parsed, text);
	ck_assert_str_eq(text, "01234567-89ab-cdef-fedc-ba9876543210");
	memset(parsed, 0, sizeof(parsed));
	scfg_uuid_format(parsed, text);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(test_uuid_v4)
{
	uint8_t random[16];
	char text[SCFG_UUID_TEXT];

	memset(random, 0xff, sizeof(random));
	scfg_uuid_make_v4(random);
	scfg_uuid_format(random, text);
	ck_assert_str_eq(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
	memset(random, 0, sizeof(random));
	scfg_uuid_make_v4(random);
	scfg_uuid_format(random, text);
	ck_assert_str_eq(text, "00000000-0000-4000-8000-000000000000");
}
END_TEST

Suite *header_suite(void)
{
	Suite *suite = suite_create("header");
	TCase *header = tcase_create("header"), *ids = tcase_create("uuid");

	tcase_add_loop_test(header, test_encode_bytes, 0, 2);
	tcase_add_test(header, test_encode_refuses);
	tcase_add_loop_test(header, test_round_trip, 0, 2);
	tcase_add_test(header, test_native_page_size_wins);
	tcase_add_loop_test(header, test_hibernation, 0, sizeof(suspended) / sizeof(suspended[0]));
	tcase_add_test(header, test_tuxonice);
	tcase_add_test(header, test_version_0);
	tcase_add_test(header, test_damaged);
	tcase_add_loop_test(header, test_bad_pages, 0, 2);
	tcase_add_test(header, test_nothing);
	tcase_add_test(header, test_label);
	suite_add_tcase(suite, header);
	tcase_add_test(ids, test_uuid);
	tcase_add_test(ids, test_uuid_v4);
	suite_add_tcase(suite, ids);
	return suite;
}
