/* SPDX-License-Identifier: MIT */
/* Text for people: nothing that a path contains may do something to their terminal. */
#ifndef SWAPCFG_CLI_TEXT_H
#define SWAPCFG_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Holds one character, escaped where needed. */
#define TEXT_CHUNK 20
/* Holds one size. */
#define TEXT_SIZE 32

/*
 * Takes the next character of *text, which must not be at its end: as it is, or as \xNN for each
 * byte of a control character, of one that is invisible or turns the direction of writing, and for
 * each byte that is not UTF-8. Returns how many columns of a terminal it takes.
 */
size_t text_next(const char **text, char chunk[TEXT_CHUNK]);

/* How many columns text_put() takes. */
size_t text_width(const char *text);

/* Writes the text, escaped. */
void text_put(const char *text, FILE *stream);

/* Whether all of the text can be shown as it is, and copied from there. */
bool text_is_plain(const char *text);

/* Writes such a text as one word for a shell. */
void text_put_shell(const char *text, FILE *stream);

/* A size with one decimal and a binary unit, such as "128.0 MiB". */
const char *text_size(uint64_t bytes, char size[TEXT_SIZE]);

#endif
