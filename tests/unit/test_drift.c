/* SPDX-License-Identifier: MIT */
/* Areas that are not what the boot configuration, or the kernel, takes them for. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "scene.h"

#define BLOCKER SWAPCFG_SEVERITY_BLOCKER
#define ACTIVE	SWAPCFG_STATE_ACTIVE
#define ONLY	SWAPCFG_STATE_KEEP /* the boot entry, and nothing else */
#define AUTO	SWAPCFG_BOOT_AUTO
#define FSTAB	"/etc/fstab"

Suite *drift_suite(void);

static struct swapcfg_status *query(void)
{
	struct swapcfg_status *status = NULL;
	unsigned int open = open_descriptors();

	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, NULL), 0);
	ck_assert_uint_eq(open_descriptors(), open);
	return status;
}

/* Puts bytes at an offset of a file that is there. */
static void patch(const char *path, long offset, const char *text)
{
	char name[PATH_MAX];
	FILE *file = fopen(full(path, name), "r+");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	ck_assert_int_eq(fclose(file), 0);
}

/* The only area has findings of these reasons, in that order, and a repair for that state and boot
 * entry; KEEP and KEEP for none. */
static void check_area(const char *path, const char *reasons, enum swapcfg_state state,
		       enum swapcfg_boot boot)
{
	struct swapcfg_status *status = query();
	const struct swapcfg_area *area = swapcfg_status_area(status, 0);
	struct swapcfg_spec *spec = NULL;
	struct scfg_buf is = {0};

	ck_assert_uint_eq(swapcfg_status_area_count(status), 1);
	ck_assert_str_eq(swapcfg_area_path(area), path);
	for (size_t i = 0; i < swapcfg_area_finding_count(area); i++)
		scfg_buf_addf(
			&is, "%s ",
			swapcfg_reason_name(swapcfg_finding_reason(swapcfg_area_finding(area, i))));
	ck_assert_ptr_null(swapcfg_area_finding(area, swapcfg_area_finding_count(area)));
	ck_assert_str_eq(is.data ? is.data : "", reasons);
	scfg_buf_free(&is);
	ck_assert_int_eq(swapcfg_area_repair(area, &spec, NULL), 0);
	if (state == SWAPCFG_STATE_KEEP && boot == SWAPCFG_BOOT_KEEP) {
		ck_assert_ptr_null(spec);
	} else {
		ck_assert_ptr_nonnull(spec);
		ck_assert_int_eq((int)swapcfg_spec_state(spec), (int)state);
		ck_assert_int_eq((int)swapcfg_spec_boot(spec), (int)boot);
	}
	swapcfg_spec_free(spec);
	swapcfg_status_free(status);
}

static void check_no_repair(const char *path, const char *reasons)
{
	check_area(path, reasons, SWAPCFG_STATE_KEEP, SWAPCFG_BOOT_KEEP);
}

/* An area with an entry of ours. */
static void put_entry(void)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", ONLY, 0, AUTO));
}

START_TEST(test_suspended)
{
	put_entry();
	patch("/swapfile", FAKE_PAGE - 10, "S1SUSPEND");
	check_no_repair("/swapfile", "hibernation-image ");
}
END_TEST

START_TEST(test_page_size)
{
	struct swapcfg_spec *spec = NULL;
	struct swapcfg_status *status;
	char name[PATH_MAX];

	put_entry();
	ck_assert_int_eq(truncate(full("/swapfile", name), 16 * 16384), 0);
	patch("/swapfile", FAKE_PAGE - 10, "0123456789");
	patch("/swapfile", 16384 - 10, "SWAPSPACE2");
	check_area("/swapfile", "page-size ", ACTIVE, AUTO);
	status = query();
	ck_assert_uint_eq(swapcfg_area_page_size(swapcfg_status_area(status, 0)), 16384);
	ck_assert_int_eq(swapcfg_area_repair(swapcfg_status_area(status, 0), &spec, NULL), 0);
	swapcfg_status_free(status);
	/* An image may well be another machine's. */
	fake_go_offline();
	check_no_repair("/swapfile", "");
	swapcfg_ctx_unref(fake.ctx);
	ck_assert_int_eq(scfg_ctx_new(&fake_sys, fake.root, false, &fake.ctx, NULL), 0);
	check_apply(spec);
	check_no_repair("/swapfile", "");
}
END_TEST

/* What is nobody's header is made anew only where the file was ours, and here. */
START_TEST(test_no_header)
{
	put_entry();
	put_bytes("/swapfile", "photographs", 11, 0600);
	check_area("/swapfile", "not-swap ", ACTIVE, AUTO);
	fake_go_offline();
	check_no_repair("/swapfile", "not-swap ");
}
END_TEST

START_TEST(test_no_header_of_others)
{
	tree_systemd();
	put(FSTAB, "/swapfile none swap sw 0 0\n");
	put_bytes("/swapfile", "photographs", 11, 0600);
	check_no_repair("/swapfile", "not-swap ");
}
END_TEST

START_TEST(test_no_header_of_a_device)
{
	tree_nano();
	put_area("/dev/sda1", SIZE);
	fake.files[0] = (struct fake_file){.path = "/dev/sda1", .device = makedev(8, 1)};
	check_apply(spec_of("/dev/sda1", ONLY, 0, AUTO));
	patch("/dev/sda1", FAKE_PAGE - 10, "0123456789");
	check_no_repair("/dev/sda1", "not-swap ");
}
END_TEST

/* The file system of one elsewhere may just not be mounted. */
START_TEST(test_missing_elsewhere)
{
	char name[PATH_MAX];

	tree_nano();
	put_area("/data/swapfile", SIZE);
	check_apply(spec_of("/data/swapfile", ONLY, 0, AUTO));
	ck_assert_int_eq(unlink(full("/data/swapfile", name)), 0);
	check_no_repair("/data/swapfile", "boot-entry-dangling ");
}
END_TEST

/* Neither of these stands in for another area. */
START_TEST(test_names_like_a_bridge)
{
	static const char *const paths[] = {"/srv/.swapcfg-new", "/srv/area.swapcfg-new",
					    "/srv/.area.swapcfg-old", "/srv/..swapcfg-new"};

	tree_nano();
	put_active(paths[_i], SIZE, -1, 0);
	check_area(paths[_i], "boot-entry-missing ", ONLY, AUTO);
}
END_TEST

/* Two entries of an area that is off: enabling it puts both right. */
START_TEST(test_duplicates_of_an_inactive_area)
{
	char *text;
	char *twice;

	put_entry();
	text = text_of("/etc/inittab");
	twice = malloc(strlen(text) + 64);
	sprintf(twice, "%ssi11::sysinit:/sbin/swapon /swapfile\n", text);
	put("/etc/inittab", twice);
	check_area("/swapfile", "not-active boot-entry-duplicate ", ACTIVE, AUTO);
	free(twice);
	free(text);
}
END_TEST

/* One of ours, and one of somebody else's, which stays. */
START_TEST(test_duplicate_of_others)
{
	char *text;
	char *twice;

	put_entry();
	text = text_of("/etc/inittab");
	twice = malloc(strlen(text) + 64);
	sprintf(twice, "%ssw::wait:/sbin/swapon -p 7 /swapfile\n", text);
	put("/etc/inittab", twice);
	put_active("/swapfile", SIZE, 7, 0);
	check_area("/swapfile", "boot-entry-duplicate ", ONLY, AUTO);
	free(twice);
	free(text);
}
END_TEST

START_TEST(test_getters)
{
	struct swapcfg_status *status;
	const struct swapcfg_area *area;

	put_active("/swapfile", SIZE, 4, 8 * KIB);
	patch("/swapfile", 1024 + 4 + 4 + 4 + 16, "card");
	status = query();
	area = swapcfg_status_area(status, 0);
	ck_assert_str_eq(swapcfg_area_label(area), "card");
	ck_assert_str_eq(swapcfg_area_uuid(area), "11111111-1111-4111-9111-111111111111");
	ck_assert_int_eq((int)swapcfg_area_backing(area), SWAPCFG_BACKING_FILE);
	swapcfg_status_free(status);
	/* A header that is none has neither. */
	put_bytes("/swapfile", "photographs", 11, 0600);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "/swapfile", &status, NULL), 0);
	area = swapcfg_status_area(status, 0);
	ck_assert_str_eq(swapcfg_area_label(area), "");
	ck_assert_str_eq(swapcfg_area_uuid(area), "");
	ck_assert_uint_eq(swapcfg_area_page_size(area), 0);
	swapcfg_status_free(status);
}
END_TEST

/* A kernel whose numbers do not fit together. */
START_TEST(test_more_is_free_than_there_is)
{
	struct swapcfg_status *status;

	put("/proc/meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 600 kB\n"
			     "SwapTotal: 64 kB\nSwapFree: 128 kB\n");
	status = query();
	ck_assert_uint_eq(swapcfg_status_swap_total(status), 64 * KIB);
	ck_assert_uint_eq(swapcfg_status_swap_used(status), 0);
	swapcfg_status_free(status);
}
END_TEST

/* A usual place that is another name of what is listed already. */
START_TEST(test_usual_place_is_a_link)
{
	tree_nano();
	put_active("/srv/area", SIZE, -1, 0);
	put_link("/srv/area", "/swapfile");
	check_area("/srv/area", "boot-entry-missing ", ONLY, AUTO);
}
END_TEST

static const struct {
	int err;
	bool fails;
} errnos[] = {{ENOMEM, true}, {EMFILE, true}, {ENFILE, true}, {EACCES, false}, {ENOENT, false}};

/* That nothing can be opened for want of descriptors is not "not there": neither an area nor an
 * entry. */
START_TEST(test_cannot_look)
{
	unsigned int succeeded = 0;
	struct swapcfg_status *status = NULL;
	bool failed = true;

	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
	check_apply(spec_of("/swapfile", ONLY, 0, AUTO));
	for (unsigned int skip = 0; failed; skip++) {
		int r;

		ck_assert_uint_lt(skip, 200);
		fake.failed = 0;
		fake.fail_name = "openat";
		fake.fail_skip = skip;
		fake.fail_errno = errnos[_i].err;
		r = swapcfg_query_path(fake.ctx, "/swapfile", &status, NULL);
		failed = fake.failed > 0;
		if (!failed)
			ck_assert_int_eq(r, 0);
		if (r < 0)
			continue;
		succeeded += failed;
		ck_assert(swapcfg_area_is_active(swapcfg_status_area(status, 0)) ||
			  !errnos[_i].fails);
		swapcfg_status_free(status);
	}
	fake.fail_name = NULL;
	ck_assert_int_eq(succeeded == 0, errnos[_i].fails);
}
END_TEST

Suite *drift_suite(void)
{
	const TTest *const tests[] = {
		test_suspended,
		test_page_size,
		test_no_header,
		test_no_header_of_others,
		test_no_header_of_a_device,
		test_missing_elsewhere,
		test_duplicates_of_an_inactive_area,
		test_duplicate_of_others,
		test_getters,
		test_more_is_free_than_there_is,
		test_usual_place_is_a_link,
	};
	Suite *suite = suite_of("drift", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *tcase = tcase_create("loops");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_loop_test(tcase, test_names_like_a_bridge, 0, 4);
	tcase_add_loop_test(tcase, test_cannot_look, 0, 5);
	suite_add_tcase(suite, tcase);
	return suite;
}
