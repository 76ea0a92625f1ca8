/* SPDX-License-Identifier: MIT */
/* Signatures of few bytes count only where every other field makes sense. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/header.h"
#include "pure/signature.h"

Suite *signature_fields_suite(void);

#define SIZE  (300u * 1024u)
#define EXT   "an ext2 file system"
#define FAT   "a FAT file system"
#define MINIX "a Minix file system"
#define NILFS "a NILFS2 file system"
#define MBR   "an MBR partition table"

static uint8_t image[SIZE];

static void put(size_t offset, const void *bytes, size_t len)
{
	memcpy(image + offset, bytes, len);
}

static const char *find(uint64_t size)
{
	uint64_t tail = size < SCFG_SIGNATURE_TAIL ? size : SCFG_SIGNATURE_TAIL;

	return scfg_signature_find(image, image + size - tail, size);
}

static void make_ext(void)
{
	put(1024 + 56, "\x53\xef", 2);
	put(1024 + 4, "\0\1", 2);
	put(1024 + 24, "\6", 1);
	put(1024 + 76, "\1", 1);
}

static void make_fat(void)
{
	put(0, "\xeb\x3c\x90mkfs.fat\0\2\4\1\0\2\0\2\0\0\xf8", 22);
}

static void make_minix(void)
{
	put(1024, "\x20\0\x60\0\1\0\1\0\5\0\0\0\0\x1c\x08\x10\x8f\x13\1\0", 20);
}

static void make_minix3(void)
{
	put(1024, "\x20\0\0\0\0\0\1\0\1\0\5\0\0\0\0\0\xff\xff\xff\x7f\0\4\0\0\x5a\x4d\0\0\0\4", 30);
}

static void make_nilfs(void)
{
	put(1024, "\2\0\0\0\0\0\x34\x34", 8);
}

static void make_mbr(void)
{
	put(446, "\x80\1\1\0\x83\xfe\xff\xff\0\x08\0\0\0\0\1\0", 16);
	put(510, "\x55\xaa", 2);
}

static void make_nothing(void)
{
}

/* A byte or more in the place of what was made. */
static const struct {
	void (*make)(void);
	size_t offset, len;
	const char *bytes;
	const char *name; /* NULL: it is nothing any more */
} cases[] = {
	{make_ext, 0, 0, "", EXT},
	{make_ext, 1024 + 24, 1, "\7", NULL}, /* the block size */
	{make_ext, 1024 + 76, 1, "\0", EXT},  /* the revision */
	{make_ext, 1024 + 76, 1, "\2", NULL},
	{make_ext, 1024 + 4, 2, "\0\0", NULL},	/* no blocks */
	{make_ext, 1024 + 57, 1, "\xee", NULL}, /* the magic */
	{make_ext, 1024 + 99, 1, "\1", "an ext4 file system"},
	{make_fat, 0, 0, "", FAT},
	{make_fat, 0, 1, "\xe9", FAT},
	{make_fat, 0, 1, "\xea", NULL},
	{make_fat, 11, 2, "\0\0", NULL}, /* the sector's size: none, odd, too small, too large */
	{make_fat, 11, 2, "\1\2", NULL},
	{make_fat, 11, 2, "\0\1", NULL},
	{make_fat, 11, 2, "\0\x20", NULL},
	{make_fat, 11, 2, "\0\x10", FAT},
	{make_fat, 13, 1, "\0", NULL}, /* sectors in a cluster */
	{make_fat, 13, 1, "\x80", FAT},
	{make_fat, 14, 1, "\0", NULL}, /* reserved sectors */
	{make_fat, 14, 2, "\0\1", FAT},
	{make_fat, 16, 1, "\0", NULL}, /* allocation tables */
	{make_fat, 16, 1, "\3", NULL},
	{make_fat, 21, 1, "\xf0", FAT}, /* the medium */
	{make_fat, 21, 1, "\xf1", NULL},
	{make_fat, 21, 1, "\xff", FAT},
	{make_minix, 0, 0, "", MINIX},
	{make_minix, 1024 + 16, 2, "\x7f\x13", MINIX},
	{make_minix, 1024 + 16, 2, "\x68\x24", MINIX},
	{make_minix, 1024 + 16, 2, "\x78\x24", MINIX},
	{make_minix, 1024 + 16, 2, "\x79\x24", NULL},
	{make_minix, 1024 + 10, 1, "\1", NULL}, /* the size of a zone */
	{make_minix, 1024 + 4, 1, "\0", NULL},	/* blocks of the maps: of the inodes, */
	{make_minix, 1024 + 6, 1, "\0", NULL},	/* of the zones */
	{make_minix, 1024 + 8, 1, "\3", NULL},	/* the first zone lies in the maps */
	{make_minix, 1024 + 8, 1, "\4", MINIX},
	{make_minix, 1024 + 18, 1, "\4", NULL}, /* the state */
	{make_minix3, 0, 0, "", MINIX},
	{make_minix3, 1024 + 4, 1, "\1", NULL},
	{make_minix3, 1024 + 12, 1, "\1", NULL},
	{make_minix3, 1024 + 6, 1, "\0", NULL},
	{make_minix3, 1024 + 8, 1, "\0", NULL},
	{make_minix3, 1024 + 28, 2, "\0\2", NULL}, /* the block size: too small */
	{make_minix3, 1024 + 28, 2, "\0\x10", MINIX},
	{make_minix3, 1024 + 28, 2, "\1\4", NULL},
	{make_minix3, 1024 + 24, 1, "\x5b", NULL},
	{make_nilfs, 0, 0, "", NILFS},
	{make_nilfs, 1024, 1, "\3", NULL},
	{make_nilfs, 1024 + 7, 1, "\x35", NULL},
	{make_nilfs, 1024 + 20, 1, "\6", NILFS},
	{make_nilfs, 1024 + 20, 1, "\7", NULL},
	{make_mbr, 0, 0, "", MBR},
	{make_mbr, 446, 1, "\0", MBR},
	{make_mbr, 446, 1, "\1", NULL},
	{make_mbr, 450, 1, "\0", NULL},	      /* the type */
	{make_mbr, 454, 4, "\0\0\0\0", NULL}, /* the first sector */
	{make_mbr, 458, 4, "\0\0\0\0", NULL}, /* how many there are */
	{make_mbr, 446 + 48, 1, "\x80", NULL},
	{make_mbr, 510, 1, "\x54", NULL},
	{make_mbr, 511, 1, "\xab", NULL},
	{make_nothing, 0, 0, "", NULL},
	{make_nothing, 32768 + 1, 5, "NSR02", "a UDF file system"},
	{make_nothing, 65536 + 1, 5, "NSR03", "a UDF file system"},
	{make_nothing, 32768 + 1025, 5, "NSR03", NULL}, /* between two steps */
	{make_nothing, 131072 + 1, 5, "NSR02", NULL},	/* behind the sequence */
};

START_TEST(test_fields)
{
	const char *name;

	memset(image, 0, sizeof(image));
	cases[_i].make();
	put(cases[_i].offset, cases[_i].bytes, cases[_i].len);
	name = find(SIZE);
	if (!cases[_i].name)
		ck_assert_msg(!name, "%s", name);
	else
		ck_assert_str_eq(name ? name : "nothing", cases[_i].name);
}
END_TEST

/* What is cut off inside of what would be looked at is not it. */
START_TEST(test_ends)
{
	static const struct {
		void (*make)(void);
		uint64_t size; /* the smallest that will do */
		const char *name;
	} ends[] = {
		{make_ext, 2048, EXT},	    {make_fat, 512, FAT},      {make_minix, 1056, MINIX},
		{make_minix3, 1056, MINIX}, {make_nilfs, 1048, NILFS}, {make_mbr, 512, MBR},
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		memset(image, 0, sizeof(image));
		ends[i].make();
		ck_assert_str_eq(find(ends[i].size), ends[i].name);
		ck_assert_ptr_null(find(ends[i].size - 1));
	}
}
END_TEST

/* An area of one page hides nothing, as nothing lies behind its header. */
START_TEST(test_one_page)
{
	struct scfg_header header = {.page_size = 4096, .last_page = 1};

	memset(image, 0, sizeof(image));
	ck_assert_int_eq(scfg_header_encode(image, &header), 0);
	ck_assert_ptr_null(find(4096));
	put(512, "EFI PART", 8);
	ck_assert_str_eq(find(4096), "a GPT partition table");
}
END_TEST

Suite *signature_fields_suite(void)
{
	Suite *suite = suite_create("signature_fields");
	TCase *tcase = tcase_create("signature_fields");

	tcase_add_loop_test(tcase, test_fields, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, test_ends);
	tcase_add_test(tcase, test_one_page);
	suite_add_tcase(suite, tcase);
	return suite;
}
