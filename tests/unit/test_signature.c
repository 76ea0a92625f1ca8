/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/header.h"
#include "pure/signature.h"

Suite *signature_suite(void);

/* Not a multiple of 64 KiB, so that what is rounded down shows. */
#define SIZE (1024u * 1024u + 40u * 1024u)

static uint8_t image[SIZE];

static void clear(void)
{
	memset(image, 0, sizeof(image));
}

static void put(size_t offset, const char *bytes, size_t len)
{
	memcpy(image + offset, bytes, len);
}

static const char *find(uint64_t size)
{
	uint64_t tail = size < SCFG_SIGNATURE_TAIL ? size : SCFG_SIGNATURE_TAIL;
	size_t head = size < SCFG_SIGNATURE_HEAD ? (size_t)size : SCFG_SIGNATURE_HEAD;
	/* Exact copies, so that the sanitizer sees a read too far. */
	uint8_t *first = malloc(head + 1), *last = malloc((size_t)tail + 1);
	const char *name;

	ck_assert(first && last);
	first = realloc(first, head ? head : 1);
	last = realloc(last, tail ? (size_t)tail : 1);
	ck_assert(first && last);
	memcpy(first, image, head);
	memcpy(last, image + size - tail, (size_t)tail);
	name = scfg_signature_find(first, last, size);
	free(first);
	free(last);
	return name;
}

static const struct {
	size_t offset, len;
	const char *bytes, *name;
} simple[] = {
	{0, 6, "LUKS\xba\xbe", "LUKS encryption"},
	{16384, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{0x40000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{3, 8, "-FVE-FS-", "BitLocker encryption"},
	{512, 8, "LABELONE", "an LVM physical volume"},
	{0, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", "a Linux RAID member"},
	{4096, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", "a Linux RAID member"},
	/* 1.0: 8 KiB from the end, rounded down to 4 KiB; 0.90: the last whole 64 KiB. */
	{SIZE - 8192, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", "a Linux RAID member"},
	{SIZE / 65536 * 65536 - 65536, 8, "\xfc\x4e\x2b\xa9\0\0\0", "a Linux RAID member"},
	{SIZE / 65536 * 65536 - 65536, 8, "\xa9\x2b\x4e\xfc\0\0\0", "a Linux RAID member"},
	{SIZE - 1024, 24, "Intel Raid ISM Cfg Sig. ", "an Intel RAID member"},
	{4120, 16, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81",
	 "a bcache device"},
	{4120, 16, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef",
	 "a bcachefs file system"},
	{512, 8, "EFI PART", "a GPT partition table"},
	{4096, 8, "EFI PART", "a GPT partition table"},
	{SIZE - 512, 8, "EFI PART", "the backup of a GPT partition table"},
	{SIZE - 4096, 8, "EFI PART", "the backup of a GPT partition table"},
	{64, 4, "\x57\x45\x56\x82", "a BSD disk label"},
	{0, 4, "XFSB", "an XFS file system"},
	{65600, 8, "_BHRfS_M", "a btrfs file system"},
	{1024, 4, "\x10\x20\xf5\xf2", "an F2FS file system"},
	{5120, 4, "\x10\x20\xf5\xf2", "an F2FS file system"},
	{3, 8, "EXFAT   ", "an exFAT file system"},
	{3, 8, "NTFS    ", "an NTFS file system"},
	{0, 4, "hsqs", "a squashfs file system"},
	{1024, 4, "\xe2\xe1\xf5\xe0", "an EROFS file system"},
	{0, 4, "\x45\x3d\xcd\x28", "a cramfs file system"},
	{0, 8, "-rom1fs-", "a romfs file system"},
	{0, 4, "\x85\x19\x03\x20", "a JFFS2 file system"},
	{0, 4, "\x19\x85\xe0\x02", "a JFFS2 file system"},
	{0, 4, "UBI#", "a UBI device"},
	{0, 4, "\x31\x18\x10\x06", "a UBIFS file system"},
	{65588, 9, "ReIsEr2Fs", "a ReiserFS file system"},
	{32768, 4, "JFS1", "a JFS file system"},
	{1024, 4, "H+\0\4", "an HFS+ file system"},
	{32, 4, "NXSB", "an APFS container"},
	{128 * 1024 + 5 * 1024, 8, "\x0c\xb1\xba\0\0\0\0", "a ZFS pool member"},
	{255 * 1024, 8, "\0\0\0\0\0\xba\xb1\x0c", "a ZFS pool member"},
	{32769, 5, "CD001", "an ISO 9660 file system"},
	{32769, 5, "BEA01", "a UDF file system"},
	{36865, 5, "NSR03", "a UDF file system"},
};

START_TEST(test_simple)
{
	const char *name;

	clear();
	put(simple[_i].offset, simple[_i].bytes, simple[_i].len);
	name = find(SIZE);
	ck_assert_ptr_nonnull(name);
	ck_assert_str_eq(name, simple[_i].name);
	/* One byte less, and it is something else. */
	image[simple[_i].offset] ^= 0x20;
	if (simple[_i].bytes[0] != '\0')
		ck_assert_ptr_null(find(SIZE));
}
END_TEST

static void make_ext(char compat, char incompat, char ro_compat)
{
	clear();
	put(1080, "\x53\xef", 2);
	image[1024 + 4] = 1;
	image[1024 + 76] = 1;
	image[1024 + 92] = (uint8_t)compat;
	image[1024 + 96] = (uint8_t)incompat;
	image[1024 + 100] = (uint8_t)ro_compat;
}

START_TEST(test_ext)
{
	make_ext(0x38, 0x02, 0x03);
	ck_assert_str_eq(find(SIZE), "an ext2 file system");
	make_ext(0x3c, 0x06, 0x03);
	ck_assert_str_eq(find(SIZE), "an ext3 file system");
	make_ext(0x3c, 0x42, 0x03);
	ck_assert_str_eq(find(SIZE), "an ext4 file system");
	make_ext(0x3c, 0x02, 0x6b);
	ck_assert_str_eq(find(SIZE), "an ext4 file system");
	make_ext(0, 0x08, 0);
	ck_assert_str_eq(find(SIZE), "the journal of an ext file system");
	/* The magic with nonsense around it. */
	image[1024 + 24] = 7;
	ck_assert_ptr_null(find(SIZE));
}
END_TEST

static void make_fat(void)
{
	clear();
	put(0, "\xeb\x3c\x90mkfs.fat\0\2\4\1\0\2\0\2\0\0\xf8", 22);
	put(510, "\x55\xaa", 2);
}

/* A boot sector of FAT ends like a partition table, and its code may look like entries. */
START_TEST(test_fat_or_mbr)
{
	make_fat();
	ck_assert_str_eq(find(SIZE), "a FAT file system");
	image[13] = 3; /* sectors in a cluster */
	ck_assert_ptr_null(find(SIZE));
	make_fat();
	image[21] = 0x12; /* the kind of medium */
	ck_assert_ptr_null(find(SIZE));

	clear();
	put(510, "\x55\xaa", 2);
	ck_assert_ptr_null(find(SIZE)); /* a table without partitions */
	put(446 + 16, "\x80\1\1\0\x83\xfe\xff\xff\0\x08\0\0\0\0\1\0", 16);
	ck_assert_str_eq(find(SIZE), "an MBR partition table");
	image[446 + 16] = 0x12; /* neither active nor not */
	ck_assert_ptr_null(find(SIZE));
	image[446 + 16] = 0;
	image[446 + 20] = 0; /* a place, but no type */
	ck_assert_ptr_null(find(SIZE));
	image[446 + 20] = 0x83;
	image[446 + 32] = 0x41; /* code, not an entry */
	ck_assert_ptr_null(find(SIZE));
	image[446 + 32] = 0;
	image[511] = 0;
	ck_assert_ptr_null(find(SIZE));
}
END_TEST

START_TEST(test_minix_nilfs)
{
	clear();
	put(1024, "\x20\0\x60\0\1\0\1\0\5\0\0\0\0\x1c\x08\x10\x8f\x13\1\0", 20);
	ck_assert_str_eq(find(SIZE), "a Minix file system");
	image[1024 + 8] = 3; /* data before the tables end */
	ck_assert_ptr_null(find(SIZE));
	clear();
	put(1024, "\x20\0\0\0\0\0\1\0\1\0\5\0\0\0\0\0\xff\xff\xff\x7f\0\4\0\0\x5a\x4d\0\0\0\4", 30);
	ck_assert_str_eq(find(SIZE), "a Minix file system");
	image[1024 + 29] = 5; /* no power of two */
	ck_assert_ptr_null(find(SIZE));
	clear();
	put(1024, "\2\0\0\0\0\0\x34\x34", 8);
	ck_assert_str_eq(find(SIZE), "a NILFS2 file system");
	image[1024] = 1;
	ck_assert_ptr_null(find(SIZE));
}
END_TEST

/* What was swapped out may look like anything; what lies in front of it or behind it is meant. */
START_TEST(test_swap_is_not_foreign)
{
	struct scfg_header header = {.page_size = 4096, .last_page = SIZE / 4096 - 1};

	clear();
	ck_assert_int_eq(scfg_header_encode(image, &header), 0);
	ck_assert_ptr_null(find(SIZE));
	put(65600, "_BHRfS_M", 8);
	put(4096, "EFI PART", 8);
	ck_assert_ptr_null(find(SIZE));
	put(512, "EFI PART", 8);
	ck_assert_str_eq(find(SIZE), "a GPT partition table");
	memset(image + 512, 0, 8);
	put(SIZE - 512, "EFI PART", 8);
	ck_assert_str_eq(find(SIZE), "the backup of a GPT partition table");
	/* A damaged header hides nothing. */
	memset(image + SIZE - 512, 0, 8);
	image[1024] = 9;
	ck_assert_str_eq(find(SIZE), "a GPT partition table");
}
END_TEST

START_TEST(test_small)
{
	static const uint64_t sizes[] = {0,    1,    3,	   10,	 511,  512,   513,   1023, 1024,
					 1079, 1100, 4095, 4096, 5000, 65535, 65536, 66000};

	memset(image, 0, sizeof(image));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		ck_assert_ptr_null(find(sizes[i]));
	put(0, "XFSB", 4);
	ck_assert_ptr_null(find(3));
	ck_assert_str_eq(find(4), "an XFS file system");
}
END_TEST

START_TEST(test_blank_and_random)
{
	uint64_t state = 1;

	clear();
	ck_assert_ptr_null(find(SIZE));
	memset(image, 0xff, sizeof(image));
	ck_assert_ptr_null(find(SIZE));
	for (unsigned int seed = 1; seed <= 1000; seed++) {
		state = seed;
		/* The ends are looked at, the middle is not. */
		for (size_t i = 0; i < SIZE; i += 8) {
			if (i == 264u * 1024u)
				i = SIZE - 128u * 1024u;
			state += UINT64_C(0x9e3779b97f4a7c15);
			uint64_t z = state;
			z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
			z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
			z ^= z >> 31;
			memcpy(image + i, &z, 8);
		}
		ck_assert_msg(find(SIZE) == NULL, "seed %u: %s", seed, find(SIZE));
	}
}
END_TEST

Suite *signature_suite(void)
{
	Suite *suite = suite_create("signature");
	TCase *tcase = tcase_create("find");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_simple, 0, sizeof(simple) / sizeof(simple[0]));
	tcase_add_test(tcase, test_ext);
	tcase_add_test(tcase, test_fat_or_mbr);
	tcase_add_test(tcase, test_minix_nilfs);
	tcase_add_test(tcase, test_swap_is_not_foreign);
	tcase_add_test(tcase, test_small);
	tcase_add_test(tcase, test_blank_and_random);
	suite_add_tcase(suite, tcase);
	return suite;
}
