/* SPDX-License-Identifier: MIT */
/* What mounts the directory of an area at boot, and so where its entry has to stand. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "boot/boot.h"
#include "boot_check.h"
#include "scene.h"
#include "survey.h"

Suite *boot_mounts_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ONLY SWAPCFG_STATE_KEEP
#define AUTO SWAPCFG_BOOT_AUTO

/* Whether a text of fstab mounts what holds /data/swapfile. */
static const struct {
	const char *text;
	bool mounts;
} fstabs[] = {
	{NULL, false},
	{"", false},
	{"/dev/x /data exfat defaults 0 0", true},
	{"/dev/x\t/data\n", true},
	{"/dev/x /data", true},
	{"\n \t\n/dev/root / ext4 rw 0 1\n\n  /dev/x  /data  exfat\n", true},
	{"#/dev/x /data exfat rw 0 0\n", false},
	{" # /data /data exfat rw 0 0\n", false},
	{"/data\n", false},
	{"/data \t\n", false},
	{"/data", false},
	{"/dev/x /dat exfat rw 0 0\n", false},
	{"/dev/x /data/swapfile none bind 0 0\n", true},
	{"/dev/x /data/ exfat rw 0 0\n", true},
	{"/dev/x /da\\164a exfat rw 0 0\n", true},
	{"/dev/x /data\\040 exfat rw 0 0\n", false},
	{"/dev/x /data/swap none bind 0 0\n", false},
	{"/dev/x /data2 exfat rw 0 0\n", false},
	{"/dev/x data exfat rw 0 0\n", false},
	{"/dev/x none swap sw 0 0\n", false},
	{"/dev/root / ext4 rw 0 1\n", false},
	/* Not at boot. */
	{"/dev/x /data exfat noauto 0 0\n", false},
	{"/dev/x /data exfat rw,noexec,noauto\n", false},
	{"/dev/x /data exfat rw,noauto\n/dev/y /data ext4 rw\n", true},
	{"/dev/x /data ntfs noexec,nodev 0 0\n", true},
	{"/dev/x /data exfat ro,n 0 0\n", true},
	{"/dev/x /data exfat ro,x-noauto,comment=noauto 0 0\n", true},
	{"/dev/x /data exfat noaut", true},
	/* The next line has nothing to do with it. */
	{"/dev/x /data exfat rw 0 0\n/dev/y /y ext4 noauto 0 0\n", true},
};

START_TEST(test_fstab)
{
	struct scfg_boot boot = {0};
	char *text = fstabs[_i].text ? strdup(fstabs[_i].text) : NULL;

	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		boot.files[i].kind = scfg_boot_kinds[i];
		if (scfg_boot_kinds[i]->kind == SWAPCFG_BOOT_FSTAB)
			boot.files[i] = (struct scfg_boot_file){.kind = scfg_boot_kinds[i],
								.data = text,
								.len = text ? strlen(text) : 0};
	}
	ck_assert_msg(scfg_boot_mounts(&boot, "/data/swapfile") == fstabs[_i].mounts, "%s",
		      fstabs[_i].text);
	free(text);
}
END_TEST

static void check_place(const char *path, const char *line, bool unknown)
{
	struct swapcfg_plan *plan;
	const struct swapcfg_finding *finding;
	char *text;

	put_area(path, SIZE);
	plan = plan_of(spec_of(path, ONLY, 0, SWAPCFG_BOOT_INITTAB));
	finding = finding_of(plan, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT);
	ck_assert(swapcfg_plan_is_feasible(plan));
	ck_assert_int_eq(finding != NULL, unknown);
	if (finding)
		ck_assert_int_eq((int)swapcfg_finding_severity(finding), SWAPCFG_SEVERITY_INFO);
	swapcfg_plan_unref(plan);
	check_apply(spec_of(path, ONLY, 0, SWAPCFG_BOOT_INITTAB));
	text = text_of("/etc/inittab");
	ck_assert_msg(strstr(text, line), "no '%s' in:\n%s", line, text);
	free(text);
}

/* In an image, what its boot will mount has to be told from what lies there. */
START_TEST(test_image)
{
	tree_nano();
	put_dir("/srv", 0755);
	put("/etc/fstab", "/dev/mmcblk0p3 /data exfat defaults 0 0\n");
	fake.disks[1] = (struct fake_disk){"/mnt", FAKE_EXT4, makedev(8, 1), GIB, GIB, false};
	fake_go_offline();
	/* Nothing is mounted between the root and what lies in it. */
	check_place("/swapfile", "swc0::sysinit:/sbin/swapon /swapfile\n", false);
	check_place("/data/swapfile", "swc1:12345:wait:/sbin/swapon /data/swapfile\n", false);
	/* A disk of its own now, so it will be one then. */
	check_place("/mnt/swapfile", "swc2:12345:wait:/sbin/swapon /mnt/swapfile\n", false);
	/* A script may mount a disk on it. */
	check_place("/srv/swapfile", "swc3:12345:wait:/sbin/swapon /srv/swapfile\n", true);
}
END_TEST

/* What cannot be known is not taken for mounted. */
START_TEST(test_image_needs_a_mount)
{
	tree_debian();
	put_dir("/srv", 0755);
	put_area("/srv/swapfile", SIZE);
	put_area("/swapfile", SIZE);
	fake_go_offline();
	free(check_refused(spec_of("/srv/swapfile", ONLY, 0, SWAPCFG_BOOT_FSTAB),
			   SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT));
	check_apply(spec_of("/swapfile", ONLY, 0, SWAPCFG_BOOT_FSTAB));
	put("/etc/fstab", "UUID=5 /srv ext4 rw 0 0\n");
	check_apply(spec_of("/srv/swapfile", ONLY, 0, SWAPCFG_BOOT_FSTAB));
	check_text("/etc/fstab",
		   "UUID=5 /srv ext4 rw 0 0\n" MARKER "/srv/swapfile none swap sw,nofail 0 0\n");
}
END_TEST

/* Nor is what cannot be looked at. */
START_TEST(test_root_unknown)
{
	struct scfg_survey survey = {.place.path = (char *)"/srv/s"};

	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++)
		survey.boot.files[i].kind = scfg_boot_kinds[i];
	fake_go_offline();
	survey.ctx = fake.ctx;
	ck_assert_int_eq(scfg_boot_where(&survey), SCFG_ON_MOUNT);
	fake.fail_name = "fstat";
	fake.fail_errno = EIO;
	ck_assert_int_eq(scfg_boot_where(&survey), SCFG_WHERE_UNKNOWN);
	ck_assert(!scfg_boot_is_mounted(&survey));
}
END_TEST

/* Scripts are read as far as they can be; that one cannot is no mount, a failing disk no answer. */
START_TEST(test_scripts)
{
	struct scfg_buf huge = {0};

	ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/data"), 0);
	put_dir("/etc/init.d", 0755);
	ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/data"), 0);
	put("/etc/init.d/S01", "mount /dev/x /dat a\n");
	put_dir("/etc/init.d/data", 0755);
	put_link("gone", "/etc/init.d/S02");
	while (huge.len < 300 * KIB)
		scfg_buf_adds(&huge, "mount /data\n");
	put_bytes("/etc/init.d/S03", huge.data, huge.len, 0755);
	scfg_buf_free(&huge);
	ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/data"), 0);
	put("/etc/init.d/S04", "exfat_mount /data");
	ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/data"), 1);
	fake.calls = 0;
	ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/other"), 0);
	for (unsigned int last = fake.calls, call = 1; call <= last; call++) {
		fake.calls = 0;
		fake.fail_at = call;
		fake.fail_errno = EIO;
		ck_assert_int_eq(scfg_boot_scripts_name(fake.ctx, "/other"), -EIO);
		ck_assert_uint_eq(fake.failed, call);
	}
}
END_TEST

Suite *boot_mounts_suite(void)
{
	const TTest *const tests[] = {test_image, test_image_needs_a_mount, test_root_unknown,
				      test_scripts};
	Suite *suite = suite_of("boot_mounts", tests, COUNT(tests));
	TCase *tcase = tcase_create("fstab");

	tcase_add_loop_test(tcase, test_fstab, 0, COUNT(fstabs));
	suite_add_tcase(suite, tcase);
	return suite;
}
