/* SPDX-License-Identifier: MIT */
/*
 * Foreign data on a device or in a file: file systems, partition tables, RAID, LVM, encryption.
 * Pure: the caller reads, this looks.
 */
#ifndef SCFG_PURE_SIGNATURE_H
#define SCFG_PURE_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define SCFG_SIGNATURE_HEAD (264u * 1024u) /* how much of the start is looked at */
#define SCFG_SIGNATURE_TAIL (128u * 1024u) /* how much of the end */

/*
 * head is the first min(size, SCFG_SIGNATURE_HEAD) bytes and tail the last
 * min(size, SCFG_SIGNATURE_TAIL) of something that is size bytes long.
 * Returns a name for a person, such as "an ext4 file system" or "a GPT partition table"; NULL for
 * none.
 */
const char *scfg_signature_find(const uint8_t *head, const uint8_t *tail, uint64_t size);

#endif
