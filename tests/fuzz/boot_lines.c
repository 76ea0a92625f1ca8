/* SPDX-License-Identifier: MIT */
/* What is taken from the input, and what a text's lines say. */
#include <stdlib.h>
#include <string.h>

#include "boot_text.h"

static const char *const paths[] = {
	"/swapfile",  "/data/swapfile", "/swapfile2",	 "/mnt/a b",   "/mnt/a\tb",
	"/mnt/sw'ap", "/mnt/sw\"ap",	"/mnt/sw\\ap",	 "/mnt/sw%ap", "/mnt/a;b",
	"/mnt/#a:b",  "/dev/mmcblk0p4", "/mnt/\xc3\xa9", "/mnt/\xff",  "/opt/x=1,y/swap",
};

static char *take_path(struct fuzz_input *in)
{
	uint32_t which = fuzz_below(in, COUNT(paths) + 1);
	struct scfg_buf buf = {0};
	char *own;

	if (which < COUNT(paths)) {
		scfg_buf_adds(&buf, paths[which]);
	} else {
		own = fuzz_string(in, 200);
		scfg_buf_addf(&buf, "/%s", own);
		free(own);
	}
	return scfg_buf_take(&buf);
}

char *fuzz_take_want(struct fuzz_input *in, struct scfg_boot_want *want)
{
	char *path = take_path(in);
	uint8_t flags;

	want->path = path;
	flags = fuzz_byte(in);
	want->priority = fuzz_byte(in) << 8;
	want->priority |= fuzz_byte(in);
	if (!(flags & 128))
		want->priority = flags & 64 ? want->priority & SCFG_PRIORITY_MAX : -1;
	want->discard_once = flags & 1;
	want->discard_pages = flags & 2;
	want->dialect = flags & 4 ? SCFG_DIALECT_BUSYBOX : SCFG_DIALECT_SYSV;
	want->place = flags & 8 ? SCFG_PLACE_AFTER_RCS : SCFG_PLACE_SYSINIT;
	want->helper = flags & 16 ? "/usr/sbin/swapcfg" : NULL;
	want->swapon = flags & 32 ? "/usr/sbin/swapon" : "/sbin/swapon";
	return path;
}

int fuzz_persist(const struct scfg_boot_text *kind, struct scfg_span text,
		 const struct scfg_boot_want *want, struct scfg_buf *ret)
{
	char *copy = fuzz_copy(text.at, text.len);
	int r = kind->persist(copy, text.len, want, ret);

	free(copy);
	return r;
}

int fuzz_forget(const struct scfg_boot_text *kind, struct scfg_span text, const char *path,
		struct scfg_buf *ret)
{
	char *copy = fuzz_copy(text.at, text.len);
	int r = kind->forget(copy, text.len, path, ret);

	free(copy);
	return r;
}

size_t fuzz_count_lines(struct scfg_span text)
{
	struct scfg_span line;
	size_t count = 0;

	while (scfg_span_cut(&text, '\n', &line))
		count++;
	return count;
}

bool fuzz_is_ambiguous(struct scfg_span text, bool one_entry)
{
	struct scfg_span line;
	bool before = false;
	size_t entries = 0;

	while (scfg_span_cut(&text, '\n', &line)) {
		bool marker = fuzz_is_marker(line);

		entries += line.len > 0 && memmem(line.at, line.len, "What", 4);
		if ((marker && before) || (one_entry && entries > 1))
			return true;
		before = marker;
	}
	return false;
}

bool fuzz_has_one_rc(struct scfg_span text)
{
	struct scfg_span line;
	bool found = false, joined = false;

	while (scfg_span_cut(&text, '\n', &line)) {
		bool runs = scfg_span_is(line, "::sysinit:/etc/init.d/rcS") ||
			    scfg_span_is(line, "rcS:12345:wait:/etc/init.d/rcS");

		if (line.len > 0 && memmem(line.at, line.len, "rc", 2) &&
		    (found || !runs || joined))
			return false;
		found |= runs;
		joined = line.len > 0 && line.at[line.len - 1] == '\\';
	}
	return found;
}

bool fuzz_is_marker(struct scfg_span line)
{
	return scfg_span_is(line, SCFG_MARKER) || scfg_span_is(line, SCFG_MARKER_NO_NEWLINE);
}

void fuzz_keep(struct scfg_span line, struct scfg_buf *ret)
{
	scfg_buf_add(ret, line.at, line.len);
	scfg_buf_adds(ret, "\n");
}

/*
 * Each marker may claim one line. An empty line may be the newline that the NanoKVM server puts
 * before its own.
 */
void fuzz_kept_lines(struct scfg_span text, bool (*is_adopted)(struct scfg_span line),
		     struct scfg_buf *ret)
{
	struct scfg_span line;
	size_t markers = 0;

	while (scfg_span_cut(&text, '\n', &line)) {
		if (fuzz_is_marker(line)) {
			markers++;
		} else if (markers > 0) {
			markers--;
		} else if (line.len > 0 && !(is_adopted && is_adopted(line))) {
			fuzz_keep(line, ret);
		}
	}
}
