/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "pure/header.h"
#include "pure/signature.h"

struct view {
	const uint8_t *head;
	size_t head_len;
	const uint8_t *tail;
	size_t tail_len;
	uint64_t size;
};

/* len bytes at an offset, from the end where it is negative; NULL if they are out of sight. */
static const uint8_t *look(const struct view *view, int64_t offset, size_t len)
{
	uint64_t from_end = offset < 0 ? (uint64_t)-offset : 0;

	if (offset >= 0) {
		if ((uint64_t)offset > view->head_len || len > view->head_len - (size_t)offset)
			return NULL;
		return view->head + offset;
	}
	if (from_end > view->tail_len || len > from_end)
		return NULL;
	return view->tail + (view->tail_len - (size_t)from_end);
}

static bool has(const struct view *view, int64_t offset, const void *magic, size_t len)
{
	const uint8_t *p = look(view, offset, len);

	return p && memcmp(p, magic, len) == 0;
}

static uint32_t le16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p + 2) << 16 | le16(p);
}

static bool is_power_of_two(uint32_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

/*
 * Signatures long enough to be trusted by themselves. The order matters only where one kind of data
 * carries the mark of another: what explains more comes first.
 */
static const struct {	/* no pointers, which a shared library would have to relocate */
	int32_t offset; /* from the end where negative */
	uint8_t len;
	char magic[25]; /* the longest, and its NUL: compilers warn of a string that is cut */
	char name[36];
} magics[] = {
	{0, 6, "LUKS\xba\xbe", "LUKS encryption"},
	/* The second copy of LUKS2, where the first one is damaged. */
	{0x4000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{0x8000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{0x10000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{0x20000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{0x40000, 6, "SKUL\xba\xbe", "LUKS encryption"},
	{3, 8, "-FVE-FS-", "BitLocker encryption"},
	{0, 8, "integrt\0", "a dm-integrity device"},
	{0, 8, "verity\0\0", "a dm-verity hash tree"},
	{0, 8, "LABELONE", "an LVM physical volume"},
	{512, 8, "LABELONE", "an LVM physical volume"},
	{1024, 8, "LABELONE", "an LVM physical volume"},
	{1536, 8, "LABELONE", "an LVM physical volume"},
	/* Software RAID 1.1 and 1.2, with the major version behind the magic. */
	{0, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", "a Linux RAID member"},
	{4096, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", "a Linux RAID member"},
	{-1024, 24, "Intel Raid ISM Cfg Sig. ", "an Intel RAID member"},
	{-512, 4, "\xde\x11\xde\x11", "a DDF RAID member"},
	{0, 8, "dmvdo001", "a VDO volume"},
	{512, 16, "!Stra0tis\x86\xff\x02^\x41rh", "a Stratis pool"},
	{4096 + 24, 16, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81",
	 "a bcache device"},
	{4096 + 24, 16, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef",
	 "a bcachefs file system"},
	{512, 8, "EFI PART", "a GPT partition table"},
	{4096, 8, "EFI PART", "a GPT partition table"},
	{-512, 8, "EFI PART", "the backup of a GPT partition table"},
	{-4096, 8, "EFI PART", "the backup of a GPT partition table"},
	{64, 4, "\x57\x45\x56\x82", "a BSD disk label"},
	{512, 4, "\x57\x45\x56\x82", "a BSD disk label"},
	{0, 4, "XFSB", "an XFS file system"},
	{65536 + 64, 8, "_BHRfS_M", "a btrfs file system"},
	{1024, 4, "\x10\x20\xf5\xf2", "an F2FS file system"},
	{4096 + 1024, 4, "\x10\x20\xf5\xf2", "an F2FS file system"},
	{3, 8, "EXFAT   ", "an exFAT file system"},
	{3, 8, "NTFS    ", "an NTFS file system"},
	{0, 4, "hsqs", "a squashfs file system"},
	{0, 4, "sqsh", "a squashfs file system"},
	{1024, 4, "\xe2\xe1\xf5\xe0", "an EROFS file system"},
	{0, 4, "\x45\x3d\xcd\x28", "a cramfs file system"},
	{0, 4, "\x28\xcd\x3d\x45", "a cramfs file system"},
	{512, 4, "\x45\x3d\xcd\x28", "a cramfs file system"},
	{512, 4, "\x28\xcd\x3d\x45", "a cramfs file system"},
	{0, 8, "-rom1fs-", "a romfs file system"},
	/* Two bytes of JFFS2, then the type of the node: clean marker, name or inode. */
	{0, 4, "\x85\x19\x03\x20", "a JFFS2 file system"},
	{0, 4, "\x85\x19\x01\xe0", "a JFFS2 file system"},
	{0, 4, "\x85\x19\x02\xe0", "a JFFS2 file system"},
	{0, 4, "\x19\x85\x20\x03", "a JFFS2 file system"},
	{0, 4, "\x19\x85\xe0\x01", "a JFFS2 file system"},
	{0, 4, "\x19\x85\xe0\x02", "a JFFS2 file system"},
	{0, 4, "UBI#", "a UBI device"},
	{0, 4, "\x31\x18\x10\x06", "a UBIFS file system"},
	{65536 + 52, 6, "ReIsEr", "a ReiserFS file system"},
	{8192 + 52, 6, "ReIsEr", "a ReiserFS file system"},
	{65536, 7, "ReIsEr4", "a Reiser4 file system"},
	{32768, 4, "JFS1", "a JFS file system"},
	{1024, 4, "H+\0\4", "an HFS+ file system"},
	{1024, 4, "HX\0\5", "an HFS+ file system"},
	{32, 4, "NXSB", "an APFS container"},
	{65536, 4, "\x01\x16\x19\x70", "a GFS2 file system"},
	{1024, 6, "OCFSV2", "an OCFS2 file system"},
	{2048, 6, "OCFSV2", "an OCFS2 file system"},
	{4096, 6, "OCFSV2", "an OCFS2 file system"},
	{8192, 6, "OCFSV2", "an OCFS2 file system"},
	{32769, 5, "CD001", "an ISO 9660 file system"},
	{32769, 5, "BEA01", "a UDF file system"},
};

/* The places depend on the size: both are rounded down to blocks of their own. */
static const char *find_raid_at_end(const struct view *view)
{
	const uint64_t block = 64 * 1024;
	uint64_t end = view->size - view->size % block, sectors = view->size / 512;
	int64_t offset;

	if (end >= block) {
		offset = -(int64_t)(view->size - (end - block));
		if (has(view, offset, "\xfc\x4e\x2b\xa9\0\0\0", 8) ||
		    has(view, offset, "\xa9\x2b\x4e\xfc\0\0\0", 8))
			return "a Linux RAID member";
	}
	if (sectors < 16)
		return NULL;
	offset = -(int64_t)(view->size - (sectors - 16) / 8 * 8 * 512);
	return has(view, offset, "\xfc\x4e\x2b\xa9\1\0\0\0", 8) ? "a Linux RAID member" : NULL;
}

static const char *find_ext(const struct view *view)
{
	const uint8_t *sb = look(view, 1024, 1024);
	uint32_t compat, incompat, ro_compat;

	/* Two bytes of magic are few: block size, revision and counts have to make sense too. */
	if (!sb || le16(sb + 56) != 0xef53 || le32(sb + 24) > 6 || le32(sb + 76) > 1 ||
	    le32(sb + 4) == 0)
		return NULL;
	compat = le32(sb + 92);
	incompat = le32(sb + 96);
	ro_compat = le32(sb + 100);
	if (incompat & 0x8)
		return "the journal of an ext file system";
	/* All that ext3 did not know yet. */
	if ((incompat & ~UINT32_C(0x1f)) || (ro_compat & ~UINT32_C(0x7)))
		return "an ext4 file system";
	return compat & 0x4 ? "an ext3 file system" : "an ext2 file system";
}

static const char *find_fat(const struct view *view)
{
	const uint8_t *boot = look(view, 0, 512);
	uint32_t sector;

	if (!boot || (boot[0] != 0xeb && boot[0] != 0xe9))
		return NULL;
	sector = le16(boot + 11);
	if (!is_power_of_two(sector) || sector < 512 || sector > 4096)
		return NULL;
	if (!is_power_of_two(boot[13]) || le16(boot + 14) == 0 || boot[16] == 0 || boot[16] > 2)
		return NULL;
	if (boot[21] != 0xf0 && boot[21] < 0xf8)
		return NULL;
	return "a FAT file system";
}

static bool minix_magic(uint32_t magic)
{
	return magic == 0x137f || magic == 0x138f || magic == 0x2468 || magic == 0x2478;
}

/* Versions 1 and 2 share a layout; 3 moved the magic and has a block size. */
static const char *find_minix(const struct view *view)
{
	const uint8_t *sb = look(view, 1024, 32);

	if (!sb)
		return NULL;
	if (minix_magic(le16(sb + 16)) && le16(sb + 10) == 0 && le16(sb + 4) != 0 &&
	    le16(sb + 6) != 0 && le16(sb + 8) >= le16(sb + 4) + le16(sb + 6) + 2 &&
	    le16(sb + 18) < 4)
		return "a Minix file system";
	if (le16(sb + 24) == 0x4d5a && le16(sb + 4) == 0 && le16(sb + 12) == 0 &&
	    le16(sb + 6) != 0 && le16(sb + 8) != 0 && le16(sb + 28) >= 1024 &&
	    is_power_of_two(le16(sb + 28)))
		return "a Minix file system";
	return NULL;
}

static const char *find_nilfs(const struct view *view)
{
	const uint8_t *sb = look(view, 1024, 24);

	/* Revision 2.x, the magic, and a block size from 1 to 64 KiB. */
	if (!sb || le32(sb) != 2 || le16(sb + 6) != 0x3434 || le32(sb + 20) > 6)
		return NULL;
	return "a NILFS2 file system";
}

/* Any uberblock of the first label will do; their distance depends on the pool. */
static const char *find_zfs(const struct view *view)
{
	for (int64_t offset = 128 * 1024; offset < 256 * 1024; offset += 1024)
		if (has(view, offset, "\x0c\xb1\xba\0\0\0\0", 8) ||
		    has(view, offset, "\0\0\0\0\0\xba\xb1\x0c", 8))
			return "a ZFS pool member";
	return NULL;
}

/* The volume recognition sequence; its steps are sectors of 2048 bytes, or larger ones. */
static const char *find_udf(const struct view *view)
{
	for (int64_t offset = 32768; offset < 2 * 65536; offset += 2048)
		if (has(view, offset + 1, "NSR02", 5) || has(view, offset + 1, "NSR03", 5))
			return "a UDF file system";
	return NULL;
}

static bool mbr_entry_valid(const uint8_t *entry)
{
	static const uint8_t empty[16];

	if (memcmp(entry, empty, sizeof(empty)) == 0)
		return true;
	return (entry[0] == 0 || entry[0] == 0x80) && entry[4] != 0 && le32(entry + 8) != 0 &&
	       le32(entry + 12) != 0;
}

/* 55 AA ends any boot sector: only a table with sound entries counts, and an empty one does not. */
static const char *find_mbr(const struct view *view)
{
	const uint8_t *sector = look(view, 0, 512);
	bool used = false;

	if (!sector || sector[510] != 0x55 || sector[511] != 0xaa)
		return NULL;
	for (const uint8_t *entry = sector + 446; entry < sector + 510; entry += 16) {
		if (!mbr_entry_valid(entry))
			return NULL;
		used = used || entry[4] != 0;
	}
	return used ? "an MBR partition table" : NULL;
}

/*
 * The pages behind the header of a swap area hold what was swapped out, which may look like
 * anything. Only the first page and the end say something there.
 */
static size_t head_in_sight(const uint8_t *head, size_t len)
{
	struct scfg_header header;

	scfg_header_decode(head, len, SCFG_PAGE_MIN, &header);
	if (header.content == SCFG_CONTENT_SWAP && header.page_size < len)
		return header.page_size;
	return len;
}

const char *scfg_signature_find(const uint8_t *head, const uint8_t *tail, uint64_t size)
{
	static const char *(*const probes[])(const struct view *) = {
		find_raid_at_end, find_ext, find_fat, find_minix,
		find_nilfs,	  find_zfs, find_udf, find_mbr,
	};
	struct view view = {.head = head, .tail = tail, .size = size};
	const char *name = NULL;

	view.head_len = size < SCFG_SIGNATURE_HEAD ? (size_t)size : SCFG_SIGNATURE_HEAD;
	view.tail_len = size < SCFG_SIGNATURE_TAIL ? (size_t)size : SCFG_SIGNATURE_TAIL;
	view.head_len = head_in_sight(head, view.head_len);
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has(&view, magics[i].offset, magics[i].magic, magics[i].len))
			return magics[i].name;
	for (size_t i = 0; !name && i < sizeof(probes) / sizeof(probes[0]); i++)
		name = probes[i](&view);
	return name;
}
