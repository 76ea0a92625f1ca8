/* SPDX-License-Identifier: MIT */
/*
 * Entries of an inittab that run "swapcfg boot".
 */
#include <check.h>
#include <string.h>

#include "boot_check.h"
#include "inittab_samples.h"

Suite *command_suite(void);

#define KIND	 &scfg_inittab_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define SYSV(p, at, ...)                                                       \
	{                                                                      \
		.path = p, .swapon = "/sbin/swapon", .place = SCFG_PLACE_##at, \
		.dialect = SCFG_DIALECT_SYSV, .priority = __VA_ARGS__          \
	}
#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}

static const struct boot_case edits[] = {
	{"helper", "", SYSV("/s", SYSINIT, -1, .helper = "/usr/bin/swapcfg"),
	 MARKER "swc0::sysinit:/usr/bin/swapcfg boot /s\n"},
	{"helper, priority", "", SYSV("/s", AFTER_RCS, 5, .helper = "/usr/bin/swapcfg"),
	 MARKER "swc0:12345:wait:/usr/bin/swapcfg boot --priority 5 /s\n"},
	{"helper, discard", "",
	 SYSV("/s", SYSINIT, 0, .helper = "/a/swapcfg", .discard_once = true,
	      .discard_pages = true),
	 MARKER "swc0::sysinit:/a/swapcfg boot --priority 0 --discard /s\n"},
	{"helper, discard once", "",
	 SYSV("/s", SYSINIT, -1, .helper = "/a/swapcfg", .discard_once = true),
	 MARKER "swc0::sysinit:/a/swapcfg boot --discard=once /s\n"},
	{"helper, discard pages", "",
	 SYSV("/s", SYSINIT, -1, .helper = "/a/swapcfg", .discard_pages = true),
	 MARKER "swc0::sysinit:/a/swapcfg boot --discard=pages /s\n"},
	{"helper for swapon", NANO_SYSINIT SYS0 NANO_RCS,
	 SYSV("/swapfile", SYSINIT, 5, .helper = "/usr/bin/swapcfg"),
	 NANO_SYSINIT MARKER
	 "swc0::sysinit:/usr/bin/swapcfg boot --priority 5 /swapfile\n" NANO_RCS},
	{"swapon for helper",
	 MARKER "swc0::sysinit:/x/swapcfg boot --wait 5 --format /swapfile --priority=5\n",
	 SYSV("/swapfile", SYSINIT, -1), SYS0},
	{"helper is right", "x\n" MARKER "swc5::sysinit:/a/swapcfg boot --priority 5 /s\n",
	 SYSV("/s", SYSINIT, 5, .helper = "/a/swapcfg"),
	 "x\n" MARKER "swc5::sysinit:/a/swapcfg boot --priority 5 /s\n"},
	{"another verb", MARKER "a::once:/a/swapcfg status /swapfile\n",
	 SYSV("/swapfile", SYSINIT, -1), MARKER "a::once:/a/swapcfg status /swapfile\n" SYS0},
};

START_TEST(persist)
{
	check_persist(KIND, &edits[_i]);
}
END_TEST

START_TEST(forget)
{
	check_forget(KIND, MARKER "a::wait:/x/swapcfg boot --priority 5 /s\nb", "/s", "b");
	check_forget(KIND, "a::wait:/x/swapcfg boot /s\n", "/s", "a::wait:/x/swapcfg boot /s\n");
	check_forget(KIND, MARKER "a::wait:/x/swapcfg boot /s\n", "/boot",
		     MARKER "a::wait:/x/swapcfg boot /s\n");
}
END_TEST

static const struct boot_scan_case scans[] = {
	{"::sysinit:/x/swapcfg boot /s", LINE("/s", FOREIGN, 1, -1), false},
	{MARKER "::sysinit:swapcfg boot --priority 5 --discard=once /s",
	 LINE("/s", OURS, 2, 5, .discard_once = true), false},
	{"::sysinit:swapcfg boot --wait /a --format --priority=7 --discard /s",
	 LINE("/s", FOREIGN, 1, 7, .discard_once = true, .discard_pages = true), false},
	{"::sysinit:swapcfg boot --wait=3 --discard=pages /s",
	 LINE("/s", FOREIGN, 1, -1, .discard_pages = true), false},
	{"::sysinit:swapcfg /s\n::sysinit:swapcfg status /s\n::sysinit:xswapcfg boot /s\n"
	 "::sysinit:swapcfg boots /s\n::sysinit:swapon boot\n",
	 {0},
	 false},
};

START_TEST(scan)
{
	check_scan(KIND, &scans[_i]);
}
END_TEST

Suite *command_suite(void)
{
	Suite *suite = suite_create("command");
	TCase *tcase = tcase_create("command");

	tcase_add_loop_test(tcase, persist, 0, COUNT(edits));
	tcase_add_test(tcase, forget);
	tcase_add_loop_test(tcase, scan, 0, COUNT(scans));
	suite_add_tcase(suite, tcase);
	return suite;
}
