/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fake fake;

void fake_must(bool holds, const char *what)
{
	if (!holds)
		ck_abort_msg("%s", what);
}

int fake_gate(const char *name)
{
	unsigned int now = fake.calls + 1;
	bool due = fake.fail_at && (now == fake.fail_at || now == fake.fail_also ||
				    (fake.fail_on && now > fake.fail_at));

	fake.calls++;
	if (fake.on_call)
		fake.on_call(name);
	if (fake.fail_name && strcmp(name, fake.fail_name) == 0) {
		due = due || fake.fail_skip == 0;
		if (fake.fail_skip > 0)
			fake.fail_skip--;
		else if (!fake.fail_on)
			fake.fail_name = NULL;
	}
	if (!due)
		return 0;
	fake.failed++;
	snprintf(fake.last_failed, sizeof(fake.last_failed), "%s", name);
	return -fake.fail_errno;
}

void fake_note(const char *name)
{
	if (fake.changes++ == 0)
		fake.first_change = fake.calls;
	snprintf(fake.last_change, sizeof(fake.last_change), "%s", name);
}

bool fake_path_of(int fd, char path[PATH_MAX])
{
	size_t root = strlen(fake.root);
	char name[32];
	ssize_t len;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	len = readlink(name, path, PATH_MAX - 1);
	if (len < 0)
		return false;
	path[len] = '\0';
	if (strncmp(path, fake.root, root) != 0 || (path[root] && path[root] != '/'))
		return false;
	memmove(path, path + root, strlen(path + root) + 1);
	return true;
}

/* Where a descriptor was opened, as asking the kernel each time takes longer than all else. */
static struct {
	bool is_known;
	char path[256];
} opened[256];

static bool opened_path(int fd, char path[PATH_MAX])
{
	if (fd < 0 || fd >= (int)(sizeof(opened) / sizeof(opened[0])) || !opened[fd].is_known)
		return fake_path_of(fd, path);
	memcpy(path, opened[fd].path, sizeof(opened[fd].path));
	return true;
}

void fake_opened(int fd, const char *path, bool is_known)
{
	if (fd < 0 || fd >= (int)(sizeof(opened) / sizeof(opened[0])))
		return;
	opened[fd].is_known = is_known && strlen(path) < sizeof(opened[fd].path);
	if (opened[fd].is_known)
		memcpy(opened[fd].path, path, strlen(path) + 1);
}

bool fake_path_at(int dirfd, const char *name, char path[PATH_MAX])
{
	size_t len;

	if (name[0] == '/' || !opened_path(dirfd, path)) {
		path[0] = '\0';
		return strcmp(name, fake.root) == 0;
	}
	len = strlen(path);
	if (strcmp(name, ".") != 0 && name[0])
		snprintf(path + len, PATH_MAX - len, "/%s", name);
	return true;
}

const struct fake_file *fake_file(const char *path)
{
	for (size_t i = 0; i < sizeof(fake.files) / sizeof(fake.files[0]); i++) {
		if (fake.files[i].path && strcmp(fake.files[i].path, path) == 0)
			return &fake.files[i];
	}
	return NULL;
}

const struct fake_disk *fake_disk(const char *path)
{
	const struct fake_disk *best = &fake.disks[0];

	for (size_t i = 1; i < sizeof(fake.disks) / sizeof(fake.disks[0]); i++) {
		const struct fake_disk *disk = &fake.disks[i];
		size_t len = disk->path ? strlen(disk->path) : 0;

		if (len && strncmp(path, disk->path, len) == 0 && (!path[len] || path[len] == '/'))
			best = disk;
	}
	return best;
}

struct fake_area *fake_area_of(dev_t dev, ino_t ino)
{
	for (size_t i = 0; i < fake.area_count; i++) {
		if (fake.areas[i].dev == dev && fake.areas[i].ino == ino)
			return &fake.areas[i];
	}
	return NULL;
}

enum fake_blocks fake_blocks_of(ino_t ino)
{
	return fake.ino && ino == fake.ino ? fake.ino_blocks : fake.new_blocks;
}

static void bend(const char *path, struct stat *st)
{
	const struct fake_file *file = fake_file(path);
	const struct fake_disk *disk = fake_disk(path);

	/* Whoever runs the tests is this system's root. */
	st->st_uid = st->st_uid == fake.uid ? 0 : st->st_uid;
	st->st_gid = st->st_gid == fake.gid ? 0 : st->st_gid;
	if (disk->dev)
		st->st_dev = disk->dev;
	if (!file)
		return;
	st->st_uid = file->uid ? file->uid : st->st_uid;
	st->st_gid = file->gid ? file->gid : st->st_gid;
	if (file->device) {
		st->st_mode = (st->st_mode & 07777) | S_IFBLK;
		st->st_rdev = file->device;
		st->st_size = 0;
	}
}

static int f_fstat(int fd, struct stat *ret)
{
	char path[PATH_MAX];
	int r = fake_gate("fstat");

	if (r == 0)
		r = scfg_sys_linux.fstat(fd, ret);
	if (r == 0 && opened_path(fd, path))
		bend(path, ret);
	return r;
}

static int f_fstatat(int dirfd, const char *name, struct stat *ret)
{
	char path[PATH_MAX];
	int r = fake_gate("fstatat");

	if (r == 0)
		r = scfg_sys_linux.fstatat(dirfd, name, ret);
	fake_path_at(dirfd, name, path);
	if (r == 0)
		bend(path, ret);
	return r;
}

static int f_fstatfs(int fd, struct statfs *ret)
{
	const struct fake_disk *disk;
	char path[PATH_MAX];
	int r = fake_gate("fstatfs");

	if (r < 0)
		return r;
	disk = fake_disk(fake_path_of(fd, path) ? path : "/");
	*ret = (struct statfs){0};
	ret->f_type = (__typeof__(ret->f_type))disk->magic;
	ret->f_bsize = FAKE_PAGE;
	ret->f_blocks = disk->total / FAKE_PAGE;
	ret->f_bfree = disk->free / FAKE_PAGE;
	ret->f_bavail = disk->free / FAKE_PAGE;
	ret->f_flags = disk->read_only ? 1 : 0;
	return 0;
}

static int64_t f_readlinkat(int dirfd, const char *name, char *data, size_t len)
{
	int r = fake_gate("readlinkat");

	return r < 0 ? r : scfg_sys_linux.readlinkat(dirfd, name, data, len);
}

static int64_t f_getdents(int fd, void *data, size_t len)
{
	int r = fake_gate("getdents");

	return r < 0 ? r : scfg_sys_linux.getdents(fd, data, len);
}

static int f_flock(int fd)
{
	int r = fake_gate("flock");

	return r < 0 ? r : scfg_sys_linux.flock(fd);
}

static int64_t f_flistxattr(int fd, char *list, size_t len)
{
	int r = fake_gate("flistxattr");

	return r < 0 ? r : scfg_sys_linux.flistxattr(fd, list, len);
}

static int64_t f_fgetxattr(int fd, const char *name, void *data, size_t len)
{
	int r = fake_gate("fgetxattr");

	return r < 0 ? r : scfg_sys_linux.fgetxattr(fd, name, data, len);
}

static bool f_may_swap(void)
{
	return !fake.no_privilege;
}

static uid_t f_geteuid(void)
{
	return 0;
}

static uint32_t f_page_size(void)
{
	return FAKE_PAGE;
}

static int f_release(char *data, size_t len)
{
	snprintf(data, len, "%s", fake.release);
	return fake_gate("release");
}

/* The same every time, so that outputs can be compared. */
static int f_random(void *data, size_t len)
{
	memset(data, 0x5a, len);
	return fake_gate("random");
}

static uint64_t f_now_us(void)
{
	return ++fake.now;
}

static void f_sleep_us(unsigned int us)
{
	fake.now += us;
}

struct scfg_sys fake_sys;

static void fill_table(void)
{
	fake_sys = scfg_sys_linux;
	fake_sys.fstat = f_fstat;
	fake_sys.fstatat = f_fstatat;
	fake_sys.fstatfs = f_fstatfs;
	fake_sys.readlinkat = f_readlinkat;
	fake_sys.getdents = f_getdents;
	fake_sys.flock = f_flock;
	fake_sys.flistxattr = f_flistxattr;
	fake_sys.fgetxattr = f_fgetxattr;
	fake_sys.may_swap = f_may_swap;
	fake_sys.geteuid = f_geteuid;
	fake_sys.page_size = f_page_size;
	fake_sys.release = f_release;
	fake_sys.random = f_random;
	fake_sys.now_us = f_now_us;
	fake_sys.sleep_us = f_sleep_us;
	fake_file_calls(&fake_sys);
	fake_swap_calls(&fake_sys);
}

/* Holds the roots of a test case. */
static char base[PATH_MAX];

static void make_base(void)
{
	const char *tmp = getenv("TMPDIR");

	/* Thousands of roots are made: in memory if there is a place. */
	if (!tmp)
		tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(base, sizeof(base), "%s/swapcfg-unit.XXXXXX", tmp);
	fake_must(mkdtemp(base) != NULL, base);
}

static void remove_base(void)
{
	fake_remove_tree(base);
}

void fake_add_fixtures(TCase *tcase, void (*setup)(void), void (*teardown)(void))
{
	/* The first pair is not run in the process of a test, so it survives tests that fail. */
	tcase_add_unchecked_fixture(tcase, make_base, remove_base);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
}

void fake_setup(void)
{
	char name[PATH_MAX];

	umask(022);
	fake = (struct fake){.slots = 32,
			     .release = "6.1.0",
			     .disks[0] = {"/", FAKE_EXT4, 0, 8 * GIB, 4 * GIB, false}};
	fake.uid = getuid();
	fake.gid = getgid();
	fill_table();
	fake_must(snprintf(name, sizeof(name), "%s/XXXXXX", base) < PATH_MAX, base);
	fake_must(mkdtemp(name) != NULL, name);
	fake_must(chmod(name, 0755) == 0, name);
	fake_must(realpath(name, fake.root) != NULL, name);
	put_dir("/etc", 0755);
	put_dir("/run", 0755);
	put_dir("/proc/self", 0755);
	put_memory(128 * MIB, 64 * MIB);
	fake_write_swaps();
	fake_must(scfg_ctx_new(&fake_sys, fake.root, false, &fake.ctx, NULL) == 0, fake.root);
}

void fake_go_offline(void)
{
	swapcfg_ctx_unref(fake.ctx);
	ck_assert_int_eq(scfg_ctx_new(&fake_sys, fake.root, true, &fake.ctx, NULL), 0);
}

void fake_unmount_proc(void)
{
	char name[PATH_MAX];

	fake_remove_tree(full("/proc", name));
	fake.no_proc = true;
}

void fake_teardown(void)
{
	swapcfg_ctx_unref(fake.ctx);
	fake_remove_tree(fake.root);
}
