/* SPDX-License-Identifier: MIT */
/* The swap unit of systemd. */
#include <string.h>

#include "boot/unit.h"
#include "boot_text.h"

const char *const fuzz_properties[] = {FUZZ_BOOT_PROPERTIES, "percent", NULL};

/* What we write, or might have written with other values. */
static bool is_known(struct scfg_span line)
{
	static const char *const known[] = {"Description", "Documentation", "DefaultDependencies",
					    "Conflicts",   "Before",	    "What",
					    "Priority",	   "Options",	    "TimeoutSec",
					    "WantedBy"};
	struct scfg_span rest = line;
	struct scfg_span key = scfg_span_part(&rest, '=');
	bool assigns = key.len < line.len;

	for (size_t i = 0; i < COUNT(known); i++) {
		if (assigns && scfg_span_is(scfg_unit_strip(key), known[i]))
			return true;
	}
	return false;
}

/* Whether a line that continues none is of others, as far as it tells: it may be continued. */
static bool is_others(struct scfg_span line)
{
	struct scfg_span bare = scfg_unit_strip(line);

	if (line.at[line.len - 1] == '\\' && (bare.at[0] == '[' || !memchr(line.at, '=', line.len)))
		return false;
	return !scfg_unit_is_header(bare) && !is_known(bare);
}

/* Sections may be written anew or left out, as may what says nothing. Comments join nothing. */
static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	struct scfg_span line;
	bool joined = false;

	while (scfg_span_cut(&text, '\n', &line)) {
		bool comment = scfg_unit_is_comment(line);
		bool empty = scfg_unit_strip(line).len == 0;

		if (!empty && !fuzz_is_marker(line) && (comment || (!joined && is_others(line))))
			fuzz_keep(line, ret);
		if (!comment)
			joined = line.at[line.len - 1] == '\\';
	}
}

/* To systemd a single % begins a specifier, whatever we read it as. */
static void check(const struct fuzz_boot_edit *edit)
{
	struct scfg_buf what = {0};

	scfg_buf_adds(&what, "\nWhat=");
	for (const char *c = edit->want->path; *c; c++)
		scfg_buf_add(&what, *c == '%' ? "%%" : c, *c == '%' ? 2 : 1);
	scfg_buf_adds(&what, "\n");
	fuzz_spoil("percent", &what);
	fuzz_hold("percent", memmem(edit->once.at, edit->once.len, what.data, what.len),
		  "there is no line %s", what.data);
	scfg_buf_free(&what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_systemd_text,
		.one_entry = true,
		.kept = kept,
		.check = check,
	};

	return fuzz_boot(&kind, data, size);
}
