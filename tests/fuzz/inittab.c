/* SPDX-License-Identifier: MIT */
/* The inittab. */
#include "boot_text.h"

/* The NanoKVM server's line, and what comes near it. */
static bool is_adopted(struct scfg_span line)
{
	return scfg_span_starts(scfg_span_word(&line), "si11:");
}

static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	fuzz_kept_lines(text, is_adopted, ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_inittab_text,
		.has_places = true,
		.short_quotes = true,
		.kept = kept,
	};

	return fuzz_boot(&kind, data, size);
}
