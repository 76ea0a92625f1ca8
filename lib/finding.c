/* SPDX-License-Identifier: MIT */
#include "finding.h"

#include <stdarg.h>
#include <stdlib.h>

void scfg_finding_add(struct scfg_findings *list, enum swapcfg_severity severity,
		      enum swapcfg_reason reason, const char *format, ...)
{
	struct swapcfg_finding *items = realloc(list->items, (list->count + 1) * sizeof(*items));
	char *message;
	va_list args;

	va_start(args, format);
	message = scfg_format(format, args);
	va_end(args);
	if (items)
		list->items = items;
	if (!items || !message) {
		free(message);
		list->failed = true;
		return;
	}
	items[list->count++] = (struct swapcfg_finding){severity, reason, message};
}

void scfg_findings_sort(struct scfg_findings *list)
{
	/* An insertion sort: few items, and it is stable. */
	for (size_t i = 1; i < list->count; i++) {
		struct swapcfg_finding item = list->items[i];
		size_t at = i;

		for (; at > 0 && list->items[at - 1].severity < item.severity; at--)
			list->items[at] = list->items[at - 1];
		list->items[at] = item;
	}
}

const struct swapcfg_finding *scfg_findings_blocker(const struct scfg_findings *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].severity == SWAPCFG_SEVERITY_BLOCKER)
			return &list->items[i];
	}
	return NULL;
}

void scfg_findings_json(const struct scfg_findings *list, struct scfg_json *json)
{
	scfg_json_open(json, "findings", '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct swapcfg_finding *item = &list->items[i];

		scfg_json_open(json, NULL, '{');
		scfg_json_string(json, "severity", swapcfg_severity_name(item->severity));
		scfg_json_string(json, "reason", swapcfg_reason_name(item->reason));
		scfg_json_string(json, "message", item->message);
		scfg_json_close(json, '}');
	}
	scfg_json_close(json, ']');
}

void scfg_findings_free(struct scfg_findings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].message);
	free(list->items);
	*list = (struct scfg_findings){0};
}

enum swapcfg_severity swapcfg_finding_severity(const struct swapcfg_finding *finding)
{
	return finding->severity;
}

enum swapcfg_reason swapcfg_finding_reason(const struct swapcfg_finding *finding)
{
	return finding->reason;
}

const char *swapcfg_finding_message(const struct swapcfg_finding *finding)
{
	return finding->message;
}
