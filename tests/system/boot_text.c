/* SPDX-License-Identifier: MIT */
/*
 * Edits one boot text, so that the programs that read such texts can be asked what they make of it:
 *     boot_text KIND persist PATH [PRIORITY [once|pages|both|none [PROGRAM]]] <OLD >NEW
 *     boot_text KIND forget PATH <OLD >NEW
 *     boot_text KIND scan <TEXT
 *     boot_text systemd name PATH
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/text.h"

static const struct {
	const char *name;
	const struct scfg_boot_text *text;
} kinds[] = {
	{"inittab", &scfg_inittab_text}, {"fstab", &scfg_fstab_text},
	{"systemd", &scfg_systemd_text}, {"initd", &scfg_initd_text},
	{"openrc", &scfg_openrc_text},	 {"uci", &scfg_uci_text},
};

static const struct scfg_boot_text *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].text;
	}
	return NULL;
}

static void read_input(struct scfg_buf *text)
{
	char chunk[4096];
	size_t got;

	scfg_buf_adds(text, "");
	while ((got = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		scfg_buf_add(text, chunk, got);
}

static struct scfg_boot_want parse_want(char **argv)
{
	struct scfg_boot_want want = {
		.path = argv[0],
		.swapon = "/sbin/swapon",
		.priority = -1,
		.place = SCFG_PLACE_AFTER_RCS,
	};

	if (!argv[1])
		return want;
	want.priority = atoi(argv[1]);
	if (!argv[2])
		return want;
	want.discard_once = strcmp(argv[2], "once") == 0 || strcmp(argv[2], "both") == 0;
	want.discard_pages = strcmp(argv[2], "pages") == 0 || strcmp(argv[2], "both") == 0;
	if (argv[3] && strcmp(basename(argv[3]), "swapon") == 0)
		want.swapon = argv[3];
	else
		want.helper = argv[3];
	return want;
}

/* One line for each entry: owner, line, priority, path. */
static int print_entries(const struct scfg_boot_text *kind, const struct scfg_buf *text)
{
	struct scfg_boot_lines lines;
	int r = kind->scan(text->data, text->len, &lines);

	for (size_t i = 0; r == 0 && i < lines.count; i++) {
		const struct scfg_boot_line *line = &lines.lines[i];

		printf("%s %u %d %s%s\n", line->owner == SCFG_OWNER_OURS ? "ours" : "others",
		       (unsigned int)line->line, line->priority, line->by_tag ? "tag " : "",
		       line->path);
	}
	if (r == 0)
		scfg_boot_lines_free(&lines);
	return r;
}

static int print_name(const char *path)
{
	struct scfg_buf name = {0};

	scfg_systemd_name(path, &name);
	puts(name.data);
	scfg_buf_free(&name);
	return 0;
}

static int edit(const struct scfg_boot_text *kind, const struct scfg_buf *text, char **argv)
{
	struct scfg_boot_want want = parse_want(argv + 1);
	struct scfg_buf result = {0};
	int r;

	if (strcmp(argv[0], "persist") == 0)
		r = kind->persist(text->data, text->len, &want, &result);
	else
		r = kind->forget(text->data, text->len, want.path, &result);
	if (r == 0)
		fwrite(result.data, 1, result.len, stdout);
	else
		fprintf(stderr, "boot_text: %s\n", strerror(-r));
	scfg_buf_free(&result);
	return r;
}

int main(int argc, char **argv)
{
	const struct scfg_boot_text *kind = argc > 2 ? find_kind(argv[1]) : NULL;
	struct scfg_buf text = {0};
	int r;

	if (!kind || (argc < 4 && strcmp(argv[2], "scan") != 0)) {
		fprintf(stderr, "boot_text: wrong usage\n");
		return 2;
	}
	if (strcmp(argv[2], "name") == 0)
		return print_name(argv[3]);
	read_input(&text);
	r = argc < 4 ? print_entries(kind, &text) : edit(kind, &text, argv + 2);
	scfg_buf_free(&text);
	return r ? 1 : 0;
}
