/* SPDX-License-Identifier: MIT */
/*
 * dirty PID DIRECTORY: looks, until its input ends, at the file that the process has open on the
 * file system of the directory, with a name or without, and prints the most bytes of it that were
 * waiting to be written at a time, and how often it looked. Linux 6.5 and later tell; "-"
 * elsewhere.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* cachestat(2), which most headers do not have yet; all machines but alpha agree on the number. */
#define CACHESTAT 451

struct cache_range {
	uint64_t offset, length;
};

struct cache_stat {
	uint64_t pages, dirty, writeback, evicted, recently_evicted;
};

/* Opens the process's file on a device; -1 while there is none. */
static int open_file(const char *pid, dev_t dev)
{
	char path[320];
	struct dirent *entry;
	int found = -1;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && found < 0 && (entry = readdir(dir))) {
		struct stat st;

		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, entry->d_name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_dev == dev)
			found = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int input_ended(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&in, 1, 0) > 0;
}

int main(int argc, char **argv)
{
	struct cache_range all = {0, 0};
	struct cache_stat now;
	uint64_t most = 0;
	unsigned long looks = 0;
	struct stat st;
	int fd = -1;

	if (argc != 3 || stat(argv[2], &st) < 0)
		return 2;
	while (!input_ended()) {
		if (fd < 0)
			fd = open_file(argv[1], st.st_dev);
		if (fd < 0)
			continue;
		if (syscall(CACHESTAT, fd, &all, &now, 0) < 0) {
			puts("-");
			return errno != ENOSYS;
		}
		looks++;
		if (now.dirty + now.writeback > most)
			most = now.dirty + now.writeback;
	}
	printf("%llu %lu\n", (unsigned long long)(most * (uint64_t)sysconf(_SC_PAGESIZE)), looks);
	return 0;
}
