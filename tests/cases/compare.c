/* SPDX-License-Identifier: MIT */
/* What came out against what is expected: first the accessors, then the JSON against them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool same(json_t *object, const char *key, const char *text)
{
	return strcmp(text_of(object, key), text) == 0;
}

/*
 * The document with every number made a string, since jansson's integers end at 2^63-1. Of what is
 * no string only numbers have digits.
 */
static json_t *load(const char *document, struct trouble *trouble)
{
	char *copy = malloc(3 * strlen(document) + 1);
	char *to = copy;
	bool quoted = false;
	json_error_t fault;
	json_t *json;

	for (const char *at = document; copy && *at; at++) {
		bool starts = !quoted && isdigit((unsigned char)*at);
		size_t len = starts ? strspn(at, "0123456789") : 1;

		if (*at == '"')
			quoted = !quoted;
		else if (*at == '\\')
			len = 2;
		if (starts)
			*to++ = '"';
		memcpy(to, at, len);
		to += len;
		at += len - 1;
		if (starts)
			*to++ = '"';
	}
	if (copy)
		*to = '\0';
	json = copy ? json_loads(copy, JSON_REJECT_DUPLICATES, &fault) : NULL;
	free(copy);
	if (!json)
		case_fail(trouble, "it is not JSON: %s", document);
	return json;
}

static bool same_number(json_t *object, const char *key, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return same(object, key, text);
}

static bool compare_step(const struct swapcfg_step *step, json_t *expected, json_t *json,
			 struct trouble *trouble)
{
	static const char *const keys[] = {"kind", "path", "bytes", NULL};
	const char *kind = swapcfg_step_name(swapcfg_step_kind(step));
	json_t *amount = json_object_get(expected, "bytes");
	uint64_t bytes = 0;

	if (!case_keys_known(expected, "a step", keys, trouble))
		return false;
	if (json_object_get(expected, "kind") && !same(expected, "kind", kind))
		return case_fail(trouble, "a step is %s, not %s", kind, text_of(expected, "kind"));
	if (json_object_get(expected, "path") && !same(expected, "path", swapcfg_step_path(step)))
		return case_fail(trouble, "%s is about %s", kind, swapcfg_step_path(step));
	if (amount && (case_amount(amount, &bytes) < 0 || bytes != swapcfg_step_bytes(step)))
		return case_fail(trouble, "%s has %llu bytes", kind,
				 (unsigned long long)swapcfg_step_bytes(step));
	if (!same(json, "kind", kind) || !same(json, "path", swapcfg_step_path(step)) ||
	    !same_number(json, "bytes", swapcfg_step_bytes(step)) ||
	    !same(json, "text", swapcfg_step_text(step)) || json_object_size(json) != 4)
		return case_fail(trouble, "the JSON of %s says something else", kind);
	return true;
}

static bool compare_finding(const struct swapcfg_finding *finding, json_t *expected, json_t *json,
			    struct trouble *trouble)
{
	static const char *const keys[] = {"severity", "reason", NULL};
	const char *severity = swapcfg_severity_name(swapcfg_finding_severity(finding));
	const char *reason = swapcfg_reason_name(swapcfg_finding_reason(finding));

	if (!case_keys_known(expected, "a finding", keys, trouble))
		return false;
	if ((json_object_get(expected, "severity") && !same(expected, "severity", severity)) ||
	    (json_object_get(expected, "reason") && !same(expected, "reason", reason)))
		return case_fail(trouble, "a finding is %s %s, not %s %s", severity, reason,
				 text_of(expected, "severity"), text_of(expected, "reason"));
	if (!same(json, "severity", severity) || !same(json, "reason", reason) ||
	    !same(json, "message", swapcfg_finding_message(finding)) || json_object_size(json) != 3)
		return case_fail(trouble, "the JSON of %s says something else", reason);
	return true;
}

static bool compare_lists(const struct swapcfg_plan *plan, json_t *expected, json_t *json,
			  struct trouble *trouble)
{
	json_t *steps = json_object_get(expected, "steps");
	json_t *findings = json_object_get(expected, "findings");
	json_t *json_steps = json_object_get(json, "steps");
	json_t *json_findings = json_object_get(json, "findings");
	size_t step_count = swapcfg_plan_step_count(plan);
	size_t finding_count = swapcfg_plan_finding_count(plan);

	if (json_array_size(json_steps) != step_count ||
	    json_array_size(json_findings) != finding_count)
		return case_fail(trouble, "the JSON has another number of steps or findings");
	if (steps && json_array_size(steps) != step_count)
		return case_fail(trouble, "it has %zu steps", step_count);
	if (findings && json_array_size(findings) != finding_count)
		return case_fail(trouble, "it has %zu findings", finding_count);
	for (size_t i = 0; i < step_count; i++) {
		if (!compare_step(swapcfg_plan_step(plan, i), json_array_get(steps, i),
				  json_array_get(json_steps, i), trouble))
			return false;
	}
	for (size_t i = 0; i < finding_count; i++) {
		if (!compare_finding(swapcfg_plan_finding(plan, i), json_array_get(findings, i),
				     json_array_get(json_findings, i), trouble))
			return false;
	}
	return !swapcfg_plan_step(plan, step_count) && !swapcfg_plan_finding(plan, finding_count);
}

bool plan_compare(const struct swapcfg_plan *plan, json_t *expected, struct trouble *trouble)
{
	static const char *const keys[] = {"feasible", "steps", "findings", NULL};
	json_t *feasible = json_object_get(expected, "feasible");
	char *document;
	json_t *json;
	bool good;

	if (swapcfg_plan_to_json(plan, &document) < 0)
		return case_fail(trouble, "there is no JSON of the plan");
	json = load(document, trouble);
	good = json && case_keys_known(expected, "the plan", keys, trouble);
	if (good && feasible && json_is_true(feasible) != swapcfg_plan_is_feasible(plan))
		good = case_fail(trouble, "feasible is another");
	if (good &&
	    json_is_true(json_object_get(json, "feasible")) != swapcfg_plan_is_feasible(plan))
		good = case_fail(trouble, "feasible is another in the JSON");
	good = good && compare_lists(plan, expected, json, trouble);
	if (!good)
		case_fail(trouble, "%s", document);
	json_decref(json);
	swapcfg_string_free(document);
	return good;
}

/* An error's JSON says what its accessors say. */
static bool compare_document(const struct swapcfg_error *error, struct trouble *trouble)
{
	const char *path = swapcfg_error_path(error);
	json_t *json = NULL;
	json_t *object;
	char *document;
	bool good;

	if (swapcfg_error_to_json(error, &document) < 0)
		return case_fail(trouble, "there is no JSON of the error");
	json = load(document, trouble);
	object = json_object_get(json, "error");
	good = object && same(object, "reason", swapcfg_reason_name(swapcfg_error_reason(error))) &&
	       same_number(object, "errno", (uint64_t)swapcfg_error_errno(error)) &&
	       same(object, "step", swapcfg_error_step(error)) &&
	       same(object, "path", path ? path : "") &&
	       same(object, "message", swapcfg_error_message(error)) &&
	       json_array_size(json_object_get(object, "left")) == swapcfg_error_left_count(error);
	if (!good)
		case_fail(trouble, "the JSON of the error says something else: %s", document);
	json_decref(json);
	swapcfg_string_free(document);
	return good;
}

bool error_compare(int result, enum swapcfg_reason reason, const struct swapcfg_error *error,
		   json_t *expected, struct trouble *trouble)
{
	static const char *const keys[] = {"errno", "reason", NULL};
	int number = case_errno(text_of(expected, "errno"));

	if (!case_keys_known(expected, "a failure", keys, trouble))
		return false;
	if (!number || result != -number)
		return case_fail(trouble, "it gives %d, not -%s", result,
				 text_of(expected, "errno"));
	if (!same(expected, "reason", swapcfg_reason_name(reason)))
		return case_fail(trouble, "the reason is %s, not %s", swapcfg_reason_name(reason),
				 text_of(expected, "reason"));
	if (!error)
		return true;
	if (swapcfg_error_errno(error) != number)
		return case_fail(trouble, "the error has errno %d", swapcfg_error_errno(error));
	return compare_document(error, trouble);
}
