/* SPDX-License-Identifier: MIT */
/*
 * What lies behind the classes. An object of the target holds one of these; children hold their
 * parent, so that no order of freeing leaves one of them without it.
 */
%{
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libswapcfg/swapcfg.h>

/* What a method raises. A code of the library is negative; these are ours. */
enum { INDEX_OUT_OF_RANGE = 1 };

struct failure {
	int code;
	struct swapcfg_error *error; /* NULL where the library gave none */
	const char *message;	     /* then this; a constant */
};

static void fail(struct failure *failure, int code, const char *message)
{
	failure->code = code;
	failure->message = message;
}

/* The reason of a failure that has no error of the library. */
static enum swapcfg_reason reason_of(int code)
{
	switch (code) {
	case -EBUSY:
		return SWAPCFG_REASON_BUSY;
	case -ENOMEM:
		return SWAPCFG_REASON_NO_MEMORY;
	default:
		return SWAPCFG_REASON_INVALID_ARGUMENT;
	}
}

/* An object that one thread at a time may use. */
static bool take(atomic_flag *used, struct failure *failure, const char *message)
{
	if (!atomic_flag_test_and_set(used))
		return true;
	fail(failure, -EBUSY, message);
	return false;
}

/* A plan or a status, held by its object and by the children that were asked for. */
struct owner {
	atomic_uint refs;
	struct swapcfg_plan *plan;
	struct swapcfg_status *status;
};

struct Context {
	struct swapcfg_ctx *ctx;
};

struct Spec {
	struct swapcfg_spec *spec;
	atomic_flag used;
};

struct Job {
	struct swapcfg_job *job;
	atomic_flag used;
};

struct Plan {
	struct owner *owner;
	atomic_flag used;
};

struct Status {
	struct owner *owner;
};

struct Step {
	struct owner *owner;
	const struct swapcfg_step *it;
};

struct Finding {
	struct owner *owner;
	const struct swapcfg_finding *it;
};

struct Area {
	struct owner *owner;
	const struct swapcfg_area *it;
};

struct BootEntry {
	struct owner *owner;
	const struct swapcfg_boot_entry *it;
};

static struct owner *owner_new(struct failure *failure)
{
	struct owner *owner = calloc(1, sizeof(*owner));

	if (owner)
		atomic_init(&owner->refs, 1);
	else
		fail(failure, -ENOMEM, "no memory");
	return owner;
}

static void owner_unref(struct owner *owner)
{
	if (!owner || atomic_fetch_sub(&owner->refs, 1) > 1)
		return;
	swapcfg_plan_unref(owner->plan);
	swapcfg_status_free(owner->status);
	free(owner);
}

static void *object_new(size_t size, struct failure *failure)
{
	void *object = calloc(1, size);

	if (!object)
		fail(failure, -ENOMEM, "no memory");
	return object;
}

/* All children begin like this one. */
static void *child_new(struct owner *owner, const void *it, struct failure *failure)
{
	struct child {
		struct owner *owner;
		const void *it;
	} *child;

	if (!it) {
		fail(failure, INDEX_OUT_OF_RANGE, "the index is out of range");
		return NULL;
	}
	child = object_new(sizeof(*child), failure);
	if (!child)
		return NULL;
	atomic_fetch_add(&owner->refs, 1);
	child->owner = owner;
	child->it = it;
	return child;
}

static char *json_text(int code, char *const *text, struct failure *failure)
{
	if (code < 0)
		fail(failure, code, "no memory");
	return *text;
}

/* A caller's function that is told of progress; what it is, the target knows. */
struct hook;
static void hook_call(struct swapcfg_job *job, void *hook);

typedef int verb(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec, struct swapcfg_job *job,
		 struct swapcfg_error **reterr);

/* A job for a call: the caller's, or one that lives as long as the call, if there is a hook. */
static struct swapcfg_job *job_begin(struct Job *job, struct hook *hook, struct failure *failure)
{
	struct swapcfg_job *running = NULL;

	if (job) {
		if (!take(&job->used, failure, "the job is in use by another call"))
			return NULL;
		running = swapcfg_job_ref(job->job);
	} else if (hook) {
		failure->code = swapcfg_job_new(&running, &failure->error);
	}
	if (running && hook)
		swapcfg_job_set_callback(running, hook_call, hook);
	return running;
}

static void job_end(struct Job *job, struct swapcfg_job *running)
{
	if (running)
		swapcfg_job_set_callback(running, NULL, NULL);
	swapcfg_job_unref(running);
	if (job)
		atomic_flag_clear(&job->used);
}

static void run_verb(struct Context *context, struct Spec *spec, struct Job *job,
		     struct hook *hook, struct failure *failure, verb *function)
{
	struct swapcfg_job *running;

	if (!take(&spec->used, failure, "the spec is in use by another call"))
		return;
	running = job_begin(job, hook, failure);
	if (!failure->code) {
		failure->code = function(context->ctx, spec->spec, running, &failure->error);
		job_end(job, running);
	}
	atomic_flag_clear(&spec->used);
}

static void run_plan(struct Context *context, struct Plan *plan, struct Job *job,
		     struct hook *hook, struct failure *failure)
{
	struct swapcfg_job *running;

	if (!take(&plan->used, failure, "the plan is in use by another call"))
		return;
	running = job_begin(job, hook, failure);
	if (!failure->code) {
		failure->code = swapcfg_apply(context->ctx, plan->owner->plan, running,
					      &failure->error);
		job_end(job, running);
	}
	atomic_flag_clear(&plan->used);
}
%}
