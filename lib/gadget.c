/* SPDX-License-Identifier: MIT */
/* The disks of the USB gadget: those made in configfs, and those of drivers that bring their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "root.h"
#include "survey.h"

#define CONFIGFS    "/sys/kernel/config"
#define CONTROLLERS "/sys/class/udc"
#define MODULES	    "/sys/module"

/* Where the names of a directory begin so, the search goes on in what lies below them. */
struct level {
	const char *prefix;
	const char *below;
};

#define LEVELS 3
static const struct level in_configfs[LEVELS] = {
	{"", "/functions"}, {"mass_storage.", ""}, {"lun.", ""}};
static const struct level of_driver[LEVELS] = {{"", "/device"}, {"gadget", ""}, {"lun", ""}};

struct search {
	const struct swapcfg_ctx *ctx;
	int (*visit)(const struct scfg_lun *lun, void *arg);
	void *arg;
	bool *any;
	const struct level *levels;
	int level;
	bool bound; /* a controller has a gadget that was made in configfs */
	char path[PATH_MAX];
};

void scfg_cut_newline(char *text, size_t len)
{
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
}

/* Puts more behind the path: 0, or -ENAMETOOLONG with the path as it was. */
static int add(struct search *search, const char *more)
{
	size_t len = strlen(search->path);
	size_t more_len = strlen(more);

	if (len + more_len >= sizeof(search->path))
		return -ENAMETOOLONG;
	memcpy(search->path + len, more, more_len + 1);
	return 0;
}

/* What a file beside the path says; NULL where there is none. 0 or a failure. */
static int read_beside(struct search *search, const char *name, char **ret)
{
	size_t len = strlen(search->path);
	size_t got;
	int err = 0;
	int r = add(search, name);

	*ret = NULL;
	if (r == 0)
		r = scfg_read_file(search->ctx, search->path, PATH_MAX, ret, &got);
	search->path[len] = '\0';
	scfg_note_failure(r, &err);
	if (r == 0)
		scfg_cut_newline(*ret, got);
	return err;
}

static int look_at_lun(struct search *search)
{
	struct scfg_lun lun = {.where = search->path};
	size_t len = strlen(search->path);
	char *read_only = NULL;
	int r = read_beside(search, "/file", &lun.file);

	if (r < 0 || !lun.file)
		return r;
	*search->any = true;
	if (lun.file[0])
		r = read_beside(search, "/ro", &read_only);
	lun.read_only = read_only && read_only[0] == '1';
	free(read_only);
	if (r == 0 && lun.file[0]) {
		r = add(search, "/file");
		if (r == 0)
			r = search->visit(&lun, search->arg);
		search->path[len] = '\0';
	}
	free(lun.file);
	return r;
}

static int look_below(struct search *search);

static int descend(const char *name, void *data)
{
	struct search *search = data;
	const struct level *level = &search->levels[search->level];
	size_t len = strlen(search->path);
	int r;

	if (strncmp(name, level->prefix, strlen(level->prefix)) != 0)
		return 0;
	r = add(search, "/");
	if (r == 0)
		r = add(search, name);
	if (r == 0)
		r = add(search, level->below);
	if (r == 0) {
		search->level++;
		r = search->level == LEVELS ? look_at_lun(search) : look_below(search);
		search->level--;
	}
	search->path[len] = '\0';
	return r;
}

static int look_below(struct search *search)
{
	int fd = scfg_open(search->ctx, search->path, O_RDONLY | O_DIRECTORY);
	int r = 0;

	scfg_note_failure(fd, &r);
	if (fd >= 0)
		r = scfg_list_dir(search->ctx, fd, descend, search);
	search->ctx->sys->close(fd);
	return r;
}

/* Whether a gadget is no driver's, which a module has the name of, but was made in configfs. */
static int is_made(const struct swapcfg_ctx *ctx, const char *gadget)
{
	char path[sizeof(MODULES) + 1 + NAME_MAX];
	int err = 0;
	int fd;

	if (!gadget || !*gadget || strlen(gadget) > NAME_MAX)
		return 0;
	snprintf(path, sizeof(path), MODULES "/%s", gadget);
	fd = scfg_open(ctx, path, O_PATH);
	ctx->sys->close(fd);
	scfg_note_failure(fd, &err);
	return fd >= 0 || err ? err : 1;
}

static int look_at_controller(const char *name, void *data)
{
	struct search *search = data;
	size_t len = strlen(search->path);
	char *gadget = NULL;
	int r = add(search, "/");

	if (r == 0)
		r = add(search, name);
	if (r == 0)
		r = read_beside(search, "/function", &gadget);
	if (r == 0)
		r = is_made(search->ctx, gadget);
	search->bound = search->bound || r > 0;
	free(gadget);
	search->path[len] = '\0';
	return r < 0 ? r : 0;
}

/* Searches below a directory: 1, 0 where it is not there, or a failure. */
static int look_from(struct search *search, const char *top, const struct level *levels)
{
	int err = 0;
	int fd;
	int r;

	search->levels = levels;
	snprintf(search->path, sizeof(search->path), "%s", top);
	fd = scfg_open(search->ctx, search->path, O_RDONLY | O_DIRECTORY);
	scfg_note_failure(fd, &err);
	if (fd < 0)
		return err;
	r = scfg_list_dir(search->ctx, fd, levels ? descend : look_at_controller, search);
	search->ctx->sys->close(fd);
	return r < 0 ? r : 1;
}

/* Where configfs is mounted, if not in its usual place. */
static int look_elsewhere(struct search *search)
{
	struct scfg_mount mount;
	char top[PATH_MAX];
	char *text;
	size_t len;
	int err = 0;
	int r = scfg_mountinfo_read(search->ctx, &text, &len);

	scfg_note_failure(r, &err);
	if (r < 0)
		return err;
	r = scfg_mountinfo_by_type(text, len, "configfs", &mount);
	free(text);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = snprintf(top, sizeof(top), "%s/usb_gadget", mount.point);
	scfg_mount_free(&mount);
	return r < (int)sizeof(top) ? look_from(search, top, in_configfs) : 0;
}

int scfg_luns_visit(const struct swapcfg_ctx *ctx,
		    int (*visit)(const struct scfg_lun *lun, void *arg), void *arg, bool *any,
		    bool *unseen)
{
	struct search *search = calloc(1, sizeof(*search)); /* too large for a small stack */
	int gadgets;
	int r;

	*any = false;
	*unseen = false;
	if (!search)
		return -ENOMEM;
	*search = (struct search){.ctx = ctx, .visit = visit, .arg = arg, .any = any};
	gadgets = look_from(search, CONFIGFS "/usb_gadget", in_configfs);
	r = gadgets < 0 ? gadgets : look_from(search, CONTROLLERS, of_driver);
	/* Without a kind of controller there is no gadget at all. */
	if (r > 0 && gadgets == 0)
		gadgets = look_elsewhere(search);
	if (r > 0 && gadgets == 0)
		r = look_from(search, CONTROLLERS, NULL);
	*unseen = search->bound;
	free(search);
	if (gadgets < 0)
		return gadgets;
	return r < 0 ? r : 0;
}
