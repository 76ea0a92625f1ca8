/* SPDX-License-Identifier: MIT */
/* Python: text, exceptions, and a hook that knows exceptions and signals. */

%{
#if !defined(SWIG_PYTHON_THREADS) || !defined(SWIGPYTHON_BUILTIN)
#error "SWIG needs -builtin and -threads with -python"
#endif

/* Text and paths are str, as os.fsdecode() gives it, or bytes; None is NULL where one is optional.
 * A new reference to bytes, or NULL with an exception. */
static PyObject *bytes_of(PyObject *object)
{
	PyObject *bytes;

	if (PyUnicode_Check(object)) {
		bytes = PyUnicode_EncodeFSDefault(object);
	} else if (PyBytes_Check(object)) {
		Py_INCREF(object);
		bytes = object;
	} else {
		PyErr_Format(PyExc_TypeError, "text has to be str or bytes, not %.100s",
			     Py_TYPE(object)->tp_name);
		return NULL;
	}
	if (bytes && strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
		PyErr_SetString(PyExc_ValueError, "text has a null byte in it");
		Py_CLEAR(bytes);
	}
	return bytes;
}

/* The class of SwapcfgError, which is written in Python. */
static PyObject *error_class;

static PyObject *text_or_none(const char *text)
{
	if (text)
		return PyUnicode_DecodeFSDefault(text);
	Py_RETURN_NONE;
}

static PyObject *left_of(const struct swapcfg_error *error)
{
	size_t count = error ? swapcfg_error_left_count(error) : 0;
	PyObject *left = PyTuple_New((Py_ssize_t)count);

	for (size_t i = 0; left && i < count; i++) {
		PyObject *sentence = PyUnicode_DecodeFSDefault(swapcfg_error_left(error, i));

		if (!sentence)
			Py_CLEAR(left);
		else
			PyTuple_SET_ITEM(left, (Py_ssize_t)i, sentence);
	}
	return left;
}

static PyObject *json_of(const struct swapcfg_error *error)
{
	char *text = NULL;
	PyObject *json;

	if (error && swapcfg_error_to_json(error, &text) < 0)
		return PyErr_NoMemory();
	json = text_or_none(text);
	swapcfg_string_free(text);
	return json;
}

static PyObject *exception_of(const struct failure *failure)
{
	const struct swapcfg_error *error = failure->error;

	if (!error_class)
		return PyErr_Format(PyExc_RuntimeError, "there is no class of errors");
	return PyObject_CallFunction(
		error_class, "iNiNNNN", error ? swapcfg_error_errno(error) : -failure->code,
		text_or_none(error ? swapcfg_error_message(error) : failure->message),
		error ? (int)swapcfg_error_reason(error) : (int)reason_of(failure->code),
		text_or_none(error ? swapcfg_error_step(error) : "plan"),
		text_or_none(error ? swapcfg_error_path(error) : NULL), left_of(error),
		json_of(error));
}

static void raise_failure(struct failure *failure)
{
	PyObject *exception = NULL;

	if (failure->code == INDEX_OUT_OF_RANGE)
		PyErr_SetString(PyExc_IndexError, failure->message);
	else
		exception = exception_of(failure);
	swapcfg_error_free(failure->error);
	failure->error = NULL;
	if (exception)
		PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	Py_XDECREF(exception);
}
/* What SWIG has as the result by then, None for instance, is none. */
#define RAISE_FAILURE(failure) do { raise_failure(failure); Py_CLEAR(resultobj); SWIG_fail; } while (0)

/* An object that __init__() was not called for has no type, which SWIG looks at nevertheless. */
static PyObject *empty_object(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static swig_type_info nothing = {.name = "nothing", .str = "nothing"};
	PyObject *object = PyType_GenericNew(type, args, keywords);

	if (object)
		((SwigPyObject *)object)->ty = &nothing;
	return object;
}

static void begin_empty(void)
{
	for (size_t i = 0; i < swig_module.size; i++) {
		SwigPyClientData *data = swig_module.types[i]->clientdata;

		if (data && data->pytype) {
			data->pytype->tp_new = empty_object;
			PyType_Modified(data->pytype);
		}
	}
}

struct hook {
	PyObject *callable; /* borrowed from the call; NULL where only signals are looked at */
	PyObject *type;
	PyObject *value;
	PyObject *traceback;
};

/* In the thread of the call, which has let the GIL go. What is raised here, or by a signal such as
 * that of Ctrl-C, cancels the job; the call raises it when all is undone. */
static void hook_call(struct swapcfg_job *job, void *data)
{
	struct hook *hook = data;
	PyGILState_STATE state = PyGILState_Ensure();

	if (!hook->type) {
		int r = PyErr_CheckSignals();

		if (r == 0 && hook->callable) {
			PyObject *result = PyObject_CallNoArgs(hook->callable);

			r = result ? 0 : -1;
			Py_XDECREF(result);
		}
		if (r < 0) {
			PyErr_Fetch(&hook->type, &hook->value, &hook->traceback);
			swapcfg_job_cancel(job);
		}
	}
	PyGILState_Release(state);
}

/* Behind all contexts that an exception has already; takes the reference. */
static void add_context(PyObject *exception, PyObject *context)
{
	PyObject *next;

	while ((next = PyException_GetContext(exception)) != NULL) {
		Py_DECREF(next); /* the one before holds it */
		exception = next;
	}
	PyException_SetContext(exception, context);
}

/* Raises what the hook kept. What the library says, of a step that could not be undone for
 * instance, is its context. */
static void raise_kept(struct hook *hook, struct failure *failure)
{
	PyObject *exception = NULL;

	PyErr_NormalizeException(&hook->type, &hook->value, &hook->traceback);
	if (failure->code < 0 && failure->error &&
	    swapcfg_error_reason(failure->error) != SWAPCFG_REASON_CANCELLED)
		exception = exception_of(failure);
	PyErr_Clear();
	swapcfg_error_free(failure->error);
	failure->error = NULL;
	if (exception)
		add_context(hook->value, exception);
	PyErr_Restore(hook->type, hook->value, hook->traceback);
}

static void set_error(PyObject *callable)
{
	Py_INCREF(callable);
	Py_XSETREF(error_class, callable);
}
%}

/* Once for each object: the first one's would be lost. */
%define ONCE(CLASS)
%exception CLASS::CLASS {
	if (((SwigPyObject *)self)->ptr)
		SWIG_exception_fail(SWIG_RuntimeError, "this object is made already");
	$action
}
%enddef
ONCE(Context)
ONCE(Spec)
ONCE(Job)

%rename(_set_error_class) set_error;
void set_error(PyObject *callable);

%typemap(in) const char * (PyObject *bytes = NULL) {
	if ($input != Py_None) {
		bytes = bytes_of($input);
		if (!bytes)
			SWIG_fail;
		$1 = PyBytes_AS_STRING(bytes);
	} else {
		$1 = NULL;
	}
}
%typemap(freearg) const char * "Py_XDECREF(bytes$argnum);";
%typemap(typecheck, precedence=SWIG_TYPECHECK_STRING) const char * {
	$1 = PyUnicode_Check($input) || PyBytes_Check($input) || $input == Py_None;
}
%typemap(out) const char *, char * {
	$result = text_or_none($1);
	if (!$result)
		SWIG_fail;
}

/* Both at once, as what the hook kept goes before what the library says. */
%typemap(arginit) (struct hook *hook, struct failure *failure) (struct hook hook,
								struct failure failed) {
	memset(&hook, 0, sizeof(hook));
	memset(&failed, 0, sizeof(failed));
	$1 = &hook;
	$2 = &failed;
}
%typemap(in) (struct hook *hook, struct failure *failure) {
	if ($input != Py_None && !PyCallable_Check($input))
		SWIG_exception_fail(SWIG_TypeError, "progress has to be callable");
	if ($input != Py_None)
		$1->callable = $input;
}
%typemap(argout) (struct hook *hook, struct failure *failure) {
	if ($1->type) {
		raise_kept($1, $2);
		Py_CLEAR(resultobj);
		SWIG_fail;
	}
	if ($2->code)
		RAISE_FAILURE($2);
}
