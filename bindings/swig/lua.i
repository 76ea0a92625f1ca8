/* SPDX-License-Identifier: MIT */
/* Lua 5.1 and newer: text, numbers and errors. */
%{
#include <limits.h>

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#endif

/*
 * SWIG looks into any userdata for one of its own, and so a file of Lua's makes it read what is not
 * there. Ours have a metatable that SWIG has made. Such as null of cjson is no object at all.
 */
static bool is_object(lua_State *L, int index)
{
	bool found;

	if (lua_type(L, index) != LUA_TUSERDATA ||
	    lua_rawlen(L, index) < sizeof(swig_lua_userdata) || !lua_getmetatable(L, index))
		return false;
	lua_pushliteral(L, ".type");
	lua_rawget(L, -2);
	lua_pushliteral(L, ".fn");
	lua_rawget(L, -3);
	found = lua_isstring(L, -2) && lua_istable(L, -1);
	lua_pop(L, 3);
	return found;
}
#undef SWIG_isptrtype
#define SWIG_isptrtype(L, index) (lua_isnil(L, index) || is_object(L, index))

/* SWIG's ways to free an object and to forget it do not look at what they are given: out of reach. */
static void protect_classes(lua_State *L)
{
	for (size_t i = 0; swig_types[i]; i++) {
		const swig_lua_class *class = swig_types[i]->clientdata;

		if (!class)
			continue;
		SWIG_Lua_get_class_metatable(L, class->fqname);
		lua_pushliteral(L, ".fn");
		lua_rawget(L, -2);
		lua_pushliteral(L, "__disown");
		lua_pushnil(L);
		lua_rawset(L, -3);
		lua_pop(L, 1);
		lua_pushliteral(L, "__metatable");
		lua_pushboolean(L, 0);
		lua_rawset(L, -3);
		lua_pushliteral(L, ".static"); /* the metatable of the class leads to it */
		lua_rawget(L, -2);
		lua_pushliteral(L, "__metatable");
		lua_pushboolean(L, 0);
		lua_rawset(L, -3);
		lua_pop(L, 2);
	}
	lua_pushnil(L);
	lua_setglobal(L, "swig_type");
	lua_pushnil(L);
	lua_setglobal(L, "swig_equals");
}

static const char *type_name(lua_State *L, int index)
{
	return is_object(L, index) ? SWIG_Lua_typename(L, index) : luaL_typename(L, index);
}
#define SWIG_Lua_typename type_name


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
	lua_pushinteger(L, error ? swapcfg_error_errno(error)
			: failure->code < 0 ? -failure->code : EINVAL);
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
	if (luaL_newmetatable(L, "swapcfg.error")) {
		lua_pushcfunction(L, message_of);
		lua_setfield(L, -2, "__tostring");
	}
	lua_setmetatable(L, -2);
	swapcfg_error_free(error);
	failure->error = NULL;
}

/*
 * Numbers are doubles in Lua 5.1, and may be in the others: negative, with a fraction, or so large
 * that the one that was meant is not known any more. Text is no number here.
 */
static bool whole_number(lua_State *L, int index, uint64_t max, uint64_t *ret)
{
	lua_Number number = lua_tonumber(L, index);

	if (lua_type(L, index) != LUA_TNUMBER || !(number >= 0))
		return false;
#if LUA_VERSION_NUM >= 503
	if (lua_isinteger(L, index)) {
		*ret = (uint64_t)lua_tointeger(L, index);
		return *ret <= max;
	}
#endif
	if (number > 9007199254740992.0) /* 2^53 */
		return false;
	*ret = (uint64_t)number;
	return *ret <= max && (lua_Number)*ret == number;
}

static uint64_t whole_argument(lua_State *L, int index, uint64_t max)
{
	uint64_t number = 0;

	if (!whole_number(L, index, max, &number))
		luaL_argerror(L, index, "a whole number is wanted, not negative and not too large");
	return number;
}

/* What may be negative. */
static int int_argument(lua_State *L, int index)
{
	lua_Number number = lua_tonumber(L, index);

	if (lua_type(L, index) != LUA_TNUMBER || !(number >= INT_MIN && number <= INT_MAX) ||
	    (lua_Number)(int)number != number)
		luaL_argerror(L, index, "a whole number is wanted, not too large");
	return (int)number;
}

/* NULL for nil, where nil is taken. */
static const char *text_argument(lua_State *L, int index)
{
	size_t length = 0;
	const char *text = lua_tolstring(L, index, &length);

	if (text && strlen(text) != length)
		luaL_argerror(L, index, "the text has a null byte in it");
	return text;
}

static void push_whole(lua_State *L, uint64_t number)
{
#if LUA_VERSION_NUM >= 503
	lua_pushinteger(L, (lua_Integer)number);
#else
	lua_pushnumber(L, (lua_Number)number); /* lua_Integer may have 32 bits */
#endif
}

/* A function that is told of progress, and what is on the stack of the call. */
struct hook {
	lua_State *L;
	int callable; /* 0 where there is none */
	int tell;  /* made before the call: nothing in it may fail outside of lua_pcall() */
	int error; /* what the function raised; 0 for nothing */
};

static int tell(lua_State *L)
{
	const struct swapcfg_job *job = lua_touserdata(L, 2);

	lua_settop(L, 1);
	lua_pushstring(L, swapcfg_job_step(job) ? swapcfg_step_name(swapcfg_job_step(job)) : "plan");
	push_whole(L, swapcfg_job_done(job));
	push_whole(L, swapcfg_job_total(job));
	lua_call(L, 3, 1);
	return 1;
}

/* What the function raises cancels the job, as false does; the call raises it when all is undone. */
static void hook_call(struct swapcfg_job *job, void *data)
{
	struct hook *hook = data;
	lua_State *L = hook->L;

	if (!hook->callable || hook->error)
		return;
	lua_pushvalue(L, hook->tell);
	lua_pushvalue(L, hook->callable);
	lua_pushlightuserdata(L, job);
	if (lua_pcall(L, 2, 1, 0) != 0) {
		hook->error = lua_gettop(L);
		swapcfg_job_cancel(job);
		return;
	}
	if (lua_isboolean(L, -1) && !lua_toboolean(L, -1))
		swapcfg_job_cancel(job);
	lua_pop(L, 1);
}

/* What the function raised; where something could not be undone, that, with it as the cause. */
static void raise_kept(lua_State *L, struct hook *hook, struct failure *failure)
{
	if (failure->error &&
	    swapcfg_error_reason(failure->error) != SWAPCFG_REASON_CANCELLED) {
		raise_failure(L, failure);
		lua_pushvalue(L, hook->error);
		lua_setfield(L, -2, "cause");
		return;
	}
	swapcfg_error_free(failure->error);
	lua_pushvalue(L, hook->error);
}

/* An argument: nil, or a function. */
static int is_hook(lua_State *L, int index)
{
	return lua_isnil(L, index) || lua_isfunction(L, index);
}

static void prepare_hook(lua_State *L, int index, struct hook *hook)
{
	if (lua_isnil(L, index))
		return;
	luaL_checkstack(L, 8, NULL);
	lua_pushcfunction(L, tell);
	hook->L = L;
	hook->callable = index;
	hook->tell = lua_gettop(L);
}
%}

%init %{
	protect_classes(L);
%}

/* One function for all numbers of arguments, so that an error says which one is wrong. */
%feature("compactdefaultargs");

%typemap(in, checkfn="lua_isnumber") uint64_t "$1 = whole_argument(L, $input, UINT64_MAX);";
%typemap(in, checkfn="lua_isnumber") uint32_t
	"$1 = (uint32_t)whole_argument(L, $input, UINT32_MAX);";
%typemap(in, checkfn="lua_isnumber") size_t "$1 = (size_t)whole_argument(L, $input, SIZE_MAX);";
%typemap(in, checkfn="lua_isnumber") int, enum SWIGTYPE
	"$1 = ($1_ltype)int_argument(L, $input);";
%typemap(out) uint64_t, uint32_t, size_t { push_whole(L, $1); SWIG_arg++; }
%typemap(out) int, enum SWIGTYPE { lua_pushinteger(L, (lua_Integer)$1); SWIG_arg++; }

%typemap(in, checkfn="lua_isstring") const char *
	"$1 = ($1_ltype)text_argument(L, $input);";
%typemap(in, checkfn="SWIG_lua_isnilstring") const char *text, const char *root
	"$1 = ($1_ltype)text_argument(L, $input);";

/* Both at once, as what the function raised goes before what the library says. */
%typemap(arginit) (struct hook *hook, struct failure *failure) (struct hook hook,
								struct failure failed) {
	memset(&hook, 0, sizeof(hook));
	memset(&failed, 0, sizeof(failed));
	$1 = &hook;
	$2 = &failed;
}
%typemap(in, checkfn="is_hook") (struct hook *hook, struct failure *failure) {
	prepare_hook(L, $input, $1);
}
%typemap(argout) (struct hook *hook, struct failure *failure) {
	if ($1->error) {
		raise_kept(L, $1, $2);
		SWIG_fail;
	}
	if ($2->code)
		RAISE_FAILURE($2);
}
