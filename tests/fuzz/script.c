/* SPDX-License-Identifier: MIT */
/* The init scripts: Buildroot's, or OpenRC's where the first byte is odd. */
#include <stdlib.h>
#include <string.h>

#include "boot_text.h"

const char *const fuzz_properties[] = {FUZZ_BOOT_PROPERTIES, NULL};

static void kept(struct scfg_span text, struct scfg_buf *ret)
{
	fuzz_kept_lines(text, NULL, ret);
}

/* The script without an area: what forget leaves of one with an area, but for the last edit. */
static char *make_template(const struct scfg_boot_text *text)
{
	static const struct scfg_boot_want want = {
		.path = "/x", .swapon = "/sbin/swapon", .priority = -1};
	struct scfg_buf buf = {0};
	char *line;

	if (text->persist("", 0, &want, &buf) < 0)
		abort();
	line = strstr(buf.data, SCFG_MARKER);
	buf.len = (size_t)(line - buf.data);
	line = strchr(strchr(line, '\n') + 1, '\n') + 1;
	memmove(buf.data + buf.len, line, strlen(line) + 1);
	return buf.data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_boot_kind kind = {.kept = kept};
	char *template;

	if (size == 0)
		return 0;
	kind.text = data[0] & 1 ? &scfg_openrc_text : &scfg_initd_text;
	kind.template = template = make_template(kind.text);
	fuzz_boot(&kind, data + 1, size - 1);
	free(template);
	return 0;
}
