-- SPDX-License-Identifier: MIT
-- Progress, and what may happen in it.

local kit = require "kit"
local swapcfg, equal, fails, MIB = kit.swapcfg, kit.equal, kit.fails, kit.MIB

local unpack = unpack or table.unpack
local cases = {}

-- Applies a plan that makes an area, with a function for progress.
local function create(directory, progress, job)
	local context = assert(swapcfg.open())
	local plan = assert(context:plan {
		path = directory .. "/swapfile", size = "16M", state = "active",
	})
	return context:apply(plan, { progress = progress, job = job })
end

local function remove(directory)
	local context = assert(swapcfg.open())
	assert(context:apply(assert(context:plan { path = directory .. "/swapfile", state = "absent" })))
end

local function is_undone(directory)
	equal(kit.row(directory .. "/swapfile"), nil, "the row")
	equal(#kit.names(directory), 0, "files left")
end

cases["each step is told"] = function(directory)
	local steps, sizes = {}, {}
	equal(create(directory, function(step, done, total)
		assert(done <= total)
		if steps[#steps] ~= step then
			steps[#steps + 1] = step
		end
		sizes[step] = total
	end), true)
	equal(table.concat(steps, " "), "allocate format publish activate")
	equal(sizes.allocate, 16 * MIB, "bytes to allocate")
	remove(directory)
end

cases["false cancels"] = function(directory)
	local last
	local err = fails("cancelled", create(directory, function(step)
		last = step
		return step ~= "publish"
	end))
	equal(err.errno, 125, "errno")
	equal(last, "publish")
	is_undone(directory)
end

cases["nothing and other values do not cancel"] = function(directory)
	equal(create(directory, function() return nil end), true)
	remove(directory)
	equal(create(directory, function() return 0 end), true)
	remove(directory)
end

cases["an error in it is raised when all is undone"] = function(directory)
	for _, thrown in ipairs { { "a table" }, "a text", 17 } do
		local calls = 0
		local done, err = pcall(create, directory, function(step)
			if step == "publish" then
				calls = calls + 1
				error(thrown, 0)
			end
		end)
		equal(done, false, "done")
		equal(err, thrown, "the error")
		equal(calls, 1, "calls that raised")
		is_undone(directory)
	end
	kit.raises("stack overflow", create, directory, function()
		local function deep()
			return 1 + deep()
		end
		deep()
	end)
	is_undone(directory)
end

cases["a failure in it is an error in it"] = function(directory)
	local done, err = pcall(create, directory, function()
		assert(swapcfg.size("nonsense"))
	end)
	equal(done, false, "done")
	kit.contains(err, "this is no size")
	is_undone(directory)
end

cases["the library may be asked in it"] = function(directory)
	local path, busy = directory .. "/swapfile", nil
	local context = assert(swapcfg.open())
	local spec = assert(swapcfg.spec { path = path, size = "16M", state = "active" })
	local plan = assert(context:plan(spec))
	equal(context:apply(plan, {
		progress = function(step)
			if step == "publish" then
				assert(context:query())
				collectgarbage()
				busy = { context:apply(plan) }
			end
		end,
	}), true)
	fails("busy", unpack(busy, 1, 3))
	equal(kit.row(path), 16 * MIB - 4096, "bytes in /proc/swaps")
	remove(directory)
end

cases["a job cancels before and in the call"] = function(directory)
	local job = assert(swapcfg.job())
	equal(job:is_cancelled(), false)
	fails("cancelled", create(directory, function(step)
		if step == "format" then
			job:cancel()
		end
	end, job))
	equal(job:is_cancelled(), true)
	is_undone(directory)
	fails("cancelled", create(directory, nil, job)) -- it stays cancelled
	is_undone(directory)
end

cases["in a coroutine"] = function(directory)
	local thread = coroutine.create(function()
		local steps = 0
		assert(create(directory, function()
			steps = steps + 1
		end))
		coroutine.yield(steps)
		remove(directory)
	end)
	local done, steps = coroutine.resume(thread)
	equal(done, true, steps)
	equal(steps >= 4, true, "steps")
	assert(coroutine.resume(thread))
	is_undone(directory)

	-- It cannot wait in the middle of a call.
	thread = coroutine.create(function()
		return create(directory, coroutine.yield)
	end)
	local err
	done, err = coroutine.resume(thread, directory)
	equal(done, false, "done")
	kit.contains(err, "yield")
	is_undone(directory)
end

return cases
