/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot_check.h"
#include "inittab_samples.h"

Suite *inittab_suite(void);

#define KIND	 &scfg_inittab_text
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define SYSV(p, at, ...)                                                       \
	{                                                                      \
		.path = p, .swapon = "/sbin/swapon", .place = SCFG_PLACE_##at, \
		.dialect = SCFG_DIALECT_SYSV, .priority = __VA_ARGS__          \
	}
#define BUSY(p, at, ...)                                                       \
	{                                                                      \
		.path = p, .swapon = "/sbin/swapon", .place = SCFG_PLACE_##at, \
		.dialect = SCFG_DIALECT_BUSYBOX, .priority = __VA_ARGS__       \
	}

static const struct boot_case sysv[] = {
	{"empty", "", SYSV("/swapfile", SYSINIT, -1), SYS0},
	{"empty, late", "", SYSV("/swapfile", AFTER_RCS, -1), RCS0},
	{"sysinit", NANO, SYSV("/swapfile", SYSINIT, -1), NANO_SYSINIT SYS0 NANO_RCS NANO_REST},
	{"after rcS", NANO, SYSV("/swapfile", AFTER_RCS, -1), NANO_SYSINIT NANO_RCS RCS0 NANO_REST},
	{"Debian", DEB_SI DEB_LEVELS DEB_REST, SYSV("/swapfile", SYSINIT, -1),
	 DEB_SI SYS0 DEB_LEVELS DEB_REST},
	{"Debian, late", DEB_SI DEB_LEVELS DEB_REST, SYSV("/swapfile", AFTER_RCS, -1),
	 DEB_SI RCS0 DEB_LEVELS DEB_REST},
	{"no rcS", DEB_LEVELS DEB_REST, SYSV("/swapfile", AFTER_RCS, -1), DEB_LEVELS RCS0 DEB_REST},
	{"neither", "a:0:wait:/etc/init.d/rc 0\n" ADOPT "x", SYSV("/s", AFTER_RCS, -1),
	 "a:0:wait:/etc/init.d/rc 0\n" ADOPT "x\n" MARKER_END "swc0:12345:wait:/sbin/swapon /s\n"},
	{"rc S", "a::sysinit:/etc/rc.d/rc S x\nb:3:wait:/rc 3", SYSV("/swapfile", AFTER_RCS, -1),
	 "a::sysinit:/etc/rc.d/rc S x\n" RCS0 "b:3:wait:/rc 3"},
	{"last rcS",
	 "a::once:/rcS\nb::wait:/bin/sh /x/rcS\n#c::wait:/rcS\nd::off:/rcS\ne::wait:/xrcS\n",
	 SYSV("/swapfile", AFTER_RCS, -1),
	 "a::once:/rcS\nb::wait:/bin/sh /x/rcS\n" RCS0
	 "#c::wait:/rcS\nd::off:/rcS\ne::wait:/xrcS\n"},
	{"rcS of halt", "a:06:wait:/rcS\nb\n", SYSV("/swapfile", AFTER_RCS, -1),
	 "a:06:wait:/rcS\nb\n" RCS0},
	{"no newline", "a::sysinit:b", SYSV("/swapfile", SYSINIT, -1),
	 "a::sysinit:b\n" MARKER_END "swc0::sysinit:/sbin/swapon /swapfile\n"},
	{"priority", "", SYSV("/s", SYSINIT, 0), MARKER "swc0::sysinit:/sbin/swapon -p 0 /s\n"},
	{"discard", "", SYSV("/s", SYSINIT, 5, .discard_once = true, .discard_pages = true),
	 MARKER "swc0::sysinit:/sbin/swapon -p 5 --discard /s\n"},
	{"discard once", "", SYSV("/s", SYSINIT, -1, .discard_once = true),
	 MARKER "swc0::sysinit:/sbin/swapon --discard=once /s\n"},
	{"discard pages", "", SYSV("/s", SYSINIT, -1, .discard_pages = true),
	 MARKER "swc0::sysinit:/sbin/swapon --discard=pages /s\n"},
	/* Ids: of real entries only, of foreign ones too. */
	{"id", "swc0:3:respawn:x\n#swc1:3:wait:x\n swc2::off:x\n", SYSV("/s", SYSINIT, -1),
	 "swc0:3:respawn:x\n#swc1:3:wait:x\n swc2::off:x\n" MARKER
	 "swc1::sysinit:/sbin/swapon /s\n"},
	{"another of ours", NANO_SYSINIT SYS0 NANO_RCS, SYSV("/s", SYSINIT, -1),
	 NANO_SYSINIT SYS0 MARKER "swc1::sysinit:/sbin/swapon /s\n" NANO_RCS},
	{"another of ours, wrong side", NANO_SYSINIT NANO_RCS RCS0, SYSV("/s", AFTER_RCS, -1),
	 NANO_SYSINIT NANO_RCS RCS0 MARKER "swc1:12345:wait:/sbin/swapon /s\n"},
	{"before another of ours", NANO_SYSINIT SYS0 MARKER "swc1::sysinit:/sbin/swapon /s\n",
	 SYSV("/swapfile", SYSINIT, -1),
	 NANO_SYSINIT SYS0 MARKER "swc1::sysinit:/sbin/swapon /s\n"},
	{"id is not unique", "swc0::off:x\n" SYS0, SYSV("/swapfile", SYSINIT, -1),
	 "swc0::off:x\n" MARKER "swc1::sysinit:/sbin/swapon /swapfile\n"},
	{"id of another number", MARKER "swcz::sysinit:/sbin/swapon /s\n", SYSV("/s", SYSINIT, -1),
	 MARKER "swcz::sysinit:/sbin/swapon /s\n"},
	{"id too long", MARKER "swc00::sysinit:/sbin/swapon /s\n", SYSV("/s", SYSINIT, -1),
	 MARKER "swc0::sysinit:/sbin/swapon /s\n"},
	/* Right and wrong entries of ours. */
	{"right, further down", NANO_SYSINIT NANO_RCS "x\n" RCS0, SYSV("/swapfile", AFTER_RCS, -1),
	 NANO_SYSINIT NANO_RCS "x\n" RCS0},
	{"too early", NANO_SYSINIT RCS0 NANO_RCS, SYSV("/swapfile", AFTER_RCS, -1),
	 NANO_SYSINIT NANO_RCS RCS0},
	{"sysinit added later", SYS0 NANO_SYSINIT, SYSV("/swapfile", SYSINIT, -1),
	 NANO_SYSINIT SYS0},
	{"other place", NANO_SYSINIT SYS0 NANO_RCS, SYSV("/swapfile", AFTER_RCS, -1),
	 NANO_SYSINIT NANO_RCS RCS0},
	{"other priority", NANO_SYSINIT SYS0 NANO_RCS, SYSV("/swapfile", SYSINIT, 5),
	 NANO_SYSINIT MARKER "swc0::sysinit:/sbin/swapon -p 5 /swapfile\n" NANO_RCS},
	{"duplicates", NANO_SYSINIT SYS0 SYS0 "x\n" RCS0, SYSV("/swapfile", SYSINIT, -1),
	 NANO_SYSINIT SYS0 "x\n"},
	{"switched off by hand", MARKER "swc0::off:/sbin/swapon /swapfile\n",
	 SYSV("/swapfile", SYSINIT, -1), SYS0},
	{"user's comment behind the marker", MARKER "#swc0::sysinit:/sbin/swapon /swapfile\n",
	 SYSV("/swapfile", SYSINIT, -1), MARKER "#swc0::sysinit:/sbin/swapon /swapfile\n" SYS0},
	{"user's line behind the marker", MARKER "x:3:once:/sbin/swapon /swapfile; /bin/x\n",
	 SYSV("/swapfile", SYSINIT, -1), MARKER "x:3:once:/sbin/swapon /swapfile; /bin/x\n" SYS0},
	{"two paths behind the marker", MARKER "x:3:once:/sbin/swapon /swapfile /b\n",
	 SYSV("/swapfile", SYSINIT, -1), MARKER "x:3:once:/sbin/swapon /swapfile /b\n" SYS0},
	{"lent newline is kept in mind", "a::sysinit:b\n" MARKER_END ADOPT,
	 SYSV("/swapfile", SYSINIT, -1),
	 "a::sysinit:b\n" MARKER_END "swc0::sysinit:/sbin/swapon /swapfile\n"},
	/* What the NanoKVM server left behind: its defects 5, 6 and 7. */
	{"adopted", NANO_SYSINIT NANO_RCS NANO_REST ADOPT ADOPT ADOPT,
	 SYSV("/swapfile", SYSINIT, -1), NANO_SYSINIT SYS0 NANO_RCS NANO_REST},
	{"adopted with trailing blanks", "si11::sysinit:/sbin/swapon /swapfile \t \nx\n",
	 SYSV("/swapfile", SYSINIT, -1), "x\n" SYS0},
	/* sysvinit ignores a last line that does not end: x may be the one that reboots. */
	{"adopted at an end without newline", "x\nsi11::sysinit:/sbin/swapon /swapfile",
	 SYSV("/swapfile", SYSINIT, -1), "x\n" SYS0},
	{"adopted behind a newline of its own", "x\n\nsi11::sysinit:/sbin/swapon /swapfile",
	 SYSV("/swapfile", SYSINIT, -1), "x\n" SYS0},
	{"adopted twice at an end without newline",
	 "x\n\nsi11::sysinit:/sbin/swapon /swapfile\nsi11::sysinit:/sbin/swapon /swapfile",
	 SYSV("/swapfile", SYSINIT, -1), "x\n" SYS0},
	{"adopted before an end without newline", ADOPT "x", SYSV("/swapfile", SYSINIT, -1),
	 "x\n" MARKER_END "swc0::sysinit:/sbin/swapon /swapfile\n"},
	{"suffix", "# /swapfile\nsi11::sysinit:/sbin/swapon /mnt/data/swapfile\n",
	 SYSV("/data/swapfile", SYSINIT, -1),
	 "# /swapfile\nsi11::sysinit:/sbin/swapon /mnt/data/swapfile\n" MARKER
	 "swc0::sysinit:/sbin/swapon /data/swapfile\n"},
	{"nearly adoptable",
	 "si11::sysinit:/sbin/swapon -p 1 /swapfile\nsi12::sysinit:/sbin/swapon /swapfile\n"
	 "si11:3:sysinit:/sbin/swapon /swapfile\nsi11::wait:/sbin/swapon /swapfile\n"
	 "si11::sysinit:swapon /swapfile\nsi11::sysinit:/sbin/swapon /swapfile # mine\n",
	 SYSV("/swapfile", SYSINIT, -1),
	 "si11::sysinit:/sbin/swapon -p 1 /swapfile\nsi12::sysinit:/sbin/swapon /swapfile\n"
	 "si11:3:sysinit:/sbin/swapon /swapfile\nsi11::wait:/sbin/swapon /swapfile\n"
	 "si11::sysinit:swapon /swapfile\nsi11::sysinit:/sbin/swapon /swapfile # mine\n" SYS0},
	{"stray markers",
	 MARKER MARKER "x::wait:/sbin/swapon /swapfile\n"
		       "swc0::sysinit:/sbin/swapon /swapfile\n",
	 SYSV("/swapfile", SYSINIT, -1), SYS0},
};

static const struct boot_case busybox[] = {
	{"empty", "", BUSY("/swapfile", SYSINIT, -1), BSYS},
	{"sysinit", BB_SYSINIT BB_RCS BB_SYSINIT BB_REST, BUSY("/swapfile", SYSINIT, -1),
	 BB_SYSINIT BB_RCS BB_SYSINIT BSYS BB_REST},
	{"after rcS", BB_SYSINIT BB_RCS BB_SYSINIT BB_REST, BUSY("/swapfile", AFTER_RCS, -1),
	 BB_SYSINIT BB_RCS BSYS BB_SYSINIT BB_REST},
	{"no rcS", BB_SYSINIT BB_REST, BUSY("/swapfile", AFTER_RCS, -1), BB_SYSINIT BSYS BB_REST},
	{"rcS waits", BB_SYSINIT "::wait:/etc/init.d/rcS\n" BB_REST,
	 BUSY("/swapfile", AFTER_RCS, -1),
	 BB_SYSINIT "::wait:/etc/init.d/rcS\n" MARKER "::wait:/sbin/swapon /swapfile\n" BB_REST},
	{"rcS once", "::once:/etc/init.d/rcS\n", BUSY("/swapfile", AFTER_RCS, 3),
	 "::once:/etc/init.d/rcS\n" MARKER "::once:/sbin/swapon -p 3 /swapfile\n"},
	{"OpenWrt", "::sysinit:/etc/init.d/rcS S boot\n" BB_REST, BUSY("/swapfile", AFTER_RCS, -1),
	 "::sysinit:/etc/init.d/rcS S boot\n" BSYS BB_REST},
	{"Alpine",
	 "::sysinit:/sbin/openrc sysinit\n::sysinit:/sbin/openrc boot\n::wait:/sbin/openrc "
	 "default\n",
	 BUSY("/swapfile", AFTER_RCS, -1),
	 "::sysinit:/sbin/openrc sysinit\n::sysinit:/sbin/openrc boot\n" BSYS
	 "::wait:/sbin/openrc default\n"},
	{"other dialect", BB_SYSINIT SYS0, BUSY("/swapfile", SYSINIT, -1), BB_SYSINIT BSYS},
	{"adopted", BB_SYSINIT ADOPT ADOPT BB_REST, BUSY("/swapfile", SYSINIT, -1),
	 BB_SYSINIT BSYS BB_REST},
	/* BusyBox joins lines; sysvinit does not. */
	{"continued", "::sysinit:/bin/a \\\n--b \\\n--c\n" BB_REST, BUSY("/swapfile", SYSINIT, -1),
	 "::sysinit:/bin/a \\\n--b \\\n--c\n" BSYS BB_REST},
	{"continued comment", BB_SYSINIT "# \\\n::sysinit:/bin/a\n", BUSY("/swapfile", SYSINIT, -1),
	 BB_SYSINIT BSYS "# \\\n::sysinit:/bin/a\n"},
	{"continued into a marker", "::sysinit:a\\\n" MARKER "::sysinit:/sbin/swapon /b\n",
	 BUSY("/swapfile", SYSINIT, -1),
	 "::sysinit:a\\\n" MARKER "::sysinit:/sbin/swapon /b\n" BSYS},
	{"continued into a stray marker", "::sysinit:a\\\n" MARKER "x\n",
	 BUSY("/swapfile", SYSINIT, -1), "::sysinit:a\\\n" BSYS MARKER "x\n"},
	{"not continued", "a::sysinit:b\\\nc\n", SYSV("/swapfile", SYSINIT, -1),
	 "a::sysinit:b\\\n" SYS0 "c\n"},
};

START_TEST(persist_sysv)
{
	check_persist(KIND, &sysv[_i]);
}
END_TEST

START_TEST(persist_busybox)
{
	check_persist(KIND, &busybox[_i]);
}
END_TEST

START_TEST(forget)
{
	check_forget(KIND, "", "/swapfile", "");
	check_forget(KIND, MARKER "a::wait:swapon", "", MARKER "a::wait:swapon");
	check_forget(KIND, NANO, "/swapfile", NANO);
	check_forget(KIND, NANO_SYSINIT SYS0 NANO_RCS RCS0, "/swapfile", NANO_SYSINIT NANO_RCS);
	check_forget(KIND, NANO ADOPT ADOPT, "/swapfile", NANO);
	check_forget(KIND, SYS0 ADOPT, "/data/swapfile", SYS0 ADOPT);
	check_forget(KIND, SYS0 ADOPT, "/swap", SYS0 ADOPT);
	check_forget(KIND, "x\n" MARKER_END ADOPT "y", "/swapfile", "x\ny");
	check_forget(KIND, "x\n" MARKER_END ADOPT ADOPT, "/swapfile", "x");
	check_forget(KIND, "x\n" ADOPT, "/swapfile", "x\n");
	check_forget(KIND, MARKER "a::wait:/sbin/swapon -a /swapfile\n", "/swapfile",
		     MARKER "a::wait:/sbin/swapon -a /swapfile\n");
	check_forget(KIND, MARKER "a::sysinit:/x/swapon --discard -p 1 /swapfile # y", "/swapfile",
		     "");
}
END_TEST

START_TEST(round_trip)
{
	static const struct scfg_boot_want wants[] = {
		SYSV("/swapfile", SYSINIT, -1), SYSV("/swapfile", AFTER_RCS, 5),
		BUSY("/swapfile", SYSINIT, -1), BUSY("/swapfile", AFTER_RCS, -1)};
	static const char *const texts[] = {"",
					    "\n",
					    "\n\n",
					    "a",
					    "a\r\n",
					    "::sysinit:x\r\n\r\n::wait:/rcS\r",
					    "\xff\n\x80",
					    NANO,
					    DEB_SI DEB_LEVELS DEB_REST,
					    BB_SYSINIT BB_RCS BB_REST,
					    MARKER,
					    MARKER_END "::sysinit:x",
					    "::sysinit:x",
					    "::wait:/rcS",
					    "a\\",
					    "::sysinit:/bin/a\\"};
	size_t big = 1 << 20;
	char *text = malloc(big);

	for (size_t i = 0; i < COUNT(wants) * COUNT(texts); i++) {
		const char *small = texts[i / COUNT(wants)];

		check_round_trip(KIND, small, strlen(small), &wants[i % COUNT(wants)]);
	}
	ck_assert_ptr_nonnull(text);
	memset(text, 'x', big);
	memcpy(text, "::sysinit:", 10);
	check_round_trip(KIND, text, big, &wants[0]);
	text[big - 1] = '\n';
	check_round_trip(KIND, text, big, &wants[2]);
	memset(text, '\n', big / 64);
	check_round_trip(KIND, text, big / 64, &wants[1]);
	free(text);
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {"",	  "s",		"/a b", "/a\tb", "/a\nb", "/a#b",
					  "/a:b", "/a\\",	"/a;b", "/a$b",	 "/a*",	  "/a'",
					  "/~",	  "/a\xc3\xa9", "/a|b", "/a&b",	 "/\x7f", "/a\"",
					  "/a(",  "/a!",	"/a`b"};
	struct scfg_boot_want want = SYSV("/s", SYSINIT, -1);
	struct scfg_buf buf = {0};

	for (size_t i = 0; i < COUNT(bad); i++) {
		want.path = bad[i];
		ck_assert_msg(!scfg_inittab_text.can_quote(bad[i]), "%s", bad[i]);
		ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	}
	want.path = "/s";
	ck_assert_int_eq(scfg_inittab_text.persist("a\0b\n", 4, &want, &buf), -EINVAL);
	ck_assert_int_eq(scfg_inittab_text.forget("\0", 1, "/s", &buf), -EINVAL);
	want.swapon = "/sbin/swap on";
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	want.swapon = "/bin/busybox"; /* it would not be found again */
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	want.helper = "/sbin/swapon";
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	want.helper = "/a b/swapcfg";
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	want = (struct scfg_boot_want)SYSV("/s", SYSINIT, 32768);
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	ck_assert(scfg_inittab_text.can_quote("/AZaz09/._+@%,=-"));
}
END_TEST

/* 127 bytes of process are what every sysvinit takes. */
START_TEST(long_paths)
{
	char path[127 - sizeof("/sbin/swapon ") + 3] = "/";
	struct scfg_boot_want want = SYSV(path, SYSINIT, -1);
	struct scfg_buf buf = {0};

	memset(path + 1, 'x', sizeof(path) - 3);
	ck_assert(scfg_inittab_text.can_quote(path));
	check_round_trip(KIND, "a", 1, &want);
	want.priority = 1;
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	want.priority = -1;
	want.helper = "/bin/swapcfg";
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	path[sizeof(path) - 2 - strlen(" boot")] = '\0';
	check_round_trip(KIND, "a", 1, &want);
	path[sizeof(path) - 2 - strlen(" boot")] = 'x';
	want.helper = NULL;
	path[sizeof(path) - 2] = 'x';
	ck_assert(!scfg_inittab_text.can_quote(path));
	ck_assert_int_eq(scfg_inittab_text.persist("", 0, &want, &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
}
END_TEST

START_TEST(no_id_left)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	struct scfg_boot_want want = SYSV("/swapfile", SYSINIT, -1);
	struct scfg_buf text = {0}, buf = {0};

	for (const char *c = letters; *c; c++)
		scfg_buf_addf(&text, "swc%c::off:\n", *c);
	ck_assert_int_eq(scfg_inittab_text.persist(text.data, text.len, &want, &buf), -EINVAL);
	ck_assert_ptr_null(buf.data);
	want.dialect = SCFG_DIALECT_BUSYBOX;
	check_round_trip(KIND, text.data, text.len, &want);
	scfg_buf_free(&text);
}
END_TEST

static const struct scfg_boot_want wants[] = {
	SYSV("/swapfile", SYSINIT, -1),
	SYSV("/swapfile", SYSINIT, 5),
	SYSV("/swapfile", AFTER_RCS, -1),
	BUSY("/swapfile", SYSINIT, -1),
	BUSY("/swapfile", AFTER_RCS, -1),
	BUSY("/swapfile", AFTER_RCS, -1, .discard_once = true),
	SYSV("/swapfile", SYSINIT, 5, .helper = "/usr/bin/swapcfg"),
	BUSY("/swapfile", AFTER_RCS, -1, .helper = "/usr/bin/swapcfg")};

static const char *const lines[] = {
	"",
	"# swapcfg: managed entry, change it with swapcfg(1)",
	"# swapcfg: managed entry, change it with swapcfg(1); no newline before",
	"# swapcfg: managed entry",
	"a::sysinit:/bin/mount -a",
	"::sysinit:/bin/a \\",
	"# \\",
	"a\\",
	"rcS:12345:wait:/etc/init.d/rcS",
	"::sysinit:/etc/init.d/rcS",
	"::wait:/etc/init.d/rcS",
	"l2:2:wait:/etc/rc.d/rc 2",
	"swc0:3:respawn:/sbin/getty",
	"si5::sysinit:/sbin/swapon -a",
	"si11::sysinit:/sbin/swapon /mnt/swapfile",
	"::sysinit:/sbin/swapon /other",
	"swc1:12345:wait:/sbin/swapon /other2",
	"x::sysinit:/sbin/swapon /swapfile /b",
	"#swc0::sysinit:/sbin/swapon /swapfile",
	"\xff\x80 garbage:\x01",
	/* not clean */
	"swc0::sysinit:/sbin/swapon /swapfile",
	"swc3:12345:wait:/sbin/swapon /swapfile",
	"::sysinit:/sbin/swapon /swapfile",
	"si11::sysinit:/sbin/swapon /swapfile",
	"si11::sysinit:/sbin/swapon /swapfile  ",
	"x::off:swapon -p 5 /swapfile",
	"swc0::sysinit:/usr/bin/swapcfg boot --priority 5 /swapfile",
	"::wait:/usr/bin/swapcfg boot --wait=3 /swapfile",
};

START_TEST(properties)
{
	static const struct boot_grammar grammar = {lines,	 COUNT(lines), 20,
						    "/swapfile", wants,	       COUNT(wants)};

	check_properties(KIND, &grammar, 6000);
}
END_TEST

Suite *inittab_suite(void)
{
	Suite *suite = suite_create("inittab");
	TCase *tcase = tcase_create("inittab");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, persist_sysv, 0, COUNT(sysv));
	tcase_add_loop_test(tcase, persist_busybox, 0, COUNT(busybox));
	tcase_add_test(tcase, forget);
	tcase_add_test(tcase, round_trip);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, long_paths);
	tcase_add_test(tcase, no_id_left);
	tcase_add_test(tcase, properties);
	suite_add_tcase(suite, tcase);
	return suite;
}
