/* SPDX-License-Identifier: MIT */
/*
 * Eight threads that do what they like to the areas PATH..., for a while: half of them share one
 * context, the others have one each, and another thread cancels what they do. stress.py judges.
 *
 *     stress_threads SEED MILLISECONDS PATH...
 *
 * Each command is a line when it begins (B, nanoseconds, number, verb, path, size, priority, boot)
 * and one when it has ended (E, nanoseconds, number, result, reason, sentences of what is left,
 * message), so that a reader knows what was under way when the program was killed.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libswapcfg/swapcfg.h>

#define THREADS 8
#define SHARING 4

typedef int (*verb_function)(struct swapcfg_ctx *, const struct swapcfg_spec *,
			     struct swapcfg_job *, struct swapcfg_error **);

/* What one command is asked for. A size of 0 and a boot of KEEP are what its verb sets. */
struct order {
	const struct verb *verb;
	const char *path;
	uint64_t size;
	uint32_t wait_ms;
	int priority;
	enum swapcfg_boot boot;
};

struct worker {
	pthread_t thread;
	unsigned int number;
	uint64_t random;
	struct swapcfg_ctx *ctx;
	pthread_mutex_t mutex; /* of the job */
	struct swapcfg_job *job;
};

struct verb {
	const char *name;
	unsigned int weight;
	int (*run)(struct worker *, const struct order *, struct swapcfg_error **);
	enum swapcfg_state state;
	verb_function function; /* NULL: a plan is made, and applied a while later */
	bool has_size, has_entry;
};

/* The last plan of a context that is shared: others apply it as well. */
static struct {
	pthread_mutex_t mutex;
	struct swapcfg_plan *plan;
	struct order order;
} shared = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static struct worker workers[THREADS];
static char **paths;
static unsigned int path_count;
static atomic_uint last_number;
static atomic_bool over;

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static unsigned int below(uint64_t *state, unsigned int limit)
{
	return (unsigned int)((next(state) >> 16) % limit);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void rest(uint64_t *random, unsigned int most_us)
{
	struct timespec pause = {.tv_nsec = (long)below(random, most_us) * 1000};

	nanosleep(&pause, NULL);
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "stress_threads: %s failed\n", what);
	exit(2);
}

/* One write, so that lines of different threads do not mix. */
static void say(const char *line, int length)
{
	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		die("write");
}

static unsigned int begins(const struct order *order)
{
	unsigned int number = atomic_fetch_add(&last_number, 1) + 1;
	char line[1024];

	say(line, snprintf(line, sizeof(line), "B %" PRIu64 " %u %s %s %" PRIu64 " %d %s\n",
			   now_ns(), number, order->verb->name, order->path, order->size,
			   order->priority, swapcfg_boot_name(order->boot)));
	return number;
}

static void ends(unsigned int number, int result, struct swapcfg_error *error)
{
	enum swapcfg_reason reason = error ? swapcfg_error_reason(error) : SWAPCFG_REASON_NONE;
	char line[1024];
	int length = snprintf(
		line, sizeof(line) - 1, "E %" PRIu64 " %u %d %s %zu %s: %s", now_ns(), number,
		result, swapcfg_reason_name(reason), error ? swapcfg_error_left_count(error) : 0,
		error ? swapcfg_error_step(error) : "", error ? swapcfg_error_message(error) : "");

	if (length > (int)sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	line[length++] = '\n';
	say(line, length);
	if ((result < 0) != (error != NULL) || (error && swapcfg_error_errno(error) != -result))
		die("the error of a result");
	swapcfg_error_free(error);
}

/* A job that the canceller can see. */
static struct swapcfg_job *job_begin(struct worker *worker)
{
	struct swapcfg_job *job;

	if (swapcfg_job_new(&job, NULL) < 0)
		die("swapcfg_job_new");
	pthread_mutex_lock(&worker->mutex);
	worker->job = job;
	pthread_mutex_unlock(&worker->mutex);
	return job;
}

static void job_end(struct worker *worker)
{
	struct swapcfg_job *job = worker->job;

	pthread_mutex_lock(&worker->mutex);
	worker->job = NULL;
	pthread_mutex_unlock(&worker->mutex);
	swapcfg_job_unref(job);
}

static struct swapcfg_spec *spec_of(const struct order *order)
{
	struct swapcfg_spec *spec;

	if (swapcfg_spec_new(order->path, &spec, NULL) < 0)
		die("swapcfg_spec_new");
	if (swapcfg_spec_set_size(spec, order->size) < 0 ||
	    swapcfg_spec_set_wait(spec, order->wait_ms) < 0 ||
	    swapcfg_spec_set_state(spec, order->verb->state) < 0 ||
	    swapcfg_spec_set_priority(spec, order->priority) < 0 ||
	    swapcfg_spec_set_boot(spec, order->boot) < 0)
		die("a setter");
	return spec;
}

static int apply_plan(struct worker *worker, const struct order *order, struct swapcfg_plan *plan)
{
	struct swapcfg_error *error = NULL;
	unsigned int number = begins(order);
	struct swapcfg_job *job = job_begin(worker);
	int result = swapcfg_apply(worker->ctx, plan, job, &error);

	job_end(worker);
	ends(number, result, error);
	return result;
}

static void apply_shared_plan(struct worker *worker)
{
	struct swapcfg_plan *plan;
	struct order order;

	pthread_mutex_lock(&shared.mutex);
	plan = shared.plan ? swapcfg_plan_ref(shared.plan) : NULL;
	order = shared.order;
	pthread_mutex_unlock(&shared.mutex);
	if (plan)
		apply_plan(worker, &order, plan);
	swapcfg_plan_unref(plan);
}

static void share_plan(const struct order *order, struct swapcfg_plan *plan)
{
	struct swapcfg_plan *former;

	pthread_mutex_lock(&shared.mutex);
	former = shared.plan;
	shared.plan = swapcfg_plan_ref(plan);
	shared.order = *order;
	pthread_mutex_unlock(&shared.mutex);
	swapcfg_plan_unref(former);
}

/* Plans now, applies a moment later: others may have changed all of it by then. */
static int run_planned(struct worker *worker, const struct order *order,
		       struct swapcfg_error **reterr)
{
	struct swapcfg_spec *spec = spec_of(order);
	struct swapcfg_plan *plan = NULL;
	struct swapcfg_job *job;
	int result = swapcfg_plan(worker->ctx, spec, &plan, reterr);

	swapcfg_spec_free(spec);
	if (result < 0)
		return result;
	if (worker->number < SHARING)
		share_plan(order, plan);
	rest(&worker->random, 2000);
	job = job_begin(worker);
	result = swapcfg_apply(worker->ctx, plan, job, reterr);
	job_end(worker);
	swapcfg_plan_unref(plan);
	return result;
}

static int run_at_once(struct worker *worker, const struct order *order,
		       struct swapcfg_error **reterr)
{
	struct swapcfg_spec *spec = spec_of(order);
	int result = order->verb->function(worker->ctx, spec, job_begin(worker), reterr);

	job_end(worker);
	swapcfg_spec_free(spec);
	return result;
}

static int read_plan(struct worker *worker, const struct order *order,
		     struct swapcfg_error **reterr)
{
	struct swapcfg_spec *spec = spec_of(order);
	struct swapcfg_plan *plan = NULL;
	char *text = NULL;
	int result = swapcfg_plan(worker->ctx, spec, &plan, reterr);

	if (result == 0 && swapcfg_plan_to_json(plan, &text) < 0)
		die("swapcfg_plan_to_json");
	swapcfg_string_free(text);
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	return result;
}

static int read_status(struct worker *worker, const struct order *order,
		       struct swapcfg_error **reterr)
{
	struct swapcfg_status *status = NULL;
	char *text = NULL;
	int result = next(&worker->random) & 1024
			     ? swapcfg_query(worker->ctx, &status, reterr)
			     : swapcfg_query_path(worker->ctx, order->path, &status, reterr);

	if (result == 0 && swapcfg_status_to_json(status, &text) < 0)
		die("swapcfg_status_to_json");
	swapcfg_string_free(text);
	swapcfg_status_free(status);
	return result;
}

static const struct verb verbs[] = {
	{"create", 20, run_planned, SWAPCFG_STATE_ACTIVE, NULL, true, true},
	{"resize", 20, run_planned, SWAPCFG_STATE_KEEP, NULL, true, false},
	{"enable", 10, run_planned, SWAPCFG_STATE_ACTIVE, NULL, false, true},
	{"disable", 10, run_planned, SWAPCFG_STATE_INACTIVE, NULL, false, false},
	{"remove", 8, run_planned, SWAPCFG_STATE_ABSENT, NULL, false, false},
	{"activate", 5, run_at_once, SWAPCFG_STATE_KEEP, swapcfg_activate, false, false},
	{"deactivate", 5, run_at_once, SWAPCFG_STATE_KEEP, swapcfg_deactivate, false, false},
	{"persist", 6, run_at_once, SWAPCFG_STATE_KEEP, swapcfg_persist, false, true},
	{"forget", 5, run_at_once, SWAPCFG_STATE_KEEP, swapcfg_forget, false, false},
	{"plan", 6, read_plan, SWAPCFG_STATE_ACTIVE, NULL, true, true},
	{"status", 5, read_status, SWAPCFG_STATE_KEEP, NULL, false, false},
};

static struct order choose(uint64_t *random)
{
	static const enum swapcfg_boot kinds[] = {SWAPCFG_BOOT_FSTAB, SWAPCFG_BOOT_SYSTEMD,
						  SWAPCFG_BOOT_AUTO, SWAPCFG_BOOT_NONE};
	unsigned int at = below(random, 100);
	struct order order = {.verb = verbs,
			      .path = paths[below(random, path_count)],
			      .wait_ms = 500 * below(random, 2),
			      .priority = SWAPCFG_PRIORITY_KEEP};

	for (; at >= order.verb->weight; order.verb++)
		at -= order.verb->weight;
	if (order.verb->has_size)
		order.size = (uint64_t)(16 + 8 * below(random, 5)) << 20;
	if (order.verb->has_entry) {
		order.boot = kinds[below(random, order.verb->function ? 3 : 4)];
		if (below(random, 3) == 0)
			order.priority = (int)below(random, 4);
	}
	if (order.verb->state == SWAPCFG_STATE_INACTIVE ||
	    order.verb->state == SWAPCFG_STATE_ABSENT)
		order.boot = SWAPCFG_BOOT_NONE;
	return order;
}

static void *work(void *data)
{
	struct worker *worker = data;

	if (worker->number >= SHARING && swapcfg_ctx_new(NULL, &worker->ctx, NULL) < 0)
		die("swapcfg_ctx_new");
	while (!atomic_load(&over)) {
		struct order order = choose(&worker->random);
		struct swapcfg_error *error = NULL;
		unsigned int number;
		int result;

		if (worker->number < SHARING && below(&worker->random, 20) == 0)
			apply_shared_plan(worker);
		number = begins(&order);
		result = order.verb->run(worker, &order, &error);
		ends(number, result, error);
		rest(&worker->random, 20000);
	}
	swapcfg_ctx_unref(worker->ctx);
	return NULL;
}

/* Looks at the jobs of others all the time, and now and then cancels one. */
static void *meddle(void *data)
{
	uint64_t random = *(uint64_t *)data;

	while (!atomic_load(&over)) {
		struct worker *worker = &workers[below(&random, THREADS)];
		struct swapcfg_job *job;

		pthread_mutex_lock(&worker->mutex);
		job = worker->job ? swapcfg_job_ref(worker->job) : NULL;
		pthread_mutex_unlock(&worker->mutex);
		if (job && below(&random, 50) == 0)
			swapcfg_job_cancel(job);
		if (job && swapcfg_job_done(job) > swapcfg_job_total(job) &&
		    swapcfg_job_state(job) == SWAPCFG_JOB_NEW)
			die("progress of a job that has not begun");
		swapcfg_job_unref(job);
		rest(&random, 3000);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t seed =
		argc > 3 ? strtoull(argv[1], NULL, 10) * 2654435761u + 88172645463325252u : 0;
	struct timespec time = {0};
	struct swapcfg_ctx *ctx;
	pthread_t meddler;

	if (argc < 4 || swapcfg_ctx_new(NULL, &ctx, NULL) < 0)
		return 2;
	time.tv_sec = atol(argv[2]) / 1000;
	time.tv_nsec = atol(argv[2]) % 1000 * 1000000;
	paths = argv + 3;
	path_count = (unsigned int)argc - 3;
	for (unsigned int i = 0; i < THREADS; i++) {
		struct worker *worker = &workers[i];

		worker->number = i;
		worker->random = next(&seed) | 1;
		worker->ctx = i < SHARING ? swapcfg_ctx_ref(ctx) : NULL;
		pthread_mutex_init(&worker->mutex, NULL);
	}
	swapcfg_ctx_unref(ctx);
	for (unsigned int i = 0; i < THREADS; i++) {
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			die("pthread_create");
	}
	if (pthread_create(&meddler, NULL, meddle, &seed) != 0)
		die("pthread_create");
	nanosleep(&time, NULL);
	atomic_store(&over, true);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_join(meddler, NULL);
	swapcfg_plan_unref(shared.plan);
	return 0;
}
