/* SPDX-License-Identifier: MIT */
/* The real system calls about names and swap, with and without what the kernel may lack. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scene.h"
#include "syscalls.h"

#ifndef O_TMPFILE
#define O_TMPFILE (020000000 | O_DIRECTORY)
#endif

#define CAP_DAC_READ_SEARCH 2
#define CAP_SYS_ADMIN	    21

Suite *sys_names_suite(void);

static const struct scfg_sys *const sys = &scfg_sys_linux;
static int root; /* the directory */

static void setup(void)
{
	fake_setup();
	root = open(fake.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
	syscalls = (struct syscalls){0};
	put("/one", "one");
	put("/other", "other");
}

static void teardown(void)
{
	close(root);
	fake_teardown();
}

/* From now on this process does without one capability, if it had it. */
static void drop(int capability)
{
	struct {
		uint32_t version;
		int pid;
	} head = {0x20080522, 0};
	struct {
		uint32_t effective, permitted, inheritable;
	} data[2];

	ck_assert_int_eq(syscall(SYS_capget, &head, data), 0);
	data[capability / 32].effective &= ~(1u << (capability % 32));
	ck_assert_int_eq(syscall(SYS_capset, &head, data), 0);
}

/* Without the capability, through /proc. */
START_TEST(test_link)
{
	int fd = sys->openat(root, ".", O_TMPFILE | O_RDWR, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sys->pwrite(fd, "text", 4, 0), 4);
	if (_i == 1)
		drop(CAP_DAC_READ_SEARCH);
	ck_assert_int_eq(sys->link_fd(fd, root, "one"), -EEXIST);
	ck_assert_int_eq(sys->link_fd(fd, root, "new"), 0);
	check_text("/new", "text");
	check_text("/one", "one");
	close(fd);
}
END_TEST

START_TEST(test_rename)
{
	ck_assert_int_eq(sys->rename(root, "none", "new"), -ENOENT);
	ck_assert_int_eq(sys->rename(root, "one", "other"), 0);
	check_text("/other", "one");
	ck_assert(!there("/one"));
	ck_assert_int_eq(sys->unlinkat(root, "other"), 0);
	ck_assert_int_eq(sys->unlinkat(root, "other"), -ENOENT);
	ck_assert(!there("/other"));
}
END_TEST

/* A file system without flags, such as exFAT, and a kernel without the call, are one like the
 * other.
 */
static const int lacks[] = {0, EINVAL, ENOSYS};

START_TEST(test_rename_new)
{
	syscalls.fail = lacks[_i] ? SYS_renameat2 : 0;
	syscalls.fail_errno = lacks[_i];
	ck_assert_int_eq(sys->rename_new(root, "one", "other"), -EEXIST);
	check_text("/one", "one");
	check_text("/other", "other");
	put_link("nowhere", "/dangling");
	ck_assert_int_eq(sys->rename_new(root, "one", "dangling"), -EEXIST);
	ck_assert_int_eq(sys->rename_new(root, "none", "new"), -ENOENT);
	ck_assert_int_eq(sys->rename_new(root, "one", "other/below"), -ENOTDIR);
	ck_assert_int_eq(sys->rename_new(root, "one", "new"), 0);
	check_text("/new", "one");
	ck_assert(!there("/one"));
}
END_TEST

START_TEST(test_rename_swap)
{
	syscalls.fail = lacks[_i] ? SYS_renameat2 : 0;
	syscalls.fail_errno = lacks[_i];
	ck_assert_int_eq(sys->rename_swap(root, "one", "other"), lacks[_i] ? -EINVAL : 0);
	check_text("/one", lacks[_i] ? "one" : "other");
	check_text("/other", lacks[_i] ? "other" : "one");
	if (!lacks[_i])
		ck_assert_int_eq(sys->rename_swap(root, "one", "none"), -ENOENT);
}
END_TEST

START_TEST(test_directories_and_links)
{
	char target[8];

	ck_assert_int_eq(sys->mkdirat(root, "dir", 0750), 0);
	ck_assert_uint_eq(mode_of("/dir"), 0750);
	ck_assert_int_eq(sys->mkdirat(root, "dir", 0750), -EEXIST);
	ck_assert_int_eq(sys->symlinkat("../one", root, "dir/link"), 0);
	ck_assert_int_eq(sys->symlinkat("x", root, "dir/link"), -EEXIST);
	ck_assert_int_eq(sys->readlinkat(root, "dir/link", target, sizeof(target)), 6);
	ck_assert_mem_eq(target, "../one", 6);
	ck_assert_int_eq(sys->rmdirat(root, "dir"), -ENOTEMPTY);
	ck_assert_int_eq(sys->rmdirat(root, "one"), -ENOTDIR);
	ck_assert_int_eq(sys->unlinkat(root, "dir/link"), 0);
	ck_assert_int_eq(sys->rmdirat(root, "dir"), 0);
	ck_assert(!there("/dir"));
}
END_TEST

/* What is not there can neither be switched on nor off, whatever the privilege. */
START_TEST(test_swap)
{
	bool may = sys->may_swap();
	char name[PATH_MAX];

	ck_assert_int_eq(sys->swapon(full("/none", name), 0), may ? -ENOENT : -EPERM);
	ck_assert_int_eq(sys->swapoff(full("/none", name)), may ? -ENOENT : -EPERM);
	ck_assert_int_eq(sys->swapoff(full("/one", name)), may ? -EINVAL : -EPERM);
	drop(CAP_SYS_ADMIN);
	ck_assert(!sys->may_swap());
	ck_assert_int_eq(sys->swapon(full("/none", name), 0), -EPERM);
	/* Where capabilities cannot be asked for, it is the user that counts. */
	syscalls.fail = SYS_capget;
	syscalls.fail_errno = ENOSYS;
	ck_assert_int_eq(sys->may_swap(), geteuid() == 0);
}
END_TEST

Suite *sys_names_suite(void)
{
	const TTest *const tests[] = {test_rename, test_directories_and_links, test_swap};
	Suite *suite = suite_create("sys_names");
	TCase *tcase = tcase_create("sys_names");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_link, 0, 2);
	tcase_add_loop_test(tcase, test_rename_new, 0, 3);
	tcase_add_loop_test(tcase, test_rename_swap, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}
