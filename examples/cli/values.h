/* SPDX-License-Identifier: MIT */
/* The values of options. */
#ifndef SWAPCFG_CLI_VALUES_H
#define SWAPCFG_CLI_VALUES_H

/*
 * Reads a value into the field of struct options that it belongs to. Returns NULL, or the end of a
 * sentence that begins with the value and says what is wrong with it.
 */
typedef const char *(*value_reader)(void *field, const char *value);

const char *value_text(void *field, const char *value);
const char *value_root(void *field, const char *value);
const char *value_amount(void *field, const char *value); /* a size that may be 0 */
const char *value_size(void *field, const char *value);	  /* one that may not */
const char *value_page_size(void *field, const char *value);
const char *value_priority(void *field, const char *value);
const char *value_wait(void *field, const char *value);
const char *value_discard(void *field, const char *value); /* the value may be NULL */
const char *value_boot(void *field, const char *value);
const char *value_endianness(void *field, const char *value);

#endif
