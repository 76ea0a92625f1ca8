/* SPDX-License-Identifier: MIT */
/*
 * Calls of syscall(2): the linker puts one of ours in its place. With it a kernel without a call,
 * or a file system that knows no flags, can be had anywhere; and code of ours can run in the child
 * that calls swapoff.
 */
#ifndef TESTS_SYSCALLS_H
#define TESTS_SYSCALLS_H

#include <stdbool.h>

struct syscalls {
	long fail; /* this one fails; 0: none does */
	int fail_errno;
	/* In the place of swapoff(2), in the child: what it gives is the child's result. */
	int (*swapoff)(void);
	bool orphan; /* the parent of whoever asks is another one by now */
};

extern struct syscalls syscalls;

#endif
