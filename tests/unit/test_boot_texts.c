/* SPDX-License-Identifier: MIT */
/* What the kinds of boot text have in common, and the edges of their readers. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "boot/boot.h"
#include "boot/uci_read.h"
#include "boot/unit.h"
#include "boot_check.h"

Suite *boot_texts_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define WANT(...)                                                                      \
	{                                                                              \
		.path = "/swapfile", .swapon = "/sbin/swapon", .priority = __VA_ARGS__ \
	}
#define LINE(p, o, n, ...)                                                             \
	{                                                                              \
		.path = p, .owner = SCFG_OWNER_##o, .line = n, .priority = __VA_ARGS__ \
	}

static const struct scfg_boot_text *const kinds[] = {
	&scfg_inittab_text, &scfg_fstab_text,  &scfg_systemd_text,
	&scfg_initd_text,   &scfg_openrc_text, &scfg_uci_text,
};

static struct scfg_buf persist(const struct scfg_boot_text *kind, const char *text,
			       const struct scfg_boot_want *want)
{
	struct scfg_buf buf = {0};

	ck_assert_int_eq(kind->persist(text, strlen(text), want, &buf), 0);
	return buf;
}

/*
 * The entry says what was wanted last, whatever it said before; two that are equally long are not
 * taken for the same.
 */
START_TEST(test_wants)
{
	static const struct scfg_boot_want wants[] = {
		WANT(-1),
		WANT(5),
		WANT(7),
		WANT(32767),
		WANT(5, .discard_once = true),
		WANT(7, .discard_once = true),
		WANT(-1, .discard_pages = true),
		WANT(-1, .discard_once = true, .discard_pages = true),
	};
	const struct scfg_boot_text *kind = kinds[_i];

	for (size_t i = 0; i < COUNT(wants) * COUNT(wants); i++) {
		const struct scfg_boot_want *want = &wants[i % COUNT(wants)];
		struct scfg_buf fresh = persist(kind, "", want);
		struct scfg_buf before = persist(kind, "", &wants[i / COUNT(wants)]);
		struct scfg_buf after = persist(kind, before.data, want);
		struct scfg_boot_lines lines;

		ck_assert_str_eq(after.data, fresh.data);
		ck_assert_int_eq(kind->scan(after.data, after.len, &lines), 0);
		ck_assert_uint_eq(lines.count, 1);
		ck_assert_int_eq(lines.lines[0].owner, SCFG_OWNER_OURS);
		ck_assert_int_eq(lines.lines[0].priority, want->priority);
		/* UCI cannot say how to discard. */
		if (kind != &scfg_uci_text) {
			ck_assert_int_eq(lines.lines[0].discard_once, want->discard_once);
			ck_assert_int_eq(lines.lines[0].discard_pages, want->discard_pages);
		}
		scfg_boot_lines_free(&lines);
		scfg_buf_free(&fresh);
		scfg_buf_free(&before);
		scfg_buf_free(&after);
	}
}
END_TEST

/* Of several entries for a path that of the best owner counts, wherever it stands. */
START_TEST(test_best_entry)
{
	static const char ours[] = MARKER "swc0::sysinit:/sbin/swapon /s\n";
	static const char adopted[] = "si11::sysinit:/sbin/swapon /s\n";
	static const char foreign[] = "x::sysinit:/sbin/swapon /s\n";
	const struct {
		const char *first, *second;
		enum scfg_owner best;
		uint32_t line;
	} cases[] = {
		{ours, foreign, SCFG_OWNER_OURS, 2},
		{foreign, ours, SCFG_OWNER_OURS, 3},
		{adopted, foreign, SCFG_OWNER_ADOPTABLE, 1},
		{foreign, adopted, SCFG_OWNER_ADOPTABLE, 2},
		{adopted, ours, SCFG_OWNER_OURS, 3},
		{foreign, foreign, SCFG_OWNER_FOREIGN, 1},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scfg_boot_file file = {0};
		const struct scfg_boot_line *best;
		char text[256] = "";

		strcat(strcat(text, cases[i].first), cases[i].second);
		ck_assert_int_eq(scfg_inittab_text.scan(text, strlen(text), &file.lines), 0);
		best = scfg_boot_entry(&file, "/s");
		ck_assert_ptr_nonnull(best);
		ck_assert_int_eq(best->owner, cases[i].best);
		ck_assert_uint_eq(best->line, cases[i].line);
		ck_assert(scfg_boot_has(&file, "/s", cases[i].best));
		ck_assert(scfg_boot_has(&file, "/s", SCFG_OWNER_FOREIGN) ==
			  (cases[i].first == foreign || cases[i].second == foreign));
		ck_assert_ptr_null(scfg_boot_entry(&file, "/"));
		ck_assert(!scfg_boot_has(&file, "/ss", cases[i].best));
		scfg_boot_lines_free(&file.lines);
	}
}
END_TEST

static const struct {
	const struct scfg_boot_text *kind;
	struct boot_scan_case scan;
} scans[] = {
	/* A second What= behind our block overrides it: that is not ours. */
	{&scfg_systemd_text,
	 {MARKER "[Unit]\n[Swap]\nWhat=/a\n[Install]\nWantedBy=swap.target\n[Swap]\nWhat=/b\n",
	  LINE("/b", FOREIGN, 8, -1), false}},
	{&scfg_systemd_text,
	 {"[Swap]\nWhat=/a\nOptions=noauto,pri=3\n", LINE("/a", FOREIGN, 2, 3), false}},
	/* And one before it is not, where the block has none. */
	{&scfg_systemd_text,
	 {"[Swap]\nWhat=/a\n" MARKER "[Unit]\nAfter=x\n", LINE("/a", FOREIGN, 2, -1), false}},
	/* A quote that no other closes, and a word that goes on. */
	{&scfg_initd_text, {"area '/a swapon '/a\n", {0}, false}},
	{&scfg_initd_text, {"area '/a'\" swapon '/a'\"\n", {0}, false}},
	{&scfg_initd_text, {"area 'a swapon 'a b'\narea '/a", {0}, false}},
	{&scfg_initd_text, {"area a swapon a\n", {0}, false}},
	{&scfg_initd_text, {"area '' swapon ''\n", {0}, false}},
	{&scfg_initd_text, {"area /a swapon -s /a\narea /a swapon -a /a\n", {0}, false}},
	{&scfg_initd_text, {"\tarea /\\a swapon -p 3 /\\a", LINE("/a", FOREIGN, 1, 3), false}},
	/* In a package, a name may be anything; in others not. */
	{&scfg_uci_text,
	 {"package a-b\nconfig swap\n\toption device /a\n  ", LINE("/a", FOREIGN, 2, -1), false}},
	{&scfg_uci_text, {"config swap\n\toption device /a\n\toption", {0}, false}},
	{&scfg_uci_text,
	 {"config swap\n\toption device /a\n \t#", LINE("/a", FOREIGN, 1, -1), false}},
	{&scfg_fstab_text, {"/a none swap defaults,noauto 0 0\n/b", {0}, false}},
	{&scfg_fstab_text, {"/a\\0401 none\tswap", LINE("/a 1", FOREIGN, 1, -1), false}},
	{&scfg_inittab_text, {"x::sysinit:swapon --summary /s\n", {0}, false}},
	{&scfg_inittab_text,
	 {"x::sysinit:swapon --options pri=4 /s", LINE("/s", FOREIGN, 1, 4), false}},
	{&scfg_inittab_text, {"x::sysinit:\nx::sysinit: \t\nx::sysinit:@\n", {0}, false}},
};

START_TEST(test_scan)
{
	check_scan(scans[_i].kind, &scans[_i].scan);
}
END_TEST

/* An id that only looks like ours takes none of ours away. */
START_TEST(test_ids)
{
	static const struct boot_case c = {
		"ids",
		"swc-::once:x\nswc::once:x\nswc00::once:x\nsxc0::once:x\nswc1::once:x\n",
		WANT(-1),
		"swc-::once:x\nswc::once:x\nswc00::once:x\nsxc0::once:x\nswc1::once:x\n" MARKER
		"swc0::sysinit:/sbin/swapon /swapfile\n",
	};

	check_persist(&scfg_inittab_text, &c);
}
END_TEST

/* Scripts that nobody waits for are none to stand behind; what only lists areas is not ours. */
START_TEST(test_not_waited_for)
{
	static const struct boot_case c = {
		"once",
		"l3:3:once:/etc/init.d/rc 3\nz:3:wait:/x\n",
		{.path = "/s",
		 .swapon = "/sbin/swapon",
		 .priority = -1,
		 .place = SCFG_PLACE_AFTER_RCS},
		"l3:3:once:/etc/init.d/rc 3\nz:3:wait:/x\n" MARKER
		"swc0:12345:wait:/sbin/swapon /s\n",
	};
	static const char lists[] = MARKER "x::sysinit:/sbin/swapon -s /s\n";

	check_persist(&scfg_inittab_text, &c);
	check_forget(&scfg_inittab_text, lists, "/s", lists);
}
END_TEST

/* No memory for a text that is right as it is. */
START_TEST(test_right_without_memory)
{
	static const struct scfg_boot_want want = WANT(5);
	struct scfg_buf text = persist(kinds[_i], "", &want);
	bool failed = true;

	for (unsigned int at = 1; failed; at++) {
		struct scfg_buf again = {0};
		int r;

		alloc = (struct alloc){.fail_at = at};
		r = kinds[_i]->persist(text.data, text.len, &want, &again);
		alloc.fail_at = 0;
		failed = alloc.failed;
		ck_assert_int_eq(r, failed ? -ENOMEM : 0);
		if (failed)
			ck_assert_ptr_null(again.data);
		else
			ck_assert_str_eq(again.data, text.data);
		scfg_buf_free(&again);
	}
	scfg_buf_free(&text);
}
END_TEST

/* The server's line stands behind a newline of its own, even in an empty file. */
START_TEST(test_servers_line)
{
	static const char line[] = "\nsi11::sysinit:/sbin/swapon /s";
	static const char *const texts[] = {"", "a\n", "a\n\n", "\n", "\n\n", "a"};

	for (size_t i = 0; i < COUNT(texts); i++) {
		bool whole = !*texts[i] || texts[i][strlen(texts[i]) - 1] == '\n';
		char text[64] = "", wanted[64] = "";

		strcat(strcat(text, texts[i]), line);
		strcat(wanted, texts[i]);
		/* The newline that their line gave to a last line that had none stays. */
		if (!whole)
			strcat(wanted, "\n");
		check_forget(&scfg_inittab_text, text, "/s", wanted);
	}
}
END_TEST

/* What block would know by the same name, as far as it is the same. */
START_TEST(test_uci_names)
{
	static const struct {
		const char *device;
		bool taken;
	} cases[] = {
		{"/x/swapfile", true},	 {"swapfile", true},	  {"'/x/swap'\"file\"", true},
		{"/x/swap", false},	 {"/x/swapfile2", false}, {"/swapfile/x", false},
		{"/x/swapfile/", false}, {"/swapfile", true},
	};
	const struct scfg_boot_want want = WANT(-1);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scfg_buf buf = {0};
		char text[128] = "config mount\n\toption device ";
		int r;

		strcat(strcat(text, cases[i].device), "\n");
		r = scfg_uci_text.persist(text, strlen(text), &want, &buf);
		ck_assert_msg(r == (cases[i].taken ? -EINVAL : 0), "%s: %d", text, r);
		scfg_buf_free(&buf);
	}
}
END_TEST

/* Where a text cannot be read, reading ends for good. */
START_TEST(test_uci_ends)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{"x y\nconfig a\n", 13},     {"config", 6},	 {"config\0a b\n", 11},
		{"config 'a\nconfig b", 18}, {"config\na\n", 9}, {"\\\nconfig a\n", 11},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scfg_uci uci = {.text = {cases[i].text, cases[i].len}};
		struct scfg_uci_command command;

		ck_assert_msg(!scfg_uci_next(&uci, &command), "%s", cases[i].text);
		ck_assert(uci.bad);
		ck_assert(!scfg_uci_next(&uci, &command));
		ck_assert(!scfg_uci_is_readable(uci.text));
	}
}
END_TEST

/* The length of a name is known before it is made; never too little. */
START_TEST(test_unit_names)
{
	static const struct {
		const char *path, *name;
		bool exact;
	} cases[] = {
		{"/swapfile", "swapfile.swap", true},
		{"/data/swap-1", "data-swap\\x2d1.swap", true},
		{"/.hidden/a", "\\x2ehidden-a.swap", true},
		{"/a/.b:c_d", "a-.b:c_d.swap", true},
		{"/a b\xff", "a\\x20b\\xff.swap", true},
		{"//a///b/", "a-b.swap", false},
		{"/./a/./b", "a-b.swap", false},
		{"/..", "\\x2e..swap", true},
		{"/", "-.swap", false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = scfg_systemd_name_length(cases[i].path);
		struct scfg_buf name = {0};

		scfg_systemd_name(cases[i].path, &name);
		ck_assert_str_eq(name.data, cases[i].name);
		if (cases[i].exact)
			ck_assert_uint_eq(len, name.len);
		else if (cases[i].path[1])
			ck_assert_uint_gt(len, name.len);
		scfg_buf_free(&name);
	}
}
END_TEST

/* Which files of a directory are of a kind. */
START_TEST(test_file_names)
{
	static const struct {
		const char *name;
		bool unit, script;
	} cases[] = {
		{"a.swap", true, false},       {".swap", false, false},
		{"swap", false, false},	       {"", false, false},
		{"a.swapx", false, false},     {"a.swap.wants", false, false},
		{"S02swapcfg", false, true},   {"SxxSwapcfg", false, false},
		{"K02swapcfg", false, false},  {"S02network", false, false},
		{"S002swapcfg", false, false}, {"swapcfg", false, false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		ck_assert_int_eq(scfg_boot_systemd.is_file(cases[i].name), cases[i].unit);
		ck_assert_int_eq(scfg_boot_initd.is_file(cases[i].name), cases[i].script);
	}
}
END_TEST

Suite *boot_texts_suite(void)
{
	const TTest *const tests[] = {
		test_not_waited_for, test_best_entry, test_ids,	       test_servers_line,
		test_uci_names,	     test_uci_ends,   test_unit_names, test_file_names,
	};
	Suite *suite = suite_create("boot_texts");
	TCase *tcase = tcase_create("boot_texts");

	tcase_add_loop_test(tcase, test_wants, 0, COUNT(kinds));
	tcase_add_loop_test(tcase, test_right_without_memory, 0, COUNT(kinds));
	tcase_add_loop_test(tcase, test_scan, 0, COUNT(scans));
	for (size_t i = 0; i < COUNT(tests); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
