/* SPDX-License-Identifier: MIT */
/*
 * The swap header, version 1, after include/linux/swap.h (union swap_header) and mm/swapfile.c of
 * the kernel. Pure: no system calls.
 */
#ifndef SCFG_PURE_HEADER_H
#define SCFG_PURE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCFG_PAGE_MIN 4096u
#define SCFG_PAGE_MAX 65536u
/* Fewer pages than util-linux mkswap accepts; the kernel itself would take 2. */
#define SCFG_PAGES_MIN 10u
#define SCFG_LABEL_LEN 16
#define SCFG_UUID_TEXT 37 /* with the NUL */

/* What the first page of a would-be area holds. */
enum scfg_content {
	SCFG_CONTENT_NONE,	  /* no signature of swap */
	SCFG_CONTENT_SWAP,	  /* SWAPSPACE2 with a version-1 header */
	SCFG_CONTENT_SWAP_V0,	  /* SWAP-SPACE: nothing accepts it any more */
	SCFG_CONTENT_HIBERNATION, /* a suspended system lies in the area */
	SCFG_CONTENT_DAMAGED	  /* the signature is there, the header makes no sense */
};

struct scfg_header {
	enum scfg_content content;
	uint32_t page_size; /* where the signature was found */
	bool big_endian;
	uint32_t last_page; /* pages - 1 */
	uint32_t bad_pages;
	uint8_t uuid[16];
	char label[SCFG_LABEL_LEN + 1];
};

/*
 * Writes the first page: page_size bytes at page, all of them. header->content and bad_pages are
 * not looked at. 0, or -EINVAL for a page size that is no power of two in range or a last_page of
 * 0.
 */
int scfg_header_encode(uint8_t *page, const struct scfg_header *header);

/*
 * Reads what the first len bytes of a file or device hold; len up to SCFG_PAGE_MAX is looked at and
 * a shorter one is allowed. Page sizes are tried from the native one on (where several signatures
 * match, the native page size wins). Never fails: the verdict is ret->content. uuid and label are
 * filled for SWAP, and for HIBERNATION where the header is sound.
 */
void scfg_header_decode(const uint8_t *data, size_t len, uint32_t native_page_size,
			struct scfg_header *ret);

/*
 * Whether a page has nothing but the sectors of a header that a power cut let through: each is
 * blank, or what one of our headers for at most so many pages has there.
 */
bool scfg_header_is_torn(const uint8_t *page, uint32_t page_size, uint64_t pages);

/* 36 characters of RFC 9562, any case: 0 or -EINVAL. */
int scfg_uuid_parse(const char *text, uint8_t uuid[16]);
/* Lower case; "" for all zeros. */
void scfg_uuid_format(const uint8_t uuid[16], char text[SCFG_UUID_TEXT]);
/* Makes version 4 of 16 random bytes. */
void scfg_uuid_make_v4(uint8_t uuid[16]);

#endif
