/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "pure/buf.h"

Suite *suite_of(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}

struct swapcfg_spec *spec_of(const char *path, enum swapcfg_state state, uint64_t size,
			     enum swapcfg_boot boot)
{
	struct swapcfg_spec *spec = NULL;

	fake_must(swapcfg_spec_new(path, &spec, NULL) == 0, path);
	fake_must(swapcfg_spec_set_state(spec, state) == 0, path);
	fake_must(swapcfg_spec_set_boot(spec, boot) == 0, path);
	swapcfg_spec_set_size(spec, size);
	swapcfg_spec_set_keep_free(spec, 0);
	return spec;
}

struct swapcfg_plan *plan_of(struct swapcfg_spec *spec)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;
	int r = swapcfg_plan(fake.ctx, spec, &plan, &error);

	ck_assert_msg(r == 0, "no plan: %s", error ? swapcfg_error_message(error) : "?");
	swapcfg_spec_free(spec);
	return plan;
}

char *steps_of(const struct swapcfg_plan *plan)
{
	struct scfg_buf text = {0};

	for (size_t i = 0; i < swapcfg_plan_step_count(plan); i++) {
		const struct swapcfg_step *step = swapcfg_plan_step(plan, i);

		fake_must(*swapcfg_step_text(step), "a step without a text");
		scfg_buf_addf(&text, "%s %s %llu\n", swapcfg_step_name(swapcfg_step_kind(step)),
			      swapcfg_step_path(step),
			      (unsigned long long)swapcfg_step_bytes(step));
	}
	fake_must(!swapcfg_plan_step(plan, swapcfg_plan_step_count(plan)), "one step too many");
	return text.data ? scfg_buf_take(&text) : strdup("");
}

const struct swapcfg_finding *finding_of(const struct swapcfg_plan *plan,
					 enum swapcfg_reason reason)
{
	enum swapcfg_severity last = SWAPCFG_SEVERITY_BLOCKER;
	const struct swapcfg_finding *found = NULL;

	for (size_t i = 0; i < swapcfg_plan_finding_count(plan); i++) {
		const struct swapcfg_finding *finding = swapcfg_plan_finding(plan, i);

		ck_assert_int_gt((int)strlen(swapcfg_finding_message(finding)), 10);
		ck_assert_ptr_null(strchr(swapcfg_finding_message(finding), '\n'));
		ck_assert_int_le((int)swapcfg_finding_severity(finding), (int)last);
		last = swapcfg_finding_severity(finding);
		if (!found && swapcfg_finding_reason(finding) == reason)
			found = finding;
	}
	ck_assert_ptr_null(swapcfg_plan_finding(plan, swapcfg_plan_finding_count(plan)));
	return found;
}

/* What a plan says against itself, for a message. */
static const char *complaint(const struct swapcfg_plan *plan)
{
	const struct swapcfg_finding *first = swapcfg_plan_finding(plan, 0);

	return first ? swapcfg_finding_message(first) : "no finding";
}

void check_steps(struct swapcfg_spec *spec, const char *steps)
{
	char *before = snapshot();
	struct swapcfg_plan *plan = plan_of(spec);
	char *text = steps_of(plan);
	char *after = snapshot();

	ck_assert_msg(swapcfg_plan_is_feasible(plan), "%s", complaint(plan));
	ck_assert_str_eq(text, steps);
	ck_assert_str_eq(before, after);
	ck_assert_uint_eq(fake.changes, 0);
	free(before);
	free(after);
	free(text);
	swapcfg_plan_unref(plan);
}

void check_apply(struct swapcfg_spec *spec)
{
	struct swapcfg_error *error = NULL;
	struct swapcfg_plan *plan = NULL;
	unsigned int open = open_descriptors();
	char *text;
	int r;

	ck_assert_int_eq(swapcfg_plan(fake.ctx, spec, &plan, &error), 0);
	ck_assert_msg(swapcfg_plan_is_feasible(plan), "%s", complaint(plan));
	r = swapcfg_apply(fake.ctx, plan, NULL, &error);
	ck_assert_msg(r == 0, "apply: %d %s", r, error ? swapcfg_error_message(error) : "?");
	swapcfg_plan_unref(plan);
	plan = plan_of(spec);
	ck_assert_msg(swapcfg_plan_is_feasible(plan), "afterwards: %s", complaint(plan));
	text = steps_of(plan);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(open_descriptors(), open);
	free(text);
	swapcfg_plan_unref(plan);
	fake.changes = 0;
}

/* The error says the same as the blocker, and applying was not even begun. */
static void check_apply_refuses(const struct swapcfg_plan *plan)
{
	const struct swapcfg_finding *blocker = swapcfg_plan_finding(plan, 0);
	struct swapcfg_error *error = NULL;
	int r = swapcfg_apply(fake.ctx, plan, NULL, &error);

	ck_assert_int_eq(r, scfg_reason_errno(swapcfg_finding_reason(blocker)));
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(swapcfg_error_errno(error), -r);
	ck_assert_int_eq((int)swapcfg_error_reason(error), (int)swapcfg_finding_reason(blocker));
	ck_assert_str_eq(swapcfg_error_message(error), swapcfg_finding_message(blocker));
	ck_assert_str_eq(swapcfg_error_step(error), "plan");
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
}

char *check_refused(struct swapcfg_spec *spec, enum swapcfg_reason reason)
{
	unsigned int open = open_descriptors();
	char *before = snapshot();
	char *areas_before = active_areas();
	struct swapcfg_plan *plan = plan_of(spec);
	const struct swapcfg_finding *finding = finding_of(plan, reason);
	char *message;
	char *after;

	ck_assert_msg(finding != NULL, "not %s, but: %s", swapcfg_reason_name(reason),
		      complaint(plan));
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), SWAPCFG_SEVERITY_BLOCKER);
	ck_assert(!swapcfg_plan_is_feasible(plan));
	ck_assert_msg(swapcfg_finding_reason(swapcfg_plan_finding(plan, 0)) == reason,
		      "%s is not first, but: %s", swapcfg_reason_name(reason), complaint(plan));
	message = strdup(swapcfg_finding_message(finding));
	check_apply_refuses(plan);
	swapcfg_plan_unref(plan);
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(after);
	after = active_areas();
	ck_assert_str_eq(areas_before, after);
	ck_assert_msg(fake.changes == 0, "%s was called", fake.last_change);
	ck_assert_uint_eq(open_descriptors(), open);
	free(before);
	free(after);
	free(areas_before);
	return message;
}

void check_feasible(struct swapcfg_spec *spec)
{
	struct swapcfg_plan *plan = plan_of(spec);

	ck_assert_msg(swapcfg_plan_is_feasible(plan), "%s", complaint(plan));
	ck_assert_uint_eq(fake.changes, 0);
	swapcfg_plan_unref(plan);
}

void check_finding(struct swapcfg_spec *spec, enum swapcfg_reason reason,
		   enum swapcfg_severity severity)
{
	struct swapcfg_plan *plan = plan_of(spec);
	const struct swapcfg_finding *finding = finding_of(plan, reason);

	ck_assert_msg(swapcfg_plan_is_feasible(plan), "%s", complaint(plan));
	ck_assert_msg(finding != NULL, "no %s, but: %s", swapcfg_reason_name(reason),
		      complaint(plan));
	ck_assert_int_eq((int)swapcfg_finding_severity(finding), (int)severity);
	ck_assert_uint_eq(fake.changes, 0);
	swapcfg_plan_unref(plan);
}

void check_fails(struct swapcfg_spec *spec, enum swapcfg_reason reason, const char *step)
{
	unsigned int open = open_descriptors();
	struct swapcfg_error *error = NULL;
	char *before = snapshot();
	char *areas_before = active_areas();
	struct swapcfg_plan *plan = plan_of(spec);
	char *after;
	int r;

	ck_assert_msg(swapcfg_plan_is_feasible(plan), "%s", complaint(plan));
	r = swapcfg_apply(fake.ctx, plan, NULL, &error);
	ck_assert_int_lt(r, 0);
	ck_assert_int_eq(swapcfg_error_errno(error), -r);
	ck_assert_msg(swapcfg_error_reason(error) == reason, "%s: %s",
		      swapcfg_reason_name(swapcfg_error_reason(error)),
		      swapcfg_error_message(error));
	ck_assert_str_eq(swapcfg_error_step(error), step);
	ck_assert_str_ne(swapcfg_error_message(error), "");
	ck_assert_uint_eq(swapcfg_error_left_count(error), 0);
	swapcfg_error_free(error);
	swapcfg_plan_unref(plan);
	after = snapshot();
	ck_assert_str_eq(before, after);
	free(after);
	after = active_areas();
	ck_assert_str_eq(areas_before, after);
	ck_assert_uint_eq(open_descriptors(), open);
	free(after);
	free(before);
	free(areas_before);
}

void check_text(const char *path, const char *text)
{
	char *is = text_of(path);

	ck_assert_str_eq(is, text);
	free(is);
}
