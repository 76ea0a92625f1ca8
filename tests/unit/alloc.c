/* SPDX-License-Identifier: MIT */
#include "alloc.h"

#include <errno.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

struct alloc alloc;

static bool is_due(void)
{
	if (!alloc.fail_at || alloc.paused || ++alloc.calls != alloc.fail_at)
		return false;
	alloc.failed = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return is_due() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_due() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_due() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return is_due() ? NULL : __real_strdup(text);
}
