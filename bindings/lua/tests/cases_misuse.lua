-- SPDX-License-Identifier: MIT
-- Whatever is given in place of what is wanted: an error, never a crash and never something else.

local kit = require "kit"
local swapcfg, core, equal, fails, raises = kit.swapcfg, kit.core, kit.equal, kit.fails, kit.raises

local cases = {}

-- What is no object of ours.
local function strangers()
	return { 0, 1.5, "text", true, false, {}, print, io.stdout, coroutine.create(function() end),
		setmetatable({}, getmetatable(assert(swapcfg.open()))) }
end

cases["strangers for an object"] = function()
	local context = assert(swapcfg.open())
	local objects = {
		Context = core.Context(), Spec = core.Spec("/swapfile"), Job = core.Job(),
		Status = core.Context():query(),
	}
	objects.Plan = objects.Context:plan(objects.Spec)
	local calls = { -- of each, one whose last argument is an object
		{ "Context", "plan", "Spec" }, { "Context", "apply", "Plan" }, { "Context", "format", "Spec" },
	}
	for _, call in ipairs(calls) do
		local class, name, wanted = call[1], call[2], call[3]
		local object = objects[class]
		raises("there has to be an object", object[name], object, nil)
		raises("expected 2..", object[name], object)
		raises("there has to be an object", object[name], nil, objects[wanted])
		for _, stranger in ipairs(strangers()) do
			raises("Error in", object[name], object, stranger)
			raises("Error in", object[name], stranger, objects[wanted])
		end
		for kind, other in pairs(objects) do
			if kind ~= wanted then
				raises("Error in", object[name], object, other)
			end
			if kind ~= class then
				raises("Error in", object[name], other, objects[wanted])
			end
		end
	end
	for kind, object in pairs(objects) do -- every method, without an object and with a wrong one
		for name, method in pairs(debug.getmetatable(object)[".fn"]) do
			raises("", method)
			for _, stranger in ipairs(strangers()) do
				raises("", method, stranger)
			end
			equal(pcall(method, kind ~= "Job" and objects.Job or objects.Spec), false, name)
		end
	end
	for _, stranger in ipairs(strangers()) do
		raises("", context.plan, context, stranger)
		raises("", context.apply, context, stranger)
		raises("", context.plan, stranger, { path = "/swapfile" })
		raises("", swapcfg.spec, stranger)
		if type(stranger) ~= "table" then
			raises("", context.apply, context, assert(context:plan { path = "/swapfile" }), stranger)
		end
		if type(stranger) ~= "function" then
			raises("", context.format, context, { path = "/swapfile" }, { progress = stranger })
		end
		raises("", context.format, context, { path = "/swapfile" }, { job = stranger })
	end
	raises("a context has to come from", context.root)
	raises("there is no option nonsense", context.format, context, { path = "/swapfile" },
		{ nonsense = true })
end

cases["what a spec has not"] = function()
	local err = raises("a spec has no sice", swapcfg.spec, { path = "/swapfile", sice = 1 })
	kit.contains(err, "a spec has no sice")
	raises("path has to be a string", swapcfg.spec, {})
	raises("path has to be a string", swapcfg.spec, { path = 5 })
	raises("flags has to be a table", swapcfg.spec, { path = "/swapfile", flags = "force" })
	raises("a flag has to be a string", swapcfg.spec, { path = "/swapfile", flags = { 1 } })
	raises("a key of flags", swapcfg.spec, { path = "/swapfile", flags = { force = true } })
	raises("state has to be a string", swapcfg.spec, { path = "/swapfile", state = 50 })
	-- An error says where the program is wrong, not where the module is.
	local function line_of(call)
		local _, text = pcall(call)
		return text:match("cases_misuse%.lua:(%d+): ")
	end
	local line = debug.getinfo(1, "l").currentline + 1
	equal(line_of(function() swapcfg.spec { path = "/swapfile", sice = 1 } end), tostring(line))
	equal(line_of(function() swapcfg.open().root() end), tostring(line + 1))
	equal(line_of(function() swapcfg.open(io.stdout) end), tostring(line + 2))
end

local wrong_numbers = { -1, 1.5, 2 ^ 53 + 2, 2 ^ 64, 1e300, 0 / 0, 1 / 0, -1 / 0, -0.5 }

cases["numbers that are no sizes"] = function()
	local spec = core.Spec("/swapfile")
	spec:set_size(2 ^ 53)
	equal(spec:size(), 2 ^ 53)
	for _, setter in ipairs { "set_size", "set_keep_free", "set_offset", "set_page_size",
		"set_wait" } do
		for _, number in ipairs(wrong_numbers) do
			raises("a whole number is wanted", spec[setter], spec, number)
		end
		for _, other in ipairs { "64", "64M", true, {}, print, io.stdout } do
			raises("", spec[setter], spec, other)
		end
		if setter ~= "set_keep_free" then
			raises("expected", spec[setter], spec)
			raises("expected", spec[setter], spec, nil)
		end
		raises("expected", spec[setter], spec, 1, 2)
	end
	for _, setter in ipairs { "set_page_size", "set_wait" } do
		raises("a whole number is wanted", spec[setter], spec, 2 ^ 32)
	end
	for _, number in ipairs(wrong_numbers) do
		raises("a whole number is wanted", swapcfg.spec, { path = "/swapfile", size = number })
	end
	equal(spec:size(), 2 ^ 53, "the size that was set")
	if math.type then -- integers, where there are some
		equal(math.type(spec:size()), "integer")
		spec:set_size(math.maxinteger)
		equal(spec:size(), math.maxinteger)
		raises("a whole number is wanted", spec.set_size, spec, math.mininteger)
	end
end

cases["numbers that are no values"] = function()
	local spec = core.Spec("/swapfile")
	for _, setter in ipairs { "set_state", "set_priority", "set_discard", "set_boot",
		"set_endianness" } do
		for _, number in ipairs { 1.5, 2 ^ 31, -2 ^ 31 - 1, 2 ^ 53, 0 / 0, 1 / 0, "50" } do
			raises("a whole number is wanted", spec[setter], spec, number)
		end
		for _, number in ipairs { -7, 40000 } do
			local err = raises("", spec[setter], spec, number)
			equal(err.reason, "invalid-argument", setter)
			equal(err.errno, 22, setter)
		end
		raises("expected", spec[setter], spec, "active")
		raises("expected", spec[setter], spec, nil)
	end
	raises("", spec.set_flag, spec, core.FLAG_FORCE)
	raises("", spec.set_flag, spec, core.FLAG_FORCE, nil)
	raises("", spec.set_flag, spec, core.FLAG_FORCE, "on")
	raises("", spec.set_flag, spec, 99, true)
	equal(core.state_name(99), "unknown")
	raises("", core.state_name, "active")
	raises("", core.state_name, 50.5)
end

cases["indexes out of range"] = function()
	local status = core.Context():query_path("/swapfile")
	equal(status:area_count(), 1)
	assert(status:area(0))
	for _, index in ipairs { 1, 2 ^ 32, 2 ^ 53 } do
		local err = raises("out of range", status.area, status, index)
		equal(err.reason, "invalid-argument")
	end
	for _, index in ipairs { -1, 0.5, 1 / 0, "0" } do
		raises("a whole number is wanted", status.area, status, index)
	end
	raises("out of range", status:area(0).boot, status:area(0), 0)
end

cases["null bytes in text"] = function(directory)
	local null = "a null byte"
	raises(null, swapcfg.open, directory .. "\0/x")
	raises(null, swapcfg.spec, { path = directory .. "/swapfile\0.txt" })
	raises(null, swapcfg.spec, { path = "/swapfile", label = "a\0b" })
	raises(null, swapcfg.spec, { path = "/swapfile", uuid = "random\0" })
	raises(null, swapcfg.spec, { path = "/swapfile", size = "64M\0" })
	raises(null, swapcfg.size, "\0")
	raises(null, core.boot_from_name, "fstab\0")
	raises(null, core.reason_from_name, "no-space\0")
	local context = assert(swapcfg.open())
	raises(null, context.query, context, "/swapfile\0")
	equal(#kit.names(directory), 0, "files made")
end

cases["text that is odd"] = function(directory)
	local context = assert(swapcfg.open())
	fails("invalid-argument", swapcfg.spec { path = "" })
	fails("invalid-argument", swapcfg.spec { path = "/" .. ("x"):rep(256) })
	fails("invalid-argument", swapcfg.spec { path = "/" .. ("x/"):rep(5000) .. "x" })
	-- Any byte but NUL may be in a name.
	local path = directory .. "/\255\n \"\\$(x)"
	equal(context:allocate { path = path, size = "1M" }, true)
	equal(#kit.read(path), kit.MIB, "bytes of the file")
	equal(assert(context:query(path)).areas[1].path, path)
	assert(assert(context:query(path)):to_json())
end

return cases
