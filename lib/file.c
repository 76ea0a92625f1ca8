/* SPDX-License-Identifier: MIT */
/* Reading whole files and directories. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

/* Holds what the kernel says of itself in nearly all cases, so that one read is enough. */
#define FIRST_READ 4096u

/* The layout that getdents64(2) fills; libc hides it behind readdir. */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t len;
	uint8_t type;
	char name[];
};

void scfg_note_failure(int r, int *err)
{
	if (!*err && (r == -ENOMEM || r == -EMFILE || r == -ENFILE || r == -EIO))
		*err = r;
}

static bool make_room(char **data, size_t *cap)
{
	char *more = realloc(*data, *cap * 2 + 1);

	if (!more)
		return false;
	*data = more;
	*cap *= 2;
	return true;
}

static int read_all(const struct swapcfg_ctx *ctx, int fd, size_t max, bool in_pieces, char **ret,
		    size_t *ret_len)
{
	size_t cap = FIRST_READ;
	size_t len = 0;
	char *data = malloc(cap + 1);
	int64_t got = data ? 1 : -ENOMEM;

	while (got > 0) {
		size_t asked;

		if (len == cap && !make_room(&data, &cap)) {
			got = -ENOMEM;
			break;
		}
		asked = cap - len;
		got = ctx->sys->pread(fd, data + len, asked, len);
		if (got > 0)
			len += (size_t)got;
		if (len > max)
			got = -EFBIG;
		if (got > 0 && (size_t)got < asked && !in_pieces)
			break;
	}
	if (got < 0) {
		free(data);
		return (int)got;
	}
	data[len] = '\0';
	*ret = data;
	*ret_len = len;
	return 0;
}

int scfg_read_fd(const struct swapcfg_ctx *ctx, int fd, size_t max, char **ret, size_t *ret_len)
{
	return read_all(ctx, fd, max, false, ret, ret_len);
}

/* How a file is read. */
enum reading { ANY_FILE, ONLY_REGULAR, IN_PIECES };

static int check_regular(const struct swapcfg_ctx *ctx, int fd)
{
	struct stat st;
	int r = ctx->sys->fstat(fd, &st);

	return r == 0 && !S_ISREG(st.st_mode) ? -EINVAL : r;
}

static int read_path(const struct swapcfg_ctx *ctx, const char *path, size_t max,
		     enum reading reading, char **ret, size_t *ret_len)
{
	/* Not blocking, so that a FIFO or a terminal in a file's place does not hang us. */
	int fd = scfg_open(ctx, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return fd;
	r = reading == ONLY_REGULAR ? check_regular(ctx, fd) : 0;
	if (r == 0)
		r = read_all(ctx, fd, max, reading == IN_PIECES, ret, ret_len);
	ctx->sys->close(fd);
	return r;
}

int scfg_read_file(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		   size_t *ret_len)
{
	return read_path(ctx, path, max, ANY_FILE, ret, ret_len);
}

int scfg_read_regular(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		      size_t *ret_len)
{
	return read_path(ctx, path, max, ONLY_REGULAR, ret, ret_len);
}

int scfg_read_table(const struct swapcfg_ctx *ctx, const char *path, size_t max, char **ret,
		    size_t *ret_len)
{
	return read_path(ctx, path, max, IN_PIECES, ret, ret_len);
}

static int visit_entries(const char *data, size_t len, int (*visit)(const char *name, void *arg),
			 void *arg)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < len;) {
		const struct entry *entry = (const struct entry *)(const void *)(data + at);

		if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
			r = visit(entry->name, arg);
		at += entry->len;
	}
	return r;
}

int scfg_list_dir(const struct swapcfg_ctx *ctx, int fd, int (*visit)(const char *name, void *arg),
		  void *arg)
{
	uint64_t buffer[256];
	int64_t got;
	int r = 0;

	do {
		got = ctx->sys->getdents(fd, buffer, sizeof(buffer));
		if (got > 0)
			r = visit_entries((const char *)buffer, (size_t)got, visit, arg);
	} while (r == 0 && got > 0);
	return r ? r : (int)got;
}
