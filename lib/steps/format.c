/* SPDX-License-Identifier: MIT */
/* FORMAT: the swap header, of a new file or in place. In place, what was there is kept for undo. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "steps/steps.h"

/* What would still be taken for something else when the header is written: erased, as mkswap does.
 */
static const struct {
	uint32_t offset;
	char bytes[11];
} other_signs[] = {
	{4096 - 10, "SWAPSPACE2"},  {8192 - 10, "SWAPSPACE2"},	{16384 - 10, "SWAPSPACE2"},
	{32768 - 10, "SWAPSPACE2"}, {65536 - 10, "SWAPSPACE2"}, {65536 + 64, "_BHRfS_M"},
};

#define SIGNS_END (65536u + 64u + 8u)

static int erase_other_signs(const struct scfg_txn *txn, int fd, uint32_t page_size)
{
	static const uint8_t zeros[16];
	uint8_t there[16];

	for (size_t i = 0; i < sizeof(other_signs) / sizeof(other_signs[0]); i++) {
		size_t len = strlen(other_signs[i].bytes);
		uint64_t offset = other_signs[i].offset;
		int64_t got;
		int r;

		if (offset + len == page_size)
			continue;
		got = txn->ctx->sys->pread(fd, there, len, offset);
		if (got < 0)
			return (int)got;
		if ((size_t)got < len || memcmp(there, other_signs[i].bytes, len) != 0)
			continue;
		r = scfg_write_at(txn, fd, zeros, len, offset);
		if (r < 0)
			return r;
	}
	return 0;
}

static int save_range(const struct scfg_txn *txn, int fd, uint64_t offset, size_t len,
		      struct scfg_saved *ret)
{
	int64_t got;

	ret->offset = offset;
	ret->data = malloc(len);
	if (!ret->data)
		return -ENOMEM;
	got = txn->ctx->sys->pread(fd, ret->data, len, offset);
	ret->len = got > 0 ? (size_t)got : 0;
	return got < 0 ? (int)got : 0;
}

/* All that formatting may change. */
static int save(struct scfg_txn *txn, int fd)
{
	uint64_t offset = txn->survey->spec->offset;
	int r;

	if (!offset)
		return save_range(txn, fd, 0, SIGNS_END, &txn->saved[0]);
	r = save_range(txn, fd, 0, SCFG_BOOT_BYTES, &txn->saved[0]);
	if (r == 0)
		r = save_range(txn, fd, offset, txn->survey->page_size, &txn->saved[1]);
	return r;
}

static int restore(const struct scfg_txn *txn, int fd)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < 2; i++)
		r = scfg_write_at(txn, fd, txn->saved[i].data, txn->saved[i].len,
				  txn->saved[i].offset);
	return r == 0 ? txn->ctx->sys->fsync(fd) : r;
}

static int open_target(const struct scfg_txn *txn)
{
	int flags = O_RDWR;

	/* Nobody else may have the device while it is written. */
	if (txn->survey->target.thing == SCFG_THING_DEVICE)
		flags |= O_EXCL;
	return scfg_reopen(txn, txn->survey->place.name, &txn->survey->target.st, flags);
}

static int format_in_place(struct scfg_txn *txn, const struct swapcfg_step *step, int fd)
{
	uint64_t offset = txn->survey->spec->offset;
	int r = save(txn, fd);

	if (r < 0)
		return scfg_txn_fail(txn, r, step, "cannot read what is there");
	/* An offset is too special for a search of other signs. */
	if (!offset)
		r = erase_other_signs(txn, fd, txn->goal->header.page_size);
	if (r == 0)
		r = scfg_header_write(txn, fd, &txn->goal->header, offset);
	if (r == 0)
		return 0;
	r = scfg_txn_fail(txn, r, step, "cannot write the swap header");
	if (restore(txn, fd) < 0)
		scfg_txn_left(txn, step, "the swap header may be partly written");
	return r;
}

/* A bridge is an area like any other, but needs neither label nor UUID. */
static struct scfg_header header_of(const struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct scfg_header header = txn->goal->header;

	if (step->role == SCFG_ROLE_TEMP) {
		memset(&header, 0, sizeof(header));
		header.page_size = txn->survey->page_size;
		header.big_endian = txn->goal->header.big_endian;
		header.last_page = (uint32_t)(step->bytes / header.page_size - 1);
	}
	return header;
}

int scfg_format_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct scfg_header header = header_of(txn, step);
	int fd;
	int r;

	if (txn->fresh.fd >= 0) {
		r = scfg_header_write(txn, txn->fresh.fd, &header, 0);
		return r < 0 ? scfg_txn_fail(txn, r, step, "cannot write the swap header") : 0;
	}
	fd = open_target(txn);
	if (fd < 0)
		return scfg_txn_fail(txn, fd, step, "cannot open it for writing");
	r = format_in_place(txn, step, fd);
	txn->ctx->sys->close(fd);
	return r;
}

/* A new file goes as a whole. */
int scfg_format_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	int fd;
	int r;

	if (step->role == SCFG_ROLE_TEMP || txn->goal->makes)
		return 0;
	fd = open_target(txn);
	if (fd < 0)
		return fd;
	r = restore(txn, fd);
	txn->ctx->sys->close(fd);
	return r;
}
