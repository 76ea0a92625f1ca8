/* SPDX-License-Identifier: MIT */
/* /proc/swaps: bytes as they are, or rows that are printed as the kernel does. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proc_text.h"
#include "pure/procfs.h"

const char *const fuzz_properties[] = {"verdict", "untouched", "reread", "printed",
				       "cut",	  "large",     NULL};

static int parse(const char *text, size_t len, struct scfg_swaps *ret)
{
	char *copy = fuzz_copy(text, len);
	int r;

	memset(ret, 0xa5, sizeof(*ret));
	r = scfg_swaps_parse(copy, len, ret);
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

static bool is_same(const struct scfg_swap_row *one, const struct scfg_swap_row *other)
{
	return one->path && other->path && strcmp(one->path, other->path) == 0 &&
	       one->deleted == other->deleted && one->is_file == other->is_file &&
	       one->size == other->size && one->used == other->used &&
	       one->priority == other->priority;
}

static void print(const struct scfg_swaps *swaps, struct scfg_buf *ret)
{
	scfg_buf_adds(ret, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	for (size_t i = 0; i < swaps->count; i++) {
		const struct scfg_swap_row *row = &swaps->rows[i];

		/* The kernel does so with the first four; any byte may be written so. */
		fuzz_escape(row->path, row->is_file ? " \t\n\\" : " \t\n\\\xff\xc3", ret);
		scfg_buf_addf(ret, "%s\t%s\t%llu\t%llu\t%d\n", row->deleted ? "\\040(deleted)" : "",
			      row->is_file ? "file\t" : "partition",
			      (unsigned long long)row->size / 1024,
			      (unsigned long long)row->used / 1024, row->priority);
	}
}

/* What was printed is read as it was, the first rows of it where it was cut between lines. */
static void check_printed(const char *property, const struct scfg_swaps *swaps)
{
	struct scfg_buf text = {0};
	struct scfg_swaps again;

	print(swaps, &text);
	if (fuzz_is_wrong(property))
		scfg_buf_adds(&text, "/swap file 4 0 -2\n");
	fuzz_hold(property, parse(text.data, text.len, &again) == 0 && again.count == swaps->count,
		  "rows are lost:\n%s", text.data);
	for (size_t i = 0; i < again.count; i++)
		fuzz_hold(property, is_same(&again.rows[i], &swaps->rows[i]), "row %zu of\n%s", i,
			  text.data);
	scfg_swaps_free(&again);
	scfg_buf_free(&text);
}

static void check_cut(const struct scfg_swaps *swaps, struct fuzz_input *in)
{
	struct scfg_buf text = {0};
	struct scfg_swaps again;
	size_t len;
	int r;

	print(swaps, &text);
	len = fuzz_u64(in) % text.len;
	r = parse(text.data, len, &again);
	fuzz_hold("cut",
		  (len > 0 && text.data[len - 1] == '\n') == ((fuzz_is_wrong("cut") ? !r : r) == 0),
		  "what is cut off after %zu bytes gives %d", len, r);
	for (size_t i = 0; r == 0 && i < again.count; i++)
		fuzz_hold("cut", is_same(&again.rows[i], &swaps->rows[i]), "row %zu of\n%s", i,
			  text.data);
	if (r == 0)
		scfg_swaps_free(&again);
	scfg_buf_free(&text);
}

/* A number of KiB that does not fit as bytes makes a row that cannot be trusted. */
static void check_large(struct fuzz_input *in)
{
	uint64_t kib = fuzz_number(in);
	struct scfg_swaps swaps = {0};
	struct scfg_buf text = {0};
	int r;

	print(&swaps, &text);
	scfg_buf_addf(&text, "/swapfile file\t%llu\t0\t-2\n", (unsigned long long)kib);
	r = parse(text.data, text.len, &swaps);
	if (fuzz_is_wrong("large"))
		kib = r ? 0 : UINT64_MAX;
	fuzz_hold("large", (r == 0) == (kib <= UINT64_MAX / 1024), "%d for %s", r, text.data);
	if (r == 0)
		scfg_swaps_free(&swaps);
	scfg_buf_free(&text);
}

/* What cannot be told from a deleted file of a shorter name. */
static bool looks_deleted(const char *path)
{
	static const char suffix[] = " (deleted)";
	size_t len = strlen(path);

	return len >= strlen(suffix) && strcmp(path + len - strlen(suffix), suffix) == 0;
}

static void take_row(struct fuzz_input *in, struct scfg_swap_row *row)
{
	uint8_t flags = fuzz_byte(in);

	row->deleted = flags & 1;
	row->is_file = flags & 2;
	row->priority = (int)(uint32_t)fuzz_number(in);
	if (row->priority == INT_MIN)
		row->priority = 0;
	row->size = fuzz_number(in) / 1024 * 1024;
	row->used = fuzz_number(in) / 1024 * 1024;
	row->path = fuzz_string(in, 300);
	if (row->path[0] == '\0' || looks_deleted(row->path)) {
		free(row->path);
		row->path = strdup("/swapfile");
	}
}

static void check_rows(struct fuzz_input *in)
{
	struct scfg_swap_row rows[8] = {{0}};
	struct scfg_swaps swaps = {rows, fuzz_below(in, COUNT(rows) + 1)};

	for (size_t i = 0; i < swaps.count; i++)
		take_row(in, &rows[i]);
	check_printed("printed", &swaps);
	check_cut(&swaps, in);
	check_large(in);
	for (size_t i = 0; i < swaps.count; i++)
		free(rows[i].path);
}

static void check_bytes(struct fuzz_input *in)
{
	struct scfg_swaps swaps;
	bool plain = true;

	if (parse((const char *)in->at, in->len, &swaps) < 0)
		return;
	for (size_t i = 0; i < swaps.count; i++)
		plain = plain && swaps.rows[i].path[0] != '\0' &&
			!looks_deleted(swaps.rows[i].path);
	if (plain)
		check_printed("reread", &swaps);
	scfg_swaps_free(&swaps);
}

/* An even first byte: the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};

	if (fuzz_byte(&in) & 1)
		check_rows(&in);
	else
		check_bytes(&in);
	return 0;
}
