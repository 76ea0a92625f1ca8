/* SPDX-License-Identifier: MIT */
/*
 * The library for every language that SWIG (4.1 or newer) knows:
 *
 *     swig -python -builtin -threads -I../../include swapcfg.i
 *     swig -lua -I../../include swapcfg.i
 *     swig -go -cgo -I../../include swapcfg.i        (never -intgosize)
 *
 * This file is the same for all of them. What a target needs of its own is in python.i, lua.i or
 * go.i: how text and numbers are checked, how an error is raised, how a callback is called.
 *
 * Constants and enumerators come from the headers, without SWAPCFG_; a new one is there by itself.
 * Functions are methods of the classes below, so that nothing has an out-parameter or needs to be
 * freed, and so that an object keeps alive what it belongs to. tests/bindings/swig.py fails where a
 * function of the library is missing.
 */
%module swapcfg

%include <stdint.i>
%include <exception.i>
%include "handles.i"

#if defined(SWIGPYTHON)
%include "python.i"
#elif defined(SWIGLUA)
%include "lua.i"
#elif defined(SWIGGO)
%include "go.i"
#endif

/* What a method can raise comes out of these two; no caller sees them. */
%typemap(in, numinputs=0) struct failure *failure (struct failure failed) {
	memset(&failed, 0, sizeof(failed));
	$1 = &failed;
}
%typemap(argout) struct failure *failure {
	if ($1->code)
		RAISE_FAILURE($1);
}

/* A method finds an object, not NULL, in itself and in each argument but a job. */
%typemap(check) struct Context *, struct Spec *, struct Plan *, struct Step *, struct Finding *,
		struct Job *, struct Status *, struct Area *, struct BootEntry * {
	if (!$1)
		SWIG_exception(SWIG_TypeError, "there has to be an object, not nothing");
}
%typemap(check) struct Job *optional "";

/* The headers: constants, and the functions that turn them into names and back. */
%rename("%(strip:[SWAPCFG_])s", %$isenumitem) "";
%rename("%(strip:[SWAPCFG_])s", %$isconstant) "";
%rename("%(strip:[swapcfg_])s", regexmatch$name="^swapcfg_[a-z]+_name$", %$isfunction) "";
%rename(version) swapcfg_version;
%rename(reason_from_name) swapcfg_reason_from_name;
%rename("$ignore", regexmatch$name="^swapcfg_", notregexmatch$name="^swapcfg_([a-z]+_name|version|reason_from_name)$", %$isfunction) "";
%rename("$ignore") swapcfg_job_callback;
%rename("$ignore", regexmatch$name="^LIBSWAPCFG_") "";
%rename("$ignore", regexmatch$name="^SWAPCFG_(BEGIN|END|API|MUST|KEEP_FREE_DEFAULT)$") "";

#define SWAPCFG_BEGIN
#define SWAPCFG_END
#define SWAPCFG_API
#define SWAPCFG_MUST
%include <libswapcfg/reason.h>
%include <libswapcfg/error.h>
%include <libswapcfg/finding.h>
%include <libswapcfg/ctx.h>
%include <libswapcfg/spec.h>
%include <libswapcfg/plan.h>
%include <libswapcfg/job.h>
%include <libswapcfg/status.h>
%include <libswapcfg/apply.h>
%include <libswapcfg/size.h>
%include <libswapcfg/version.h>

%include "classes.i"

#ifdef SWIGPYTHON
%init %{
	begin_empty();
%}
#endif
