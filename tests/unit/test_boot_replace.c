/* SPDX-License-Identifier: MIT */
/* Replacing one boot file, and the link that enables it: what is there after each failure. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/boot.h"
#include "scene.h"

Suite *boot_replace_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define FSTAB "/etc/fstab"
#define TEMP  "/etc/.fstab.swapcfg-new"
#define UNITS "/etc/systemd/system"
#define UNIT  UNITS "/swapfile.swap"
#define WANTS UNITS "/swap.target.wants"
#define LINK  WANTS "/swapfile.swap"

static int replace(const char *old, const char *new)
{
	const struct scfg_boot_file file = {.kind = &scfg_boot_fstab, .path = FSTAB};
	unsigned int open = open_descriptors();
	int r = scfg_boot_replace(fake.ctx, &file, old, old ? strlen(old) : 0, new,
				  new ? strlen(new) : 0);

	ck_assert_uint_eq(open_descriptors(), open);
	return r;
}

/* The file has this text, or is not there; nothing else lies beside it. */
static void check_is(const char *text)
{
	ck_assert_int_eq(there(FSTAB), text != NULL);
	if (text)
		check_text(FSTAB, text);
	ck_assert(!there(TEMP));
}

/* What is there before, what is said to be there, what is to be, and what comes of it. */
START_TEST(test_replace)
{
	static const struct {
		const char *is, *old, *new;
		int r;
		const char *after;
	} cases[] = {
		{"old\n", "old\n", "new\n", 0, "new\n"},
		{"old\n", "old\n", "", 0, ""},
		{"", "", "new\n", 0, "new\n"},
		{NULL, NULL, "new\n", 0, "new\n"},
		{"old\n", "old\n", NULL, 0, NULL},
		/* Somebody else was here. */
		{"odd\n", "old\n", "new\n", -ESTALE, "odd\n"},
		{"older\n", "old\n", "new\n", -ESTALE, "older\n"},
		{"odd\n", "old\n", NULL, -ESTALE, "odd\n"},
		{"old\n", NULL, "new\n", -ESTALE, "old\n"},
		{"", NULL, "new\n", -ESTALE, ""},
		{NULL, "old\n", "new\n", -ESTALE, NULL},
		{NULL, "old\n", NULL, -ESTALE, NULL},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (cases[i].is)
			put(FSTAB, cases[i].is);
		ck_assert_int_eq(replace(cases[i].old, cases[i].new), cases[i].r);
		check_is(cases[i].after);
		if (there(FSTAB))
			ck_assert_int_eq(unlink(full(FSTAB, (char[PATH_MAX]){0})), 0);
	}
}
END_TEST

/* What is no regular file, or is no more, is not replaced. */
START_TEST(test_other_things)
{
	put_dir("/dev", 0755);
	ck_assert_int_eq(mkfifo(full("/dev/null", (char[PATH_MAX]){0}), 0600), 0);
	put_link("/dev/null", FSTAB);
	ck_assert_int_eq(replace("old", "new"), -ESTALE);
	ck_assert_int_eq(unlink(full(FSTAB, (char[PATH_MAX]){0})), 0);
	put_dir(FSTAB, 0755);
	ck_assert_int_eq(replace("old", "new"), -ESTALE);
	ck_assert_int_eq(rmdir(full(FSTAB, (char[PATH_MAX]){0})), 0);
	put_link("../gone/fstab", FSTAB);
	ck_assert_int_eq(replace("old", "new"), -ENOENT);
	ck_assert(!there("/gone") && !there(TEMP));
}
END_TEST

/* Each call fails: the old text, or nothing, is there until the last one, which only syncs. */
START_TEST(test_failing_calls)
{
	static const struct {
		const char *old, *new;
	} cases[] = {{"old\n", "new\n"}, {NULL, "new\n"}, {"old\n", NULL}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned int calls = 1;

		for (unsigned int call = 0; call <= calls; call++) {
			int r;

			fake_teardown();
			fake_setup();
			if (cases[i].old)
				put(FSTAB, cases[i].old);
			fake.calls = 0;
			fake.fail_at = call;
			fake.fail_errno = EIO;
			r = replace(cases[i].old, cases[i].new);
			ck_assert_int_eq(r, call ? -EIO : 0);
			ck_assert_uint_eq(fake.failed, call > 0);
			if (call == 0)
				calls = fake.calls;
			check_is(call == 0 || call == calls ? cases[i].new : cases[i].old);
		}
		ck_assert_str_eq(fake.last_failed, "fsync");
	}
}
END_TEST

/* What has the temporary name is not overwritten. */
START_TEST(test_taken_name)
{
	put(FSTAB, "old");
	put(TEMP, "theirs");
	ck_assert_int_eq(replace("old", "new"), -EEXIST);
	check_text(FSTAB, "old");
	check_text(TEMP, "theirs");
	ck_assert_int_eq(replace("old", NULL), 0);
	ck_assert(!there(FSTAB));
	check_text(TEMP, "theirs");
}
END_TEST

static int64_t write_nothing(int fd, const void *data, size_t len, uint64_t offset)
{
	(void)fd;
	(void)data;
	(void)len;
	(void)offset;
	return 0;
}

/* A write that takes nothing would be tried for ever; one that takes some goes on. */
START_TEST(test_writes)
{
	put(FSTAB, "old");
	fake.chunk = 1;
	ck_assert_int_eq(replace("old", "new text"), 0);
	check_is("new text");
	fake_sys.pwrite = write_nothing;
	ck_assert_int_eq(replace("new text", "x"), -EIO);
	check_is("new text");
}
END_TEST

static struct {
	const char *names;
	int64_t listed; /* -1: all of names */
	int got, set;
	unsigned int sets;
	uid_t uid;
	gid_t gid;
	int chown;
} attributes;

static int64_t list_xattrs(int fd, char *list, size_t len)
{
	(void)fd;
	(void)len;
	if (attributes.listed < 0)
		return attributes.listed;
	memcpy(list, attributes.names, (size_t)attributes.listed);
	return attributes.listed;
}

static int64_t get_xattr(int fd, const char *name, void *data, size_t len)
{
	(void)fd;
	(void)len;
	if (attributes.got < 0 && strcmp(name, "user.a") == 0)
		return attributes.got;
	memcpy(data, name, strlen(name));
	return (int64_t)strlen(name);
}

static int set_xattr(int fd, const char *name, const void *data, size_t len)
{
	(void)fd;
	ck_assert_uint_eq(len, strlen(name));
	ck_assert_int_eq(memcmp(data, name, len), 0);
	attributes.sets++;
	return attributes.set;
}

static int change_owner(int fd, uid_t uid, gid_t gid)
{
	(void)fd;
	attributes.uid = uid;
	attributes.gid = gid;
	return attributes.chown;
}

/* Attributes are kept, or the file is: never a new text that others may not read, or may. */
START_TEST(test_attributes)
{
	static const struct {
		int64_t listed;
		int got, set, chown;
		int r;
		unsigned int sets;
	} cases[] = {
		{0, 0, 0, 0, 0, 0},
		{14, 0, 0, 0, 0, 2},
		{14, -ENODATA, 0, 0, 0, 1}, /* gone meanwhile */
		{14, 0, -ENOSPC, 0, -ENOSPC, 1},
		{-EOPNOTSUPP, 0, 0, 0, 0, 0},
		{-ENOSYS, 0, 0, 0, 0, 0},
		{-ERANGE, 0, 0, 0, -ERANGE, 0},
		{14, 0, 0, -EPERM, -EPERM, 0},
	};
	const struct fake_file owners[] = {{.path = FSTAB, .uid = 7},
					   {.path = FSTAB, .gid = 8},
					   {.path = FSTAB, .uid = 7, .gid = 8}};

	fake_sys.flistxattr = list_xattrs;
	fake_sys.fgetxattr = get_xattr;
	fake_sys.fsetxattr = set_xattr;
	fake_sys.fchown = change_owner;
	for (size_t i = 0; i < COUNT(cases) * COUNT(owners); i++) {
		size_t n = i % COUNT(cases);

		attributes.names = "user.a\0user.b";
		attributes.listed = cases[n].listed;
		attributes.got = cases[n].got;
		attributes.set = cases[n].set;
		attributes.chown = cases[n].chown;
		attributes.sets = 0;
		attributes.uid = attributes.gid = 99;
		fake.files[0] = owners[i / COUNT(cases)];
		put_bytes(FSTAB, "old", 3, i % 2 ? 0600 : 0640);
		ck_assert_int_eq(replace("old", "new"), cases[n].r);
		check_is(cases[n].r ? "old" : "new");
		ck_assert_uint_eq(mode_of(FSTAB), i % 2 ? 0600 : 0640);
		ck_assert_uint_eq(attributes.sets, cases[n].sets);
		ck_assert_uint_eq(attributes.uid, fake.files[0].uid);
		ck_assert_uint_eq(attributes.gid, fake.files[0].gid);
	}
}
END_TEST

static struct scfg_boot_file unit = {.kind = &scfg_boot_systemd, .path = (char *)UNIT};

/* A link that is there already, or gone already, is as it should be; so is its directory. */
START_TEST(test_links)
{
	put(UNIT, "[Swap]\n");
	ck_assert_int_eq(scfg_boot_look_at_link(fake.ctx, &unit), 0);
	ck_assert(!unit.enabled && !unit.has_wants);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, false), 0);
	ck_assert(!there(WANTS));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(scfg_boot_enable(fake.ctx, &unit), 0);
		ck_assert_int_eq(scfg_boot_look_at_link(fake.ctx, &unit), 0);
		ck_assert(unit.enabled && unit.has_wants);
	}
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, true), 0);
	ck_assert(there(WANTS) && !there(LINK));
	put(WANTS "/x", "");
	ck_assert_int_eq(scfg_boot_enable(fake.ctx, &unit), 0);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, false), 0);
	ck_assert(there(WANTS "/x") && !there(LINK));
	ck_assert_int_eq(unlink(full(WANTS "/x", (char[PATH_MAX]){0})), 0);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, false), 0);
	ck_assert(!there(WANTS) && there(UNIT));
	/* Somebody else deletes it first. */
	ck_assert_int_eq(scfg_boot_enable(fake.ctx, &unit), 0);
	fake.fail_name = "rmdirat";
	fake.fail_errno = ENOENT;
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, false), 0);
	ck_assert_uint_eq(fake.failed, 1);
}
END_TEST

/* What is no link is nobody's to delete; a runlevel of OpenRC is not ours to make. */
START_TEST(test_no_links)
{
	const struct scfg_boot_file service = {.kind = &scfg_boot_openrc,
					       .path = (char *)"/etc/init.d/swapcfg"};
	const struct scfg_boot_file fstab = {.kind = &scfg_boot_fstab, .path = (char *)FSTAB};
	char *before, *after;

	put(UNIT, "[Swap]\n");
	put(LINK, "a file");
	before = snapshot();
	ck_assert_int_eq(scfg_boot_look_at_link(fake.ctx, &unit), -EEXIST);
	ck_assert(!unit.enabled);
	ck_assert_int_eq(scfg_boot_enable(fake.ctx, &unit), -EEXIST);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &unit, false), -EEXIST);
	ck_assert_int_eq(scfg_boot_enable(fake.ctx, &service), -ENOENT);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &service, false), 0);
	ck_assert_int_eq(scfg_boot_enable(fake.ctx, &fstab), 0);
	ck_assert_int_eq(scfg_boot_disable(fake.ctx, &fstab, false), 0);
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

Suite *boot_replace_suite(void)
{
	const TTest *const tests[] = {
		test_replace, test_other_things, test_failing_calls, test_taken_name,
		test_writes,  test_attributes,	 test_links,	     test_no_links,
	};

	return suite_of("boot_replace", tests, COUNT(tests));
}
