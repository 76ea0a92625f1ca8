/* SPDX-License-Identifier: MIT */
/* The real system calls. No object of the library but this one and child.c makes any. */
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/grow.h"

/* Flags of renameat2(2), which an older libc does not define. */
#define NO_REPLACE 1u
#define EXCHANGE   2u

/* capget(2), whose header linux/capability.h a musl tool chain need not have. */
#define CAPABILITY_VERSION_3 0x20080522u
#define CAP_SYS_ADMIN_BIT    21

struct cap_header {
	uint32_t version;
	int pid;
};

struct cap_data {
	uint32_t effective, permitted, inheritable;
};

static int result(int64_t value)
{
	return value < 0 ? -errno : (int)value;
}

static int64_t result64(int64_t value)
{
	return value < 0 ? -errno : value;
}

static int sys_openat(int dirfd, const char *path, int flags, unsigned int mode)
{
	int fd;

	do {
		fd = openat(dirfd, path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	return result(fd);
}

static void sys_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int64_t sys_pread(int fd, void *data, size_t len, uint64_t offset)
{
	ssize_t got;

	do {
		got = pread(fd, data, len, (off_t)offset);
	} while (got < 0 && errno == EINTR);
	return result64(got);
}

static int sys_fsync(int fd)
{
	int r;

	do {
		r = fsync(fd);
	} while (r < 0 && errno == EINTR);
	return result(r);
}

static int sys_flush(int fd, uint64_t offset, uint64_t len, bool wait)
{
	unsigned int flags = SYNC_FILE_RANGE_WRITE;

	if (wait)
		flags |= SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
	return result(sync_file_range(fd, (off_t)offset, (off_t)len, flags));
}

static int sys_fstat(int fd, struct stat *ret)
{
	return result(fstat(fd, ret));
}

static int sys_fstatat(int dirfd, const char *name, struct stat *ret)
{
	return result(fstatat(dirfd, name, ret, AT_SYMLINK_NOFOLLOW));
}

static int sys_fstatfs(int fd, struct statfs *ret)
{
	return result(fstatfs(fd, ret));
}

static int sys_fchmod(int fd, unsigned int mode)
{
	return result(fchmod(fd, (mode_t)mode));
}

static int sys_fchown(int fd, uid_t uid, gid_t gid)
{
	return result(fchown(fd, uid, gid));
}

static int sys_ioctl(int fd, unsigned long request, void *arg)
{
	/* musl declares the request as int, glibc as unsigned long. */
	return result(syscall(SYS_ioctl, fd, request, arg));
}

static int64_t sys_readlinkat(int dirfd, const char *name, char *data, size_t len)
{
	return result64(readlinkat(dirfd, name, data, len));
}

static int64_t sys_getdents(int fd, void *data, size_t len)
{
	return result64(syscall(SYS_getdents64, fd, data, len));
}

static int sys_flock(int fd)
{
	return result(flock(fd, LOCK_EX | LOCK_NB));
}

static void sys_unlock(int fd)
{
	if (fd >= 0)
		flock(fd, LOCK_UN);
}

static int sys_link_fd(int fd, int dirfd, const char *name)
{
	char path[32];

	if (linkat(fd, "", dirfd, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT && errno != EINVAL)
		return -errno;
	/* AT_EMPTY_PATH wants CAP_DAC_READ_SEARCH; this way wants /proc. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return result(linkat(AT_FDCWD, path, dirfd, name, AT_SYMLINK_FOLLOW));
}

static int sys_rename(int dirfd, const char *from, const char *to)
{
	return result(renameat(dirfd, from, dirfd, to));
}

static int sys_rename_new(int dirfd, const char *from, const char *to)
{
	struct stat st;

	if (syscall(SYS_renameat2, dirfd, from, dirfd, to, NO_REPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	/* exFAT knows no flags; our lock and a look are what is left there. */
	if (fstatat(dirfd, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return errno == ENOENT ? sys_rename(dirfd, from, to) : -errno;
}

static int sys_rename_swap(int dirfd, const char *one, const char *other)
{
	if (syscall(SYS_renameat2, dirfd, one, dirfd, other, EXCHANGE) == 0)
		return 0;
	return errno == ENOSYS ? -EINVAL : -errno;
}

static int sys_unlinkat(int dirfd, const char *name)
{
	return result(unlinkat(dirfd, name, 0));
}

static int sys_symlinkat(const char *target, int dirfd, const char *name)
{
	return result(symlinkat(target, dirfd, name));
}

static int sys_mkdirat(int dirfd, const char *name, unsigned int mode)
{
	return result(mkdirat(dirfd, name, mode));
}

static int sys_rmdirat(int dirfd, const char *name)
{
	return result(unlinkat(dirfd, name, AT_REMOVEDIR));
}

static int64_t sys_flistxattr(int fd, char *list, size_t len)
{
	return result64(flistxattr(fd, list, len));
}

static int64_t sys_fgetxattr(int fd, const char *name, void *data, size_t len)
{
	return result64(fgetxattr(fd, name, data, len));
}

static int sys_fsetxattr(int fd, const char *name, const void *data, size_t len)
{
	return result(fsetxattr(fd, name, data, len, 0));
}

/* A kernel without CONFIG_SWAP answers ENOSYS to these. */
static int sys_swapon(const char *path, int flags)
{
	return result(swapon(path, flags));
}

static int sys_swapoff(const char *path)
{
	return result(swapoff(path));
}

static bool sys_may_swap(void)
{
	struct cap_header head = {.version = CAPABILITY_VERSION_3, .pid = 0};
	struct cap_data data[2] = {{0, 0, 0}};

	if (syscall(SYS_capget, &head, data) < 0)
		return geteuid() == 0;
	return (data[0].effective >> CAP_SYS_ADMIN_BIT) & 1u;
}

static uid_t sys_geteuid(void)
{
	return geteuid();
}

static uint32_t sys_page_size(void)
{
	return (uint32_t)sysconf(_SC_PAGESIZE);
}

static int sys_release(char *data, size_t len)
{
	struct utsname name;

	if (uname(&name) < 0)
		return -errno;
	snprintf(data, len, "%s", name.release);
	return 0;
}

static int sys_random(void *data, size_t len)
{
	ssize_t got;

	do {
		got = getrandom(data, len, 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return (size_t)got == len ? 0 : -EIO;
}

static uint64_t sys_now_us(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void sys_sleep_us(unsigned int us)
{
	struct timespec left = {.tv_sec = us / 1000000u, .tv_nsec = (long)(us % 1000000u) * 1000};

	/* A signal may shorten it: the caller looks at the clock or at its job anyway. */
	nanosleep(&left, NULL);
}

const struct scfg_sys scfg_sys_linux = {
	.size = sizeof(struct scfg_sys),
	.openat = sys_openat,
	.close = sys_close,
	.pread = sys_pread,
	.pwrite = scfg_sys_pwrite,
	.ftruncate = scfg_sys_ftruncate,
	.fallocate = scfg_sys_fallocate,
	.fsync = sys_fsync,
	.flush = sys_flush,
	.fstat = sys_fstat,
	.fstatat = sys_fstatat,
	.fstatfs = sys_fstatfs,
	.fchmod = sys_fchmod,
	.fchown = sys_fchown,
	.ioctl = sys_ioctl,
	.readlinkat = sys_readlinkat,
	.getdents = sys_getdents,
	.flock = sys_flock,
	.unlock = sys_unlock,
	.link_fd = sys_link_fd,
	.rename = sys_rename,
	.rename_new = sys_rename_new,
	.rename_swap = sys_rename_swap,
	.unlinkat = sys_unlinkat,
	.symlinkat = sys_symlinkat,
	.mkdirat = sys_mkdirat,
	.rmdirat = sys_rmdirat,
	.flistxattr = sys_flistxattr,
	.fgetxattr = sys_fgetxattr,
	.fsetxattr = sys_fsetxattr,
	.swapon = sys_swapon,
	.swapoff = sys_swapoff,
	.swapoff_child = scfg_child_swapoff,
	.child_poll = scfg_child_poll,
	.child_end = scfg_child_end,
	.may_swap = sys_may_swap,
	.geteuid = sys_geteuid,
	.page_size = sys_page_size,
	.release = sys_release,
	.random = sys_random,
	.now_us = sys_now_us,
	.sleep_us = sys_sleep_us,
};
