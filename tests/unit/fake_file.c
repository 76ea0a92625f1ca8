/* SPDX-License-Identifier: MIT */
/* The calls of the fake that change files, or say what is in them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fake.h"

#ifndef O_TMPFILE
#define O_TMPFILE (020000000 | O_DIRECTORY)
#endif

/* Numbers and layout of the requests that the library makes; see lib/fs and lib/target.c. */
#define DEVICE_SIZE	 _IOR(0x12, 114, size_t)
#define DEVICE_READ_ONLY _IO(0x12, 94)
#define GETFLAGS	 _IOR('f', 1, long)
#define SETFLAGS	 _IOW('f', 2, long)
#define SET_PIN_FILE	 _IOW(0xF5, 13, uint32_t)
#define FIEMAP		 _IOWR('f', 11, struct fiemap_head)

struct fiemap_head {
	uint64_t start, length;
	uint32_t flags, mapped, count, reserved;
};

struct fiemap_extent {
	uint64_t logical, physical, length, reserved64[2];
	uint32_t flags, reserved[3];
};

static bool is_active(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && fake_area_of(st.st_dev, st.st_ino);
}

static bool is_active_name(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fake_area_of(st.st_dev, st.st_ino);
}

/* FAT and exFAT have neither nameless files nor exchanges. */
static bool is_fat(int dirfd)
{
	char path[PATH_MAX];
	uint32_t magic = fake_path_of(dirfd, path) ? fake_disk(path)->magic : 0;

	return magic == FAKE_EXFAT || magic == FAKE_VFAT;
}

static int f_openat(int dirfd, const char *name, int flags, unsigned int mode)
{
	const struct fake_file *file;
	char path[PATH_MAX];
	bool makes = (flags & O_TMPFILE) == O_TMPFILE || (flags & (O_CREAT | O_TRUNC));
	bool is_known;
	int r = fake_gate("openat");

	if (r < 0)
		return r;
	is_known = fake_path_at(dirfd, name, path);
	file = fake_file(path);
	if ((flags & O_TMPFILE) == O_TMPFILE && (fake.no_tmpfile || is_fat(dirfd)))
		return -EOPNOTSUPP;
	if (file && file->denied)
		return -EACCES;
	if (file && file->device && (flags & O_EXCL) && (file->claimed || fake_area(path)))
		return -EBUSY;
	/* The lock is not part of what is configured. */
	if (makes && strcmp(path, "/run/libswapcfg.lock") != 0)
		fake_note("create");
	r = scfg_sys_linux.openat(dirfd, name, flags, mode);
	/* A link that was followed leads elsewhere, and a nameless file has no path. */
	is_known = is_known && (flags & O_TMPFILE) != O_TMPFILE &&
		   ((flags & O_NOFOLLOW) || !path[0] || strcmp(name, ".") == 0);
	fake_opened(r, path, is_known);
	return r;
}

static int64_t f_pread(int fd, void *data, size_t len, uint64_t offset)
{
	int r = fake_gate("pread");

	return r < 0 ? r : scfg_sys_linux.pread(fd, data, len, offset);
}

static int64_t f_pwrite(int fd, const void *data, size_t len, uint64_t offset)
{
	char path[PATH_MAX];
	int r = fake_gate("pwrite");

	if (r < 0)
		return r;
	if (is_active(fd))
		return -ETXTBSY;
	fake_note("pwrite");
	if (fake.chunk && len > fake.chunk &&
	    !(fake.chunk_of_areas && fake_path_of(fd, path) && strncmp(path, "/etc/", 5) == 0))
		len = fake.chunk;
	return scfg_sys_linux.pwrite(fd, data, len, offset);
}

static int f_ftruncate(int fd, uint64_t size)
{
	int r = fake_gate("ftruncate");

	if (r < 0)
		return r;
	if (is_active(fd))
		return -ETXTBSY;
	fake_note("ftruncate");
	return scfg_sys_linux.ftruncate(fd, size);
}

static int f_fallocate(int fd, uint64_t offset, uint64_t len)
{
	int r = fake_gate("fallocate");

	if (r < 0)
		return r;
	if (fake.no_fallocate)
		return -EOPNOTSUPP;
	if (is_active(fd))
		return -ETXTBSY;
	fake_note("fallocate");
	/* What is real about it is the size: not every file system below the root can do it. */
	return scfg_sys_linux.ftruncate(fd, offset + len);
}

/* Nothing here has to survive a power cut. */
static int f_fsync(int fd)
{
	(void)fd;
	return fake_gate("fsync");
}

static int f_flush(int fd, uint64_t offset, uint64_t len, bool wait)
{
	(void)fd;
	(void)offset;
	(void)len;
	(void)wait;
	return fake_gate("flush");
}

static int f_fchmod(int fd, unsigned int mode)
{
	int r = fake_gate("fchmod");

	if (r < 0)
		return r;
	fake_note("fchmod");
	return scfg_sys_linux.fchmod(fd, mode);
}

/* Nobody but root could; that it is asked for is all there is to see. */
static int f_fchown(int fd, uid_t uid, gid_t gid)
{
	(void)fd;
	(void)uid;
	(void)gid;
	fake_note("fchown");
	return fake_gate("fchown");
}

/* All blocks in one piece, but for what the test says is wrong with them. */
static int map_blocks(int fd, struct fiemap_head *head)
{
	struct fiemap_extent *extent = (struct fiemap_extent *)(void *)(head + 1);
	struct stat st;

	if (fake.no_fiemap)
		return -EOPNOTSUPP;
	if (fstat(fd, &st) < 0)
		return -errno;
	*extent = (struct fiemap_extent){.length = (uint64_t)st.st_size, .flags = 1};
	head->mapped = st.st_size > 0;
	if (fake_blocks_of(st.st_ino) == FAKE_HOLES)
		extent->logical = FAKE_PAGE;
	if (fake_blocks_of(st.st_ino) == FAKE_SHARED)
		extent->flags |= 0x2000;
	return 0;
}

static int f_ioctl(int fd, unsigned long request, void *arg)
{
	char path[PATH_MAX];
	struct stat st;
	int r = fake_gate("ioctl");

	if (r < 0)
		return r;
	switch (request) {
	case FIEMAP:
		return map_blocks(fd, arg);
	case DEVICE_SIZE:
		if (fstat(fd, &st) < 0)
			return -errno;
		*(uint64_t *)arg = (uint64_t)st.st_size;
		return 0;
	case DEVICE_READ_ONLY:
		*(int *)arg =
			fake_path_of(fd, path) && fake_file(path) && fake_file(path)->read_only;
		return 0;
	case GETFLAGS:
		*(int *)arg = fake.inode_flags;
		return 0;
	case SETFLAGS:
		fake_note("setflags");
		fake.inode_flags = *(int *)arg;
		return 0;
	case SET_PIN_FILE:
		fake_note("pin");
		return 0;
	default:
		return -ENOTTY;
	}
}

static int f_link_fd(int fd, int dirfd, const char *name)
{
	int r = fake_gate("link_fd");

	if (r < 0)
		return r;
	fake_note("link_fd");
	return scfg_sys_linux.link_fd(fd, dirfd, name);
}

static int f_rename(int dirfd, const char *from, const char *to)
{
	int r = fake_gate("rename");

	if (r < 0)
		return r;
	if (is_active_name(dirfd, from) || is_active_name(dirfd, to))
		return -EPERM;
	fake_note("rename");
	return scfg_sys_linux.rename(dirfd, from, to);
}

static int f_rename_new(int dirfd, const char *from, const char *to)
{
	int r = fake_gate("rename_new");

	if (r < 0)
		return r;
	if (is_active_name(dirfd, from))
		return -EPERM;
	fake_note("rename_new");
	return scfg_sys_linux.rename_new(dirfd, from, to);
}

static int f_rename_swap(int dirfd, const char *one, const char *other)
{
	int r = fake_gate("rename_swap");

	if (r < 0)
		return r;
	if (fake.no_exchange || is_fat(dirfd))
		return -EINVAL;
	if (is_active_name(dirfd, one) || is_active_name(dirfd, other))
		return -EPERM;
	fake_note("rename_swap");
	return scfg_sys_linux.rename_swap(dirfd, one, other);
}

static int f_unlinkat(int dirfd, const char *name)
{
	int r = fake_gate("unlinkat");

	if (r < 0)
		return r;
	if (is_active_name(dirfd, name))
		return -EPERM;
	fake_note("unlinkat");
	return scfg_sys_linux.unlinkat(dirfd, name);
}

static int f_symlinkat(const char *target, int dirfd, const char *name)
{
	int r = fake_gate("symlinkat");

	if (r < 0)
		return r;
	fake_note("symlinkat");
	return scfg_sys_linux.symlinkat(target, dirfd, name);
}

static int f_mkdirat(int dirfd, const char *name, unsigned int mode)
{
	int r = fake_gate("mkdirat");

	if (r < 0)
		return r;
	fake_note("mkdirat");
	return scfg_sys_linux.mkdirat(dirfd, name, mode);
}

static int f_rmdirat(int dirfd, const char *name)
{
	int r = fake_gate("rmdirat");

	if (r < 0)
		return r;
	fake_note("rmdirat");
	return scfg_sys_linux.rmdirat(dirfd, name);
}

static int f_fsetxattr(int fd, const char *name, const void *data, size_t len)
{
	int r = fake_gate("fsetxattr");

	if (r < 0)
		return r;
	fake_note("fsetxattr");
	return scfg_sys_linux.fsetxattr(fd, name, data, len);
}

void fake_file_calls(struct scfg_sys *sys)
{
	sys->openat = f_openat;
	sys->pread = f_pread;
	sys->pwrite = f_pwrite;
	sys->ftruncate = f_ftruncate;
	sys->fallocate = f_fallocate;
	sys->fsync = f_fsync;
	sys->flush = f_flush;
	sys->fchmod = f_fchmod;
	sys->fchown = f_fchown;
	sys->ioctl = f_ioctl;
	sys->link_fd = f_link_fd;
	sys->rename = f_rename;
	sys->rename_new = f_rename_new;
	sys->rename_swap = f_rename_swap;
	sys->unlinkat = f_unlinkat;
	sys->symlinkat = f_symlinkat;
	sys->mkdirat = f_mkdirat;
	sys->rmdirat = f_rmdirat;
	sys->fsetxattr = f_fsetxattr;
}
