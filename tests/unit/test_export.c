/* SPDX-License-Identifier: MIT */
/* Areas within reach of another computer: which disks of the gadget reach which areas. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define KEEP	 SWAPCFG_BOOT_KEEP
#define EXPORTED SWAPCFG_REASON_EXPORTED
#define WARNING	 SWAPCFG_SEVERITY_WARNING
#define LUN	 "/sys/kernel/config/usb_gadget/g0/functions/mass_storage.disk0/lun.0/"

Suite *export_suite(void);

static void put_node(size_t which, const char *path, dev_t device)
{
	put_area(path, SIZE);
	fake.files[which] = (struct fake_file){.path = path, .device = device};
}

/* The NanoKVM's card: the root on p2, /data on p3. */
static void put_card(void)
{
	tree_nano();
	fake.disks[0].dev = makedev(179, 2);
	put_node(0, "/dev/mmcblk0", makedev(179, 0));
	put_node(1, "/dev/mmcblk0p2", makedev(179, 2));
	put_node(2, "/dev/mmcblk0p3", makedev(179, 3));
	put("/sys/devices/mmcblk0/dev", "179:0\n");
	put("/sys/devices/mmcblk0/mmcblk0p2/partition", "2\n");
	put("/sys/devices/mmcblk0/mmcblk0p2/dev", "179:2\n");
	put("/sys/devices/mmcblk0/mmcblk0p3/partition", "3\n");
	put("/sys/devices/mmcblk0/mmcblk0p3/dev", "179:3\n");
	put_dir("/sys/dev/block", 0755);
	put_link("../../devices/mmcblk0", "/sys/dev/block/179:0");
	put_link("../../devices/mmcblk0/mmcblk0p2", "/sys/dev/block/179:2");
	put_link("../../devices/mmcblk0/mmcblk0p3", "/sys/dev/block/179:3");
}

static struct swapcfg_spec *create(const char *path)
{
	return spec_of(path, ACTIVE, strncmp(path, "/dev/", 5) == 0 ? 0 : SIZE, KEEP);
}

static void refused(const char *path, const char *names)
{
	char *message = check_refused(create(path), EXPORTED);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	ck_assert_msg(strncmp(message, path, strlen(path)) == 0, "not on %s: %s", path, message);
	free(message);
}

/* What an area's status says of exports: its severity and sentence. */
static void check_status(const char *path, enum swapcfg_severity severity, const char *names)
{
	struct swapcfg_status *status = NULL;
	const struct swapcfg_finding *found = NULL;
	const struct swapcfg_area *area;

	ck_assert_int_eq(swapcfg_query_path(fake.ctx, path, &status, NULL), 0);
	area = swapcfg_status_area(status, 0);
	ck_assert_ptr_nonnull(area);
	for (size_t i = 0; i < swapcfg_area_finding_count(area); i++) {
		const struct swapcfg_finding *finding = swapcfg_area_finding(area, i);

		if (swapcfg_finding_reason(finding) != EXPORTED)
			continue;
		ck_assert_ptr_null(found);
		found = finding;
	}
	ck_assert((found != NULL) == (names != NULL));
	if (found) {
		ck_assert_int_eq((int)swapcfg_finding_severity(found), (int)severity);
		ck_assert_msg(strstr(swapcfg_finding_message(found), names) != NULL, "%s",
			      swapcfg_finding_message(found));
	}
	swapcfg_status_free(status);
}

/* What is offered, and which areas that reaches: on p2, on p3, p2 itself, the card itself. */
static const struct {
	const char *file;
	bool on_p2, on_p3, p2, card;
} reach[] = {
	{"/dev/mmcblk0p3\n", false, true, false, true},
	{"/dev/mmcblk0p2\n", true, false, true, true},
	{"/dev/mmcblk0\n", true, true, true, true},
	{"/data/image.iso\n", false, false, false, true},
	{"/dev/sda\n", false, false, false, false},
	{"\n", false, false, false, false},
	{"", false, false, false, false},
};

START_TEST(test_reach)
{
	const char *const areas[] = {"/swapfile", "/data/swapfile", "/dev/mmcblk0p2",
				     "/dev/mmcblk0"};
	const bool reached[] = {reach[_i].on_p2, reach[_i].on_p3, reach[_i].p2, reach[_i].card};
	char offered[32];

	put_card();
	put_node(3, "/dev/sda", makedev(8, 0));
	put("/data/image.iso", "a system to install");
	put(LUN "file", reach[_i].file);
	strcpy(offered, reach[_i].file);
	offered[strcspn(offered, "\n")] = '\0';
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
		if (reached[i])
			refused(areas[i], offered);
		else
			check_feasible(create(areas[i]));
	}
	put_active("/swapfile", SIZE, -1, 0);
	put_area("/data/swapfile", SIZE);
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		check_status(areas[i], i == 0 ? SWAPCFG_SEVERITY_BLOCKER : WARNING,
			     reached[i] ? offered : NULL);
}
END_TEST

/* Whoever looks for a way out finds the file to empty. */
START_TEST(test_sentence)
{
	char *message;

	put_card();
	put(LUN "file", "/dev/mmcblk0p3\n");
	message = check_refused(create("/data/swapfile"), EXPORTED);
	ck_assert_str_eq(message,
			 "/data/swapfile is within reach of the attached computer, which is "
			 "offered /dev/mmcblk0p3 as a USB disk and can write to it at any time; "
			 "choose another path, or empty " LUN "file");
	free(message);
	/* A file that nobody uses has nothing to lose yet. */
	put_area("/data/swapfile", SIZE);
	check_status("/data/swapfile", WARNING, "at any time; empty " LUN "file");
	put("/etc/fstab", "/data/swapfile none swap sw 0 0\n");
	check_status("/data/swapfile", SWAPCFG_SEVERITY_BLOCKER, "disable it, or empty");
	put("/etc/fstab", "");
	put_active("/data/swapfile", SIZE, -1, 0);
	check_status("/data/swapfile", SWAPCFG_SEVERITY_BLOCKER,
		     "at any time; disable it, or empty " LUN "file");
}
END_TEST

/* What would be refused is not said to mend it. */
START_TEST(test_no_repair)
{
	struct swapcfg_status *status = NULL;
	struct swapcfg_spec *spec = NULL;

	put_card();
	put_active("/data/swapfile", SIZE, -1, 0);
	for (int exported = 0; exported < 2; exported++) {
		put(LUN "file", exported ? "/dev/mmcblk0p3\n" : "\n");
		ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
		ck_assert_int_eq(swapcfg_area_repair(swapcfg_status_area(status, 0), &spec, NULL),
				 0);
		ck_assert((spec == NULL) == (exported == 1));
		swapcfg_spec_free(spec);
		swapcfg_status_free(status);
	}
}
END_TEST

/* To get out of there is not refused. */
START_TEST(test_leaving)
{
	put_card();
	put_active("/data/swapfile", SIZE, -1, 0);
	put(LUN "file", "/dev/mmcblk0p3\n");
	check_finding(spec_of("/data/swapfile", SWAPCFG_STATE_ABSENT, 0, KEEP), EXPORTED, WARNING);
	check_finding(spec_of("/data/swapfile", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE),
		      EXPORTED, WARNING);
	free(check_refused(spec_of("/data/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO),
			   EXPORTED));
	free(check_refused(spec_of("/data/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP),
			   EXPORTED));
}
END_TEST

/* The file itself, by whatever name; another file of that file system is none of its business. */
START_TEST(test_file)
{
	char name[PATH_MAX];
	char other[PATH_MAX];

	put_card();
	put_area("/swapfile", SIZE);
	put_area("/other", SIZE);
	put(LUN "file", "/swapfile\n");
	refused("/swapfile", "/swapfile");
	check_feasible(create("/other"));
	ck_assert_int_eq(link(full("/swapfile", name), full("/hard", other)), 0);
	put_link("/hard", "/link");
	put(LUN "file", "/link\n");
	refused("/swapfile", "/link");
	put(LUN "file", "/data/../swapfile\n");
	refused("/swapfile", "/swapfile");
	put(LUN "file", "swapfile\n");
	check_finding(create("/swapfile"), EXPORTED, WARNING);
}
END_TEST

/* Names come as they are: with newlines, and with the end that a deleted file's name gets. */
START_TEST(test_odd_names)
{
	put_card();
	put_area("/a\nb\n", SIZE);
	put(LUN "file", "/a\nb\n\n");
	check_status("/a\nb\n", WARNING, "offered /a\nb\n as");
	put(LUN "file", "/a\nb\n");
	check_status("/a\nb\n", SWAPCFG_SEVERITY_INFO, "any more: /a\nb");
	put_area("/area (deleted)", SIZE);
	put_area("/area", SIZE);
	put(LUN "file", "/area (deleted)\n");
	refused("/area (deleted)", "/area (deleted)");
	check_feasible(create("/area"));
}
END_TEST

/* A new file under the old name is another one; a new node stands for the same device. */
START_TEST(test_deleted)
{
	put_card();
	put_area("/swapfile", SIZE);
	put(LUN "file", "/swapfile (deleted)\n");
	check_finding(create("/swapfile"), EXPORTED, WARNING);
	check_status("/swapfile", SWAPCFG_SEVERITY_INFO, "any more: /swapfile (deleted)");
	put(LUN "file", "/dev/mmcblk0p3 (deleted)\n");
	refused("/data/swapfile", "offered /dev/mmcblk0p3 as");
	put(LUN "file", "/dev/other (deleted)\n");
	check_finding(create("/data/swapfile"), EXPORTED, WARNING);
	put(LUN "file", "/no/such/directory/file\n");
	check_finding(create("/data/swapfile"), EXPORTED, WARNING);
	put(LUN "file", "(unreachable)/file\n");
	check_finding(create("/data/swapfile"), EXPORTED, WARNING);
}
END_TEST

/* An image that is offered and mounted here as well. */
START_TEST(test_loop)
{
	put_card();
	put("/image", "");
	fake.disks[2] = (struct fake_disk){"/mnt", FAKE_EXT4, makedev(7, 1), GIB, GIB, false};
	put_dir("/mnt", 0755);
	put("/sys/devices/virtual/block/loop0/loop/backing_file", "/image\n");
	put("/sys/devices/virtual/block/loop0/loop0p1/partition", "1\n");
	put("/sys/devices/virtual/block/loop0/dev", "7:0\n");
	put_link("../../devices/virtual/block/loop0/loop0p1", "/sys/dev/block/7:1");
	put_link("../../devices/virtual/block/loop0", "/sys/dev/block/7:0");
	put(LUN "file", "/image\n");
	refused("/mnt/swapfile", "/image");
	check_feasible(create("/swapfile"));
	/* The disk that the image lies on, and one that it does not lie on. */
	put(LUN "file", "/dev/mmcblk0p2\n");
	refused("/mnt/swapfile", "/dev/mmcblk0p2");
	put(LUN "file", "/dev/mmcblk0p3\n");
	check_feasible(create("/mnt/swapfile"));
	/* Another loop device over the same image. */
	put_node(3, "/dev/loop9", makedev(7, 9));
	put("/sys/dev/block/7:9/loop/backing_file", "/image\n");
	put(LUN "file", "/dev/loop9\n");
	refused("/mnt/swapfile", "/dev/loop9");
	put("/sys/devices/virtual/block/loop0/loop/backing_file", "/image (deleted)\n");
	put(LUN "file", "/image\n");
	check_feasible(create("/mnt/swapfile"));
}
END_TEST

/* What is offered is a loop device over the area. */
START_TEST(test_loop_over_the_area)
{
	put_card();
	put_area("/swapfile", SIZE);
	put_area("/other", SIZE);
	put_node(3, "/dev/loop0", makedev(7, 0));
	put("/sys/dev/block/7:0/loop/backing_file", "/swapfile\n");
	put(LUN "file", "/dev/loop0\n");
	refused("/swapfile", "/dev/loop0");
	check_feasible(create("/other"));
	/* Over the disk that it lies on, though that is mounted. */
	put("/sys/dev/block/7:0/loop/backing_file", "/dev/mmcblk0p2\n");
	refused("/other", "/dev/loop0");
	put("/sys/dev/block/7:0/loop/backing_file", "/dev/loop0\n");
	check_feasible(create("/other"));
}
END_TEST

START_TEST(test_device_mapper)
{
	put_card();
	put_node(3, "/dev/dm-0", makedev(254, 0));
	put("/sys/dev/block/254:0/slaves/mmcblk0p1/dev", "179:1\n");
	put("/sys/dev/block/254:0/slaves/mmcblk0p2/dev", "179:2\n");
	put(LUN "file", "/dev/mmcblk0p2\n");
	refused("/dev/dm-0", "/dev/mmcblk0p2");
	put(LUN "file", "/dev/mmcblk0\n");
	refused("/dev/dm-0", "/dev/mmcblk0");
	put(LUN "file", "/dev/mmcblk0p3\n");
	check_feasible(create("/dev/dm-0"));
	put(LUN "file", "/dev/dm-0\n");
	refused("/dev/mmcblk0p2", "/dev/dm-0");
}
END_TEST

/* A circle of devices, which no kernel makes, must not hold us for ever. */
START_TEST(test_circle)
{
	put_card();
	put_node(3, "/dev/dm-0", makedev(254, 0));
	put("/sys/dev/block/254:0/slaves/dm-0/dev", "254:0\n");
	put(LUN "file", "/dev/mmcblk0p3\n");
	check_feasible(create("/dev/dm-0"));
}
END_TEST

START_TEST(test_zram_backing)
{
	put_card();
	put_node(3, "/dev/zram0", makedev(251, 0));
	put("/sys/dev/block/251:0/backing_dev", "/dev/mmcblk0p3\n");
	put(LUN "file", "/dev/mmcblk0p3\n");
	refused("/dev/zram0", "/dev/mmcblk0p3");
	put("/sys/dev/block/251:0/backing_dev", "none\n");
	check_feasible(create("/dev/zram0"));
}
END_TEST

/* btrfs shows a number of its own, which belongs to no device. */
START_TEST(test_btrfs)
{
	put_card();
	fake.disks[2] = (struct fake_disk){"/mnt", FAKE_BTRFS, makedev(0, 40), GIB, GIB, false};
	put_dir("/mnt/sub", 0755);
	put_node(3, "/dev/sda1", makedev(8, 1));
	put("/proc/self/mountinfo", "22 1 179:2 / / rw,relatime - ext4 /dev/root rw\n"
				    "31 22 0:39 /sub /mnt rw,relatime - btrfs /dev/sda1 rw\n");
	put(LUN "file", "/dev/sda1\n");
	refused("/mnt/sub/swapfile", "/dev/sda1");
	check_feasible(create("/swapfile"));
	put_link("/mnt/sub/swapfile", "/link");
	fake.inode_flags = 0x00800000;
	put_active("/mnt/sub/swapfile", SIZE, -1, 0);
	check_status("/mnt/sub/swapfile", SWAPCFG_SEVERITY_BLOCKER, "/dev/sda1");
	check_status("/link", SWAPCFG_SEVERITY_BLOCKER, "/dev/sda1");
	put(LUN "file", "/dev/mmcblk0\n");
	check_status("/mnt/sub/swapfile", SWAPCFG_SEVERITY_BLOCKER, NULL);
	put("/proc/self/mountinfo", "31 22 0:39 /sub /mnt rw - fuse source rw\n");
	put(LUN "file", "/dev/sda1\n");
	check_status("/mnt/sub/swapfile", SWAPCFG_SEVERITY_BLOCKER, NULL);
}
END_TEST

/* What is swapped out can be read: that is refused too, and reported, if not as a danger. */
START_TEST(test_read_only)
{
	put_card();
	put(LUN "file", "/dev/mmcblk0p3\n");
	put(LUN "ro", "1\n");
	refused("/data/swapfile", "can read what was swapped out");
	put_area("/data/swapfile", SIZE);
	check_status("/data/swapfile", WARNING, "can read what was swapped out");
	put(LUN "ro", "0\n");
	refused("/data/swapfile", "can write to it");
}
END_TEST

Suite *export_suite(void)
{
	const TTest *const tests[] = {
		test_sentence,	    test_no_repair, test_leaving,      test_file,
		test_odd_names,	    test_deleted,   test_loop,	       test_loop_over_the_area,
		test_device_mapper, test_circle,    test_zram_backing, test_btrfs,
		test_read_only,
	};
	Suite *suite = suite_of("export", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("reach");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_reach, 0, sizeof(reach) / sizeof(reach[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
