/* SPDX-License-Identifier: MIT */
/* The swap unit of systemd. */
#include "boot/unit.h"
#include "boot_text.h"

/* What we write, or might have written with other values. */
static bool is_known(struct scfg_span line)
{
	static const char *const known[] = {"Description=",
					    "Documentation=",
					    "DefaultDependencies=",
					    "Conflicts=umount.target",
					    "Before=umount.target",
					    "What=",
					    "Priority=",
					    "Options=",
					    "TimeoutSec=",
					    "WantedBy=swap.target"};

	for (size_t i = 0; i < COUNT(known); i++) {
		if (scfg_span_starts(line, known[i]))
			return true;
	}
	return false;
}

/* Sections may be written anew or left out, as may what says nothing; all else is there. */
static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	struct scfg_span line;
	bool joined = false;

	while (scfg_span_cut(&text, '\n', &line)) {
		struct scfg_span bare = scfg_unit_strip(line);
		bool joins = line.len > 0 && line.at[line.len - 1] == '\\';

		if (!joined && bare.len > joins && !scfg_unit_is_header(bare) && !is_known(bare) &&
		    !fuzz_is_marker(line))
			fuzz_keep(line, ret);
		joined = joins;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_systemd_text, .one_entry = true, .kept = kept};

	return fuzz_boot(&kind, data, size);
}
