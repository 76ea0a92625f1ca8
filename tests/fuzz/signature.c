/* SPDX-License-Identifier: MIT */
/* Signatures of foreign data: marks, and any bytes, on something that is blank else. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pure/header.h"
#include "pure/signature.h"

const char *const fuzz_properties[] = {"name", "blank", "known", "behind", NULL};

#define SEEN (SCFG_SIGNATURE_HEAD + SCFG_SIGNATURE_TAIL)

static const struct {
	uint32_t offset;
	const char *magic;
	size_t len;
	const char *name;
} known[] = {
	{0, "LUKS\xba\xbe", 6, "LUKS encryption"},
	{0x40000, "SKUL\xba\xbe", 6, "LUKS encryption"},
	{512, "LABELONE", 8, "an LVM physical volume"},
	{4096, "\xfc\x4e\x2b\xa9\1\0\0\0", 8, "a Linux RAID member"},
	{512, "EFI PART", 8, "a GPT partition table"},
	{0, "XFSB", 4, "an XFS file system"},
	{65536 + 64, "_BHRfS_M", 8, "a btrfs file system"},
	{1024, "\x10\x20\xf5\xf2", 4, "an F2FS file system"},
	{3, "EXFAT   ", 8, "an exFAT file system"},
	{3, "NTFS    ", 8, "an NTFS file system"},
	{0, "hsqs", 4, "a squashfs file system"},
	{0, "UBI#", 4, "a UBI device"},
	{32769, "CD001", 5, "an ISO 9660 file system"},
	{32769 + 2048, "NSR02", 5, "a UDF file system"},
	{128 * 1024, "\x0c\xb1\xba\0\0\0\0", 8, "a ZFS pool member"},
};

/* What is seen of something of a size, each in memory of exactly its size; they may overlap. */
struct image {
	uint8_t *head, *tail;
	size_t head_len, tail_len;
	size_t len; /* of both, without what lies between them */
	uint64_t size;
};

static const char *find(const struct image *image)
{
	const char *name = scfg_signature_find(image->head, image->tail, image->size);

	if (fuzz_is_wrong("name"))
		name = "\n";
	fuzz_hold("name", !name || (strspn(name, "\n\t ") == 0 && *name && strlen(name) < 64),
		  "\"%s\" is no name", name);
	return name;
}

static bool is_name(const char *name, const char *wanted)
{
	return !name == !wanted && (!name || strcmp(name, wanted) == 0);
}

/* Puts bytes, or zeros for NULL. */
static void put(struct image *image, size_t at, const char *data, size_t len)
{
	for (size_t i = 0; i < len && at + i < image->len; i++) {
		size_t before_tail = image->len - image->tail_len;
		uint8_t byte = data ? (uint8_t)data[i] : 0;

		if (at + i < image->head_len)
			image->head[at + i] = byte;
		if (at + i >= before_tail)
			image->tail[at + i - before_tail] = byte;
	}
}

/* Bytes somewhere, from the end where the number says so; or a known mark; or a swap header. */
static void take_patch(struct fuzz_input *in, struct image *image)
{
	uint8_t what = fuzz_byte(in);
	char bytes[16];
	size_t len = 1 + (what >> 4);
	size_t at, i;

	if ((what & 3) == 0) {
		i = fuzz_below(in, COUNT(known));
		put(image, known[i].offset, known[i].magic, known[i].len);
		return;
	}
	if ((what & 7) == 1) {
		put(image, 1024, "\1\0\0\0\xff\0\0\0", 8);
		put(image, 4096 - 10, "SWAPSPACE2", 10);
		return;
	}
	at = fuzz_number(in) % (image->len + 1);
	if (what & 4)
		at = image->len - at;
	for (i = 0; i < len; i++)
		bytes[i] = (char)fuzz_byte(in);
	put(image, at, bytes, len);
}

static void check_known(struct image *image, uint32_t which)
{
	const char *name = find(image);

	if (fuzz_is_wrong("blank"))
		name = "a ghost";
	fuzz_hold("blank", !name, "zeros are %s", name);
	if (known[which].offset + known[which].len > image->len ||
	    known[which].offset + known[which].len > SCFG_SIGNATURE_HEAD)
		return;
	put(image, known[which].offset, known[which].magic, known[which].len);
	name = fuzz_is_wrong("known") ? NULL : find(image);
	fuzz_hold("known", is_name(name, known[which].name), "%s is %s", known[which].name,
		  name ? name : "nothing");
	put(image, known[which].offset, NULL, known[which].len);
}

/* Behind the header of a swap area lies what was swapped out: it says nothing. */
static void check_behind(struct image *image)
{
	struct scfg_header header;
	const char *name = find(image);
	const char *without;

	scfg_header_decode(image->head, SCFG_PAGE_MIN, SCFG_PAGE_MIN, &header);
	if (image->size < SEEN || header.content != SCFG_CONTENT_SWAP)
		return;
	memset(image->head + SCFG_PAGE_MIN, 0, SCFG_SIGNATURE_HEAD - SCFG_PAGE_MIN);
	without = find(image);
	if (fuzz_is_wrong("behind"))
		without = "a ghost";
	fuzz_hold("behind", is_name(name, without), "pages make it %s", name ? name : "nothing");
}

/* The size, then patches. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct image image = {.size = fuzz_number(&in)};
	uint8_t kind = fuzz_byte(&in);

	/* Most are as large as matters. */
	if (kind & 1)
		image.size = image.size % SEEN;
	else if (kind & 2)
		image.size = SEEN + image.size % 65536;
	image.len = image.size < SEEN ? (size_t)image.size : SEEN;
	image.head_len = image.len < SCFG_SIGNATURE_HEAD ? image.len : SCFG_SIGNATURE_HEAD;
	image.tail_len = image.len < SCFG_SIGNATURE_TAIL ? image.len : SCFG_SIGNATURE_TAIL;
	image.head = calloc(image.head_len, 1);
	image.tail = calloc(image.tail_len, 1);
	if (!image.head || !image.tail)
		abort();
	check_known(&image, fuzz_below(&in, COUNT(known)));
	while (in.len > 0)
		take_patch(&in, &image);
	if (image.len >= SCFG_PAGE_MIN)
		check_behind(&image);
	else
		find(&image);
	free(image.head);
	free(image.tail);
	return 0;
}
