/* SPDX-License-Identifier: MIT */
/* /proc/meminfo: bytes as they are, or fields that are printed as the kernel does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proc_text.h"
#include "pure/procfs.h"

const char *const fuzz_properties[] = {"verdict", "untouched", "reread", "printed", "large", NULL};

static int parse(const char *text, size_t len, struct scfg_meminfo *ret)
{
	char *copy = fuzz_copy(text, len);
	int r;

	memset(ret, 0xa5, sizeof(*ret));
	r = scfg_meminfo_parse(copy, len, ret);
	free(copy);
	if (r < 0 && fuzz_is_wrong("verdict"))
		r = -EIO;
	fuzz_hold("verdict", r == 0 || r == -EINVAL, "it gives %d", r);
	if (r < 0 && fuzz_is_wrong("untouched"))
		memset(ret, 0, 1);
	if (r < 0)
		fuzz_hold("untouched", fuzz_is_untouched(ret, sizeof(*ret)),
			  "a refused text leaves something behind");
	return r;
}

static void add(struct scfg_buf *buf, const char *key, uint64_t bytes)
{
	scfg_buf_addf(buf, "%s:%*s%8llu kB\n", key, (int)(15 - strlen(key)), "",
		      (unsigned long long)bytes / 1024);
}

static void check_same(const char *property, const struct scfg_buf *text,
		       const struct scfg_meminfo *wanted)
{
	struct scfg_meminfo found;
	int r = parse(text->data, text->len, &found);

	if (fuzz_is_wrong(property))
		found.swap_cached += 1024;
	fuzz_hold(property,
		  r == 0 && found.total == wanted->total && found.available == wanted->available &&
			  found.swap_total == wanted->swap_total &&
			  found.swap_free == wanted->swap_free &&
			  found.swap_cached == wanted->swap_cached,
		  "%d, not what was printed:\n%s", r, text->data);
}

/* A number of KiB that does not fit as bytes is no amount at all. */
static void check_large(struct fuzz_input *in)
{
	uint64_t kib = fuzz_number(in);
	struct scfg_meminfo info;
	struct scfg_buf text = {0};
	int r;

	scfg_buf_addf(&text, "MemTotal: %llu kB\n", (unsigned long long)kib);
	r = parse(text.data, text.len, &info);
	if (fuzz_is_wrong("large"))
		kib = 0;
	fuzz_hold("large", (r == 0) == (kib > 0 && kib <= UINT64_MAX / 1024), "%d for %s", r,
		  text.data);
	scfg_buf_free(&text);
}

static uint64_t take_amount(struct fuzz_input *in)
{
	return fuzz_number(in) / 1024 * 1024;
}

/* Fields in the kernel's order, some of which an old kernel lacks. */
static void check_fields(struct fuzz_input *in)
{
	static const char *const others[] = {"Active", "CachedX", "Unevictable", "HugePages_Total"};
	uint8_t flags = fuzz_byte(in);
	struct scfg_meminfo info = {.total = take_amount(in) + 1024, .available = take_amount(in)};
	/* Their sum fits. */
	uint64_t left = take_amount(in) / 4, buffers = take_amount(in) / 4 / 1024 * 1024;
	uint64_t cached = take_amount(in) / 4 / 1024 * 1024;
	struct scfg_buf text = {0};

	left = left / 1024 * 1024;
	if (info.total == 0)
		info.total = 1024;
	add(&text, "MemTotal", info.total);
	add(&text, "MemFree", left);
	if (flags & 1)
		add(&text, "MemAvailable", info.available);
	else
		info.available = left + (flags & 2 ? buffers : 0) + cached;
	if (flags & 2)
		add(&text, "Buffers", buffers);
	add(&text, "Cached", cached);
	for (size_t i = 0; i < COUNT(others); i++) {
		if (flags & 4u << i)
			add(&text, others[i], take_amount(in));
	}
	info.swap_cached = take_amount(in);
	info.swap_total = take_amount(in);
	info.swap_free = take_amount(in);
	add(&text, "SwapCached", info.swap_cached);
	add(&text, "SwapTotal", info.swap_total);
	add(&text, "SwapFree", info.swap_free);
	check_same("printed", &text, &info);
	scfg_buf_free(&text);
	check_large(in);
}

static void check_bytes(struct fuzz_input *in)
{
	struct scfg_meminfo info;
	struct scfg_buf text = {0};

	if (parse((const char *)in->at, in->len, &info) < 0)
		return;
	add(&text, "MemTotal", info.total);
	add(&text, "MemAvailable", info.available);
	add(&text, "SwapTotal", info.swap_total);
	add(&text, "SwapFree", info.swap_free);
	add(&text, "SwapCached", info.swap_cached);
	check_same("reread", &text, &info);
	scfg_buf_free(&text);
}

/* An even first byte: the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};

	if (fuzz_byte(&in) & 1)
		check_fields(&in);
	else
		check_bytes(&in);
	return 0;
}
