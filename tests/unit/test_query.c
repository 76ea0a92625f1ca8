/* SPDX-License-Identifier: MIT */
/* The status: what the kernel uses, what the boot configuration names, and where they differ. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "boot_check.h"
#include "scene.h"

#define BLOCKER SWAPCFG_SEVERITY_BLOCKER
#define WARNING SWAPCFG_SEVERITY_WARNING
#define INFO	SWAPCFG_SEVERITY_INFO
#define BRIDGE	"/srv/.area.swapcfg-new"
#define SWAPS	"Filename\tType\tSize\tUsed\tPriority\n"

Suite *query_suite(void);

static struct swapcfg_status *query(void)
{
	struct swapcfg_status *status = NULL;
	struct swapcfg_error *error = NULL;
	unsigned int open = open_descriptors();
	int r = swapcfg_query(fake.ctx, &status, &error);

	ck_assert_msg(r == 0, "%s", error ? swapcfg_error_message(error) : "?");
	ck_assert_uint_eq(open_descriptors(), open);
	ck_assert_uint_eq(fake.changes, 0);
	return status;
}

/* The only area of the status. */
static const struct swapcfg_area *one_area(const struct swapcfg_status *status)
{
	ck_assert_uint_eq(swapcfg_status_area_count(status), 1);
	ck_assert_ptr_null(swapcfg_status_area(status, 1));
	return swapcfg_status_area(status, 0);
}

static void check_area_finding(const struct swapcfg_area *area, enum swapcfg_reason reason,
			       enum swapcfg_severity severity)
{
	for (size_t i = 0; i < swapcfg_area_finding_count(area); i++) {
		const struct swapcfg_finding *finding = swapcfg_area_finding(area, i);

		if (swapcfg_finding_reason(finding) != reason)
			continue;
		ck_assert_int_eq((int)swapcfg_finding_severity(finding), (int)severity);
		ck_assert_ptr_nonnull(
			strstr(swapcfg_finding_message(finding), swapcfg_area_path(area)));
		return;
	}
	ck_abort_msg("no %s", swapcfg_reason_name(reason));
}

/* What mends an area; applied, it leaves nothing to say. */
static void check_repair(const struct swapcfg_area *area, const char *path,
			 enum swapcfg_state state, enum swapcfg_boot boot, uint64_t size)
{
	struct swapcfg_spec *spec = NULL;

	ck_assert_int_eq(swapcfg_area_repair(area, &spec, NULL), 0);
	ck_assert_ptr_nonnull(spec);
	ck_assert_str_eq(swapcfg_spec_path(spec), path);
	ck_assert_int_eq((int)swapcfg_spec_state(spec), (int)state);
	ck_assert_int_eq((int)swapcfg_spec_boot(spec), (int)boot);
	ck_assert_uint_eq(swapcfg_spec_size(spec), size);
	check_apply(spec);
}

static void check_no_repair(const struct swapcfg_area *area)
{
	struct swapcfg_spec *spec = NULL;

	ck_assert_int_eq(swapcfg_area_repair(area, &spec, NULL), 0);
	ck_assert_ptr_null(spec);
}

/* One area, with one finding and its repair, after which there is none. */
static void check_drift(enum swapcfg_reason reason, enum swapcfg_severity severity,
			enum swapcfg_state state, enum swapcfg_boot boot, uint64_t size)
{
	struct swapcfg_status *status = query();
	const struct swapcfg_area *area = one_area(status);

	ck_assert_uint_eq(swapcfg_area_finding_count(area), 1);
	check_area_finding(area, reason, severity);
	check_repair(area, swapcfg_area_path(area), state, boot, size);
	swapcfg_status_free(status);
	status = query();
	if (swapcfg_status_area_count(status) > 0)
		ck_assert_uint_eq(swapcfg_area_finding_count(one_area(status)), 0);
	swapcfg_status_free(status);
}

START_TEST(test_empty)
{
	struct swapcfg_status *status = query();

	ck_assert_uint_eq(swapcfg_status_area_count(status), 0);
	ck_assert_ptr_null(swapcfg_status_area(status, 0));
	ck_assert_uint_eq(swapcfg_status_memory_total(status), 128 * MIB);
	ck_assert_uint_eq(swapcfg_status_memory_available(status), 64 * MIB);
	ck_assert_uint_eq(swapcfg_status_swap_total(status), 2 * MIB);
	ck_assert_uint_eq(swapcfg_status_swap_used(status), 1 * MIB);
	swapcfg_status_free(status);
	swapcfg_status_free(NULL);
}
END_TEST

START_TEST(test_names_with_escapes)
{
	struct swapcfg_status *status;

	put_active("/a file\twith\\blanks\n", SIZE, 3, 4 * KIB);
	status = query();
	ck_assert_str_eq(swapcfg_area_path(one_area(status)), "/a file\twith\\blanks\n");
	ck_assert_uint_eq(swapcfg_area_size(one_area(status)), SIZE);
	ck_assert_uint_eq(swapcfg_area_used(one_area(status)), 4 * KIB);
	ck_assert_int_eq(swapcfg_area_priority(one_area(status)), 3);
	ck_assert_uint_eq(swapcfg_area_page_size(one_area(status)), FAKE_PAGE);
	swapcfg_status_free(status);
}
END_TEST

START_TEST(test_deleted_file)
{
	struct swapcfg_status *status;

	put("/proc/swaps", SWAPS "/gone\\040(deleted)\tfile\t60\t4\t-2\n");
	status = query();
	ck_assert_str_eq(swapcfg_area_path(one_area(status)), "/gone");
	ck_assert(swapcfg_area_is_active(one_area(status)));
	ck_assert_uint_eq(swapcfg_area_size(one_area(status)), 64 * KIB);
	check_area_finding(one_area(status), SWAPCFG_REASON_MISSING, WARNING);
	check_no_repair(one_area(status));
	swapcfg_status_free(status);
}
END_TEST

/* Partitions and zram of others: shown as they are, nothing to say. */
START_TEST(test_areas_of_others)
{
	struct swapcfg_status *status;

	put_area("/dev/sda2", SIZE);
	put_area("/dev/zram0", 2 * SIZE);
	fake.files[0] = (struct fake_file){.path = "/dev/sda2", .device = makedev(8, 2)};
	fake.files[1] = (struct fake_file){.path = "/dev/zram0", .device = makedev(252, 0)};
	put("/proc/swaps",
	    SWAPS "/dev/zram0\tpartition\t124\t0\t100\n/dev/sda2\tpartition\t60\t8\t-2\n");
	status = query();
	ck_assert_uint_eq(swapcfg_status_area_count(status), 2);
	ck_assert_int_eq((int)swapcfg_area_backing(swapcfg_status_area(status, 0)),
			 SWAPCFG_BACKING_ZRAM);
	ck_assert_uint_eq(swapcfg_area_size(swapcfg_status_area(status, 0)), 2 * SIZE);
	ck_assert_int_eq(swapcfg_area_priority(swapcfg_status_area(status, 0)), 100);
	ck_assert_int_eq((int)swapcfg_area_backing(swapcfg_status_area(status, 1)),
			 SWAPCFG_BACKING_DEVICE);
	ck_assert_uint_eq(swapcfg_area_finding_count(swapcfg_status_area(status, 1)), 0);
	swapcfg_status_free(status);
}
END_TEST

START_TEST(test_damaged_table)
{
	struct swapcfg_status *status = NULL;
	struct swapcfg_error *error = NULL;

	put("/proc/swaps", SWAPS "/swapfile file many\n");
	ck_assert_int_eq(swapcfg_query(fake.ctx, &status, &error), -EIO);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_IO);
	ck_assert_ptr_null(status);
	swapcfg_error_free(error);
}
END_TEST

START_TEST(test_gone_after_a_reboot)
{
	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
	check_drift(SWAPCFG_REASON_BOOT_ENTRY_MISSING, INFO, SWAPCFG_STATE_KEEP, SWAPCFG_BOOT_AUTO,
		    0);
}
END_TEST

START_TEST(test_not_active)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	check_drift(SWAPCFG_REASON_NOT_ACTIVE, WARNING, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, 0);
}
END_TEST

START_TEST(test_dangling)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	ck_assert_int_eq(unlink(full("/swapfile", (char[PATH_MAX]){0})), 0);
	check_drift(SWAPCFG_REASON_BOOT_ENTRY_DANGLING, BLOCKER, SWAPCFG_STATE_INACTIVE,
		    SWAPCFG_BOOT_NONE, 0);
	check_text("/etc/inittab", nano_inittab);
}
END_TEST

START_TEST(test_dangling_of_others)
{
	struct swapcfg_status *status;

	tree_systemd();
	put("/etc/fstab", "/swapfile none swap sw 0 0\nLABEL=swap none swap sw 0 0\n");
	status = query();
	check_area_finding(one_area(status), SWAPCFG_REASON_BOOT_ENTRY_DANGLING, BLOCKER);
	check_no_repair(one_area(status));
	ck_assert_uint_eq(swapcfg_area_boot_count(one_area(status)), 1);
	ck_assert(!swapcfg_boot_entry_is_ours(swapcfg_area_boot(one_area(status), 0)));
	ck_assert_ptr_null(swapcfg_area_boot(one_area(status), 1));
	swapcfg_status_free(status);
}
END_TEST

START_TEST(test_duplicates)
{
	char text[4096];

	tree_nano();
	put_active("/swapfile", SIZE, -1, 0);
	snprintf(text, sizeof(text), "%s%s%s", nano_inittab,
		 "si11::sysinit:/sbin/swapon /swapfile\n",
		 "si11::sysinit:/sbin/swapon /swapfile\n");
	put("/etc/inittab", text);
	check_drift(SWAPCFG_REASON_BOOT_ENTRY_DUPLICATE, WARNING, SWAPCFG_STATE_KEEP,
		    SWAPCFG_BOOT_AUTO, 0);
}
END_TEST

START_TEST(test_short_area)
{
	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	ck_assert_int_eq(truncate(full("/swapfile", (char[PATH_MAX]){0}), 5 * FAKE_PAGE), 0);
	check_drift(SWAPCFG_REASON_SHORT, BLOCKER, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO, SIZE);
}
END_TEST

/* The header is gone, but the entry says that the file is ours. */
START_TEST(test_lost_header)
{
	char zeros[SIZE] = {0};

	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	put_bytes("/swapfile", zeros, sizeof(zeros), 0600);
	check_drift(SWAPCFG_REASON_NOT_SWAP, BLOCKER, SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_AUTO,
		    SIZE);
}
END_TEST

/* One and the same file, under two names. */
START_TEST(test_other_name)
{
	struct swapcfg_status *status;

	tree_systemd();
	put_active("/swapfile", SIZE, 4, 0);
	put_link("/swapfile", "/alias");
	put("/etc/fstab", "/alias none swap sw,pri=4 0 0\n");
	status = query();
	ck_assert_str_eq(swapcfg_area_path(one_area(status)), "/swapfile");
	ck_assert_uint_eq(swapcfg_area_boot_count(one_area(status)), 1);
	ck_assert_uint_eq(swapcfg_boot_entry_line(swapcfg_area_boot(one_area(status), 0)), 1);
	swapcfg_status_free(status);
}
END_TEST

/* A bridge of an interrupted run, still active. */
START_TEST(test_leftover)
{
	struct swapcfg_status *status;

	put_area("/srv/area", SIZE);
	put_active(BRIDGE, SIZE, -1, 0);
	status = query();
	check_area_finding(one_area(status), SWAPCFG_REASON_LEFTOVER, WARNING);
	check_repair(one_area(status), "/srv/area", SWAPCFG_STATE_ACTIVE, SWAPCFG_BOOT_KEEP, 0);
	swapcfg_status_free(status);
	ck_assert(!there(BRIDGE));
	ck_assert_ptr_nonnull(fake_area("/srv/area"));
}
END_TEST

/* Off, without an entry, but where areas usually lie. */
START_TEST(test_usual_places)
{
	struct swapcfg_status *status;

	put("/swapfile", "no area");
	put_area("/data/swapfile", SIZE);
	put_area("/elsewhere", SIZE);
	status = query();
	ck_assert_str_eq(swapcfg_area_path(one_area(status)), "/data/swapfile");
	ck_assert(!swapcfg_area_is_active(one_area(status)));
	ck_assert_uint_eq(swapcfg_area_finding_count(one_area(status)), 0);
	check_no_repair(one_area(status));
	swapcfg_status_free(status);
}
END_TEST

START_TEST(test_query_path)
{
	struct swapcfg_status *status = NULL;
	struct swapcfg_error *error = NULL;

	put_active("/other", SIZE, -1, 0);
	put_active("/swapfile", SIZE, 9, 4 * KIB);
	put_link("swapfile", "/alias");
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "/alias", &status, NULL), 0);
	ck_assert_str_eq(swapcfg_area_path(one_area(status)), "/alias");
	ck_assert(swapcfg_area_is_active(one_area(status)));
	ck_assert_int_eq(swapcfg_area_priority(one_area(status)), 9);
	swapcfg_status_free(status);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "/nothing", &status, NULL), 0);
	ck_assert_int_eq((int)swapcfg_area_backing(one_area(status)), SWAPCFG_BACKING_UNKNOWN);
	ck_assert(!swapcfg_area_is_active(one_area(status)));
	swapcfg_status_free(status);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "relative", &status, &error), -EINVAL);
	ck_assert_int_eq((int)swapcfg_error_reason(error), SWAPCFG_REASON_INVALID_ARGUMENT);
	swapcfg_error_free(error);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, NULL, &status, NULL), -EINVAL);
	ck_assert_int_eq(swapcfg_query_path(fake.ctx, "", &status, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(swapcfg_error_message(error), "no path is given"));
	swapcfg_error_free(error);
}
END_TEST

START_TEST(test_json)
{
	struct swapcfg_status *status;
	char *text = NULL;

	tree_nano();
	put_area("/swapfile", SIZE);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, SWAPCFG_BOOT_AUTO));
	status = query();
	ck_assert_int_eq(swapcfg_status_to_json(status, &text), 0);
	ck_assert_str_eq(
		text,
		"{\"memory\":{\"total_bytes\":134217728,\"available_bytes\":67108864},"
		"\"swap\":{\"total_bytes\":2097152,\"used_bytes\":1048576},"
		"\"areas\":[{\"path\":\"/swapfile\",\"backing\":\"file\",\"active\":false,"
		"\"size_bytes\":65536,\"used_bytes\":0,\"priority\":-1,\"label\":\"\","
		"\"uuid\":\"11111111-1111-4111-9111-111111111111\",\"page_size\":4096,"
		"\"boot\":[{\"kind\":\"inittab\",\"file\":\"/etc/inittab\",\"line\":17,"
		"\"ours\":true}],\"findings\":[{\"severity\":\"warning\",\"reason\":\"not-active\","
		"\"message\":\"/swapfile is in the boot configuration but not active; enable "
		"it\"}],"
		"\"repair\":{\"path\":\"/swapfile\",\"state\":\"active\",\"boot\":\"auto\","
		"\"size_bytes\":0}}]}\n");
	swapcfg_string_free(text);
	swapcfg_status_free(status);
}
END_TEST

Suite *query_suite(void)
{
	const TTest *const tests[] = {
		test_empty,
		test_names_with_escapes,
		test_deleted_file,
		test_areas_of_others,
		test_damaged_table,
		test_gone_after_a_reboot,
		test_not_active,
		test_dangling,
		test_dangling_of_others,
		test_duplicates,
		test_short_area,
		test_lost_header,
		test_other_name,
		test_leftover,
		test_usual_places,
		test_query_path,
		test_json,
	};

	return suite_of("query", tests, sizeof(tests) / sizeof(tests[0]));
}
