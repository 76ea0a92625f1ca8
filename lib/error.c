/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "pure/buf.h"
#include "pure/json.h"

struct swapcfg_error {
	enum swapcfg_reason reason;
	int err; /* positive */
	const char *step;
	char *path;
	char *message;
	char **left;
	size_t left_count;
};

/* Given out where there is no memory for an error. Never written to, though C cannot say it here.
 */
static char no_memory_text[] = "out of memory; free some and try again";
static struct swapcfg_error no_memory = {
	.reason = SWAPCFG_REASON_NO_MEMORY,
	.err = ENOMEM,
	.step = SCFG_AT_PLAN,
	.message = no_memory_text,
};

int scfg_fail(struct swapcfg_error **reterr, int err, enum swapcfg_reason reason, const char *path,
	      const char *format, ...)
{
	struct swapcfg_error *error;
	va_list args;

	if (!err)
		err = scfg_reason_errno(reason);
	if (!reterr)
		return err;
	*reterr = &no_memory;
	error = calloc(1, sizeof(*error));
	if (!error)
		return err;
	error->reason = reason;
	error->err = -err;
	error->step = SCFG_AT_PLAN;
	va_start(args, format);
	error->message = scfg_format(format, args);
	va_end(args);
	if (path)
		error->path = strdup(path);
	if (!error->message || (path && !error->path)) {
		swapcfg_error_free(error);
		return err;
	}
	*reterr = error;
	return err;
}

int scfg_fail_errno(struct swapcfg_error **reterr, int err, const char *path, const char *doing)
{
	return scfg_fail(reterr, err, scfg_reason_of_errno(err), path, "%s%s%s: %s",
			 path ? path : "", path ? ": " : "", doing, scfg_errno_text(err));
}

int scfg_fail_memory(struct swapcfg_error **reterr)
{
	if (reterr)
		*reterr = &no_memory;
	return -ENOMEM;
}

void scfg_error_at(struct swapcfg_error *error, const char *step)
{
	if (error && error != &no_memory)
		error->step = step;
}

void scfg_error_add_left(struct swapcfg_error *error, const char *sentence)
{
	char **more;

	if (!error || error == &no_memory)
		return;
	error->reason = SWAPCFG_REASON_ROLLBACK_FAILED;
	more = realloc(error->left, (error->left_count + 1) * sizeof(*more));
	if (!more)
		return;
	error->left = more;
	more[error->left_count] = strdup(sentence);
	if (more[error->left_count])
		error->left_count++;
}

void swapcfg_error_free(struct swapcfg_error *error)
{
	if (!error || error == &no_memory)
		return;
	for (size_t i = 0; i < error->left_count; i++)
		free(error->left[i]);
	free(error->left);
	free(error->path);
	free(error->message);
	free(error);
}

enum swapcfg_reason swapcfg_error_reason(const struct swapcfg_error *error)
{
	return error->reason;
}

int swapcfg_error_errno(const struct swapcfg_error *error)
{
	return error->err;
}

const char *swapcfg_error_step(const struct swapcfg_error *error)
{
	return error->step;
}

const char *swapcfg_error_path(const struct swapcfg_error *error)
{
	return error->path;
}

const char *swapcfg_error_message(const struct swapcfg_error *error)
{
	return error->message;
}

size_t swapcfg_error_left_count(const struct swapcfg_error *error)
{
	return error->left_count;
}

const char *swapcfg_error_left(const struct swapcfg_error *error, size_t index)
{
	return index < error->left_count ? error->left[index] : NULL;
}

int swapcfg_error_to_json(const struct swapcfg_error *error, char **ret)
{
	struct scfg_json json = {0};

	scfg_json_open(&json, NULL, '{');
	scfg_json_open(&json, "error", '{');
	scfg_json_string(&json, "reason", swapcfg_reason_name(error->reason));
	scfg_json_int(&json, "errno", error->err);
	scfg_json_string(&json, "step", error->step);
	scfg_json_string(&json, "path", error->path);
	scfg_json_string(&json, "message", error->message);
	scfg_json_open(&json, "left", '[');
	for (size_t i = 0; i < error->left_count; i++)
		scfg_json_string(&json, NULL, error->left[i]);
	scfg_json_close(&json, ']');
	scfg_json_close(&json, '}');
	scfg_json_close(&json, '}');
	return scfg_json_take(&json, ret);
}

void swapcfg_string_free(char *string)
{
	free(string);
}
