/* SPDX-License-Identifier: MIT */
/* OpenWrt's /etc/config/fstab. */
#include <string.h>

#include "boot_text.h"

/* The line without quotes; false where a word may go on in the next line. */
static bool unquote(struct scfg_span line, struct scfg_buf *ret)
{
	size_t single = 0, both = 0;

	for (size_t i = 0; i < line.len; i++) {
		single += line.at[i] == '\'';
		both += line.at[i] == '"';
		if (line.at[i] == '\\')
			return false;
		if (line.at[i] != '\'' && line.at[i] != '"')
			scfg_buf_add(ret, &line.at[i], 1);
	}
	scfg_buf_adds(ret, "");
	/* The one kind of quote may stand inside of the other. */
	return single == 0 ? both % 2 == 0 : both == 0 && single % 2 == 0;
}

/* Lines of sections that cannot be ours, and all comments; nothing where words go over lines. */
static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	struct scfg_span line;
	bool maybe_ours = false;

	while (scfg_span_cut(&text, '\n', &line)) {
		struct scfg_buf bare = {0};
		bool whole = unquote(line, &bare);
		struct scfg_span rest = {bare.data, bare.len};
		struct scfg_span verb = whole ? scfg_span_word(&rest) : (struct scfg_span){0};
		bool comment = scfg_span_starts(verb, "#");

		if (whole && (scfg_span_is(verb, "config") || scfg_span_is(verb, "c")))
			maybe_ours = strstr(bare.data, "swapcfg_");
		if (whole && verb.len > 0 && (comment ? !fuzz_is_marker(line) : !maybe_ours))
			fuzz_keep(line, ret);
		scfg_buf_free(&bare);
		if (!whole) {
			ret->len = 0;
			return;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_uci_text,
		.no_discard = true,
		.kept = kept,
	};

	return fuzz_boot(&kind, data, size);
}
