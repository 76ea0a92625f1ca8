/* SPDX-License-Identifier: MIT */
/* What is said where a plan could not be carried out; and that nothing of it is left. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "scene.h"

#define BRIDGE "/.swapfile.swapcfg-new"

Suite *apply_failures_suite(void);

static struct swapcfg_spec *create(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_KEEP);
}

static void check_active(const char *areas)
{
	char *now = active_areas();

	ck_assert_str_eq(now, areas);
	free(now);
}

/* A call that fails, and what that is called. */
static const struct {
	const char *call;
	int err;
	enum swapcfg_reason reason;
	const char *step;
} failures[] = {
	{"fallocate", ENOSPC, SWAPCFG_REASON_NO_SPACE, "allocate"},
	{"fallocate", EDQUOT, SWAPCFG_REASON_NO_SPACE, "allocate"},
	{"fallocate", EFBIG, SWAPCFG_REASON_TOO_LARGE, "allocate"},
	{"pwrite", EIO, SWAPCFG_REASON_IO, "format"},
	{"pwrite", EROFS, SWAPCFG_REASON_READ_ONLY, "format"},
	{"fsync", EPROTO, SWAPCFG_REASON_SYSTEM, "format"},
	{"link_fd", EACCES, SWAPCFG_REASON_PERMISSION, "publish"},
	{"swapon", EPERM, SWAPCFG_REASON_PERMISSION, "activate"}, /* the file is immutable */
	{"swapon", EINVAL, SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "activate"},
	{"swapon", ENOMEM, SWAPCFG_REASON_NO_MEMORY, "activate"},
	{"swapon", EBUSY, SWAPCFG_REASON_IN_USE, "activate"},
};

START_TEST(test_failures)
{
	fake.fail_name = failures[_i].call;
	fake.fail_errno = failures[_i].err;
	fake.fail_on = true;
	check_fails(create(), failures[_i].reason, failures[_i].step);
	fake.fail_name = NULL;
	check_apply(create());
}
END_TEST

static unsigned int syncs;

static void count_syncs(const char *name)
{
	syncs += strcmp(name, "fsync") == 0;
}

/* As xfs refuses a file that is read at this instant: what lies in its log has to be written. */
START_TEST(test_kernel_refuses_once)
{
	unsigned int before;

	fake.on_call = count_syncs;
	check_apply(create());
	before = syncs;
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, SWAPCFG_BOOT_KEEP));
	syncs = 0;
	fake.fail_name = "swapon";
	fake.fail_errno = EINVAL;
	check_apply(create());
	ck_assert_uint_eq(fake.failed, 1);
	ck_assert_uint_eq(syncs, before + 1);
	check_active("/swapfile 61440\n");
}
END_TEST

START_TEST(test_slots_are_full)
{
	fake.slots = 24;
	for (size_t i = 0; i < fake.slots; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/areas/%zu", i);
		put_active(path, SIZE, -1, 0);
	}
	check_fails(create(), SWAPCFG_REASON_SLOTS_FULL, "activate");
}
END_TEST

/* The file system said that it took the space, but did not. */
START_TEST(test_blocks_are_proved)
{
	fake.new_blocks = FAKE_HOLES;
	check_fails(create(), SWAPCFG_REASON_HOLES, "allocate");
	fake.new_blocks = FAKE_SHARED;
	check_fails(create(), SWAPCFG_REASON_COPY_ON_WRITE, "allocate");
}
END_TEST

START_TEST(test_prepare_fails)
{
	fake.disks[0].magic = FAKE_BTRFS;
	fake.fail_name = "ioctl";
	fake.fail_errno = EPERM;
	check_fails(create(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "allocate");
	fake.disks[0].magic = FAKE_F2FS;
	fake.fail_name = "ioctl";
	fake.fail_errno = EPERM;
	check_fails(create(), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "allocate");
}
END_TEST

static const char *edited_before;

/* Somebody edits the boot file between the plan that apply makes and its last step, or in it. */
static void edit_boot_file(const char *name)
{
	char path[PATH_MAX];

	/* Of the boot file's text, not of the area. */
	if (strcmp(name, edited_before) == 0 &&
	    (strcmp(name, "swapon") == 0 || there("/etc/.inittab.swapcfg-new"))) {
		put("/etc/edited", "# edited\n");
		ck_assert_int_eq(rename(full("/etc/edited", path),
					full("/etc/inittab", (char[PATH_MAX]){0})),
				 0);
	}
}

START_TEST(test_boot_file_is_edited)
{
	static const char *const calls[] = {"swapon", "fsync"};
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_AUTO);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan;

	tree_nano();
	plan = plan_of(spec);
	edited_before = calls[_i];
	fake.on_call = edit_boot_file;
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -ESTALE);
	ck_assert_str_eq(swapcfg_error_path(error), "/etc/inittab");
	ck_assert_str_eq(swapcfg_error_step(error), "persist");
	ck_assert(!there("/swapfile"));
	check_active("");
	check_text("/etc/inittab", "# edited\n");
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}
END_TEST

START_TEST(test_busy)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = plan_of(create());
	int fd = open(full("/run/libswapcfg.lock", (char[PATH_MAX]){0}), O_CREAT | O_RDWR, 0600);

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -EBUSY);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_BUSY);
	ck_assert_uint_eq(fake.changes, 0);
	swapcfg_error_free(error);
	close(fd);
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, NULL), 0);
	swapcfg_plan_unref(plan);
}
END_TEST

/* Undoing fails as well: the error says what is left. */
START_TEST(test_rollback_fails)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan;

	tree_nano();
	plan = plan_of(spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_AUTO));
	fake.fail_name = "rename";
	fake.fail_errno = EIO;
	fake.child_killed = true;
	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), -EIO);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_ROLLBACK_FAILED);
	ck_assert_uint_ge(swapcfg_error_left_count(error), 1);
	ck_assert_ptr_nonnull(strstr(swapcfg_error_left(error, 0), "/swapfile"));
	ck_assert_ptr_nonnull(strstr(swapcfg_error_left(error, 0), "active"));
	check_active("/swapfile 61440\n");
	check_text("/etc/inittab", nano_inittab);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}
END_TEST

static void check_left(struct swapcfg_spec *spec, int result, const char *left)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = plan_of(spec);
	struct scfg_buf all = {0};

	ck_assert_int_eq(swapcfg_apply(fake.ctx, plan, NULL, &error), result);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_ROLLBACK_FAILED);
	for (size_t i = 0; i < swapcfg_error_left_count(error); i++)
		scfg_buf_addf(&all, "%s\n", swapcfg_error_left(error, i));
	ck_assert_str_eq(all.data, left);
	scfg_buf_free(&all);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}

/* The area cannot be switched on again: then the bridge is the swap that there is. */
START_TEST(test_bridge_is_kept)
{
	put_active("/swapfile", SIZE, 5, 8 * KIB);
	fake.fail_name = "swapon";
	fake.fail_skip = 1;
	fake.fail_on = true;
	fake.fail_errno = ENOMEM;
	check_left(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, SWAPCFG_BOOT_KEEP), -ENOMEM,
		   "/swapfile: is not active any more: out of memory\n" BRIDGE
		   ": is still active: it stands for the area that is off\n" BRIDGE
		   ": was left there: it stands for the area that is off\n");
	check_active(BRIDGE " 61440 5\n");
	ck_assert_uint_eq(size_of("/swapfile"), SIZE);
	fake.fail_name = NULL;
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, SWAPCFG_BOOT_KEEP));
	check_active("/swapfile 126976 5\n");
	ck_assert(!there(BRIDGE));
}
END_TEST

/* The entry cannot be taken back: then it leads to a sound area, as it says. */
START_TEST(test_area_is_kept_for_its_entry)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_ACTIVE, SIZE, SWAPCFG_BOOT_AUTO);
	char *text;

	tree_nano();
	fake.fail_name = "fsync";
	fake.fail_skip = 3;
	fake.fail_on = true;
	fake.fail_errno = EIO;
	check_left(spec, -EIO,
		   "/etc/inittab: the boot configuration may have the new text\n"
		   "/swapfile: is still active: a boot entry may lead to it\n"
		   "/swapfile: was left there: a boot entry may lead to it\n");
	check_active("/swapfile 61440\n");
	text = text_of("/etc/inittab");
	ck_assert_ptr_nonnull(strstr(text, "/swapfile"));
	free(text);
}
END_TEST

/* Between the steps somebody puts a file of his own in the place of the new one. */
static void put_other_file(const char *name)
{
	char path[PATH_MAX];

	if (strcmp(name, "swapon") != 0)
		return;
	ck_assert_int_eq(unlink(full("/swapfile", path)), 0);
	put("/swapfile", "somebody's");
}

START_TEST(test_other_file_stays)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = plan_of(create());

	fake.on_call = put_other_file;
	fake.fail_name = "swapon";
	fake.fail_errno = ENOMEM;
	ck_assert_int_lt(swapcfg_apply(fake.ctx, plan, NULL, &error), 0);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_ROLLBACK_FAILED);
	check_text("/swapfile", "somebody's");
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
}
END_TEST

/* No process for swapoff(2): that is not another writer's doing. */
START_TEST(test_no_child)
{
	struct swapcfg_spec *spec =
		spec_of("/swapfile", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_KEEP);

	put_active("/swapfile", SIZE, -1, 0);
	fake.fail_name = "clone";
	fake.fail_errno = EAGAIN;
	check_fails(spec, SWAPCFG_REASON_SYSTEM, "deactivate");
}
END_TEST

/* A limit of the host's, whose signal would end the host. */
START_TEST(test_limit_of_file_size)
{
	const struct rlimit limit = {SIZE / 2, SIZE};

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	check_fails(create(), SWAPCFG_REASON_TOO_LARGE, "allocate");
	fake.no_fallocate = true;
	check_fails(create(), SWAPCFG_REASON_TOO_LARGE, "allocate");
	fake.disks[0].magic = FAKE_EXFAT;
	check_fails(create(), SWAPCFG_REASON_TOO_LARGE, "allocate");
}
END_TEST

/* The signal still comes where the host itself writes, and one that waits stays. */
START_TEST(test_signal_of_file_size)
{
	const struct rlimit limit = {SIZE / 2, SIZE};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGXFSZ);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	ck_assert_int_eq(raise(SIGXFSZ), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	check_fails(create(), SWAPCFG_REASON_TOO_LARGE, "allocate");
	ck_assert_int_eq(sigpending(&set), 0);
	ck_assert_int_eq(sigismember(&set, SIGXFSZ), 1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
END_TEST

Suite *apply_failures_suite(void)
{
	const TTest *const tests[] = {
		test_slots_are_full,	  test_blocks_are_proved,
		test_prepare_fails,	  test_busy,
		test_rollback_fails,	  test_no_child,
		test_limit_of_file_size,  test_other_file_stays,
		test_bridge_is_kept,	  test_area_is_kept_for_its_entry,
		test_kernel_refuses_once,
	};
	Suite *suite = suite_of("apply_failures", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("calls");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_boot_file_is_edited, 0, 2);
	tcase_add_loop_test(tcase, test_failures, 0, sizeof(failures) / sizeof(failures[0]));
	tcase_add_test_raise_signal(tcase, test_signal_of_file_size, SIGXFSZ);
	suite_add_tcase(suite, tcase);
	return suite;
}
