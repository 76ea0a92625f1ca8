/* SPDX-License-Identifier: MIT */
/* Which boot entry an area gets on which system, and that taking it back leaves no trace. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot_check.h"
#include "inittab_samples.h"
#include "scene.h"

#define ENTRY_KEEP SWAPCFG_STATE_KEEP
#define AUTO	   SWAPCFG_BOOT_AUTO
#define NONE	   SWAPCFG_BOOT_NONE
#define ADOPTED	   "si11::sysinit:/sbin/swapon /swapfile\n"

Suite *boot_choice_suite(void);

/* A text with one line, or more, put behind the line that begins with anchor. */
static char *with_line(const char *text, const char *anchor, const char *line)
{
	const char *at = strstr(text, anchor);
	struct scfg_buf buf = {0};
	size_t head;

	ck_assert_ptr_nonnull(at);
	head = (size_t)(strchr(at, '\n') + 1 - text);
	scfg_buf_add(&buf, text, head);
	scfg_buf_adds(&buf, line);
	scfg_buf_adds(&buf, text + head);
	return scfg_buf_take(&buf);
}

static void check_entry(const char *file, const char *before, const char *anchor, const char *line)
{
	char *text = with_line(before, anchor, line);

	check_text(file, text);
	free(text);
}

static void persist(const char *path)
{
	check_apply(spec_of(path, ENTRY_KEEP, 0, AUTO));
}

static void forget(const char *path)
{
	check_apply(spec_of(path, ENTRY_KEEP, 0, NONE));
}

START_TEST(test_nano_root)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	persist("/swapfile");
	check_entry("/etc/inittab", nano_inittab, "si10:", SYS0);
	forget("/swapfile");
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

/* /data is mounted by rcS, long after sysinit. */
START_TEST(test_nano_data)
{
	tree_nano();
	put_area("/data/swapfile", SIZE);
	persist("/data/swapfile");
	check_entry("/etc/inittab", nano_inittab,
		    "rcS:", MARKER "swc0:12345:wait:/sbin/swapon /data/swapfile\n");
	forget("/data/swapfile");
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

START_TEST(test_nano_both)
{
	char *before;

	tree_nano();
	put_area("/swapfile", SIZE);
	put_area("/data/swapfile", SIZE);
	persist("/swapfile");
	before = text_of("/etc/inittab");
	persist("/data/swapfile");
	check_entry("/etc/inittab", before,
		    "rcS:", MARKER "swc1:12345:wait:/sbin/swapon /data/swapfile\n");
	forget("/swapfile");
	forget("/data/swapfile");
	check_text("/etc/inittab", nano_inittab);
	free(before);
}
END_TEST

/* What the server of today writes, however often, becomes one entry of ours. */
START_TEST(test_nano_adopts)
{
	static const char *const lines[] = {ADOPTED, ADOPTED ADOPTED, ADOPTED "\n" ADOPTED ADOPTED};
	const char *const blank[] = {"", "", "\n"};

	for (size_t i = 0; i < 3; i++) {
		char *text = with_line(nano_inittab, "reb0:", lines[i]);
		char *rest = with_line(nano_inittab, "reb0:", blank[i]);

		fake_teardown();
		fake_setup();
		tree_nano();
		put_active("/swapfile", SIZE, -1, 0);
		put("/etc/inittab", text);
		persist("/swapfile");
		check_entry("/etc/inittab", rest, "si10:", SYS0);
		forget("/swapfile");
		check_text("/etc/inittab", rest);
		free(text);
		free(rest);
	}
}
END_TEST

/* Their line may be the last one: a newline before it, none behind. */
START_TEST(test_nano_adopts_without_newline)
{
	char text[4096];

	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
	snprintf(text, sizeof(text), "%s\nsi11::sysinit:/sbin/swapon /swapfile", nano_inittab);
	put("/etc/inittab", text);
	forget("/swapfile");
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

/* A foreign entry for the same path is left alone, and does it already. */
START_TEST(test_foreign_entry_stays)
{
	char *text;

	tree_nano();
	put_area("/swapfile", SIZE);
	text = with_line(nano_inittab, "si10:", "mine::sysinit:/sbin/swapon -p 3 /swapfile\n");
	put("/etc/inittab", text);
	check_finding(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
		      SWAPCFG_SEVERITY_INFO);
	persist("/swapfile");
	check_text("/etc/inittab", text);
	check_finding(spec_of("/swapfile", ENTRY_KEEP, 0, NONE), SWAPCFG_REASON_BOOT_ENTRY_CONFLICT,
		      SWAPCFG_SEVERITY_WARNING);
	forget("/swapfile");
	check_text("/etc/inittab", text);
	free(text);
}
END_TEST

/* BusyBox's swapon may not know priorities: an entry with one would leave no swap at all. */
START_TEST(test_nano_priority)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 0, AUTO);

	tree_nano();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 10), 0);
	check_finding(spec, SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, SWAPCFG_SEVERITY_WARNING);
	spec = spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 0, AUTO);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 10), 0);
	check_apply(spec);
	ck_assert_int_eq(fake_area("/swapfile")->priority, 10);
	check_entry("/etc/inittab", nano_inittab, "si10:", SYS0);
}
END_TEST

START_TEST(test_busybox)
{
	tree_busybox();
	put_area("/swapfile", SIZE);
	put_area("/data/swapfile", SIZE);
	persist("/swapfile");
	check_entry("/etc/inittab", BB_SYSINIT BB_RCS BB_REST, "::sysinit:/etc/init.d/rcS", BSYS);
	forget("/swapfile");
	check_text("/etc/inittab", BB_SYSINIT BB_RCS BB_REST);
	persist("/data/swapfile");
	check_entry("/etc/inittab", BB_SYSINIT BB_RCS BB_REST, "::sysinit:/etc/init.d/rcS",
		    MARKER "::sysinit:/sbin/swapon /data/swapfile\n");
}
END_TEST

START_TEST(test_systemd)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, 0, AUTO);

	tree_systemd();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 10), 0);
	ck_assert_int_eq(swapcfg_spec_set_discard(spec, SWAPCFG_DISCARD_ONCE), 0);
	check_apply(spec);
	check_text("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n" MARKER
				 "/swapfile none swap sw,nofail,pri=10,discard=once 0 0\n");
	ck_assert_int_eq(fake_area("/swapfile")->flags, 0x8000 | 10 | 0x10000 | 0x20000);
	forget("/swapfile");
	check_text("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n");
}
END_TEST

/* An image without an fstab gets one, and loses it again. */
START_TEST(test_systemd_without_fstab)
{
	char name[PATH_MAX];

	tree_systemd();
	put_area("/swapfile", SIZE);
	ck_assert_int_eq(unlink(full("/etc/fstab", name)), 0);
	persist("/swapfile");
	check_text("/etc/fstab", MARKER "/swapfile none swap sw,nofail 0 0\n");
	ck_assert_uint_eq(mode_of("/etc/fstab"), 0644);
}
END_TEST

START_TEST(test_debian)
{
	tree_debian();
	put_area("/swapfile", SIZE);
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_FSTAB),
		    "persist /etc/fstab 0\n");
	check_apply(spec_of("/swapfile", ENTRY_KEEP, 0, SWAPCFG_BOOT_FSTAB));
	/* What is there and works is kept, though another kind would come first. */
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), "");
	forget("/swapfile");
	check_text("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n");
	persist("/swapfile");
	check_entry("/etc/inittab", DEB_SI DEB_LEVELS DEB_REST, "si::", SYS0);
}
END_TEST

START_TEST(test_unknown_init)
{
	char *message;

	put("/sbin/init", "\177ELF of somebody");
	put("/sbin/swapon", "\177ELF");
	put_area("/swapfile", SIZE);
	message = check_refused(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO),
				SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED);
	free(message);
	/* A running systemd says so itself. */
	put_dir("/run/systemd/system", 0755);
	check_steps(spec_of("/swapfile", ENTRY_KEEP, 0, AUTO), "persist /etc/fstab 0\n");
}
END_TEST

/* A link stays a link, and a file keeps its mode. */
START_TEST(test_linked_boot_file)
{
	char name[PATH_MAX], target[PATH_MAX] = "";

	tree_nano();
	put_area("/swapfile", SIZE);
	put_bytes("/persist/inittab", nano_inittab, strlen(nano_inittab), 0640);
	ck_assert_int_eq(unlink(full("/etc/inittab", name)), 0);
	put_link("/persist/inittab", "/etc/inittab");
	persist("/swapfile");
	ck_assert_int_gt(readlink(name, target, sizeof(target) - 1), 0);
	ck_assert_str_eq(target, "/persist/inittab");
	ck_assert_uint_eq(mode_of("/persist/inittab"), 0640);
	check_entry("/persist/inittab", nano_inittab, "si10:", SYS0);
}
END_TEST

/* The area is gone, its entry is not: it can still be taken back. */
START_TEST(test_forget_what_is_gone)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	persist("/swapfile");
	ck_assert_int_eq(unlink(full("/swapfile", (char[PATH_MAX]){0})), 0);
	forget("/swapfile");
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

START_TEST(test_path_that_inittab_cannot_say)
{
	tree_nano();
	put_area("/swap file", SIZE);
	free(check_refused(spec_of("/swap file", ENTRY_KEEP, 0, SWAPCFG_BOOT_INITTAB),
			   SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED));
	/* fstab can, and the inittab runs swapon -a. */
	check_apply(spec_of("/swap file", ENTRY_KEEP, 0, SWAPCFG_BOOT_FSTAB));
	check_text("/etc/inittab", nano_inittab);
	check_text("/etc/fstab",
		   "/dev/root / auto rw,noauto 0 1\nproc /proc proc defaults 0 0\n" MARKER
		   "/swap\\040file none swap sw,nofail 0 0\n");
}
END_TEST

Suite *boot_choice_suite(void)
{
	const TTest *const tests[] = {
		test_nano_root,
		test_nano_data,
		test_nano_both,
		test_nano_adopts,
		test_nano_adopts_without_newline,
		test_foreign_entry_stays,
		test_nano_priority,
		test_busybox,
		test_systemd,
		test_systemd_without_fstab,
		test_debian,
		test_unknown_init,
		test_linked_boot_file,
		test_forget_what_is_gone,
		test_path_that_inittab_cannot_say,
	};

	return suite_of("boot_choice", tests, sizeof(tests) / sizeof(tests[0]));
}
