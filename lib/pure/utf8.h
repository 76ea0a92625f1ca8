/* SPDX-License-Identifier: MIT */
/*
 * Telling UTF-8 from other bytes. Pure: no system calls.
 */
#ifndef SCFG_PURE_UTF8_H
#define SCFG_PURE_UTF8_H

/*
 * Of a string that is not empty: the length of its first character, or of the maximal ill-formed
 * part that it begins with, which is negative then.
 */
int scfg_utf8_len(const char *text);

#endif
