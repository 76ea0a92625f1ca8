/* SPDX-License-Identifier: MIT */
/* What is in the root of the fake: putting it there, and comparing it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"

char *full(const char *path, char buffer[PATH_MAX])
{
	int len = snprintf(buffer, PATH_MAX, "%s%s", fake.root, path);

	fake_must(len < PATH_MAX, path);
	return buffer;
}

/* Makes the directories on the way to a path. */
static void make_way(const char *path)
{
	char name[PATH_MAX];

	full(path, name);
	for (char *at = name + strlen(fake.root) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		fake_must(mkdir(name, 0755) == 0 || errno == EEXIST, name);
		*at = '/';
	}
}

void put_dir(const char *path, unsigned int mode)
{
	char name[PATH_MAX];

	make_way(path);
	full(path, name);
	fake_must(mkdir(name, 0755) == 0 || errno == EEXIST, name);
	fake_must(chmod(name, mode) == 0, name);
}

void put_bytes(const char *path, const void *data, size_t len, unsigned int mode)
{
	char name[PATH_MAX];
	int fd;

	make_way(path);
	fd = open(full(path, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	fake_must(fd >= 0, name);
	fake_must(write(fd, data, len) == (ssize_t)len, name);
	fake_must(fchmod(fd, mode) == 0, name);
	close(fd);
}

void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text), 0644);
}

void put_link(const char *target, const char *path)
{
	char name[PATH_MAX];

	make_way(path);
	fake_must(symlink(target, full(path, name)) == 0, path);
}

void put_memory(uint64_t total, uint64_t available)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "MemTotal: %llu kB\nMemFree: %llu kB\nMemAvailable: %llu kB\n"
		 "SwapTotal: 2048 kB\nSwapFree: 1024 kB\n",
		 (unsigned long long)(total / KIB), (unsigned long long)(available / KIB / 2),
		 (unsigned long long)(available / KIB));
	put("/proc/meminfo", text);
}

static struct stat stat_of(const char *path)
{
	char name[PATH_MAX];
	struct stat st;

	fake_must(lstat(full(path, name), &st) == 0, path);
	return st;
}

bool there(const char *path)
{
	char name[PATH_MAX];
	struct stat st;

	return lstat(full(path, name), &st) == 0;
}

uint64_t size_of(const char *path)
{
	return (uint64_t)stat_of(path).st_size;
}

unsigned int mode_of(const char *path)
{
	return (unsigned int)stat_of(path).st_mode & 07777u;
}

ino_t ino_of(const char *path)
{
	return stat_of(path).st_ino;
}

char *text_of(const char *path)
{
	size_t len = (size_t)size_of(path);
	char *text = malloc(len + 1);
	char name[PATH_MAX];
	int fd = open(full(path, name), O_RDONLY | O_CLOEXEC);

	fake_must(fd >= 0, path);
	fake_must(read(fd, text, len) == (ssize_t)len, path);
	text[len] = '\0';
	close(fd);
	return text;
}

/* FNV-1a, in which a blank page counts as one byte: most of an area is blank. */
static unsigned long long hash_of(const char *path)
{
	static const char blank[FAKE_PAGE];
	unsigned long long hash = 14695981039346656037ull;
	size_t len = (size_t)size_of(path);
	char *text = text_of(path);

	for (size_t at = 0; at < len; at += FAKE_PAGE) {
		size_t part = len - at < FAKE_PAGE ? len - at : FAKE_PAGE;

		if (memcmp(text + at, blank, part) == 0)
			part = 1;
		for (size_t i = 0; i < part; i++)
			hash = (hash ^ (unsigned char)text[at + i]) * 1099511628211ull;
	}
	free(text);
	return hash;
}

static void add_one(struct scfg_buf *text, const char *path)
{
	struct stat st = stat_of(path);
	char target[PATH_MAX] = "";
	char name[PATH_MAX];

	if (S_ISLNK(st.st_mode) && readlink(full(path, name), target, sizeof(target) - 1) < 0)
		fake_must(false, path);
	scfg_buf_addf(text, "%s %o", path, (unsigned int)st.st_mode);
	if (S_ISREG(st.st_mode))
		scfg_buf_addf(text, " %llu links %lu hash %llx", (unsigned long long)st.st_size,
			      (unsigned long)st.st_nlink, hash_of(path));
	scfg_buf_addf(text, " %s\n", target);
}

static void add_below(struct scfg_buf *text, const char *path)
{
	struct dirent **names;
	char name[PATH_MAX];
	int count = scandir(full(path, name), &names, NULL, alphasort);

	fake_must(count >= 0, path);
	for (int i = 0; i < count; i++) {
		char below[PATH_MAX];
		int len;

		len = snprintf(below, sizeof(below), "%s/%s", path, names[i]->d_name);
		fake_must(len < PATH_MAX, path);
		if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0 &&
		    strcmp(below, "/run") != 0 && strcmp(below, "/proc/swaps") != 0) {
			add_one(text, below);
			if (S_ISDIR(stat_of(below).st_mode))
				add_below(text, below);
		}
		free(names[i]);
	}
	free(names);
}

char *snapshot(void)
{
	struct scfg_buf text = {0};

	add_below(&text, "");
	return scfg_buf_take(&text);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fake_remove_tree(const char *path)
{
	fake_must(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, path);
}

unsigned int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	fake_must(dir != NULL, "/proc/self/fd");
	if (!dir)
		return 0;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}
