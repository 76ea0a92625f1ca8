/* SPDX-License-Identifier: MIT */
/* Trees of other systems: nothing leads out of them, and nothing is activated in them. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot_check.h"
#include "root.h"
#include "scene.h"

#define FORMATTED SWAPCFG_STATE_FORMATTED
#define KEEP	  SWAPCFG_BOOT_KEEP
#define AUTO	  SWAPCFG_BOOT_AUTO

#define CREATED(path) "allocate " path " 65536\nformat " path " 65536\npublish " path " 65536\n"

Suite *root_suite(void);

/* Where a path leads, or why nowhere. */
static void check_site(const char *path, bool follow, const char *leads_to)
{
	struct scfg_site site;
	int r = scfg_site_find(fake.ctx, path, follow, &site);

	ck_assert_msg(r == 0, "%s: %d", path, r);
	ck_assert_str_eq(site.path, leads_to);
	ck_assert_ptr_eq(site.name, strrchr(site.path, '/') + 1);
	ck_assert_ptr_null(site.unsafe);
	scfg_site_close(fake.ctx, &site);
}

static void check_no_site(const char *path, int err)
{
	struct scfg_site site;
	unsigned int open = open_descriptors();

	ck_assert_int_eq(scfg_site_find(fake.ctx, path, true, &site), err);
	ck_assert_int_eq(site.dirfd, -1);
	scfg_site_close(fake.ctx, &site);
	ck_assert_uint_eq(open_descriptors(), open);
}

START_TEST(test_plain_paths)
{
	put("/a/b/file", "");
	check_site("/a/b/file", true, "/a/b/file");
	check_site("//a/./b///file", true, "/a/b/file");
	check_site("/a/b/new", true, "/a/b/new");
	check_site("/new", false, "/new");
	check_no_site("/", -EISDIR);
	check_no_site("/no/file", -ENOENT);
	check_no_site("/a/b/file/below", -ENOTDIR);
}
END_TEST

/* ".." at the top stays there, as it does in "/" itself. */
START_TEST(test_dots)
{
	put("/a/b/file", "");
	check_site("/../../../etc/x", true, "/etc/x");
	check_site("/a/../a/b/../b/file", true, "/a/b/file");
	check_site("/a/b/../../../../../../etc/passwd", true, "/etc/passwd");
	check_no_site("/a/..", -EISDIR);
	check_no_site("/..", -EISDIR);
	check_no_site("/no/../etc/x", -ENOENT);
}
END_TEST

START_TEST(test_links)
{
	put("/real/dir/file", "");
	put_link("/real/dir", "/absolute");
	put_link("../../../../real/dir", "/etc/relative");
	put_link("dir", "/real/short");
	put_link("/real/dir/file", "/last");
	check_site("/absolute/file", true, "/real/dir/file");
	check_site("/etc/relative/file", true, "/real/dir/file");
	check_site("/real/short/../dir/file", true, "/real/dir/file");
	check_site("/last", true, "/real/dir/file");
	check_site("/last", false, "/last");
	put_link("/nowhere/at/all", "/dangling");
	check_no_site("/dangling", -ENOENT);
	put_link("loop", "/loop");
	check_no_site("/loop", -ELOOP);
	check_no_site("/loop/below", -ELOOP);
}
END_TEST

START_TEST(test_long_paths)
{
	char path[PATH_MAX + 300];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	check_no_site(path, -ENAMETOOLONG);
	path[NAME_MAX + 2] = '\0';
	check_no_site(path, -ENAMETOOLONG);
	path[NAME_MAX + 1] = '\0';
	check_site(path, true, path);
}
END_TEST

/* The real files that would be hit if anything escaped. */
START_TEST(test_escapes)
{
	char outside[PATH_MAX + 16];
	int fd;

	snprintf(outside, sizeof(outside), "%s.outside", fake.root);
	ck_assert_int_eq(mkdir(outside, 0755), 0);
	put_link(outside, "/escape");
	put_link("../../../../../../../../../../../../../tmp", "/up");
	fake_go_offline();
	free(check_refused(spec_of("/escape/swapfile", FORMATTED, SIZE, KEEP),
			   SWAPCFG_REASON_MISSING));
	free(check_refused(spec_of("/up/swapfile", FORMATTED, SIZE, KEEP), SWAPCFG_REASON_MISSING));
	fd = scfg_open(fake.ctx, "/escape", O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(fd, -ENOENT);
	/* What is inside of that name is meant. */
	put_dir("/tmp", 0755);
	check_apply(spec_of("/up/swapfile", FORMATTED, SIZE, KEEP));
	ck_assert(there("/tmp/swapfile"));
	ck_assert_int_eq(rmdir(outside), 0);
}
END_TEST

START_TEST(test_provision)
{
	tree_nano();
	fake_go_offline();
	check_apply(spec_of("/swapfile", FORMATTED, SIZE, AUTO));
	ck_assert_uint_eq(size_of("/swapfile"), SIZE);
	ck_assert_uint_eq(mode_of("/swapfile"), 0600);
	ck_assert_uint_eq(fake.area_count, 0);
	ck_assert(!there("/run/libswapcfg.lock"));
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, SWAPCFG_BOOT_NONE));
	check_text("/etc/inittab", nano_inittab);
	ck_assert(!there("/swapfile"));
}
END_TEST

/* Whether /data of the image will be a mount cannot be seen: behind rcS it is there in any case. */
START_TEST(test_provision_on_a_mount)
{
	char *text;

	tree_nano();
	fake.disks[1] = (struct fake_disk){0};
	fake_go_offline();
	check_finding(spec_of("/data/swapfile", FORMATTED, SIZE, AUTO),
		      SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT, SWAPCFG_SEVERITY_INFO);
	check_apply(spec_of("/data/swapfile", FORMATTED, SIZE, AUTO));
	text = text_of("/etc/inittab");
	ck_assert_ptr_nonnull(strstr(text, "rcS:12345:wait:/etc/init.d/rcS\n" MARKER
					   "swc0:12345:wait:/sbin/swapon /data/swapfile\n"));
	free(text);
}
END_TEST

static int64_t show_acl(int fd, const char *name, void *data, size_t len)
{
	char path[PATH_MAX];

	if (strcmp(name, "system.posix_acl_access") != 0 || !fake_path_of(fd, path) ||
	    strcmp(path, "/shared") != 0)
		return -ENODATA;
	if (len < 300)
		return -ERANGE;
	memset(data, 1, 300);
	return 300;
}

static void check_unsafe(const char *path, const char *unsafe)
{
	char *message =
		check_refused(spec_of(path, FORMATTED, SIZE, KEEP), SWAPCFG_REASON_PATH_UNSAFE);

	ck_assert_msg(strstr(message, unsafe) == message, "%s", message);
	free(message);
}

/* The group is root's, and yet its bits say what an ACL gives to others. */
START_TEST(test_acl)
{
	put_dir("/shared", 0775);
	put_dir("/shared/below", 0755);
	check_feasible(spec_of("/shared/swapfile", FORMATTED, SIZE, KEEP));
	fake_sys.fgetxattr = show_acl;
	check_unsafe("/shared/swapfile", "/shared/swapfile ");
	check_unsafe("/shared/below/swapfile", "/shared/below ");
	put_dir("/shared", 01775);
	check_unsafe("/shared/swapfile", "/shared/swapfile ");
	check_feasible(spec_of("/shared/below/swapfile", FORMATTED, SIZE, KEEP));
	put_dir("/shared", 0755);
	check_feasible(spec_of("/shared/swapfile", FORMATTED, SIZE, KEEP));
}
END_TEST

/* Whoever may replace a link could have any area switched off. */
START_TEST(test_off_through_a_link)
{
	put_dir("/theirs", 0777);
	put_active("/areas/one", SIZE, -1, 0);
	put_link("/areas", "/theirs/link");
	put_link("/areas", "/ours");
	free(check_refused(
		spec_of("/theirs/link/one", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE),
		SWAPCFG_REASON_PATH_UNSAFE));
	check_feasible(spec_of("/ours/one", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE));
	put_active("/theirs/two", SIZE, -1, 0);
	check_feasible(spec_of("/theirs/two", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE));
	check_apply(spec_of("/ours/one", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE));
}
END_TEST

/* What may be in use is left alone, while a kernel without swap uses nothing. */
START_TEST(test_blind)
{
	put_active("/swapfile", SIZE, -1, 0);
	ck_assert_int_eq(unlink(full("/proc/swaps", (char[PATH_MAX]){0})), 0);
	check_feasible(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP));
	fake_unmount_proc();
	free(check_refused(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP),
			   SWAPCFG_REASON_NO_KERNEL_SWAP));
	free(check_refused(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, KEEP),
			   SWAPCFG_REASON_NO_KERNEL_SWAP));
	free(check_refused(spec_of("/swapfile", SWAPCFG_STATE_INACTIVE, 0, SWAPCFG_BOOT_NONE),
			   SWAPCFG_REASON_NO_KERNEL_SWAP));
	check_feasible(spec_of("/new", FORMATTED, SIZE, KEEP));
}
END_TEST

/* For another machine: its page size and byte order. */
START_TEST(test_provision_for_another_machine)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", FORMATTED, 16 * SIZE, KEEP);
	char *page;

	ck_assert_int_eq(swapcfg_spec_set_page_size(spec, 16384), 0);
	ck_assert_int_eq(swapcfg_spec_set_endianness(spec, SWAPCFG_ENDIANNESS_BIG), 0);
	fake_go_offline();
	check_apply(spec);
	page = text_of("/swapfile");
	ck_assert_mem_eq(page + 16384 - 10, "SWAPSPACE2", 10);
	ck_assert_mem_eq(page + 1024, "\0\0\0\1\0\0\0\x3f", 8);
	free(page);
}
END_TEST

/* An image that a user prepares belongs to that user. */
START_TEST(test_offline_root_of_a_user)
{
	fake.files[0] = (struct fake_file){.path = "", .uid = 1000};
	fake.files[1] = (struct fake_file){.path = "/etc", .uid = 1000};
	free(check_refused(spec_of("/swapfile", FORMATTED, SIZE, KEEP),
			   SWAPCFG_REASON_PATH_UNSAFE));
	fake_go_offline();
	check_steps(spec_of("/etc/swapfile", FORMATTED, SIZE, KEEP), CREATED("/etc/swapfile"));
	fake.files[1].uid = 1001;
	free(check_refused(spec_of("/etc/swapfile", FORMATTED, SIZE, KEEP),
			   SWAPCFG_REASON_PATH_UNSAFE));
}
END_TEST

/* Nothing of the kernel that runs is looked at. */
START_TEST(test_offline_query)
{
	struct swapcfg_status *status = NULL;

	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
	put("/proc/swaps", "no table at all");
	put("/proc/meminfo", "");
	fake_go_offline();
	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
	ck_assert_uint_eq(swapcfg_status_memory_total(status), 0);
	ck_assert_uint_eq(swapcfg_status_swap_total(status), 0);
	ck_assert_uint_eq(swapcfg_status_area_count(status), 1);
	ck_assert(!swapcfg_area_is_active(swapcfg_status_area(status, 0)));
	ck_assert_uint_eq(swapcfg_area_finding_count(swapcfg_status_area(status, 0)), 0);
	swapcfg_status_free(status);
}
END_TEST

Suite *root_suite(void)
{
	const TTest *const tests[] = {
		test_plain_paths,
		test_dots,
		test_links,
		test_long_paths,
		test_escapes,
		test_acl,
		test_off_through_a_link,
		test_blind,
		test_provision,
		test_provision_on_a_mount,
		test_provision_for_another_machine,
		test_offline_root_of_a_user,
		test_offline_query,
	};

	return suite_of("root", tests, sizeof(tests) / sizeof(tests[0]));
}
