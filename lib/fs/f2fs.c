/* SPDX-License-Identifier: MIT */
/*
 * f2fs: a pinned file gets blocks of its own when it grows, and the garbage collector does not move
 * them. swapoff(2) takes the pin off, so it is set before each growing.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "fs/fs.h"

/* F2FS_IOC_SET_PIN_FILE of the kernel's include/uapi/linux/f2fs.h. */
#define SET_PIN_FILE _IOW(0xF5, 13, uint32_t)

int scfg_f2fs_prepare(const struct scfg_sys *sys, int fd)
{
	uint32_t on = 1;
	int r = sys->ioctl(fd, SET_PIN_FILE, &on);

	/* Where pinning is refused, swapon(2) moves the blocks itself. */
	return r == -EINVAL || r == -EFBIG ? 0 : r;
}
