/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <string.h>

#include "boot_check.h"
#include "inittab_samples.h"

Suite *inittab_scan_suite(void);

#define KIND	 &scfg_inittab_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define LINE(p, o, n, at, ...)                                                           \
	{                                                                                \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .place = SCFG_PLACE_##at, \
		.priority = __VA_ARGS__                                                  \
	}

static const struct boot_scan_case scans[] = {
	{NANO, {0}, true},
	{NANO ADOPT, LINE("/swapfile", ADOPTABLE, 23, SYSINIT, -1), true},
	{NANO_SYSINIT NANO_RCS RCS0, LINE("/swapfile", OURS, 15, AFTER_RCS, -1), true},
	{BB_RCS BSYS, LINE("/swapfile", OURS, 3, AFTER_RCS, -1), false},
	{BSYS BB_RCS, LINE("/swapfile", OURS, 2, SYSINIT, -1), false},
	{"a::wait:/rcS\nb::sysinit:swapon /s", LINE("/s", FOREIGN, 2, SYSINIT, -1), false},
	{"a::wait:swapon /s\nb::wait:/rcS", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"a::wait:swapon /s", LINE("/s", FOREIGN, 1, AFTER_RCS, -1), false},
	{"a::bootwait:swapon /s", LINE("/s", FOREIGN, 1, AFTER_RCS, -1), false},
	{" \ta:3:once:\t/usr/sbin/swapon\t /s \t", LINE("/s", FOREIGN, 1, AFTER_RCS, -1), false},
	{"::sysinit:-/sbin/swapon /s", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon -p 7 /s", LINE("/s", FOREIGN, 1, SYSINIT, 7), false},
	{"::sysinit:swapon -ep7 /s", LINE("/s", FOREIGN, 1, SYSINIT, 7), false},
	{"::sysinit:swapon --priority 32767 /s", LINE("/s", FOREIGN, 1, SYSINIT, 32767), false},
	{"::sysinit:swapon --priority=0 /s", LINE("/s", FOREIGN, 1, SYSINIT, 0), false},
	{"::sysinit:swapon /s -p 9", LINE("/s", FOREIGN, 1, SYSINIT, 9), false},
	{"::sysinit:swapon -p -9 -- /s", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon -d /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, -1, .discard_once = true, .discard_pages = true), false},
	{"::sysinit:swapon -donce /s", LINE("/s", FOREIGN, 1, SYSINIT, -1, .discard_once = true),
	 false},
	{"::sysinit:swapon -ed=pages /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, -1, .discard_pages = true), false},
	{"::sysinit:swapon --discard=once /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, -1, .discard_once = true), false},
	{"::sysinit:swapon --discard /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, -1, .discard_once = true, .discard_pages = true), false},
	{"::sysinit:swapon -o pri=4,discard=pages /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, 4, .discard_pages = true), false},
	{"::sysinit:swapon --options=pri=4 /s", LINE("/s", FOREIGN, 1, SYSINIT, 4), false},
	{"::sysinit:swapon -L /label -T /fstab --fstab /tab /s",
	 LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon -T /fstab -- /s -p 1", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon /s>/dev/null 2>&1; x /t", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon /s#x /t", LINE("/s", FOREIGN, 1, SYSINIT, -1), false},
	{MARKER "::sysinit:swapon /s && x", LINE("/s", FOREIGN, 2, SYSINIT, -1), false},
	{MARKER "\n::sysinit:swapon /s", LINE("/s", FOREIGN, 3, SYSINIT, -1), false},
	{MARKER_END "::sysinit:/a/b/swapon /s", LINE("/s", OURS, 2, SYSINIT, -1), false},
	{"::sysinit:swapon /a\r\n", LINE("/a\r", FOREIGN, 1, SYSINIT, -1), false},
	{"si11::sysinit:/sbin/swapon /a  \t", LINE("/a", ADOPTABLE, 1, SYSINIT, -1), false},
	{"si11::sysinit:/sbin/swapon  /a", LINE("/a", FOREIGN, 1, SYSINIT, -1), false},
	{"::sysinit:swapon --show /s\n::sysinit:swapon -s /s", {0}, false},
	{"::sysinit:swapon s\n::sysinit:swapon\n::sysinit:swapoff /s\n::sysinit:xswapon /s",
	 {0},
	 false},
	{"::respawn:swapon /s\n::off:swapon /s\n::sysinitx:swapon /s\n:06:wait:swapon /s",
	 {0},
	 false},
	{"#::sysinit:swapon /s\n \t#::sysinit:swapon -a\n::sysinit\n:::\nx\n", {0}, false},
	{":06:wait:swapon -a\n::off:swapon -a\n::respawn:swapon -a\n::shutdown:swapon -a",
	 {0},
	 false},
	{"x::sysinit:swapoff -a\nx::sysinit:/bin/x swapon -a\n", {0}, false},
	{"::sysinit:swapon -a", {0}, true},
	{"::bootwait:/sbin/swapon -ae -p 3", {0}, true},
	{"x::boot:/sbin/swapon --all", {0}, true},
	{"x:2:once:swapon -e -a >/dev/null", {0}, true},
	{"x:S:wait:swapon -a # y", {0}, true},
};

START_TEST(scan)
{
	check_scan(KIND, &scans[_i]);
}
END_TEST

START_TEST(scan_many)
{
	static const char text[] =
		"::sysinit:swapon /a -p 2 /b\n" ADOPT ADOPT MARKER "::wait:swapon /c /d\n";
	static const struct scfg_boot_line want[] = {LINE("/a", FOREIGN, 1, SYSINIT, 2),
						     LINE("/b", FOREIGN, 1, SYSINIT, 2),
						     LINE("/swapfile", ADOPTABLE, 2, SYSINIT, -1),
						     LINE("/swapfile", ADOPTABLE, 3, SYSINIT, -1),
						     LINE("/c", FOREIGN, 5, AFTER_RCS, -1),
						     LINE("/d", FOREIGN, 5, AFTER_RCS, -1)};
	struct scfg_boot_lines lines;

	ck_assert_int_eq(scfg_inittab_text.scan(text, strlen(text), &lines), 0);
	ck_assert_uint_eq(lines.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		ck_assert_str_eq(lines.lines[i].path, want[i].path);
		ck_assert_int_eq(lines.lines[i].owner, want[i].owner);
		ck_assert_uint_eq(lines.lines[i].line, want[i].line);
		ck_assert_int_eq(lines.lines[i].priority, want[i].priority);
		ck_assert_int_eq(lines.lines[i].place, want[i].place);
	}
	scfg_boot_lines_free(&lines);
	ck_assert_int_eq(scfg_inittab_text.scan("::sysinit:swapon /a\0", 20, &lines), 0);
	ck_assert_uint_eq(lines.count, 0);
}
END_TEST

Suite *inittab_scan_suite(void)
{
	Suite *suite = suite_create("inittab_scan");
	TCase *tcase = tcase_create("inittab_scan");

	tcase_add_loop_test(tcase, scan, 0, COUNT(scans));
	tcase_add_test(tcase, scan_many);
	suite_add_tcase(suite, tcase);
	return suite;
}
