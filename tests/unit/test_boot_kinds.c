/* SPDX-License-Identifier: MIT */
/* Entries that have a file of their own: on which system, enabled how, and gone without a trace. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot_check.h"
#include "inittab_samples.h"
#include "scene.h"

#define ENTRY_KEEP SWAPCFG_STATE_KEEP
#define AUTO	   SWAPCFG_BOOT_AUTO
#define NONE	   SWAPCFG_BOOT_NONE

#define UNIT	   "/etc/systemd/system/swapfile.swap"
#define WANTS	   "/etc/systemd/system/swap.target.wants"
#define RCS_SCRIPT "/etc/init.d/S02swapcfg"
#define SERVICE	   "/etc/init.d/swapcfg"

Suite *boot_kinds_suite(void);

static void check_link(const char *path, const char *target)
{
	char text[PATH_MAX] = "";

	ck_assert_int_gt(readlink(full(path, (char[PATH_MAX]){0}), text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, target);
}

static void check_holds(const char *path, const char *part)
{
	char *text = text_of(path);

	ck_assert_msg(strstr(text, part), "%s lacks \"%s\":\n%s", path, part, text);
	free(text);
}

static struct swapcfg_spec *with_priority(const char *path, enum swapcfg_boot boot, int priority)
{
	struct swapcfg_spec *spec = spec_of(path, SWAPCFG_STATE_ACTIVE, 0, boot);

	ck_assert_int_eq(swapcfg_spec_set_priority(spec, priority), 0);
	return spec;
}

/* Nothing of the tree is other than before. */
static void check_round_trip_of(void (*tree)(void), const char *path, enum swapcfg_boot boot)
{
	char *before, *after;

	tree();
	put_area(path, SIZE);
	before = snapshot();
	check_apply(spec_of(path, ENTRY_KEEP, 0, boot));
	after = snapshot();
	ck_assert_str_ne(before, after);
	free(after);
	check_apply(spec_of(path, ENTRY_KEEP, 0, NONE));
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}

START_TEST(test_systemd_unit)
{
	struct swapcfg_spec *spec = with_priority("/swapfile", AUTO, 10);

	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_ONCE), 0);
	check_apply(spec);
	check_holds(UNIT, "What=/swapfile\n");
	check_holds(UNIT, "Priority=10\n");
	check_link(WANTS "/swapfile.swap", "../swapfile.swap");
	ck_assert_uint_eq(mode_of(UNIT), 0644);
	check_text("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n");
	ck_assert_int_eq(fake_area("/swapfile")->priority, 10);
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	ck_assert(!there(UNIT));
	ck_assert(!there(WANTS));
}
END_TEST

/* systemctl disable took the link: that is no entry any more, and is mended. */
START_TEST(test_unit_that_was_disabled)
{
	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
	put_area("/swapfile", SIZE);
	put_area("/other", SIZE);
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	check_apply(spec_of("/other", ENTRY_KEEP, 0, AUTO));
	ck_assert_int_eq(unlink(full(WANTS "/swapfile.swap", (char[PATH_MAX]){0})), 0);
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), "persist " UNIT " 0\n");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	check_link(WANTS "/swapfile.swap", "../swapfile.swap");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	/* The directory stays as long as another link needs it. */
	check_link(WANTS "/other.swap", "../other.swap");
}
END_TEST

/* A masked unit is a link to /dev/null: that is nobody's to replace. */
START_TEST(test_masked_unit)
{
	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
	put_area("/swapfile", SIZE);
	put_dir("/dev", 0755);
	ck_assert_int_eq(mkfifo(full("/dev/null", (char[PATH_MAX]){0}), 0666), 0);
	put_link("/dev/null", UNIT);
	free(check_refused(spec_of("/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_SYSTEMD),
			   SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED));
	/* The next kind that works. */
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), "persist /etc/fstab 0\n");
}
END_TEST

START_TEST(test_foreign_unit)
{
	tree_systemd();
	put(UNIT, "[Swap]\nWhat=/swapfile\n");
	put_link("../swapfile.swap", WANTS "/swapfile.swap");
	put_area("/swapfile", SIZE);
	check_finding(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
		      SWAPCFG_SEVERITY_INFO);
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), "");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	check_text(UNIT, "[Swap]\nWhat=/swapfile\n");
	check_link(WANTS "/swapfile.swap", "../swapfile.swap");
}
END_TEST

/* What others wrote into the unit stays; that it was enabled does not. */
START_TEST(test_words_of_others)
{
	char *before, *after;

	tree_systemd();
	put_area("/swapfile", SIZE);
	put(UNIT, "# not ours\n");
	before = snapshot();
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	check_link(WANTS "/swapfile.swap", "../swapfile.swap");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	after = snapshot();
	ck_assert_str_eq(after, before);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_traces)
{
	static const struct {
		void (*tree)(void);
		const char *path;
		enum swapcfg_boot boot;
	} cases[] = {
		{tree_nano, "/swapfile", AUTO},
		{tree_nano, "/swapfile", SWAPCFG_BOOT_INITD},
		{tree_nano, "/swapfile", SWAPCFG_BOOT_FSTAB},
		{tree_buildroot, "/swapfile", AUTO},
		{tree_alpine, "/swapfile", AUTO},
		{tree_openwrt, "/swapfile", AUTO},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_teardown();
		fake_setup();
		check_round_trip_of(cases[i].tree, cases[i].path, cases[i].boot);
	}
}
END_TEST

START_TEST(test_buildroot)
{
	tree_buildroot();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	check_holds(RCS_SCRIPT, "/sbin/swapon");
	ck_assert_uint_eq(mode_of(RCS_SCRIPT), 0755);
}
END_TEST

/* What an inittab cannot say, a script can. */
START_TEST(test_path_with_a_blank)
{
	tree_nano();
	put_area("/swap file", SIZE);
	check_apply(spec_of("/swap file", ENTRY_KEEP, 0, AUTO));
	check_holds(RCS_SCRIPT, "/sbin/swapon '/swap file'\n");
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

/* Another number in its name is kept. */
START_TEST(test_script_of_another_number)
{
	char old[PATH_MAX], new[PATH_MAX];

	tree_buildroot();
	put_area("/swapfile", SIZE);
	put_area("/swapfile2", SIZE);
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	ck_assert_int_eq(rename(full(RCS_SCRIPT, old), full("/etc/init.d/S45swapcfg", new)), 0);
	check_apply(spec_of("/swapfile2", ENTRY_KEEP, 0, AUTO));
	ck_assert(!there(RCS_SCRIPT));
	check_holds("/etc/init.d/S45swapcfg", "'/swapfile2'");
	check_apply(spec_of("/swapfile2", ENTRY_KEEP, 0, NONE));
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	ck_assert(!there("/etc/init.d/S45swapcfg"));
}
END_TEST

/* rcS starts the script before the one that mounts /data: only swapcfg boot waits for it. */
START_TEST(test_script_before_the_mount)
{
	tree_buildroot();
	put_area("/data/swapfile", SIZE);
	free(check_refused(spec_of("/data/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_INITD),
			   SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT));
	put_helper();
	check_apply(spec_of("/data/swapfile", ENTRY_KEEP, 0, AUTO));
	check_holds(RCS_SCRIPT, "/usr/sbin/swapcfg boot");
}
END_TEST

/* A script of that name that is not ours is nobody's to edit. */
START_TEST(test_foreign_script)
{
	tree_buildroot();
	put_area("/swapfile", SIZE);
	put(RCS_SCRIPT, "#!/bin/sh\nswapon /elsewhere\n");
	free(check_refused(spec_of("/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_INITD),
			   SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED));
	check_text(RCS_SCRIPT, "#!/bin/sh\nswapon /elsewhere\n");
}
END_TEST

START_TEST(test_alpine)
{
	tree_alpine();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	check_holds(SERVICE, "#!/sbin/openrc-run");
	ck_assert_uint_eq(mode_of(SERVICE), 0755);
	check_link("/etc/runlevels/boot/swapcfg", "/etc/init.d/swapcfg");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	ck_assert(!there("/etc/runlevels/boot/swapcfg"));
	/* It is OpenRC's, empty or not. */
	ck_assert(there("/etc/runlevels/boot"));
}
END_TEST

START_TEST(test_openwrt)
{
	tree_openwrt();
	put_area("/swapfile", SIZE);
	check_apply(with_priority("/swapfile", AUTO, 7));
	check_holds("/etc/config/fstab", "config global\n\toption anon_swap '0'\n");
	check_holds("/etc/config/fstab", "option device '/swapfile'\n");
	check_holds("/etc/config/fstab", "option priority '7'\n");
	/* The procd reads an inittab in its own way. */
	free(check_refused(spec_of("/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_INITTAB),
			   SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED));
}
END_TEST

START_TEST(test_openwrt_without_block)
{
	char *message;

	tree_openwrt();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(unlink(full("/sbin/block", (char[PATH_MAX]){0})), 0);
	message = check_refused(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO),
				SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(message, "block-mount"));
	free(message);
}
END_TEST

START_TEST(test_openwrt_discard)
{
	struct swapcfg_spec *spec = with_priority("/swapfile", AUTO, 7);

	tree_openwrt();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_ONCE), 0);
	check_finding(spec, SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, SWAPCFG_SEVERITY_WARNING);
	check_finding(with_priority("/swapfile", AUTO, 0), SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED,
		      SWAPCFG_SEVERITY_WARNING);
}
END_TEST

/* With swapcfg on the device, BusyBox's swapon loses no priority. */
START_TEST(test_nano_priority_with_helper)
{
	struct swapcfg_spec *spec = with_priority("/swapfile", AUTO, 10);
	struct swapcfg_plan *plan;

	tree_nano();
	put_helper();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_BOTH), 0);
	plan = plan_of(spec);
	ck_assert_ptr_null(finding_of(plan, SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED));
	swapcfg_plan_unref(plan);
	check_apply(with_priority("/swapfile", AUTO, 10));
	check_holds("/etc/inittab",
		    "swc0::sysinit:/usr/sbin/swapcfg boot --priority 10 /swapfile\n");
	/* What needs no option needs no swapcfg. */
	check_apply(with_priority("/swapfile", AUTO, SWAPCFG_PRIORITY_DEFAULT));
	check_holds("/etc/inittab", "swc0::sysinit:/sbin/swapon /swapfile\n");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, NONE));
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

/* Status names the file of each entry. */
START_TEST(test_status_of_units)
{
	struct swapcfg_status *status = NULL;
	const struct swapcfg_boot_entry *entry;

	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
	put_area("/swapfile", SIZE);
	put(UNIT "x", "[Swap]\nWhat=/not/a/unit\n");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO));
	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
	ck_assert_uint_eq(swapcfg_status_area_count(status), 1);
	ck_assert_uint_eq(swapcfg_area_boot_count(swapcfg_status_area(status, 0)), 1);
	entry = swapcfg_area_boot(swapcfg_status_area(status, 0), 0);
	ck_assert_str_eq(swapcfg_boot_entry_file(entry), UNIT);
	ck_assert_int_eq((int)swapcfg_boot_entry_kind(entry), SWAPCFG_BOOT_SYSTEMD);
	ck_assert(swapcfg_boot_entry_is_ours(entry));
	swapcfg_status_free(status);
}
END_TEST

Suite *boot_kinds_suite(void)
{
	const TTest *const tests[] = {
		test_systemd_unit,
		test_unit_that_was_disabled,
		test_masked_unit,
		test_foreign_unit,
		test_words_of_others,
		test_traces,
		test_buildroot,
		test_path_with_a_blank,
		test_script_of_another_number,
		test_script_before_the_mount,
		test_foreign_script,
		test_alpine,
		test_openwrt,
		test_openwrt_without_block,
		test_openwrt_discard,
		test_nano_priority_with_helper,
		test_status_of_units,
	};

	return suite_of("boot_kinds", tests, sizeof(tests) / sizeof(tests[0]));
}
