/* SPDX-License-Identifier: MIT */
/* The library as a daemon would use it: one context, and for each area a plan that is carried out.
 */
#include <libswapcfg/swapcfg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

#define QUERIES_MAX 10000

static struct swapcfg_ctx *ctx;

static int failed(struct swapcfg_error *error)
{
	fprintf(stderr, "library: %s\n", swapcfg_error_message(error));
	swapcfg_error_free(error);
	return -1;
}

static int plan_and_apply(const struct swapcfg_spec *spec, struct swapcfg_error **error)
{
	struct swapcfg_plan *plan;
	int r = swapcfg_plan(ctx, spec, &plan, error);

	if (r < 0)
		return r;
	r = swapcfg_apply(ctx, plan, NULL, error);
	swapcfg_plan_unref(plan);
	return r;
}

static int create(const char *path, uint64_t size, enum swapcfg_state state)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec;
	int r = swapcfg_spec_new(path, &spec, &error);

	if (r < 0)
		return failed(error);
	swapcfg_spec_set_size(spec, size);
	r = swapcfg_spec_set_state(spec, state);
	if (r == 0)
		r = plan_and_apply(spec, &error);
	swapcfg_spec_free(spec);
	return r < 0 ? failed(error) : 0;
}

static int compare(const void *one, const void *other)
{
	const uint64_t *a = one;
	const uint64_t *b = other;

	return (*a > *b) - (*a < *b);
}

/* Each query has to see the one area, or what is timed would be something else. */
static int query(unsigned int count, char *answer, int size)
{
	static uint64_t times[QUERIES_MAX];
	struct swapcfg_error *error = NULL;

	if (!count || count > QUERIES_MAX)
		return -1;
	for (unsigned int i = 0; i < count; i++) {
		struct swapcfg_status *status;
		struct worker_times start = worker_now();

		if (swapcfg_query(ctx, &status, &error) < 0)
			return failed(error);
		times[i] = worker_now().wall - start.wall;
		if (swapcfg_status_area_count(status) < 1) {
			fprintf(stderr, "library: the query saw no area\n");
			return -1;
		}
		swapcfg_status_free(status);
	}
	qsort(times, count, sizeof(times[0]), compare);
	snprintf(answer, (size_t)size, "%llu", (unsigned long long)times[count / 2]);
	return 0;
}

/* "create BYTES PATH", "fill BYTES PATH": the times that it took. "query COUNT": their median. */
static int command(char *words, char *answer, int size)
{
	char verb[16];
	char path[1024] = "";
	unsigned long long number;
	struct worker_times start;
	int r;

	if (sscanf(words, "%15s %llu %1023s", verb, &number, path) < 2)
		return -1;
	if (strcmp(verb, "query") == 0)
		return query((unsigned int)number, answer, size);
	start = worker_now();
	r = create(path, number,
		   strcmp(verb, "fill") == 0 ? SWAPCFG_STATE_FORMATTED : SWAPCFG_STATE_ACTIVE);
	worker_answer_since(&start, answer, size);
	return r;
}

int main(void)
{
	struct swapcfg_error *error = NULL;
	int r;

	if (swapcfg_ctx_new(NULL, &ctx, &error) < 0)
		return failed(error) < 0;
	r = worker_serve(command);
	swapcfg_ctx_unref(ctx);
	return r;
}
