/* SPDX-License-Identifier: MIT */
/* What a file system says of a file's blocks, and what it is asked for before it gets any. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fake.h"
#include "fs/fs.h"

#define LAST	  0x1u
#define UNKNOWN	  0x2u
#define DELALLOC  0x4u
#define ENCODED	  0x8u
#define INLINE	  0x200u
#define TAIL	  0x400u
#define UNWRITTEN 0x800u
#define SHARED	  0x2000u

#define PAGES(n)   ((n)*UINT64_C(4096))
#define BATCH	   32 /* how many extents the library asks for at a time */
#define EXTENT_MAX 80

Suite *extents_suite(void);

/* The request of FIEMAP; see the kernel's Documentation/filesystems/fiemap.rst. */
struct extent {
	uint64_t logical, physical, length, reserved64[2];
	uint32_t flags, reserved[3];
};

struct head {
	uint64_t start, length;
	uint32_t flags, mapped, count, reserved;
};

/* A file of a kernel of our own. */
static struct {
	struct extent extents[EXTENT_MAX];
	uint32_t count;
	bool repeats; /* it gives the first extent whatever is asked for */
	bool lies;    /* ... and claims to have given more than there was room for */
	int64_t blocks;
	unsigned int asked;
	int errors[3]; /* of the calls of ioctl */
	int fstat_error;
	int flags; /* of the inode */
} file;

static int map(struct head *head)
{
	struct extent *extents = (struct extent *)(void *)(head + 1);

	ck_assert_uint_eq(head->count, BATCH);
	head->mapped = 0;
	for (uint32_t i = 0; i < file.count && head->mapped < head->count; i++) {
		const struct extent *extent = &file.extents[i];

		if (extent->logical + extent->length > head->start || file.repeats)
			extents[head->mapped++] = *extent;
	}
	if (file.lies)
		head->mapped = 3 * BATCH;
	return 0;
}

static int fake_ioctl(int fd, unsigned long request, void *arg)
{
	int error = file.asked < 3 ? file.errors[file.asked] : 0;

	ck_assert_int_eq(fd, 7);
	ck_assert_uint_lt(file.asked, 100);
	file.asked++;
	if (error)
		return -error;
	if (request == _IOWR('f', 11, struct head))
		return map(arg);
	if (request == _IOR('f', 1, long))
		*(int *)arg = file.flags;
	else if (request == _IOW('f', 2, long))
		file.flags = *(int *)arg;
	else
		ck_assert_uint_eq(request, _IOW(0xF5, 13, uint32_t));
	return 0;
}

static int fake_fstat(int fd, struct stat *ret)
{
	ck_assert_int_eq(fd, 7);
	*ret = (struct stat){.st_blocks = file.blocks};
	return -file.fstat_error;
}

static const struct scfg_sys kernel = {.ioctl = fake_ioctl, .fstat = fake_fstat};

static void add(uint64_t logical, uint64_t length, uint32_t flags)
{
	ck_assert_uint_lt(file.count, EXTENT_MAX);
	file.extents[file.count++] =
		(struct extent){.logical = logical, .length = length, .flags = flags};
}

static void check(uint32_t magic, uint64_t size, bool holes, bool shared)
{
	struct scfg_extents ret = {true, true};

	file.asked = 0;
	ck_assert_int_eq(scfg_extents_find(&kernel, scfg_fs_find(magic), 7, size, &ret), 0);
	ck_assert_int_eq(ret.holes, holes);
	ck_assert_int_eq(ret.shared, shared);
}

/* One extent for all of it, with that flag; two where the second one has it. */
static const struct {
	uint32_t magic;
	uint32_t flag;
	bool holes, shared;
} flags[] = {
	{FAKE_EXT4, 0, false, false},
	{FAKE_EXT4, UNWRITTEN, false, false},
	{FAKE_EXT4, DELALLOC, false, false},
	{FAKE_F2FS, UNWRITTEN, true, false},
	{FAKE_F2FS, DELALLOC, true, false},
	{FAKE_F2FS, 0, false, false},
	{FAKE_EXT4, UNKNOWN, false, true},
	{FAKE_BTRFS, ENCODED, false, true},
	{FAKE_EXT4, INLINE, false, true},
	{FAKE_EXT4, TAIL, false, true},
	{FAKE_BTRFS, SHARED, false, true},
	{FAKE_BTRFS, SHARED | ENCODED, false, true},
	{FAKE_F2FS, SHARED | UNWRITTEN, true, true},
};

START_TEST(test_flags)
{
	add(0, PAGES(16), LAST | flags[_i].flag);
	check(flags[_i].magic, PAGES(16), flags[_i].holes, flags[_i].shared);
	file.count = 0;
	add(0, PAGES(8), 0);
	add(PAGES(8), PAGES(8), LAST | flags[_i].flag);
	check(flags[_i].magic, PAGES(16), flags[_i].holes, flags[_i].shared);
}
END_TEST

/* More than one request. */
START_TEST(test_many)
{
	for (uint32_t i = 0; i < 70; i++)
		add(PAGES(i), PAGES(1), i == 69 ? LAST : 0);
	check(FAKE_EXT4, PAGES(70), false, false);
	ck_assert_uint_eq(file.asked, 3);
	file.extents[50].flags = SHARED;
	check(FAKE_EXT4, PAGES(70), false, true);
	file.extents[50].flags = 0;
	/* The file is longer than its blocks reach, with and without a last one. */
	check(FAKE_EXT4, PAGES(71), true, false);
	file.extents[69].flags = 0;
	check(FAKE_EXT4, PAGES(71), true, false);
	check(FAKE_EXT4, PAGES(70), false, false);
	file.extents[40].length = 0;
	check(FAKE_EXT4, PAGES(70), true, false);
}
END_TEST

START_TEST(test_holes)
{
	check(FAKE_EXT4, PAGES(4), true, false);
	/* At the start, in between, at the end. */
	add(PAGES(1), PAGES(3), LAST);
	check(FAKE_EXT4, PAGES(4), true, false);
	file.count = 0;
	add(0, PAGES(1), 0);
	add(PAGES(2), PAGES(2), LAST);
	check(FAKE_EXT4, PAGES(4), true, false);
	file.count = 0;
	add(0, PAGES(3), LAST);
	check(FAKE_EXT4, PAGES(4), true, false);
	check(FAKE_EXT4, PAGES(3), false, false);
	/* Blocks behind the end are nobody's loss. */
	check(FAKE_EXT4, PAGES(2), false, false);
}
END_TEST

/* Whatever a kernel answers, it is not asked for ever. */
START_TEST(test_odd_answers)
{
	add(0, PAGES(1), 0);
	file.repeats = true;
	check(FAKE_EXT4, PAGES(4), true, false);
	file = (__typeof__(file)){.lies = true};
	for (uint32_t i = 0; i < 64; i++)
		add(PAGES(i), PAGES(1), i == 63 ? LAST : 0);
	check(FAKE_EXT4, PAGES(64), false, false);
	ck_assert_uint_eq(file.asked, 2);
}
END_TEST

START_TEST(test_not_asked)
{
	check(FAKE_EXT4, 0, false, false);
	check(FAKE_VFAT, PAGES(4), false, false);
	check(FAKE_EXFAT, PAGES(4), false, false);
	ck_assert_uint_eq(file.asked, 0);
}
END_TEST

/* Without FIEMAP the count of blocks decides. */
START_TEST(test_no_fiemap)
{
	static const int errnos[] = {EOPNOTSUPP, ENOTTY, EINVAL, ENOSYS};
	struct scfg_extents ret;

	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		file.errors[0] = errnos[i];
		file.blocks = 32;
		check(FAKE_EXT4, PAGES(4), false, false);
		file.blocks = 31;
		check(FAKE_EXT4, PAGES(4), true, false);
		file.fstat_error = EIO;
		file.asked = 0;
		ck_assert_int_eq(scfg_extents_find(&kernel, scfg_fs_find(FAKE_EXT4), 7, 4096, &ret),
				 -EIO);
		file.fstat_error = 0;
	}
	/* That the disk has failed is no answer. */
	file.errors[0] = EIO;
	file.asked = 0;
	ck_assert_int_eq(scfg_extents_find(&kernel, scfg_fs_find(FAKE_EXT4), 7, 4096, &ret), -EIO);
}
END_TEST

/* What an error of each call makes of preparing a file. */
static const struct {
	uint32_t magic;
	int errors[2];
	int result;
} preparations[] = {
	{FAKE_F2FS, {0}, 0},
	{FAKE_F2FS, {EINVAL}, 0},
	{FAKE_F2FS, {EFBIG}, 0},
	{FAKE_F2FS, {EPERM}, -EPERM},
	{FAKE_F2FS, {ENOSPC}, -ENOSPC},
	{FAKE_BTRFS, {0}, 0},
	{FAKE_BTRFS, {ENOTTY}, -ENOTTY},
	{FAKE_BTRFS, {0, EPERM}, -EPERM},
};

START_TEST(test_prepare)
{
	const struct scfg_fs *fs = scfg_fs_find(preparations[_i].magic);

	file.flags = 0x10;
	memcpy(file.errors, preparations[_i].errors, sizeof(preparations[_i].errors));
	ck_assert_int_eq(fs->prepare(&kernel, 7), preparations[_i].result);
	/* What else was set stays. */
	ck_assert_int_eq(file.flags, fs->unprepared && !preparations[_i].result ? 0x800010 : 0x10);
}
END_TEST

START_TEST(test_unprepared)
{
	const struct scfg_fs *fs = scfg_fs_find(FAKE_BTRFS);

	ck_assert_int_eq(fs->unprepared(&kernel, 7), 1);
	file.flags = 0x800010;
	ck_assert_int_eq(fs->unprepared(&kernel, 7), 0);
	file.asked = 0;
	file.errors[0] = EIO;
	ck_assert_int_eq(fs->unprepared(&kernel, 7), -EIO);
}
END_TEST

static void setup(void)
{
	file = (__typeof__(file)){0};
}

Suite *extents_suite(void)
{
	const TTest *const tests[] = {
		test_many,	test_holes,	test_odd_answers,
		test_not_asked, test_no_fiemap, test_unprepared,
	};
	Suite *suite = suite_create("extents");
	TCase *tcase = tcase_create("extents");

	tcase_add_checked_fixture(tcase, setup, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_flags, 0, (int)(sizeof(flags) / sizeof(flags[0])));
	tcase_add_loop_test(tcase, test_prepare, 0,
			    (int)(sizeof(preparations) / sizeof(preparations[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}
