/* SPDX-License-Identifier: MIT */
/*
 * Replacing a boot file. At every instant its name leads to the whole old or the whole new text:
 * temporary file, fsync, rename, fsync of the directory. Mode, owner and extended attributes stay;
 * a link is followed, and what it leads to is replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/boot.h"
#include "root.h"

#define TEXT_MAX  (2u * 1024u * 1024u)
#define XATTR_MAX 65536u

struct edit {
	const struct swapcfg_ctx *ctx;
	unsigned int new_mode; /* of a file that was not there */
	struct scfg_site place;
	char temp[NAME_MAX + 1];
	int old_fd; /* -1: there is no file */
	struct stat st;
};

/* Whether the file is what it was when the new text was made from it. */
static int compare(const struct edit *edit, const char *old, size_t old_len)
{
	char *now;
	size_t len;
	int r;

	if ((edit->old_fd < 0) != !old)
		return -ESTALE;
	if (!old)
		return 0;
	r = scfg_read_fd(edit->ctx, edit->old_fd, TEXT_MAX, &now, &len);
	if (r < 0)
		return r;
	r = len == old_len && memcmp(now, old, len) == 0 ? 0 : -ESTALE;
	free(now);
	return r;
}

/* ACLs and security labels; a file system that has none of a kind cannot have had it. */
static int copy_xattrs(const struct edit *edit, int fd)
{
	const struct scfg_sys *sys = edit->ctx->sys;
	char *names = malloc(XATTR_MAX);
	char *value = malloc(XATTR_MAX);
	int64_t len = -ENOMEM;
	int r = 0;

	if (names && value)
		len = sys->flistxattr(edit->old_fd, names, XATTR_MAX);
	for (const char *name = names; r == 0 && len > 0 && name < names + len;
	     name += strlen(name) + 1) {
		int64_t got = sys->fgetxattr(edit->old_fd, name, value, XATTR_MAX);

		if (got >= 0)
			r = sys->fsetxattr(fd, name, value, (size_t)got);
	}
	free(names);
	free(value);
	if (len < 0 && len != -EOPNOTSUPP && len != -ENOSYS)
		return (int)len;
	return r;
}

static int copy_attributes(const struct edit *edit, int fd)
{
	const struct scfg_sys *sys = edit->ctx->sys;
	struct stat now;
	int r = sys->fstat(fd, &now);

	if (r < 0 || edit->old_fd < 0)
		return r;
	/* Only what differs: FAT refuses both calls, and has nothing to differ. */
	if (now.st_uid != edit->st.st_uid || now.st_gid != edit->st.st_gid)
		r = sys->fchown(fd, edit->st.st_uid, edit->st.st_gid);
	if (r == 0 && ((now.st_mode ^ edit->st.st_mode) & 07777))
		r = sys->fchmod(fd, edit->st.st_mode & 07777u);
	return r < 0 ? r : copy_xattrs(edit, fd);
}

static int write_all(const struct edit *edit, int fd, const char *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		int64_t put = edit->ctx->sys->pwrite(fd, data + at, len - at, at);

		if (put <= 0)
			return put < 0 ? (int)put : -EIO;
		at += (size_t)put;
	}
	return edit->ctx->sys->fsync(fd);
}

static int write_temp(const struct edit *edit, const char *data, size_t len)
{
	const struct scfg_sys *sys = edit->ctx->sys;
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
	unsigned int mode = edit->old_fd < 0 ? edit->new_mode : 0600;
	int fd = sys->openat(edit->place.dirfd, edit->temp, flags, mode);
	int r;

	if (fd < 0)
		return fd;
	r = copy_attributes(edit, fd);
	if (r == 0)
		r = write_all(edit, fd, data, len);
	sys->close(fd);
	return r;
}

/* Once more, right before the name leads to something else: writing the new text took a while. */
static int compare_again(const struct edit *edit, const char *old, size_t old_len)
{
	struct stat now;
	int r = compare(edit, old, old_len);

	if (r == 0)
		r = edit->ctx->sys->fstatat(edit->place.dirfd, edit->place.name, &now);
	if (r == 0 && (now.st_dev != edit->st.st_dev || now.st_ino != edit->st.st_ino))
		r = -ESTALE;
	return r == -ENOENT ? -ESTALE : r;
}

/* The temporary file gets the name. One that appeared where there was none is not replaced. */
static int take_name(const struct edit *edit, const char *old, size_t old_len)
{
	const struct scfg_sys *sys = edit->ctx->sys;
	int r;

	if (!old) {
		r = sys->rename_new(edit->place.dirfd, edit->temp, edit->place.name);
		return r == -EEXIST ? -ESTALE : r;
	}
	r = compare_again(edit, old, old_len);
	return r < 0 ? r : sys->rename(edit->place.dirfd, edit->temp, edit->place.name);
}

static int put_in_place(const struct edit *edit, const char *old, size_t old_len, const char *new,
			size_t new_len)
{
	const struct scfg_sys *sys = edit->ctx->sys;
	int r;

	if (!new) {
		r = old ? compare_again(edit, old, old_len) : 0;
		if (r == 0)
			r = sys->unlinkat(edit->place.dirfd, edit->place.name);
	} else {
		r = write_temp(edit, new, new_len);
		if (r == 0)
			r = take_name(edit, old, old_len);
		/* What had that name before is not ours, or the plan would have deleted it. */
		if (r < 0 && r != -EEXIST)
			sys->unlinkat(edit->place.dirfd, edit->temp);
	}
	return r < 0 ? r : sys->fsync(edit->place.dirfd);
}

int scfg_boot_replace(const struct swapcfg_ctx *ctx, const struct scfg_boot_file *file,
		      const char *old, size_t old_len, const char *new, size_t new_len)
{
	struct edit edit = {.ctx = ctx, .new_mode = file->kind->mode, .old_fd = -1};
	int r = scfg_site_find(ctx, file->path, true, &edit.place);

	if (r < 0)
		return r;
	scfg_boot_temp_name(edit.place.name, edit.temp);
	edit.old_fd = ctx->sys->openat(edit.place.dirfd, edit.place.name,
				       O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (edit.old_fd < 0 && edit.old_fd != -ENOENT)
		r = edit.old_fd;
	if (r == 0 && edit.old_fd >= 0)
		r = ctx->sys->fstat(edit.old_fd, &edit.st);
	/* A link to /dev/null, such as of a unit that was masked, is not to replace that. */
	if (r == 0 && edit.old_fd >= 0 && !S_ISREG(edit.st.st_mode))
		r = -ESTALE;
	if (r == 0)
		r = compare(&edit, old, old_len);
	if (r == 0)
		r = put_in_place(&edit, old, old_len, new, new_len);
	ctx->sys->close(edit.old_fd);
	scfg_site_close(ctx, &edit.place);
	return r;
}
