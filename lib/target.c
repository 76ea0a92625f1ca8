/* SPDX-License-Identifier: MIT */
/* What one file or device is and holds. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "pure/signature.h"
#include "pure/span.h"
#include "survey.h"

/* BLKGETSIZE64 of the kernel's include/uapi/linux/fs.h, whose size_t is part of its number. */
#define DEVICE_SIZE _IOR(0x12, 114, size_t)
/* BLKROGET; its number says nothing of the int that it fills. */
#define DEVICE_READ_ONLY _IO(0x12, 94)
#define SCAN_CHUNK	 (256u * 1024u)

static enum scfg_thing thing_of(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return SCFG_THING_FILE;
	if (S_ISBLK(st->st_mode))
		return SCFG_THING_DEVICE;
	return S_ISLNK(st->st_mode) ? SCFG_THING_LINK : SCFG_THING_OTHER;
}

static int read_header(const struct swapcfg_ctx *ctx, uint32_t page_size,
		       struct scfg_target *target)
{
	/* Nearly always the native page decides; the larger ones are read only if it does not. */
	size_t len = page_size;
	uint8_t *data = malloc(SCFG_PAGE_MAX);
	int64_t got;

	if (!data)
		return -ENOMEM;
	got = ctx->sys->pread(target->fd, data, len, 0);
	if (got >= 0) {
		scfg_header_decode(data, (size_t)got, page_size, &target->header);
		if (target->header.content == SCFG_CONTENT_NONE && (size_t)got == len) {
			got = ctx->sys->pread(target->fd, data, SCFG_PAGE_MAX, 0);
			if (got >= 0)
				scfg_header_decode(data, (size_t)got, page_size, &target->header);
		}
	}
	free(data);
	return got < 0 ? (int)got : 0;
}

int scfg_device_size(const struct swapcfg_ctx *ctx, int fd, uint64_t *ret)
{
	return ctx->sys->ioctl(fd, DEVICE_SIZE, ret);
}

static int look_at_device(const struct swapcfg_ctx *ctx, int dirfd, const char *name,
			  struct scfg_target *ret)
{
	int read_only = 0;
	int fd;
	int r = scfg_device_size(ctx, ret->fd, &ret->size);

	if (r == 0)
		r = ctx->sys->ioctl(ret->fd, DEVICE_READ_ONLY, &read_only);
	if (r < 0)
		return r;
	ret->read_only = read_only != 0;
	/* Exclusive opening of a block device fails while it is mounted or part of something. */
	fd = ctx->sys->openat(dirfd, name, O_RDONLY | O_EXCL | O_NONBLOCK, 0);
	ret->claimed = fd == -EBUSY;
	ctx->sys->close(fd);
	return 0;
}

int scfg_target_look(const struct swapcfg_ctx *ctx, int dirfd, const char *name, uint32_t page_size,
		     const struct scfg_swaps *swaps, struct scfg_target *ret)
{
	struct stat st;
	int r;

	*ret = (struct scfg_target){.fd = -1};
	r = ctx->sys->fstatat(dirfd, name, &st);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	ret->thing = thing_of(&st);
	ret->st = st;
	if (ret->thing != SCFG_THING_FILE && ret->thing != SCFG_THING_DEVICE)
		return 0;
	ret->fd = ctx->sys->openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (ret->fd < 0) {
		r = ret->fd;
		ret->fd = -1;
		return r;
	}
	r = ctx->sys->fstat(ret->fd,
			    &ret->st); /* of what was opened, not of what was there before */
	ret->size = (uint64_t)ret->st.st_size;
	if (r == 0 && ret->thing == SCFG_THING_DEVICE)
		r = look_at_device(ctx, dirfd, name, ret);
	if (r == 0)
		r = read_header(ctx, page_size, ret);
	if (r == 0 && swaps)
		r = scfg_swaps_match(ctx, swaps, &ret->st, &ret->row);
	if (ret->row)
		ret->claimed = false; /* by swap itself, and that is known */
	if (r < 0) {
		scfg_target_close(ctx, ret);
		return r;
	}
	return 0;
}

/* Whether a file has any byte that is not zero. Blocks that were never written read as zeros fast.
 */
static int scan_for_data(const struct swapcfg_ctx *ctx, struct scfg_target *target, uint8_t *data,
			 uint64_t at)
{
	int64_t got;

	do {
		got = ctx->sys->pread(target->fd, data, SCAN_CHUNK, at);
		if (got > 0 && !scfg_is_zeros(data, (size_t)got)) {
			target->foreign = "other data";
			return 0;
		}
		at += got > 0 ? (uint64_t)got : 0;
	} while (got > 0);
	return (int)got;
}

static int read_at(const struct swapcfg_ctx *ctx, int fd, uint8_t *data, size_t len,
		   uint64_t offset)
{
	size_t have = 0;

	while (have < len) {
		int64_t got = ctx->sys->pread(fd, data + have, len - have, offset + have);

		if (got <= 0)
			return got < 0 ? (int)got : -EIO;
		have += (size_t)got;
	}
	return 0;
}

int scfg_target_look_inside(const struct swapcfg_ctx *ctx, struct scfg_target *target)
{
	uint64_t size = target->size;
	size_t head = size < SCFG_SIGNATURE_HEAD ? (size_t)size : SCFG_SIGNATURE_HEAD;
	size_t tail = size < SCFG_SIGNATURE_TAIL ? (size_t)size : SCFG_SIGNATURE_TAIL;
	uint8_t *data;
	int r;

	if (!target->size)
		return 0;
	data = malloc(SCFG_SIGNATURE_HEAD + SCFG_SIGNATURE_TAIL);
	if (!data)
		return -ENOMEM;
	r = read_at(ctx, target->fd, data, head, 0);
	if (r == 0)
		r = read_at(ctx, target->fd, data + head, tail, target->size - tail);
	if (r == 0) {
		target->foreign = scfg_signature_find(data, data + head, target->size);
		target->blank_ends = scfg_is_zeros(data, head) && scfg_is_zeros(data + head, tail);
	}
	/* A file with data of any kind is someone's; on a device old data without a sign are usual.
	 */
	if (r == 0 && !target->foreign && target->thing == SCFG_THING_FILE)
		r = scan_for_data(ctx, target, data, 0);
	free(data);
	return r;
}

int scfg_target_look_for_torn(const struct swapcfg_ctx *ctx, struct scfg_target *target,
			      uint32_t page_size, bool *ret)
{
	uint8_t *data;
	int r;

	*ret = false;
	if (target->size < page_size)
		return 0;
	data = malloc(SCAN_CHUNK);
	if (!data)
		return -ENOMEM;
	r = read_at(ctx, target->fd, data, page_size, 0);
	if (r == 0 && scfg_header_is_torn(data, page_size, target->size / page_size)) {
		target->foreign = NULL;
		r = scan_for_data(ctx, target, data, page_size);
		*ret = r == 0 && !target->foreign;
	}
	free(data);
	return r;
}

void scfg_target_close(const struct swapcfg_ctx *ctx, struct scfg_target *target)
{
	ctx->sys->close(target->fd);
	*target = (struct scfg_target){.fd = -1};
}
