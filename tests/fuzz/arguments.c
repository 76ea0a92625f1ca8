/* SPDX-License-Identifier: MIT */
/* The command line of swapcfg: arguments, each up to a byte 0. It is only read, not run. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "options.h"
#include "output.h"
#include "text.h"
#include "utf8.h"

const char *const fuzz_properties[] = {"status", "said", "shown", "sound", "argv", "reread", NULL};

#define ARGUMENTS_MAX 24

/* What output_usage(), which stands here for the program's own, has been told. */
static size_t complaints;

/* What a person gets to see of it has nothing that does something to a terminal. */
static void check_shown(const char *sentence)
{
	char chunk[TEXT_CHUNK];

	while (*sentence) {
		const char *before = sentence;
		size_t columns = text_next(&sentence, chunk);

		if (fuzz_is_wrong("shown"))
			chunk[0] = '\x1b';
		fuzz_hold("shown",
			  sentence > before && columns > 0 && fuzz_is_utf8(chunk) &&
				  (unsigned char)chunk[0] >= 0x20 && chunk[0] != 0x7f &&
				  (unsigned char)chunk[0] != 0x80,
			  "it is shown as it is: %s", before);
	}
}

enum exit_status output_usage(const struct options *options, const char *format, ...)
{
	char sentence[1024];
	va_list args;

	(void)options;
	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	fuzz_hold("said", sentence[0] != '\0', "an empty complaint");
	check_shown(sentence);
	complaints++;
	return STATUS_USAGE;
}

/* What the commands rely on. */
static bool is_sound(const struct options *options)
{
	bool sized = options->command == COMMAND_CREATE || options->command == COMMAND_RESIZE;

	return (unsigned int)options->command < COMMAND_COUNT && options->root &&
	       options->root[0] != '\0' &&
	       (options->path ? options->path[0] != '\0' : options->command == COMMAND_STATUS) &&
	       (!sized || options->size > 0) && !(options->quiet && options->verbose) &&
	       options->size != UINT64_MAX && options->offset != UINT64_MAX &&
	       (options->page_size & (options->page_size - 1)) == 0 &&
	       (options->page_size == 0 ||
		(options->page_size >= 4096 && options->page_size <= 65536)) &&
	       options->priority >= SWAPCFG_PRIORITY_KEEP &&
	       options->priority <= SWAPCFG_PRIORITY_MAX && options->wait >= 0;
}

/* The arguments of a command line that is made up. */
struct line {
	char *argv[ARGUMENTS_MAX * 2];
	int argc;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line->argv[line->argc] = scfg_format(format, args);
	va_end(args);
	if (!line->argv[line->argc++])
		abort();
}

static void add_switches(struct line *line, const struct options *options)
{
	const struct {
		const char *name;
		bool given;
	} switches[] = {
		{"--json", options->json},	   {"--quiet", options->quiet},
		{"--verbose", options->verbose},   {"--dry-run", options->dry_run},
		{"--force", options->force},	   {"--no-activate", options->no_activate},
		{"--in-place", options->in_place}, {"--ignore-memory", options->ignore_memory},
		{"--format", options->format},
	};

	for (size_t i = 0; i < COUNT(switches); i++) {
		if (switches[i].given)
			add(line, "%s", switches[i].name);
	}
}

static void add_sizes(struct line *line, const struct options *options)
{
	if (options->size > 0)
		add(line, "--size=%llu", (unsigned long long)options->size);
	if (options->keep_free != SWAPCFG_KEEP_FREE_DEFAULT)
		add(line, "--keep-free=%llu", (unsigned long long)options->keep_free);
	if (options->offset > 0)
		add(line, "--offset=%llu", (unsigned long long)options->offset);
	if (options->page_size > 0)
		add(line, "--page-size=%u", options->page_size);
}

static void add_values(struct line *line, const struct options *options)
{
	static const char *const orders[] = {"native", "little", "big"};
	static const char *const policies[] = {"", "none", "once", "pages"};

	add_sizes(line, options);
	if (strcmp(options->root, "/") != 0)
		add(line, "--root=%s", options->root);
	if (options->priority != SWAPCFG_PRIORITY_KEEP)
		add(line, "--priority=%d", options->priority);
	/* Which number it is without one depends on the command. */
	if (options->command != COMMAND_STATUS)
		add(line, "--wait=%d", options->wait);
	if (options->discard == SWAPCFG_DISCARD_BOTH)
		add(line, "--discard");
	else if (options->discard != SWAPCFG_DISCARD_KEEP)
		add(line, "--discard=%s", policies[options->discard / 10]);
	if (options->boot != SWAPCFG_BOOT_KEEP)
		add(line, "--boot=%s", swapcfg_boot_name(options->boot));
	if (options->endianness != SWAPCFG_ENDIANNESS_NATIVE)
		add(line, "--endianness=%s",
		    orders[options->endianness == SWAPCFG_ENDIANNESS_BIG ? 2 : 1]);
	if (options->label)
		add(line, "--label=%s", options->label);
	if (options->uuid)
		add(line, "--uuid=%s", options->uuid);
}

static void print(struct line *line, const struct options *options)
{
	static const char *const commands[COMMAND_COUNT] = {"create", "resize", "enable", "disable",
							    "remove", "format", "status", "boot"};

	add(line, "swapcfg");
	add(line, "%s", commands[options->command]);
	add_switches(line, options);
	add_values(line, options);
	if (options->path) {
		add(line, "--");
		add(line, "%s", options->path);
	}
}

static bool is_same_text(const char *one, const char *other)
{
	return !one == !other && (!one || strcmp(one, other) == 0);
}

static bool is_same(const struct options *one, const struct options *other)
{
	return one->command == other->command && is_same_text(one->path, other->path) &&
	       is_same_text(one->root, other->root) && one->json == other->json &&
	       one->quiet == other->quiet && one->verbose == other->verbose &&
	       one->dry_run == other->dry_run && one->no_activate == other->no_activate &&
	       one->force == other->force && one->in_place == other->in_place &&
	       one->ignore_memory == other->ignore_memory && one->format == other->format &&
	       one->size == other->size && one->keep_free == other->keep_free &&
	       one->offset == other->offset && one->page_size == other->page_size &&
	       one->priority == other->priority && one->wait == other->wait &&
	       one->discard == other->discard && one->boot == other->boot &&
	       one->endianness == other->endianness && is_same_text(one->label, other->label) &&
	       is_same_text(one->uuid, other->uuid);
}

static void check_reread(const struct options *options)
{
	struct line line = {0};
	struct options again;
	enum exit_status status;

	print(&line, options);
	status = options_parse(line.argc, line.argv, &again);
	if (fuzz_is_wrong("reread"))
		again.priority ^= 1;
	fuzz_hold("reread", status == STATUS_DONE && is_same(options, &again),
		  "%s of %s, written out, gives %d", line.argv[1],
		  options->path ? options->path : "all", (int)status);
	for (int i = 0; i < line.argc; i++)
		free(line.argv[i]);
}

static void check(int argc, char **argv)
{
	struct options options;
	enum exit_status status;

	complaints = 0;
	status = options_parse(argc, argv, &options);
	if (fuzz_is_wrong("status"))
		status = STATUS_FAILED;
	fuzz_hold("status", status == STATUS_DONE || status == STATUS_USAGE, "it gives %d",
		  (int)status);
	if (fuzz_is_wrong("said"))
		complaints++;
	fuzz_hold("said", complaints == (status == STATUS_USAGE), "%zu complaints", complaints);
	if (status != STATUS_DONE || options.help || options.version)
		return;
	if (fuzz_is_wrong("sound"))
		options.root = "";
	fuzz_hold("sound", is_sound(&options), "command %d", (int)options.command);
	check_reread(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	char *argv[ARGUMENTS_MAX + 1] = {NULL}, *had[ARGUMENTS_MAX] = {NULL};
	int argc = 1;

	argv[0] = strdup("swapcfg");
	had[0] = strdup("swapcfg");
	for (; argc < ARGUMENTS_MAX && in.len > 0; argc++) {
		argv[argc] = fuzz_string(&in, in.len);
		had[argc] = strdup(argv[argc]);
	}
	check(argc, argv);
	if (fuzz_is_wrong("argv"))
		argv[0][0] = 'S';
	for (int i = 0; i < argc; i++) {
		fuzz_hold("argv", strcmp(argv[i], had[i]) == 0, "argument %d became \"%s\"", i,
			  argv[i]);
		free(argv[i]);
		free(had[i]);
	}
	return 0;
}
