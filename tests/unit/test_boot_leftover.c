/* SPDX-License-Identifier: MIT */
/*
 * A run that was killed leaves the new text of a boot file under its temporary name. The next one
 * deletes it if it is ours beyond doubt, and never anything else.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inittab_samples.h"
#include "scene.h"

Suite *boot_leftover_suite(void);

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define INACTIVE SWAPCFG_STATE_INACTIVE
#define ABSENT	 SWAPCFG_STATE_ABSENT
#define KEEP	 SWAPCFG_BOOT_KEEP
#define NONE	 SWAPCFG_BOOT_NONE
#define AUTO	 SWAPCFG_BOOT_AUTO

#define TEMP	"/etc/.inittab.swapcfg-new"
#define ENTRY	"swc0::sysinit:/sbin/swapon /swapfile\n"
#define OTHER	"swc1:12345:wait:/sbin/swapon /data/swapfile\n"
#define ADOPTED "si11::sysinit:/sbin/swapon /swapfile\n"

/* A system with an area, and a plan that says something of its boot entry. */
static void tree_area(void)
{
	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
}

/* The text of the inittab with more behind its sysinit entries. */
static char *with(const char *more)
{
	const char *at = strstr(nano_inittab, "rcS:");
	char *text = calloc(1, strlen(nano_inittab) + strlen(more) + 1);

	ck_assert_ptr_nonnull(at);
	memcpy(text, nano_inittab, (size_t)(at - nano_inittab));
	strcat(text, more);
	strcat(text, at);
	return text;
}

static void put_with(const char *path, const char *more)
{
	char *text = with(more);

	put(path, text);
	free(text);
}

/* Texts that differ from the inittab in nothing but entries of ours, in either of the two. */
static const struct {
	const char *here;  /* what the inittab has more */
	const char *there; /* what the leftover has more; NULL: it is empty */
} ours[] = {
	{"", NULL},
	{"", ""},
	{"", MARKER ENTRY},
	{MARKER ENTRY, ""},
	{MARKER ENTRY, MARKER ENTRY MARKER OTHER},
	{MARKER ENTRY MARKER OTHER, MARKER OTHER},
	{ADOPTED, MARKER ENTRY},
	{ADOPTED ADOPTED, MARKER ENTRY MARKER OTHER},
};

static struct swapcfg_spec *enable(void)
{
	return spec_of("/swapfile", ACTIVE, 0, AUTO);
}

static struct swapcfg_spec *disable(void)
{
	return spec_of("/swapfile", INACTIVE, 0, NONE);
}

static struct swapcfg_spec *delete_it(void)
{
	return spec_of("/swapfile", ABSENT, 0, NONE);
}

/* Another area, of which there is nothing to say in the inittab. */
static struct swapcfg_spec *forget_other(void)
{
	return spec_of("/nothing", SWAPCFG_STATE_KEEP, 0, NONE);
}

static struct swapcfg_spec *(*const commands[])(void) = {enable, disable, delete_it, forget_other};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

START_TEST(test_ours_is_deleted)
{
	size_t which = (size_t)_i / COMMANDS;
	struct swapcfg_spec *spec = commands[(size_t)_i % COMMANDS]();
	const struct swapcfg_finding *finding;
	struct swapcfg_plan *plan;

	tree_area();
	put_with("/etc/inittab", ours[which].here);
	if (ours[which].there)
		put_with(TEMP, ours[which].there);
	else
		put(TEMP, "");
	plan = plan_of(spec);
	finding = finding_of(plan, SWAPCFG_REASON_LEFTOVER);
	ck_assert_ptr_nonnull(finding);
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), SWAPCFG_SEVERITY_INFO);
	ck_assert_ptr_nonnull(strstr(swapcfg_finding_message(finding), TEMP));
	ck_assert_int_eq((int)swapcfg_step_kind(swapcfg_plan_step(plan, 0)), SWAPCFG_STEP_CLEAN);
	ck_assert_str_eq(swapcfg_step_path(swapcfg_plan_step(plan, 0)), TEMP);
	ck_assert(there(TEMP));
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), 0);
	ck_assert(!there(TEMP));
	swapcfg_plan_unref(plan);
}
END_TEST

static void put_foreign_text(void)
{
	put(TEMP, "somebody's notes\n");
}

static void put_changed_text(void)
{
	put_with(TEMP, "x:5:respawn:/bin/something\n");
}

/* Lines of the inittab, but not its first ones. */
static void put_lines_of_it(void)
{
	put(TEMP, "si0::sysinit:/bin/mount -t proc proc /proc\n");
}

/* It begins as the inittab does, and then goes on otherwise. */
static void put_other_end(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%.20s and mine", nano_inittab);
	put(TEMP, text);
}

/* A write that a kill or a power cut ended: however much of it is there, it is ours. */
START_TEST(test_beginning)
{
	char *text;

	tree_area();
	put_with("/etc/inittab", _i ? MARKER OTHER : "");
	text = with(_i ? MARKER ENTRY MARKER OTHER : MARKER ENTRY);
	for (size_t len = 0; len <= strlen(text); len++) {
		struct swapcfg_plan *plan;
		const struct swapcfg_finding *finding;

		put_bytes(TEMP, text, len, 0600);
		plan = plan_of(forget_other());
		finding = finding_of(plan, SWAPCFG_REASON_LEFTOVER);
		ck_assert_msg(finding && swapcfg_plan_step_count(plan) == 1, "of %zu bytes", len);
		swapcfg_plan_unref(plan);
	}
	free(text);
	check_apply(enable());
	ck_assert(!there(TEMP));
}
END_TEST

/* The text that it had, of a boot file that was edited since. */
static void edit_inittab(void)
{
	put_with(TEMP, MARKER ENTRY);
	put_with("/etc/inittab", "x:5:respawn:/bin/something\n");
}

static void put_bytes_of_zero(void)
{
	put_with(TEMP, MARKER ENTRY);
	put_bytes(TEMP, "id:3:initdefault:\n\0\0", 20, 0644);
}

static void put_other_link(void)
{
	put("/etc/victim", "");
	put_link("/etc/victim", TEMP);
}

static void put_hard_link(void)
{
	char from[PATH_MAX];
	char to[PATH_MAX];

	put_with("/etc/copy", MARKER ENTRY);
	ck_assert_int_eq(link(full("/etc/copy", from), full(TEMP, to)), 0);
}

static void put_directory(void)
{
	put_dir(TEMP, 0755);
}

static void put_fifo(void)
{
	char path[PATH_MAX];

	ck_assert_int_eq(mkfifo(full(TEMP, path), 0600), 0);
}

static void put_by_another(void)
{
	put_with(TEMP, MARKER ENTRY);
	fake.files[0] = (struct fake_file){.path = TEMP, .uid = 1000, .gid = 1000};
}

static void put_unreadable(void)
{
	put_with(TEMP, MARKER ENTRY);
	fake.files[0] = (struct fake_file){.path = TEMP, .denied = true};
}

static void put_huge(void)
{
	char path[PATH_MAX];

	put(TEMP, "");
	ck_assert_int_eq(truncate(full(TEMP, path), 64 * (off_t)MIB), 0);
}

static void (*const strangers[])(void) = {
	put_foreign_text,  put_changed_text, put_lines_of_it, put_other_end, edit_inittab,
	put_bytes_of_zero, put_other_link,   put_hard_link,   put_directory, put_fifo,
	put_by_another,	   put_unreadable,   put_huge,
};

/* What is not known to be ours stops what needs its place, with a sentence, and stays. */
START_TEST(test_anything_else_stays)
{
	char *message;
	char *before;
	char *after;

	tree_area();
	strangers[_i]();
	before = snapshot();
	message = check_refused(enable(), SWAPCFG_REASON_LEFTOVER);
	ck_assert_ptr_nonnull(strstr(message, TEMP));
	ck_assert_ptr_nonnull(strstr(message, "look at it and delete it"));
	free(message);
	/* What does not change the file goes on beside it. */
	check_apply(forget_other());
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

/* Of a file that is ours alone: a unit that did not get its name yet. */
START_TEST(test_unit)
{
	char from[PATH_MAX];
	char to[PATH_MAX];

	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
	put_active("/swapfile", SIZE, 5, 0);
	check_apply(enable());
	ck_assert_int_eq(rename(full("/etc/systemd/system/swapfile.swap", from),
				full("/etc/systemd/system/.swapfile.swap.swapcfg-new", to)),
			 0);
	check_apply(enable());
	ck_assert(!there("/etc/systemd/system/.swapfile.swap.swapcfg-new"));
	ck_assert(there("/etc/systemd/system/swapfile.swap"));
	put("/etc/systemd/system/.swapfile.swap.swapcfg-new", "[Unit]\nDescription=mine\n");
	free(check_refused(disable(), SWAPCFG_REASON_LEFTOVER));
}
END_TEST

/* The temporary name is beside the file that a link leads to. */
START_TEST(test_behind_a_link)
{
	tree_area();
	put_with("/etc/real/inittab", "");
	ck_assert_int_eq(unlink(full("/etc/inittab", (char[PATH_MAX]){0})), 0);
	put_link("real/inittab", "/etc/inittab");
	put_with("/etc/real/.inittab.swapcfg-new", MARKER ENTRY);
	check_apply(enable());
	ck_assert(!there("/etc/real/.inittab.swapcfg-new"));
	ck_assert(!there(TEMP));
}
END_TEST

/* Something else took its place after the plan was made. */
START_TEST(test_replaced_meanwhile)
{
	struct swapcfg_plan *plan;

	tree_area();
	put_with(TEMP, MARKER ENTRY);
	plan = plan_of(enable());
	unlink(full(TEMP, (char[PATH_MAX]){0}));
	put(TEMP, "somebody's\n");
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), -ESTALE);
	check_text(TEMP, "somebody's\n");
	swapcfg_plan_unref(plan);
}
END_TEST

/* A read-only file system keeps it, and it is in nobody's way there. */
START_TEST(test_read_only)
{
	tree_area();
	put_with(TEMP, "");
	fake.disks[1] = (struct fake_disk){
		.path = "/etc", .magic = FAKE_EXT4, .total = GIB, .free = GIB, .read_only = true};
	check_apply(disable());
	ck_assert(there(TEMP));
}
END_TEST

/* What nobody may look at for want of memory is not taken for something else. */
START_TEST(test_failing_looks)
{
	static const int errnos[] = {ENOMEM, EMFILE, EIO};

	tree_area();
	put_with(TEMP, MARKER ENTRY);
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		struct swapcfg_plan *plan = NULL;
		struct swapcfg_spec *spec = enable();
		unsigned int open = open_descriptors();
		unsigned int failed = 0;

		for (unsigned int at = 1;; at++) {
			int r;

			fake.calls = 0;
			fake.failed = 0;
			fake.fail_at = at;
			fake.fail_errno = errnos[i];
			r = swapcfg_plan(fake.ctx, spec, &plan, NULL);
			fake.fail_at = 0;
			failed += r < 0;
			/* Never: in the way. Where it could be looked at, it is ours. */
			if (r == 0) {
				const struct swapcfg_finding *finding =
					finding_of(plan, SWAPCFG_REASON_LEFTOVER);

				ck_assert(!finding || swapcfg_finding_severity(finding) ==
							      SWAPCFG_SEVERITY_INFO);
				swapcfg_plan_unref(plan);
			}
			if (!fake.failed)
				break;
		}
		ck_assert_uint_gt(failed, 10);
		ck_assert_uint_eq(open_descriptors(), open);
		swapcfg_spec_free(spec);
	}
	ck_assert(there(TEMP));
}
END_TEST

Suite *boot_leftover_suite(void)
{
	const TTest *const tests[] = {
		test_unit,	test_behind_a_link, test_replaced_meanwhile,
		test_read_only, test_failing_looks,
	};
	Suite *suite = suite_of("boot_leftover", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("cases");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_ours_is_deleted, 0,
			    (int)(COMMANDS * sizeof(ours) / sizeof(ours[0])));
	tcase_add_loop_test(tcase, test_anything_else_stays, 0,
			    sizeof(strangers) / sizeof(strangers[0]));
	tcase_add_loop_test(tcase, test_beginning, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
