/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

void trial_complain(const struct trial *trial, const char *text, const char *more)
{
	scfg_buf_addf(trial->complaints, "%s, %s: %s %s\n", trial->scenario->name, trial->what,
		      text, more);
}

/* Whether a text has a line. */
static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *at = text; (at = strstr(at, line)); at++) {
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return true;
	}
	return false;
}

/* The lines that only one of two texts has, each as a complaint. */
void trial_complain_of_lines(const struct trial *trial, const char *text, const char *one,
			     const char *other)
{
	char *lines = strdup(one);
	char *rest = lines;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		if (*line && !has_line(other, line, strlen(line)))
			trial_complain(trial, text, line);
	}
	free(lines);
}

static void complain_of_changes(const struct trial *trial, const char *wanted, const char *is)
{
	const char *said = trial->result ? "it failed" : "it succeeded";
	char text[64];

	if (strcmp(wanted, is) == 0)
		return;
	snprintf(text, sizeof(text), "%s, and there is", said);
	trial_complain_of_lines(trial, text, is, wanted);
	snprintf(text, sizeof(text), "%s, but there is no", said);
	trial_complain_of_lines(trial, text, wanted, is);
}

/* The root of the last trial, while it is as the scenario prepared it. */
static struct {
	const struct scenario *scenario; /* NULL: it is not */
	struct fake fake;
	char *files;
	char *areas;
} prepared;

static void prepare(const struct scenario *scenario)
{
	fake_teardown();
	fake_setup();
	scenario->prepare();
	fake.calls = 0;
	fake.changes = 0;
	free(prepared.files);
	free(prepared.areas);
	prepared.fake = fake;
	prepared.files = snapshot();
	prepared.areas = active_areas();
}

void trial_begin(struct trial *trial)
{
	char temp[PATH_MAX];

	if (prepared.scenario == trial->scenario)
		fake = prepared.fake;
	else
		prepare(trial->scenario);
	prepared.scenario = NULL;
	trial->before = strdup(prepared.files);
	trial->areas_before = strdup(prepared.areas);
	trial->swap_before = active_swap();
	/* That is more than was asked for, until the bridge has gone. */
	scenario_temp(trial->scenario, temp);
	if (trial->scenario->small_bridge)
		trial->swap_before -= fake_area(temp)->size;
	trial->open = open_descriptors();
	trial->error = NULL;
}

bool trial_keep_root(const struct trial *trial)
{
	char *files = fake.changes ? NULL : snapshot();
	char *areas = active_areas();

	if (files && strcmp(files, prepared.files) == 0 && strcmp(areas, prepared.areas) == 0)
		prepared.scenario = trial->scenario;
	free(files);
	free(areas);
	return prepared.scenario != NULL;
}

void trial_run(struct trial *trial)
{
	struct swapcfg_spec *spec = trial->scenario->spec();
	struct swapcfg_plan *plan = NULL;

	alloc = (struct alloc){.fail_at = trial->fail_alloc};
	trial->result = swapcfg_plan(fake.ctx, spec, &plan, &trial->error);
	trial->plan_calls = fake.calls;
	if (trial->result == 0)
		trial->result = swapcfg_apply(fake.ctx, plan, trial->job, &trial->error);
	alloc.fail_at = 0;
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
}

void remove_line(char *text, const char *path)
{
	char *line = strstr(text, path);
	char *end;

	while (line && ((line != text && line[-1] != '\n') || line[strlen(path)] != ' '))
		line = strstr(line + 1, path);
	if (!line)
		return;
	end = strchr(line, '\n') + 1;
	memmove(line, end, strlen(end) + 1);
}

/* The leftover of another run need not come back. An active one has to, unless it was too small to
 * serve: then the area itself is as it was. */
static void forgive_cleaning(struct trial *trial)
{
	char temp[PATH_MAX];

	scenario_temp(trial->scenario, temp);
	if (there(temp) || (strstr(trial->areas_before, temp) && !trial->scenario->small_bridge))
		return;
	remove_line(trial->before, temp);
	remove_line(trial->areas_before, temp);
}

/*
 * Where deleting it failed, the new text of a boot file is left beside it, which the error does not
 * say. Nothing reads it, and the next run deletes it.
 */
static void forgive_boot_temporaries(const struct trial *trial, char *files)
{
	static const char *const names[] = {
		"/etc/.inittab.swapcfg-new",
		"/etc/.fstab.swapcfg-new",
		"/etc/config/.fstab.swapcfg-new",
		"/etc/init.d/.swapcfg.swapcfg-new",
		"/etc/init.d/.S02swapcfg.swapcfg-new",
		"/etc/systemd/system/.swapfile.swap.swapcfg-new",
	};

	for (size_t i = 0; trial->undoing_fails && i < sizeof(names) / sizeof(names[0]); i++)
		remove_line(files, names[i]);
}

/* Either all is as it was, or the error says what is not, and the reason that it does. */
static void check_failure(struct trial *trial)
{
	char *after = snapshot();
	char *areas = active_areas();
	bool same;
	size_t left = swapcfg_error_left_count(trial->error);
	enum swapcfg_reason reason = swapcfg_error_reason(trial->error);

	forgive_cleaning(trial);
	forgive_boot_temporaries(trial, after);
	same = strcmp(trial->before, after) == 0 && strcmp(trial->areas_before, areas) == 0;
	if (left == 0) {
		complain_of_changes(trial, trial->before, after);
		complain_of_changes(trial, trial->areas_before, areas);
	}
	/* Where undoing fails too, it cannot know. */
	if (left > 0 && same && !trial->undoing_fails)
		trial_complain(trial, "nothing changed, but something is left:",
			       swapcfg_error_left(trial->error, 0));
	if (left > 0 && reason != SWAPCFG_REASON_ROLLBACK_FAILED)
		trial_complain(trial, "something is left, but the reason is",
			       swapcfg_reason_name(reason));
	if (swapcfg_error_errno(trial->error) != -trial->result)
		trial_complain(trial,
			       "the errno is not the result:", swapcfg_error_message(trial->error));
	free(after);
	free(areas);
}

void forgive_given_up(const struct trial *trial, char *files)
{
	const char *path = scenario_path(trial->scenario);
	const char *old = strstr(trial->before, path);
	char temp[PATH_MAX];
	char *left;
	size_t len;

	scenario_temp(trial->scenario, temp);
	left = strstr(files, temp);
	if (!trial->scenario->gives_up || !left || !old)
		return;
	old += strlen(path);
	len = strcspn(old, "\n") + 1;
	if (strncmp(left + strlen(temp), old, len) == 0)
		remove_line(files, temp);
}

/* "PATH SIZE PRIORITY": without the last. */
static void cut_priorities(char *areas)
{
	for (char *at = areas; *at; at += strcspn(at, "\n") + 1) {
		char *size = strchr(at, ' ') + 1;
		char *end = size + strcspn(size, " \n");

		memmove(end, end + strcspn(end, "\n"), strlen(end + strcspn(end, "\n")) + 1);
	}
}

/* Success means the same whatever happened on the way. */
static void check_success(struct trial *trial, bool cleaned)
{
	char *files = snapshot();
	char *areas = active_areas();
	char *areas_wanted = strdup(trial->wanted->areas);
	char *files_wanted = strdup(trial->wanted->files);
	char temp[PATH_MAX];

	/* What was replaced may be left for the next run to delete. */
	scenario_temp(trial->scenario, temp);
	if (!cleaned)
		remove_line(files, temp);
	forgive_given_up(trial, files);
	if (trial->forgot_priority) {
		/* Its entry is the one that has priorities. */
		remove_line(files, "/etc/fstab");
		remove_line(files_wanted, "/etc/fstab");
		cut_priorities(areas);
		cut_priorities(areas_wanted);
	}
	complain_of_changes(trial, files_wanted, files);
	complain_of_changes(trial, areas_wanted, areas);
	free(files);
	free(areas);
	free(areas_wanted);
	free(files_wanted);
}

/* To success, whatever came before; and then all is as wanted. */
void trial_run_again(struct trial *trial)
{
	struct swapcfg_spec *spec = trial->scenario->spec();
	struct swapcfg_plan *plan = NULL;
	struct swapcfg_error *error = NULL;
	char *steps;

	trial->result = swapcfg_plan(fake.ctx, spec, &plan, &error);
	if (trial->result == 0)
		trial->result = swapcfg_apply(fake.ctx, plan, NULL, &error);
	if (trial->result < 0)
		trial_complain(trial, "the next run fails:", swapcfg_error_message(error));
	swapcfg_plan_unref(plan);
	swapcfg_error_free(error);
	plan = plan_of(spec);
	steps = steps_of(plan);
	if (trial->result == 0 && *steps)
		trial_complain(trial, "then there still is something to do:", steps);
	else if (trial->result == 0 && trial->wanted)
		check_success(trial, true);
	free(steps);
	swapcfg_plan_unref(plan);
}

void trial_end(struct trial *trial)
{
	if (open_descriptors() != trial->open)
		trial_complain(trial, "a descriptor is left open", "");
	if (fake.children)
		trial_complain(trial, "a child is left", "");
	if (trial->result < 0 && !trial->error)
		trial_complain(trial, "no error", "");
	else if (trial->result < 0)
		check_failure(trial);
	else if (trial->wanted)
		check_success(trial, false);
	swapcfg_error_free(trial->error);
	/* From where it began, it has been shown to succeed. */
	if (trial->result == 0 || !trial_keep_root(trial))
		trial_run_again(trial);
	trial_free(trial);
}

void trial_free(struct trial *trial)
{
	free(trial->before);
	free(trial->areas_before);
}

struct outcome outcome_of(const struct scenario *scenario, void (*on_call)(const char *name))
{
	struct scfg_buf complaints = {0};
	struct trial trial = {.scenario = scenario, .complaints = &complaints, .what = "no fault"};
	struct outcome outcome;

	trial_begin(&trial);
	fake.on_call = on_call;
	trial_run(&trial);
	fake.on_call = NULL;
	ck_assert_int_eq(trial.result, 0);
	outcome.calls = fake.calls;
	outcome.plan_calls = trial.plan_calls;
	outcome.first_change = fake.first_change;
	outcome.swap = active_swap();
	outcome.files = snapshot();
	outcome.areas = active_areas();
	trial_end(&trial);
	show_complaints(&complaints);
	return outcome;
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->files);
	free(outcome->areas);
}

/* A message of libcheck must not be long; all of it goes to the standard error. */
void show_complaints(struct scfg_buf *complaints)
{
	char *next;

	for (char *at = complaints->data; at && *at; at = next) {
		next = at + strcspn(at, "\n") + 1;
		fprintf(stderr, "# %.*s\n", (int)(next - at - 1), at);
	}
	ck_assert_msg(complaints->len == 0, "%.300s", complaints->data);
	scfg_buf_free(complaints);
}
