/* SPDX-License-Identifier: MIT */
/* From the JSON of a spec to a spec, through the setters. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "case.h"

struct word {
	const char *name;
	int value;
};

static const struct word states[] = {
	{"keep", SWAPCFG_STATE_KEEP},
	{"absent", SWAPCFG_STATE_ABSENT},
	{"inactive", SWAPCFG_STATE_INACTIVE},
	{"allocated", SWAPCFG_STATE_ALLOCATED},
	{"formatted", SWAPCFG_STATE_FORMATTED},
	{"active", SWAPCFG_STATE_ACTIVE},
	{NULL, 0},
};

static const struct word discards[] = {
	{"keep", SWAPCFG_DISCARD_KEEP}, {"none", SWAPCFG_DISCARD_NONE},
	{"once", SWAPCFG_DISCARD_ONCE}, {"pages", SWAPCFG_DISCARD_PAGES},
	{"both", SWAPCFG_DISCARD_BOTH}, {NULL, 0},
};

static const struct word orders[] = {
	{"native", SWAPCFG_ENDIANNESS_NATIVE},
	{"little", SWAPCFG_ENDIANNESS_LITTLE},
	{"big", SWAPCFG_ENDIANNESS_BIG},
	{NULL, 0},
};

static const struct word priorities[] = {
	{"keep", SWAPCFG_PRIORITY_KEEP},
	{"default", SWAPCFG_PRIORITY_DEFAULT},
	{NULL, 0},
};

static const struct word flags[] = {
	{"force", SWAPCFG_FLAG_FORCE},
	{"in-place", SWAPCFG_FLAG_IN_PLACE},
	{"ignore-memory", SWAPCFG_FLAG_IGNORE_MEMORY},
	{"no-child", SWAPCFG_FLAG_NO_CHILD},
	{"early", SWAPCFG_FLAG_EARLY},
	{"format", SWAPCFG_FLAG_FORMAT},
	{NULL, 0},
};

/* What no case may say, as opposed to what the library refuses. */
#define WRONG INT_MIN

static bool find_word(const struct word *words, json_t *value, int *ret)
{
	const char *text = json_string_value(value);

	for (; text && words->name; words++) {
		if (strcmp(words->name, text) == 0) {
			*ret = words->value;
			return true;
		}
	}
	return false;
}

static int set_state(struct swapcfg_spec *spec, json_t *value)
{
	int state;

	return find_word(states, value, &state)
		       ? swapcfg_spec_set_state(spec, (enum swapcfg_state)state)
		       : WRONG;
}

static int set_boot(struct swapcfg_spec *spec, json_t *value)
{
	enum swapcfg_boot boot;

	if (swapcfg_boot_from_name(json_string_value(value), &boot) < 0)
		return WRONG;
	return swapcfg_spec_set_boot(spec, boot);
}

static int set_size(struct swapcfg_spec *spec, json_t *value)
{
	uint64_t bytes;
	int r = case_amount(value, &bytes);

	return r < 0 ? r : swapcfg_spec_set_size(spec, bytes);
}

static int set_keep_free(struct swapcfg_spec *spec, json_t *value)
{
	uint64_t bytes;
	int r = case_amount(value, &bytes);

	return r < 0 ? r : swapcfg_spec_set_keep_free(spec, bytes);
}

static int set_offset(struct swapcfg_spec *spec, json_t *value)
{
	uint64_t bytes;
	int r = case_amount(value, &bytes);

	return r < 0 ? r : swapcfg_spec_set_offset(spec, bytes);
}

static int set_page_size(struct swapcfg_spec *spec, json_t *value)
{
	uint64_t bytes;
	int r = case_amount(value, &bytes);

	if (r == 0 && bytes > UINT32_MAX)
		return WRONG;
	return r < 0 ? r : swapcfg_spec_set_page_size(spec, (uint32_t)bytes);
}

static int set_wait(struct swapcfg_spec *spec, json_t *value)
{
	json_int_t wait = json_integer_value(value);

	if (!json_is_integer(value) || wait < 0 || wait > UINT32_MAX)
		return WRONG;
	return swapcfg_spec_set_wait(spec, (uint32_t)wait);
}

static int set_priority(struct swapcfg_spec *spec, json_t *value)
{
	json_int_t number = json_integer_value(value);
	int priority = (int)number;

	if (!find_word(priorities, value, &priority) &&
	    (!json_is_integer(value) || number < INT_MIN || number > INT_MAX))
		return WRONG;
	return swapcfg_spec_set_priority(spec, priority);
}

static int set_discard(struct swapcfg_spec *spec, json_t *value)
{
	int discard;

	return find_word(discards, value, &discard)
		       ? swapcfg_spec_set_discard(spec, (enum swapcfg_discard)discard)
		       : WRONG;
}

static int set_endianness(struct swapcfg_spec *spec, json_t *value)
{
	int order;

	return find_word(orders, value, &order)
		       ? swapcfg_spec_set_endianness(spec, (enum swapcfg_endianness)order)
		       : WRONG;
}

static int set_label(struct swapcfg_spec *spec, json_t *value)
{
	return json_is_string(value) ? swapcfg_spec_set_label(spec, json_string_value(value))
				     : WRONG;
}

static int set_uuid(struct swapcfg_spec *spec, json_t *value)
{
	return json_is_string(value) ? swapcfg_spec_set_uuid(spec, json_string_value(value))
				     : WRONG;
}

static int set_flags(struct swapcfg_spec *spec, json_t *value)
{
	size_t index;
	json_t *word;
	int flag;
	int r = json_is_array(value) ? 0 : WRONG;

	json_array_foreach(value, index, word)
	{
		if (!find_word(flags, word, &flag))
			return WRONG;
		if (r == 0)
			r = swapcfg_spec_set_flag(spec, (enum swapcfg_flag)flag, true);
	}
	return r;
}

static const struct {
	const char *key;
	int (*set)(struct swapcfg_spec *spec, json_t *value);
} setters[] = {
	{"state", set_state},	      {"size", set_size},
	{"priority", set_priority},   {"discard", set_discard},
	{"label", set_label},	      {"uuid", set_uuid},
	{"boot", set_boot},	      {"keep_free", set_keep_free},
	{"page_size", set_page_size}, {"endianness", set_endianness},
	{"offset", set_offset},	      {"wait", set_wait},
	{"flags", set_flags},
};

/* Also where an earlier key is refused, so that none is passed over. */
static bool check_keys(json_t *object, struct trouble *trouble)
{
	const char *keys[sizeof(setters) / sizeof(setters[0]) + 2] = {"path"};

	for (size_t i = 0; i < sizeof(setters) / sizeof(setters[0]); i++)
		keys[i + 1] = setters[i].key;
	return case_keys_known(object, "a spec", keys, trouble);
}

/* 0, what the library says, or WRONG. */
static int set_one(struct swapcfg_spec *spec, const char *key, json_t *value)
{
	size_t i = 0;

	if (strcmp(key, "path") == 0)
		return 0;
	while (strcmp(setters[i].key, key) != 0)
		i++;
	return setters[i].set(spec, value);
}

/* The getters give back what was set. */
static bool check_getters(const struct swapcfg_spec *spec, json_t *object, struct trouble *trouble)
{
	json_t *state = json_object_get(object, "state");
	json_t *boot = json_object_get(object, "boot");
	uint64_t size = 0;

	if (strcmp(swapcfg_spec_path(spec), json_string_value(json_object_get(object, "path"))) !=
	    0)
		return case_fail(trouble, "the spec has the path %s", swapcfg_spec_path(spec));
	if (strcmp(swapcfg_state_name(swapcfg_spec_state(spec)),
		   state ? json_string_value(state) : "keep") != 0)
		return case_fail(trouble, "the spec has another state");
	if (strcmp(swapcfg_boot_name(swapcfg_spec_boot(spec)),
		   boot ? json_string_value(boot) : "keep") != 0)
		return case_fail(trouble, "the spec has another boot entry");
	if (json_object_get(object, "size"))
		(void)case_amount(json_object_get(object, "size"), &size);
	if (swapcfg_spec_size(spec) != size)
		return case_fail(trouble, "the spec has another size");
	return true;
}

bool spec_make(json_t *object, struct swapcfg_spec **ret, int *error, enum swapcfg_reason *reason,
	       struct trouble *trouble)
{
	const char *path = json_string_value(json_object_get(object, "path"));
	struct swapcfg_error *refused = NULL;
	const char *key;
	json_t *value;

	*ret = NULL;
	*reason = SWAPCFG_REASON_INVALID_ARGUMENT;
	if (!path)
		return case_fail(trouble, "a spec has no path");
	if (!check_keys(object, trouble))
		return false;
	*error = swapcfg_spec_new(path, ret, &refused);
	if (*error < 0) {
		*reason = swapcfg_error_reason(refused);
		swapcfg_error_free(refused);
		return true;
	}
	json_object_foreach(object, key, value)
	{
		*error = set_one(*ret, key, value);
		if (*error == 0)
			continue;
		swapcfg_spec_free(*ret);
		*ret = NULL;
		return *error != WRONG || case_fail(trouble, "\"%s\" is wrong in a spec", key);
	}
	return check_getters(*ret, object, trouble);
}
