/* SPDX-License-Identifier: MIT */
/* Reading files of any length, paths of any length, and what the kernel says of itself. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "root.h"
#include "scene.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define KEEP   SWAPCFG_BOOT_KEEP

Suite *reads_suite(void);

typedef int reader(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		   size_t *ret_len);

static const size_t lengths[] = {0, 1, 4095, 4096, 4097, 8192, 8193, 100000};

static char *make_text(size_t len)
{
	char *text = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	text[len] = '\0';
	return text;
}

static void check_read(const struct swapcfg_ctx *ctx, reader *read, const char *text, size_t max)
{
	char *is = NULL;
	size_t len = 0;

	ck_assert_int_eq(read(ctx, "/file", max, &is, &len), 0);
	ck_assert_uint_eq(len, strlen(text));
	ck_assert_str_eq(is, text);
	free(is);
}

/* A file is read to its end, or refused if it is longer than it may be. */
START_TEST(test_length)
{
	static reader *const readers[] = {scfg_read_file, scfg_read_regular, scfg_read_table};
	size_t len = lengths[_i];
	char *text = make_text(len);

	put("/file", text);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		char *is = NULL;
		size_t got;

		check_read(fake.ctx, readers[i], text, 1 << 20);
		check_read(fake.ctx, readers[i], text, len);
		if (len)
			ck_assert_int_eq(readers[i](fake.ctx, "/file", len - 1, &is, &got), -EFBIG);
		ck_assert_ptr_null(is);
	}
	free(text);
}
END_TEST

static int64_t read_little(int fd, void *data, size_t len, uint64_t offset)
{
	return scfg_sys_linux.pread(fd, data, len < 100 ? len : 100, offset);
}

/* The kernel gives a table of its own in pieces; for anything else a short read is the end. */
START_TEST(test_pieces)
{
	struct scfg_sys sys = fake_sys;
	struct swapcfg_ctx *ctx = NULL;
	char *text = make_text(10000);

	put("/file", text);
	sys.pread = read_little;
	ck_assert_int_eq(scfg_ctx_new(&sys, fake.root, false, &ctx, NULL), 0);
	check_read(ctx, scfg_read_table, text, 10000);
	text[100] = '\0';
	check_read(ctx, scfg_read_file, text, 10000);
	swapcfg_ctx_unref(ctx);
	free(text);
}
END_TEST

START_TEST(test_read_fails)
{
	char *text = make_text(10000);
	char name[PATH_MAX];
	char *is = NULL;
	size_t len;

	put("/file", text);
	free(text);
	for (unsigned int at = 1; at <= 3; at++) {
		fake.fail_name = "pread";
		fake.fail_skip = at - 1;
		fake.fail_errno = EIO;
		ck_assert_int_eq(scfg_read_file(fake.ctx, "/file", 20000, &is, &len), -EIO);
	}
	for (unsigned int at = 1; at <= 4; at++) {
		int r;

		alloc = (struct alloc){.fail_at = at};
		r = scfg_read_file(fake.ctx, "/etc/../file", 20000, &is, &len);
		alloc.fail_at = 0;
		ck_assert_int_eq(r, -ENOMEM);
	}
	ck_assert_ptr_null(is);
	ck_assert_int_eq(scfg_read_file(fake.ctx, "/none", 1, &is, &len), -ENOENT);
	ck_assert_int_eq(scfg_read_file(fake.ctx, "/etc", 1, &is, &len), -EISDIR);
	ck_assert_int_eq(scfg_read_regular(fake.ctx, "/etc", 1, &is, &len), -EINVAL);
	/* Nobody waits for the other end of a FIFO. */
	ck_assert_int_eq(mkfifo(full("/fifo", name), 0600), 0);
	ck_assert_int_eq(scfg_read_regular(fake.ctx, "/fifo", 1, &is, &len), -EINVAL);
	fake.fail_name = "fstat";
	fake.fail_skip = 1; /* the root's on the way */
	ck_assert_int_eq(scfg_read_regular(fake.ctx, "/file", 20000, &is, &len), -EIO);
}
END_TEST

/* What keeps one from looking is remembered, the first of it; that something is missing is not. */
START_TEST(test_note_failure)
{
	static const int kept[] = {-ENOMEM, -EMFILE, -ENFILE, -EIO};
	static const int not_kept[] = {0, 1, -ENOENT, -EACCES, -ENOTDIR, -EISDIR, -EINVAL};
	int err;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		err = 0;
		scfg_note_failure(kept[i], &err);
		ck_assert_int_eq(err, kept[i]);
		scfg_note_failure(-ENOSPC, &err);
		scfg_note_failure(-ENOMEM, &err);
		ck_assert_int_eq(err, kept[i]);
	}
	err = 0;
	for (size_t i = 0; i < sizeof(not_kept) / sizeof(not_kept[0]); i++)
		scfg_note_failure(not_kept[i], &err);
	ck_assert_int_eq(err, 0);
}
END_TEST

static ino_t inode_of(const struct swapcfg_ctx *ctx, const char *path)
{
	int fd = scfg_open(ctx, path, O_RDONLY | O_DIRECTORY);
	struct stat st;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	close(fd);
	return st.st_ino;
}

/* The root itself, inside of one and as the running system's. */
START_TEST(test_open)
{
	struct swapcfg_ctx *ctx = NULL;
	struct stat st;

	ck_assert_int_eq(stat(fake.root, &st), 0);
	ck_assert_uint_eq(inode_of(fake.ctx, "/"), st.st_ino);
	ck_assert_uint_eq(inode_of(fake.ctx, "/etc/../.."), st.st_ino);
	put_link("/", "/etc/top");
	ck_assert_uint_eq(inode_of(fake.ctx, "/etc/top"), st.st_ino);
	ck_assert_int_eq(scfg_open(fake.ctx, "/etc/top", O_RDONLY | O_NOFOLLOW), -ELOOP);
	ck_assert_int_eq(scfg_ctx_new(&scfg_sys_linux, "/", false, &ctx, NULL), 0);
	ck_assert_uint_eq(inode_of(ctx, fake.root), st.st_ino);
	ck_assert_int_eq(scfg_open(ctx, "/proc/none", O_RDONLY), -ENOENT);
	swapcfg_ctx_unref(ctx);
}
END_TEST

static void check_site(const char *path, int result)
{
	struct scfg_site site;
	unsigned int open = open_descriptors();

	ck_assert_int_eq(scfg_site_find(fake.ctx, path, true, &site), result);
	scfg_site_close(fake.ctx, &site);
	ck_assert_uint_eq(open_descriptors(), open);
}

/* Links make a path longer than it was. */
START_TEST(test_links_make_it_long)
{
	char target[PATH_MAX];
	char path[PATH_MAX];

	/* "./" many times, to a directory that is there. */
	for (size_t i = 0; i < 3000; i++)
		target[i] = i % 2 ? '/' : '.';
	strcpy(target + 3000, "etc");
	put_link(target, "/long");
	check_site("/long/x", 0);
	snprintf(path, sizeof(path), "/long/%.*sx", 1000, target);
	check_site(path, 0);
	snprintf(path, sizeof(path), "/long/%.*sx", 1200, target);
	check_site(path, -ENAMETOOLONG);
}
END_TEST

#define HALF 8 /* directories with names as long as they may be */

/* Makes them below one that is open, each in the one before; a descriptor of the last. */
static int make_deep(int fd, const char *name)
{
	for (int i = 0; i < HALF; i++) {
		int below;

		ck_assert_int_eq(mkdirat(fd, name, 0755), 0);
		below = openat(fd, name, O_RDONLY | O_DIRECTORY);
		ck_assert_int_ge(below, 0);
		close(fd);
		fd = below;
	}
	return fd;
}

/* A directory that no path can name, though two links lead there. */
START_TEST(test_too_deep)
{
	char name[NAME_MAX + 1];
	char target[HALF * (NAME_MAX + 1) + 1];
	int root = open(fake.root, O_RDONLY | O_DIRECTORY);
	int fd;

	memset(name, 'x', sizeof(name));
	name[NAME_MAX] = '\0';
	for (size_t i = 0; i < HALF; i++)
		snprintf(target + i * sizeof(name), sizeof(name) + 1, "/%s", name);
	put_link(target, "/half");
	fd = make_deep(dup(root), name);
	close(make_deep(dup(fd), name));
	ck_assert_int_eq(symlinkat(target + 1, fd, "eight"), 0);
	ck_assert_int_eq(symlinkat(target + 1 + sizeof(name), fd, "seven"), 0);
	check_site("/half/x", 0);
	check_site("/half/seven/x", 0);
	check_site("/half/eight/x", -ENAMETOOLONG);
	/* Nor could it be deleted there. */
	ck_assert_int_eq(renameat(fd, name, root, "other"), 0);
	close(fd);
	close(root);
}
END_TEST

/* Whose ids are not all its own is no place to swap from. */
static const struct {
	const char *map;
	bool refused;
} maps[] = {
	{"         0          0 4294967295\n", false},
	{"0 0 4294967295", false},
	{"         0       1000          1\n", true},
	{"         0          0      65536\n", true},
	{"      1000          0 4294967295\n", true},
	{"0 0\n", true},
	{"", true},
};

START_TEST(test_user_namespace)
{
	put_area("/swapfile", SIZE);
	put("/proc/self/uid_map", maps[_i].map);
	if (maps[_i].refused)
		free(check_refused(spec_of("/swapfile", ACTIVE, 0, KEEP),
				   SWAPCFG_REASON_PERMISSION));
	else
		check_feasible(spec_of("/swapfile", ACTIVE, 0, KEEP));
}
END_TEST

/* No plan without knowing the kernel, where its version decides. */
START_TEST(test_kernel_is_unknown)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, SIZE, KEEP);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;

	fake.disks[0].magic = FAKE_BTRFS;
	fake.fail_name = "release";
	fake.fail_errno = EIO;
	ck_assert_int_eq(swapcfg_plan(fake.ctx, spec, &plan, &error), -EIO);
	ck_assert_ptr_null(plan);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_IO);
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
}
END_TEST

static bool is_unseen(void)
{
	struct swapcfg_plan *plan = plan_of(spec_of("/swapfile", ACTIVE, SIZE, KEEP));
	bool unseen = finding_of(plan, SWAPCFG_REASON_EXPORTED) != NULL;

	ck_assert(swapcfg_plan_is_feasible(plan));
	swapcfg_plan_unref(plan);
	return unseen;
}

/* A gadget whose configfs is mounted where no path can lead is one that cannot be seen. */
START_TEST(test_gadget_out_of_reach)
{
	struct scfg_buf text = {0};

	put("/sys/class/udc/udc0/function", "g0");
	scfg_buf_adds(&text, "41 22 0:30 / ");
	while (text.len < PATH_MAX)
		scfg_buf_adds(&text, "/a");
	scfg_buf_adds(&text, " rw - configfs none rw\n");
	put("/proc/self/mountinfo", text.data);
	ck_assert(is_unseen());
	/* No gadget has such a name. */
	put("/sys/class/udc/udc0/function", text.data);
	ck_assert(!is_unseen());
	put("/sys/class/udc/udc0/function", "");
	ck_assert(!is_unseen());
	scfg_buf_free(&text);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *reads_suite(void)
{
	const TTest *const tests[] = {
		test_pieces,
		test_read_fails,
		test_note_failure,
		test_open,
		test_links_make_it_long,
		test_too_deep,
		test_kernel_is_unknown,
		test_gadget_out_of_reach,
	};
	Suite *suite = suite_of("reads", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("loops");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_length, 0, COUNT(lengths));
	tcase_add_loop_test(tcase, test_user_namespace, 0, COUNT(maps));
	suite_add_tcase(suite, tcase);
	return suite;
}
