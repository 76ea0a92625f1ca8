/* SPDX-License-Identifier: MIT */
/* The fake root: made, looked at, deleted. Through descriptors, so that nothing leaves it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"

#define BLOCK (256u * 1024u)

/* The directory that a path's last component is in, made where it is missing. */
static int open_parent(int root, const char *path, bool make, const char **name)
{
	char part[NAME_MAX + 1];
	int dir = dup(root);

	path++;
	for (const char *slash; dir >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		size_t len = (size_t)(slash - path);
		int next;

		if (len == 0 || len > NAME_MAX) {
			close(dir);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		if (make)
			(void)mkdirat(dir, part, 0755);
		next = openat(dir, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(dir);
		dir = next;
	}
	*name = path;
	return dir;
}

static bool write_all(int fd, const char *data, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t put = pwrite(fd, data, len, at);

		if (put <= 0)
			return false;
		data += put;
		len -= (size_t)put;
		at += put;
	}
	return true;
}

static bool write_zeros(int fd, uint64_t size)
{
	char *block = calloc(1, BLOCK);
	bool good = block != NULL;

	for (uint64_t at = 0; good && at < size; at += BLOCK)
		good = write_all(fd, block, size - at < BLOCK ? (size_t)(size - at) : BLOCK,
				 (off_t)at);
	free(block);
	return good;
}

static bool offset_of(const char *key, off_t *ret)
{
	char *end;

	*ret = (off_t)strtoll(key, &end, 10);
	return end != key && !*end && *ret >= 0;
}

static bool write_texts(int fd, json_t *at, struct trouble *trouble)
{
	const char *key;
	json_t *text;
	off_t offset;

	json_object_foreach(at, key, text)
	{
		if (!offset_of(key, &offset) || !json_is_string(text))
			return case_fail(trouble, "\"at\" maps offsets to texts");
		if (!write_all(fd, json_string_value(text), json_string_length(text), offset))
			return case_fail(trouble, "pwrite: %s", strerror(errno));
	}
	return true;
}

static bool fill(int fd, json_t *entry, struct trouble *trouble)
{
	json_t *text = json_is_string(entry) ? entry : json_object_get(entry, "text");
	json_t *zeros = json_object_get(entry, "zeros");
	json_t *size = zeros ? zeros : json_object_get(entry, "hole");
	uint64_t bytes;
	bool good;

	if (text)
		good = write_all(fd, json_string_value(text), json_string_length(text), 0);
	else if (!size || case_amount(size, &bytes) < 0)
		return case_fail(trouble, "a file needs a text, zeros or a hole");
	else
		good = zeros ? write_zeros(fd, bytes) : ftruncate(fd, (off_t)bytes) == 0;
	if (!good)
		return case_fail(trouble, "a file cannot be written: %s", strerror(errno));
	return write_texts(fd, json_object_get(entry, "at"), trouble);
}

static bool make_file(int dir, const char *name, json_t *entry, mode_t mode,
		      struct trouble *trouble)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return case_fail(trouble, "%s: %s", name, strerror(errno));
	good = fill(fd, entry, trouble);
	if (fchmod(fd, mode) < 0)
		good = case_fail(trouble, "fchmod: %s", strerror(errno));
	close(fd);
	return good;
}

static bool make_one(int dir, const char *name, json_t *entry, struct trouble *trouble)
{
	static const char *const keys[] = {"text",  "mode", "link", "directory",
					   "zeros", "hole", "at",   NULL};
	const char *mode = json_string_value(json_object_get(entry, "mode"));
	const char *link = json_string_value(json_object_get(entry, "link"));
	bool is_dir = json_is_true(json_object_get(entry, "directory"));
	mode_t bits = mode ? (mode_t)strtoul(mode, NULL, 8) : is_dir ? 0755 : 0644;

	if (!json_is_string(entry) && !case_keys_known(entry, name, keys, trouble))
		return false;
	if (link)
		return symlinkat(link, dir, name) == 0 ||
		       case_fail(trouble, "%s: %s", name, strerror(errno));
	if (!is_dir)
		return make_file(dir, name, entry, bits, trouble);
	if ((mkdirat(dir, name, 0700) < 0 && errno != EEXIST) || fchmodat(dir, name, bits, 0) < 0)
		return case_fail(trouble, "%s: %s", name, strerror(errno));
	return true;
}

bool tree_make(int root, json_t *tree, struct trouble *trouble)
{
	const char *path;
	json_t *entry;

	json_object_foreach(tree, path, entry)
	{
		const char *name;
		int dir = open_parent(root, path, true, &name);
		bool good;

		if (dir < 0)
			return case_fail(trouble, "%s: %s", path, strerror(errno));
		good = make_one(dir, name, entry, trouble);
		close(dir);
		if (!good)
			return false;
	}
	return true;
}

/* Whether the bytes at an offset are a text. */
static bool has_text(int fd, json_t *text, off_t at)
{
	size_t len = json_string_length(text);
	char *data = malloc(len + 1);
	bool same = data && pread(fd, data, len, at) == (ssize_t)len &&
		    memcmp(data, json_string_value(text), len) == 0;

	free(data);
	return same;
}

/* The whole content, shown where it is another. */
static bool compare_text(int fd, off_t size, json_t *text, const char *path,
			 struct trouble *trouble)
{
	char shown[1024];
	ssize_t got;

	if ((size_t)size == json_string_length(text) && has_text(fd, text, 0))
		return true;
	got = pread(fd, shown, sizeof(shown) - 1, 0);
	shown[got > 0 ? got : 0] = '\0';
	return case_fail(trouble, "%s has another text:\n%s", path, shown);
}

static bool compare_content(int dir, const char *name, const struct stat *st, json_t *expected,
			    const char *path, struct trouble *trouble)
{
	json_t *text = json_is_string(expected) ? expected : json_object_get(expected, "text");
	json_t *at = json_object_get(expected, "at");
	const char *key;
	json_t *piece;
	off_t offset;
	bool good;
	int fd;

	if (!text && !at)
		return true;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return case_fail(trouble, "%s: %s", path, strerror(errno));
	good = !text || compare_text(fd, st->st_size, text, path, trouble);
	json_object_foreach(at, key, piece)
	{
		if (!offset_of(key, &offset) || !has_text(fd, piece, offset))
			good = case_fail(trouble, "%s has other bytes at %s", path, key);
	}
	close(fd);
	return good;
}

static bool compare_one(int dir, const char *name, json_t *expected, const char *path,
			struct trouble *trouble)
{
	static const char *const keys[] = {"text", "size", "mode", "link", "at", NULL};
	const char *mode = json_string_value(json_object_get(expected, "mode"));
	const char *link = json_string_value(json_object_get(expected, "link"));
	json_t *size = json_object_get(expected, "size");
	char target[PATH_MAX] = "";
	uint64_t bytes = 0;
	struct stat st;

	if (json_is_null(expected))
		return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		       case_fail(trouble, "%s is there", path);
	if (!json_is_string(expected) && !case_keys_known(expected, path, keys, trouble))
		return false;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return case_fail(trouble, "%s: %s", path, strerror(errno));
	if (size && (case_amount(size, &bytes) < 0 || (uint64_t)st.st_size != bytes))
		return case_fail(trouble, "%s has %llu bytes", path,
				 (unsigned long long)st.st_size);
	if (mode && (st.st_mode & 07777) != strtoul(mode, NULL, 8))
		return case_fail(trouble, "%s has mode %04o", path, (unsigned)st.st_mode & 07777);
	if (link &&
	    (readlinkat(dir, name, target, sizeof(target) - 1) < 0 || strcmp(target, link) != 0))
		return case_fail(trouble, "%s is no link to %s", path, link);
	return compare_content(dir, name, &st, expected, path, trouble);
}

bool tree_compare(int root, json_t *after, struct trouble *trouble)
{
	bool good = true;
	const char *path;
	json_t *expected;

	json_object_foreach(after, path, expected)
	{
		const char *name;
		int dir = open_parent(root, path, false, &name);

		if (dir >= 0)
			good = compare_one(dir, name, expected, path, trouble) && good;
		else if (!json_is_null(expected))
			good = case_fail(trouble, "%s: %s", path, strerror(errno));
		if (dir >= 0)
			close(dir);
	}
	return good;
}

void tree_remove(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!list) {
		if (fd >= 0)
			close(fd);
		(void)unlinkat(dir, name, 0);
		return;
	}
	while ((entry = readdir(list))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			tree_remove(fd, entry->d_name);
	}
	closedir(list);
	(void)unlinkat(dir, name, AT_REMOVEDIR);
}
