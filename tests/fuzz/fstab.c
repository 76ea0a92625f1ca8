/* SPDX-License-Identifier: MIT */
/* The fstab. */
#include "boot_text.h"

const char *const fuzz_properties[] = {FUZZ_BOOT_PROPERTIES, NULL};

static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	fuzz_kept_lines(text, NULL, ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {.text = &scfg_fstab_text, .kept = kept};

	return fuzz_boot(&kind, data, size);
}
