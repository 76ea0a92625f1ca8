/* SPDX-License-Identifier: MIT */
/* What mounts a directory at boot. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/text_lines.h"
#include "root.h"
#include "survey.h"

#define SCRIPTS	   "/etc/init.d"
#define SCRIPT_MAX (256u * 1024u)

/* Whether a line of fstab mounts at boot what holds a path. */
static bool line_mounts(struct scfg_span line, const char *path)
{
	struct scfg_span source = scfg_span_word(&line);
	struct scfg_span point = scfg_span_word(&line);
	struct scfg_boot_line others;
	bool noauto = false;

	scfg_span_word(&line); /* the type */
	scfg_boot_options(scfg_span_word(&line), &others, &noauto);
	/* "/" is there in any case. */
	return !scfg_span_starts(source, "#") && !noauto && scfg_mount_holds(point, path) > 1;
}

bool scfg_boot_mounts(const struct scfg_boot *boot, const char *path)
{
	const struct scfg_boot_file *fstab = scfg_boot_file(boot, SWAPCFG_BOOT_FSTAB);
	struct scfg_span text = {fstab->data, fstab->len};
	struct scfg_line line = {0};

	while (scfg_line_next(text, &line)) {
		if (line_mounts(line.span, path))
			return true;
	}
	return false;
}

enum scfg_where scfg_boot_where(const struct scfg_survey *survey)
{
	struct stat root;

	if (!survey->ctx->offline)
		return survey->mount.point ? SCFG_ON_MOUNT : SCFG_ON_ROOT;
	/* Nothing can be mounted between the root and its own entries. */
	if (strrchr(survey->place.path, '/') == survey->place.path)
		return SCFG_ON_ROOT;
	if (scfg_boot_mounts(&survey->boot, survey->place.path))
		return SCFG_ON_MOUNT;
	if (survey->ctx->sys->fstat(survey->ctx->rootfd, &root) == 0 &&
	    root.st_dev != survey->place.dir.st_dev)
		return SCFG_ON_MOUNT;
	return SCFG_WHERE_UNKNOWN;
}

bool scfg_boot_is_mounted(const struct scfg_survey *survey)
{
	return scfg_boot_where(survey) == SCFG_ON_ROOT ||
	       scfg_boot_mounts(&survey->boot, survey->place.path);
}

struct mention {
	const struct swapcfg_ctx *ctx;
	const char *point;
};

static int script_names(const char *name, void *data)
{
	const struct mention *mention = data;
	char path[sizeof(SCRIPTS) + 1 + 256];
	char *text;
	size_t len;
	int err = 0;
	int r;

	snprintf(path, sizeof(path), "%s/%s", SCRIPTS, name);
	r = scfg_read_file(mention->ctx, path, SCRIPT_MAX, &text, &len);
	if (r < 0) {
		scfg_note_failure(r, &err);
		return err;
	}
	r = strstr(text, mention->point) != NULL;
	free(text);
	return r;
}

int scfg_boot_scripts_name(const struct swapcfg_ctx *ctx, const char *point)
{
	struct mention mention = {.ctx = ctx, .point = point};
	int fd = scfg_open(ctx, SCRIPTS, O_RDONLY | O_DIRECTORY);
	int err = 0;
	int r;

	if (fd < 0) {
		scfg_note_failure(fd, &err);
		return err;
	}
	r = scfg_list_dir(ctx, fd, script_names, &mention);
	ctx->sys->close(fd);
	return r;
}
