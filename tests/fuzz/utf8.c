/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What may follow a first byte: how many, and from where to where the next one. */
struct state {
	unsigned int needed;
	unsigned char low, high;
};

static struct state begin(unsigned char lead)
{
	struct state state = {0, 0x80, 0xbf};

	if (lead >= 0xc2 && lead <= 0xdf)
		state.needed = 1;
	else if (lead >= 0xe0 && lead <= 0xef)
		state.needed = 2;
	else if (lead >= 0xf0 && lead <= 0xf4)
		state.needed = 3;
	if (lead == 0xe0)
		state.low = 0xa0;
	if (lead == 0xed)
		state.high = 0x9f;
	if (lead == 0xf0)
		state.low = 0x90;
	if (lead == 0xf4)
		state.high = 0x8f;
	return state;
}

void fuzz_utf8(const char *text, struct scfg_buf *ret)
{
	struct state state = {0, 0x80, 0xbf};
	const char *start = text;

	scfg_buf_adds(ret, "");
	for (;; text++) {
		unsigned char byte = (unsigned char)*text;

		if (state.needed > 0 && byte >= state.low && byte <= state.high) {
			state.low = 0x80;
			state.high = 0xbf;
			if (--state.needed == 0)
				scfg_buf_add(ret, start, (size_t)(text - start) + 1);
			continue;
		}
		if (state.needed > 0)
			scfg_buf_adds(ret, REPLACEMENT);
		if (byte == '\0')
			return;
		start = text;
		state = begin(byte);
		if (byte < 0x80)
			scfg_buf_add(ret, text, 1);
		else if (state.needed == 0)
			scfg_buf_adds(ret, REPLACEMENT);
	}
}

bool fuzz_is_utf8(const char *text)
{
	struct scfg_buf buf = {0};
	bool same;

	fuzz_utf8(text, &buf);
	same = strcmp(buf.data, text) == 0;
	scfg_buf_free(&buf);
	return same;
}
