/* SPDX-License-Identifier: MIT */
/*
 * Which init starts the system, and which swapon its entries would run. Looked for, never assumed:
 * sysvinit and BusyBox give the same inittab opposite meanings.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "boot/boot.h"
#include "root.h"

/* BusyBox names itself in clear text; its programs need not be links to it by that name. */
#define BANNER	   "BusyBox v"
#define SEARCH_MAX (2u * 1024u * 1024u)
#define CHUNK	   (64u * 1024u)

#define SCRIPT_MAX (256u * 1024u)

static bool find_banner(const struct swapcfg_ctx *ctx, int fd, char *data, int *err)
{
	size_t overlap = strlen(BANNER) - 1;
	const char *end; /* no whole banner begins there or behind */

	for (uint64_t at = 0; at < SEARCH_MAX; at += CHUNK - overlap) {
		int64_t got = ctx->sys->pread(fd, data, CHUNK, at);

		scfg_note_failure((int)got, err);
		if (got <= (int64_t)overlap)
			return false;
		end = data + got - overlap;
		for (const char *hit = data; (hit = memchr(hit, BANNER[0], (size_t)(end - hit)));
		     hit++) {
			if (memcmp(hit, BANNER, strlen(BANNER)) == 0)
				return true;
		}
	}
	return false;
}

static bool is_busybox(const struct swapcfg_ctx *ctx, const char *path, int *err)
{
	int fd = scfg_open(ctx, path, O_RDONLY | O_NONBLOCK);
	char *data = malloc(CHUNK);
	bool found = fd >= 0 && data && find_banner(ctx, fd, data, err);

	scfg_note_failure(data ? fd : -ENOMEM, err);
	free(data);
	ctx->sys->close(fd);
	return found;
}

/* What a program's path leads to in the end; NULL where it does not exist. */
static char *real_path(const struct swapcfg_ctx *ctx, const char *path, int *err)
{
	struct scfg_site place;
	struct stat st;
	char *found = NULL;
	int r = scfg_site_find(ctx, path, true, &place);

	scfg_note_failure(r, err);
	if (r < 0)
		return NULL;
	r = ctx->sys->fstatat(place.dirfd, place.name, &st);
	scfg_note_failure(r, err);
	if (r == 0 && S_ISREG(st.st_mode)) {
		found = place.path;
		place.path = NULL;
	}
	scfg_site_close(ctx, &place);
	return found;
}

static bool exists(const struct swapcfg_ctx *ctx, const char *path, int *err)
{
	int fd = scfg_open(ctx, path, O_PATH);

	scfg_note_failure(fd, err);
	ctx->sys->close(fd);
	return fd >= 0;
}

static enum scfg_init init_of(const struct swapcfg_ctx *ctx, const char *real, int *err)
{
	const char *name = strrchr(real, '/') + 1;

	/* Installed is not enough: a container or a rescue system may run something else. */
	if (strcmp(name, "systemd") == 0)
		return ctx->offline ? SCFG_INIT_SYSTEMD : SCFG_INIT_UNKNOWN;
	if (strncmp(name, "busybox", strlen("busybox")) == 0 || is_busybox(ctx, real, err))
		return SCFG_INIT_BUSYBOX;
	/* It reads an inittab in a way of its own, in which ours would not run. */
	if (strcmp(name, "procd") == 0 || exists(ctx, "/sbin/procd", err))
		return SCFG_INIT_PROCD;
	/* What is called init and reads an inittab is sysvinit, or close enough to its rules. */
	if (strcmp(name, "init") == 0 && exists(ctx, "/etc/inittab", err))
		return SCFG_INIT_SYSV;
	return SCFG_INIT_UNKNOWN;
}

static void find_swapon(const struct swapcfg_ctx *ctx, struct scfg_boot *boot, int *err)
{
	static const char *const places[] = {"/sbin/swapon", "/usr/sbin/swapon", "/bin/swapon",
					     "/usr/bin/swapon"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *real = real_path(ctx, places[i], err);

		if (!real)
			continue;
		boot->swapon = places[i];
		boot->swapon_is_busybox =
			strstr(strrchr(real, '/'), "busybox") || is_busybox(ctx, real, err);
		free(real);
		return;
	}
}

static void find_helper(const struct swapcfg_ctx *ctx, struct scfg_boot *boot, int *err)
{
	static const char *const places[] = {"/usr/sbin/swapcfg",	"/sbin/swapcfg",
					     "/usr/bin/swapcfg",	"/bin/swapcfg",
					     "/usr/local/sbin/swapcfg", "/usr/local/bin/swapcfg"};

	for (size_t i = 0; !boot->helper && i < sizeof(places) / sizeof(places[0]); i++) {
		char *real = real_path(ctx, places[i], err);

		if (real)
			boot->helper = places[i];
		free(real);
	}
}

/* Scripts that run swapon -a: of Debian's sysvinit, OpenRC and Slackware. */
static bool has_swap_script(const struct swapcfg_ctx *ctx, int *err)
{
	return exists(ctx, "/etc/init.d/checkroot.sh", err) ||
	       exists(ctx, "/etc/runlevels/boot/swap", err) || exists(ctx, "/etc/rc.d/rc.S", err);
}

/* Installed is not enough: what runs notes its state in /run. */
static bool has_openrc(const struct swapcfg_ctx *ctx, int *err)
{
	return exists(ctx, "/etc/runlevels/boot", err) &&
	       (exists(ctx, "/sbin/openrc-run", err) || exists(ctx, "/usr/sbin/openrc-run", err)) &&
	       (ctx->offline || exists(ctx, "/run/openrc", err));
}

/* Buildroot's way: a script that starts all that are called S and two characters. */
static bool runs_scripts(const struct swapcfg_ctx *ctx, int *err)
{
	char *text = NULL;
	size_t len;
	int r = scfg_read_regular(ctx, "/etc/init.d/rcS", SCRIPT_MAX, &text, &len);
	bool runs = r == 0 && strstr(text, "/S??");

	scfg_note_failure(r, err);
	free(text);
	return runs;
}

static bool etc_is_read_only(const struct swapcfg_ctx *ctx, int *err)
{
	struct statfs fs;
	int fd = scfg_open(ctx, "/etc", O_PATH | O_DIRECTORY);
	int r = fd < 0 ? fd : ctx->sys->fstatfs(fd, &fs);

	scfg_note_failure(r, err);
	ctx->sys->close(fd);
	return r == 0 && (fs.f_flags & SCFG_STATFS_READ_ONLY);
}

static enum scfg_init find_init(const struct swapcfg_ctx *ctx, int *err)
{
	static const char *const inits[] = {"/sbin/init", "/init", "/etc/init", "/bin/init"};

	if (!ctx->offline && exists(ctx, "/run/systemd/system", err))
		return SCFG_INIT_SYSTEMD;
	for (size_t i = 0; i < sizeof(inits) / sizeof(inits[0]); i++) {
		char *real = real_path(ctx, inits[i], err);
		enum scfg_init init;

		if (!real)
			continue;
		init = init_of(ctx, real, err);
		free(real);
		return init;
	}
	return SCFG_INIT_UNKNOWN;
}

int scfg_boot_detect(const struct swapcfg_ctx *ctx, struct scfg_boot *boot)
{
	int err = 0;

	find_swapon(ctx, boot, &err);
	find_helper(ctx, boot, &err);
	boot->scripts_read_fstab = has_swap_script(ctx, &err);
	boot->read_only = etc_is_read_only(ctx, &err);
	boot->init = find_init(ctx, &err);
	boot->has_openrc = has_openrc(ctx, &err);
	boot->reads_uci = exists(ctx, "/sbin/block", &err) && exists(ctx, "/etc/config", &err);
	boot->runs_scripts = scfg_boot_reads_inittab(boot) && runs_scripts(ctx, &err);
	return err;
}
