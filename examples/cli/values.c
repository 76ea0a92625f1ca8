/* SPDX-License-Identifier: MIT */
/* The values of options: each is judged where it is read, so that its sentence can say more. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libswapcfg/size.h>
#include <libswapcfg/spec.h>

#include "values.h"

const char *value_text(void *field, const char *value)
{
	*(const char **)field = value;
	return NULL;
}

const char *value_root(void *field, const char *value)
{
	if (*value == '\0')
		return "is not a directory";
	return value_text(field, value);
}

const char *value_amount(void *field, const char *value)
{
	uint64_t bytes;

	/* The library gives UINT64_MAX a meaning of its own. */
	if (swapcfg_size_parse(value, &bytes) < 0 || bytes == UINT64_MAX)
		return "is not a size such as 64M, 1.5G, 512MiB or 1048576";
	*(uint64_t *)field = bytes;
	return NULL;
}

const char *value_size(void *field, const char *value)
{
	const char *wrong = value_amount(field, value);

	/* The library takes 0 for "as it is", which nobody means who writes it. */
	if (!wrong && *(const uint64_t *)field == 0)
		wrong = "is too small: a size must be more than 0";
	return wrong;
}

const char *value_page_size(void *field, const char *value)
{
	uint64_t bytes;

	if (swapcfg_size_parse(value, &bytes) < 0 || bytes < 4096 || bytes > 65536 ||
	    (bytes & (bytes - 1)) != 0)
		return "is not a page size: use a power of two from 4096 to 65536";
	*(uint32_t *)field = (uint32_t)bytes;
	return NULL;
}

#define DIGITS_MAX SWAPCFG_PRIORITY_MAX

/* Decimal digits only; -1 for anything else and for what is above the highest number. */
static int read_digits(const char *text)
{
	int number = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + (*text - '0');
		if (number > DIGITS_MAX)
			return -1;
	}
	return number;
}

const char *value_priority(void *field, const char *value)
{
	int priority = read_digits(value);

	if (strcmp(value, "-1") == 0) {
		priority = SWAPCFG_PRIORITY_DEFAULT;
	} else if (priority < 0) {
		return "is not a priority: use 0 to 32767, or -1 for the kernel's choice";
	}
	*(int *)field = priority;
	return NULL;
}

const char *value_wait(void *field, const char *value)
{
	int seconds = read_digits(value);

	if (seconds < 0)
		return "is not a number of seconds: use 0 to 32767";
	*(int *)field = seconds;
	return NULL;
}

const char *value_discard(void *field, const char *value)
{
	enum swapcfg_discard *discard = field;

	if (!value) {
		*discard = SWAPCFG_DISCARD_BOTH;
	} else if (strcmp(value, "once") == 0) {
		*discard = SWAPCFG_DISCARD_ONCE;
	} else if (strcmp(value, "pages") == 0) {
		*discard = SWAPCFG_DISCARD_PAGES;
	} else if (strcmp(value, "none") == 0) {
		*discard = SWAPCFG_DISCARD_NONE;
	} else {
		return "is not a discard policy: use once, pages or none, or no value for both";
	}
	return NULL;
}

const char *value_boot(void *field, const char *value)
{
	enum swapcfg_boot boot;

	if (swapcfg_boot_from_name(value, &boot) < 0 || boot == SWAPCFG_BOOT_KEEP)
		return "is not a kind of boot entry: use auto, none, inittab, fstab, systemd, "
		       "initd, openrc or uci";
	*(enum swapcfg_boot *)field = boot;
	return NULL;
}

const char *value_endianness(void *field, const char *value)
{
	enum swapcfg_endianness *order = field;

	if (strcmp(value, "native") == 0) {
		*order = SWAPCFG_ENDIANNESS_NATIVE;
	} else if (strcmp(value, "little") == 0) {
		*order = SWAPCFG_ENDIANNESS_LITTLE;
	} else if (strcmp(value, "big") == 0) {
		*order = SWAPCFG_ENDIANNESS_BIG;
	} else {
		return "is not a byte order: use native, little or big";
	}
	return NULL;
}
