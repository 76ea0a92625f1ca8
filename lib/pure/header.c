/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "pure/header.h"

/* Offsets inside the first page. What lies before the version belongs to boot loaders. */
#define OFF_VERSION   1024u
#define OFF_LAST_PAGE 1028u
#define OFF_BAD_COUNT 1032u
#define OFF_UUID      1036u
#define OFF_LABEL     1052u
#define OFF_BAD_LIST  1536u
#define SIGNATURE_LEN 10u /* at the end of the page */

static uint32_t get32(const uint8_t *p, bool big)
{
	if (big)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void put32(uint8_t *p, uint32_t value, bool big)
{
	for (unsigned int i = 0; i < 4; i++)
		p[big ? 3 - i : i] = (uint8_t)(value >> (8 * i));
}

static bool page_size_valid(uint32_t size)
{
	return size >= SCFG_PAGE_MIN && size <= SCFG_PAGE_MAX && (size & (size - 1)) == 0;
}

/* What lies behind the first NUL is dropped. */
static size_t label_length(const void *label)
{
	const char *end = memchr(label, '\0', SCFG_LABEL_LEN);

	return end ? (size_t)(end - (const char *)label) : SCFG_LABEL_LEN;
}

int scfg_header_encode(uint8_t *page, const struct scfg_header *header)
{
	uint32_t size = header->page_size;

	if (!page_size_valid(size) || header->last_page == 0)
		return -EINVAL;
	memset(page, 0, size);
	put32(page + OFF_VERSION, 1, header->big_endian);
	put32(page + OFF_LAST_PAGE, header->last_page, header->big_endian);
	memcpy(page + OFF_UUID, header->uuid, sizeof(header->uuid));
	memcpy(page + OFF_LABEL, header->label, label_length(header->label));
	memcpy(page + size - SIGNATURE_LEN, "SWAPSPACE2", SIGNATURE_LEN);
	return 0;
}

/* What the ten bytes at the end of a page say. DAMAGED is never among it. */
static enum scfg_content signature_content(const uint8_t *signature)
{
	static const struct {
		const char *text;
		enum scfg_content content;
	} known[] = {
		{"SWAPSPACE2", SCFG_CONTENT_SWAP},	 {"SWAP-SPACE", SCFG_CONTENT_SWAP_V0},
		{"S1SUSPEND", SCFG_CONTENT_HIBERNATION}, {"S2SUSPEND", SCFG_CONTENT_HIBERNATION},
		{"ULSUSPEND", SCFG_CONTENT_HIBERNATION}, {"LINHIB0001", SCFG_CONTENT_HIBERNATION},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (memcmp(signature, known[i].text, strlen(known[i].text)) == 0)
			return known[i].content;
	return SCFG_CONTENT_NONE;
}

/* As the kernel checks it: a bad page is neither the header nor behind the last page. */
static bool bad_pages_valid(const uint8_t *page, const struct scfg_header *header)
{
	uint32_t most = (header->page_size - OFF_BAD_LIST - SIGNATURE_LEN) / 4;

	if (header->bad_pages > most)
		return false;
	for (uint32_t i = 0; i < header->bad_pages; i++) {
		uint32_t number = get32(page + OFF_BAD_LIST + (size_t)4 * i, header->big_endian);

		if (number == 0 || number > header->last_page)
			return false;
	}
	return true;
}

/* Fills in the fields of a version-1 header; false, and nothing filled in, where it is unsound. */
static bool read_fields(const uint8_t *page, struct scfg_header *ret)
{
	struct scfg_header header = *ret;

	header.big_endian = get32(page + OFF_VERSION, true) == 1;
	if (!header.big_endian && get32(page + OFF_VERSION, false) != 1)
		return false;
	header.last_page = get32(page + OFF_LAST_PAGE, header.big_endian);
	header.bad_pages = get32(page + OFF_BAD_COUNT, header.big_endian);
	if (header.last_page == 0 || !bad_pages_valid(page, &header))
		return false;
	memcpy(header.uuid, page + OFF_UUID, sizeof(header.uuid));
	memcpy(header.label, page + OFF_LABEL, label_length(page + OFF_LABEL));
	*ret = header;
	return true;
}

/* Whether a signature stands at the end of a page of this size; if so, ret is complete. */
static bool decode_page(const uint8_t *data, size_t len, uint32_t size, struct scfg_header *ret)
{
	enum scfg_content content;

	if (!page_size_valid(size) || size > len)
		return false;
	content = signature_content(data + size - SIGNATURE_LEN);
	if (content == SCFG_CONTENT_NONE)
		return false;
	ret->content = content;
	ret->page_size = size;
	if (content != SCFG_CONTENT_SWAP_V0 && !read_fields(data, ret) &&
	    content == SCFG_CONTENT_SWAP)
		ret->content = SCFG_CONTENT_DAMAGED;
	return true;
}

void scfg_header_decode(const uint8_t *data, size_t len, uint32_t native_page_size,
			struct scfg_header *ret)
{
	static const uint8_t tuxonice[] = {0xed, 0xc3, 0x02, 0xe9, 0x98, 0x56, 0xe5, 0x0c};
	bool found;

	*ret = (struct scfg_header){.content = SCFG_CONTENT_NONE};
	found = decode_page(data, len, native_page_size, ret);
	for (uint32_t size = SCFG_PAGE_MIN; !found && size <= SCFG_PAGE_MAX; size *= 2)
		found = decode_page(data, len, size, ret);
	/* TuxOnIce marks the start of the page, whatever the end of it says. */
	if (len >= sizeof(tuxonice) && memcmp(data, tuxonice, sizeof(tuxonice)) == 0)
		ret->content = SCFG_CONTENT_HIBERNATION;
}

static bool is_zero(const uint8_t *data, size_t len)
{
	while (len > 0 && data[len - 1] == 0)
		len--;
	return len == 0;
}

bool scfg_header_is_torn(const uint8_t *page, uint32_t page_size, uint64_t pages)
{
	const uint8_t *end = page + page_size - SIGNATURE_LEN;
	bool big = get32(page + OFF_VERSION, true) == 1;
	size_t fields = OFF_LABEL + SCFG_LABEL_LEN;

	if (!is_zero(page, OFF_VERSION) ||
	    !is_zero(page + fields, page_size - SIGNATURE_LEN - fields) ||
	    (!is_zero(end, SIGNATURE_LEN) && memcmp(end, "SWAPSPACE2", SIGNATURE_LEN) != 0))
		return false;
	if (is_zero(page + OFF_VERSION, fields - OFF_VERSION))
		return true;
	return (big || get32(page + OFF_VERSION, false) == 1) &&
	       get32(page + OFF_LAST_PAGE, big) < pages && get32(page + OFF_BAD_COUNT, big) == 0;
}
