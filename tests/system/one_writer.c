/* SPDX-License-Identifier: MIT */
/*
 * A user of the library that has the lock of the one writer for as long as it is told to.
 *
 *     one_writer hold PATH          deactivates it, and stops within the transaction; says "held"
 *                                   and goes on after a line on standard input
 *     one_writer threads PATH OTHER does so in a thread, and says in JSON what becomes of other
 *                                   threads with the same context meanwhile
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libswapcfg/swapcfg.h>

/* One call in a thread of its own. */
struct call {
	struct swapcfg_ctx *ctx;
	const char *path;
	unsigned int wait_ms;
	struct swapcfg_job *job;
	pthread_t thread;
	int result;
	enum swapcfg_reason reason;
	long ms;
};

static sem_t held, go_on;

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "one_writer: %s\n", what);
	exit(2);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* At the first step the lock is held, and nothing has been done. */
static void stop_there(struct swapcfg_job *job, void *data)
{
	bool *stopped = data;

	if (swapcfg_job_state(job) != SWAPCFG_JOB_RUNNING || *stopped)
		return;
	*stopped = true;
	sem_post(&held);
	sem_wait(&go_on);
}

static void deactivate(struct call *call)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_spec *spec;
	long begun = now_ms();

	must(swapcfg_spec_new(call->path, &spec, NULL) == 0, "spec");
	must(swapcfg_spec_set_wait(spec, call->wait_ms) == 0, "wait");
	call->result = swapcfg_deactivate(call->ctx, spec, call->job, &error);
	call->ms = now_ms() - begun;
	call->reason = error ? swapcfg_error_reason(error) : SWAPCFG_REASON_NONE;
	swapcfg_error_free(error);
	swapcfg_spec_free(spec);
}

static void *run(void *data)
{
	deactivate(data);
	return NULL;
}

static void start(struct call *call)
{
	must(pthread_create(&call->thread, NULL, run, call) == 0, "pthread_create");
}

static void end(struct call *call, const char *name)
{
	pthread_join(call->thread, NULL);
	printf("\"%s\": [\"%s\", %ld], ", name,
	       call->result ? swapcfg_reason_name(call->reason) : "done", call->ms);
}

static void sleep_ms(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

static void read_all(struct swapcfg_ctx *ctx, const char *path)
{
	struct swapcfg_status *status;
	struct swapcfg_spec *spec;
	struct swapcfg_plan *plan;
	long begun = now_ms();

	must(swapcfg_query(ctx, &status, NULL) == 0, "query");
	swapcfg_status_free(status);
	must(swapcfg_spec_new(path, &spec, NULL) == 0, "spec");
	must(swapcfg_spec_set_state(spec, SWAPCFG_STATE_ABSENT) == 0, "state");
	must(swapcfg_plan(ctx, spec, &plan, NULL) == 0, "plan");
	must(swapcfg_plan_is_feasible(plan), "the plan is not feasible");
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	printf("\"readers\": [\"done\", %ld], ", now_ms() - begun);
}

static void hold(struct call *holder)
{
	static bool stopped;

	must(swapcfg_job_new(&holder->job, NULL) == 0, "job");
	swapcfg_job_set_callback(holder->job, stop_there, &stopped);
	start(holder);
	sem_wait(&held);
}

static void with_threads(struct swapcfg_ctx *ctx, const char *path, const char *other)
{
	struct call holder = {.ctx = ctx, .path = path};
	struct call at_once = {.ctx = ctx, .path = other};
	struct call bounded = {.ctx = ctx, .path = other, .wait_ms = 300};
	struct call cancelled = {.ctx = ctx, .path = other, .wait_ms = 600000};
	struct call patient = {.ctx = ctx, .path = other, .wait_ms = 600000};

	hold(&holder);
	putchar('{');
	start(&at_once);
	end(&at_once, "at once");
	read_all(ctx, path);
	start(&bounded);
	end(&bounded, "bounded");
	must(swapcfg_job_new(&cancelled.job, NULL) == 0, "job");
	start(&cancelled);
	sleep_ms(100);
	swapcfg_job_cancel(cancelled.job);
	end(&cancelled, "cancelled");
	start(&patient);
	sleep_ms(300);
	sem_post(&go_on);
	end(&holder, "holder");
	end(&patient, "patient");
	printf("\"end\": 0}\n");
	swapcfg_job_unref(holder.job);
	swapcfg_job_unref(cancelled.job);
}

static void until_told(struct swapcfg_ctx *ctx, const char *path)
{
	struct call holder = {.ctx = ctx, .path = path};

	hold(&holder);
	printf("held\n");
	fflush(stdout);
	getchar();
	sem_post(&go_on);
	pthread_join(holder.thread, NULL);
	printf("%d\n", holder.result);
	swapcfg_job_unref(holder.job);
}

int main(int argc, char **argv)
{
	struct swapcfg_ctx *ctx;

	must(argc >= 3, "usage");
	sem_init(&held, 0, 0);
	sem_init(&go_on, 0, 0);
	must(swapcfg_ctx_new(NULL, &ctx, NULL) == 0, "ctx");
	if (strcmp(argv[1], "hold") == 0)
		until_told(ctx, argv[2]);
	else
		with_threads(ctx, argv[2], argv[3]);
	swapcfg_ctx_unref(ctx);
	return 0;
}
