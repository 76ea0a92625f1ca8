/* SPDX-License-Identifier: MIT */
/* What a boot entry may format, and what not: nobody looks on. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "pure/header.h"
#include "scene.h"

#define DEVICE "/dev/sda1"

Suite *early_format_suite(void);

static struct swapcfg_spec *format(const char *path)
{
	struct swapcfg_spec *spec = spec_of(path, SWAPCFG_STATE_ACTIVE, 0, SWAPCFG_BOOT_KEEP);

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_EARLY, true), 0);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, true), 0);
	return spec;
}

static void refused(const char *path, enum swapcfg_reason reason, const char *names)
{
	char *message = check_refused(format(path), reason);

	ck_assert_msg(strstr(message, names) != NULL, "no '%s' in: %s", names, message);
	free(message);
}

/* It gets a header for all of its size, which stays, and is active. */
static void is_formatted(const char *path, uint64_t size)
{
	struct scfg_header header;
	char *data;

	check_apply(format(path));
	data = text_of(path);
	scfg_header_decode((const uint8_t *)data, size_of(path), FAKE_PAGE, &header);
	ck_assert_int_eq((int)header.content, SCFG_CONTENT_SWAP);
	ck_assert_uint_eq(header.page_size, FAKE_PAGE);
	ck_assert_uint_eq(header.last_page, size / FAKE_PAGE - 1);
	ck_assert_uint_eq(size_of(path), size);
	ck_assert_ptr_nonnull(fake_area(path));
	free(data);
}

static void blank(const char *path, uint64_t size)
{
	char name[PATH_MAX];

	put_bytes(path, "", 0, 0600);
	ck_assert_int_eq(truncate(full(path, name), (off_t)size), 0);
}

static void patch(const char *path, uint64_t offset, const char *bytes)
{
	char name[PATH_MAX];
	int fd = open(full(path, name), O_WRONLY | O_CLOEXEC);
	size_t len = strlen(bytes);

	ck_assert_int_eq(pwrite(fd, bytes, len, (off_t)offset), (ssize_t)len);
	close(fd);
}

static void resize(const char *path, uint64_t size)
{
	char name[PATH_MAX];

	ck_assert_int_eq(truncate(full(path, name), (off_t)size), 0);
}

static void is_device(bool claimed)
{
	fake.files[0] =
		(struct fake_file){.path = DEVICE, .device = makedev(8, 1), .claimed = claimed};
}

START_TEST(test_blank_file)
{
	blank("/swapfile", SIZE);
	check_steps(format("/swapfile"), "format /swapfile 65536\nactivate /swapfile 65536\n");
	is_formatted("/swapfile", SIZE);
}
END_TEST

/* The power failed while a blank file was formatted: its sectors came in any order, or not. */
START_TEST(test_torn_header)
{
	static const char info[] = "\1\0\0\0\17"; /* version 1, last page 15 */
	static const struct {
		bool has_info, has_signature;
		const char *other;
	} cases[] = {{true, false, ""}, {false, true, ""}, {true, false, "photographs"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char name[PATH_MAX];
		int fd;

		blank("/swapfile", SIZE);
		fd = open(full("/swapfile", name), O_WRONLY | O_CLOEXEC);
		if (cases[i].has_info)
			ck_assert_int_eq(pwrite(fd, info, 5, 1024), 5);
		close(fd);
		if (cases[i].has_signature)
			patch("/swapfile", FAKE_PAGE - 10, "SWAPSPACE2");
		patch("/swapfile", FAKE_PAGE, cases[i].other);
		if (cases[i].other[0]) {
			refused("/swapfile", SWAPCFG_REASON_EXISTS, "other data");
			continue;
		}
		is_formatted("/swapfile", SIZE);
		check_apply(spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, SWAPCFG_BOOT_KEEP));
	}
}
END_TEST

START_TEST(test_sound_area_is_kept)
{
	put_area("/swapfile", SIZE);
	check_steps(format("/swapfile"), "activate /swapfile 65536\n");
	put_active("/other", SIZE, 3, 0);
	check_steps(format("/other"), "");
}
END_TEST

/* A byte order or a larger page that the kernel does not know; a file that was cut off. */
START_TEST(test_header_that_will_not_do)
{
	struct scfg_header header = {.page_size = 16384, .last_page = 3};
	static uint8_t page[16384];

	ck_assert_int_eq(scfg_header_encode(page, &header), 0);
	put_bytes("/swapfile", page, sizeof(page), 0600);
	resize("/swapfile", SIZE);
	is_formatted("/swapfile", SIZE);
	put_area("/short", SIZE);
	resize("/short", SIZE - 2 * FAKE_PAGE);
	is_formatted("/short", SIZE - 2 * FAKE_PAGE);
	/* The signature is there, the version is none. */
	put_area("/damaged", SIZE);
	patch("/damaged", 1024, "vers");
	is_formatted("/damaged", SIZE);
}
END_TEST

START_TEST(test_data_of_a_file)
{
	blank("/swapfile", 4 * MIB);
	patch("/swapfile", 3 * MIB, "photographs");
	refused("/swapfile", SWAPCFG_REASON_EXISTS, "other data");
}
END_TEST

START_TEST(test_hibernation_image)
{
	put_area("/swapfile", SIZE);
	patch("/swapfile", FAKE_PAGE - 10, "S1SUSPEND");
	refused("/swapfile", SWAPCFG_REASON_HIBERNATION_IMAGE, "suspended");
}
END_TEST

/* It would have to be made anew, which is not the business of a boot. */
START_TEST(test_holes)
{
	blank("/swapfile", SIZE);
	fake.ino = ino_of("/swapfile");
	fake.ino_blocks = FAKE_HOLES;
	refused("/swapfile", SWAPCFG_REASON_NOT_SWAP, "no valid swap header");
	put_area("/swapfile", SIZE);
	refused("/swapfile", SWAPCFG_REASON_HOLES, "holes");
}
END_TEST

START_TEST(test_too_small)
{
	blank("/swapfile", FAKE_PAGE);
	refused("/swapfile", SWAPCFG_REASON_TOO_SMALL, "4096 bytes");
	blank("/swapfile", 0);
	refused("/swapfile", SWAPCFG_REASON_TOO_SMALL, "0 bytes");
}
END_TEST

START_TEST(test_missing)
{
	refused("/swapfile", SWAPCFG_REASON_MISSING, "does not exist");
}
END_TEST

START_TEST(test_blank_device)
{
	blank(DEVICE, MIB);
	is_device(false);
	is_formatted(DEVICE, MIB);
}
END_TEST

/* create would take it, since somebody sees what it says; its name may mean another disk here. */
START_TEST(test_device_with_unknown_data)
{
	struct swapcfg_spec *spec = spec_of(DEVICE, SWAPCFG_STATE_ACTIVE, MIB, SWAPCFG_BOOT_KEEP);

	blank(DEVICE, MIB);
	patch(DEVICE, 5000, "key");
	is_device(false);
	refused(DEVICE, SWAPCFG_REASON_EXISTS, "unknown kind");
	check_feasible(spec);
	blank(DEVICE, MIB);
	patch(DEVICE, MIB - 100, "key");
	refused(DEVICE, SWAPCFG_REASON_EXISTS, "unknown kind");
}
END_TEST

START_TEST(test_device_with_known_data)
{
	blank(DEVICE, MIB);
	patch(DEVICE, 0, "LUKS\xba\xbe");
	is_device(false);
	refused(DEVICE, SWAPCFG_REASON_EXISTS, "LUKS");
}
END_TEST

/* An empty card reader, or zram before it has a size. */
START_TEST(test_device_without_a_medium)
{
	struct swapcfg_spec *spec = format(DEVICE);

	blank(DEVICE, 0);
	is_device(false);
	refused(DEVICE, SWAPCFG_REASON_MISSING, "no medium");
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, false), 0);
	free(check_refused(spec, SWAPCFG_REASON_MISSING));
	blank(DEVICE, MIB);
	is_formatted(DEVICE, MIB);
}
END_TEST

START_TEST(test_device_in_use)
{
	blank(DEVICE, MIB);
	is_device(true);
	refused(DEVICE, SWAPCFG_REASON_IN_USE, "in use");
	fake_unmount_proc();
	refused(DEVICE, SWAPCFG_REASON_IN_USE, "in use");
}
END_TEST

/* What was formatted is as it was where the kernel then refuses it. */
START_TEST(test_activation_fails)
{
	blank("/swapfile", SIZE);
	fake.fail_name = "swapon";
	fake.fail_errno = 22;
	fake.fail_on = true;
	check_fails(format("/swapfile"), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "activate");
}
END_TEST

/* Refused for good by the path, it is the file; refused once, it was the moment. */
START_TEST(test_activation_fails_without_proc)
{
	struct swapcfg_spec *spec = format("/swapfile");

	put_area("/swapfile", SIZE);
	fake_unmount_proc();
	fake.fail_name = "swapon";
	fake.fail_errno = 22;
	fake.fail_on = true;
	check_fails(format("/swapfile"), SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, "activate");
	fake.fail_name = "swapon";
	fake.fail_on = false;
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), 0);
	swapcfg_spec_free(spec);
	ck_assert_uint_eq(fake_area("/swapfile")->size, SIZE - FAKE_PAGE);
}
END_TEST

START_TEST(test_without_proc)
{
	struct swapcfg_spec *spec = format("/swapfile");

	blank("/swapfile", SIZE);
	fake_unmount_proc();
	ck_assert_int_eq(swapcfg_activate(fake.ctx, spec, NULL, NULL), 0);
	swapcfg_spec_free(spec);
	ck_assert_uint_eq(fake_area("/swapfile")->size, SIZE - FAKE_PAGE);
}
END_TEST

Suite *early_format_suite(void)
{
	const TTest *const tests[] = {
		test_blank_file,
		test_torn_header,
		test_sound_area_is_kept,
		test_header_that_will_not_do,
		test_data_of_a_file,
		test_hibernation_image,
		test_holes,
		test_too_small,
		test_missing,
		test_blank_device,
		test_device_with_unknown_data,
		test_device_with_known_data,
		test_device_without_a_medium,
		test_device_in_use,
		test_activation_fails,
		test_activation_fails_without_proc,
		test_without_proc,
	};

	return suite_of("early_format", tests, sizeof(tests) / sizeof(tests[0]));
}
