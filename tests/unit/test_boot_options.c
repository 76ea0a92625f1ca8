/* SPDX-License-Identifier: MIT */
/*
 * What an entry says of priority and discard where not every reader knows them, and what becomes of
 * an entry that others wrote.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot_check.h"
#include "inittab_samples.h"
#include "scene.h"

Suite *boot_options_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define AUTO	SWAPCFG_BOOT_AUTO
#define INITTAB SWAPCFG_BOOT_INITTAB
#define FSTAB	SWAPCFG_BOOT_FSTAB
#define INITD	SWAPCFG_BOOT_INITD
#define NONE	SWAPCFG_PRIORITY_DEFAULT
#define ONCE	SWAPCFG_DISCARD_ONCE
#define PAGES	SWAPCFG_DISCARD_PAGES
#define BOTH	SWAPCFG_DISCARD_BOTH

static void remove_file(const char *path)
{
	ck_assert_int_eq(unlink(full(path, (char[PATH_MAX]){0})), 0);
}

static void tree_nano_helper(void)
{
	tree_nano();
	put_helper();
}

/* No swapon at all. */
static void tree_nano_bare(void)
{
	tree_nano_helper();
	remove_file("/sbin/swapon");
}

/* A swapon of util-linux. */
static void tree_nano_util(void)
{
	tree_nano();
	remove_file("/sbin/swapon");
	put("/sbin/swapon", "\177ELF of util-linux");
}

static struct swapcfg_spec *active(const char *path, enum swapcfg_boot boot, int priority,
				   enum swapcfg_discard discard)
{
	struct swapcfg_spec *spec = spec_of(path, SWAPCFG_STATE_ACTIVE, 0, boot);

	ck_assert_int_eq(swapcfg_spec_set_priority(spec, priority), 0);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, discard), 0);
	return spec;
}

static void check_has(const char *file, const char *part)
{
	char *text = text_of(file);

	ck_assert_msg(strstr(text, part), "no '%s' in %s:\n%s", part, file, text);
	free(text);
}

static const struct {
	void (*tree)(void);
	const char *path;
	enum swapcfg_boot boot;
	int priority;
	enum swapcfg_discard discard;
	const char *file;
	const char *line;
	bool lost; /* a warning says that something of it is */
} options[] = {
	/* A swapon that knows all. */
	{tree_nano_util, "/s", INITTAB, 5, ONCE, "/etc/inittab",
	 ":/sbin/swapon -p 5 --discard=once /s\n", false},
	{tree_nano_util, "/s", INITTAB, NONE, PAGES, "/etc/inittab",
	 ":/sbin/swapon --discard=pages /s\n", false},
	{tree_nano_util, "/s", INITTAB, NONE, BOTH, "/etc/inittab", ":/sbin/swapon --discard /s\n",
	 false},
	{tree_nano_util, "/s", INITD, 0, SWAPCFG_DISCARD_NONE, "/etc/init.d/S02swapcfg",
	 " /sbin/swapon -p 0 '/s'\n", false},
	{tree_nano_util, "/s", FSTAB, 7, BOTH, "/etc/fstab",
	 "/s none swap sw,nofail,pri=7,discard 0 0\n", false},
	/* BusyBox's: on a command line an option too much means no swap, in fstab it does not. */
	{tree_nano, "/s", INITTAB, NONE, SWAPCFG_DISCARD_NONE, "/etc/inittab", ":/sbin/swapon /s\n",
	 false},
	{tree_nano, "/s", INITTAB, 5, SWAPCFG_DISCARD_NONE, "/etc/inittab", ":/sbin/swapon /s\n",
	 true},
	{tree_nano, "/s", INITTAB, NONE, ONCE, "/etc/inittab", ":/sbin/swapon /s\n", true},
	{tree_nano, "/s", INITTAB, NONE, PAGES, "/etc/inittab", ":/sbin/swapon /s\n", true},
	{tree_nano, "/s", FSTAB, 5, PAGES, "/etc/fstab",
	 "/s none swap sw,nofail,pri=5,discard=pages 0 0\n", true},
	{tree_nano, "/s", FSTAB, NONE, SWAPCFG_DISCARD_NONE, "/etc/fstab",
	 "/s none swap sw,nofail 0 0\n", false},
	/* swapcfg itself keeps them, where a command is run. */
	{tree_nano_helper, "/s", INITTAB, NONE, PAGES, "/etc/inittab",
	 "/usr/sbin/swapcfg boot --discard=pages /s\n", false},
	{tree_nano_helper, "/s", INITTAB, NONE, SWAPCFG_DISCARD_NONE, "/etc/inittab",
	 ":/sbin/swapon /s\n", false},
	{tree_nano_helper, "/s", FSTAB, 5, SWAPCFG_DISCARD_NONE, "/etc/fstab",
	 "/s none swap sw,nofail,pri=5 0 0\n", true},
	{tree_nano_bare, "/s", INITTAB, NONE, SWAPCFG_DISCARD_NONE, "/etc/inittab",
	 "/usr/sbin/swapcfg boot /s\n", false},
	{tree_nano_bare, "/s", INITD, 5, ONCE, "/etc/init.d/S02swapcfg",
	 " /usr/sbin/swapcfg boot --priority 5 --discard=once '/s'\n", false},
	/* UCI says neither discard nor priority 0, whatever swapon there is. */
	{tree_openwrt, "/s", AUTO, 5, SWAPCFG_DISCARD_NONE, "/etc/config/fstab",
	 "option priority '5'\n", false},
	{tree_openwrt, "/s", AUTO, 5, ONCE, "/etc/config/fstab", "option priority '5'\n", true},
	{tree_openwrt, "/s", AUTO, 5, PAGES, "/etc/config/fstab", "option priority '5'\n", true},
	{tree_openwrt, "/s", AUTO, 0, SWAPCFG_DISCARD_NONE, "/etc/config/fstab",
	 "option device '/s'\n", true},
	/* A unit says all. */
	{tree_systemd, "/s", FSTAB, 0, BOTH, "/etc/fstab",
	 "/s none swap sw,nofail,pri=0,discard 0 0\n", false},
	{tree_alpine, "/s", AUTO, 3, SWAPCFG_DISCARD_NONE, "/etc/init.d/swapcfg",
	 " /sbin/swapon '/s'\n", true},
};

START_TEST(test_options)
{
	const char *path = options[_i].path;
	struct swapcfg_plan *plan;

	options[_i].tree();
	put_area(path, SIZE);
	plan = plan_of(active(path, options[_i].boot, options[_i].priority, options[_i].discard));
	ck_assert_int_eq(finding_of(plan, SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED) != NULL,
			 options[_i].lost);
	swapcfg_plan_unref(plan);
	check_apply(active(path, options[_i].boot, options[_i].priority, options[_i].discard));
	check_has(options[_i].file, options[_i].line);
	/* The kernel has it all now. */
	ck_assert_int_eq(fake_area(path)->priority,
			 options[_i].priority == NONE ? -2 : options[_i].priority);
}
END_TEST

START_TEST(test_no_program)
{
	tree_nano();
	remove_file("/sbin/swapon");
	put_area("/s", SIZE);
	for (int i = 0; i < 2; i++) {
		char *message =
			check_refused(spec_of("/s", SWAPCFG_STATE_KEEP, 0, i ? INITD : INITTAB),
				      SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED);

		ck_assert_ptr_nonnull(strstr(message, "no swapon program"));
		free(message);
	}
}
END_TEST

/* Where nothing works, what the init's own kind lacks is said. */
START_TEST(test_own_kind)
{
	static const struct {
		void (*tree)(void);
		const char *says;
	} cases[] = {
		{tree_nano, "kind inittab "},	 {tree_busybox, "kind inittab "},
		{tree_systemd, "kind systemd "}, {tree_openwrt, "kind uci "},
		{NULL, "kind fstab "},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *message;

		fake_teardown();
		fake_setup();
		if (cases[i].tree)
			cases[i].tree();
		put_dir("/etc/systemd/system", 0755);
		put_area("/a\nb", SIZE);
		message = check_refused(spec_of("/a\nb", SWAPCFG_STATE_KEEP, 0, AUTO),
					SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED);
		ck_assert_msg(strstr(message, cases[i].says), "%s", message);
		free(message);
	}
}
END_TEST

/* An entry of others: where it stands, and whether it does what ours would. */
static const struct {
	void (*tree)(void);
	const char *path;
	enum swapcfg_boot boot;
	const char *file, *text;
	int severity; /* of what is said of it; 0: nothing */
	bool writes;  /* ours is written as well */
} foreign[] = {
	/* In time, too early, in time behind the scripts. */
	{tree_nano, "/s", AUTO, "/etc/inittab",
	 "a::sysinit:/x\nb::sysinit:swapon /s\nc::wait:/etc/init.d/rcS\n", SWAPCFG_SEVERITY_INFO,
	 false},
	{tree_nano, "/data/s", INITTAB, "/etc/inittab",
	 "b::sysinit:swapon /data/s\nc:3:wait:/etc/init.d/rcS\n", SWAPCFG_SEVERITY_WARNING, true},
	{tree_nano, "/data/s", INITTAB, "/etc/inittab",
	 "c:3:wait:/etc/init.d/rcS\nd:3:wait:swapon /data/s\n", SWAPCFG_SEVERITY_INFO, false},
	/* Nothing activates what this fstab lists. */
	{tree_busybox, "/s", AUTO, "/etc/fstab", "/s none swap sw 0 0\n", SWAPCFG_SEVERITY_WARNING,
	 true},
	{tree_nano, "/s", AUTO, "/etc/fstab", "/s none swap sw 0 0\n", SWAPCFG_SEVERITY_INFO,
	 false},
	{tree_nano, "/s", AUTO, "/etc/fstab", "/s none swap noauto 0 0\n", 0, true},
	/* A tag may be that of the area, but nobody looked. */
	{tree_nano, "/s", AUTO, "/etc/fstab", "LABEL=/s none swap sw 0 0\n", 0, true},
	/* A unit that no link enables is not read, but for what fstab lists. */
	{tree_systemd, "/s", FSTAB, "/etc/systemd/system/s.swap", "[Swap]\nWhat=/s\n", 0, true},
	{tree_systemd, "/t", FSTAB, "/etc/systemd/system/s.swap", "[Swap]\nWhat=/s\n", 0, true},
};

START_TEST(test_foreign)
{
	const char *path = foreign[_i].path;
	const struct swapcfg_finding *finding;
	struct swapcfg_plan *plan;

	foreign[_i].tree();
	put(foreign[_i].file, foreign[_i].text);
	put_area(path, SIZE);
	plan = plan_of(spec_of(path, SWAPCFG_STATE_KEEP, 0, foreign[_i].boot));
	finding = finding_of(plan, SWAPCFG_REASON_BOOT_ENTRY_CONFLICT);
	ck_assert_int_eq(finding ? (int)swapcfg_finding_severity(finding) : 0,
			 foreign[_i].severity);
	ck_assert_uint_eq(swapcfg_plan_step_count(plan), foreign[_i].writes);
	swapcfg_plan_unref(plan);
	check_apply(spec_of(path, SWAPCFG_STATE_KEEP, 0, foreign[_i].boot));
	check_apply(spec_of(path, SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_NONE));
	check_text(foreign[_i].file, foreign[_i].text);
}
END_TEST

/* Another number of as many digits is another entry. */
START_TEST(test_next_priority)
{
	tree_nano_util();
	put_area("/s", SIZE);
	check_apply(active("/s", FSTAB, 5, SWAPCFG_DISCARD_KEEP));
	check_apply(active("/s", FSTAB, 7, SWAPCFG_DISCARD_KEEP));
	check_has("/etc/fstab", "/s none swap sw,nofail,pri=7 0 0\n");
	ck_assert_int_eq(fake_area("/s")->priority, 7);
}
END_TEST

/* An entry of ours that nothing reads any more gives way to one that works. */
START_TEST(test_entry_without_reader)
{
	tree_nano();
	put_area("/s", SIZE);
	check_apply(spec_of("/s", SWAPCFG_STATE_KEEP, 0, FSTAB));
	put("/etc/inittab", "c:3:wait:/etc/init.d/rcS\n");
	check_apply(spec_of("/s", SWAPCFG_STATE_KEEP, 0, AUTO));
	check_text("/etc/inittab",
		   "c:3:wait:/etc/init.d/rcS\n" MARKER "swc0::sysinit:/sbin/swapon /s\n");
	check_text("/etc/fstab", "/dev/root / auto rw,noauto 0 1\nproc /proc proc defaults 0 0\n");
}
END_TEST

Suite *boot_options_suite(void)
{
	const TTest *const tests[] = {test_no_program, test_own_kind, test_next_priority,
				      test_entry_without_reader};
	Suite *suite = suite_of("boot_options", tests, COUNT(tests));
	TCase *tcase = tcase_create("tables");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_options, 0, COUNT(options));
	tcase_add_loop_test(tcase, test_foreign, 0, COUNT(foreign));
	suite_add_tcase(suite, tcase);
	return suite;
}
