/* SPDX-License-Identifier: MIT */
/* Makes, uses and shows a swap area, and removes it again: create_area PATH SIZE, as root. */
#include <libswapcfg/swapcfg.h>
#include <stdio.h>

/* Takes the area to a state: plan what leads there, then carry it out. */
static int take(struct swapcfg_ctx *ctx, struct swapcfg_spec *spec, enum swapcfg_state state,
		struct swapcfg_error **error)
{
	struct swapcfg_plan *plan = NULL;
	int r = swapcfg_spec_set_state(spec, state);

	if (r == 0)
		r = swapcfg_plan(ctx, spec, &plan, error);
	if (r == 0)
		r = swapcfg_apply(ctx, plan, NULL, error);
	swapcfg_plan_unref(plan);
	return r;
}

static int show(struct swapcfg_ctx *ctx, const char *path, struct swapcfg_error **error)
{
	struct swapcfg_status *status = NULL;
	int r = swapcfg_query_path(ctx, path, &status, error);

	if (r == 0) {
		const struct swapcfg_area *area = swapcfg_status_area(status, 0);
		printf("%s: %llu bytes, %s\n", swapcfg_area_path(area),
		       (unsigned long long)swapcfg_area_size(area),
		       swapcfg_area_is_active(area) ? "active" : "off");
	}
	swapcfg_status_free(status);
	return r;
}

int main(int argc, char **argv)
{
	struct swapcfg_ctx *ctx = NULL;
	struct swapcfg_spec *spec = NULL;
	struct swapcfg_error *error = NULL;
	uint64_t size;
	int r;

	if (argc != 3 || swapcfg_size_parse(argv[2], &size) < 0) {
		fprintf(stderr, "usage: create_area PATH SIZE\n");
		return 2;
	}
	r = swapcfg_ctx_new(NULL, &ctx, &error);
	if (r == 0)
		r = swapcfg_spec_new(argv[1], &spec, &error);
	if (r == 0)
		r = swapcfg_spec_set_size(spec, size);
	if (r == 0)
		r = take(ctx, spec, SWAPCFG_STATE_ACTIVE, &error);
	if (r == 0)
		r = show(ctx, argv[1], &error);
	if (r == 0)
		r = take(ctx, spec, SWAPCFG_STATE_ABSENT, &error);
	if (r < 0)
		fprintf(stderr, "create_area: %s\n",
			error ? swapcfg_error_message(error) : "the size cannot be used");
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
	swapcfg_ctx_unref(ctx);
	return r < 0;
}
