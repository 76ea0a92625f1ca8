/* SPDX-License-Identifier: MIT */
/*
 * The floor: the system calls that nobody can leave out who makes a swap file that survives a power
 * cut, and nothing else. It checks nothing; it is here to be compared with.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "worker.h"

#define PAGE  4096u
#define CHUNK (1024u * 1024u)

static char zeros[CHUNK];

static int failed(const char *doing)
{
	fprintf(stderr, "floor: %s: %s\n", doing, strerror(errno));
	return -1;
}

/* As the kernel documents it: version, last page, and the signature at the end of the page. */
static void fill_header(char page[PAGE], uint64_t size)
{
	uint32_t version = 1;
	uint32_t last = (uint32_t)(size / PAGE - 1);

	memset(page, 0, PAGE);
	memcpy(page + 1024, &version, sizeof(version));
	memcpy(page + 1028, &last, sizeof(last));
	memcpy(page + PAGE - 10, "SWAPSPACE2", 10);
}

static int make_file(const char *temp, uint64_t size)
{
	char page[PAGE];
	int fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed("open");
	if (fallocate(fd, 0, 0, (off_t)size) < 0)
		return failed("fallocate");
	fill_header(page, size);
	if (pwrite(fd, page, sizeof(page), 0) != (ssize_t)sizeof(page))
		return failed("pwrite");
	if (fsync(fd) < 0)
		return failed("fsync");
	return close(fd);
}

static int create(const char *path, const char *temp, const char *dir, uint64_t size)
{
	int fd;

	if (make_file(temp, size) < 0)
		return -1;
	if (rename(temp, path) < 0)
		return failed("rename");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return failed("fsync of the directory");
	close(fd);
	return swapon(path, 0) < 0 ? failed("swapon") : 0;
}

/* All the zeros, and one wait at the end: what the disk can do. */
static int fill(const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed("open");
	for (uint64_t at = 0; at < size; at += CHUNK) {
		if (pwrite(fd, zeros, CHUNK, (off_t)at) != (ssize_t)CHUNK)
			return failed("pwrite");
	}
	if (fdatasync(fd) < 0)
		return failed("fdatasync");
	return close(fd);
}

/* "create BYTES PATH" or "fill BYTES PATH": the times that it took. */
static int command(char *words, char *answer, int size)
{
	char verb[16];
	char path[1024];
	char dir[1024];
	char temp[1040];
	unsigned long long bytes;
	struct worker_times start;
	int r;

	if (sscanf(words, "%15s %llu %1023s", verb, &bytes, path) != 3)
		return -1;
	strcpy(dir, path);
	*strrchr(dir, '/') = '\0';
	snprintf(temp, sizeof(temp), "%s.new", path);
	start = worker_now();
	r = strcmp(verb, "fill") == 0 ? fill(path, bytes) : create(path, temp, dir, bytes);
	worker_answer_since(&start, answer, size);
	return r;
}

int main(void)
{
	return worker_serve(command);
}
