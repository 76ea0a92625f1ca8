/* SPDX-License-Identifier: MIT */
/*
 * btrfs: swapon(2) wants NOCOW, which can be set on an empty file only and also turns compression
 * off for it (btrfs documentation, "Swapfile").
 */
#include <sys/ioctl.h>

#include "fs/fs.h"

/* FS_IOC_GETFLAGS and FS_IOC_SETFLAGS carry an int, though their numbers are made from long. */
#define GETFLAGS _IOR('f', 1, long)
#define SETFLAGS _IOW('f', 2, long)
#define NOCOW	 0x00800000

int scfg_btrfs_prepare(const struct scfg_sys *sys, int fd)
{
	int flags = 0;
	int r = sys->ioctl(fd, GETFLAGS, &flags);

	if (r < 0)
		return r;
	flags |= NOCOW;
	return sys->ioctl(fd, SETFLAGS, &flags);
}

int scfg_btrfs_unprepared(const struct scfg_sys *sys, int fd)
{
	int flags = 0;
	int r = sys->ioctl(fd, GETFLAGS, &flags);

	return r < 0 ? r : !(flags & NOCOW);
}
