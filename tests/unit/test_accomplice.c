/* SPDX-License-Identifier: MIT */
/*
 * At every call of the system, an accomplice exchanges what the library looked at before. His
 * things and his victims stay as they are, and the result is success or a clear reason.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accomplice.h"
#include "instant.h"

Suite *accomplice_suite(void);

/* Those that differ in what they do with names; the others are for SWAPCFG_SWEEP=all. */
static const char *const some[] = {
	"create",
	"create on exFAT",
	"create over holes",
	"create over data",
	"grow active",
	"shrink active on exFAT",
	"relabel",
	"early, formatted",
	"remove",
	"create with a unit",
	"remove with a unit",
	"finish a bridge",
	"grow with a leftover",
	"create without exchange",
	"create in fstab",
	"create with OpenRC",
};

/*
 * Where the kernel has no call that checks and acts at once, what comes between the two is lost.
 * Only root can come between, as the directories are not others' to write to.
 */
static const struct {
	const char *call;
	enum act first, last;
} windows[] = {
	{"unlinkat", TARGET_LINK, TEMP_DIRECTORY}, /* deletes a name, whatever it leads to by now */
	{"unlinkat", BOOT_TEXT, BOOT_LINK},
	{"rename", TARGET_LINK, TEMP_DIRECTORY}, /* replaces one */
	{"rename", BOOT_TEXT, BOOT_LINK},
	{"rename_new", TEMP_LINK, TEMP_DIRECTORY},
	{"rename_swap", TARGET_LINK, TEMP_DIRECTORY}, /* moves it to the other name */
};

static struct {
	const struct trial *trial;
	enum act act;
	unsigned int call;
	bool acted;
	char at[32]; /* the call before which he acted */
	char next[32];
} plot;

static void act_when_due(const char *name)
{
	if (fake.calls == plot.call + 1)
		snprintf(plot.next, sizeof(plot.next), "%s", name);
	if (fake.calls != plot.call)
		return;
	snprintf(plot.at, sizeof(plot.at), "%s", name);
	plot.acted = accomplice_act(plot.trial, plot.act);
}

static bool in_window(void)
{
	/* Two names are looked at before they are exchanged. */
	if (strcmp(plot.at, "fstatat") == 0 && strcmp(plot.next, "rename_swap") == 0 &&
	    plot.act >= TEMP_LINK && plot.act <= TEMP_DIRECTORY)
		return true;
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		if (strcmp(windows[i].call, plot.at) == 0 && plot.act >= windows[i].first &&
		    plot.act <= windows[i].last)
			return true;
	}
	return false;
}

/* Everything but what he did has to be as it should. */
static void check_result(struct trial *trial, bool undoing)
{
	const struct swapcfg_error *error = trial->error;
	enum swapcfg_reason reason = error ? swapcfg_error_reason(error) : SWAPCFG_REASON_NONE;

	if (open_descriptors() != trial->open)
		trial_complain(trial, "a descriptor is left open", "");
	if (fake.children)
		trial_complain(trial, "a child is left", "");
	if (trial->result < 0 && (!error || !*swapcfg_error_message(error) ||
				  swapcfg_error_errno(error) != -trial->result))
		trial_complain(trial, "no clear error", "");
	if (trial->result < 0 &&
	    (reason == SWAPCFG_REASON_SYSTEM || (reason == SWAPCFG_REASON_IO && !undoing)))
		trial_complain(trial, "no clear reason:", swapcfg_error_message(error));
}

static void one_point(const struct trial *form, enum act act, unsigned int call,
		      unsigned int fail_at)
{
	struct trial trial = *form;
	struct scfg_buf complaints = {0};
	char what[128];

	trial.complaints = &complaints;
	trial_begin(&trial);
	accomplice_prepare(&trial);
	plot.trial = &trial;
	plot.act = act;
	plot.call = call;
	plot.acted = false;
	fake.on_call = act_when_due;
	fake.fail_at = fail_at;
	fake.fail_errno = EIO;
	trial_run(&trial);
	fake.on_call = NULL;
	fake.fail_at = 0;
	if (plot.acted) {
		snprintf(what, sizeof(what), "%s before %s %u%s", act_name(act), plot.at, call,
			 fail_at && fail_at < call ? ", while undoing" : "");
		trial.what = what;
		tally()->points++;
		check_result(&trial, fail_at > 0);
		accomplice_check(&trial, act);
		if (complaints.len && in_window())
			tally()->windows++;
		else if (complaints.len)
			scfg_buf_add(form->complaints, complaints.data, complaints.len);
	}
	scfg_buf_free(&complaints);
	swapcfg_error_free(trial.error);
	trial_free(&trial);
}

/* Before the plan is made, what he puts there is what there is, and may be what is asked for. */
static bool is_consented(const struct trial *trial, enum act act, unsigned int call)
{
	return call <= trial->wanted->plan_calls &&
	       (act == TARGET_AREA || (act <= TARGET_FILE && trial->scenario->gives_up));
}

static void sweep_calls(const struct trial *trial, enum act act, unsigned int first,
			unsigned int last, unsigned int stride, unsigned int fail_at)
{
	for (unsigned int call = first; call <= last; call += stride) {
		if (!is_consented(trial, act, call) && !sweep_skips(call + (unsigned int)act))
			one_point(trial, act, call, fail_at);
	}
}

/* How many calls there are where one fails: undoing has some of its own. */
static unsigned int calls_with_failure(const struct trial *form, unsigned int fail_at)
{
	struct trial trial = *form;
	unsigned int calls;

	trial_begin(&trial);
	fake.fail_at = fail_at;
	fake.fail_errno = EIO;
	trial_run(&trial);
	calls = fake.calls;
	swapcfg_error_free(trial.error);
	trial_free(&trial);
	return calls;
}

static bool is_wanted(const struct scenario *scenario)
{
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		if (strcmp(some[i], scenario->name) == 0)
			return true;
	}
	return sweep_all();
}

static unsigned int last_change;

static void note_last_change(const char *name)
{
	static unsigned int changes;

	(void)name;
	if (fake.changes != changes)
		last_change = fake.calls - 1;
	changes = fake.changes;
}

START_TEST(test_accomplice)
{
	struct scfg_buf complaints = {0};
	struct outcome wanted;
	struct trial trial = {
		.scenario = &scenarios[_i], .complaints = &complaints, .wanted = &wanted};
	unsigned int undoing;

	if (!is_wanted(&scenarios[_i]))
		return;
	wanted = outcome_of(&scenarios[_i], note_last_change);
	undoing = calls_with_failure(&trial, last_change);
	for (enum act act = 0; act < ACTS; act++) {
		trial_begin(&trial);
		if (accomplice_can(&trial, act)) {
			/* Where it only looks, calls are alike. */
			sweep_calls(&trial, act, 1, wanted.first_change - 1, sweep_all() ? 1 : 61,
				    0);
			sweep_calls(&trial, act, wanted.first_change, wanted.calls, 1, 0);
			sweep_calls(&trial, act, last_change + 1, undoing, 1, last_change);
		}
		trial_free(&trial);
	}
	tally()->scenarios++;
	outcome_free(&wanted);
	show_complaints(&complaints);
}
END_TEST

static void show(void)
{
	tally_end("exchanged before any call");
}

Suite *accomplice_suite(void)
{
	Suite *suite = suite_create("accomplice");
	TCase *tcase = tcase_create("accomplice");

	fake_add_fixtures(tcase, fake_setup, fake_teardown);
	tcase_add_unchecked_fixture(tcase, tally_begin, show);
	tcase_add_loop_test(tcase, test_accomplice, 0, (int)scenario_count);
	suite_add_tcase(suite, tcase);
	return suite;
}
