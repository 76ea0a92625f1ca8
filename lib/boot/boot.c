/* SPDX-License-Identifier: MIT */
#include "boot/boot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

/* No boot file is that long; a longer one is not read, so that it cannot fill a small memory. */
#define FILE_MAX (1024u * 1024u)

const struct scfg_boot_kind scfg_boot_kinds[SCFG_BOOT_KINDS] = {
	{SWAPCFG_BOOT_INITTAB, "/etc/inittab", &scfg_inittab_text},
	{SWAPCFG_BOOT_FSTAB, "/etc/fstab", &scfg_fstab_text},
};

static int read_one(const struct swapcfg_ctx *ctx, struct scfg_boot_file *file)
{
	int r = scfg_read_file(ctx, file->kind->file, FILE_MAX, &file->data, &file->len);

	if (r == -ENOENT)
		return 0;
	file->exists = true;
	if (r < 0) {
		file->err = r;
		return r == -ENOMEM ? r : 0;
	}
	r = file->kind->text->scan(file->data, file->len, &file->lines);
	if (r < 0)
		file->err = r;
	return r == -ENOMEM ? r : 0;
}

int scfg_boot_read(const struct swapcfg_ctx *ctx, struct scfg_boot *ret)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		int r;

		ret->files[i].kind = &scfg_boot_kinds[i];
		r = read_one(ctx, &ret->files[i]);
		if (r < 0) {
			scfg_boot_free(ret);
			return r;
		}
	}
	return 0;
}

void scfg_boot_free(struct scfg_boot *boot)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		scfg_boot_lines_free(&boot->files[i].lines);
		free(boot->files[i].data);
	}
	*boot = (struct scfg_boot){0};
}

const struct scfg_boot_line *scfg_boot_entry(const struct scfg_boot_file *file, const char *path)
{
	const struct scfg_boot_line *best = NULL;

	for (size_t i = 0; i < file->lines.count; i++) {
		const struct scfg_boot_line *line = &file->lines.lines[i];

		if (line->by_tag || strcmp(line->path, path) != 0)
			continue;
		if (!best || line->owner < best->owner)
			best = line;
	}
	return best;
}

bool scfg_boot_has(const struct scfg_boot_file *file, const char *path, enum scfg_owner owner)
{
	for (size_t i = 0; i < file->lines.count; i++) {
		const struct scfg_boot_line *line = &file->lines.lines[i];

		if (!line->by_tag && line->owner == owner && strcmp(line->path, path) == 0)
			return true;
	}
	return false;
}
