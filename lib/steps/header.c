/* SPDX-License-Identifier: MIT */
/* Writing a swap header to an open file or device. */
#include <errno.h>
#include <stdlib.h>

#include "steps/steps.h"

int scfg_write_at(const struct scfg_txn *txn, int fd, const uint8_t *data, size_t len,
		  uint64_t offset)
{
	size_t at = 0;

	while (at < len) {
		int64_t put = txn->ctx->sys->pwrite(fd, data + at, len - at, offset + at);

		if (put <= 0)
			return put < 0 ? (int)put : -EIO;
		at += (size_t)put;
	}
	return 0;
}

static int write_page(const struct scfg_txn *txn, int fd, const uint8_t *page, size_t len,
		      uint64_t offset)
{
	int r;

	if (!offset)
		return scfg_write_at(txn, fd, page, len, 0);
	/* The boot loader's place is at the start of the device, wherever the area begins. */
	r = scfg_write_at(txn, fd, page, SCFG_BOOT_BYTES, 0);
	if (r == 0)
		r = scfg_write_at(txn, fd, page + SCFG_BOOT_BYTES, len - SCFG_BOOT_BYTES,
				  offset + SCFG_BOOT_BYTES);
	return r;
}

int scfg_header_write(const struct scfg_txn *txn, int fd, const struct scfg_header *header,
		      uint64_t offset)
{
	uint8_t *page = malloc(header->page_size);
	int r;

	if (!page)
		return -ENOMEM;
	r = scfg_header_encode(page, header);
	if (r == 0)
		r = write_page(txn, fd, page, header->page_size, offset);
	if (r == 0)
		r = txn->ctx->sys->fsync(fd);
	free(page);
	return r;
}
