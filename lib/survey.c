/* SPDX-License-Identifier: MIT */
#include "survey.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

#define TEMP_NAME_KEEP (NAME_MAX - sizeof(SCFG_TEMP_SUFFIX) - 1)

static int name_temp(struct scfg_survey *survey)
{
	const char *name = survey->place.name;
	size_t len = strlen(name) < TEMP_NAME_KEEP ? strlen(name) : TEMP_NAME_KEEP;
	size_t dir = (size_t)(name - survey->place.path);
	char *path = malloc(dir + 1 + len + sizeof(SCFG_TEMP_SUFFIX));

	if (!path)
		return -ENOMEM;
	memcpy(path, survey->place.path, dir);
	path[dir] = '.';
	memcpy(path + dir + 1, name, len);
	memcpy(path + dir + 1 + len, SCFG_TEMP_SUFFIX, sizeof(SCFG_TEMP_SUFFIX));
	survey->temp_path = path;
	survey->temp_name = path + dir;
	return 0;
}

/* Ours beyond doubt: the name, the owner, the mode, one link, and nothing but blanks or a header.
 */
static int judge_temp(struct scfg_survey *survey)
{
	struct scfg_target *temp = &survey->temp;
	enum scfg_content content = temp->header.content;
	bool torn = false;
	int r = 0;

	if (temp->thing != SCFG_THING_FILE || temp->st.st_nlink != 1 ||
	    (temp->st.st_uid != 0 && temp->st.st_uid != survey->ctx->sys->geteuid()) ||
	    ((temp->st.st_mode & 077) && !survey->fs->no_modes))
		return 0;
	if (content == SCFG_CONTENT_NONE)
		r = scfg_target_look_inside(survey->ctx, temp);
	/* A power cut within the header's page: seen on exFAT, where the file has its name early.
	 */
	if (r == 0 && (temp->foreign || content == SCFG_CONTENT_DAMAGED))
		r = scfg_target_look_for_torn(survey->ctx, temp, survey->page_size, &torn);
	survey->temp_is_ours =
		r == 0 && (torn || (!temp->foreign && (content == SCFG_CONTENT_NONE ||
						       content == SCFG_CONTENT_SWAP)));
	return r;
}

/* What decides whether a file that is there can become, or stay, an area. */
static int look_deeper(struct scfg_survey *survey)
{
	struct scfg_target *target = &survey->target;
	bool torn = false;
	/* All of a blank file is read: a boot does not wait for that in vain. */
	bool inside = !survey->spec->early || survey->spec->early_format;
	int r = 0;

	if (target->fd < 0)
		return 0;
	if (inside && target->header.content == SCFG_CONTENT_NONE)
		r = scfg_target_look_inside(survey->ctx, target);
	/* A power cut while it was formatted in place: what was blank then holds nobody's data. */
	if (r == 0 && target->foreign && target->thing == SCFG_THING_FILE)
		r = scfg_target_look_for_torn(survey->ctx, target, survey->page_size, &torn);
	/* The kernel has looked at the blocks of an active file itself. */
	if (r < 0 || target->thing != SCFG_THING_FILE || target->row)
		return r;
	r = scfg_extents_find(survey->ctx->sys, survey->fs, target->fd, target->size,
			      &target->extents);
	if (r == 0 && survey->fs->unprepared) {
		r = survey->fs->unprepared(survey->ctx->sys, target->fd);
		target->unprepared = r > 0;
	}
	return r < 0 ? r : 0;
}

/* Which mount the directory lies on; left empty where that is the root file system. */
static int find_mount(struct scfg_survey *survey)
{
	const struct swapcfg_ctx *ctx = survey->ctx;
	struct stat root;
	char *text;
	size_t len;
	int r = ctx->sys->fstat(ctx->rootfd, &root);

	if (r < 0 || ctx->offline || root.st_dev == survey->place.dir.st_dev)
		return r;
	r = scfg_mountinfo_read(ctx, &text, &len);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = scfg_mountinfo_by_path(text, len, survey->place.path, &survey->mount);
	free(text);
	/* A subvolume of the root has a number of its own, but is no mount. */
	if (r == 0 && strcmp(survey->mount.point, "/") == 0) {
		scfg_mount_free(&survey->mount);
		survey->mount = (struct scfg_mount){0};
	}
	return r == -ENOMEM ? r : 0;
}

const char *scfg_survey_path(const struct scfg_survey *survey)
{
	return survey->place.path ? survey->place.path : survey->spec->path;
}

static int read_boot(struct scfg_survey *survey)
{
	return scfg_boot_read(survey->ctx, scfg_survey_path(survey), &survey->boot);
}

static int look_at_boot(struct scfg_survey *survey)
{
	int r = read_boot(survey);

	if (r == 0 && survey->spec->boot != SWAPCFG_BOOT_NONE) {
		r = scfg_boot_detect(survey->ctx, &survey->boot);
		if (r == 0)
			r = find_mount(survey);
	}
	return r;
}

/* Whether it is all of /proc that is missing, rather than the kernel's swap. */
static int look_for_proc(struct scfg_survey *survey)
{
	int fd = scfg_open(survey->ctx, "/proc/self", O_PATH);

	survey->ctx->sys->close(fd);
	survey->no_proc = fd == -ENOENT && survey->spec->early;
	survey->blind = fd == -ENOENT && !survey->spec->early;
	return fd < 0 && fd != -ENOENT ? fd : 0;
}

static int look_at_kernel(struct scfg_survey *survey)
{
	int r;

	if (survey->ctx->offline)
		return 0;
	r = scfg_swaps_read(survey->ctx, &survey->swaps);
	if (r == -ENOSYS) {
		int err = look_for_proc(survey);

		if (err < 0)
			return err;
	}
	survey->no_kernel_swap = r == -ENOSYS && !survey->no_proc;
	if (r < 0)
		return r == -ENOSYS ? 0 : r;
	return scfg_in_user_namespace(survey->ctx, &survey->in_user_namespace);
}

static int look_at_files(struct scfg_survey *survey)
{
	struct swapcfg_ctx *ctx = survey->ctx;
	int r = scfg_target_look(ctx, survey->place.dirfd, survey->place.name, survey->page_size,
				 &survey->swaps, &survey->target);

	if (r == 0)
		r = look_deeper(survey);
	if (r < 0 || survey->spec->early)
		return r;
	r = name_temp(survey);
	if (r == 0)
		r = scfg_target_look(ctx, survey->place.dirfd, survey->temp_name, survey->page_size,
				     &survey->swaps, &survey->temp);
	if (r == 0)
		r = judge_temp(survey);
	return r;
}

/* Memory matters only where something is taken out of use. */
static int look_at_memory(struct scfg_survey *survey)
{
	if (!survey->target.row && !survey->temp.row)
		return 0;
	return scfg_meminfo_read(survey->ctx, &survey->memory);
}

static int look(struct scfg_survey *survey)
{
	struct swapcfg_ctx *ctx = survey->ctx;
	const struct stat *st;
	int r = look_at_kernel(survey);

	if (r < 0)
		return r;
	survey->place_err = scfg_site_find(ctx, survey->spec->path, false, &survey->place);
	if (survey->place_err == -ENOMEM || survey->place_err == -EMFILE ||
	    survey->place_err == -ENFILE)
		return survey->place_err;
	/* Even then a boot entry for what is gone can be removed. */
	if (survey->place_err)
		return survey->spec->boot == SWAPCFG_BOOT_NONE ? read_boot(survey) : 0;
	r = ctx->sys->fstatfs(survey->place.dirfd, &survey->statfs);
	if (r < 0)
		return r;
	survey->fs = scfg_fs_find((uint32_t)survey->statfs.f_type);
	if (survey->fs->min_kernel && !ctx->offline)
		r = scfg_kernel_version(ctx, &survey->kernel);
	if (r < 0)
		return r;
	r = look_at_files(survey);
	if (r == 0)
		r = look_at_memory(survey);
	if (r == 0 && survey->spec->boot != SWAPCFG_BOOT_KEEP)
		r = look_at_boot(survey);
	st = survey->target.thing == SCFG_THING_NONE ? &survey->place.dir : &survey->target.st;
	if (r == 0 && !ctx->offline)
		r = scfg_export_find(ctx, survey->place.path, st, &survey->exported);
	return r;
}

int scfg_survey_make(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		     struct scfg_survey *ret, struct swapcfg_error **reterr)
{
	int r;

	*ret = (struct scfg_survey){.ctx = ctx, .spec = spec, .place.dirfd = -1};
	ret->target.fd = -1;
	ret->temp.fd = -1;
	ret->page_size = spec->page_size ? spec->page_size : ctx->sys->page_size();
	r = look(ret);
	if (r == 0)
		return 0;
	scfg_survey_free(ret);
	return r == -ENOMEM ? scfg_fail_memory(reterr)
			    : scfg_fail_errno(reterr, r, spec->path, "cannot look at it");
}

void scfg_survey_free(struct scfg_survey *survey)
{
	scfg_target_close(survey->ctx, &survey->target);
	scfg_target_close(survey->ctx, &survey->temp);
	scfg_site_close(survey->ctx, &survey->place);
	scfg_swaps_free(&survey->swaps);
	scfg_boot_free(&survey->boot);
	scfg_mount_free(&survey->mount);
	free(survey->temp_path);
	scfg_export_free(&survey->exported);
}
