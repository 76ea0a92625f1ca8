/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct worker_times worker_now(void)
{
	return (struct worker_times){read_clock(CLOCK_MONOTONIC),
				     read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

void worker_answer_since(const struct worker_times *start, char *answer, int size)
{
	struct worker_times now = worker_now();

	snprintf(answer, (size_t)size, "%llu %llu", (unsigned long long)(now.wall - start->wall),
		 (unsigned long long)(now.cpu - start->cpu));
}

/* read(2) and write(2) themselves, so that a system call trace shows where a command begins. */
int worker_serve(worker_command *command)
{
	char words[8192];
	char answer[256];

	for (;;) {
		ssize_t got = read(STDIN_FILENO, words, sizeof(words) - 1);
		int len;

		if (got <= 0)
			return got < 0;
		words[got] = '\0';
		words[strcspn(words, "\n")] = '\0';
		if (command(words, answer, (int)sizeof(answer) - 1) != 0)
			return 1;
		len = (int)strlen(answer);
		answer[len] = '\n';
		if (write(STDOUT_FILENO, answer, (size_t)len + 1) != len + 1)
			return 1;
	}
}
