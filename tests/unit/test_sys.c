/* SPDX-License-Identifier: MIT */
/* The real system calls, on scratch files: what they give, and which errno where they fail. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "root.h"
#include "scene.h"
#include "syscalls.h"

Suite *sys_suite(void);

static const struct scfg_sys *const sys = &scfg_sys_linux;
static int root; /* the directory */

static void setup(void)
{
	fake_setup();
	root = open(fake.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
	syscalls = (struct syscalls){0};
}

static void teardown(void)
{
	close(root);
	fake_teardown();
}

static int open_new(const char *name)
{
	int fd = sys->openat(root, name, O_RDWR | O_CREAT | O_EXCL, 0640);

	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(test_open)
{
	int fd = open_new("file");
	struct stat st;

	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(sys->fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	sys->close(fd);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	sys->close(-1);
	ck_assert_int_eq(sys->openat(root, "file", O_RDWR | O_CREAT | O_EXCL, 0640), -EEXIST);
	ck_assert_int_eq(sys->openat(root, "none", O_RDONLY, 0), -ENOENT);
	ck_assert_int_eq(sys->openat(root, "file/below", O_RDONLY, 0), -ENOTDIR);
	ck_assert_int_eq(sys->openat(root, "etc", O_RDWR, 0), -EISDIR);
	put_link("file", "/link");
	ck_assert_int_eq(sys->openat(root, "link", O_RDONLY | O_NOFOLLOW, 0), -ELOOP);
}
END_TEST

static int other_end = -1;
static volatile sig_atomic_t signals;

/* The first signal only interrupts; the second one lets the other side go on as well. */
static void on_signal(int number)
{
	char name[PATH_MAX];

	(void)number;
	if (++signals == 2)
		other_end = open(full("/fifo", name), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

START_TEST(test_open_is_interrupted)
{
	struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
	struct itimerval often = {{0, 20000}, {0, 20000}};
	struct itimerval never = {{0, 0}, {0, 0}};
	char name[PATH_MAX];
	int fd;

	ck_assert_int_eq(mkfifo(full("/fifo", name), 0600), 0);
	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	fd = sys->openat(root, "fifo", O_WRONLY, 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(signals, 2);
	ck_assert_int_ge(other_end, 0);
	close(other_end);
	close(fd);
}
END_TEST

START_TEST(test_bytes)
{
	char data[16] = "";
	int fd = open_new("file");
	struct stat st;

	ck_assert_int_eq(sys->pwrite(fd, "swap", 4, 4096), 4);
	ck_assert_int_eq(sys->pread(fd, data, sizeof(data), 4094), 6);
	ck_assert_mem_eq(data, "\0\0swap", 6);
	ck_assert_int_eq(sys->pread(fd, data, sizeof(data), 4100), 0);
	ck_assert_int_eq(sys->fallocate(fd, 4096, 8192), 0);
	ck_assert_int_eq(sys->fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, 12288);
	ck_assert_int_ge(st.st_blocks * 512, 8192);
	ck_assert_int_eq(sys->ftruncate(fd, 4098), 0);
	ck_assert_int_eq(sys->pread(fd, data, sizeof(data), 4096), 2);
	ck_assert_int_eq(sys->fsync(fd), 0);
	ck_assert_int_eq(sys->flush(fd, 0, 4096, false), 0);
	ck_assert_int_eq(sys->flush(fd, 0, 4096, true), 0);
	/* No file is that large. */
	ck_assert_int_eq(sys->ftruncate(fd, UINT64_MAX), -EINVAL);
	ck_assert_int_eq(sys->fallocate(fd, 0, 0), -EINVAL);
	ck_assert_int_eq(sys->pwrite(fd, "x", 1, UINT64_MAX), -EINVAL);
	ck_assert_int_eq(sys->fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, 4098);
	close(fd);
}
END_TEST

/* Offsets of more than 32 bits arrive as they are. */
START_TEST(test_large_offsets)
{
	const uint64_t far = UINT64_C(0x123456000);
	int fd = open_new("file");
	struct stat st;
	char byte = 0;

	ck_assert_int_eq(sys->ftruncate(fd, far), 0);
	ck_assert_int_eq(sys->pwrite(fd, "x", 1, far), 1);
	ck_assert_int_eq(sys->pread(fd, &byte, 1, far), 1);
	ck_assert_int_eq(byte, 'x');
	ck_assert_int_eq(sys->fstatat(root, "file", &st), 0);
	ck_assert_uint_eq((uint64_t)st.st_size, far + 1);
	close(fd);
}
END_TEST

START_TEST(test_attributes)
{
	int fd = open_new("file");
	struct statfs is;
	struct statfs should;
	struct stat st;
	char data[8];
	int number = 0;
	int ends[2];

	ck_assert_int_eq(sys->fchmod(fd, 0600), 0);
	ck_assert_int_eq(sys->fchown(fd, getuid(), getgid()), 0);
	ck_assert_int_eq(sys->fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(st.st_uid, getuid());
	put_link("file", "/link");
	ck_assert_int_eq(sys->fstatat(root, "link", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(sys->fstatat(root, "none", &st), -ENOENT);
	ck_assert_int_eq(sys->readlinkat(root, "link", data, sizeof(data)), 4);
	ck_assert_mem_eq(data, "file", 4);
	ck_assert_int_eq(sys->readlinkat(root, "link", data, 2), 2);
	ck_assert_int_eq(sys->readlinkat(root, "file", data, sizeof(data)), -EINVAL);
	ck_assert_int_eq(sys->fstatfs(fd, &is), 0);
	ck_assert_int_eq(fstatfs(fd, &should), 0);
	ck_assert_int_eq(is.f_type, should.f_type);
	ck_assert_int_eq(sys->ioctl(fd, _IO(0x12, 94), &number), -ENOTTY);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "abc", 3), 3);
	ck_assert_int_eq(sys->ioctl(ends[0], FIONREAD, &number), 0);
	ck_assert_int_eq(number, 3);
	ck_assert_int_eq(sys->flush(ends[0], 0, 1, true), -ESPIPE);
	ck_assert_int_eq(sys->fsync(ends[0]), -EINVAL);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}
END_TEST

/* What a file system makes of them differs; that it is passed on does not. */
START_TEST(test_extended_attributes)
{
	const char *const name = "user.swapcfg";
	int fd = open_new("file");
	int r = sys->fsetxattr(fd, name, "abc", 3);
	char data[64];

	if (r < 0) {
		ck_assert_int_eq(fsetxattr(fd, name, "abc", 3, 0), -1);
		ck_assert_int_eq(r, -errno);
	} else {
		ck_assert_int_eq(sys->fgetxattr(fd, name, data, sizeof(data)), 3);
		ck_assert_mem_eq(data, "abc", 3);
		ck_assert_int_eq(sys->flistxattr(fd, data, sizeof(data)), flistxattr(fd, NULL, 0));
	}
	ck_assert_int_lt(sys->fgetxattr(fd, "user.none", data, sizeof(data)), 0);
	ck_assert_int_eq(sys->fsetxattr(fd, "", "abc", 3), -ERANGE);
	close(fd);
}
END_TEST

static unsigned char seen[200];

static int see(const char *name, void *arg)
{
	unsigned int number;

	ck_assert_int_eq(sscanf(name, "entry-%u", &number), 1);
	ck_assert_uint_lt(number, sizeof(seen));
	seen[number]++;
	++*(unsigned int *)arg;
	return number == 200 ? -EIO : 0;
}

static int stop(const char *name, void *arg)
{
	(void)name;
	return ++*(unsigned int *)arg == 3 ? -ECANCELED : 0;
}

/* More entries than one call gives. */
START_TEST(test_directory)
{
	struct swapcfg_ctx *ctx = NULL;
	unsigned int count = 0;
	int fd;

	put_dir("/many", 0755);
	for (unsigned int i = 0; i < sizeof(seen); i++) {
		char name[32];

		snprintf(name, sizeof(name), "/many/entry-%u", i);
		put(name, "");
	}
	ck_assert_int_eq(scfg_ctx_new(sys, fake.root, true, &ctx, NULL), 0);
	fd = scfg_open(ctx, "/many", O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(scfg_list_dir(ctx, fd, see, &count), 0);
	ck_assert_uint_eq(count, sizeof(seen));
	for (size_t i = 0; i < sizeof(seen); i++)
		ck_assert_int_eq(seen[i], 1);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	count = 0;
	ck_assert_int_eq(scfg_list_dir(ctx, fd, stop, &count), -ECANCELED);
	ck_assert_uint_eq(count, 3);
	close(fd);
	fd = open_new("file");
	ck_assert_int_eq(scfg_list_dir(ctx, fd, stop, &count), -ENOTDIR);
	close(fd);
	swapcfg_ctx_unref(ctx);
}
END_TEST

START_TEST(test_lock)
{
	int one = open_new("lock");
	int other = sys->openat(root, "lock", O_RDONLY, 0);

	ck_assert_int_eq(sys->flock(one), 0);
	ck_assert_int_eq(sys->flock(one), 0);
	ck_assert_int_eq(sys->flock(other), -EAGAIN);
	close(one);
	ck_assert_int_eq(sys->flock(other), 0);
	close(other);
}
END_TEST

START_TEST(test_others)
{
	uint8_t bytes[2][16] = {{0}};
	struct utsname name;
	char release[65];
	uint64_t before;

	ck_assert_uint_eq(sys->size, sizeof(*sys));
	ck_assert_uint_eq(sys->page_size(), (uint32_t)sysconf(_SC_PAGESIZE));
	ck_assert_uint_eq(sys->geteuid(), geteuid());
	ck_assert_int_eq(uname(&name), 0);
	ck_assert_int_eq(sys->release(release, sizeof(release)), 0);
	ck_assert_str_eq(release, name.release);
	ck_assert_int_eq(sys->release(release, 3), 0);
	ck_assert_uint_eq(strlen(release), 2);
	ck_assert_int_eq(sys->random(bytes[0], 16), 0);
	ck_assert_int_eq(sys->random(bytes[1], 16), 0);
	ck_assert_mem_ne(bytes[0], bytes[1], 16);
	ck_assert_int_eq(sys->random((void *)1, 16), -EFAULT);
	before = sys->now_us();
	sys->sleep_us(3000);
	ck_assert_uint_ge(sys->now_us() - before, 3000);
}
END_TEST

/* Each of them, where nothing is open. */
static int bad_calls(unsigned int which)
{
	struct statfs fs;
	struct stat st;
	char data[32] = "";

	switch (which) {
	case 0:
		return sys->openat(-1, "x", O_RDONLY, 0);
	case 1:
		return (int)sys->pread(-1, data, 1, 0);
	case 2:
		return (int)sys->pwrite(-1, data, 0, 0);
	case 3:
		return sys->fallocate(-1, 0, 1);
	case 4:
		return sys->fsync(-1);
	case 5:
		return sys->flush(-1, 0, 1, false);
	case 6:
		return sys->fstat(-1, &st);
	case 7:
		return sys->fstatfs(-1, &fs);
	case 8:
		return sys->fchmod(-1, 0600);
	case 9:
		return sys->fchown(-1, 0, 0);
	case 10:
		return sys->ioctl(-1, 0, NULL);
	case 11:
		return (int)sys->getdents(-1, data, sizeof(data));
	case 12:
		return sys->flock(-1);
	case 13:
		return sys->rename(-1, "x", "y");
	case 14:
		return sys->rename_new(-1, "x", "y");
	case 15:
		return sys->rename_swap(-1, "x", "y");
	case 16:
		return sys->unlinkat(-1, "x");
	case 17:
		return sys->symlinkat("x", -1, "y");
	case 18:
		return sys->mkdirat(-1, "x", 0755);
	case 19:
		return sys->rmdirat(-1, "x");
	case 20:
		return (int)sys->flistxattr(-1, data, sizeof(data));
	case 21:
		return (int)sys->readlinkat(-1, "x", data, sizeof(data));
	case 22:
		return sys->link_fd(-1, root, "x");
	default:
		return sys->ftruncate(-1, 1);
	}
}

START_TEST(test_no_descriptor)
{
	ck_assert_int_eq(bad_calls((unsigned int)_i), -EBADF);
}
END_TEST

Suite *sys_suite(void)
{
	const TTest *const tests[] = {
		test_open,	 test_open_is_interrupted, test_bytes,	   test_large_offsets,
		test_attributes, test_extended_attributes, test_directory, test_lock,
		test_others,
	};
	Suite *suite = suite_create("sys");
	TCase *tcase = tcase_create("sys");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_no_descriptor, 0, 24);
	suite_add_tcase(suite, tcase);
	return suite;
}
