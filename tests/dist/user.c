/* SPDX-License-Identifier: MIT */
/* A program that was built with the SDK: user ROOT PATH SIZE makes an area below the root. */
#include <libswapcfg/swapcfg.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct swapcfg_ctx *ctx = NULL;
	struct swapcfg_spec *spec = NULL;
	struct swapcfg_plan *plan = NULL;
	struct swapcfg_error *error = NULL;
	uint64_t size;
	int r;

	if (argc != 4 || swapcfg_size_parse(argv[3], &size) < 0)
		return 2;
	r = swapcfg_ctx_new(argv[1], &ctx, &error);
	if (r == 0)
		r = swapcfg_spec_new(argv[2], &spec, &error);
	if (r == 0)
		r = swapcfg_spec_set_size(spec, size);
	if (r == 0)
		r = swapcfg_spec_set_state(spec, SWAPCFG_STATE_FORMATTED);
	if (r == 0)
		r = swapcfg_plan(ctx, spec, &plan, &error);
	if (r == 0)
		r = swapcfg_apply(ctx, plan, NULL, &error);
	printf("%s: %s\n", swapcfg_version(), error ? swapcfg_error_message(error) : "made");
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	swapcfg_ctx_unref(ctx);
	return r < 0;
}
