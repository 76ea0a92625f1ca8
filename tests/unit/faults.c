/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

#define ACTIVE SWAPCFG_STATE_ACTIVE
#define AUTO   SWAPCFG_BOOT_AUTO
#define NONE   SWAPCFG_BOOT_NONE
#define KEEP   SWAPCFG_BOOT_KEEP
#define BRIDGE "/.swapfile.swapcfg-new"

static struct swapcfg_spec *create(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE, AUTO);
}

static struct swapcfg_spec *create_on_data(void)
{
	return spec_of("/data/swapfile", ACTIVE, SIZE, AUTO);
}

static void with_area(void)
{
	tree_nano();
	put_area("/swapfile", SIZE);
}

static void with_holes(void)
{
	with_area();
	fake.ino = ino_of("/swapfile");
	fake.ino_blocks = FAKE_HOLES;
}

static void with_photographs(void)
{
	tree_nano();
	put_bytes("/swapfile", "photographs", 11, 0600);
}

static struct swapcfg_spec *overwrite(void)
{
	struct swapcfg_spec *spec = create();

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORCE, true), 0);
	return spec;
}

static void with_use(void)
{
	tree_nano();
	put_active("/other", SIZE, 1, 0);
	put_active("/swapfile", SIZE, 5, 8 * KIB);
}

static void with_entry(void)
{
	with_use();
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
}

static struct swapcfg_spec *grow(void)
{
	return spec_of("/swapfile", ACTIVE, 2 * SIZE, AUTO);
}

static struct swapcfg_spec *shrink(void)
{
	return spec_of("/swapfile", ACTIVE, SIZE - 4 * FAKE_PAGE, KEEP);
}

static struct swapcfg_spec *grow_in_place(void)
{
	struct swapcfg_spec *spec = grow();

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_IN_PLACE, true), 0);
	return spec;
}

static struct swapcfg_spec *grow_inactive(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_KEEP, 2 * SIZE, KEEP);
}

static struct swapcfg_spec *change_priority(void)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	ck_assert_int_eq(swapcfg_spec_set_priority(spec, 7), 0);
	return spec;
}

static struct swapcfg_spec *disable(void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_INACTIVE, 0, NONE);
}

static void with_open_mode(void)
{
	char name[PATH_MAX];

	with_area();
	ck_assert_int_eq(chmod(full("/swapfile", name), 0644), 0);
}

static struct swapcfg_spec *enable(void)
{
	return spec_of("/swapfile", ACTIVE, 0, AUTO);
}

static struct swapcfg_spec *relabel(void)
{
	struct swapcfg_spec *spec = enable();

	ck_assert_int_eq(swapcfg_spec_set_label(spec, "card"), 0);
	return spec;
}

static struct swapcfg_spec *delete (void)
{
	return spec_of("/swapfile", SWAPCFG_STATE_ABSENT, 0, NONE);
}

static struct swapcfg_spec *early(void)
{
	struct swapcfg_spec *spec = spec_of("/swapfile", ACTIVE, 0, KEEP);

	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_EARLY, true), 0);
	ck_assert_int_eq(swapcfg_spec_set_flag(spec, SWAPCFG_FLAG_FORMAT, true), 0);
	return spec;
}

static void with_blanks(void)
{
	char name[PATH_MAX];

	tree_nano();
	put_bytes("/swapfile", "", 0, 0600);
	ck_assert_int_eq(truncate(full("/swapfile", name), SIZE), 0);
}

static void with_bridge(void)
{
	with_area();
	put_active(BRIDGE, SIZE, -1, 4 * KIB);
}

/* A killed run left a bridge that is smaller than what a further change needs. */
static void with_small_bridge(void)
{
	with_use();
	put_active(BRIDGE, SIZE / 2, -1, 4 * KIB);
}

static void with_leftover(void)
{
	with_entry();
	put_area(BRIDGE, SIZE);
}

static void with_systemd(void)
{
	tree_systemd();
	put_dir("/etc/systemd/system", 0755);
}

/* A unit and the link that enables it. */
static void with_unit(void)
{
	with_systemd();
	put_active("/swapfile", SIZE, 5, 0);
	check_apply(spec_of("/swapfile", SWAPCFG_STATE_KEEP, 0, AUTO));
}

static void with_disabled_unit(void)
{
	char name[PATH_MAX];

	with_unit();
	ck_assert_int_eq(unlink(full("/etc/systemd/system/swap.target.wants/swapfile.swap", name)),
			 0);
}

const struct scenario scenarios[] = {
	{"create", tree_nano, create},
	{"create on exFAT", tree_nano, create_on_data},
	{"create over holes", with_holes, create},
	{"create over data", with_photographs, overwrite},
	{"grow active", with_use, grow},
	{"shrink active", with_entry, shrink},
	{"grow in place", with_use, grow_in_place},
	{"grow inactive", with_area, grow_inactive},
	{"shrink inactive", with_area, shrink},
	{"priority", with_use, change_priority},
	{"enable", with_open_mode, enable},
	{"relabel", with_area, relabel},
	{"early", with_area, early},
	{"early, formatted", with_blanks, early},
	{"disable", with_entry, disable},
	{"remove", with_entry, delete},
	{"create with a unit", with_systemd, create},
	{"remove with a unit", with_unit, delete},
	{"enable a unit", with_disabled_unit, enable},
	{"finish a bridge", with_bridge, enable},
	{"grow with a small bridge", with_small_bridge, grow},
	{"finish a resize", with_bridge, grow_inactive},
	{"grow with a leftover", with_leftover, grow},
};

const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

static void complain(const struct trial *trial, const char *text, const char *more)
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
static void complain_of_lines(const struct trial *trial, const char *text, const char *one,
			      const char *other)
{
	char *lines = strdup(one);
	char *rest = lines;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		if (*line && !has_line(other, line, strlen(line)))
			complain(trial, text, line);
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
	complain_of_lines(trial, text, is, wanted);
	snprintf(text, sizeof(text), "%s, but there is no", said);
	complain_of_lines(trial, text, wanted, is);
}

void trial_begin(struct trial *trial)
{
	fake_teardown();
	fake_setup();
	trial->scenario->prepare();
	trial->before = snapshot();
	trial->areas_before = active_areas();
	trial->open = open_descriptors();
	trial->error = NULL;
	fake.calls = 0;
	fake.changes = 0;
}

void trial_run(struct trial *trial)
{
	struct swapcfg_spec *spec = trial->scenario->spec();
	struct swapcfg_plan *plan = NULL;

	alloc = (struct alloc){.fail_at = trial->fail_alloc};
	trial->result = swapcfg_plan(fake.ctx, spec, &plan, &trial->error);
	if (trial->result == 0)
		trial->result = swapcfg_apply(fake.ctx, plan, NULL, &trial->error);
	alloc.fail_at = 0;
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
}

static void drop_line(char *text, const char *begins)
{
	char *line = strstr(text, begins);
	char *end;

	if (!line)
		return;
	end = strchr(line, '\n') + 1;
	memmove(line, end, strlen(end) + 1);
}

/* The leftover of another run need not come back. An active one has to, unless it was too small to
 * serve: then the area itself is as it was. */
static void forgive_cleaning(struct trial *trial)
{
	bool small = trial->scenario->prepare == with_small_bridge;

	if (there(BRIDGE) || (strstr(trial->areas_before, BRIDGE) && !small))
		return;
	drop_line(trial->before, BRIDGE " ");
	drop_line(trial->areas_before, BRIDGE " ");
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
	same = strcmp(trial->before, after) == 0 && strcmp(trial->areas_before, areas) == 0;
	if (left == 0) {
		complain_of_changes(trial, trial->before, after);
		complain_of_changes(trial, trial->areas_before, areas);
	}
	/* Where undoing fails too, it cannot know. */
	if (left > 0 && same && !trial->undoing_fails)
		complain(trial, "nothing changed, but something is left:",
			 swapcfg_error_left(trial->error, 0));
	if (left > 0 && reason != SWAPCFG_REASON_ROLLBACK_FAILED)
		complain(trial, "something is left, but the reason is",
			 swapcfg_reason_name(reason));
	if (swapcfg_error_errno(trial->error) != -trial->result)
		complain(trial,
			 "the errno is not the result:", swapcfg_error_message(trial->error));
	free(after);
	free(areas);
}

/* Success means the same whatever happened on the way. */
static void check_success(struct trial *trial, bool cleaned)
{
	char *files = snapshot();
	char *areas = active_areas();
	char *line = cleaned ? NULL : strstr(files, BRIDGE " ");

	/* What was replaced may be left for the next run to delete. */
	if (line)
		memmove(line, strchr(line, '\n') + 1, strlen(strchr(line, '\n') + 1) + 1);
	complain_of_changes(trial, trial->wanted->files, files);
	complain_of_changes(trial, trial->wanted->areas, areas);
	free(files);
	free(areas);
}

/* To success, whatever came before; and then all is as wanted. */
static void run_again(struct trial *trial)
{
	struct swapcfg_spec *spec = trial->scenario->spec();
	struct swapcfg_plan *plan = NULL;
	struct swapcfg_error *error = NULL;
	char *steps;

	trial->result = swapcfg_plan(fake.ctx, spec, &plan, &error);
	if (trial->result == 0)
		trial->result = swapcfg_apply(fake.ctx, plan, NULL, &error);
	if (trial->result < 0)
		complain(trial, "the next run fails:", swapcfg_error_message(error));
	swapcfg_plan_unref(plan);
	swapcfg_error_free(error);
	plan = plan_of(spec);
	steps = steps_of(plan);
	if (trial->result == 0 && *steps)
		complain(trial, "then there still is something to do:", steps);
	else if (trial->result == 0 && trial->wanted)
		check_success(trial, true);
	free(steps);
	swapcfg_plan_unref(plan);
}

void trial_end(struct trial *trial)
{
	if (open_descriptors() != trial->open)
		complain(trial, "a descriptor is left open", "");
	if (fake.children)
		complain(trial, "a child is left", "");
	if (trial->result < 0 && !trial->error)
		complain(trial, "no error", "");
	else if (trial->result < 0)
		check_failure(trial);
	else if (trial->wanted)
		check_success(trial, false);
	swapcfg_error_free(trial->error);
	run_again(trial);
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
	outcome.first_change = fake.first_change;
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
