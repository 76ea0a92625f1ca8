/* SPDX-License-Identifier: MIT */
/* A status for people. */
#include <stdio.h>
#include <string.h>

#include "show.h"
#include "text.h"

#define CELL 64

enum column { PATH, TYPE, STATE, SIZE, USED, PRIO, BOOT, COLUMN_COUNT };

static const struct {
	const char *title;
	bool right; /* numbers end, words begin, in one line */
	bool live;  /* only a running kernel can tell */
} columns[COLUMN_COUNT] = {
	[PATH] = {"PATH", false, false},   [TYPE] = {"TYPE", false, false},
	[STATE] = {"STATE", false, false}, [SIZE] = {"SIZE", true, false},
	[USED] = {"USED", true, true},	   [PRIO] = {"PRIO", true, false},
	[BOOT] = {"BOOT", false, false},
};

static const char *state_word(const struct swapcfg_area *area)
{
	if (swapcfg_area_is_active(area))
		return "active";
	if (swapcfg_area_page_size(area) > 0)
		return "formatted";
	return swapcfg_area_backing(area) == SWAPCFG_BACKING_UNKNOWN ? "none" : "unformatted";
}

/* The kinds of an area's boot entries, each once. */
static const char *boot_words(const struct swapcfg_area *area, char cell[CELL])
{
	size_t count = swapcfg_area_boot_count(area);
	size_t i;

	cell[0] = '\0';
	for (i = 0; i < count; i++) {
		enum swapcfg_boot kind = swapcfg_boot_entry_kind(swapcfg_area_boot(area, i));
		const char *word = swapcfg_boot_name(kind);
		size_t length = strlen(cell);

		if (!strstr(cell, word))
			snprintf(cell + length, CELL - length, "%s%s", i > 0 ? "," : "", word);
	}
	return count > 0 ? cell : "-";
}

static const char *cell_text(const struct swapcfg_area *area, enum column column, char cell[CELL])
{
	int priority = swapcfg_area_priority(area);

	switch (column) {
	case PATH:
		return swapcfg_area_path(area);
	case TYPE:
		return swapcfg_backing_name(swapcfg_area_backing(area));
	case STATE:
		return state_word(area);
	case SIZE:
		return text_size(swapcfg_area_size(area), cell);
	case USED:
		return swapcfg_area_is_active(area) ? text_size(swapcfg_area_used(area), cell)
						    : "-";
	case PRIO:
		if (!swapcfg_area_is_active(area) && priority < 0)
			return "-";
		snprintf(cell, CELL, "%d", priority);
		return cell;
	default:
		return boot_words(area, cell);
	}
}

static void put_cell(enum column column, const char *text, size_t width)
{
	int padding = (int)(width - text_width(text));

	if (columns[column].right)
		printf("%*s", padding, "");
	text_put(text, stdout);
	if (column + 1 == COLUMN_COUNT) {
		putchar('\n');
	} else {
		printf("%*s", (columns[column].right ? 0 : padding) + 2, "");
	}
}

static size_t column_width(const struct swapcfg_status *status, enum column column)
{
	size_t width = strlen(columns[column].title);
	char cell[CELL];
	size_t i;

	for (i = 0; i < swapcfg_status_area_count(status); i++) {
		const char *text = cell_text(swapcfg_status_area(status, i), column, cell);

		if (text_width(text) > width)
			width = text_width(text);
	}
	return width;
}

static void put_table(const struct swapcfg_status *status, bool offline)
{
	size_t count = swapcfg_status_area_count(status);
	size_t widths[COLUMN_COUNT];
	enum column column;
	char cell[CELL];
	size_t i;

	for (column = PATH; column < COLUMN_COUNT; column++)
		widths[column] = column_width(status, column);
	for (column = PATH; column < COLUMN_COUNT; column++) {
		if (!offline || !columns[column].live)
			put_cell(column, columns[column].title, widths[column]);
	}
	for (i = 0; i < count; i++) {
		for (column = PATH; column < COLUMN_COUNT; column++) {
			if (!offline || !columns[column].live) {
				put_cell(column,
					 cell_text(swapcfg_status_area(status, i), column, cell),
					 widths[column]);
			}
		}
	}
}

static void put_totals(const struct swapcfg_status *status)
{
	char total[TEXT_SIZE], part[TEXT_SIZE];

	printf("Memory: %s, %s available. ", text_size(swapcfg_status_memory_total(status), total),
	       text_size(swapcfg_status_memory_available(status), part));
	printf("Swap: %s, %s used.\n", text_size(swapcfg_status_swap_total(status), total),
	       text_size(swapcfg_status_swap_used(status), part));
}

static void put_details(const struct swapcfg_area *area)
{
	size_t i;

	text_put(swapcfg_area_path(area), stdout);
	if (swapcfg_area_page_size(area) > 0) {
		printf(": page size %u", (unsigned int)swapcfg_area_page_size(area));
		if (*swapcfg_area_label(area) != '\0') {
			fputs(", label ", stdout);
			text_put(swapcfg_area_label(area), stdout);
		}
		if (*swapcfg_area_uuid(area) != '\0')
			printf(", UUID %s", swapcfg_area_uuid(area));
	} else {
		fputs(": no swap header", stdout);
	}
	for (i = 0; i < swapcfg_area_boot_count(area); i++) {
		const struct swapcfg_boot_entry *entry = swapcfg_area_boot(area, i);

		fputs(", boot entry at ", stdout);
		text_put(swapcfg_boot_entry_file(entry), stdout);
		printf(":%u%s", (unsigned int)swapcfg_boot_entry_line(entry),
		       swapcfg_boot_entry_is_ours(entry) ? "" : " (not ours)");
	}
	putchar('\n');
}

/* The command whose spec is the one given; NULL where no command asks for the same. */
static const char *repair_command(const struct swapcfg_area *area, const struct swapcfg_spec *spec)
{
	enum swapcfg_state state = swapcfg_spec_state(spec);
	enum swapcfg_boot boot = swapcfg_spec_boot(spec);
	bool active = swapcfg_area_is_active(area);

	if (state == SWAPCFG_STATE_ABSENT)
		return "remove";
	if (boot == SWAPCFG_BOOT_NONE)
		return state == SWAPCFG_STATE_INACTIVE || !active ? "disable" : NULL;
	if (swapcfg_spec_size(spec) > 0)
		return "create";
	if (state == SWAPCFG_STATE_ACTIVE || state == SWAPCFG_STATE_FORMATTED || active)
		return "enable";
	return NULL;
}

static void put_repair(const struct options *options, const struct swapcfg_area *area)
{
	struct swapcfg_spec *spec = NULL;
	const char *command;
	enum swapcfg_boot boot;

	if (swapcfg_area_repair(area, &spec, NULL) < 0 || !spec)
		return;
	command = repair_command(area, spec);
	boot = swapcfg_spec_boot(spec);
	/* A path that no shell word can carry safely is named by the finding anyway. */
	if (command && text_is_plain(swapcfg_spec_path(spec)) && text_is_plain(options->root)) {
		fputs("    to mend it: " PROGRAM " ", stdout);
		if (strcmp(options->root, "/") != 0) {
			fputs("--root ", stdout);
			text_put_shell(options->root, stdout);
			putchar(' ');
		}
		printf("%s ", command);
		if (boot > SWAPCFG_BOOT_AUTO)
			printf("--boot=%s ", swapcfg_boot_name(boot));
		if (swapcfg_spec_size(spec) > 0)
			printf("--size %llu ", (unsigned long long)swapcfg_spec_size(spec));
		text_put_shell(swapcfg_spec_path(spec), stdout);
		putchar('\n');
	}
	swapcfg_spec_free(spec);
}

static const char *severity_word(enum swapcfg_severity severity)
{
	/* Here a blocker is not about a wish but about what is. */
	if (severity >= SWAPCFG_SEVERITY_BLOCKER)
		return "broken";
	return severity >= SWAPCFG_SEVERITY_WARNING ? "warning" : "note";
}

static void put_findings(const struct options *options, const struct swapcfg_area *area)
{
	const char *path = swapcfg_area_path(area);
	bool shown = false;
	size_t i;

	for (i = 0; i < swapcfg_area_finding_count(area); i++) {
		const struct swapcfg_finding *finding = swapcfg_area_finding(area, i);
		enum swapcfg_severity severity = swapcfg_finding_severity(finding);
		const char *message = swapcfg_finding_message(finding);

		if (severity < SWAPCFG_SEVERITY_WARNING && !options->verbose)
			continue;
		shown = true;
		printf("%s %s: ", severity >= SWAPCFG_SEVERITY_WARNING ? "!" : "-",
		       severity_word(severity));
		/* Sentences about one of several files name it themselves. */
		if (!strstr(message, path)) {
			text_put(path, stdout);
			fputs(": ", stdout);
		}
		text_put(message, stdout);
		putchar('\n');
	}
	if (shown)
		put_repair(options, area);
}

void show_status(const struct options *options, const struct swapcfg_status *status, bool offline)
{
	size_t count = swapcfg_status_area_count(status);
	size_t i;

	if (count > 0) {
		put_table(status, offline);
	} else {
		puts("No swap area is active or named at boot.");
	}
	if (options->quiet)
		return;
	if (!offline)
		put_totals(status);
	for (i = 0; options->verbose && i < count; i++)
		put_details(swapcfg_status_area(status, i));
	for (i = 0; i < count; i++)
		put_findings(options, swapcfg_status_area(status, i));
}
