/* SPDX-License-Identifier: MIT */
/*
 * The command line: one table of options, one of commands.
 *
 * getopt_long() is not used: it takes abbreviations, which would turn every option added later into
 * an incompatible change, and it prints sentences of its own.
 */
#include <stddef.h>
#include <string.h>

#include "options.h"
#include "output.h"
#include "values.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* One bit for each command that takes an option. */
#define C   (1U << COMMAND_CREATE)
#define R   (1U << COMMAND_RESIZE)
#define E   (1U << COMMAND_ENABLE)
#define D   (1U << COMMAND_DISABLE)
#define X   (1U << COMMAND_REMOVE)
#define F   (1U << COMMAND_FORMAT)
#define B   (1U << COMMAND_BOOT)
#define ALL ((1U << COMMAND_COUNT) - 1U)
/* A boot entry says one line, of the system that boots. */
#define ANY (ALL & ~B)

/* Seconds, where no other number is given. */
#define WAIT_AT_BOOT 10

struct option {
	const char *name;
	unsigned int commands;
	bool value_optional; /* then it is never the next argument */
	value_reader read;   /* NULL: a switch, the field is a bool */
	size_t field;	     /* where in struct options */
};

#define FIELD(name) offsetof(struct options, name)

static const struct option options_table[] = {
	{"root", ANY, false, value_root, FIELD(root)},
	{"json", ANY, false, NULL, FIELD(json)},
	{"quiet", ALL, false, NULL, FIELD(quiet)},
	{"verbose", ANY, false, NULL, FIELD(verbose)},
	{"help", ALL, false, NULL, FIELD(help)},
	{"version", ALL, false, NULL, FIELD(version)},
	{"size", C | R | F, false, value_size, FIELD(size)},
	{"priority", C | E | B, false, value_priority, FIELD(priority)},
	{"discard", C | E | B, true, value_discard, FIELD(discard)},
	{"label", C | F, false, value_text, FIELD(label)},
	{"uuid", C | F, false, value_text, FIELD(uuid)},
	{"boot", C | E, false, value_boot, FIELD(boot)},
	{"no-activate", C, false, NULL, FIELD(no_activate)},
	{"keep-free", C | R, false, value_amount, FIELD(keep_free)},
	{"force", C | F, false, NULL, FIELD(force)},
	{"in-place", R, false, NULL, FIELD(in_place)},
	{"ignore-memory", R | D | X, false, NULL, FIELD(ignore_memory)},
	{"dry-run", C | R | E | D | X, false, NULL, FIELD(dry_run)},
	{"page-size", C | F, false, value_page_size, FIELD(page_size)},
	{"endianness", C | F, false, value_endianness, FIELD(endianness)},
	{"offset", F, false, value_amount, FIELD(offset)},
	{"wait", C | R | E | D | X | F | B, false, value_wait, FIELD(wait)},
	{"format", B, false, NULL, FIELD(format)},
};

static const char *const command_names[COMMAND_COUNT] = {
	[COMMAND_CREATE] = "create",   [COMMAND_RESIZE] = "resize", [COMMAND_ENABLE] = "enable",
	[COMMAND_DISABLE] = "disable", [COMMAND_REMOVE] = "remove", [COMMAND_FORMAT] = "format",
	[COMMAND_STATUS] = "status",   [COMMAND_BOOT] = "boot",
};

/* What one walk over the arguments collects besides the values. */
struct walk {
	int argc;
	char *const *argv;
	int next;
	const char *operands[4]; /* plan COMMAND PATH, and one too many to name it */
	size_t operand_count;
	unsigned long given; /* bit i: options_table[i] was given */
};

static const struct option *option_find(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options_table); i++) {
		if (strncmp(options_table[i].name, name, length) == 0 &&
		    options_table[i].name[length] == '\0')
			return &options_table[i];
	}
	return NULL;
}

/* Takes one argument, of which "--" is cut off already, and its value. */
static enum exit_status take_option(struct walk *walk, struct options *options, const char *name)
{
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;
	const struct option *option = option_find(name, length);
	const char *wrong;
	void *field;

	if (!option)
		return output_usage(options, "unknown option \"--%.*s\"", (int)length, name);
	walk->given |= 1UL << (option - options_table);
	field = (char *)options + option->field;
	if (!option->read) {
		if (value)
			return output_usage(options, "\"--%s\" takes no value", option->name);
		*(bool *)field = true;
		return STATUS_DONE;
	}
	if (!value && !option->value_optional) {
		if (walk->next >= walk->argc)
			return output_usage(options, "\"--%s\" needs a value", option->name);
		value = walk->argv[walk->next++];
	}
	wrong = option->read(field, value);
	if (wrong)
		return output_usage(options, "--%s: \"%s\" %s", option->name, value, wrong);
	return STATUS_DONE;
}

static enum exit_status take_operand(struct walk *walk, const struct options *options,
				     const char *operand)
{
	if (walk->operand_count == ARRAY_SIZE(walk->operands))
		return output_usage(options, "\"%s\" is one argument too many", operand);
	walk->operands[walk->operand_count++] = operand;
	return STATUS_DONE;
}

static enum exit_status take_arguments(struct walk *walk, struct options *options)
{
	enum exit_status status = STATUS_DONE;
	bool operands_only = false;

	while (status == STATUS_DONE && walk->next < walk->argc) {
		const char *argument = walk->argv[walk->next++];

		if (operands_only || argument[0] != '-' || argument[1] == '\0') {
			status = take_operand(walk, options, argument);
		} else if (strcmp(argument, "--") == 0) {
			operands_only = true;
		} else if (strncmp(argument, "--", 2) == 0) {
			status = take_option(walk, options, argument + 2);
		} else if (strcmp(argument, "-h") == 0) {
			options->help = true;
		} else {
			status = output_usage(options, "unknown option \"%s\"", argument);
		}
		if (options->help || options->version)
			break;
	}
	return status;
}

/* The number of a command's name; COMMAND_COUNT for none. */
static size_t command_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(command_names[i], name) == 0)
			break;
	}
	return i;
}

/* "help", "help COMMAND", and --help behind a command. */
static enum exit_status take_help(const struct walk *walk, struct options *options)
{
	bool word = walk->operand_count > 0 && strcmp(walk->operands[0], "help") == 0;
	const char *name = walk->operand_count > word ? walk->operands[word] : NULL;
	size_t i = name ? command_find(name) : COMMAND_COUNT;

	if (i < COMMAND_COUNT)
		options->command = (enum command)i;
	if (!word)
		return STATUS_DONE;
	if (name && i == COMMAND_COUNT && strcmp(name, "plan") != 0)
		return output_usage(options, "unknown command \"%s\"", name);
	if (walk->operand_count > 2)
		return output_usage(options, "\"%s\" is one argument too many", walk->operands[2]);
	options->help = true;
	return STATUS_DONE;
}

static enum exit_status take_command(const struct walk *walk, struct options *options)
{
	const char *const *operand = walk->operands;
	size_t count = walk->operand_count;
	bool plan = count > 0 && strcmp(*operand, "plan") == 0;
	size_t i;

	if (plan) {
		options->dry_run = true;
		operand++;
		count--;
	}
	if (count == 0) {
		return output_usage(options,
				    plan ? "\"plan\" needs a command" : "a command is missing");
	}
	i = command_find(*operand);
	if (i == COMMAND_COUNT)
		return output_usage(options, "unknown command \"%s\"", *operand);
	options->command = (enum command)i;
	if (plan && (i == COMMAND_FORMAT || i == COMMAND_STATUS || i == COMMAND_BOOT))
		return output_usage(options, "there is no plan of \"%s\"", *operand);
	if (count > 2)
		return output_usage(options, "\"%s\" is one argument too many", operand[2]);
	if (count == 2)
		options->path = operand[1];
	return STATUS_DONE;
}

static enum exit_status check_together(const struct walk *walk, const struct options *options)
{
	const char *command = command_names[options->command];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options_table); i++) {
		if ((walk->given >> i & 1UL) &&
		    !(options_table[i].commands >> options->command & 1U)) {
			return output_usage(options, "\"%s\" takes no \"--%s\"", command,
					    options_table[i].name);
		}
	}
	if (options->quiet && options->verbose)
		return output_usage(options, "\"--quiet\" and \"--verbose\" exclude each other");
	if (!options->path && options->command != COMMAND_STATUS)
		return output_usage(options, "\"%s\" needs a path", command);
	if (options->path && *options->path == '\0')
		return output_usage(options, "the path is empty");
	if (options->size == 0 &&
	    (options->command == COMMAND_CREATE || options->command == COMMAND_RESIZE))
		return output_usage(options, "\"%s\" needs \"--size\"", command);
	return STATUS_DONE;
}

/* What is wrong may stand before --json, and is to be reported as JSON nevertheless. */
static bool json_is_wanted(int argc, char *const argv[])
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--json") == 0)
			return true;
	}
	return false;
}

enum exit_status options_parse(int argc, char *const argv[], struct options *options)
{
	struct walk walk = {.argc = argc, .argv = argv, .next = 1};
	enum exit_status status;

	*options = (struct options){
		.root = "/",
		.keep_free = SWAPCFG_KEEP_FREE_DEFAULT,
		.priority = SWAPCFG_PRIORITY_KEEP,
		.discard = SWAPCFG_DISCARD_KEEP,
		.boot = SWAPCFG_BOOT_KEEP,
		.endianness = SWAPCFG_ENDIANNESS_NATIVE,
		.wait = -1,
		.json = json_is_wanted(argc, argv),
	};
	status = take_arguments(&walk, options);
	if (status == STATUS_DONE)
		status = take_help(&walk, options);
	if (status != STATUS_DONE || options->help || options->version)
		return status;
	status = take_command(&walk, options);
	if (status != STATUS_DONE)
		return status;
	if (options->wait < 0)
		options->wait = options->command == COMMAND_BOOT ? WAIT_AT_BOOT : 0;
	return check_together(&walk, options);
}
