/* SPDX-License-Identifier: MIT */
/*
 * The process dies at every system call of every scenario, from the first that changes something.
 * It is a child, which hands the fake over and ends; its files are real, and its descriptors,
 * nameless files and locks go with it as the kernel has it. A swapoff in a child of its own may
 * still succeed then; that is what there is at the next call.
 */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instant.h"

Suite *kills_suite(void);

/* Shared with the process that dies. */
static struct fake *handed;
static unsigned int die_at;

static void die_when_due(const char *name)
{
	(void)name;
	if (fake.calls != die_at)
		return;
	*handed = fake;
	_exit(EXIT_SUCCESS);
}

/* Runs the trial until that call, which is not made. */
static void die_before(struct trial *trial, unsigned int call)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		die_at = call;
		fake.on_call = die_when_due;
		trial_run(trial);
		*handed = fake;
		_exit(EXIT_SUCCESS);
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	fake = *handed;
	fake.on_call = NULL;
	fake.children = 0;
}

/* What somebody may want who finds a device like that, and what that leads to. */
struct way {
	enum swapcfg_state state;
	const char *name;
	bool keeps_file;
	/* From before the scenario, and from behind it. */
	int results[2];
	char *files[2];
	char *areas[2];
};

/* The file itself may be between its sizes, and is looked at by itself. */
static char *files_of(const struct trial *trial, const struct way *way, int result)
{
	char *files = snapshot();

	forgive_given_up(trial, files);
	if (way->keeps_file || result < 0)
		remove_line(files, scenario_path(trial->scenario));
	return files;
}

static int go(const struct trial *trial, const struct way *way)
{
	struct swapcfg_spec *spec =
		spec_of(scenario_path(trial->scenario), way->state, 0, SWAPCFG_BOOT_NONE);
	struct swapcfg_plan *plan = NULL;
	int r = swapcfg_plan(fake.ctx, spec, &plan, NULL);

	if (r == 0)
		r = swapcfg_apply(fake.ctx, plan, NULL, NULL);
	swapcfg_plan_unref(plan);
	swapcfg_spec_free(spec);
	return r;
}

static void learn(struct trial *trial, struct way *way)
{
	for (int i = 0; i < 2; i++) {
		trial_begin(trial);
		if (i == 1)
			trial_run(trial);
		way->results[i] = go(trial, way);
		way->files[i] = files_of(trial, way, way->results[i]);
		way->areas[i] = active_areas();
		trial_free(trial);
	}
}

static void remove_temporary(const struct trial *trial)
{
	char temp[PATH_MAX];
	char name[PATH_MAX];

	scenario_temp(trial->scenario, temp);
	unlink(full(temp, name));
}

/* Leads to where it would have led before the scenario, or behind it. */
static void check_way(struct trial *trial, const struct way *way)
{
	int r = go(trial, way);
	char *files;
	char *areas = active_areas();
	bool good = false;

	/* What was refused cleans nothing, as data that are not known to be ours never go. */
	if (r < 0)
		remove_temporary(trial);
	files = files_of(trial, way, r);

	for (int i = 0; i < 2; i++)
		good = good || (r == way->results[i] && strcmp(files, way->files[i]) == 0 &&
				strcmp(areas, way->areas[i]) == 0);
	if (!good) {
		trial_complain(trial, "and then another end:", way->name);
		trial_complain(trial, r == 0 ? "areas:" : "it failed; areas:", areas);
		trial_complain_of_lines(trial, "there is", files, way->files[0]);
		trial_complain_of_lines(trial, "there is no", way->files[0], files);
	}
	free(files);
	free(areas);
	tally()->runs++;
}

struct sweep {
	struct trial trial;
	struct outcome wanted;
	unsigned int chunk;
	struct way ways[2];
	char *last; /* the state of the last point */
};

static void begin(struct sweep *sweep, unsigned int call)
{
	trial_begin(&sweep->trial);
	fake.chunk = sweep->chunk;
	fake.chunk_of_areas = true;
	die_before(&sweep->trial, call);
	fake.chunk = 0;
}

static char *state_now(void)
{
	struct scfg_buf text = {0};
	char *files = snapshot();
	char *areas = active_areas();

	scfg_buf_addf(&text, "%s%s", files, areas);
	free(files);
	free(areas);
	return scfg_buf_take(&text);
}

static void die_and_mend(struct sweep *sweep, unsigned int call)
{
	struct trial *trial = &sweep->trial;
	char what[64];
	char *state;
	bool is_new;

	snprintf(what, sizeof(what), "killed before call %u%s", call, sweep->chunk ? ", torn" : "");
	trial->what = what;
	begin(sweep, call);
	tally()->points++;
	state = state_now();
	is_new = strcmp(state, sweep->last) != 0;
	free(sweep->last);
	sweep->last = state;
	if (!is_new) {
		trial_keep_root(trial);
		trial_free(trial);
		return;
	}
	tally()->states++;
	check_instant(trial);
	tally()->runs++;
	trial->forgot_priority = trial->scenario->dips;
	trial_run_again(trial);
	trial_free(trial);
	for (size_t i = 0; i < 2; i++) {
		begin(sweep, call);
		check_way(trial, &sweep->ways[i]);
		trial_free(trial);
	}
}

/* Where it only looks, nothing has happened yet: a few of these calls will do. */
static unsigned int next_call(const struct outcome *wanted, unsigned int call)
{
	unsigned int next = call + (sweep_all() ? 1 : 23);

	return call >= wanted->first_change || next < wanted->first_change
		       ? (call >= wanted->first_change ? call + 1 : next)
		       : wanted->first_change;
}

/* In pieces there are more. */
static unsigned int count_calls(struct sweep *sweep)
{
	unsigned int calls;

	begin(sweep, UINT_MAX);
	calls = fake.calls;
	trial_free(&sweep->trial);
	return calls;
}

static void sweep_kills(const struct scenario *scenario, unsigned int chunk)
{
	struct scfg_buf complaints = {0};
	struct sweep sweep = {
		.trial = {.scenario = scenario, .complaints = &complaints},
		.wanted = outcome_of(scenario, NULL),
		.chunk = chunk,
		.ways = {{SWAPCFG_STATE_ABSENT, "remove", false, {0}, {0}, {0}},
			 {SWAPCFG_STATE_INACTIVE, "disable", true, {0}, {0}, {0}}},
		.last = strdup(""),
	};
	unsigned int calls;

	sweep.trial.wanted = &sweep.wanted;
	sweep.trial.torn = chunk > 0;
	handed = mmap(NULL, sizeof(*handed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ck_assert_ptr_ne(handed, MAP_FAILED);
	for (size_t i = 0; i < 2; i++)
		learn(&sweep.trial, &sweep.ways[i]);
	calls = count_calls(&sweep);
	for (unsigned int call = 1; call <= calls + 1; call = next_call(&sweep.wanted, call))
		die_and_mend(&sweep, call);
	tally()->scenarios++;
	for (size_t i = 0; i < 4; i++) {
		free(sweep.ways[i / 2].files[i % 2]);
		free(sweep.ways[i / 2].areas[i % 2]);
	}
	free(sweep.last);
	outcome_free(&sweep.wanted);
	munmap(handed, sizeof(*handed));
	show_complaints(&complaints);
}

/* Areas in pieces of a sector, as a power cut may leave what was being written. */
START_TEST(test_torn)
{
	sweep_kills(&scenarios[_i], 512);
}
END_TEST

START_TEST(test_killed_at_any_call)
{
	sweep_kills(&scenarios[_i], 0);
}
END_TEST

static void show(void)
{
	tally_end("killed before any call");
}

static void show_torn(void)
{
	tally_end("killed within a write");
}

Suite *kills_suite(void)
{
	Suite *suite = suite_create("kills");
	TCase *tcase = tcase_create("kills");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(tcase, tally_begin, show);
	tcase_add_loop_test(tcase, test_killed_at_any_call, 0, (int)scenario_count);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("torn");
	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(tcase, tally_begin, show_torn);
	tcase_add_loop_test(tcase, test_torn, 0, (int)scenario_count);
	suite_add_tcase(suite, tcase);
	return suite;
}
