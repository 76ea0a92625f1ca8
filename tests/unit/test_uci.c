/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "boot_check.h"

Suite *uci_suite(void);

#define WANT(p, ...)                               \
	{                                          \
		.path = p, .priority = __VA_ARGS__ \
	}
#define KIND	 &scfg_uci_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define GLOBAL "config 'global'\n\toption anon_swap '0'\n\n"
#define MOUNT  "config 'mount'\n\toption target '/data'\n\toption device '/dev/sda1'\n"
#define AREA(n, p, more) \
	"config swap 'swapcfg_" n "'\n\toption device '" p "'\n" more "\toption enabled '1'\n"
#define OURS   MARKER AREA("0", "/swapfile", "")
#define OURS_5 MARKER AREA("0", "/swapfile", "\toption priority '5'\n")
/* As uci writes a section. */
#define BARE(n, p) "\nconfig swap 'swapcfg_" n "'\n\toption device '" p "'\n\toption enabled '1'\n"

static const struct boot_case edits[] = {
	{"no file", "", WANT("/swapfile", -1), OURS},
	{"at the end", GLOBAL MOUNT, WANT("/swapfile", 5), GLOBAL MOUNT OURS_5},
	{"no newline", "config global", WANT("/swapfile", -1),
	 "config global\n" MARKER_END AREA("0", "/swapfile", "")},
	{"priority 0", "", WANT("/s", 0), MARKER AREA("0", "/s", "\toption priority '0'\n")},
	{"discard is left out", "", WANT("/s", -1, .discard_once = true),
	 MARKER AREA("0", "/s", "")},
	{"quoting", "", WANT("/it's \\a\"#;\xff", -1),
	 MARKER AREA("0", "/it'\\''s \\a\"#;\xff", "")},
	{"right", OURS MOUNT, WANT("/swapfile", -1), OURS MOUNT},
	{"right, as uci writes it", BARE("7", "/swapfile") "\n" MOUNT, WANT("/swapfile", -1),
	 BARE("7", "/swapfile") "\n" MOUNT},
	{"right, quoted otherwise", "c swap swapcfg_\nlist device x\no device \"/s\"\n",
	 WANT("/t", -1),
	 "c swap swapcfg_\nlist device x\no device \"/s\"\n" MARKER AREA("0", "/t", "")},
	{"other priority", OURS MOUNT, WANT("/swapfile", 5), MOUNT OURS_5},
	{"not a priority", MARKER AREA("0", "/swapfile", "\toption priority '05'\n"),
	 WANT("/swapfile", 5), OURS_5},
	{"a priority too much", OURS_5, WANT("/swapfile", -1), OURS},
	{"switched off", "config swap swapcfg_1\n\toption device /swapfile\n\toption enabled 0\n",
	 WANT("/swapfile", -1), OURS},
	{"enabled by default", "config swap swapcfg_1\n\toption device /swapfile\n",
	 WANT("/swapfile", -1), OURS},
	{"more options", MARKER AREA("0", "/swapfile", "\toption x y\n"), WANT("/swapfile", -1),
	 OURS},
	{"uuid", MARKER AREA("0", "/swapfile", "\toption uuid y\n"), WANT("/swapfile", -1), OURS},
	{"label", MARKER AREA("0", "/swapfile", "\toption label y\n"), WANT("/swapfile", -1), OURS},
	{"duplicates", BARE("0", "/swapfile") OURS MOUNT, WANT("/swapfile", -1), MOUNT OURS},
	{"numbers", "config swap swapcfg_1\nconfig x 'swapcfg_0'\nconfig \"swap\" \"swapcfg_3\"\n",
	 WANT("/s", -1),
	 "config swap swapcfg_1\nconfig x 'swapcfg_0'\nconfig \"swap\" \"swapcfg_3\"\n" MARKER AREA(
		 "2", "/s", "")},
	{"another of ours", OURS, WANT("/s", -1), OURS MARKER AREA("1", "/s", "")},
	{"comments inside", MARKER "config swap 'swapcfg_0' # a\n# b\n\n\toption device '/s'\n#c\n",
	 WANT("/s", 1), "# b\n\n#c\n" MARKER AREA("0", "/s", "\toption priority '1'\n")},
	{"same name, switched off", "config mount\n\toption device /x/s\n\toption enabled 0\n",
	 WANT("/s", -1),
	 "config mount\n\toption device /x/s\n\toption enabled 0\n" MARKER AREA("0", "/s", "")},
	{"same name, known by label", "config swap\n\toption device /x/s\n\toption label a/s\n",
	 WANT("/s", -1),
	 "config swap\n\toption device /x/s\n\toption label a/s\n" MARKER AREA("0", "/s", "")},
	{"same name, another type", "config x\n\toption device /x/s\n", WANT("/s", -1),
	 "config x\n\toption device /x/s\n" MARKER AREA("0", "/s", "")},
	{"of others, the same area", "config swap\n\toption device /s\n", WANT("/s", -1),
	 "config swap\n\toption device /s\n" MARKER AREA("0", "/s", "")},
	{"shares a line", "config swap swapcfg_0\n\toption device /t;x y\n", WANT("/s", -1),
	 "config swap swapcfg_0\n\toption device /t;x y\n" MARKER AREA("1", "/s", "")},
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
	check_forget(KIND, GLOBAL OURS MOUNT, "/swapfile", GLOBAL MOUNT);
	check_forget(KIND, GLOBAL OURS MOUNT, "/swapfil", GLOBAL OURS MOUNT);
	check_forget(KIND, GLOBAL OURS MOUNT, "/swapfile2", GLOBAL OURS MOUNT);
	check_forget(KIND, "config x\n" BARE("3", "/s") "\n" MOUNT, "/s", "config x\n\n" MOUNT);
	check_forget(KIND, BARE("3", "/s") "\n", "/s", "\n");
	check_forget(KIND, MARKER "\n" AREA("3", "/s", ""), "/s", MARKER);
	check_forget(KIND, "config swap\n\toption device /s\n", "/s",
		     "config swap\n\toption device /s\n");
	check_forget(KIND, "config mount swapcfg_1\n\toption device /s\n", "/s",
		     "config mount swapcfg_1\n\toption device /s\n");
	check_forget(KIND, "c x\n" MARKER_END AREA("0", "/s", ""), "/s", "c x");
	check_forget(KIND, "c x\n" MARKER_END AREA("0", "/s", "") "c y\n", "/s", "c x\nc y\n");
	check_forget(KIND, "c x\n\n" MARKER_END AREA("0", "/s", ""), "/s", "c x\n\n");
	check_forget(KIND, MARKER "c 's'w\"ap\" swapcfg_\no device '/\ns'\no x\\\ny z", "/\ns", "");
	check_forget(KIND, OURS MARKER AREA("1", "/s", "") BARE("2", "/t"), "/s",
		     OURS BARE("2", "/t"));
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {"", "s", "/a\nb", "/a\tb", "/\x7f", "/a/", "/"};
	static const char *const others[] = {
		"x\n",
		"config\n",
		"config ''\n",
		"config swap 'a\n",
		"config swap \"a\n",
		"config swap a b\n",
		"config swap a-b\n",
		"option a b\n",
		"package p\nlist a b\n",
		"config swap\noption\n",
		"config swap\noption a-b c\n",
		"config swap\noption a b c\n",
		"config swap\noption a 'b';\n",
		"config swap\noption a\\ b;\n",
		"config swap\noption a b ;\n",
		"config swap\nconfigs x\n",
		"config swap\\",
		"config swap # \\\r",
		/* There is one already that block knows by that name. */
		"config mount\n\toption device /x/s\n",
		"config swap\n\toption device s\n",
		"config swap\n\toption device /x/s\n\toption enabled ''\n",
		"config swap\n\toption device /x/s\n\toption enabled no\n",
		"config mount\n\toption device /x\n\toption label s\n",
		"config swap\n\toption device /s\n\toption uuid s\n",
	};
	struct scfg_boot_want want = WANT("/s", -1);
	struct scfg_buf buf = {0};

	for (size_t i = 0; i < COUNT(others); i++) {
		ck_assert_msg(scfg_uci_text.persist(others[i], strlen(others[i]), &want, &buf) ==
				      -EINVAL,
			      "%s", others[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		want.path = bad[i];
		ck_assert_msg(!scfg_uci_text.can_quote(bad[i]), "%zu", i);
		ck_assert_int_eq(scfg_uci_text.persist("", 0, &want, &buf), -EINVAL);
	}
	want = (struct scfg_boot_want)WANT("/s", 32768);
	ck_assert_int_eq(scfg_uci_text.persist("", 0, &want, &buf), -EINVAL);
	want.priority = 0;
	ck_assert_int_eq(scfg_uci_text.persist("#\0\n", 3, &want, &buf), -EINVAL);
	ck_assert_int_eq(scfg_uci_text.forget("\0", 1, "/s", &buf), -EINVAL);
	ck_assert_int_eq(scfg_uci_text.forget("x\n", 2, "/s", &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	ck_assert(scfg_uci_text.can_quote("/a b'\"$\\#;\xff"));
}
END_TEST

#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}
#define SWAP "config swap\n"

/* What uci itself reads in these was asked of it. */
static const struct boot_scan_case scans[] = {
	{GLOBAL MOUNT OURS_5, LINE("/swapfile", OURS, 8, 5), false},
	{BARE("x", "/s"), LINE("/s", OURS, 2, -1), false},
	{"config swap 'swapcf'\noption device /s", LINE("/s", FOREIGN, 1, -1), false},
	{"config swap 'xswapcfg_'\noption device /s", LINE("/s", FOREIGN, 1, -1), false},
	{"package fstab\n\n" SWAP "\toption device '/a b'\n", LINE("/a b", FOREIGN, 3, -1), false},
	{"c\tswap \r\n o\t'device' \"/a\\\"b\\c\"'d'e\\ f#g\n", LINE("/a\"bcde f", FOREIGN, 1, -1),
	 false},
	{SWAP "option device '/a\n#b'\noption priority 7", LINE("/a\n#b", FOREIGN, 1, 7), false},
	{"\n" SWAP "option device /a\\\nb\\\r\nc\n", LINE("/abc", FOREIGN, 2, -1), false},
	{SWAP "option device '/a\\\nb'\n", LINE("/a\\\nb", FOREIGN, 1, -1), false},
	{SWAP "option device /s;option enabled 0\n", LINE("/s", FOREIGN, 1, -1), false},
	{SWAP "option device /s\\", LINE("/s", FOREIGN, 1, -1), false},
	{SWAP "option device sda1\noption uuid 1-2\n", LINE("/dev/sda1", FOREIGN, 1, -1), false},
	{SWAP "option uuid 1-2\noption label x\noption device ''\n",
	 LINE("UUID=1-2", FOREIGN, 1, -1, .by_tag = true), false},
	{SWAP "option label 'a b'\n", LINE("LABEL=a b", FOREIGN, 1, -1, .by_tag = true), false},
	{SWAP "option device /a\noption device ''\noption enabled 1\n", LINE("/a", FOREIGN, 1, -1),
	 false},
	{SWAP "option device /a\noption device /b\n", LINE("/b", FOREIGN, 1, -1), false},
	{SWAP "option device /a\noption enabled off\n", LINE("/a", FOREIGN, 1, -1), false},
	{SWAP "option device /a\noption priority 32767\n", LINE("/a", FOREIGN, 1, 32767), false},
	{SWAP "option device /a\noption priority 32768\n", LINE("/a", FOREIGN, 1, -1), false},
	{SWAP "option device /a\noption priority -1\n", LINE("/a", FOREIGN, 1, -1), false},
	{SWAP "option device /a\noption priority 0\n", LINE("/a", FOREIGN, 1, 0), false},
	{SWAP "option device /a\noption priority 0x1\n", LINE("/a", FOREIGN, 1, -1), false},
	{SWAP "option device /a\nlist priority 5\n", LINE("/a", FOREIGN, 1, -1), false},
	{SWAP "option device /a\noption enabled 0\n", {0}, false},
	{SWAP "option device /a\noption enabled '0x0'\n", {0}, false},
	{SWAP "option device /a\noption enabled 1\noption enabled \"0\"\n", {0}, false},
	{SWAP "option device /a\nlist device ''\n", {0}, false},
	{SWAP "list device /a\noption priority 5\n", {0}, false},
	{SWAP "config x\noption device /a\n", {0}, false},
	{"config mount\n#config swap\noption device /a\n", {0}, false},
	{SWAP "option device /a\nx\n", {0}, false},
	{SWAP "option device '/a\n", {0}, false},
	{SWAP "", {0}, false},
};

START_TEST(scan)
{
	check_scan(KIND, &scans[_i]);
}
END_TEST

START_TEST(scan_many)
{
	static const char text[] = OURS MOUNT SWAP
		"option label a\n" SWAP "option device '/b\n'\n" SWAP "option device /c\n";
	static const char *const paths[] = {"/swapfile", "LABEL=a", "/b\n", "/c"};
	static const uint32_t numbers[] = {2, 8, 10, 13};
	struct scfg_boot_lines lines;

	ck_assert_int_eq(scfg_uci_text.scan(text, strlen(text), &lines), 0);
	ck_assert_uint_eq(lines.count, COUNT(paths));
	for (size_t i = 0; i < COUNT(paths); i++) {
		ck_assert_str_eq(lines.lines[i].path, paths[i]);
		ck_assert_uint_eq(lines.lines[i].line, numbers[i]);
	}
	scfg_boot_lines_free(&lines);
	ck_assert_int_eq(scfg_uci_text.scan(OURS "\0", strlen(OURS) + 1, &lines), 0);
	ck_assert_uint_eq(lines.count, 0);
}
END_TEST

static const struct scfg_boot_want wants[] = {
	WANT("/swap file'", -1),
	WANT("/swap file'", 0),
	WANT("/swap file'", 5),
};

static const char *const lines[] = {
	"",
	"# keep",
	"config keep",
	"config keep",
	"config 'mount' keep",
	"config swap 'swapcfg_keep'",
	"config swap 'swapcfg_0'",
	"\toption device '/keep'",
	"\toption priority keep",
	"\tlist x 'keep\nkeep' # keep",
	"\toption keep \\\n b\\",
	"# swapcfg: managed entry, change it with swapcfg(1)",
	"# swapcfg: managed entry, change it with swapcfg(1); no newline before",
	"config global\n\toption enabled '1'",
	/* not clean */
	MARKER "config swap swapcfg_3\n\toption device \"/swap file'\"\nconfig keep",
	"config keep\n" MARKER "c swap swapcfg_5\n\to device \"/swap file'\"\n# keep\nconfig x",
	MARKER AREA("7", "/swap file'\\''", "\toption priority 5\n") "# keep\nconfig keep",
	"config swap swapcfg_9\no enabled 0\n#keep\no device /swap\\ file\\'\nconfig keep",
};

START_TEST(properties)
{
	static const struct boot_grammar grammar = {lines, COUNT(lines), 14,  "/swap file'",
						    wants, COUNT(wants), true};

	check_properties(KIND, &grammar, 12000);
}
END_TEST

Suite *uci_suite(void)
{
	Suite *suite = suite_create("uci");
	TCase *tcase = tcase_create("uci");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, persist, 0, COUNT(edits));
	tcase_add_test(tcase, forget);
	tcase_add_test(tcase, refusals);
	tcase_add_loop_test(tcase, scan, 0, COUNT(scans));
	tcase_add_test(tcase, scan_many);
	tcase_add_test(tcase, properties);
	suite_add_tcase(suite, tcase);
	return suite;
}
