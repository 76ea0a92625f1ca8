/* SPDX-License-Identifier: MIT */
/* Where the disks of a gadget are found: in configfs, wherever that is, and beside a controller. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define KEEP	 SWAPCFG_BOOT_KEEP
#define EXPORTED SWAPCFG_REASON_EXPORTED
#define WARNING	 SWAPCFG_SEVERITY_WARNING
#define GADGETS	 "/sys/kernel/config/usb_gadget/"
#define UDC	 "/sys/devices/platform/dummy_udc.0/"

Suite *export_places_suite(void);

/* /data on a partition of the card. */
static void put_disk(void)
{
	tree_nano();
	put("/dev/mmcblk0p3", "");
	fake.files[0] = (struct fake_file){.path = "/dev/mmcblk0p3", .device = makedev(179, 3)};
}

static struct swapcfg_spec *create(void)
{
	return spec_of("/data/swapfile", ACTIVE, SIZE, KEEP);
}

static void refused(const char *names)
{
	char *message = check_refused(create(), EXPORTED);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

static void put_controller(void)
{
	put(UDC "udc/dummy_udc.0/function", "\n");
	put_link("../../../dummy_udc.0", UDC "udc/dummy_udc.0/device");
	put_dir("/sys/class/udc", 0755);
	put_link("../../devices/platform/dummy_udc.0/udc/dummy_udc.0",
		 "/sys/class/udc/dummy_udc.0");
}

/* Each gadget, function and disk is looked at. */
START_TEST(test_configfs)
{
	static const char *const files[] = {
		GADGETS "g0/functions/mass_storage.disk0/lun.0/file",
		GADGETS "g0/functions/mass_storage.disk0/lun.7/file",
		GADGETS "g0/functions/mass_storage.x/lun.1/file",
		GADGETS "other/functions/mass_storage.0/lun.0/file",
	};

	put_disk();
	put(GADGETS "g0/UDC", "\n");
	put(GADGETS "g0/functions/hid.GS0/report_length", "8\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(files[i], "\n");
	check_feasible(create());
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		put(files[i], "/dev/mmcblk0p3\n");
		/* A gadget without a controller gets one at any time. */
		refused(files[i]);
		put(files[i], "\n");
	}
	put(GADGETS "g0/functions/mass_storage.disk0/report", "/dev/mmcblk0p3\n");
	put(GADGETS "g0/functions/uac.0/lun.0/file", "/dev/mmcblk0p3\n");
	check_feasible(create());
}
END_TEST

/* Of several, the one that can do most is named. */
START_TEST(test_worst)
{
	put_disk();
	for (int i = 0; i < 3; i++) {
		char path[] = GADGETS "g0/functions/mass_storage.0/lun.?/file";
		char *digit = strchr(path, '?');

		*digit = (char)('0' + i);
		put(path, "/dev/mmcblk0p3\n");
		strcpy(strrchr(path, '/'), "/ro");
		put(path, i == 1 ? "0\n" : "1\n");
	}
	refused("lun.1/file");
}
END_TEST

/* A driver that brings its own disks shows them beside the controller; the name has changed. */
START_TEST(test_driver)
{
	static const char *const files[] = {UDC "gadget/lun0/file", UDC "gadget.0/lun1/file"};

	put_disk();
	put_controller();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		put(files[i], "/dev/mmcblk0p3\n");
		refused(strstr(files[i], "/lun"));
		put(files[i], "\n");
		check_feasible(create());
	}
	/* Both at once. */
	put(GADGETS "g0/functions/mass_storage.disk0/lun.0/file", "/data/image.iso\n");
	put(files[1], "/dev/mmcblk0p3\n");
	refused("lun1/file");
}
END_TEST

#define MOUNTS "22 1 179:2 / / rw,relatime - ext4 /dev/root rw\n"

START_TEST(test_configfs_elsewhere)
{
	put_disk();
	put_controller();
	put("/my config/usb_gadget/g0/functions/mass_storage.0/lun.0/file", "/dev/mmcblk0p3\n");
	check_feasible(create());
	put("/proc/self/mountinfo", MOUNTS "40 22 0:30 /usb_gadget /part rw - configfs none rw\n"
					   "41 22 0:30 / /my\\040config rw - configfs none rw\n");
	refused("empty /my config/usb_gadget/g0/functions/mass_storage.0/lun.0/file");
	put("/my config/usb_gadget/g0/functions/mass_storage.0/lun.0/file", "\n");
	check_feasible(create());
}
END_TEST

static void check_warning(const char *names)
{
	struct swapcfg_plan *plan = plan_of(create());
	const struct swapcfg_finding *finding = finding_of(plan, EXPORTED);

	ck_assert(swapcfg_plan_is_feasible(plan));
	if (!names) {
		ck_assert_ptr_null(finding);
	} else {
		ck_assert_ptr_nonnull(finding);
		ck_assert_int_eq((int)swapcfg_finding_severity(finding), WARNING);
		ck_assert_msg(strstr(swapcfg_finding_message(finding), names) != NULL, "%s",
			      swapcfg_finding_message(finding));
	}
	swapcfg_plan_unref(plan);
}

static void check_status(enum swapcfg_severity severity)
{
	struct swapcfg_status *status = NULL;
	const struct swapcfg_finding *finding;

	put_area("/data/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "/data/swapfile", &status, NULL), 0);
	ck_assert_uint_eq(swapcfg_area_finding_count(swapcfg_status_area(status, 0)), 1);
	finding = swapcfg_area_finding(swapcfg_status_area(status, 0), 0);
	ck_assert_int_eq((int)swapcfg_finding_reason(finding), EXPORTED);
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), (int)severity);
	swapcfg_status_free(status);
}

/* A gadget that was made in configfs, and no configfs to look into. */
START_TEST(test_unseen)
{
	put_disk();
	put_controller();
	check_warning(NULL);
	put_dir("/sys/module/g_ether", 0755);
	put(UDC "udc/dummy_udc.0/function", "g_ether\n");
	check_warning(NULL);
	put(UDC "udc/dummy_udc.0/function", "g0\n");
	check_warning("cannot be seen");
	check_status(SWAPCFG_SEVERITY_INFO);
	check_finding(spec_of("/data/swapfile", ACTIVE, 0, KEEP), EXPORTED, WARNING);
	put_dir(GADGETS "g0/functions", 0755);
	check_warning(NULL);
}
END_TEST

/* While an image is in the drive, p3 is not offered; when it is taken out, p3 is. */
START_TEST(test_nanokvm)
{
	put_disk();
	put("/boot/usb.disk0", "");
	check_warning(NULL); /* no gadget at all */
	put(GADGETS "g0/functions/mass_storage.disk0/lun.0/file", "/data/image.iso\n");
	put("/data/image.iso", "a system to install");
	check_warning("/boot/usb.disk0 then has it offered /dev/mmcblk0p3");
	check_status(WARNING);
	put(GADGETS "g0/functions/mass_storage.disk0/lun.0/file", "");
	check_warning("/dev/mmcblk0p3");
	put("/boot/usb.disk0", "/other.img\n");
	put("/other.img", "");
	check_warning(NULL);
	put("/boot/usb.disk0", "/data/swapfile\n");
	put_area("/data/swapfile", SIZE);
	check_warning("/data/swapfile");
	put(GADGETS "g0/functions/mass_storage.disk0/lun.0/file", "/dev/mmcblk0p3\n");
	refused("write to it");
}
END_TEST

/* An image of another system, which no gadget of this one offers. */
START_TEST(test_offline)
{
	put_disk();
	put(GADGETS "g0/functions/mass_storage.disk0/lun.0/file", "/dev/mmcblk0p3\n");
	fake_go_offline();
	check_feasible(spec_of("/data/swapfile", SWAPCFG_STATE_FORMATTED, SIZE, KEEP));
}
END_TEST

/* What everything that can be looked at makes of a gadget; each call of it fails once. */
static void put_everything(void)
{
	put_disk();
	put_controller();
	put(UDC "udc/dummy_udc.0/function", "g0\n");
	put(UDC "gadget/lun0/file", "/data/image.iso\n");
	put(UDC "gadget/lun0/ro", "1\n");
	put("/data/image.iso", "a system to install");
	put("/boot/usb.disk0", "/dev/mmcblk0p3\n");
	put("/config/usb_gadget/g0/functions/mass_storage.0/lun.0/file", "/dev/dm-0\n");
	put("/proc/self/mountinfo", MOUNTS "41 22 0:30 / /config rw - configfs none rw\n");
	put("/dev/dm-0", "");
	fake.files[1] = (struct fake_file){.path = "/dev/dm-0", .device = makedev(254, 0)};
	put("/sys/dev/block/254:0/slaves/loop0/dev", "7:0\n");
	put("/sys/dev/block/7:0/loop/backing_file", "/data/image.iso\n");
	put("/sys/dev/block/179:3/partition", "3\n");
	put("/sys/dev/block/dev", "179:0\n");
}

/* That it could not be found out is no permission. */
START_TEST(test_failures)
{
	static const int errnos[] = {EIO, ENOMEM, EMFILE};
	struct swapcfg_plan *plan;
	unsigned int calls;

	put_everything();
	fake.calls = 0;
	check_warning("/boot/usb.disk0");
	calls = fake.calls;
	for (unsigned int call = 1; call <= calls; call++) {
		unsigned int open = open_descriptors();
		struct swapcfg_spec *spec = create();
		int r;

		fake.calls = 0;
		fake.fail_at = call;
		fake.fail_errno = errnos[_i];
		plan = NULL;
		r = swapcfg_plan(fake.ctx, spec, &plan, NULL);
		fake.fail_at = 0;
		/* A directory that cannot be reached is refused for that. */
		ck_assert_msg(r < 0 || finding_of(plan, EXPORTED) ||
				      !swapcfg_plan_is_feasible(plan),
			      "%s %u gives %s", fake.last_failed, call, strerror(errnos[_i]));
		swapcfg_plan_unref(plan);
		swapcfg_spec_free(spec);
		ck_assert_uint_eq(open_descriptors(), open);
	}
}
END_TEST

Suite *export_places_suite(void)
{
	const TTest *const tests[] = {
		test_configfs, test_worst,   test_driver,  test_configfs_elsewhere,
		test_unseen,   test_nanokvm, test_offline,
	};
	Suite *suite = suite_of("export_places", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("failures");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_failures, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}
