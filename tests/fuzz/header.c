/* SPDX-License-Identifier: MIT */
/* The swap header: fields that are written, and first pages of any bytes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pure/header.h"

const char *const fuzz_properties[] = {"encode", "refused", "decode", "short", "bounds",
				       "reread", "bad",	    "torn",   "whole", NULL};

#define SECTOR 512u

static uint32_t take_page_size(struct fuzz_input *in)
{
	return SCFG_PAGE_MIN << fuzz_below(in, 5);
}

static void take_header(struct fuzz_input *in, struct scfg_header *header)
{
	char *label;

	header->page_size = take_page_size(in);
	header->big_endian = fuzz_byte(in) & 1;
	header->last_page = (uint32_t)fuzz_number(in);
	for (size_t i = 0; i < sizeof(header->uuid); i++)
		header->uuid[i] = fuzz_byte(in);
	label = fuzz_string(in, SCFG_LABEL_LEN);
	memcpy(header->label, label, strlen(label));
	free(label);
}

static bool is_same(const struct scfg_header *one, const struct scfg_header *other)
{
	return one->page_size == other->page_size && one->big_endian == other->big_endian &&
	       one->last_page == other->last_page &&
	       memcmp(one->uuid, other->uuid, sizeof(one->uuid)) == 0 &&
	       strcmp(one->label, other->label) == 0;
}

/* Decodes the first bytes, in memory of exactly that size. */
static struct scfg_header decode(const uint8_t *data, size_t len, uint32_t native)
{
	uint8_t *copy = fuzz_copy(data, len);
	struct scfg_header found;

	memset(&found, 0xa5, sizeof(found));
	scfg_header_decode(copy, len, native, &found);
	free(copy);
	return found;
}

/* What encode() wrote, with any of its sectors lost, is torn; nothing else is. */
static void check_torn(const uint8_t *page, const struct scfg_header *header, struct fuzz_input *in)
{
	uint8_t *part = fuzz_copy(page, header->page_size);
	uint64_t pages = (uint64_t)header->last_page + 1;
	uint8_t lost = fuzz_byte(in);
	/* Anywhere but in the fields and the signature. */
	size_t at = fuzz_u64(in) % (header->page_size - 10);

	for (size_t i = 0; i < header->page_size / SECTOR; i++) {
		if (lost >> i % 8 & 1)
			memset(part + i * SECTOR, 0, SECTOR);
	}
	if (fuzz_is_wrong("torn"))
		part[0] = 1;
	fuzz_hold("torn", scfg_header_is_torn(part, header->page_size, pages),
		  "a header with lost sectors %02x is not known", lost);
	if (at >= 1024 && at < 1068)
		at -= 1024;
	if (!fuzz_is_wrong("whole"))
		part[at] = 1;
	fuzz_hold("whole", !scfg_header_is_torn(part, header->page_size, pages),
		  "a byte of others at %zu is taken for ours", at);
	free(part);
}

static void put32(uint8_t *to, uint32_t value, bool big)
{
	for (unsigned int i = 0; i < 4; i++)
		to[big ? 3 - i : i] = (uint8_t)(value >> 8 * i);
}

/* A bad page is neither the header nor behind the end, or all of the header is damaged. */
static void check_bad(uint8_t *page, const struct scfg_header *header, struct fuzz_input *in)
{
	uint32_t number = (uint32_t)fuzz_number(in);
	bool good = number > 0 && number <= header->last_page;
	struct scfg_header found;

	put32(page + 1032, 1, header->big_endian);
	put32(page + 1536, number, header->big_endian);
	found = decode(page, header->page_size, header->page_size);
	if (fuzz_is_wrong("bad"))
		found.content = SCFG_CONTENT_NONE;
	fuzz_hold("bad",
		  found.content == (good ? SCFG_CONTENT_SWAP : SCFG_CONTENT_DAMAGED) &&
			  (!good || found.bad_pages == 1),
		  "bad page %u of %u gives %d", number, header->last_page, (int)found.content);
}

static void check_fields(struct fuzz_input *in)
{
	struct scfg_header header = {.content = SCFG_CONTENT_SWAP}, found;
	uint8_t *page;
	size_t len;
	int r;

	take_header(in, &header);
	page = malloc(header.page_size);
	if (!page)
		abort();
	memset(page, 0xa5, header.page_size);
	r = scfg_header_encode(page, &header);
	if (fuzz_is_wrong("encode"))
		r = header.last_page ? -EINVAL : 0;
	fuzz_hold("encode", r == (header.last_page ? 0 : -EINVAL), "it gives %d", r);
	if (r == 0) {
		found = decode(page, header.page_size, take_page_size(in));
		if (fuzz_is_wrong("decode"))
			found.uuid[15] ^= 1;
		fuzz_hold("decode",
			  found.content == SCFG_CONTENT_SWAP && found.bad_pages == 0 &&
				  is_same(&header, &found),
			  "it is not read as it was written");
		len = fuzz_u64(in) % header.page_size;
		found = decode(page, len, header.page_size);
		if (fuzz_is_wrong("short"))
			found.content = SCFG_CONTENT_SWAP;
		fuzz_hold("short", found.content == SCFG_CONTENT_NONE, "%zu bytes are a header",
			  len);
		check_torn(page, &header, in);
		check_bad(page, &header, in);
	}
	free(page);
}

/* A page size that is none, or no page: refused, and the page is as it was. */
static void check_refusal(struct fuzz_input *in)
{
	struct scfg_header header = {.page_size = (uint32_t)fuzz_number(in), .last_page = 1};
	uint8_t page[1] = {0xa5};
	int r;

	if (header.page_size >= SCFG_PAGE_MIN && header.page_size <= SCFG_PAGE_MAX &&
	    (header.page_size & (header.page_size - 1)) == 0)
		header.last_page = 0;
	r = scfg_header_encode(page, &header);
	if (fuzz_is_wrong("refused"))
		page[0] = 0;
	fuzz_hold("refused", r == -EINVAL && page[0] == 0xa5, "page size %u gives %d",
		  header.page_size, r);
}

/* A few bytes in a blank page, mostly where they mean something. */
static void take_patch(struct fuzz_input *in, uint8_t *data, size_t len)
{
	static const char signatures[][11] = {"SWAPSPACE2", "SWAP-SPACE", "S1SUSPEND\0",
					      "ULSUSPEND\0", "LINHIB0001"};
	uint8_t what = fuzz_byte(in);
	size_t count = 1 + (what >> 4);
	size_t at;

	switch (what & 3) {
	case 0:
		at = SCFG_PAGE_MIN << fuzz_below(in, 5);
		if (at <= len)
			memcpy(data + at - 10, signatures[fuzz_below(in, COUNT(signatures))], 10);
		return;
	case 1:
		at = 1024 + fuzz_below(in, 44);
		break;
	case 2:
		at = 1536 + (size_t)4 * fuzz_byte(in);
		break;
	default:
		at = fuzz_u64(in) % SCFG_PAGE_MAX;
		break;
	}
	for (; count > 0; count--, at++) {
		if (at < len)
			data[at] = fuzz_byte(in);
	}
}

static void check_bytes(struct fuzz_input *in)
{
	uint32_t native = take_page_size(in);
	size_t len = take_page_size(in) - fuzz_below(in, 2);
	uint8_t *data = calloc(len, 1);
	struct scfg_header found, again;
	uint8_t *page;

	if (!data)
		abort();
	while (in->len > 0)
		take_patch(in, data, len);
	found = decode(data, len, native);
	if (fuzz_is_wrong("bounds"))
		found.page_size = 1;
	fuzz_hold("bounds",
		  found.content <= SCFG_CONTENT_DAMAGED && strlen(found.label) <= SCFG_LABEL_LEN &&
			  (found.page_size == 0 ||
			   (found.page_size >= SCFG_PAGE_MIN && found.page_size <= len)),
		  "content %d in pages of %u", found.content, found.page_size);
	if (len >= native)
		scfg_header_is_torn(data, native, len);
	if (found.content == SCFG_CONTENT_SWAP && found.page_size > 0) {
		page = malloc(found.page_size);
		if (!page || scfg_header_encode(page, &found) < 0)
			abort();
		again = decode(page, found.page_size, found.page_size);
		if (fuzz_is_wrong("reread"))
			again.last_page ^= 1;
		fuzz_hold("reread", is_same(&found, &again), "a header is not written as read");
		free(page);
	}
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};

	switch (fuzz_byte(&in) % 4) {
	case 0:
		check_refusal(&in);
		break;
	case 1:
		check_fields(&in);
		break;
	default:
		check_bytes(&in);
		break;
	}
	return 0;
}
