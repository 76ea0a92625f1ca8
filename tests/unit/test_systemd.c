/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "boot_check.h"

Suite *systemd_suite(void);

#define WANT(p, ...)                               \
	{                                          \
		.path = p, .priority = __VA_ARGS__ \
	}
#define KIND	 &scfg_systemd_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define UNIT(p)                                        \
	MARKER "[Unit]\nDescription=Swap area " p "\n" \
	       "Documentation=man:swapcfg(1)\n"        \
	       "DefaultDependencies=no\n"              \
	       "Conflicts=umount.target\n"             \
	       "Before=umount.target\n\n"              \
	       "[Swap]\nWhat=" p "\n"
#define INSTALL	 "TimeoutSec=90\n\n[Install]\nWantedBy=swap.target\n"
#define WHOLE(p) UNIT(p) INSTALL
#define OURS	 WHOLE("/swapfile")

static const struct boot_case edits[] = {
	{"no file", "", WANT("/swapfile", -1), OURS},
	{"priority", "", WANT("/swapfile", 0), UNIT("/swapfile") "Priority=0\n" INSTALL},
	{"discard", "", WANT("/s", 7, .discard_once = true, .discard_pages = true),
	 UNIT("/s") "Priority=7\nOptions=discard\n" INSTALL},
	{"discard once", "", WANT("/s", -1, .discard_once = true),
	 UNIT("/s") "Options=discard=once\n" INSTALL},
	{"discard pages", "", WANT("/s", -1, .discard_pages = true),
	 UNIT("/s") "Options=discard=pages\n" INSTALL},
	{"specifiers", "", WANT("/%h/a b/%%", -1), WHOLE("/%%h/a b/%%%%")},
	{"right", OURS, WANT("/swapfile", -1), OURS},
	{"twice", OURS "\n" OURS "# a\n", WANT("/swapfile", -1), OURS "\n# a\n"},
	{"other priority", UNIT("/swapfile") "Priority=9\n" INSTALL, WANT("/swapfile", -1), OURS},
	{"comments of others", "# a\n\n; b", WANT("/swapfile", -1), OURS "# a\n\n; b"},
	{"a section of others", "[Unit]\nAfter=x.service", WANT("/swapfile", -1),
	 OURS "[Unit]\nAfter=x.service"},
	{"behind ours", OURS "\n[Swap]\nNice=5\n", WANT("/swapfile", 5),
	 UNIT("/swapfile") "Priority=5\n" INSTALL "\n[Swap]\nNice=5\n"},
	{"before ours", "# a\n[Unit]\nAfter=x\n" OURS "# b\n", WANT("/swapfile", -1),
	 OURS "# a\n[Unit]\nAfter=x\n# b\n"},
	{"added by hand",
	 MARKER "[Unit]\nAfter=a \\\nb\n# c\n[Swap]\n What=/swapfile\nNice=5\nWhat=/swapfile\n"
		"[Install]\nWantedBy=swap.target\nAlias=x\n",
	 WANT("/swapfile", -1),
	 OURS "[Unit]\nAfter=a \\\nb\n# c\n[Swap]\nNice=5\n[Install]\nAlias=x\n"},
	{"end taken off by hand", MARKER "[Unit]\nBefore=x\n[Swap]\nWhat=/swapfile",
	 WANT("/swapfile", -1), OURS "[Unit]\nBefore=x\n"},
	{"a backslash alone", MARKER "[Unit]\n[Swap]\n \\\nWhat=/swapfile\n", WANT("/swapfile", -1),
	 OURS},
	{"blanks", MARKER "[Unit]\n[Swap]\n\tWhat = /swapfile\n Priority =5\n# a\n",
	 WANT("/swapfile", -1), OURS "[Swap]\n# a\n"},
	{"no assignment", MARKER "[Unit]\n[Swap]\n=\nWhat\nWhat=/swapfile\n", WANT("/swapfile", -1),
	 OURS "[Swap]\n=\nWhat\n"},
	{"continued", MARKER "[Unit]\n[Sw\\\nap]\n[Swap]\nWhat\\\n# a\n=/swapfile\n",
	 WANT("/swapfile", -1), OURS "[Swap]\n# a\n"},
	{"a comment is not continued", MARKER "[Unit]\n[Swap]\n# a\\\nWhat=/swapfile\n",
	 WANT("/swapfile", -1), OURS "[Swap]\n# a\\\n"},
	{"stray marker", MARKER "[Unit]\nAfter=x\n", WANT("/swapfile", -1),
	 OURS MARKER "[Unit]\nAfter=x\n"},
};

START_TEST(persist)
{
	check_persist(KIND, &edits[_i]);
}
END_TEST

START_TEST(forget)
{
	check_forget(KIND, "", "/s", "");
	check_forget(KIND, OURS, "/swapfile", "");
	check_forget(KIND, OURS OURS, "/swapfile", "");
	check_forget(KIND, WHOLE("/s") OURS, "/swapfile", WHOLE("/s"));
	check_forget(KIND, OURS, "/swapfil", OURS);
	check_forget(KIND, OURS "\n", "/swapfile", "\n");
	check_forget(KIND, "[Swap]\nWhat=/s\n", "/s", "[Swap]\nWhat=/s\n");
	check_forget(KIND, MARKER "\n[Unit]\n[Swap]\nWhat=/s\n", "/s",
		     MARKER "\n[Unit]\n[Swap]\nWhat=/s\n");
	check_forget(KIND, WHOLE("/%%h"), "/%h", "");
	check_forget(KIND, MARKER "[Unit]\n[Swap]\nWhat=/s\nPriority=5\nOptions=x\n", "/s", "");
	check_forget(KIND, OURS "Alias=x", "/swapfile", "[Install]\nAlias=x");
	check_forget(KIND, OURS "#\n[Unit]\nAfter=x", "/swapfile", "#\n[Unit]\nAfter=x");
	check_forget(KIND, MARKER "[Unit]\n[Swap]\nWhat=/s\nNice=1\n[X]\nWantedBy=swap.target\n",
		     "/s", "[Swap]\nNice=1\n[X]\nWantedBy=swap.target\n");
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {
		"",	"s",	 "/a\nb",   "/a\tb", "/\x01", "/\x7f", "/a ",
		"/a\\", "/\xff", "/a/../b", "/..",   "/a/..", "/\xc3",
	};
	static const char *const others[] = {
		"[Swap]\nWhat=/s\n",
		"x",
		"After=x\n",
		WHOLE("/b"),
		"# a\nx=1\n[Unit]\n",
		"[Swap]\nWhat=",
		"[Swap\n",
		"x=1\n" WHOLE("/s"),
		"[Swap]\n[Unit]\n\n [Swap] \n What = /x",
	};
	struct scfg_boot_want want = WANT("/s", -1);
	struct scfg_buf buf = {0};

	for (size_t i = 0; i < COUNT(others); i++) {
		ck_assert_msg(scfg_systemd_text.persist(others[i], strlen(others[i]), &want,
							&buf) == -EINVAL,
			      "%s", others[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		want.path = bad[i];
		ck_assert_msg(!scfg_systemd_text.can_quote(bad[i]), "%zu", i);
		ck_assert_int_eq(scfg_systemd_text.persist("", 0, &want, &buf), -EINVAL);
	}
	want = (struct scfg_boot_want)WANT("/s", 32768);
	ck_assert_int_eq(scfg_systemd_text.persist("", 0, &want, &buf), -EINVAL);
	want.priority = 0;
	ck_assert_int_eq(scfg_systemd_text.persist("#\0\n", 3, &want, &buf), -EINVAL);
	ck_assert_int_eq(scfg_systemd_text.forget("\0", 1, "/s", &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	ck_assert(scfg_systemd_text.can_quote("/a b\\x#'\"%\xf0\x9f\x92\xbe[]/.b/..c/d.."));
}
END_TEST

/* A name has at most 255 bytes, its end included. */
START_TEST(long_paths)
{
	char path[253] = "/";

	memset(path + 1, 'x', sizeof(path) - 2);
	ck_assert(!scfg_systemd_text.can_quote(path));
	path[251] = '\0';
	ck_assert(scfg_systemd_text.can_quote(path));
	path[9] = '-';
	ck_assert(!scfg_systemd_text.can_quote(path));
}
END_TEST

#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}

static const struct boot_scan_case scans[] = {
	{OURS, LINE("/swapfile", OURS, 10, -1), false},
	{"\n" UNIT("/a b") "Priority=5\n" INSTALL, LINE("/a b", OURS, 11, 5), false},
	{UNIT("/s") "Options=discard=once,pri=7\nPriority=5\n" INSTALL,
	 LINE("/s", OURS, 10, 7, .discard_once = true), false},
	{"[Swap]\nWhat=/s\nPriority=-2\nOptions=discard\n",
	 LINE("/s", FOREIGN, 2, -1, .discard_once = true, .discard_pages = true), false},
	{" [Swap] \r\n  What = /a%%b%%%% \t\r\n Priority = 3", LINE("/a%b%%", FOREIGN, 2, 3),
	 false},
	{"[Swap]\nWhat=/a\\\n#x\n\n  /b\n", LINE("/a   /b", FOREIGN, 2, -1), false},
	{"[Swap]\nWhat=/a\\\\\nPriority=1\n", LINE("/a\\\\", FOREIGN, 2, 1), false},
	{"[Swap]\nPriority=2\\", {0}, false},
	{"[Swap]\nWhat=/s\\", LINE("/s", FOREIGN, 2, -1), false},
	{"[Swap]\nWhat=/a\n[Swap]\nWhat=/b\n", LINE("/b", FOREIGN, 4, -1), false},
	{OURS OURS, LINE("/swapfile", OURS, 24, -1), false},
	{OURS "[Swap]\nWhat=/b\n", LINE("/b", FOREIGN, 16, -1), false},
	{"[Swap]\nWhat=/a\nWhat=\n", {0}, false},
	{"[Swap]\nWhat=/a\nWhat\n", LINE("/a", FOREIGN, 2, -1), false},
	{"[Unit]\nWhat=/a\nWhat=/b\nPriority=7\n", {0}, false},
	{"What=/a\n#[Swap]\nWhat=/b\n;[Swap]\nWhat=/c", {0}, false},
	{"[Swap]\n#What=/a\nWhatever=/b\nWhat", {0}, false},
	{"", {0}, false},
};

START_TEST(scan)
{
	check_scan(KIND, &scans[_i]);
}
END_TEST

START_TEST(scan_binary)
{
	struct scfg_boot_lines lines;

	ck_assert_int_eq(scfg_systemd_text.scan("[Swap]\nWhat=/s\n\0", 16, &lines), 0);
	ck_assert_uint_eq(lines.count, 0);
}
END_TEST

/* What systemd-escape --path --suffix=swap of systemd 252 prints. */
static const char *const names[][2] = {
	{"/", "-.swap"},
	{"/swapfile", "swapfile.swap"},
	{"/data/swap file", "data-swap\\x20file.swap"},
	{"/a-b/c-d", "a\\x2db-c\\x2dd.swap"},
	{"/.hidden/x", "\\x2ehidden-x.swap"},
	{"/x/.y", "x-.y.swap"},
	{"/\303\274/swap", "\\xc3\\xbc-swap.swap"},
	{"/a//b", "a-b.swap"},
	{"//a", "a.swap"},
	{"/a/", "a.swap"},
	{"/a\\b", "a\\x5cb.swap"},
	{"/a:b_c.d", "a:b_c.d.swap"},
	{"/%h", "\\x25h.swap"},
	{"/a'b\"", "a\\x27b\\x22.swap"},
	{"/./a", "a.swap"},
	{"/a/./b", "a-b.swap"},
	{"/./.x", "\\x2ex.swap"},
	{"/-", "\\x2d.swap"},
	{"/a@b~", "a\\x40b\\x7e.swap"},
	{"/dev/disk/by-uuid/1-2", "dev-disk-by\\x2duuid-1\\x2d2.swap"},
	{"/\360\237\222\276", "\\xf0\\x9f\\x92\\xbe.swap"},
	{"/a\011b", "a\\x09b.swap"},
	{"/[x]=,+", "\\x5bx\\x5d\\x3d\\x2c\\x2b.swap"},
	{"/0", "0.swap"},
	{"/..a", "\\x2e.a.swap"},
	{"/a../b", "a..-b.swap"},
	{"/./", "-.swap"},
};

START_TEST(name)
{
	struct scfg_buf buf = {0};

	scfg_systemd_name(names[_i][0], &buf);
	ck_assert_str_eq(buf.data, names[_i][1]);
	scfg_buf_free(&buf);
}
END_TEST

static const struct scfg_boot_want wants[] = {
	WANT("/swapfile", -1),
	WANT("/swapfile", 5),
	WANT("/swapfile", -1, .discard_pages = true),
};

static const char *const lines[] = {
	"",
	"# keep",
	"; keep",
	"[Unit]",
	"[Unit]",
	"[Swap]",
	"[Install]",
	"After=keep.service",
	"After=keep.service \\",
	"Alias=keep",
	"# swapcfg: managed entry, change it with swapcfg(1)",
	"# swapcfg: managed entry, change it with swapcfg(1); no newline before",
	"WantedBy=swap.target",
	"\xff\xfe keep \x80",
	/* not clean */
	"What=/swapfile",
	"What=/other",
	"Priority=7",
	MARKER "[Unit]\nDescription=x",
	MARKER "[Unit]\n[Swap]\nWhat=/swapfile",
	OURS "# keep",
};

START_TEST(properties)
{
	static const struct boot_grammar grammar = {lines, COUNT(lines), 14,  "/swapfile",
						    wants, COUNT(wants), true};

	check_properties(KIND, &grammar, 8000);
}
END_TEST

Suite *systemd_suite(void)
{
	Suite *suite = suite_create("systemd");
	TCase *tcase = tcase_create("systemd");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, persist, 0, COUNT(edits));
	tcase_add_test(tcase, forget);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, long_paths);
	tcase_add_loop_test(tcase, scan, 0, COUNT(scans));
	tcase_add_test(tcase, scan_binary);
	tcase_add_loop_test(tcase, name, 0, COUNT(names));
	tcase_add_test(tcase, properties);
	suite_add_tcase(suite, tcase);
	return suite;
}
