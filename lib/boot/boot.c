/* SPDX-License-Identifier: MIT */
/* Reading the files of the boot configuration. */
#include "boot/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

const struct scfg_boot_kind *const scfg_boot_kinds[SCFG_BOOT_KINDS] = {
	&scfg_boot_systemd, &scfg_boot_uci,   &scfg_boot_openrc,
	&scfg_boot_inittab, &scfg_boot_initd, &scfg_boot_fstab,
};

static void free_file(struct scfg_boot_file *file)
{
	scfg_boot_lines_free(&file->lines);
	free(file->data);
	free(file->path);
	free(file->left_path);
}

/* Reads a file of a kind and path. What cannot be understood is noted; what could not be found out
 * fails. */
static int read_file(const struct swapcfg_ctx *ctx, struct scfg_boot_file *ret)
{
	char *data = NULL;
	size_t len = 0;
	int err = 0;
	int r;

	if (!ret->path)
		return -ENOMEM;
	r = scfg_read_regular(ctx, ret->path, SCFG_BOOT_FILE_MAX, &data, &len);
	ret->data = data;
	ret->len = len;
	ret->exists = r != -ENOENT;
	if (r == 0)
		r = ret->kind->text->scan(data, len, &ret->lines);
	if (r == 0)
		r = scfg_boot_look_at_link(ctx, ret);
	ret->err = ret->exists && r < 0 ? r : 0;
	scfg_note_failure(r, &err);
	return err;
}

static char *join(const char *dir, const char *name)
{
	struct scfg_buf path = {0};

	scfg_buf_addf(&path, "%s/%s", dir, name);
	return scfg_buf_take(&path);
}

struct listing {
	const struct swapcfg_ctx *ctx;
	const struct scfg_boot_kind *kind;
	int (*visit)(const struct scfg_boot_file *file, void *arg); /* NULL: the first is enough */
	void *arg;
	char *first;
};

static int list_name(const char *name, void *arg)
{
	struct listing *listing = arg;
	struct scfg_boot_file file = {.kind = listing->kind};
	char *path;
	int r;

	if (!listing->kind->is_file(name))
		return 0;
	path = join(listing->kind->dir, name);
	if (!listing->visit) {
		listing->first = path;
		return path ? 1 : -ENOMEM;
	}
	file.path = path;
	r = read_file(listing->ctx, &file);
	if (r == 0)
		r = listing->visit(&file, listing->arg);
	free_file(&file);
	return r;
}

/* A directory that is not there, or that nobody may read, has no files. */
static int list_files(struct listing *listing)
{
	int fd = scfg_open(listing->ctx, listing->kind->dir, O_RDONLY | O_DIRECTORY);
	int err = 0;
	int r;

	if (fd < 0) {
		scfg_note_failure(fd, &err);
		return err;
	}
	r = scfg_list_dir(listing->ctx, fd, list_name, listing);
	listing->ctx->sys->close(fd);
	return r;
}

/* The file that has an area's entry, or would have it. NULL for want of memory, or *err. */
static char *find_path(const struct swapcfg_ctx *ctx, const struct scfg_boot_kind *kind,
		       const char *area, int *err)
{
	struct listing listing = {.ctx = ctx, .kind = kind};
	struct scfg_buf name = {0};
	char *path = NULL;

	if (kind->name) {
		kind->name(area, &name);
		path = name.failed ? NULL : join(kind->dir, name.data);
		scfg_buf_free(&name);
		return path;
	}
	if (kind->dir) {
		int r = list_files(&listing);

		if (r < 0)
			*err = r;
		if (r != 0)
			return listing.first;
	}
	return strdup(kind->file);
}

/* What changing or making a file has to know. 0 or why it cannot be told. */
static int look_around(const struct swapcfg_ctx *ctx, struct scfg_boot_file *file)
{
	struct scfg_site site;
	int err = 0;
	int r = scfg_site_find(ctx, file->path, true, &site);

	scfg_note_failure(r, &err);
	file->no_dir = r < 0 && !file->exists;
	if (r == 0) {
		err = scfg_boot_look_for_leftover(ctx, &site, file);
		scfg_site_close(ctx, &site);
	}
	if (!err && !file->exists && !file->no_dir)
		scfg_note_failure(scfg_boot_look_at_link(ctx, file), &err);
	return err;
}

int scfg_boot_read(const struct swapcfg_ctx *ctx, const char *area, struct scfg_boot *ret)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++) {
		int err = 0;
		struct scfg_boot_file *file = &ret->files[i];
		int r;

		*file = (struct scfg_boot_file){.kind = scfg_boot_kinds[i]};
		file->path = find_path(ctx, file->kind, area, &err);
		r = read_file(ctx, file);
		if (r == 0)
			r = look_around(ctx, file);
		if (err || r < 0) {
			scfg_boot_free(ret);
			return err ? err : r;
		}
	}
	return 0;
}

int scfg_boot_each(const struct swapcfg_ctx *ctx,
		   int (*visit)(const struct scfg_boot_file *file, void *arg), void *arg)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < SCFG_BOOT_KINDS; i++) {
		const struct scfg_boot_kind *kind = scfg_boot_kinds[i];
		struct listing listing = {.ctx = ctx, .kind = kind, .visit = visit, .arg = arg};
		struct scfg_boot_file file = {.kind = kind};

		if (kind->dir) {
			r = list_files(&listing);
			continue;
		}
		file.path = strdup(kind->file);
		r = read_file(ctx, &file);
		if (r == 0 && file.exists)
			r = visit(&file, arg);
		free_file(&file);
	}
	return r;
}

void scfg_boot_free(struct scfg_boot *boot)
{
	for (size_t i = 0; i < SCFG_BOOT_KINDS; i++)
		free_file(&boot->files[i]);
	*boot = (struct scfg_boot){0};
}

const struct scfg_boot_file *scfg_boot_file(const struct scfg_boot *boot, enum swapcfg_boot kind)
{
	size_t i = 0;

	while (scfg_boot_kinds[i]->kind != kind)
		i++;
	return &boot->files[i];
}

bool scfg_boot_reads_inittab(const struct scfg_boot *boot)
{
	return boot->init == SCFG_INIT_SYSV || boot->init == SCFG_INIT_BUSYBOX;
}

const struct scfg_boot_line *scfg_boot_entry(const struct scfg_boot_file *file, const char *path)
{
	const struct scfg_boot_line *best = NULL;

	for (size_t i = 0; i < file->lines.count; i++) {
		const struct scfg_boot_line *line = &file->lines.lines[i];

		if (strcmp(line->path, path) != 0)
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

		if (line->owner == owner && strcmp(line->path, path) == 0)
			return true;
	}
	return false;
}
