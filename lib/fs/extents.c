/* SPDX-License-Identifier: MIT */
/*
 * Proof that a file has all its blocks to itself, before swapon(2) looks. lseek(SEEK_HOLE) will not
 * do: it calls blocks that are allocated but not written yet a hole.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fs/fs.h"

/* FS_IOC_FIEMAP and its structures, after the kernel's Documentation/filesystems/fiemap.rst. */
struct fiemap_extent {
	uint64_t logical, physical, length, reserved64[2];
	uint32_t flags, reserved[3];
};

struct fiemap {
	uint64_t start, length;
	uint32_t flags, mapped, count, reserved;
};

#define FIEMAP_IOCTL	 _IOWR('f', 11, struct fiemap)
#define FIEMAP_SYNC	 0x1u
#define EXTENT_LAST	 0x1u
#define EXTENT_UNKNOWN	 0x2u
#define EXTENT_DELALLOC	 0x4u
#define EXTENT_ENCODED	 0x8u
#define EXTENT_INLINE	 0x200u
#define EXTENT_TAIL	 0x400u
#define EXTENT_UNWRITTEN 0x800u
#define EXTENT_SHARED	 0x2000u
#define EXTENT_BAD	 (EXTENT_UNKNOWN | EXTENT_ENCODED | EXTENT_INLINE | EXTENT_TAIL | EXTENT_SHARED)

#define BATCH 32

struct request {
	struct fiemap head;
	struct fiemap_extent extents[BATCH];
};

/* Looks at one batch and moves *at to the end of what it covers. False after the last one. */
static bool look_at(const struct request *request, const struct scfg_fs *fs, uint64_t *at,
		    struct scfg_extents *ret)
{
	for (uint32_t i = 0; i < request->head.mapped && i < BATCH; i++) {
		const struct fiemap_extent *extent = &request->extents[i];

		if (extent->logical > *at || extent->logical + extent->length <= *at)
			ret->holes = true;
		if (fs->unwritten_is_hole && (extent->flags & (EXTENT_UNWRITTEN | EXTENT_DELALLOC)))
			ret->holes = true;
		if (extent->flags & EXTENT_BAD)
			ret->shared = true;
		*at = extent->logical + extent->length;
		if (extent->flags & EXTENT_LAST)
			return false;
	}
	return request->head.mapped > 0 && !ret->holes;
}

static int by_fiemap(const struct scfg_sys *sys, const struct scfg_fs *fs, int fd, uint64_t size,
		     struct scfg_extents *ret)
{
	struct request request;
	uint64_t at = 0;
	int r;

	do {
		memset(&request.head, 0, sizeof(request.head));
		request.head.start = at;
		request.head.length = size - at;
		request.head.flags = FIEMAP_SYNC;
		request.head.count = BATCH;
		r = sys->ioctl(fd, FIEMAP_IOCTL, &request);
		if (r < 0)
			return r;
	} while (look_at(&request, fs, &at, ret) && at < size);
	if (at < size)
		ret->holes = true;
	return 0;
}

int scfg_extents_find(const struct scfg_sys *sys, const struct scfg_fs *fs, int fd, uint64_t size,
		      struct scfg_extents *ret)
{
	struct stat st;
	int r;

	*ret = (struct scfg_extents){0};
	if (fs->no_holes || !size)
		return 0;
	r = by_fiemap(sys, fs, fd, size, ret);
	if (r == 0 || (r != -EOPNOTSUPP && r != -ENOTTY && r != -EINVAL && r != -ENOSYS))
		return r;
	/* Without FIEMAP the count of blocks has to do, as it does for the kernel on NFS. */
	r = sys->fstat(fd, &st);
	if (r < 0)
		return r;
	ret->holes = (uint64_t)st.st_blocks * 512 < size;
	return 0;
}
