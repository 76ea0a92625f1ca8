/* SPDX-License-Identifier: MIT */
/* Which init a system has, and what runs at its boot: each file that decides, there and not. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/boot.h"
#include "boot_check.h"
#include "scene.h"

Suite *boot_detect_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ELF	"\177ELF"
#define BUSYBOX "\177ELF with a BusyBox v1.36.1 banner"
#define RCS	"for i in /etc/init.d/S??*; do $i start; done\n"

/* A file of a root: a text, a directory where it is NULL, a link where it begins with "->". */
struct item {
	const char *path;
	const char *text;
};

static const struct {
	const char *name;
	struct item items[6];
	bool offline;
	struct scfg_boot boot; /* what is found; the files are not looked at */
} cases[] = {
	{.name = "nothing", .boot = {.init = SCFG_INIT_UNKNOWN}},
	/* The init. */
	{.name = "sysvinit",
	 .items = {{"/sbin/init", ELF}, {"/etc/inittab", ""}},
	 .boot = {.init = SCFG_INIT_SYSV}},
	{.name = "no inittab", .items = {{"/sbin/init", ELF}}},
	{.name = "an init of another name",
	 .items = {{"/sbin/sinit", ELF}, {"/sbin/init", "->sinit"}, {"/etc/inittab", ""}}},
	{.name = "at another place",
	 .items = {{"/bin/init", ELF}, {"/etc/inittab", ""}},
	 .boot = {.init = SCFG_INIT_SYSV}},
	{.name = "a directory is no program",
	 .items = {{"/sbin/init", NULL}, {"/etc/init", BUSYBOX}},
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	{.name = "a link to nothing",
	 .items = {{"/sbin/init", "->gone"}, {"/init", BUSYBOX}},
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	{.name = "BusyBox by its name",
	 .items = {{"/bin/busybox.nosuid", ELF}, {"/sbin/init", "->/bin/busybox.nosuid"}},
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	{.name = "procd by its name",
	 .items = {{"/bin/procd", ELF}, {"/sbin/init", "->/bin/procd"}},
	 .boot = {.init = SCFG_INIT_PROCD}},
	{.name = "procd beside it",
	 .items = {{"/sbin/procd", ELF}, {"/sbin/init", ELF}, {"/etc/inittab", ""}},
	 .boot = {.init = SCFG_INIT_PROCD}},
	/* Installed systemd runs nothing here; in an image it will. */
	{.name = "systemd that does not run",
	 .items = {{"/lib/systemd/systemd", ELF}, {"/sbin/init", "->/lib/systemd/systemd"}}},
	{.name = "systemd of an image",
	 .items = {{"/lib/systemd/systemd", ELF}, {"/sbin/init", "->/lib/systemd/systemd"}},
	 .offline = true,
	 .boot = {.init = SCFG_INIT_SYSTEMD}},
	{.name = "systemd runs",
	 .items = {{"/run/systemd/system", NULL}, {"/sbin/init", BUSYBOX}},
	 .boot = {.init = SCFG_INIT_SYSTEMD}},
	{.name = "systemd runs, but not what is in the image",
	 .items = {{"/run/systemd/system", NULL}, {"/sbin/init", BUSYBOX}},
	 .offline = true,
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	/* swapon and swapcfg. */
	{.name = "swapon",
	 .items = {{"/bin/swapon", ELF}, {"/usr/bin/swapon", BUSYBOX}},
	 .boot = {.swapon = "/bin/swapon"}},
	{.name = "swapon of BusyBox",
	 .items = {{"/sbin/swapon", NULL},
		   {"/usr/sbin/swapon", "->../bin/all"},
		   {"/usr/bin/all", BUSYBOX}},
	 .boot = {.swapon = "/usr/sbin/swapon", .swapon_is_busybox = true}},
	{.name = "swapon of BusyBox by its name",
	 .items = {{"/bin/busybox", ELF}, {"/usr/bin/swapon", "->/bin/busybox"}},
	 .boot = {.swapon = "/usr/bin/swapon", .swapon_is_busybox = true}},
	{.name = "swapcfg",
	 .items = {{"/usr/local/bin/swapcfg", ELF}, {"/usr/sbin/swapcfg", NULL}},
	 .boot = {.helper = "/usr/local/bin/swapcfg"}},
	{.name = "swapcfg twice",
	 .items = {{"/usr/bin/swapcfg", ELF}, {"/sbin/swapcfg", ELF}},
	 .boot = {.helper = "/sbin/swapcfg"}},
	/* What runs swapon -a. */
	{.name = "Debian's script",
	 .items = {{"/etc/init.d/checkroot.sh", ""}},
	 .boot = {.scripts_read_fstab = true}},
	{.name = "OpenRC's script",
	 .items = {{"/etc/runlevels/boot/swap", ""}},
	 .boot = {.scripts_read_fstab = true}},
	{.name = "Slackware's script",
	 .items = {{"/etc/rc.d/rc.S", ""}},
	 .boot = {.scripts_read_fstab = true}},
	/* OpenRC. */
	{.name = "OpenRC",
	 .items = {{"/etc/runlevels/boot", NULL}, {"/sbin/openrc-run", ELF}, {"/run/openrc", NULL}},
	 .boot = {.has_openrc = true}},
	{.name = "OpenRC in /usr",
	 .items = {{"/etc/runlevels/boot", NULL},
		   {"/usr/sbin/openrc-run", ELF},
		   {"/run/openrc", NULL}},
	 .boot = {.has_openrc = true}},
	{.name = "OpenRC that does not run",
	 .items = {{"/etc/runlevels/boot", NULL}, {"/sbin/openrc-run", ELF}}},
	{.name = "OpenRC of an image",
	 .items = {{"/etc/runlevels/boot", NULL}, {"/sbin/openrc-run", ELF}},
	 .offline = true,
	 .boot = {.has_openrc = true}},
	{.name = "runlevels alone",
	 .items = {{"/etc/runlevels/boot", NULL}, {"/run/openrc", NULL}}},
	{.name = "OpenRC without a runlevel",
	 .items = {{"/sbin/openrc-run", ELF}, {"/run/openrc", NULL}}},
	/* OpenWrt's block. */
	{.name = "block",
	 .items = {{"/sbin/block", ELF}, {"/etc/config", NULL}},
	 .boot = {.reads_uci = true}},
	{.name = "block without a configuration", .items = {{"/sbin/block", ELF}}},
	{.name = "a configuration without block", .items = {{"/etc/config", NULL}}},
	/* Scripts. */
	{.name = "rcS",
	 .items = {{"/sbin/init", BUSYBOX}, {"/etc/init.d/rcS", RCS}},
	 .boot = {.init = SCFG_INIT_BUSYBOX, .runs_scripts = true}},
	{.name = "rcS that runs others",
	 .items = {{"/sbin/init", BUSYBOX}, {"/etc/init.d/rcS", "exec /lib/init/rcS\n"}},
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	{.name = "rcS is a directory",
	 .items = {{"/sbin/init", BUSYBOX}, {"/etc/init.d/rcS", NULL}},
	 .boot = {.init = SCFG_INIT_BUSYBOX}},
	{.name = "rcS of nobody", .items = {{"/etc/init.d/rcS", RCS}}},
};

static void make(const struct item *items, size_t count)
{
	for (size_t i = 0; i < count && items[i].path; i++) {
		if (!items[i].text)
			put_dir(items[i].path, 0755);
		else if (strncmp(items[i].text, "->", 2) == 0)
			put_link(items[i].text + 2, items[i].path);
		else
			put(items[i].path, items[i].text);
	}
}

static const char *text_or(const char *text)
{
	return text ? text : "none";
}

START_TEST(test_systems)
{
	const struct scfg_boot *wanted = &cases[_i].boot;
	struct scfg_boot boot = {0};

	make(cases[_i].items, COUNT(cases[_i].items));
	if (cases[_i].offline)
		fake_go_offline();
	ck_assert_int_eq(scfg_boot_detect(fake.ctx, &boot), 0);
	ck_assert_msg(boot.init == wanted->init, "%s: init %d", cases[_i].name, boot.init);
	ck_assert_str_eq(text_or(boot.swapon), text_or(wanted->swapon));
	ck_assert_str_eq(text_or(boot.helper), text_or(wanted->helper));
	ck_assert_int_eq(boot.swapon_is_busybox, wanted->swapon_is_busybox);
	ck_assert_int_eq(boot.scripts_read_fstab, wanted->scripts_read_fstab);
	ck_assert_int_eq(boot.has_openrc, wanted->has_openrc);
	ck_assert_int_eq(boot.runs_scripts, wanted->runs_scripts);
	ck_assert_int_eq(boot.reads_uci, wanted->reads_uci);
	ck_assert_int_eq(boot.read_only, false);
	ck_assert_int_eq(fake.changes, 0);
}
END_TEST

/* The banner is looked for in the first 2 MiB, at every place; what lies behind is not read. */
START_TEST(test_banner)
{
	static const char banner[] = "BusyBox v1.36.1";
	static const struct {
		off_t at;
		uint64_t size;
		bool found;
	} places[] = {
		{0, 9, true},
		{0, 8, false}, /* cut off */
		{65527, 65536, true},
		{65528, 65536, false},
		{65528, 65537, true},
		{2 * MIB - 16, 3 * MIB, true},
		{5 * MIB / 2, 3 * MIB, false},
	};
	char name[PATH_MAX];

	for (size_t i = 0; i < COUNT(places); i++) {
		struct scfg_boot boot = {0};
		char *data = calloc(1, 3 * MIB);

		ck_assert_ptr_nonnull(data);
		memcpy(data + places[i].at, banner, strlen(banner));
		put_bytes("/sbin/swapon", data, places[i].size, 0755);
		free(data);
		ck_assert_int_eq(scfg_boot_detect(fake.ctx, &boot), 0);
		ck_assert_msg(boot.swapon_is_busybox == places[i].found, "%zu", i);
		ck_assert_int_eq(unlink(full("/sbin/swapon", name)), 0);
	}
}
END_TEST

/* What cannot be looked at is not taken for something else: each call in turn fails. */
START_TEST(test_failures)
{
	static const struct item items[] = {
		{"/bin/all", BUSYBOX},		{"/sbin/init", "->/bin/all"},
		{"/sbin/swapon", "->/bin/all"}, {"/etc/init.d/rcS", RCS},
		{"/usr/sbin/swapcfg", ELF},	{"/etc/runlevels/boot", NULL},
	};
	const int errnos[] = {EIO, ENOMEM, EMFILE};
	unsigned int calls;
	struct scfg_boot boot = {0};

	make(items, COUNT(items));
	fake.calls = 0;
	ck_assert_int_eq(scfg_boot_detect(fake.ctx, &boot), 0);
	calls = fake.calls;
	ck_assert_uint_gt(calls, 50);
	for (unsigned int call = 0; call < calls * COUNT(errnos); call++) {
		unsigned int open = open_descriptors();

		boot = (struct scfg_boot){0};
		fake.calls = 0;
		fake.fail_at = call % calls + 1;
		fake.fail_errno = errnos[call / calls];
		ck_assert_msg(scfg_boot_detect(fake.ctx, &boot) == -fake.fail_errno, "call %u: %s",
			      fake.fail_at, fake.last_failed);
		ck_assert_uint_eq(open_descriptors(), open);
	}
	fake.fail_at = 0;
}
END_TEST

Suite *boot_detect_suite(void)
{
	const TTest *const tests[] = {test_banner, test_failures};
	Suite *suite = suite_of("boot_detect", tests, COUNT(tests));
	TCase *tcase = tcase_create("systems");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_systems, 0, COUNT(cases));
	suite_add_tcase(suite, tcase);
	return suite;
}
