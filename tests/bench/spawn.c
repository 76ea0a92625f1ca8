/* SPDX-License-Identifier: MIT */
/*
 * Runs commands and tells what each took. A process of its own, small and static, since a child's
 * peak memory is at least that of the process that started it.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "worker.h"

#define WORDS_MAX 64

extern char **environ;

static int start_child(char **argv, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);

	if (r == 0)
		r = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static uint64_t ns(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

/* Words separated by tabs: time and processor time in ns, wait status, peak memory in KiB. */
static int command(char *words, char *answer, int size)
{
	char *argv[WORDS_MAX + 1] = {NULL};
	struct rusage usage = {0};
	uint64_t start;
	uint64_t took;
	pid_t pid;
	int status = 0;
	int r;

	for (int i = 0; i < WORDS_MAX && words; i++)
		argv[i] = strsep(&words, "\t");
	start = worker_now().wall;
	r = start_child(argv, &pid);
	if (r) {
		fprintf(stderr, "spawn: %s: %s\n", argv[0], strerror(r));
		return -1;
	}
	while (wait4(pid, &status, 0, &usage) < 0) {
		if (errno != EINTR)
			return -1;
	}
	took = worker_now().wall - start;
	snprintf(answer, (size_t)size, "%llu %llu %d %ld", (unsigned long long)took,
		 (unsigned long long)(ns(usage.ru_utime) + ns(usage.ru_stime)), status,
		 usage.ru_maxrss);
	return 0;
}

int main(void)
{
	return worker_serve(command);
}
