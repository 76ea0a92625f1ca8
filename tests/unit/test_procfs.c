/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "pure/procfs.h"

Suite *procfs_suite(void);

#define HEADER "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static int swaps(const char *text, struct scfg_swaps *ret)
{
	return scfg_swaps_parse(text, strlen(text), ret);
}

START_TEST(test_swaps_rows)
{
	static const char *const texts[] = {
		/* Single tabs, as in 4.19, and double ones, as from 5.x on. */
		"Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"
		"/dev/mmcblk0p4                          partition\t131068\t4\t-2\n"
		"/swapfile                               file\t\t1048572\t0\t32767\n",
		HEADER "/dev/mmcblk0p4                          partition\t131068\t\t4\t\t-2\n"
		       "/swapfile                               file\t\t1048572\t\t0\t\t32767\n",
	};
	struct scfg_swaps list;

	ck_assert_int_eq(swaps(texts[_i], &list), 0);
	ck_assert_uint_eq(list.count, 2);
	ck_assert_str_eq(list.rows[0].path, "/dev/mmcblk0p4");
	ck_assert(!list.rows[0].is_file && !list.rows[0].deleted);
	ck_assert_uint_eq(list.rows[0].size, 131068 * UINT64_C(1024));
	ck_assert_uint_eq(list.rows[0].used, 4096);
	ck_assert_int_eq(list.rows[0].priority, -2);
	ck_assert_str_eq(list.rows[1].path, "/swapfile");
	ck_assert(list.rows[1].is_file);
	ck_assert_int_eq(list.rows[1].priority, 32767);
	scfg_swaps_free(&list);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

static const struct {
	const char *raw, *path;
	bool deleted;
} paths[] = {
	{"/a\\040b\\011c\\012d\\134e", "/a b\tc\nd\\e", false},
	{"/m/x\\040(deleted)", "/m/x", true},
	{"/m/x\\040y\\040(deleted)", "/m/x y", true},
	{"/m/(deleted)", "/m/(deleted)", false},
	{"\\040(deleted)", " (deleted)", false},
	{"/m\\040(deleted)/x", "/m (deleted)/x", false},
	/* An escape of a backslash is not the start of another one. */
	{"/a\\134040b", "/a\\040b", false},
	/* No escapes: too short, not octal, above 255, a NUL. */
	{"/a\\04", "/a\\04", false},
	{"/a\\", "/a\\", false},
	{"/a\\048", "/a\\048", false},
	{"/a\\777", "/a\\777", false},
	{"/a\\000b", "/a\\000b", false},
	{"/\xff\xc3", "/\xff\xc3", false},
};

START_TEST(test_swaps_path)
{
	struct scfg_swaps list;
	char text[256] = HEADER;

	strcat(text, paths[_i].raw);
	strcat(text, " file 12 0 -1\n");
	ck_assert_int_eq(swaps(text, &list), 0);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_str_eq(list.rows[0].path, paths[_i].path);
	ck_assert(list.rows[0].deleted == paths[_i].deleted);
	scfg_swaps_free(&list);
}
END_TEST

START_TEST(test_swaps_limits)
{
	struct scfg_swaps list;

	ck_assert_int_eq(swaps(HEADER, &list), 0);
	ck_assert_uint_eq(list.count, 0);
	scfg_swaps_free(&list);
	/* The largest number of KiB that is a number of bytes, and an unknown type. */
	ck_assert_int_eq(swaps(HEADER "/x odd 18014398509481983 0 -2147483647\n", &list), 0);
	ck_assert_uint_eq(list.rows[0].size, UINT64_MAX - 1023);
	ck_assert_int_eq(list.rows[0].priority, -INT_MAX);
	ck_assert(!list.rows[0].is_file);
	scfg_swaps_free(&list);
}
END_TEST

static const char *const no_swaps[] = {
	"",
	"\n",
	"/swapfile file 12 0 -1\n",
	"Filename Type Size Used\n",
	"Filename Type Size Used Priority More\n",
	"Filename Type Size Used Priority",
	HEADER "/x file 12 0\n",
	HEADER "/x file 12 0 1 2\n",
	HEADER "/x file -12 0 1\n",
	HEADER "/x file 12 x 1\n",
	HEADER "/x file 12 0 -\n",
	HEADER "/x file 12 0 2147483648\n",
	HEADER "/x file 18014398509481984 0 1\n",
	HEADER "/x file 12 99999999999999999999 1\n",
	HEADER "\n",
	/* Cut off by a short read: the priority may have had more digits. */
	HEADER "/x file 12 0 1",
	HEADER "/x file 12 0 1\n/y file 12 0 1",
};

START_TEST(test_swaps_refused)
{
	struct scfg_swaps list = {.count = 42};

	ck_assert_msg(swaps(no_swaps[_i], &list) == -EINVAL, "%s", no_swaps[_i]);
	ck_assert_uint_eq(list.count, 42);
}
END_TEST

START_TEST(test_swaps_nul)
{
	static const char text[] = HEADER "/x\0y file 12 0 1\n";
	struct scfg_swaps list;

	ck_assert_int_eq(scfg_swaps_parse(text, sizeof(text) - 1, &list), -EINVAL);
}
END_TEST

static const char mountinfo[] =
	"22 1 179:2 / / rw,relatime shared:1 - ext4 /dev/root rw,errors=remount-ro\n"
	"23 22 0:5 / /proc rw,nosuid - proc proc rw\n"
	"30 22 179:3 / /data rw,relatime shared:7 master:2 - exfat /dev/mmcblk0p3 rw,fmask=0022\n"
	"31 22 179:3 /sub /data2 ro,relatime - exfat /dev/mmcblk0p3 rw,fmask=0022\n"
	"32 22 0:40 / /mnt/my\\040disk\\043\\134 rw - btrfs /dev/sdb1 rw,subvol=/\n"
	"33 22 0:41 / /tmp rw - tmpfs  rw,mode=1777\n"
	"34 30 0:42 / /data rw - tmpfs none ro,size=1k\n";

/* As for mount(2) with "" as its first argument. */
static const char empty_source[] = "33 22 0:41 / /tmp rw - tmpfs  rw,mode=1777\n";

static int by_path(const char *path, struct scfg_mount *ret)
{
	return scfg_mountinfo_by_path(mountinfo, sizeof(mountinfo) - 1, path, ret);
}

START_TEST(test_mount_fields)
{
	struct scfg_mount mount;

	ck_assert_int_eq(by_path("/data2/x", &mount), 0);
	ck_assert_int_eq(mount.id, 31);
	ck_assert_uint_eq(mount.major, 179);
	ck_assert_uint_eq(mount.minor, 3);
	ck_assert_str_eq(mount.root, "/sub");
	ck_assert_str_eq(mount.point, "/data2");
	ck_assert_str_eq(mount.type, "exfat");
	ck_assert_str_eq(mount.source, "/dev/mmcblk0p3");
	ck_assert_str_eq(mount.super, "rw,fmask=0022");
	ck_assert(mount.read_only);
	scfg_mount_free(&mount);
	ck_assert_ptr_null(mount.point);
	/* "remount-ro", and "ro" elsewhere, are not "ro". */
	ck_assert_int_eq(by_path("/", &mount), 0);
	ck_assert_uint_eq(mount.minor, 2);
	ck_assert(!mount.read_only);
	scfg_mount_free(&mount);
	ck_assert_int_eq(scfg_mountinfo_by_path("", 0, "/", &mount), -ENOENT);
}
END_TEST

/* Any number of optional fields stands before the hyphen. */
START_TEST(test_mount_optional)
{
	static const char text[] = "1 1 8:1 / / rw shared:7 master:2 - exfat /dev/sda1 rw\n";
	struct scfg_mount mount;

	ck_assert_int_eq(scfg_mountinfo_by_path(text, sizeof(text) - 1, "/", &mount), 0);
	ck_assert_str_eq(mount.type, "exfat");
	ck_assert_str_eq(mount.source, "/dev/sda1");
	scfg_mount_free(&mount);
}
END_TEST

static const struct {
	const char *path;
	int id;
} places[] = {
	{"/", 22},
	{"/swapfile", 22},
	{"/procx", 22},
	{"/proc", 23},
	{"/proc/swaps", 23},
	/* Mounted over: the later one is what a path leads to. */
	{"/data", 34},
	{"/data/swapfile", 34},
	{"/data2/x", 31},
	{"/mnt/my disk#\\/swap", 32},
	{"/mnt/my\\040disk", 22},
	{"/mnt", 22},
};

START_TEST(test_mount_by_path)
{
	struct scfg_mount mount;

	ck_assert_int_eq(by_path(places[_i].path, &mount), 0);
	ck_assert_int_eq(mount.id, places[_i].id);
	scfg_mount_free(&mount);
}
END_TEST

START_TEST(test_mount_strings)
{
	struct scfg_mount mount;

	ck_assert_int_eq(by_path("/mnt/my disk#\\", &mount), 0);
	ck_assert_str_eq(mount.point, "/mnt/my disk#\\");
	scfg_mount_free(&mount);
	ck_assert_int_eq(by_path("/data", &mount), 0);
	ck_assert(mount.read_only); /* the file system is, the mount is not */
	scfg_mount_free(&mount);
	ck_assert_int_eq(by_path("data", &mount), -EINVAL);
	ck_assert_int_eq(by_path("", &mount), -EINVAL);
	ck_assert_int_eq(
		scfg_mountinfo_by_path(empty_source, sizeof(empty_source) - 1, "/tmp/x", &mount),
		0);
	ck_assert_str_eq(mount.type, "tmpfs");
	ck_assert_str_eq(mount.source, "");
	ck_assert_str_eq(mount.super, "rw,mode=1777");
	scfg_mount_free(&mount);
	ck_assert_int_eq(
		scfg_mountinfo_by_path(empty_source, sizeof(empty_source) - 1, "/x", &mount),
		-ENOENT);
}
END_TEST

static const char *const no_mounts[] = {
	"\n",
	"x 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
	"1 1 8 / / rw - ext4 /dev/sda1 rw\n",
	"1 1 8: / / rw - ext4 /dev/sda1 rw\n",
	"1 1 8:1:2 / / rw - ext4 /dev/sda1 rw\n",
	"1 1 8:99999999999 / / rw - ext4 /dev/sda1 rw\n",
	"1 1 8:1 / / rw ext4 /dev/sda1 rw\n",
	"1 1 8:1 / / rw - ext4 /dev/sda1\n",
	"1 1 8:1 / /\n",
	"2147483648 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
};

/* What lies behind the end of the text is not looked at, and a NUL is no part of a name. */
START_TEST(test_mount_end)
{
	static const char text[] = "1 1 8:1 / / rw - ext4 /dev/sda1 rw,\\0401";
	static const char nul[] = "1 1 8:1 / /a\0b rw - ext4 /dev/sda1 rw\n";
	struct scfg_mount mount;

	ck_assert_int_eq(scfg_mountinfo_by_path(text, sizeof(text) - 3, "/", &mount), 0);
	ck_assert_str_eq(mount.super, "rw,\\04");
	scfg_mount_free(&mount);
	ck_assert_int_eq(scfg_mountinfo_by_path(nul, sizeof(nul) - 1, "/", &mount), -EINVAL);
}
END_TEST

START_TEST(test_mount_refused)
{
	const char *text = no_mounts[_i];
	struct scfg_mount mount = {.id = 42};

	ck_assert_int_eq(scfg_mountinfo_by_path(text, strlen(text), "/", &mount), -EINVAL);
	ck_assert_int_eq(mount.id, 42);
}
END_TEST

static int meminfo(const char *text, struct scfg_meminfo *ret)
{
	return scfg_meminfo_parse(text, strlen(text), ret);
}

START_TEST(test_meminfo)
{
	struct scfg_meminfo info;

	ck_assert_int_eq(meminfo("MemTotal:         126000 kB\nMemFree:            1000 kB\n"
				 "MemAvailable:      50000 kB\nBuffers:            200 kB\n"
				 "Cached:            30000 kB\nSwapCached:           12 kB\n"
				 "SwapTotal:         65532 kB\nSwapFree:          65000 kB\n",
				 &info),
			 0);
	ck_assert_uint_eq(info.total, 126000 * 1024);
	ck_assert_uint_eq(info.available, 50000 * 1024);
	ck_assert_uint_eq(info.swap_total, 65532 * 1024);
	ck_assert_uint_eq(info.swap_free, 65000 * 1024);
	ck_assert_uint_eq(info.swap_cached, 12 * 1024);
	/* Without swap and without MemAvailable. SwapCached is not Cached. */
	ck_assert_int_eq(meminfo("SwapCached: 7 kB\nMemTotal: 100 kB\nMemFree: 1 kB\n"
				 "Buffers: 2 kB\nCached: 4 kB",
				 &info),
			 0);
	ck_assert_uint_eq(info.available, 7 * 1024);
	ck_assert_uint_eq(info.swap_total, 0);
}
END_TEST

static const char *const no_meminfo[] = {
	"",
	"MemFree: 12 kB\n",
	"MemTotal: 0 kB\n",
	"MemTotal: 12\n",
	"MemTotal: 12 MB\n",
	"MemTotal: kB\n",
	"MemTotal: -1 kB\n",
	"MemTotal: 18014398509481984 kB\n",
	"MemTotal: 18014398509481985 kB\n",
	" MemTotal: 12 kB\n",
	"MemTotalX: 12 kB\n",
	"MemTotal: 12 kB\nMemAvailable: x kB\n",
	"MemTotal: 12 kB\nSwapFree: 99999999999999999999 kB\n",
	"MemTotal: 12 kB\nMemFree: 18014398509481983 kB\nCached: 18014398509481983 kB\n",
};

START_TEST(test_meminfo_refused)
{
	struct scfg_meminfo info = {.total = 42};

	ck_assert_msg(meminfo(no_meminfo[_i], &info) == -EINVAL, "%s", no_meminfo[_i]);
	ck_assert_uint_eq(info.total, 42);
}
END_TEST

#define LOOP(tcase, test, table) \
	tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof((table)[0]))

Suite *procfs_suite(void)
{
	Suite *suite = suite_create("procfs");
	TCase *swap = tcase_create("swaps"), *mount = tcase_create("mountinfo");
	TCase *memory = tcase_create("meminfo");

	tcase_add_loop_test(swap, test_swaps_rows, 0, 2);
	LOOP(swap, test_swaps_path, paths);
	tcase_add_test(swap, test_swaps_limits);
	LOOP(swap, test_swaps_refused, no_swaps);
	tcase_add_test(swap, test_swaps_nul);
	suite_add_tcase(suite, swap);
	tcase_add_test(mount, test_mount_fields);
	tcase_add_test(mount, test_mount_optional);
	LOOP(mount, test_mount_by_path, places);
	tcase_add_test(mount, test_mount_strings);
	tcase_add_test(mount, test_mount_end);
	LOOP(mount, test_mount_refused, no_mounts);
	suite_add_tcase(suite, mount);
	tcase_add_test(memory, test_meminfo);
	LOOP(memory, test_meminfo_refused, no_meminfo);
	suite_add_tcase(suite, memory);
	return suite;
}
