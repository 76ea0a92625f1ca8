/* SPDX-License-Identifier: MIT */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LINKS_MAX 40

/* One resolution under way. */
struct walk {
	const struct swapcfg_ctx *ctx;
	int fd; /* the directory that has been reached */
	struct stat st;
	int links;
	char *unsafe;
	bool led;
	char done[PATH_MAX]; /* its path; "" for the root */
	char todo[PATH_MAX];
	char link[PATH_MAX];
};

static bool trusted(const struct swapcfg_ctx *ctx, uid_t uid)
{
	struct stat root;

	if (uid == 0 || uid == ctx->sys->geteuid())
		return true;
	/* A tree that somebody prepares for another machine belongs to that somebody. */
	return ctx->offline && ctx->sys->fstat(ctx->rootfd, &root) == 0 && uid == root.st_uid;
}

bool scfg_others_write(const struct swapcfg_ctx *ctx, const struct stat *st)
{
	if (!trusted(ctx, st->st_uid) || (st->st_mode & S_IWOTH))
		return true;
	return (st->st_mode & S_IWGRP) && st->st_gid != 0 && !ctx->offline;
}

/*
 * Where a directory has an ACL, its group's bits are the mask: others may write then, though the
 * group is root's. 1, 0, or why it cannot be told.
 */
static int acl_lets_write(const struct walk *walk)
{
	const struct scfg_sys *sys = walk->ctx->sys;
	char acl[256];
	int64_t len;
	int fd;

	if (!(walk->st.st_mode & S_IWGRP))
		return 0;
	fd = sys->openat(walk->fd, ".", O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fd == -EACCES ? 1 : fd;
	len = sys->fgetxattr(fd, "system.posix_acl_access", acl, sizeof(acl));
	sys->close(fd);
	if (len == -ENODATA || len == -EOPNOTSUPP || len == -ENOSYS)
		return 0;
	return len >= 0 || len == -ERANGE ? 1 : (int)len;
}

/* Whether others could put something else in place of an entry of the directory; NULL: of a new
 * one. 1, 0, or why it cannot be told. */
static int replaceable(const struct walk *walk, const struct stat *entry)
{
	const struct stat *dir = &walk->st;

	if (!scfg_others_write(walk->ctx, dir)) {
		int r = acl_lets_write(walk);

		if (r <= 0)
			return r;
	}
	/* The sticky bit protects what exists and belongs to a trusted user. */
	return !(dir->st_mode & S_ISVTX) || !trusted(walk->ctx, dir->st_uid) || !entry ||
	       !trusted(walk->ctx, entry->st_uid);
}

static int start_at_root(struct walk *walk)
{
	const struct scfg_sys *sys = walk->ctx->sys;

	sys->close(walk->fd);
	walk->done[0] = '\0';
	walk->fd = sys->openat(walk->ctx->rootfd, ".", O_PATH | O_DIRECTORY, 0);
	return walk->fd < 0 ? walk->fd : sys->fstat(walk->fd, &walk->st);
}

/* Puts text in front of what is left to walk. */
static int prepend(struct walk *walk, const char *text)
{
	size_t head = strlen(text);
	size_t rest = strlen(walk->todo);

	if (head + 1 + rest >= sizeof(walk->todo))
		return -ENAMETOOLONG;
	memmove(walk->todo + head + 1, walk->todo, rest + 1);
	memcpy(walk->todo, text, head);
	walk->todo[head] = '/';
	return 0;
}

/* Cuts the next component off what is left; false at the end. */
static bool next_component(struct walk *walk, char name[NAME_MAX + 1], int *error)
{
	const char *from = walk->todo + strspn(walk->todo, "/");
	size_t len = strcspn(from, "/");

	*error = len > NAME_MAX ? -ENAMETOOLONG : 0;
	if (!len || *error)
		return false;
	memcpy(name, from, len);
	name[len] = '\0';
	from += len;
	memmove(walk->todo, from, strlen(from) + 1);
	return true;
}

static bool is_last(const struct walk *walk)
{
	return walk->todo[strspn(walk->todo, "/")] == '\0';
}

/* A directory and a name as one path; NULL where memory is out. */
static char *join(const char *dir, const char *name)
{
	size_t len = strlen(dir);
	size_t name_len = strlen(name);
	char *path = malloc(len + 1 + name_len + 1);

	if (!path)
		return NULL;
	memcpy(path, dir, len);
	path[len] = '/';
	memcpy(path + len + 1, name, name_len + 1);
	return path;
}

static int note_unsafe(struct walk *walk, const char *name)
{
	if (!walk->unsafe)
		walk->unsafe = join(walk->done, name);
	return walk->unsafe ? 0 : -ENOMEM;
}

/* "..": forget the last directory and walk to its parent anew; the root is its own parent. */
static int go_up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');
	int r;

	if (!slash)
		return 0;
	*slash = '\0';
	r = prepend(walk, walk->done);
	return r < 0 ? r : start_at_root(walk);
}

static int follow_link(struct walk *walk, int fd)
{
	int64_t len;
	int r;

	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	len = walk->ctx->sys->readlinkat(fd, "", walk->link, sizeof(walk->link) - 1);
	if (len < 0)
		return (int)len;
	walk->link[len] = '\0';
	r = prepend(walk, walk->link);
	if (r < 0 || walk->link[0] != '/')
		return r;
	return start_at_root(walk);
}

/* Goes down into a directory, whose descriptor is taken over: 1. */
static int enter(struct walk *walk, const char *name, int fd, const struct stat *st)
{
	size_t len = strlen(walk->done);
	size_t name_len = strlen(name);

	if (!S_ISDIR(st->st_mode))
		return -ENOTDIR;
	if (len + 1 + name_len >= sizeof(walk->done))
		return -ENAMETOOLONG;
	walk->done[len] = '/';
	memcpy(walk->done + len + 1, name, name_len + 1);
	walk->ctx->sys->close(walk->fd);
	walk->fd = fd;
	walk->st = *st;
	return 1;
}

/* One component that is not the last, or a link: 1 if fd was taken over. */
static int step_into(struct walk *walk, const char *name, int fd)
{
	struct stat st;
	int r = walk->ctx->sys->fstat(fd, &st);

	if (r == 0)
		r = replaceable(walk, &st);
	if (r > 0)
		r = note_unsafe(walk, name);
	if (r < 0)
		return r;
	if (S_ISLNK(st.st_mode)) {
		walk->led = walk->led || walk->unsafe;
		return follow_link(walk, fd);
	}
	return enter(walk, name, fd, &st);
}

/* Whether the walk stops before this component, since it is the name that was asked for. */
static int stops_at(struct walk *walk, const char *name, bool follow_last)
{
	struct stat st;
	int r;

	if (!is_last(walk))
		return 0;
	r = walk->ctx->sys->fstatat(walk->fd, name, &st);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && follow_last && S_ISLNK(st.st_mode))
		return 0;
	r = replaceable(walk, r == 0 ? &st : NULL);
	if (r > 0)
		r = note_unsafe(walk, name);
	return r < 0 ? r : 1;
}

static int walk_path(struct walk *walk, bool follow_last, char name[NAME_MAX + 1])
{
	int r = start_at_root(walk);

	while (r >= 0 && next_component(walk, name, &r)) {
		int fd;

		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			r = go_up(walk);
			continue;
		}
		r = stops_at(walk, name, follow_last);
		if (r)
			return r < 0 ? r : 0;
		fd = walk->ctx->sys->openat(walk->fd, name, O_PATH | O_NOFOLLOW, 0);
		if (fd < 0)
			return fd;
		r = step_into(walk, name, fd);
		if (r != 1)
			walk->ctx->sys->close(fd);
	}
	/* Nothing is left but a directory: links or ".." led to one. */
	return r < 0 ? r : -EISDIR;
}

static int fill_place(struct walk *walk, const char *name, struct scfg_site *ret)
{
	/* Not O_PATH: the directory is synced through it. */
	ret->dirfd = walk->ctx->sys->openat(walk->fd, ".", O_RDONLY | O_DIRECTORY, 0);
	if (ret->dirfd < 0)
		return ret->dirfd;
	ret->path = join(walk->done, name);
	if (!ret->path) {
		walk->ctx->sys->close(ret->dirfd);
		ret->dirfd = -1;
		return -ENOMEM;
	}
	ret->name = strrchr(ret->path, '/') + 1;
	ret->dir = walk->st;
	ret->unsafe = walk->unsafe;
	ret->led = walk->led;
	walk->unsafe = NULL;
	return 0;
}

int scfg_site_find(const struct swapcfg_ctx *ctx, const char *path, bool follow_last,
		   struct scfg_site *ret)
{
	struct walk *walk;
	char name[NAME_MAX + 1] = "";
	int r;

	*ret = (struct scfg_site){.dirfd = -1};
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	walk = calloc(1, sizeof(*walk)); /* too large for a small thread's stack */
	if (!walk)
		return -ENOMEM;
	walk->ctx = ctx;
	walk->fd = -1;
	memcpy(walk->todo, path, strlen(path) + 1);
	r = walk_path(walk, follow_last, name);
	if (r == 0)
		r = fill_place(walk, name, ret);
	ctx->sys->close(walk->fd);
	free(walk->unsafe);
	free(walk);
	return r;
}

void scfg_site_close(const struct swapcfg_ctx *ctx, struct scfg_site *place)
{
	ctx->sys->close(place->dirfd);
	free(place->path);
	free(place->unsafe);
	*place = (struct scfg_site){.dirfd = -1};
}

int scfg_open(const struct swapcfg_ctx *ctx, const char *path, int flags)
{
	struct scfg_site place;
	int r;

	/* The running system resolves its own paths; links cannot lead out of "/". */
	if (!ctx->confined)
		return ctx->sys->openat(ctx->rootfd, path, flags, 0);
	r = scfg_site_find(ctx, path, !(flags & O_NOFOLLOW), &place);
	if (r == -EISDIR)
		return ctx->sys->openat(ctx->rootfd, ".", flags, 0);
	if (r < 0)
		return r;
	r = ctx->sys->openat(place.dirfd, place.name, flags | O_NOFOLLOW, 0);
	scfg_site_close(ctx, &place);
	return r;
}
