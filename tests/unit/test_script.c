/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_check.h"

Suite *script_suite(void);

#define WANT(p, ...)                                                         \
	{                                                                    \
		.path = p, .swapon = "/sbin/swapon", .priority = __VA_ARGS__ \
	}
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct scfg_boot_text *const kinds[] = {&scfg_initd_text, &scfg_openrc_text};

/* The part that an edit looks at. */
#define HEAD "#!/bin/sh\nx\nareas() {\n"
#define TAIL "\t:\n}\n"
#define OURS MARKER "\tarea '/swapfile' /sbin/swapon '/swapfile'\n"
#define S    MARKER "\tarea '/s' /sbin/swapon '/s'\n"

static const struct boot_case edits[] = {
	{"first", HEAD TAIL, WANT("/swapfile", -1), HEAD OURS TAIL},
	{"second", HEAD OURS TAIL, WANT("/s", -1), HEAD OURS S TAIL},
	{"priority", HEAD TAIL, WANT("/s", 0),
	 HEAD MARKER "\tarea '/s' /sbin/swapon -p 0 '/s'\n" TAIL},
	{"discard", HEAD TAIL, WANT("/s", 7, .discard_once = true, .discard_pages = true),
	 HEAD MARKER "\tarea '/s' /sbin/swapon -p 7 --discard '/s'\n" TAIL},
	{"helper", HEAD TAIL, WANT("/s", 5, .discard_pages = true, .helper = "/a/swapcfg"),
	 HEAD MARKER "\tarea '/s' /a/swapcfg boot --priority 5 --discard=pages '/s'\n" TAIL},
	{"quoting", HEAD TAIL, WANT("/a b'$c\"\\`*#;\xff", -1),
	 HEAD MARKER
	 "\tarea '/a b'\\''$c\"\\`*#;\xff' /sbin/swapon '/a b'\\''$c\"\\`*#;\xff'\n" TAIL},
	{"right", HEAD S OURS TAIL, WANT("/s", -1), HEAD S OURS TAIL},
	{"other priority", HEAD OURS S TAIL, WANT("/swapfile", 3),
	 HEAD S MARKER "\tarea '/swapfile' /sbin/swapon -p 3 '/swapfile'\n" TAIL},
	{"duplicates", HEAD OURS S OURS TAIL OURS, WANT("/swapfile", -1), HEAD OURS S TAIL},
	{"too early", OURS HEAD TAIL, WANT("/swapfile", -1), HEAD OURS TAIL},
	{"further down", HEAD "\techo\n" OURS TAIL, WANT("/swapfile", -1),
	 HEAD "\techo\n" OURS TAIL},
	{"of others", HEAD "\tarea /swapfile /sbin/swapon /swapfile\n" TAIL, WANT("/swapfile", -1),
	 HEAD OURS "\tarea /swapfile /sbin/swapon /swapfile\n" TAIL},
	{"quoted by hand", HEAD MARKER "area /swap\\file swapon  '/swap'file\n" TAIL,
	 WANT("/s", -1), HEAD S MARKER "area /swap\\file swapon  '/swap'file\n" TAIL},
	{"made more by hand", HEAD MARKER "\tarea '/s' /sbin/swapon '/s' || true\n" TAIL,
	 WANT("/s", -1), HEAD S MARKER "\tarea '/s' /sbin/swapon '/s' || true\n" TAIL},
	{"stray markers", HEAD MARKER MARKER "\tarea '/s' x '/s'\n" TAIL, WANT("/s", -1),
	 HEAD S MARKER MARKER "\tarea '/s' x '/s'\n" TAIL},
	{"no newline", "areas() {", WANT("/swapfile", -1),
	 "areas() {\n" MARKER_END "\tarea '/swapfile' /sbin/swapon '/swapfile'\n"},
};

START_TEST(persist)
{
	check_persist(kinds[_i % 2], &edits[_i / 2]);
}
END_TEST

START_TEST(forget)
{
	const struct scfg_boot_text *kind = kinds[_i];

	check_forget(kind, "", "/s", "");
	check_forget(kind, "x", "/s", "x");
	check_forget(kind, HEAD OURS S TAIL, "/s", HEAD OURS TAIL);
	check_forget(kind, HEAD S TAIL, "/", HEAD S TAIL);
	check_forget(kind, HEAD S TAIL, "/sx", HEAD S TAIL);
	check_forget(kind, HEAD "\tarea '/s' /sbin/swapon '/s'\n", "/s",
		     HEAD "\tarea '/s' /sbin/swapon '/s'\n");
	check_forget(kind, HEAD MARKER "area '/s' /x/swapcfg boot --wait 3 '/s' \t\n", "/s", HEAD);
	check_forget(kind, HEAD MARKER "area '/s'x /x/swapon '/s'x\n", "/sx", HEAD);
	check_forget(kind, HEAD MARKER "area '/s' /x/swapon '/t'\n", "/s",
		     HEAD MARKER "area '/s' /x/swapon '/t'\n");
}
END_TEST

/* There is no file, so all of it is ours, and goes with the last area unless others changed it. */
START_TEST(whole_file)
{
	const struct scfg_boot_text *kind = kinds[_i];
	const struct scfg_boot_want first = WANT("/swapfile", 5), second = WANT("/s'", -1);
	struct scfg_buf one = {0}, two = {0}, back = {0};

	check_round_trip(kind, "", 0, &first);
	ck_assert_int_eq(kind->persist("", 0, &first, &one), 0);
	ck_assert(strncmp(one.data, _i ? "#!/sbin/openrc-run\n" : "#!/bin/sh\n", _i ? 19 : 10) ==
		  0);
	check_round_trip(kind, one.data, one.len, &second);
	ck_assert_int_eq(kind->persist(one.data, one.len, &second, &two), 0);
	ck_assert_int_eq(kind->forget(two.data, two.len, "/swapfile", &back), 0);
	ck_assert_uint_gt(back.len, 0);
	scfg_buf_free(&two);
	ck_assert_int_eq(kind->forget(back.data, back.len, "/s'", &two), 0);
	ck_assert_uint_eq(two.len, 0);
	scfg_buf_free(&two);
	scfg_buf_adds(&one, "# changed\n");
	ck_assert_int_eq(kind->forget(one.data, one.len, "/swapfile", &two), 0);
	ck_assert_ptr_nonnull(strstr(two.data, "areas() {\n\t:\n}"));
	ck_assert_ptr_nonnull(strstr(two.data, "\n# changed\n"));
	ck_assert_ptr_null(strstr(two.data, "swapfile"));
	scfg_buf_free(&one);
	scfg_buf_free(&two);
	scfg_buf_free(&back);
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {"", "s", "/a\nb", "/a\tb", "/\x7f", "/\r", "/\x1b"};
	static const char *const others[] = {"x",
					     "\n",
					     "#!/bin/sh\n area() {\n}\n",
					     " areas() {\n",
					     "areas() { }\n",
					     "areas() {\r\n"};
	const struct scfg_boot_text *kind = kinds[_i];
	struct scfg_boot_want want = WANT("/s", -1);
	struct scfg_buf buf = {0};

	for (size_t i = 0; i < COUNT(others); i++) {
		ck_assert_msg(kind->persist(others[i], strlen(others[i]), &want, &buf) == -EINVAL,
			      "%s", others[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		want.path = bad[i];
		ck_assert_msg(!kind->can_quote(bad[i]), "%zu", i);
		ck_assert_int_eq(kind->persist("", 0, &want, &buf), -EINVAL);
	}
	want = (struct scfg_boot_want)WANT("/s", 32768);
	ck_assert_int_eq(kind->persist("", 0, &want, &buf), -EINVAL);
	want = (struct scfg_boot_want)WANT("/s", -1, .helper = "/a b/swapcfg");
	ck_assert_int_eq(kind->persist("", 0, &want, &buf), -EINVAL);
	want = (struct scfg_boot_want)WANT("/s", -1);
	want.swapon = "/bin/busybox";
	ck_assert_int_eq(kind->persist("", 0, &want, &buf), -EINVAL);
	want.swapon = "/sbin/swapon";
	ck_assert_int_eq(kind->persist("areas() {\n\0", 11, &want, &buf), -EINVAL);
	ck_assert_int_eq(kind->forget("\0", 1, "/s", &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	ck_assert(kind->can_quote("/a b'\"$`\\!*\xff\xc3\xbc"));
}
END_TEST

#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}

static const struct boot_scan_case scans[] = {
	{OURS, LINE("/swapfile", OURS, 2, -1), false},
	{HEAD "area /s /sbin/swapon -p 7 /s\n" TAIL, LINE("/s", FOREIGN, 4, 7), false},
	{"area '/a'\\''b'\\ c swapon -d '/a'\\''b'\\ c",
	 LINE("/a'b c", FOREIGN, 1, -1, .discard_once = true, .discard_pages = true), false},
	{MARKER " area '/s' /b/swapcfg boot --priority=3 --discard=once '/s'",
	 LINE("/s", OURS, 2, 3, .discard_once = true), false},
	{"area '/s' swapon '/s' # x", {0}, false},
	{"area '/s' swapon '/s'; x", {0}, false},
	{"area '/s' swapon '/s' /t", {0}, false},
	{"area '/s' swapon /s", {0}, false},
	{"area /s swapon /t /s", {0}, false},
	{"area /s swapon -a /s\narea /s swapon -s /s\narea /s 'swapon' /s", {0}, false},
	{"area /s swapon ';' /s\narea /s\narea\narea /s /s\nareas /s swapon /s", {0}, false},
	{"area s swapon s\narea '' swapon ''\narea $x swapon $x\narea '/s swapon '/s", {0}, false},
	{"# area /s swapon /s\n'/s' swapon '/s'\narea /s swapoff /s\narea /a\\", {0}, false},
	{"", {0}, false},
};

START_TEST(scan)
{
	struct scfg_boot_lines lines;

	check_scan(kinds[_i % 2], &scans[_i / 2]);
	ck_assert_int_eq(kinds[_i % 2]->scan(OURS "\0", strlen(OURS) + 1, &lines), 0);
	ck_assert_uint_eq(lines.count, 0);
}
END_TEST

static const struct scfg_boot_want wants[] = {
	WANT("/swap file'", -1),
	WANT("/swap file'", 5),
	WANT("/swap file'", 5, .helper = "/usr/bin/swapcfg"),
};

static const char *const lines[] = {
	"",
	"# keep",
	"areas() {",
	"areas() {",
	"areas() {",
	"areas() {",
	"areas() {",
	"areas() {",
	"keep() {",
	"}",
	"\t:",
	"# swapcfg: managed entry, change it with swapcfg(1)",
	"# swapcfg: managed entry, change it with swapcfg(1); no newline before",
	"\tarea '/keep' /sbin/swapon '/keep'",
	"\tarea '/swap file'\\''' /sbin/keep '/swap file'\\'''",
	/* not clean */
	"\tarea '/swap file'\\''' /sbin/swapon '/swap file'\\'''",
	"\tarea '/swap file'\\''' /sbin/swapon -p 5 '/swap file'\\'''",
	MARKER "\tarea '/swap file'\\''' /sbin/swapon -p 5 '/swap file'\\'''",
	"area /swap\\ file\\' /bin/swapcfg boot /swap\\ file\\'",
};

START_TEST(properties)
{
	static const struct boot_grammar grammar = {lines, COUNT(lines), 15,  "/swap file'",
						    wants, COUNT(wants), true};

	check_properties(kinds[_i], &grammar, 6000);
}
END_TEST

Suite *script_suite(void)
{
	Suite *suite = suite_create("script");
	TCase *tcase = tcase_create("script");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, persist, 0, 2 * COUNT(edits));
	tcase_add_loop_test(tcase, forget, 0, 2);
	tcase_add_loop_test(tcase, whole_file, 0, 2);
	tcase_add_loop_test(tcase, refusals, 0, 2);
	tcase_add_loop_test(tcase, scan, 0, 2 * COUNT(scans));
	tcase_add_loop_test(tcase, properties, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
