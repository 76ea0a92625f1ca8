/* SPDX-License-Identifier: MIT */
/* OpenWrt's /etc/config/fstab. */
#include <string.h>

#include "boot_text.h"

const char *const fuzz_properties[] = {FUZZ_BOOT_PROPERTIES, "rewritten", NULL};

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

/* uci drops the marker, and puts an empty line before each section: that goes with ours, too. */
static void check(const struct fuzz_boot_edit *edit)
{
	struct scfg_span section = scfg_span_skip(edit->once, edit->text.len + strlen(SCFG_MARKER));
	struct scfg_buf text = {0}, back = {0};

	if (!edit->clean || (edit->text.len > 0 && edit->text.at[edit->text.len - 1] != '\n'))
		return;
	scfg_buf_add(&text, edit->text.at, edit->text.len);
	scfg_buf_add(&text, section.at, section.len);
	fuzz_forget(&scfg_uci_text, (struct scfg_span){text.data, text.len}, edit->want->path,
		    &back);
	fuzz_spoil("rewritten", &back);
	fuzz_hold("rewritten", fuzz_same(&back, edit->text.at, edit->text.len),
		  "forget leaves something of what uci has rewritten");
	scfg_buf_free(&text);
	scfg_buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_boot_kind kind = {
		.text = &scfg_uci_text,
		.no_discard = true,
		.kept = kept,
		.check = check,
	};

	return fuzz_boot(&kind, data, size);
}
