/* SPDX-License-Identifier: MIT */
#include "pure/utf8.h"

/*
 * The ranges of the second byte keep overlong forms, surrogates and everything above U+10FFFF out.
 * The NUL at the end is no continuation byte, so it stops the scan.
 */
int scfg_utf8_len(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	unsigned char lead = byte[0], low = 0x80, high = 0xbf;
	int want, have = 1;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return -1;
	want = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	while (have < want && byte[have] >= low && byte[have] <= high) {
		have++;
		low = 0x80;
		high = 0xbf;
	}
	return have == want ? want : -have;
}
