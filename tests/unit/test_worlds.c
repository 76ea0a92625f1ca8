/* SPDX-License-Identifier: MIT */
/* Looking at odd roots while each allocation, and each call, fails once: the same, or nothing. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "alloc.h"
#include "scene.h"

#define ACTIVE	 SWAPCFG_STATE_ACTIVE
#define INACTIVE SWAPCFG_STATE_INACTIVE
#define ABSENT	 SWAPCFG_STATE_ABSENT
#define KEEP	 SWAPCFG_BOOT_KEEP
#define AUTO	 SWAPCFG_BOOT_AUTO
#define NONE	 SWAPCFG_BOOT_NONE
#define BRIDGE	 "/.swapfile.swapcfg-new"
#define SWAPS	 "Filename\tType\tSize\tUsed\tPriority\n"
#define GADGET	 "/sys/kernel/config/usb_gadget/g0/functions/mass_storage.0/lun.0/"
#define CALLS	 1500

Suite *worlds_suite(void);

static void unsafe(void)
{
	put_dir("/open", 0777);
	put_link("/open", "/way");
}

static void deleted(void)
{
	put("/proc/swaps", SWAPS "/gone\\040(deleted)\tfile\t60\t4\t-2\n");
	put_area("/gone (deleted)", SIZE);
	put_area("/swapfile", SIZE);
}

static void torn(void)
{
	char header[FAKE_PAGE] = "";

	put_area("/swapfile", SIZE);
	memcpy(header + 1024, "\1\0\0\0", 4);
	put_bytes(BRIDGE, header, sizeof(header), 0600);
}

static void blank(void)
{
	char name[PATH_MAX];

	put_bytes("/swapfile", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/swapfile", name), MIB), 0);
}

static void device(void)
{
	tree_nano();
	put_area("/dev/sda1", SIZE);
	put_active("/dev/sda2", SIZE, 3, 4 * KIB);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	fake.files[1] = (struct fake_file){.path = "/dev/sda2", .device = makedev(8, 2)};
	put("/sys/dev/block/8:1/partition", "1\n");
	put("/sys/dev/block/dev", "8:0\n");
	put(GADGET "file", "/dev/sda2\n");
	put(GADGET "ro", "1\n");
}

static void elsewhere(void)
{
	tree_nano();
	put_active("/data/swapfile", SIZE, 3, 4 * KIB);
	put_area("/data/.swapfile.swapcfg-new", SIZE);
	put("/etc/fstab", "/dev/mmcblk0p3 /data exfat defaults 0 0\n"
			  "/data/swapfile none swap sw,pri=3 0 0\n");
}

static void btrfs(void)
{
	tree_systemd();
	fake.disks[0].magic = FAKE_BTRFS;
	fake.inode_flags = 0x00800000;
	put_area("/swapfile", SIZE);
}

static void full_of_lines(void)
{
	struct scfg_buf text = {0};

	tree_nano();
	put_active("/swapfile", SIZE, 3, 0);
	scfg_buf_adds(&text, nano_inittab);
	for (int i = 0; i < 300; i++)
		scfg_buf_addf(&text, "# %d: more than what one read gives\n", i);
	put("/etc/inittab", text.data);
	scfg_buf_free(&text);
}

static const struct {
	const char *name;
	void (*prepare)(void);
	const char *path;
	enum swapcfg_state state;
	uint64_t size;
	enum swapcfg_boot boot;
} worlds[] = {
	{"unsafe", unsafe, "/way/swapfile", ACTIVE, SIZE, KEEP},
	{"deleted", deleted, "/swapfile", INACTIVE, 0, KEEP},
	{"torn", torn, "/swapfile", ACTIVE, 2 * SIZE, KEEP},
	{"blank", blank, "/swapfile", ACTIVE, MIB, KEEP},
	{"device", device, "/dev/sda1", ACTIVE, 0, AUTO},
	{"elsewhere", elsewhere, "/data/swapfile", ACTIVE, 2 * SIZE, AUTO},
	{"btrfs", btrfs, "/swapfile", ACTIVE, 0, AUTO},
	{"lines", full_of_lines, "/swapfile", ABSENT, 0, NONE},
};

#define WORLDS ((int)(sizeof(worlds) / sizeof(worlds[0])))

static char *describe(const struct swapcfg_plan *plan)
{
	char *text = NULL;

	ck_assert_int_eq(swapcfg_plan_to_json(plan, &text), 0);
	return text;
}

/* A plan of a world with what is armed; its text, or NULL and why there is none. */
static char *plan_armed(unsigned int which, unsigned int fail_alloc, int *ret, bool *feasible)
{
	struct swapcfg_spec *spec = spec_of(worlds[which].path, worlds[which].state,
					    worlds[which].size, worlds[which].boot);
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;
	unsigned int open = open_descriptors();
	char *text;

	fake.calls = 0;
	alloc = (struct alloc){.fail_at = fail_alloc};
	*ret = swapcfg_plan(fake.ctx, spec, &plan, &error);
	alloc.fail_at = 0;
	fake.fail_at = 0;
	swapcfg_spec_free(spec);
	ck_assert_uint_eq(open_descriptors(), open);
	ck_assert_uint_eq(fake.changes, 0);
	ck_assert_int_eq(*ret == 0, plan != NULL);
	ck_assert_int_eq(*ret == 0, error == NULL);
	if (error)
		ck_assert_int_eq(swapcfg_error_errno(error), -*ret);
	swapcfg_error_free(error);
	if (!plan)
		return NULL;
	*feasible = swapcfg_plan_is_feasible(plan);
	text = describe(plan);
	swapcfg_plan_unref(plan);
	return text;
}

START_TEST(test_allocations)
{
	unsigned int which = (unsigned int)_i;
	bool feasible;
	bool failed = true;
	char *wanted;
	int r;

	worlds[which].prepare();
	fake.changes = 0;
	wanted = plan_armed(which, 0, &r, &feasible);
	ck_assert_ptr_nonnull(wanted);
	for (unsigned int at = 1; failed; at++) {
		char *text = plan_armed(which, at, &r, &feasible);

		ck_assert_uint_lt(at, 1000);
		failed = alloc.failed;
		ck_assert_msg(text || r == -ENOMEM, "%s, allocation %u: %d", worlds[which].name, at,
			      r);
		if (text)
			ck_assert_str_eq(text, wanted);
		free(text);
	}
	free(wanted);
}
END_TEST

static char names[CALLS][16];

static void note_name(const char *name)
{
	ck_assert_uint_lt(fake.calls, CALLS);
	snprintf(names[fake.calls], sizeof(names[0]), "%s", name);
}

/* What cannot be looked at is not taken for something else: there is no plan, or it forbids itself,
 * or what failed did not matter. */
START_TEST(test_calls)
{
	static const int errnos[] = {EIO, ENOMEM, EMFILE};
	unsigned int which = (unsigned int)_i;
	unsigned int calls;
	bool feasible;
	char *wanted;
	int r;

	worlds[which].prepare();
	fake.changes = 0;
	fake.on_call = note_name;
	wanted = plan_armed(which, 0, &r, &feasible);
	fake.on_call = NULL;
	calls = fake.calls;
	ck_assert_uint_gt(calls, 10);
	for (unsigned int at = 1; at <= calls; at++) {
		for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
			char *text;

			fake.fail_at = at;
			fake.fail_errno = errnos[i];
			text = plan_armed(which, 0, &r, &feasible);
			if (text && feasible)
				ck_assert_msg(strcmp(text, wanted) == 0, "%s, %s %u, %s: %s",
					      worlds[which].name, names[at], at,
					      strerror(errnos[i]), text);
			free(text);
		}
	}
	free(wanted);
}
END_TEST

Suite *worlds_suite(void)
{
	Suite *suite = suite_create("worlds");
	TCase *tcase = tcase_create("worlds");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_allocations, 0, WORLDS);
	tcase_add_loop_test(tcase, test_calls, 0, WORLDS);
	suite_add_tcase(suite, tcase);
	return suite;
}
