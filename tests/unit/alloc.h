/* SPDX-License-Identifier: MIT */
/* Failing allocations: the linker puts these in the place of malloc and its kin. */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

#include <stdbool.h>

struct alloc {
	unsigned int calls;   /* counted while fail_at is set */
	unsigned int fail_at; /* the one that fails, from 1; 0: none */
	bool failed;
	bool paused; /* while the tests themselves allocate */
};

extern struct alloc alloc;

#endif
