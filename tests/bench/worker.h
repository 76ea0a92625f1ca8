/* SPDX-License-Identifier: MIT */
/*
 * A worker lives through the whole benchmark and does what the driver tells it, one line of blanks
 * separated words per command, so that the driver can mix the ways to make an area at will.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdint.h>

/* Does one command, whose time alone counts, and writes its answer without a newline. */
typedef int worker_command(char *words, char *answer, int size);

/* Reads commands until the end of the input; says why and exits where one fails. */
int worker_serve(worker_command *command);

/* Time that went by, and time that the process worked, in ns. */
struct worker_times {
	uint64_t wall, cpu;
};

struct worker_times worker_now(void);
/* Answers with the times since then. */
void worker_answer_since(const struct worker_times *start, char *answer, int size);

#endif
