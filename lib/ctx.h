/* SPDX-License-Identifier: MIT */
#ifndef SCFG_CTX_H
#define SCFG_CTX_H

#include <stdatomic.h>
#include <stdbool.h>

#include <libswapcfg/ctx.h>

#include "sys/sys.h"

struct swapcfg_ctx {
	atomic_uint refs;
	const struct scfg_sys *sys;
	char *root;
	int rootfd;
	bool confined; /* the root is not "/": links must be resolved inside it */
	bool offline;
};

/* swapcfg_ctx_new() with a table of system calls; a test may want a fake root that counts as
 * running. */
int scfg_ctx_new(const struct scfg_sys *sys, const char *root, bool offline,
		 struct swapcfg_ctx **ret, struct swapcfg_error **reterr);

#endif
