/* SPDX-License-Identifier: MIT */
/* The tables of names: a new reason, step or kind is one row here and one line in its header. */
#include "names.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libswapcfg/swapcfg.h>

/* Names lie in the rows, not behind pointers, which a shared library would have to relocate. */
static const struct {
	uint16_t reason;
	uint16_t err;
	char name[24];
} reasons[] = {
	{SWAPCFG_REASON_INVALID_ARGUMENT, EINVAL, "invalid-argument"},
	{SWAPCFG_REASON_TOO_SMALL, EINVAL, "too-small"},
	{SWAPCFG_REASON_TOO_LARGE, EFBIG, "too-large"},
	{SWAPCFG_REASON_PATH_UNSAFE, EINVAL, "path-unsafe"},
	{SWAPCFG_REASON_STALE_PLAN, ESTALE, "stale-plan"},
	{SWAPCFG_REASON_CANCELLED, ECANCELED, "cancelled"},
	{SWAPCFG_REASON_PERMISSION, EPERM, "permission"},
	{SWAPCFG_REASON_NO_KERNEL_SWAP, ENOSYS, "no-kernel-swap"},
	{SWAPCFG_REASON_SLOTS_FULL, EPERM, "slots-full"},
	{SWAPCFG_REASON_LOW_MEMORY, ENOMEM, "low-memory"},
	{SWAPCFG_REASON_OFFLINE, EOPNOTSUPP, "offline"},
	{SWAPCFG_REASON_LESS_SWAP, EAGAIN, "less-swap"},
	{SWAPCFG_REASON_FILESYSTEM_UNSUPPORTED, EOPNOTSUPP, "filesystem-unsupported"},
	{SWAPCFG_REASON_READ_ONLY, EROFS, "read-only"},
	{SWAPCFG_REASON_NO_SPACE, ENOSPC, "no-space"},
	{SWAPCFG_REASON_RESERVE, ENOSPC, "reserve"},
	{SWAPCFG_REASON_EXPORTED, EBUSY, "exported"},
	{SWAPCFG_REASON_HOLES, EOPNOTSUPP, "holes"},
	{SWAPCFG_REASON_COPY_ON_WRITE, EOPNOTSUPP, "copy-on-write"},
	{SWAPCFG_REASON_MISSING, ENOENT, "missing"},
	{SWAPCFG_REASON_EXISTS, EEXIST, "exists"},
	{SWAPCFG_REASON_NOT_SWAP, EINVAL, "not-swap"},
	{SWAPCFG_REASON_IN_USE, EBUSY, "in-use"},
	{SWAPCFG_REASON_PAGE_SIZE, EINVAL, "page-size"},
	{SWAPCFG_REASON_BYTE_ORDER, EINVAL, "byte-order"},
	{SWAPCFG_REASON_HIBERNATION_IMAGE, EEXIST, "hibernation-image"},
	{SWAPCFG_REASON_SHORT, EINVAL, "short"},
	{SWAPCFG_REASON_LEFTOVER, EEXIST, "leftover"},
	{SWAPCFG_REASON_BOOT_ENTRY_UNSUPPORTED, EOPNOTSUPP, "boot-entry-unsupported"},
	{SWAPCFG_REASON_BOOT_ENTRY_CONFLICT, EEXIST, "boot-entry-conflict"},
	{SWAPCFG_REASON_NOT_MOUNTED_AT_BOOT, ENOENT, "not-mounted-at-boot"},
	{SWAPCFG_REASON_BOOT_ENTRY_DANGLING, ENOENT, "boot-entry-dangling"},
	{SWAPCFG_REASON_BOOT_ENTRY_DUPLICATE, EEXIST, "boot-entry-duplicate"},
	{SWAPCFG_REASON_BOOT_ENTRY_MISSING, ENOENT, "boot-entry-missing"},
	{SWAPCFG_REASON_NOT_ACTIVE, ENOENT, "not-active"},
	{SWAPCFG_REASON_BUSY, EBUSY, "busy"},
	{SWAPCFG_REASON_IO, EIO, "io"},
	{SWAPCFG_REASON_NO_MEMORY, ENOMEM, "no-memory"},
	{SWAPCFG_REASON_ROLLBACK_FAILED, EIO, "rollback-failed"},
	{SWAPCFG_REASON_SYSTEM, EIO, "system"},
};

/* What is expected of a system call that fails, and how it is said. */
static const struct {
	uint16_t err;
	uint16_t reason;
	char text[28];
} errnos[] = {
	{EPERM, SWAPCFG_REASON_PERMISSION, "operation not permitted"},
	{EACCES, SWAPCFG_REASON_PERMISSION, "permission denied"},
	{ENOENT, SWAPCFG_REASON_MISSING, "no such file or directory"},
	{ENXIO, SWAPCFG_REASON_MISSING, "no such device"},
	{ENODEV, SWAPCFG_REASON_MISSING, "no such device"},
	{ENOMEDIUM, SWAPCFG_REASON_MISSING, "no medium"},
	{EIO, SWAPCFG_REASON_IO, "input/output error"},
	{ENOMEM, SWAPCFG_REASON_NO_MEMORY, "out of memory"},
	{EBUSY, SWAPCFG_REASON_IN_USE, "device or file in use"},
	{ETXTBSY, SWAPCFG_REASON_IN_USE, "file in use"},
	{EEXIST, SWAPCFG_REASON_EXISTS, "file exists"},
	{ENOSPC, SWAPCFG_REASON_NO_SPACE, "no space left"},
	{EDQUOT, SWAPCFG_REASON_NO_SPACE, "disk quota exceeded"},
	{EROFS, SWAPCFG_REASON_READ_ONLY, "read-only file system"},
	{EFBIG, SWAPCFG_REASON_TOO_LARGE, "file too large"},
	{ENOSYS, SWAPCFG_REASON_SYSTEM, "not in this kernel"},
	{EOPNOTSUPP, SWAPCFG_REASON_SYSTEM, "not supported"},
	{EINVAL, SWAPCFG_REASON_SYSTEM, "invalid argument"},
	{ENOTDIR, SWAPCFG_REASON_INVALID_ARGUMENT, "not a directory"},
	{EISDIR, SWAPCFG_REASON_INVALID_ARGUMENT, "is a directory"},
	{ELOOP, SWAPCFG_REASON_PATH_UNSAFE, "too many symbolic links"},
	{ENAMETOOLONG, SWAPCFG_REASON_INVALID_ARGUMENT, "name too long"},
	{EMFILE, SWAPCFG_REASON_SYSTEM, "too many open files"},
	{ENFILE, SWAPCFG_REASON_SYSTEM, "too many files are open"},
	{EINTR, SWAPCFG_REASON_SYSTEM, "interrupted"},
	{ESTALE, SWAPCFG_REASON_STALE_PLAN, "replaced meanwhile"},
	{ECANCELED, SWAPCFG_REASON_CANCELLED, "cancelled"},
	{EAGAIN, SWAPCFG_REASON_BUSY, "another one is at work"},
};

/* Everything else that has a name: kinds, in one table of pairs each. */
struct name {
	uint16_t value;
	char name[14]; /* "" in the last row */
};

static const struct name steps[] = {
	{SWAPCFG_STEP_CLEAN, "clean"},	     {SWAPCFG_STEP_ALLOCATE, "allocate"},
	{SWAPCFG_STEP_FORMAT, "format"},     {SWAPCFG_STEP_PUBLISH, "publish"},
	{SWAPCFG_STEP_PROTECT, "protect"},   {SWAPCFG_STEP_RESIZE, "resize"},
	{SWAPCFG_STEP_ACTIVATE, "activate"}, {SWAPCFG_STEP_DEACTIVATE, "deactivate"},
	{SWAPCFG_STEP_PERSIST, "persist"},   {SWAPCFG_STEP_FORGET, "forget"},
	{SWAPCFG_STEP_REMOVE, "remove"},     {0, ""},
};

static const struct name boots[] = {
	{SWAPCFG_BOOT_KEEP, "keep"},   {SWAPCFG_BOOT_NONE, "none"},
	{SWAPCFG_BOOT_AUTO, "auto"},   {SWAPCFG_BOOT_INITTAB, "inittab"},
	{SWAPCFG_BOOT_FSTAB, "fstab"}, {SWAPCFG_BOOT_SYSTEMD, "systemd"},
	{SWAPCFG_BOOT_INITD, "initd"}, {SWAPCFG_BOOT_OPENRC, "openrc"},
	{SWAPCFG_BOOT_UCI, "uci"},     {0, ""},
};

static const struct name states[] = {
	{SWAPCFG_STATE_KEEP, "keep"},
	{SWAPCFG_STATE_ABSENT, "absent"},
	{SWAPCFG_STATE_INACTIVE, "inactive"},
	{SWAPCFG_STATE_ALLOCATED, "allocated"},
	{SWAPCFG_STATE_FORMATTED, "formatted"},
	{SWAPCFG_STATE_ACTIVE, "active"},
	{0, ""},
};

static const struct name severities[] = {
	{SWAPCFG_SEVERITY_INFO, "info"},
	{SWAPCFG_SEVERITY_WARNING, "warning"},
	{SWAPCFG_SEVERITY_BLOCKER, "blocker"},
	{0, ""},
};

static const struct name backings[] = {
	{SWAPCFG_BACKING_FILE, "file"},
	{SWAPCFG_BACKING_DEVICE, "device"},
	{SWAPCFG_BACKING_ZRAM, "zram"},
	{0, ""},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *name_of(const struct name *table, int value)
{
	for (; table->name[0]; table++) {
		if (table->value == value)
			return table->name;
	}
	return "unknown";
}

const char *swapcfg_reason_name(enum swapcfg_reason reason)
{
	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (reasons[i].reason == reason)
			return reasons[i].name;
	}
	return "unknown";
}

enum swapcfg_reason swapcfg_reason_from_name(const char *name)
{
	for (size_t i = 0; name && i < COUNT(reasons); i++) {
		if (strcmp(reasons[i].name, name) == 0)
			return (enum swapcfg_reason)reasons[i].reason;
	}
	return SWAPCFG_REASON_NONE;
}

int scfg_reason_errno(enum swapcfg_reason reason)
{
	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (reasons[i].reason == reason)
			return -reasons[i].err;
	}
	return -EIO;
}

enum swapcfg_reason scfg_reason_of_errno(int err)
{
	for (size_t i = 0; i < COUNT(errnos); i++) {
		if (errnos[i].err == -err)
			return (enum swapcfg_reason)errnos[i].reason;
	}
	return SWAPCFG_REASON_SYSTEM;
}

const char *scfg_errno_text(int err)
{
	for (size_t i = 0; i < COUNT(errnos); i++) {
		if (errnos[i].err == -err)
			return errnos[i].text;
	}
	return "unexpected failure";
}

const char *swapcfg_step_name(enum swapcfg_step_kind kind)
{
	return name_of(steps, (int)kind);
}

const char *swapcfg_state_name(enum swapcfg_state state)
{
	return name_of(states, (int)state);
}

const char *swapcfg_severity_name(enum swapcfg_severity severity)
{
	return name_of(severities, (int)severity);
}

const char *swapcfg_backing_name(enum swapcfg_backing backing)
{
	return name_of(backings, (int)backing);
}

const char *swapcfg_boot_name(enum swapcfg_boot boot)
{
	return name_of(boots, (int)boot);
}

int swapcfg_boot_from_name(const char *name, enum swapcfg_boot *ret)
{
	for (const struct name *row = boots; name && row->name[0]; row++) {
		if (strcmp(row->name, name) == 0) {
			*ret = (enum swapcfg_boot)row->value;
			return 0;
		}
	}
	return -EINVAL;
}
