/* SPDX-License-Identifier: MIT */
/* Lua 5.1 and newer: text, numbers and errors. */
%{
#define RAISE_FAILURE(failure) do { raise_failure(L, failure); SWIG_fail; } while (0)

static void set_text(lua_State *L, const char *key, const char *text)
{
	lua_pushstring(L, text); /* nil for NULL */
	lua_setfield(L, -2, key);
}

static int message_of(lua_State *L)
{
	lua_getfield(L, 1, "message");
	return 1;
}

/*
 * Leaves on the stack what error() takes: a table with errno, reason, step, path, message, left (a
 * list of sentences) and json, which turns into its message by tostring().
 */
static void raise_failure(lua_State *L, struct failure *failure)
{
	struct swapcfg_error *error = failure->error;
	char *json = NULL;

	lua_newtable(L);
	lua_pushinteger(L, error ? swapcfg_error_errno(error) : -failure->code);
	lua_setfield(L, -2, "errno");
	set_text(L, "reason", swapcfg_reason_name(error ? swapcfg_error_reason(error)
							: reason_of(failure->code)));
	set_text(L, "step", error ? swapcfg_error_step(error) : "plan");
	set_text(L, "path", error ? swapcfg_error_path(error) : NULL);
	set_text(L, "message", error ? swapcfg_error_message(error) : failure->message);
	lua_newtable(L);
	for (size_t i = 0; error && i < swapcfg_error_left_count(error); i++) {
		lua_pushstring(L, swapcfg_error_left(error, i));
		lua_rawseti(L, -2, (int)i + 1);
	}
	lua_setfield(L, -2, "left");
	if (error && swapcfg_error_to_json(error, &json) == 0)
		set_text(L, "json", json);
	swapcfg_string_free(json);
	lua_newtable(L);
	lua_pushcfunction(L, message_of);
	lua_setfield(L, -2, "__tostring");
	lua_setmetatable(L, -2);
	swapcfg_error_free(error);
	failure->error = NULL;
}

/* A number of Lua 5.1 is a double: it may be negative, too large, or have a fraction. */
static bool whole_number(lua_State *L, int index, uint64_t max, uint64_t *ret)
{
	lua_Number number = lua_tonumber(L, index);

	if (lua_type(L, index) != LUA_TNUMBER || !(number >= 0) || number >= 18446744073709551616.0)
		return false;
#if LUA_VERSION_NUM >= 503
	*ret = lua_isinteger(L, index) ? (uint64_t)lua_tointeger(L, index) : (uint64_t)number;
#else
	*ret = (uint64_t)number;
#endif
	return *ret <= max && (lua_Number)*ret == number;
}

/* No hook yet: a job's getters say the same. */
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

%typemap(in, checkfn="lua_isnumber") uint64_t (uint64_t whole), uint32_t (uint64_t whole),
				     size_t (uint64_t whole) {
	if (!whole_number(L, $input, ($1_ltype)-1, &whole)) {
		lua_pushstring(L, "this has to be a number, without a fraction, not negative, not too large");
		SWIG_fail;
	}
	$1 = whole;
}
%typemap(in, checkfn="lua_isstring") const char * (size_t length) {
	$1 = ($1_ltype)lua_tolstring(L, $input, &length);
	if ($1 && strlen($1) != length) {
		lua_pushstring(L, "text has a null byte in it");
		SWIG_fail;
	}
}
%typemap(in, checkfn="SWIG_lua_isnilstring") const char *text (size_t length),
						const char *root (size_t length) {
	$1 = ($1_ltype)lua_tolstring(L, $input, &length);
	if ($1 && strlen($1) != length) {
		lua_pushstring(L, "text has a null byte in it");
		SWIG_fail;
	}
}
