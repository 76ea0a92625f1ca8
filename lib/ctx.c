/* SPDX-License-Identifier: MIT */
#include "ctx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <libswapcfg/version.h>

#include "error.h"
#include "names.h"

const char *swapcfg_version(void)
{
	return SCFG_VERSION;
}

int scfg_ctx_new(const struct scfg_sys *sys, const char *root, bool offline,
		 struct swapcfg_ctx **ret, struct swapcfg_error **reterr)
{
	struct swapcfg_ctx *ctx = calloc(1, sizeof(*ctx));
	int r = -ENOMEM;

	if (!ctx)
		return scfg_fail_memory(reterr);
	ctx->rootfd = -1;
	ctx->sys = sys;
	ctx->offline = offline;
	ctx->confined = strcmp(root, "/") != 0;
	ctx->root = strdup(root);
	if (ctx->root)
		r = sys->openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	if (r < 0) {
		free(ctx->root);
		free(ctx);
		return r == -ENOMEM
			       ? scfg_fail_memory(reterr)
			       : scfg_fail_errno(reterr, r, root, "cannot open the root directory");
	}
	ctx->rootfd = r;
	atomic_init(&ctx->refs, 1);
	*ret = ctx;
	return 0;
}

/* "/", "//" and "/." are the running system as well. */
static bool is_running_root(const char *root)
{
	while (*root == '/' || (*root == '.' && (root[1] == '/' || root[1] == '\0')))
		root++;
	return *root == '\0';
}

int swapcfg_ctx_new(const char *root, struct swapcfg_ctx **ret, struct swapcfg_error **reterr)
{
	if (!root || (root[0] == '/' && is_running_root(root)))
		return scfg_ctx_new(&scfg_sys_linux, "/", false, ret, reterr);
	return scfg_ctx_new(&scfg_sys_linux, root, true, ret, reterr);
}

struct swapcfg_ctx *swapcfg_ctx_ref(struct swapcfg_ctx *ctx)
{
	atomic_fetch_add(&ctx->refs, 1);
	return ctx;
}

void swapcfg_ctx_unref(struct swapcfg_ctx *ctx)
{
	if (!ctx || atomic_fetch_sub(&ctx->refs, 1) > 1)
		return;
	ctx->sys->close(ctx->rootfd);
	free(ctx->root);
	free(ctx);
}

const char *swapcfg_ctx_root(const struct swapcfg_ctx *ctx)
{
	return ctx->root;
}

bool swapcfg_ctx_is_offline(const struct swapcfg_ctx *ctx)
{
	return ctx->offline;
}
