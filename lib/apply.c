/* SPDX-License-Identifier: MIT */
/* The public verbs: each is a spec, with what the verb is about put in and the rest left as it is.
 */
#include <libswapcfg/apply.h>

#include "error.h"
#include "txn.h"

/* A verb's own spec, run as one transaction. */
static int run(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec, struct swapcfg_job *job,
	       struct swapcfg_error **reterr)
{
	return scfg_txn_run(ctx, spec, NULL, job, reterr);
}

int swapcfg_apply(struct swapcfg_ctx *ctx, const struct swapcfg_plan *plan, struct swapcfg_job *job,
		  struct swapcfg_error **reterr)
{
	return scfg_txn_run(ctx, plan->spec, plan, job, reterr);
}

int swapcfg_allocate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		     struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	if (!spec->size)
		return scfg_fail(reterr, 0, SWAPCFG_REASON_INVALID_ARGUMENT, spec->path,
				 "%s: allocating needs a size", spec->path);
	verb.state = SWAPCFG_STATE_ALLOCATED;
	verb.boot = SWAPCFG_BOOT_KEEP;
	return run(ctx, &verb, job, reterr);
}

int swapcfg_format(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		   struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	verb.state = SWAPCFG_STATE_FORMATTED;
	verb.boot = SWAPCFG_BOOT_KEEP;
	verb.format_only = true;
	return run(ctx, &verb, job, reterr);
}

int swapcfg_activate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		     struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	verb.state = SWAPCFG_STATE_ACTIVE;
	verb.boot = SWAPCFG_BOOT_KEEP;
	verb.size = 0;
	verb.has_label = false;
	verb.uuid_wish = SCFG_UUID_DEFAULT;
	return run(ctx, &verb, job, reterr);
}

int swapcfg_deactivate(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		       struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	verb.state = SWAPCFG_STATE_INACTIVE;
	verb.boot = SWAPCFG_BOOT_KEEP;
	verb.size = 0;
	return run(ctx, &verb, job, reterr);
}

int swapcfg_persist(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		    struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	verb.state = SWAPCFG_STATE_KEEP;
	verb.size = 0;
	if (verb.boot == SWAPCFG_BOOT_KEEP || verb.boot == SWAPCFG_BOOT_NONE)
		verb.boot = SWAPCFG_BOOT_AUTO;
	return run(ctx, &verb, job, reterr);
}

int swapcfg_forget(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec,
		   struct swapcfg_job *job, struct swapcfg_error **reterr)
{
	struct swapcfg_spec verb = *spec;

	verb.state = SWAPCFG_STATE_KEEP;
	verb.size = 0;
	verb.boot = SWAPCFG_BOOT_NONE;
	return run(ctx, &verb, job, reterr);
}
