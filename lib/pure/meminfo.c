/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "pure/procfs.h"
#include "pure/span.h"

static void skip_blanks(struct scfg_span *s)
{
	while (s->len > 0 && scfg_is_blank(*s->at)) {
		s->at++;
		s->len--;
	}
}

/* Finds the line of a key and what stands behind its colon. */
static bool find_value(struct scfg_span text, const char *key, struct scfg_span *ret)
{
	size_t key_len = strlen(key);
	struct scfg_span line;

	while (scfg_span_cut(&text, '\n', &line)) {
		if (line.len <= key_len || line.at[key_len] != ':' ||
		    memcmp(line.at, key, key_len) != 0)
			continue;
		*ret = (struct scfg_span){line.at + key_len + 1, line.len - key_len - 1};
		skip_blanks(ret);
		return true;
	}
	return false;
}

/* Takes a number and the blanks behind it off the text; false for anything else. */
static bool take_number(struct scfg_span *s, uint64_t *ret)
{
	struct scfg_span digits = {s->at, 0};

	for (; s->len > 0 && !scfg_is_blank(*s->at); s->at++, s->len--)
		digits.len++;
	skip_blanks(s);
	return scfg_span_decimal(digits, UINT64_MAX, ret);
}

/* A line such as "MemFree:  123 kB", in bytes: 0, -ENOENT, -EINVAL. */
static int memory_field(struct scfg_span text, const char *key, uint64_t *ret)
{
	struct scfg_span value;
	uint64_t kib;

	if (!find_value(text, key, &value))
		return -ENOENT;
	if (!take_number(&value, &kib) || !scfg_span_is(value, "kB") || kib > UINT64_MAX / 1024)
		return -EINVAL;
	*ret = kib * 1024;
	return 0;
}

/* As above, but a field that is not there counts as 0. */
static int optional_field(struct scfg_span text, const char *key, uint64_t *ret)
{
	int r = memory_field(text, key, ret);

	if (r != -ENOENT)
		return r;
	*ret = 0;
	return 0;
}

static int estimate_available(struct scfg_span text, uint64_t *ret)
{
	static const char *const parts[] = {"MemFree", "Buffers", "Cached"};
	uint64_t sum = 0, part;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (optional_field(text, parts[i], &part) < 0 || part > UINT64_MAX - sum)
			return -EINVAL;
		sum += part;
	}
	*ret = sum;
	return 0;
}

int scfg_meminfo_parse(const char *text, size_t len, struct scfg_meminfo *ret)
{
	const struct scfg_span all = {text, len};
	struct scfg_meminfo info = {0};
	int r;

	if (memory_field(all, "MemTotal", &info.total) < 0 || info.total == 0)
		return -EINVAL;
	r = memory_field(all, "MemAvailable", &info.available);
	if (r == -ENOENT)
		r = estimate_available(all, &info.available);
	if (r < 0 || optional_field(all, "SwapTotal", &info.swap_total) < 0 ||
	    optional_field(all, "SwapFree", &info.swap_free) < 0 ||
	    optional_field(all, "SwapCached", &info.swap_cached) < 0)
		return -EINVAL;
	*ret = info;
	return 0;
}
