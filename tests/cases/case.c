/* SPDX-License-Identifier: MIT */
/* One case: its fake root, what is given, the plan, what comes of it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"

bool case_fail(struct trouble *trouble, const char *format, ...)
{
	size_t have = strlen(trouble->text);
	va_list args;

	va_start(args, format);
	if (have + 2 < sizeof(trouble->text)) {
		vsnprintf(trouble->text + have, sizeof(trouble->text) - have - 1, format, args);
		strcat(trouble->text, "\n");
	}
	va_end(args);
	return false;
}

bool case_keys_known(json_t *object, const char *what, const char *const *keys,
		     struct trouble *trouble)
{
	const char *key;
	json_t *value;

	if (object && !json_is_object(object))
		return case_fail(trouble, "%s is no object", what);
	json_object_foreach(object, key, value)
	{
		const char *const *known = keys;

		while (*known && strcmp(*known, key) != 0)
			known++;
		if (!*known)
			return case_fail(trouble, "%s has an unknown key \"%s\"", what, key);
	}
	return true;
}

int case_amount(json_t *value, uint64_t *ret)
{
	if (json_is_string(value))
		return swapcfg_size_parse(json_string_value(value), ret);
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return -EINVAL;
	*ret = (uint64_t)json_integer_value(value);
	return 0;
}

int case_errno(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{"EACCES", EACCES},   {"EBUSY", EBUSY},
		{"EEXIST", EEXIST},   {"EFBIG", EFBIG},
		{"EINVAL", EINVAL},   {"EIO", EIO},
		{"ELOOP", ELOOP},     {"ENAMETOOLONG", ENAMETOOLONG},
		{"ENOENT", ENOENT},   {"ENOSPC", ENOSPC},
		{"ENOTDIR", ENOTDIR}, {"EOPNOTSUPP", EOPNOTSUPP},
		{"EPERM", EPERM},     {"ERANGE", ERANGE},
		{"EROFS", EROFS},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0)
			return known[i].number;
	}
	return 0;
}

/* What a case has; everything may be NULL. */
struct run {
	struct swapcfg_ctx *ctx;
	struct swapcfg_spec *spec;
	struct swapcfg_plan *plan;
	struct swapcfg_error *error;
};

static void release(struct run *run)
{
	swapcfg_error_free(run->error);
	swapcfg_plan_unref(run->plan);
	swapcfg_spec_free(run->spec);
	*run = (struct run){.ctx = run->ctx};
}

/* Plans and applies a spec, which has to succeed. */
static bool prepare(struct run *run, json_t *object, struct trouble *trouble)
{
	enum swapcfg_reason reason;
	int r;

	if (!spec_make(object, &run->spec, &r, &reason, trouble))
		return false;
	if (r == 0)
		r = swapcfg_plan(run->ctx, run->spec, &run->plan, &run->error);
	if (r == 0)
		r = swapcfg_apply(run->ctx, run->plan, NULL, &run->error);
	if (r < 0)
		return case_fail(trouble, "what is given fails: %s",
				 run->error ? swapcfg_error_message(run->error) : "a setter");
	release(run);
	return true;
}

static bool prepare_all(struct run *run, json_t *given, struct trouble *trouble)
{
	size_t index;
	json_t *object;

	json_array_foreach(given, index, object)
	{
		if (!prepare(run, object, trouble))
			return false;
	}
	return true;
}

/* Planning again after a success gives no step. */
static bool plan_again(struct run *run, struct trouble *trouble)
{
	struct swapcfg_plan *again = NULL;
	int r = swapcfg_plan(run->ctx, run->spec, &again, &run->error);
	size_t steps = r < 0 ? 0 : swapcfg_plan_step_count(again);

	swapcfg_plan_unref(again);
	if (r < 0)
		return case_fail(trouble, "planning again gives %d", r);
	return steps == 0 || case_fail(trouble, "planning again gives %zu steps", steps);
}

static bool apply(struct run *run, json_t *expected, struct trouble *trouble)
{
	int r = swapcfg_apply(run->ctx, run->plan, NULL, &run->error);

	if (json_object_size(expected) == 0) {
		if (r < 0)
			return case_fail(trouble, "applying it fails: %s",
					 swapcfg_error_message(run->error));
		return plan_again(run, trouble);
	}
	if (r == 0)
		return case_fail(trouble, "applying it succeeds");
	return error_compare(r, swapcfg_error_reason(run->error), run->error, expected, trouble);
}

static bool run_spec(struct run *run, json_t *one, struct trouble *trouble)
{
	json_t *failure = json_object_get(one, "error");
	json_t *expected = json_object_get(one, "apply");
	enum swapcfg_reason reason;
	int r;

	if (!spec_make(json_object_get(one, "spec"), &run->spec, &r, &reason, trouble))
		return false;
	if (r == 0) {
		r = swapcfg_plan(run->ctx, run->spec, &run->plan, &run->error);
		if (r < 0)
			reason = swapcfg_error_reason(run->error);
	}
	if (failure && r == 0)
		return case_fail(trouble, "there is a plan, and no error");
	if (failure)
		return error_compare(r, reason, run->error, failure, trouble);
	if (r < 0)
		return case_fail(trouble, "there is no plan: %d, %s", r,
				 swapcfg_reason_name(reason));
	return plan_compare(run->plan, json_object_get(one, "plan"), trouble) &&
	       (!expected || apply(run, expected, trouble));
}

static bool run_below(int root, const char *path, json_t *one, struct trouble *trouble)
{
	struct run run = {0};
	bool good;

	if (!tree_make(root, json_object_get(one, "root"), trouble))
		return false;
	if (swapcfg_ctx_new(path, &run.ctx, NULL) < 0 || !swapcfg_ctx_is_offline(run.ctx))
		return case_fail(trouble, "%s is no offline root", path);
	good = prepare_all(&run, json_object_get(one, "given"), trouble) &&
	       run_spec(&run, one, trouble);
	release(&run);
	swapcfg_ctx_unref(run.ctx);
	return tree_compare(root, json_object_get(one, "after"), trouble) && good;
}

bool case_run(int dir, const char *dir_path, json_t *one, struct trouble *trouble)
{
	static const char *const keys[] = {"about", "root",  "given", "spec", "error",
					   "plan",  "apply", "after", NULL};
	char path[PATH_MAX];
	bool good;
	int root;

	if (!json_is_object(one) || !case_keys_known(one, "the case", keys, trouble))
		return false;
	if (!json_object_get(one, "error") == !json_object_get(one, "plan"))
		return case_fail(trouble, "it needs either an error or a plan");
	snprintf(path, sizeof(path), "%s/root", dir_path);
	if (mkdirat(dir, "root", 0755) < 0)
		return case_fail(trouble, "%s: %s", path, strerror(errno));
	root = openat(dir, "root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	good = root >= 0 && fchmod(root, 0755) == 0 && run_below(root, path, one, trouble);
	if (root >= 0)
		close(root);
	tree_remove(dir, "root");
	return good;
}
