-- SPDX-License-Identifier: MIT
-- libswapcfg as Lua programs expect it, for Lua 5.1 and newer: specs, plans and snapshots are
-- tables with names, and sizes may be text.
--
-- What is wrong with the system, or with a value, is returned as io.open() does it: nil, a message,
-- and a table with reason, errno, step, path, message and left (what could not be undone).
-- What is wrong with the program (a wrong type, a misspelt key) is raised.

local core = require "swapcfg_core"

local swapcfg = {}

-- Names and their values. ------------------------------------------------------------------------

-- Those of an enumeration that has a function for its names; its numbers have gaps.
local function names_of(name_of)
	local names = {}
	for value = 0, 255 do
		local name = name_of(value)
		if name ~= "unknown" then
			names[name] = value
		end
	end
	return names
end

local states = names_of(core.state_name)
local boots = names_of(core.boot_name)
local discards = {
	keep = core.DISCARD_KEEP, none = core.DISCARD_NONE, once = core.DISCARD_ONCE,
	pages = core.DISCARD_PAGES, both = core.DISCARD_BOTH,
}
local endiannesses = {
	native = core.ENDIANNESS_NATIVE, little = core.ENDIANNESS_LITTLE, big = core.ENDIANNESS_BIG,
}
local priorities = { keep = core.PRIORITY_KEEP, default = core.PRIORITY_DEFAULT }
local flags = {
	["force"] = core.FLAG_FORCE, ["in-place"] = core.FLAG_IN_PLACE,
	["ignore-memory"] = core.FLAG_IGNORE_MEMORY, ["no-child"] = core.FLAG_NO_CHILD,
	["early"] = core.FLAG_EARLY, ["format"] = core.FLAG_FORMAT,
}

-- Failures. --------------------------------------------------------------------------------------

-- All failures of the library have one metatable, that of the first one.
local failure = getmetatable(select(2, pcall(core.size_parse, "")))

-- An error where the program called us.
local here = debug.getinfo(1, "S")
local function misuse(...)
	local level = 2
	repeat
		level = level + 1
		local info = debug.getinfo(level, "S")
	until not info or info.source ~= here.source and info.what ~= "C" and info.what ~= "tail"
	error(string.format(...), level)
end

local function pass(done, ...)
	if done then
		return ...
	end
	local what = ...
	if type(what) == "table" and getmetatable(what) == failure then
		return nil, what.message, what
	end
	-- What SWIG says of a wrong argument says where it was called in this file, if anything.
	if type(what) == "string" then
		local text = what:gsub("^" .. here.short_src:gsub("%p", "%%%0") .. ":%d+: ", "", 1)
		if text ~= what or text:find("^Error in ") or text:find("^SWIG_") then
			misuse("%s", text)
		end
	end
	error(what, 0)
end

-- A function for others: what fails in it is returned, what is misused goes on.
local function public(call)
	return function(...)
		return pass(pcall(call, ...))
	end
end

-- A failure that the library has no function for.
local function invalid(...)
	error(setmetatable({
		errno = 22, reason = core.reason_name(core.REASON_INVALID_ARGUMENT), step = "plan",
		message = string.format(...), left = {},
	}, failure))
end

local function want(value, kind, what)
	if type(value) ~= kind then
		misuse("%s has to be a %s, not a %s", what, kind, type(value))
	end
end

-- Specs. -----------------------------------------------------------------------------------------

-- Each gives the value that its setter takes.
local function named(values)
	return function(name, key)
		want(name, "string", key)
		return values[name] or invalid("%s is no %s", name, key)
	end
end

local function size(value)
	if type(value) == "string" then
		return core.size_parse(value)
	end
	return value
end

local function as_it_is(value)
	return value
end

local named_priority = named(priorities)
local function priority(value, key)
	if type(value) == "string" then
		return named_priority(value, key)
	end
	return value
end

local setters = {
	state = named(states), size = size, priority = priority, discard = named(discards),
	label = as_it_is, uuid = as_it_is, boot = named(boots), keep_free = size, page_size = size,
	endianness = named(endiannesses), offset = size, wait = as_it_is,
}

local function set_flags(spec, list)
	want(list, "table", "flags")
	for key, name in pairs(list) do
		want(key, "number", "a key of flags")
		want(name, "string", "a flag")
		spec:set_flag(flags[name] or invalid("%s is no flag", name), true)
	end
end

local function new_spec(wanted)
	want(wanted, "table", "a spec")
	want(wanted.path, "string", "path")
	for key in pairs(wanted) do
		if key ~= "path" and key ~= "flags" and not setters[key] then
			misuse("a spec has no %s", tostring(key))
		end
	end
	local spec = core.Spec(wanted.path)
	for key, convert in pairs(setters) do
		if wanted[key] ~= nil then
			spec["set_" .. key](spec, convert(wanted[key], key))
		end
	end
	if wanted.flags ~= nil then
		set_flags(spec, wanted.flags)
	end
	return spec
end

-- A spec of a table: { path = "/swapfile", size = "128M", state = "active", boot = "auto" }.
-- Wherever a spec is wanted, such a table will do.
swapcfg.spec = public(new_spec)

local function spec_of(wanted)
	return type(wanted) == "userdata" and wanted or new_spec(wanted)
end

-- Plans and snapshots, read into tables. ---------------------------------------------------------

local core_of = setmetatable({}, { __mode = "k" }) -- what the tables below were read from

local function list(count, get, read)
	local found = {}
	for index = 0, count - 1 do
		found[index + 1] = read(get(index))
	end
	return found
end

local function read_finding(finding)
	return {
		severity = core.severity_name(finding:severity()),
		reason = core.reason_name(finding:reason()),
		message = finding:message(),
	}
end

local function read_findings(parent)
	return list(parent:finding_count(), function(index)
		return parent:finding(index)
	end, read_finding)
end

local function read_step(step)
	return {
		kind = core.step_name(step:kind()), path = step:path(), bytes = step:bytes(),
		text = step:text(),
	}
end

-- Of the tables that have such a function, the object behind one.
local function known(object)
	return core_of[object] or misuse("this comes from no call of this module")
end

local to_json = public(function(object)
	return known(object):to_json()
end)

local Plan = { __index = { to_json = to_json } }

local function read_plan(plan)
	local found = setmetatable({
		feasible = plan:is_feasible(),
		steps = list(plan:step_count(), function(index)
			return plan:step(index)
		end, read_step),
		findings = read_findings(plan),
	}, Plan)
	core_of[found] = plan
	return found
end

local function read_entry(entry)
	return {
		kind = core.boot_name(entry:kind()), file = entry:file(), line = entry:line(),
		ours = entry:is_ours(),
	}
end

-- The spec whose plan mends what the findings say; nil where there is nothing to mend.
local repair = public(function(area)
	return known(area):repair()
end)

local Area = { __index = { repair = repair } }

local function read_area(area)
	local found = setmetatable({
		path = area:path(), backing = core.backing_name(area:backing()),
		active = area:is_active(), size = area:size(), used = area:used(),
		priority = area:priority(), label = area:label(), uuid = area:uuid(),
		page_size = area:page_size(),
		boot = list(area:boot_count(), function(index)
			return area:boot(index)
		end, read_entry),
		findings = read_findings(area),
	}, Area)
	core_of[found] = area
	return found
end

local Status = { __index = { to_json = to_json } }

local function read_status(status)
	local found = setmetatable({
		memory_total = status:memory_total(), memory_available = status:memory_available(),
		swap_total = status:swap_total(), swap_used = status:swap_used(),
		areas = list(status:area_count(), function(index)
			return status:area(index)
		end, read_area),
	}, Status)
	core_of[found] = status
	return found
end

-- The context. -----------------------------------------------------------------------------------

local methods = {}
local Context = { __index = methods }

local function context_of(context)
	if type(context) ~= "table" or getmetatable(context) ~= Context then
		misuse("a context has to come from swapcfg.open()")
	end
	return core_of[context] or misuse("the context is closed")
end

-- Opens the running system, or the tree of another one below a root.
swapcfg.open = public(function(root)
	local context = setmetatable({}, Context)
	core_of[context] = core.Context(root)
	return context
end)

-- Gives its descriptor back at once; without it, the garbage collector does.
function methods:close()
	context_of(self)
	core_of[self] = nil
	collectgarbage()
	return true
end

function Context.__close(context)
	if core_of[context] then
		context:close()
	end
end

methods.root = public(function(self)
	return context_of(self):root()
end)

methods.is_offline = public(function(self)
	return context_of(self):is_offline()
end)

-- What would be done, or what forbids it; reads only.
methods.plan = public(function(self, wanted)
	return read_plan(context_of(self):plan(spec_of(wanted)))
end)

-- A snapshot; of a path, one that has exactly this area.
methods.query = public(function(self, path)
	local context = context_of(self)
	return read_status(path == nil and context:query() or context:query_path(path))
end)

-- What a call is given besides: { progress = function(step, done, total) end, job = job }.
local function options_of(options)
	if options == nil then
		return nil, nil
	end
	want(options, "table", "what is given besides")
	for key in pairs(options) do
		if key ~= "progress" and key ~= "job" then
			misuse("there is no option %s", tostring(key))
		end
	end
	return options.job, options.progress
end

-- Carries out a plan as one transaction.
methods.apply = public(function(self, plan, options)
	local context = context_of(self)
	if type(plan) ~= "table" or getmetatable(plan) ~= Plan then
		misuse("a plan has to come from context:plan()")
	end
	context:apply(known(plan), options_of(options))
	return true
end)

for _, verb in ipairs { "allocate", "format", "activate", "deactivate", "persist", "forget" } do
	methods[verb] = public(function(self, wanted, options)
		local context = context_of(self)
		context[verb](context, spec_of(wanted), options_of(options))
		return true
	end)
end

-- The rest. --------------------------------------------------------------------------------------

-- For cancelling from within progress, or before a call: job:cancel(), job:is_cancelled().
swapcfg.job = public(core.Job)

-- Bytes of a size as people write it, such as "64M".
swapcfg.size = public(function(text)
	want(text, "string", "a size")
	return core.size_parse(text)
end)

swapcfg.version = core.version

return swapcfg
