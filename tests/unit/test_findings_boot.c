/* SPDX-License-Identifier: MIT */
/* What is said of boot entries, and of what an area shares with other users. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "boot_check.h"
#include "inittab_samples.h"
#include "scene.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define ONLY   SWAPCFG_STATE_KEEP /* the boot entry, and nothing else */
#define AUTO   SWAPCFG_BOOT_AUTO
#define KEEP   SWAPCFG_BOOT_KEEP

Suite *findings_boot_suite(void);

static void refused(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(spec, reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

static void check_no_finding(struct swapcfg_spec *spec, enum swapcfg_reason reason)
{
	struct swapcfg_plan *plan = plan_of(spec);

	ck_assert(swapcfg_plan_is_feasible(plan));
	ck_assert_ptr_null(finding_of(plan, reason));
	swapcfg_plan_unref(plan);
}

START_TEST(test_entry_for_nothing)
{
	tree_nano();
	refused(spec_of("/swapfile", ONLY, 0, AUTO), SWAPCFG_REASON_MISSING, "would fail");
	put_bytes("/swapfile", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/swapfile", (char[PATH_MAX]){0}), (off_t)SIZE), 0);
	refused(spec_of("/swapfile", ONLY, 0, AUTO), SWAPCFG_REASON_NOT_SWAP, "would fail");
	check_feasible(spec_of("/swapfile", ACTIVE, SIZE, AUTO));
}
END_TEST

/* A script that names the mount point, or a line of fstab, may mount it; "noauto" does not. */
START_TEST(test_mounted_at_boot)
{
	static const struct {
		const char *script;
		const char *fstab;
		bool warns;
	} cases[] = {
		{"mount /dev/mmcblk0p3 /data\n", "", false},
		{"nothing\n", "", true},
		{"nothing\n", "/dev/mmcblk0p3 /data exfat defaults 0 0\n", false},
		{"nothing\n", "# x\n  /dev/mmcblk0p3\t/data\texfat ro,nofail 0 0\n", false},
		{"nothing\n", "/dev/mmcblk0p3 /data exfat rw,noauto 0 0\n", true},
		{"nothing\n", "#/dev/mmcblk0p3 /data exfat defaults 0 0\n", true},
		{"nothing\n", "/dev/mmcblk0p3 /data2 exfat defaults 0 0\n", true},
		{"nothing\n", "/dev/root / ext4 defaults 0 0\n", true},
	};
	struct swapcfg_spec *spec = spec_of("/data/swapfile", ACTIVE, SIZE, AUTO);

	tree_nano();
	put("/etc/init.d/S01fs", cases[_i].script);
	put("/etc/fstab", cases[_i].fstab);
	if (cases[_i].warns)
		check_finding(spec, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT, SWAPCFG_SEVERITY_WARNING);
	else
		check_no_finding(spec, SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT);
}
END_TEST

/* A line of fstab mounts it before swapon -a runs. */
START_TEST(test_fstab_mounts_first)
{
	tree_nano();
	put("/etc/fstab", "/dev/mmcblk0p3 /data exfat defaults 0 0\n");
	put_area("/data/swapfile", SIZE);
	check_apply(spec_of("/data/swapfile", ONLY, 0, SWAPCFG_BOOT_FSTAB));
	check_text("/etc/fstab", "/dev/mmcblk0p3 /data exfat defaults 0 0\n" MARKER
				 "/data/swapfile none swap sw,nofail 0 0\n");
}
END_TEST

/* BusyBox need not be called so: its banner gives it away, wherever in the program it lies. */
START_TEST(test_busybox_by_its_banner)
{
	static const char banner[] = "BusyBox v1.36.1";
	const size_t offsets[] = {0, 64 * KIB - 5, 64 * KIB - 4, 64 * KIB, 300 * KIB};
	const size_t len = 301 * KIB;
	char *program = calloc(1, len);

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		fake_teardown();
		fake_setup();
		memset(program, 'B', len);
		memcpy(program + offsets[i], banner, strlen(banner));
		put_bytes("/sbin/init", program, len, 0755);
		put("/sbin/swapon", "\177ELF of util-linux");
		put("/etc/inittab", BB_SYSINIT BB_RCS BB_REST);
		put_area("/swapfile", SIZE);
		check_apply(spec_of("/swapfile", ONLY, 0, AUTO));
		check_text("/etc/inittab", BB_SYSINIT BB_RCS BSYS BB_REST);
	}
	free(program);
}
END_TEST

/* ACLs and labels of a boot file go with it. */
static unsigned int copied;

static int64_t list_xattrs(int fd, char *list, size_t len)
{
	(void)fd;
	(void)len;
	memcpy(list, "user.one\0user.two", 18);
	return 18;
}

static int64_t get_xattr(int fd, const char *name, void *data, size_t len)
{
	(void)fd;
	(void)len;
	memcpy(data, name + 5, 3);
	return 3;
}

static int set_xattr(int fd, const char *name, const void *data, size_t len)
{
	(void)fd;
	if (len == 3 && memcmp(data, name + 5, 3) == 0)
		copied++;
	return 0;
}

START_TEST(test_attributes_are_kept)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(chmod(full("/etc/inittab", (char[PATH_MAX]){0}), 0640), 0);
	fake_sys.flistxattr = list_xattrs;
	fake_sys.fgetxattr = get_xattr;
	fake_sys.fsetxattr = set_xattr;
	copied = 0;
	check_apply(spec_of("/swapfile", ONLY, 0, AUTO));
	ck_assert_uint_eq(copied, 2);
	ck_assert_uint_eq(mode_of("/etc/inittab"), 0640);
}
END_TEST

/* Modes of exFAT are the mount's, so nothing of ours can take access away. */
START_TEST(test_mount_is_open)
{
	tree_nano();
	check_finding(spec_of("/data/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_PATH_UNSAFE,
		      SWAPCFG_SEVERITY_WARNING);
	put_dir("/data", 0700);
	check_no_finding(spec_of("/data/swapfile", ACTIVE, SIZE, KEEP), SWAPCFG_REASON_PATH_UNSAFE);
}
END_TEST

/* What names an area at boot is not taken away from under it. */
START_TEST(test_area_of_others_is_not_removed)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	put("/etc/fstab", "/swapfile none swap sw 0 0\n");
	refused(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, SWAPCFG_BOOT_NONE),
		SWAPCFG_REASON_BOOT_ENTRY_CONFLICT, "/etc/fstab");
}
END_TEST

static struct swapcfg_status *query(size_t areas)
{
	struct swapcfg_status *status = NULL;

	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
	ck_assert_uint_eq(swapcfg_status_area_count(status), areas);
	return status;
}

static void check_first(const struct swapcfg_status *status, enum swapcfg_reason reason,
			enum swapcfg_severity severity)
{
	const struct swapcfg_finding *finding =
		swapcfg_area_finding(swapcfg_status_area(status, 0), 0);

	ck_assert_ptr_nonnull(finding);
	ck_assert_str_eq(swapcfg_reason_name(swapcfg_finding_reason(finding)),
			 swapcfg_reason_name(reason));
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), (int)severity);
}

START_TEST(test_status_of_an_open_file)
{
	struct swapcfg_status *status;

	put_active("/swapfile", SIZE, -1, 0);
	ck_assert_int_eq(chmod(full("/swapfile", (char[PATH_MAX]){0}), 0604), 0);
	status = query(1);
	check_first(status, SWAPCFG_REASON_PATH_UNSAFE, SWAPCFG_SEVERITY_WARNING);
	swapcfg_status_free(status);
}
END_TEST

/* A name may end as the kernel's mark for deleted files does. */
START_TEST(test_name_that_looks_deleted)
{
	struct swapcfg_status *status;

	put_active("/area (deleted)", SIZE, 2, 0);
	status = query(1);
	ck_assert_str_eq(swapcfg_area_path(swapcfg_status_area(status, 0)), "/area (deleted)");
	swapcfg_status_free(status);
	check_steps(spec_of("/area (deleted)", ACTIVE, 0, KEEP), "");
}
END_TEST

/* The kernel takes a header of the other byte order; that it is one is worth a word. */
START_TEST(test_byte_order)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_FORMATTED, SIZE, KEEP);
	const uint16_t one = 1;
	bool big = *(const uint8_t *)&one == 0;

	ck_assert_int_eq(swapcfg_spec_set_endianness(spec, big ? SWAPCFG_ENDIANNESS_LITTLE
							       : SWAPCFG_ENDIANNESS_BIG),
			 0);
	check_apply(spec);
	check_finding(spec_of("/swapfile", ACTIVE, 0, KEEP), SWAPCFG_REASON_BYTE_ORDER,
		      SWAPCFG_SEVERITY_INFO);
	check_apply(spec_of("/swapfile", ACTIVE, 0, KEEP));
}
END_TEST

/* Old signs, for other page sizes, would be found first by others. */
START_TEST(test_old_signs_are_erased)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_FORMATTED, 16 * SIZE, KEEP);
	char *data = calloc(1, 16 * SIZE);

	memcpy(data + 16384 - 10, "SWAPSPACE2", 10);
	data[1024] = 1;
	data[1028] = 63;
	put_bytes("/swapfile", data, 16 * SIZE, 0600);
	free(data);
	check_apply(spec);
	data = text_of("/swapfile");
	ck_assert_mem_eq(data + FAKE_PAGE - 10, "SWAPSPACE2", 10);
	ck_assert_mem_eq(data + 16384 - 10, "\0\0\0\0\0\0\0\0\0\0", 10);
	free(data);
}
END_TEST

Suite *findings_boot_suite(void)
{
	const TTest *const tests[] = {
		test_entry_for_nothing,
		test_fstab_mounts_first,
		test_busybox_by_its_banner,
		test_attributes_are_kept,
		test_mount_is_open,
		test_area_of_others_is_not_removed,
		test_status_of_an_open_file,
		test_name_that_looks_deleted,
		test_byte_order,
		test_old_signs_are_erased,
	};
	Suite *suite = suite_of("findings_boot", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("mounts");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_mounted_at_boot, 0, 8);
	suite_add_tcase(suite, tcase);
	return suite;
}
