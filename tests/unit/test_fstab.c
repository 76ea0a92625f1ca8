/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_check.h"

Suite *fstab_suite(void);

#define WANT(p, ...)                                                         \
	{                                                                    \
		.path = p, .swapon = "/sbin/swapon", .priority = __VA_ARGS__ \
	}
#define KIND	 &scfg_fstab_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ROOT "/dev/root / ext4 rw,noauto 0 1\n"
#define OURS "/swapfile none swap sw,nofail 0 0\n"

static const struct boot_case edits[] = {
	{"empty", "", WANT("/swapfile", -1), MARKER OURS},
	{"at the end", ROOT "\n", WANT("/swapfile", -1), ROOT "\n" MARKER OURS},
	{"no newline", "a", WANT("/swapfile", -1), "a\n" MARKER_END OURS},
	{"priority", "", WANT("/s", 0), MARKER "/s none swap sw,nofail,pri=0 0 0\n"},
	{"discard", "", WANT("/s", -1, .discard_once = true, .discard_pages = true),
	 MARKER "/s none swap sw,nofail,discard 0 0\n"},
	{"discard once", "", WANT("/s", 32767, .discard_once = true),
	 MARKER "/s none swap sw,nofail,pri=32767,discard=once 0 0\n"},
	{"discard pages", "", WANT("/s", -1, .discard_pages = true),
	 MARKER "/s none swap sw,nofail,discard=pages 0 0\n"},
	{"quoting", "", WANT("/a b\tc\\d#\xc3\xa9%", -1),
	 MARKER "/a\\040b\\011c\\134d#\xc3\xa9% none swap sw,nofail 0 0\n"},
	{"right where it is", MARKER OURS ROOT, WANT("/swapfile", -1), MARKER OURS ROOT},
	{"wrong one moves", MARKER OURS ROOT, WANT("/swapfile", 5),
	 ROOT MARKER "/swapfile none swap sw,nofail,pri=5 0 0\n"},
	{"duplicates", MARKER OURS ROOT MARKER OURS, WANT("/swapfile", -1), MARKER OURS ROOT},
	{"disabled by hand", MARKER "/swapfile none swap noauto 0 0\n", WANT("/swapfile", -1),
	 MARKER OURS},
	{"foreign stays", OURS, WANT("/swapfile", -1), OURS MARKER OURS},
	{"suffix", "/mnt/data/swapfile none swap sw 0 0\n", WANT("/data/swapfile", -1),
	 "/mnt/data/swapfile none swap sw 0 0\n" MARKER "/data/swapfile none swap sw,nofail 0 0\n"},
	{"another of ours", MARKER OURS, WANT("/s", -1),
	 MARKER OURS MARKER "/s none swap sw,nofail 0 0\n"},
	{"not right behind the marker", MARKER "\n" OURS, WANT("/swapfile", -1),
	 MARKER "\n" OURS MARKER OURS},
	{"comment behind the marker", MARKER "#" OURS, WANT("/swapfile", -1),
	 MARKER "#" OURS MARKER OURS},
	{"another type behind the marker", MARKER "/swapfile /mnt ext4 loop 0 0\n",
	 WANT("/swapfile", -1), MARKER "/swapfile /mnt ext4 loop 0 0\n" MARKER OURS},
	{"lost newline of ours", "a\n" MARKER "/swapfile none swap sw,nofail 0 0",
	 WANT("/swapfile", -1), "a\n" MARKER OURS},
	{"lent newline is kept in mind", "a\n" MARKER_END OURS, WANT("/swapfile", 1),
	 "a\n" MARKER_END "/swapfile none swap sw,nofail,pri=1 0 0\n"},
	{"behind a stray marker", MARKER_END MARKER OURS OURS "/other\n", WANT("/swapfile", -1),
	 MARKER OURS "/other\n"},
	{"stray markers", MARKER MARKER "/s none swap sw 0 0\n/s none swap sw,nofail 0 0\n",
	 WANT("/s", -1), MARKER "/s none swap sw,nofail 0 0\n"},
};

START_TEST(persist)
{
	check_persist(KIND, &edits[_i]);
}
END_TEST

START_TEST(forget)
{
	check_forget(KIND, "", "/s", "");
	check_forget(KIND, ROOT MARKER OURS, "/swapfile", ROOT);
	check_forget(KIND, ROOT MARKER OURS, "/swapfil", ROOT MARKER OURS);
	check_forget(KIND, ROOT MARKER OURS, "/swapfile2", ROOT MARKER OURS);
	check_forget(KIND, ROOT OURS, "/swapfile", ROOT OURS);
	check_forget(KIND, MARKER "/a\\040b none swap sw 0 0\n", "/a b", "");
	check_forget(KIND, MARKER "/swapfile none swap noauto 0 0\n", "/swapfile", "");
	/* Lines are never joined. */
	check_forget(KIND, "a\n" MARKER_END OURS, "/swapfile", "a");
	check_forget(KIND, "a\n" MARKER_END OURS "b", "/swapfile", "a\nb");
	check_forget(KIND, "a\n" MARKER OURS, "/swapfile", "a\n");
	check_forget(KIND, "a\n\n" MARKER_END OURS, "/swapfile", "a\n\n");
	check_forget(KIND, MARKER_END OURS, "/swapfile", "");
	check_forget(KIND, "a\n" MARKER_END "/swapfile none swap sw 0 0", "/swapfile", "a");
}
END_TEST

START_TEST(round_trip)
{
	static const struct scfg_boot_want want = WANT("/swapfile", -1);
	static const char *const texts[] = {
		"",
		"\n",
		"\n\n\n",
		"a",
		"a\r",
		"a\r\n",
		"a\r\nb\r\n\r\n",
		"\xff\xfe\n\x80",
		MARKER,
		"# swapcfg: managed entry, change it with swapcfg(1)",
		MARKER_END "x",
		OURS,
		OURS "\n",
	};
	size_t big = 1 << 20;
	char *text = malloc(big);

	for (size_t i = 0; i < COUNT(texts); i++)
		check_round_trip(KIND, texts[i], strlen(texts[i]), &want);
	ck_assert_ptr_nonnull(text);
	memset(text, 'x', big);
	check_round_trip(KIND, text, big, &want);
	text[big - 1] = '\n';
	check_round_trip(KIND, text, big, &want);
	memset(text, '\n', big);
	check_round_trip(KIND, text, big / 64, &want);
	free(text);
}
END_TEST

#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}

static const struct boot_scan_case scans[] = {
	{"/s none swap sw 0 0\n", LINE("/s", FOREIGN, 1, -1), false},
	{" \t/s\tnone\tswap", LINE("/s", FOREIGN, 1, -1), false},
	{"/s none swap", LINE("/s", FOREIGN, 1, -1), false},
	{"/s none swap sw,pri=7,discard=once 0 0", LINE("/s", FOREIGN, 1, 7, .discard_once = true),
	 false},
	{"/s none swap discard=pages,x-y,pri=32767",
	 LINE("/s", FOREIGN, 1, 32767, .discard_pages = true), false},
	{"/s none swap discard",
	 LINE("/s", FOREIGN, 1, -1, .discard_once = true, .discard_pages = true), false},
	{"/s none swap pri=32768", LINE("/s", FOREIGN, 1, -1), false},
	{"/s none swap pri=-2", LINE("/s", FOREIGN, 1, -1), false},
	{"/s none swap pri=", LINE("/s", FOREIGN, 1, -1), false},
	{"/s none swap pri=99999999999999999999", LINE("/s", FOREIGN, 1, -1), false},
	{"/a\\040b\\011\\012\\134c none swap sw", LINE("/a b\t\n\\c", FOREIGN, 1, -1), false},
	{"/a\\04 none swap sw", LINE("/a\\04", FOREIGN, 1, -1), false},
	{"/a\\000b\\4000 none swap sw", LINE("/a\\000b\\4000", FOREIGN, 1, -1), false},
	{"UUID=1-2 none swap sw", LINE("UUID=1-2", FOREIGN, 1, -1, .by_tag = true), false},
	{"LABEL=a\\040b none swap sw", LINE("LABEL=a b", FOREIGN, 1, -1, .by_tag = true), false},
	{"PARTUUID=1 none swap sw", LINE("PARTUUID=1", FOREIGN, 1, -1, .by_tag = true), false},
	{"PARTLABEL=1 none swap sw", LINE("PARTLABEL=1", FOREIGN, 1, -1, .by_tag = true), false},
	{"/UUID=1 none swap sw", LINE("/UUID=1", FOREIGN, 1, -1), false},
	{MARKER "/s none swap sw", LINE("/s", OURS, 2, -1), false},
	{MARKER_END "/s none swap sw", LINE("/s", OURS, 2, -1), false},
	{"x" MARKER "/s none swap sw", LINE("/s", FOREIGN, 2, -1), false},
	{"/s none swap sw,noauto 0 0", {0}, false},
	{"/s none swap noautox", LINE("/s", FOREIGN, 1, -1), false},
	{"#/s none swap sw", {0}, false},
	{" # /s none swap sw", {0}, false},
	{"/s none swapx sw\n/s swap ext4 swap\n/s none\n\n \n", {0}, false},
	{"", {0}, false},
};

START_TEST(scan)
{
	check_scan(KIND, &scans[_i]);
}
END_TEST

START_TEST(scan_order)
{
	static const char text[] =
		"/c none swap sw\n" ROOT "/a none swap sw\n/b none swap sw\n/a none swap x";
	static const char *const paths[] = {"/c", "/a", "/b", "/a"};
	static const uint32_t numbers[] = {1, 3, 4, 5};
	struct scfg_boot_lines lines;

	ck_assert_int_eq(scfg_fstab_text.scan(text, strlen(text), &lines), 0);
	ck_assert_uint_eq(lines.count, COUNT(paths));
	for (size_t i = 0; i < COUNT(paths); i++) {
		ck_assert_str_eq(lines.lines[i].path, paths[i]);
		ck_assert_uint_eq(lines.lines[i].line, numbers[i]);
	}
	scfg_boot_lines_free(&lines);
	ck_assert_uint_eq(lines.count, 0);
	ck_assert_ptr_null(lines.lines);
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {
		"",
		"s",
		"#s",
		"/a\nb",
		"/a\rb",
		"/\x01",
		"/\x7f",
		"/a ",
		"/a\t",
		"/a\\",
		"/\xff",
		"/\xc3",
		"/\xc0\x80",
		"/\xed\xa0\x80",
		"/\xf4\x90\x80\x80",
		"/\xe0\x80\x80",
		"/\xf0\x80\x80\x80",
	};
	struct scfg_boot_want want = WANT("/s", -1);
	struct scfg_buf buf = {0};

	for (size_t i = 0; i < COUNT(bad); i++) {
		want.path = bad[i];
		ck_assert_msg(!scfg_fstab_text.can_quote(bad[i]), "%zu", i);
		ck_assert_int_eq(scfg_fstab_text.persist("", 0, &want, &buf), -EINVAL);
	}
	want = (struct scfg_boot_want)WANT("/s", 32768);
	ck_assert_int_eq(scfg_fstab_text.persist("", 0, &want, &buf), -EINVAL);
	want.priority = 0;
	ck_assert_int_eq(scfg_fstab_text.persist("a\0b\n", 4, &want, &buf), -EINVAL);
	ck_assert_int_eq(scfg_fstab_text.forget("\0", 1, "/s", &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	ck_assert(scfg_fstab_text.can_quote("/a b\t\\x#'\"\xf0\x9f\x92\xbe"));
}
END_TEST

START_TEST(long_paths)
{
	char path[4001] = "/";

	memset(path + 1, ' ', 999);
	path[999] = 'x'; /* "/", 998 blanks of four, "x" */
	ck_assert(scfg_fstab_text.can_quote(path));
	memset(path, '/', 4000);
	ck_assert(scfg_fstab_text.can_quote(path));
	memset(path + 1, ' ', 3998);
	ck_assert(!scfg_fstab_text.can_quote(path));
}
END_TEST

static const struct scfg_boot_want wants[] = {
	WANT("/swapfile", -1),
	WANT("/swapfile", 5),
	WANT("/swapfile", -1, .discard_pages = true),
};

static const char *const lines[] = {
	"",
	"# swapcfg: managed entry, change it with swapcfg(1)",
	"# swapcfg: managed entry, change it with swapcfg(1); no newline before",
	"# swapcfg: managed entry, change it with swapcfg(1) ",
	"#/swapfile none swap sw 0 0",
	"/swapfile2 none swap sw,nofail 0 0",
	"/mnt/swapfile none swap sw,nofail 0 0",
	"/other none swap sw,nofail 0 0",
	"/swapfile none ext4 sw 0 0",
	"/dev/root / ext4 rw 0 1",
	"UUID=swap none swap sw 0 0",
	"\xff\xfe garbage \x80",
	"a\\",
	/* not clean */
	"/swapfile none swap sw,nofail 0 0",
	"/swapfile none swap sw,nofail,pri=5 0 0",
	"/swapfile none swap sw,nofail 0 0 ",
	" /swapfile none swap",
};

START_TEST(properties)
{
	static const struct boot_grammar grammar = {lines,	 COUNT(lines), 13,
						    "/swapfile", wants,	       COUNT(wants)};

	check_properties(KIND, &grammar, 4000);
}
END_TEST

Suite *fstab_suite(void)
{
	Suite *suite = suite_create("fstab");
	TCase *tcase = tcase_create("fstab");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, persist, 0, COUNT(edits));
	tcase_add_test(tcase, forget);
	tcase_add_test(tcase, round_trip);
	tcase_add_loop_test(tcase, scan, 0, COUNT(scans));
	tcase_add_test(tcase, scan_order);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, long_paths);
	tcase_add_test(tcase, properties);
	suite_add_tcase(suite, tcase);
	return suite;
}
