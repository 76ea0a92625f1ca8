/* SPDX-License-Identifier: MIT */
/* The classes. A method without a body that differs is the function of the same name. */
%nodefaultctor;
%nodefaultdtor;

/* Only these let other threads of the target run meanwhile; all else is short. */
%feature("nothread");
%feature("nothread", "0") Context::Context;
%feature("nothread", "0") Context::plan;
%feature("nothread", "0") Context::query;
%feature("nothread", "0") Context::query_path;
%feature("nothread", "0") Context::apply;
%feature("nothread", "0") Context::allocate;
%feature("nothread", "0") Context::format;
%feature("nothread", "0") Context::activate;
%feature("nothread", "0") Context::deactivate;
%feature("nothread", "0") Context::persist;
%feature("nothread", "0") Context::forget;

%newobject Context::plan;
%newobject Context::query;
%newobject Context::query_path;
%newobject Plan::step;
%newobject Plan::finding;
%newobject Status::area;
%newobject Area::boot;
%newobject Area::finding;
%newobject Area::repair;
%newobject Plan::to_json;
%newobject Status::to_json;
%typemap(newfree) char *to_json "swapcfg_string_free($1);";

struct Context {};
struct Spec {};
struct Plan {};
struct Step {};
struct Finding {};
struct Job {};
struct Status {};
struct Area {};
struct BootEntry {};

%define VERB(NAME)
	void NAME(struct Spec *spec, struct Job *optional = NULL, struct hook *hook = NULL,
		  struct failure *failure = NULL)
	{
		run_verb($self, spec, optional, hook, failure, swapcfg_##NAME);
	}
%enddef

/* The system that is worked on: the running one, or the tree below a root. */
%extend Context {
	Context(const char *root = NULL, struct failure *failure = NULL)
	{
		struct Context *context = object_new(sizeof(*context), failure);

		if (!context)
			return NULL;
		failure->code = swapcfg_ctx_new(root, &context->ctx, &failure->error);
		if (!failure->code)
			return context;
		free(context);
		return NULL;
	}
	~Context()
	{
		swapcfg_ctx_unref($self->ctx);
		free($self);
	}
	const char *root() { return swapcfg_ctx_root($self->ctx); }
	bool is_offline() { return swapcfg_ctx_is_offline($self->ctx); }

	struct Plan *plan(struct Spec *spec, struct failure *failure = NULL)
	{
		struct Plan *plan = object_new(sizeof(*plan), failure);

		if (!plan)
			return NULL;
		plan->owner = owner_new(failure);
		if (plan->owner && take(&spec->used, failure, "the spec is in use by another call")) {
			failure->code = swapcfg_plan($self->ctx, spec->spec, &plan->owner->plan,
						     &failure->error);
			atomic_flag_clear(&spec->used);
		}
		if (!failure->code)
			return plan;
		owner_unref(plan->owner);
		free(plan);
		return NULL;
	}

	struct Status *query(struct failure *failure = NULL)
	{
		struct Status *status = object_new(sizeof(*status), failure);

		if (!status)
			return NULL;
		status->owner = owner_new(failure);
		if (status->owner)
			failure->code = swapcfg_query($self->ctx, &status->owner->status,
						      &failure->error);
		if (!failure->code)
			return status;
		owner_unref(status->owner);
		free(status);
		return NULL;
	}

	struct Status *query_path(const char *path, struct failure *failure = NULL)
	{
		struct Status *status = object_new(sizeof(*status), failure);

		if (!status)
			return NULL;
		status->owner = owner_new(failure);
		if (status->owner)
			failure->code = swapcfg_query_path($self->ctx, path, &status->owner->status,
							   &failure->error);
		if (!failure->code)
			return status;
		owner_unref(status->owner);
		free(status);
		return NULL;
	}

	void apply(struct Plan *plan, struct Job *optional = NULL, struct hook *hook = NULL,
		   struct failure *failure = NULL)
	{
		run_plan($self, plan, optional, hook, failure);
	}
	VERB(allocate)
	VERB(format)
	VERB(activate)
	VERB(deactivate)
	VERB(persist)
	VERB(forget)
}

%define SETTER(NAME, PARAMETER, VALUE, MESSAGE)
	void set_##NAME(PARAMETER, struct failure *failure = NULL)
	{
		int code;

		if (!take(&$self->used, failure, "the spec is in use by another call"))
			return;
		code = swapcfg_spec_set_##NAME($self->spec, VALUE);
		atomic_flag_clear(&$self->used);
		if (code < 0)
			fail(failure, code, MESSAGE);
	}
%enddef

/* What is wanted of one area. */
%extend Spec {
	Spec(const char *path, struct failure *failure = NULL)
	{
		struct Spec *spec = object_new(sizeof(*spec), failure);

		if (!spec)
			return NULL;
		failure->code = swapcfg_spec_new(path, &spec->spec, &failure->error);
		if (!failure->code)
			return spec;
		free(spec);
		return NULL;
	}
	~Spec()
	{
		swapcfg_spec_free($self->spec);
		free($self);
	}
	SETTER(state, enum swapcfg_state state, state, "this is no state")
	SETTER(size, uint64_t bytes, bytes, "this is no size")
	SETTER(priority, int priority, priority,
	       "a priority is from 0 to 32767, or -1 for the kernel's choice")
	SETTER(discard, enum swapcfg_discard discard, discard, "this is no discard policy")
	SETTER(label, const char *text = NULL, text, "a label has at most 15 bytes")
	SETTER(uuid, const char *text = NULL, text,
	       "a UUID has 36 characters; there are 'clear' and 'random' as well")
	SETTER(boot, enum swapcfg_boot boot, boot, "this is no kind of boot entry")
	/* Without an argument, the default: no number of Lua is that large. */
	SETTER(keep_free, uint64_t bytes = SWAPCFG_KEEP_FREE_DEFAULT, bytes, "this is no size")
	SETTER(page_size, uint32_t bytes, bytes, "a page size is a power of two from 4096 to 65536")
	SETTER(endianness, enum swapcfg_endianness endianness, endianness, "this is no byte order")
	SETTER(offset, uint64_t bytes, bytes, "this is no offset")
	SETTER(wait, uint32_t milliseconds, milliseconds, "this is no time")
	void set_flag(enum swapcfg_flag flag, bool on, struct failure *failure = NULL)
	{
		int code;

		if (!take(&$self->used, failure, "the spec is in use by another call"))
			return;
		code = swapcfg_spec_set_flag($self->spec, flag, on);
		atomic_flag_clear(&$self->used);
		if (code < 0)
			fail(failure, code, "this is no flag");
	}
	const char *path() { return swapcfg_spec_path($self->spec); }
	enum swapcfg_state state() { return swapcfg_spec_state($self->spec); }
	uint64_t size() { return swapcfg_spec_size($self->spec); }
	int priority() { return swapcfg_spec_priority($self->spec); }
	enum swapcfg_discard discard() { return swapcfg_spec_discard($self->spec); }
	enum swapcfg_boot boot() { return swapcfg_spec_boot($self->spec); }
}

/* What would be done, or what forbids it. */
%extend Plan {
	~Plan()
	{
		owner_unref($self->owner);
		free($self);
	}
	bool is_feasible() { return swapcfg_plan_is_feasible($self->owner->plan); }
	size_t step_count() { return swapcfg_plan_step_count($self->owner->plan); }
	struct Step *step(size_t index, struct failure *failure = NULL)
	{
		return child_new($self->owner, swapcfg_plan_step($self->owner->plan, index), failure);
	}
	size_t finding_count() { return swapcfg_plan_finding_count($self->owner->plan); }
	struct Finding *finding(size_t index, struct failure *failure = NULL)
	{
		return child_new($self->owner, swapcfg_plan_finding($self->owner->plan, index),
				 failure);
	}
	char *to_json(struct failure *failure = NULL)
	{
		char *text = NULL;

		return json_text(swapcfg_plan_to_json($self->owner->plan, &text), &text, failure);
	}
}

%extend Step {
	~Step()
	{
		owner_unref($self->owner);
		free($self);
	}
	enum swapcfg_step_kind kind() { return swapcfg_step_kind($self->it); }
	const char *path() { return swapcfg_step_path($self->it); }
	uint64_t bytes() { return swapcfg_step_bytes($self->it); }
	const char *text() { return swapcfg_step_text($self->it); }
}

%extend Finding {
	~Finding()
	{
		owner_unref($self->owner);
		free($self);
	}
	enum swapcfg_severity severity() { return swapcfg_finding_severity($self->it); }
	enum swapcfg_reason reason() { return swapcfg_finding_reason($self->it); }
	const char *message() { return swapcfg_finding_message($self->it); }
}

/* Progress and cancel of one call. */
%extend Job {
	Job(struct failure *failure = NULL)
	{
		struct Job *job = object_new(sizeof(*job), failure);

		if (!job)
			return NULL;
		failure->code = swapcfg_job_new(&job->job, &failure->error);
		if (!failure->code)
			return job;
		free(job);
		return NULL;
	}
	~Job()
	{
		swapcfg_job_unref($self->job);
		free($self);
	}
	void cancel() { swapcfg_job_cancel($self->job); }
	bool is_cancelled() { return swapcfg_job_is_cancelled($self->job); }
	enum swapcfg_job_state state() { return swapcfg_job_state($self->job); }
	enum swapcfg_step_kind step() { return swapcfg_job_step($self->job); }
	uint64_t done() { return swapcfg_job_done($self->job); }
	uint64_t total() { return swapcfg_job_total($self->job); }
}

/* A snapshot of areas, boot entries and memory. */
%extend Status {
	~Status()
	{
		owner_unref($self->owner);
		free($self);
	}
	uint64_t memory_total() { return swapcfg_status_memory_total($self->owner->status); }
	uint64_t memory_available() { return swapcfg_status_memory_available($self->owner->status); }
	uint64_t swap_total() { return swapcfg_status_swap_total($self->owner->status); }
	uint64_t swap_used() { return swapcfg_status_swap_used($self->owner->status); }
	size_t area_count() { return swapcfg_status_area_count($self->owner->status); }
	struct Area *area(size_t index, struct failure *failure = NULL)
	{
		return child_new($self->owner, swapcfg_status_area($self->owner->status, index),
				 failure);
	}
	char *to_json(struct failure *failure = NULL)
	{
		char *text = NULL;

		return json_text(swapcfg_status_to_json($self->owner->status, &text), &text, failure);
	}
}

%extend Area {
	~Area()
	{
		owner_unref($self->owner);
		free($self);
	}
	const char *path() { return swapcfg_area_path($self->it); }
	enum swapcfg_backing backing() { return swapcfg_area_backing($self->it); }
	bool is_active() { return swapcfg_area_is_active($self->it); }
	uint64_t size() { return swapcfg_area_size($self->it); }
	uint64_t used() { return swapcfg_area_used($self->it); }
	int priority() { return swapcfg_area_priority($self->it); }
	const char *label() { return swapcfg_area_label($self->it); }
	const char *uuid() { return swapcfg_area_uuid($self->it); }
	uint32_t page_size() { return swapcfg_area_page_size($self->it); }
	size_t boot_count() { return swapcfg_area_boot_count($self->it); }
	struct BootEntry *boot(size_t index, struct failure *failure = NULL)
	{
		return child_new($self->owner, swapcfg_area_boot($self->it, index), failure);
	}
	size_t finding_count() { return swapcfg_area_finding_count($self->it); }
	struct Finding *finding(size_t index, struct failure *failure = NULL)
	{
		return child_new($self->owner, swapcfg_area_finding($self->it, index), failure);
	}
	/* The spec that mends it; none (None, nil, 0) where there is nothing to mend. */
	struct Spec *repair(struct failure *failure = NULL)
	{
		struct Spec *spec = object_new(sizeof(*spec), failure);

		if (!spec)
			return NULL;
		failure->code = swapcfg_area_repair($self->it, &spec->spec, &failure->error);
		if (!failure->code && spec->spec)
			return spec;
		free(spec);
		return NULL;
	}
}

%extend BootEntry {
	~BootEntry()
	{
		owner_unref($self->owner);
		free($self);
	}
	enum swapcfg_boot kind() { return swapcfg_boot_entry_kind($self->it); }
	const char *file() { return swapcfg_boot_entry_file($self->it); }
	uint32_t line() { return swapcfg_boot_entry_line($self->it); }
	bool is_ours() { return swapcfg_boot_entry_is_ours($self->it); }
}

%inline %{
/* Bytes of a size as people write it, such as "64M". */
uint64_t size_parse(const char *text, struct failure *failure)
{
	uint64_t bytes = 0;
	int code = swapcfg_size_parse(text, &bytes);

	if (code < 0)
		fail(failure, code, code == -ERANGE ? "a size is below 2^64 bytes"
						    : "this is no size; write bytes, or a number with a "
						      "unit, such as 64M or 1.5G");
	return bytes;
}

/* The kind of boot entry of a name such as "fstab". */
enum swapcfg_boot boot_from_name(const char *text, struct failure *failure)
{
	enum swapcfg_boot boot = SWAPCFG_BOOT_KEEP;
	int code = swapcfg_boot_from_name(text, &boot);

	if (code < 0)
		fail(failure, code, "this is no kind of boot entry");
	return boot;
}
%}
