-- SPDX-License-Identifier: MIT
-- Objects that outlive what they came from, and the garbage collector at work.

local kit = require "kit"
local swapcfg, core, equal, raises = kit.swapcfg, kit.core, kit.equal, kit.raises

local cases = {}

local function collect()
	collectgarbage()
	collectgarbage()
end

cases["a child outlives its parents"] = function(directory)
	local path = directory .. "/swapfile"
	local step, finding, area, entry, drift
	do
		local context = core.Context()
		local spec = core.Spec(path)
		spec:set_size(8 * kit.MIB)
		spec:set_state(core.STATE_ACTIVE)
		step = context:plan(spec):step(0)
		finding = context:plan(core.Spec(directory .. "/none/swapfile"))
	end
	do
		local root = kit.tree(directory)
		kit.write(root .. "/etc/fstab", "/swapfile none swap sw 0 0\n")
		area = core.Context(root):query_path("/swapfile"):area(0)
		entry = area:boot(0)
		drift = area:finding(0)
	end
	collect()
	equal(step:path(), path)
	equal(step:bytes(), 8 * kit.MIB)
	equal(finding:is_feasible() or finding:finding_count() > 0, true)
	equal(area:path(), "/swapfile")
	area = nil
	collect()
	equal(entry:file(), "/etc/fstab")
	equal(entry:line(), 1)
	equal(#drift:message() > 10, true)
end

cases["a plan outlives its context and its spec"] = function(directory)
	local path = directory .. "/swapfile"
	local plan = assert(assert(swapcfg.open()):plan { path = path, size = "8M", state = "formatted" })
	collect()
	equal(assert(swapcfg.open()):apply(plan), true)
	equal(#kit.read(path), 8 * kit.MIB, "bytes of the file")
	kit.contains(plan:to_json(), path)
end

cases["nothing is used after it was freed"] = function(directory)
	-- In every order: what is freed at once, and what only when the program ends.
	local path = directory .. "/swapfile"
	for round = 1, 24 do
		local objects = { core.Context(), core.Spec(path) }
		objects[2]:set_size(kit.MIB)
		objects[2]:set_state(core.STATE_FORMATTED)
		objects[3] = objects[1]:plan(objects[2])
		objects[4] = objects[3]:step(0)
		objects[5] = objects[1]:query_path(path)
		objects[6] = objects[5]:area(0)
		local order = round
		while next(objects) do
			local indexes = {}
			for index in pairs(objects) do
				indexes[#indexes + 1] = index
			end
			table.sort(indexes)
			objects[indexes[order % #indexes + 1]] = nil
			order = order * 7 + 3
			collect()
			if objects[4] then
				equal(objects[4]:path():sub(1, #directory), directory)
			end
			if objects[6] then
				equal(objects[6]:path(), path)
			end
		end
	end
end

cases["the collector at work in every call"] = function(directory)
	local path = directory .. "/swapfile"
	collectgarbage("setpause", 1)
	collectgarbage("setstepmul", 10000)
	local before = kit.descriptors()
	local kept = {}
	for round = 1, 300 do
		local context = assert(swapcfg.open())
		local plan = assert(context:plan { path = path, size = "1M", state = "formatted" })
		local status = assert(context:query(path))
		kept[round % 7] = { plan, status }
		equal(plan.steps[1].kind, "allocate")
		equal(status.areas[1].path, path)
		assert(not context:query("no path"))
	end
	kept = nil
	collect()
	equal(kit.descriptors(), before, "open files")
	local memory = collectgarbage("count")
	for _ = 1, 300 do
		assert(assert(swapcfg.open()):query(path))
	end
	collect()
	equal(collectgarbage("count") < memory + 100, true, "memory of Lua, in KiB")
end

cases["a closed context"] = function()
	local before = kit.descriptors()
	local context = assert(swapcfg.open())
	equal(kit.descriptors(), before + 1, "open files")
	equal(context:close(), true)
	equal(kit.descriptors(), before, "open files")
	raises("the context is closed", context.root, context)
	raises("the context is closed", context.query, context)
	raises("the context is closed", context.plan, context, { path = "/swapfile" })
	raises("the context is closed", context.close, context)
	local scope = loadstring and "" or [[
		local swapcfg, kit = ...
		local before = kit.descriptors()
		do
			local context <close> = assert(swapcfg.open())
			kit.equal(kit.descriptors(), before + 1)
		end
		kit.equal(kit.descriptors(), before)
	]]
	assert((loadstring or load)(scope))(swapcfg, kit)
end

return cases
