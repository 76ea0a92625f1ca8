/* SPDX-License-Identifier: MIT */
/* SWIG's own low-level Go. bindings/go is what programs should use. */
%{
#include <stdio.h>

#define RAISE_FAILURE(failure) raise_failure(failure)

/* The panic says the error as JSON. The runtime does not copy the text of a panic, so it stays. */
static void raise_failure(struct failure *failure)
{
	struct swapcfg_error *error = failure->error;
	const char *reason = swapcfg_reason_name(reason_of(failure->code));
	const char *format = "{\"error\":{\"reason\":\"%s\",\"errno\":%d,\"step\":\"plan\","
			     "\"path\":null,\"message\":\"%s\",\"left\":[]}}\n";
	char *json = NULL;
	size_t size;

	if (error && swapcfg_error_to_json(error, &json) < 0)
		json = NULL;
	swapcfg_error_free(error);
	if (!json && failure->message) {
		size = strlen(format) + strlen(reason) + strlen(failure->message) + 16;
		json = malloc(size);
		if (json)
			snprintf(json, size, format, reason, failure->code < 0 ? -failure->code : EINVAL,
				 failure->message);
	}
	_swig_gopanic(json ? json : "no memory");
}

/* No hook: Go cannot be called from here; a job's getters say the same. */
struct hook {
	int nothing;
};
static void hook_call(struct swapcfg_job *job, void *hook)
{
	(void)job;
	(void)hook;
}
%}
%typemap(in, numinputs=0) struct hook *hook "$1 = NULL;";

/* A Go string may have a null byte in it, where it would end without a word. */
%typemap(in) const char * {
	if (memchr($input.p, 0, (size_t)$input.n))
		_swig_gopanic("text has a null byte in it");
	$1 = malloc((size_t)$input.n + 1);
	if (!$1)
		_swig_gopanic("no memory");
	memcpy($1, $input.p, (size_t)$input.n);
	$1[$input.n] = '\0';
}

/* Numbers of 32 bits: a Go int has more on most machines, and would lose them without a word. */
%typemap(gotype) uint32_t, const uint32_t & "uint32"
%typemap(gotype) int, const int & "int32"
%typemap(in) enum SWIGTYPE {
	$1 = ($1_ltype)$input;
	if ((intgo)$1 != $input)
		_swig_gopanic("this is no value of the enumeration");
}
