/* SPDX-License-Identifier: MIT */
/* Sentences go to stderr; with --json exactly one document goes to stdout. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "text.h"

static const char no_memory[] = "There is not enough memory to go on.";

void output_begin(void)
{
	static char buffer[1024];

	/* Escaped text is written in pieces; let whole lines arrive, also beside other writers. */
	setvbuf(stderr, buffer, _IOLBF, sizeof(buffer));
}

enum exit_status output_end(enum exit_status status)
{
	bool lost = ferror(stdout) != 0;
	char sentence[128];

	errno = 0;
	/* Some file systems tell of a lost write at the end only. */
	lost = fflush(stdout) != 0 || lost;
	lost = fclose(stdout) != 0 || lost;
	if (!lost)
		return status;
	snprintf(sentence, sizeof(sentence), "The output could not be written%s%s.",
		 errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	output_sentence(sentence);
	return status == STATUS_DONE ? STATUS_FAILED : status;
}

void output_sentence(const char *sentence)
{
	fputs(PROGRAM ": ", stderr);
	text_put(sentence, stderr);
	fputc('\n', stderr);
}

void output_remark(const char *what, const char *sentence)
{
	fprintf(stderr, PROGRAM ": %s: ", what);
	text_put(sentence, stderr);
	fputc('\n', stderr);
}

/* Escaped for people first, so that what is left to escape are the two marks of JSON. */
static void put_json_text(const char *text)
{
	char chunk[TEXT_CHUNK];
	const char *c;

	putchar('"');
	while (*text != '\0') {
		text_next(&text, chunk);
		for (c = chunk; *c != '\0'; c++) {
			if (*c == '"' || *c == '\\')
				putchar('\\');
			putchar(*c);
		}
	}
	putchar('"');
}

/* An error that the library has no part in, in the form that it gives to its own. */
static void put_json_error(enum swapcfg_reason reason, int error, const char *step,
			   const char *message)
{
	printf("{\"error\":{\"reason\":\"%s\",\"errno\":%d,\"step\":\"%s\",\"path\":null,"
	       "\"message\":",
	       swapcfg_reason_name(reason), error, step);
	put_json_text(message);
	fputs(",\"left\":[]}}\n", stdout);
}

enum exit_status output_usage(const struct options *options, const char *format, ...)
{
	char sentence[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	fputs(PROGRAM ": ", stderr);
	text_put(sentence, stderr);
	fputs("; see \"" PROGRAM " --help\".\n", stderr);
	if (options->json)
		put_json_error(SWAPCFG_REASON_INVALID_ARGUMENT, EINVAL, "plan", sentence);
	return STATUS_USAGE;
}

enum exit_status output_failure(const struct options *options, const struct swapcfg_error *error,
				int result, enum exit_status status)
{
	size_t i;

	output_sentence(error ? swapcfg_error_message(error) : no_memory);
	for (i = 0; error && i < swapcfg_error_left_count(error); i++)
		output_remark("not undone", swapcfg_error_left(error, i));
	return output_error(options, error, result, status);
}

enum exit_status output_error(const struct options *options, const struct swapcfg_error *error,
			      int result, enum exit_status status)
{
	char *document;

	if (!options->json)
		return status;
	if (error && swapcfg_error_to_json(error, &document) == 0)
		return output_document(options, document, 0, status);
	put_json_error(SWAPCFG_REASON_NO_MEMORY, -result, "plan", no_memory);
	return status;
}

enum exit_status output_unshown(const struct options *options, const struct swapcfg_error *error,
				int result)
{
	char sentence[1024];

	snprintf(sentence, sizeof(sentence),
		 "All is done, but what is there now cannot be shown: %s",
		 error ? swapcfg_error_message(error) : no_memory);
	output_sentence(sentence);
	if (options->json)
		put_json_error(error ? swapcfg_error_reason(error) : SWAPCFG_REASON_NO_MEMORY,
			       -result, "report", sentence);
	return STATUS_FAILED;
}

enum exit_status output_document(const struct options *options, char *document, int result,
				 enum exit_status status)
{
	size_t length;

	if (result < 0)
		return output_failure(options, NULL, result, STATUS_FAILED);
	length = strlen(document);
	fputs(document, stdout);
	if (length == 0 || document[length - 1] != '\n')
		putchar('\n');
	swapcfg_string_free(document);
	return status;
}
