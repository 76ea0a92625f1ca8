/* SPDX-License-Identifier: MIT */
/* Plans and results for people. */
#include <stdio.h>

#include "output.h"
#include "show.h"
#include "text.h"

static const char *severity_word(enum swapcfg_severity severity)
{
	switch (severity) {
	case SWAPCFG_SEVERITY_BLOCKER:
		return "blocker";
	case SWAPCFG_SEVERITY_WARNING:
		return "warning";
	default:
		return "note";
	}
}

void show_plan(const struct swapcfg_plan *plan)
{
	size_t steps = swapcfg_plan_step_count(plan);
	size_t findings = swapcfg_plan_finding_count(plan);
	size_t i;

	if (steps == 0 && swapcfg_plan_is_feasible(plan))
		puts("Nothing to do: all is as wanted already.");
	for (i = 0; i < steps; i++) {
		printf("%zu. ", i + 1);
		text_put(swapcfg_step_text(swapcfg_plan_step(plan, i)), stdout);
		putchar('\n');
	}
	for (i = 0; i < findings; i++) {
		const struct swapcfg_finding *finding = swapcfg_plan_finding(plan, i);

		printf("%s: ", severity_word(swapcfg_finding_severity(finding)));
		text_put(swapcfg_finding_message(finding), stdout);
		putchar('\n');
	}
}

static enum swapcfg_severity lowest_shown(const struct options *options, bool feasible)
{
	if (!feasible || options->quiet || options->json)
		return SWAPCFG_SEVERITY_BLOCKER;
	return options->verbose ? SWAPCFG_SEVERITY_INFO : SWAPCFG_SEVERITY_WARNING;
}

void show_findings(const struct options *options, const struct swapcfg_plan *plan)
{
	enum swapcfg_severity lowest = lowest_shown(options, swapcfg_plan_is_feasible(plan));
	size_t count = swapcfg_plan_finding_count(plan);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct swapcfg_finding *finding = swapcfg_plan_finding(plan, i);
		enum swapcfg_severity severity = swapcfg_finding_severity(finding);

		/* What forbids a command is its failure: like any other, it needs no label. */
		if (severity >= SWAPCFG_SEVERITY_BLOCKER) {
			output_sentence(swapcfg_finding_message(finding));
		} else if (severity >= lowest) {
			output_remark(severity_word(severity), swapcfg_finding_message(finding));
		}
	}
}

static void put_state(const struct swapcfg_area *area)
{
	char size[TEXT_SIZE];

	if (swapcfg_area_size(area) > 0)
		fprintf(stderr, "%s, ", text_size(swapcfg_area_size(area), size));
	if (swapcfg_area_is_active(area)) {
		fprintf(stderr, "active, priority %d", swapcfg_area_priority(area));
	} else if (swapcfg_area_page_size(area) > 0) {
		fputs("not active", stderr);
	} else {
		fputs("no swap area", stderr);
	}
}

static void put_header(const struct options *options, const struct swapcfg_area *area)
{
	fputs("swap header written", stderr);
	/* A status knows of areas that begin where the file begins. */
	if (options->offset > 0)
		return;
	if (*swapcfg_area_label(area) != '\0') {
		fputs(", label ", stderr);
		text_put(swapcfg_area_label(area), stderr);
	}
	if (*swapcfg_area_uuid(area) != '\0')
		fprintf(stderr, ", UUID %s", swapcfg_area_uuid(area));
}

static void put_boot(const struct swapcfg_area *area)
{
	size_t count = swapcfg_area_boot_count(area);
	size_t i;

	if (count == 0)
		fputs(", no boot entry", stderr);
	for (i = 0; i < count; i++) {
		fputs(i == 0 ? ", boot entry in " : " and ", stderr);
		text_put(swapcfg_boot_entry_file(swapcfg_area_boot(area, i)), stderr);
	}
}

void show_result(const struct options *options, const struct swapcfg_status *status, bool changed)
{
	const struct swapcfg_area *area = swapcfg_status_area(status, 0);

	if (options->quiet || !area)
		return;
	fputs(PROGRAM ": ", stderr);
	text_put(swapcfg_area_path(area), stderr);
	fputs(changed ? ": done: " : ": nothing to do: ", stderr);
	if (options->command == COMMAND_FORMAT) {
		put_header(options, area);
	} else {
		put_state(area);
		put_boot(area);
	}
	fputc('\n', stderr);
}
