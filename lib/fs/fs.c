/* SPDX-License-Identifier: MIT */
/*
 * The table of file systems. What swapon(2) accepts was measured on 5.10, 6.1, 6.12 and 6.18; see
 * doc/design.md.
 */
#include "fs/fs.h"

#include <stddef.h>

#define KERNEL(major, minor) ((major)*256 + (minor))
#define MEMORY		     "its files live in memory"
#define NETWORK		     "writing to the network needs the memory that swapping is to free"
#define LAYERS		     "the kernel cannot swap through it; use the file system below it"
#define READ_ONLY	     "it can only be read"
#define NO_SUPPORT	     "the kernel cannot swap to it"

static const struct scfg_fs table[] = {
	{.magic = 0xEF53, .name = "ext4"}, /* ext2 and ext3 share it; they fall back on zeros */
	{.magic = 0x58465342, .name = "xfs"},
	{.magic = 0x9123683E,
	 .name = "btrfs",
	 .min_kernel = KERNEL(5, 0),
	 .prepare = scfg_btrfs_prepare,
	 .unprepared = scfg_btrfs_unprepared},
	{.magic = 0xF2F52010,
	 .name = "f2fs",
	 .unwritten_is_hole = true, /* 5.10 would swap to block 0xFFFFFFFF (seen) */
	 .min_kernel = KERNEL(5, 3),
	 .prepare = scfg_f2fs_prepare},
	{.magic = 0x4D44,
	 .name = "vfat",
	 .road = SCFG_ROAD_GROW, /* its fallocate(2) writes zeros as well, without progress */
	 .no_holes = true,
	 .no_modes = true,
	 .max_file = UINT32_MAX},
	{.magic = 0x2011BAB0,
	 .name = "exfat",
	 .road = SCFG_ROAD_GROW,
	 .no_holes = true,
	 .no_modes = true},
	{.magic = 0x7366746E, .name = "ntfs3", .min_kernel = KERNEL(5, 15)},

	{.magic = 0x01021994, .name = "tmpfs", .refuse = MEMORY},
	{.magic = 0x858458F6, .name = "ramfs", .refuse = MEMORY},
	{.magic = 0x794C7630, .name = "overlayfs", .refuse = LAYERS},
	{.magic = 0xF15F, .name = "ecryptfs", .refuse = LAYERS},
	{.magic = 0x61756673, .name = "aufs", .refuse = LAYERS},
	{.magic = 0x65735546,
	 .name = "fuse",
	 .refuse = "a program in between may move its blocks, or need swap itself"},
	{.magic = 0x73717368, .name = "squashfs", .refuse = READ_ONLY},
	{.magic = 0xE0F5E1E2, .name = "erofs", .refuse = READ_ONLY},
	{.magic = 0x9660, .name = "iso9660", .refuse = READ_ONLY},
	{.magic = 0x28CD3D45, .name = "cramfs", .refuse = READ_ONLY},
	{.magic = 0x7275, .name = "romfs", .refuse = READ_ONLY},
	{.magic = 0x72B6, .name = "jffs2", .refuse = NO_SUPPORT},
	{.magic = 0x24051905, .name = "ubifs", .refuse = NO_SUPPORT},
	{.magic = 0xCA451A4E, .name = "bcachefs", .refuse = NO_SUPPORT},
	{.magic = 0x2FC12FC1, .name = "zfs", .refuse = "swapping to it can lock up the system"},
	{.magic = 0x6969, .name = "nfs", .refuse = NETWORK},
	{.magic = 0xFF534D42, .name = "cifs", .refuse = NETWORK},
	{.magic = 0xFE534D42, .name = "smb2", .refuse = NETWORK},
	{.magic = 0x517B, .name = "smbfs", .refuse = NETWORK},
	{.magic = 0x00C36400, .name = "ceph", .refuse = NETWORK},
	{.magic = 0x01021997, .name = "9p", .refuse = NETWORK},
	{.magic = 0x9FA0, .name = "proc", .refuse = MEMORY},
	{.magic = 0x62656572, .name = "sysfs", .refuse = MEMORY},
};

static const struct scfg_fs unknown = {
	.name = "unknown",
	.refuse = "nothing is known of how it keeps its blocks",
};

const struct scfg_fs *scfg_fs_find(uint32_t magic)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].magic == magic)
			return &table[i];
	}
	return &unknown;
}
