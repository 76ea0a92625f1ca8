-- SPDX-License-Identifier: MIT
-- Areas on the running kernel and below a root, and how failures are told.

local kit = require "kit"
local swapcfg, equal, fails, MIB = kit.swapcfg, kit.equal, kit.fails, kit.MIB

local cases = {}

local function apply(context, wanted)
	local plan = assert(context:plan(wanted))
	equal(plan.feasible, true, plan.findings[1] and plan.findings[1].message)
	equal(assert(context:apply(plan)), true)
	return plan
end

cases["create, show, resize and remove an area"] = function(directory)
	local path = directory .. "/swapfile"
	local context = assert(swapcfg.open())
	equal(context:root(), "/")
	equal(context:is_offline(), false)

	local plan = apply(context, {
		path = path, size = "16M", state = "active", boot = "none", priority = 7, label = "lua",
		uuid = "0123abcd-0000-4000-8000-00000000000f",
	})
	local kinds = {}
	for index, step in ipairs(plan.steps) do
		kinds[index] = step.kind
	end
	equal(table.concat(kinds, " "), "allocate format publish activate", "steps")
	equal(plan.steps[1].bytes, 16 * MIB, "bytes of the first step")
	kit.contains(plan.steps[2].text, "swap header")
	equal(select(2, kit.row(path)), 7, "priority in /proc/swaps")
	equal(kit.row(path), 16 * MIB - 4096, "bytes in /proc/swaps")
	equal(kit.read(path):sub(4087, 4096), "SWAPSPACE2", "signature")

	local status = assert(context:query(path))
	equal(#status.areas, 1, "areas")
	local area = status.areas[1]
	equal(area.path, path)
	equal(area.active, true, "active")
	equal(area.size, 16 * MIB, "size")
	equal(area.priority, 7, "priority")
	equal(area.backing, "file")
	equal(area.label, "lua")
	equal(area.uuid, "0123abcd-0000-4000-8000-00000000000f")
	equal(area.page_size, 4096, "page size")
	equal(#area.boot, 0, "boot entries")
	kit.contains(status:to_json(), path)
	equal(status.swap_total >= 16 * MIB - 4096, true, "all swap")
	equal(status.memory_total > status.memory_available, true, "memory")
	local listed
	for _, other in ipairs(assert(context:query()).areas) do
		listed = listed or other.path == path
	end
	equal(listed, true, "in the list of all")

	plan = assert(context:plan { path = path, size = 16 * MIB, state = "active" })
	equal(#plan.steps, 0, "steps where all is as wanted")
	apply(context, { path = path, size = 24 * MIB, state = "active" })
	equal(kit.row(path), 24 * MIB - 4096, "bytes after the resize")
	apply(context, { path = path, state = "absent" })
	equal(kit.row(path), nil, "the row")
	equal(#kit.names(directory), 0, "files left")
end

cases["each verb does its part"] = function(directory)
	local path = directory .. "/swapfile"
	local context = assert(swapcfg.open())
	local spec = assert(swapcfg.spec { path = path, size = "8M", priority = "default" })
	equal(context:allocate(spec), true)
	equal(#kit.read(path), 8 * MIB, "bytes of the file")
	equal(context:format(spec), true)
	equal(kit.read(path):sub(4087, 4096), "SWAPSPACE2", "signature")
	equal(context:activate { path = path, priority = 3 }, true)
	equal(select(2, kit.row(path)), 3, "priority in /proc/swaps")
	equal(context:deactivate { path = path, flags = { "no-child" } }, true)
	equal(kit.row(path), nil, "the row")
	local area = assert(context:query(path)).areas[1]
	equal(area.active, false, "active")
	equal(area:repair(), nil, "a repair of what is sound")
end

cases["below a root"] = function(directory)
	local root = kit.tree(directory)
	local context = assert(swapcfg.open(root))
	equal(context:root(), root)
	equal(context:is_offline(), true)
	local spec = { path = "/swapfile", size = "8M", state = "formatted", boot = "inittab",
		endianness = "big", page_size = "64K" }
	apply(context, spec)
	equal(kit.read(root .. "/swapfile"):sub(65527, 65536), "SWAPSPACE2", "signature")
	equal(kit.read(root .. "/swapfile"):sub(1025, 1028), "\0\0\0\1", "version, big endian")
	kit.contains(kit.read(root .. "/etc/inittab"), "/swapfile")
	local area = assert(context:query("/swapfile")).areas[1]
	equal(#area.boot, 1, "boot entries")
	equal(area.boot[1].kind, "inittab")
	equal(area.boot[1].file, "/etc/inittab")
	equal(area.boot[1].ours, true, "ours")
	equal(area.boot[1].line > 1, true, "line")

	os.remove(root .. "/swapfile")
	area = assert(context:query("/swapfile")).areas[1]
	equal(area.findings[1].reason, "boot-entry-dangling")
	equal(area.findings[1].severity, "blocker")
	equal(#area.findings[1].message > 10, true, "a sentence")
	apply(context, assert(area:repair()))
	equal(kit.read(root .. "/etc/inittab"), "::sysinit:/etc/init.d/rcS\n", "the repaired inittab")

	equal(context:persist { path = "/swapfile", boot = "inittab" }, nil, "an entry for nothing")
	spec.page_size, spec.endianness = nil, "native"
	apply(context, spec)
	equal(context:forget { path = "/swapfile" }, true)
	equal(kit.read(root .. "/etc/inittab"), "::sysinit:/etc/init.d/rcS\n", "the inittab")
	equal(assert(context:persist { path = "/swapfile", boot = "inittab" }), true)
	kit.contains(kit.read(root .. "/etc/inittab"), "/swapfile")
	fails("offline", context:activate { path = "/swapfile" })
end

cases["a failure is a table"] = function(directory)
	local path = directory .. "/swapfile"
	kit.write(path, "somebody's data")
	local context = assert(swapcfg.open())
	local plan = assert(context:plan { path = path, size = "8M", state = "active" })
	equal(plan.feasible, false, "feasible")
	equal(plan.findings[1].severity, "blocker")
	equal(plan.findings[1].reason, "exists")
	local err = fails("exists", context:apply(plan))
	equal(err.errno, 17, "errno")
	equal(err.step, "plan")
	equal(err.path, path)
	equal(tostring(err), err.message)
	kit.contains(err.message, path)
	equal(#err.left, 0, "what is left")
	kit.contains(err.json, '{"error":{"reason":"exists"')
	equal(kit.read(path), "somebody's data")
	equal(kit.row(path), nil, "the row")

	fails("missing", swapcfg.open(directory .. "/nothing"))
	fails("invalid-argument", swapcfg.spec { path = "swapfile" })
	fails("invalid-argument", context:query("swapfile"))
end

cases["values by name"] = function()
	local function try(key, value)
		return swapcfg.spec { path = "/swapfile", [key] = value }
	end
	local names = {
		state = "keep absent inactive allocated formatted active",
		boot = "keep none auto inittab fstab systemd initd openrc uci",
		discard = "keep none once pages both",
		endianness = "native little big",
		priority = "keep default",
	}
	for key, list in pairs(names) do
		for name in list:gmatch("%S+") do
			assert(try(key, name))
		end
		local err = fails("invalid-argument", try(key, "nonsense"))
		equal(tostring(err), "nonsense is no " .. key)
	end
	for name in ("force in-place ignore-memory no-child early format"):gmatch("%S+") do
		assert(try("flags", { name }))
	end
	fails("invalid-argument", try("flags", { "force", "nonsense" }))
	equal(assert(try("state", "active")):state(), kit.core.STATE_ACTIVE, "state")
	equal(assert(try("boot", "uci")):boot(), kit.core.BOOT_UCI, "boot")
	equal(assert(try("priority", "keep")):priority(), -2, "priority")
	equal(assert(try("size", "1.5G")):size(), 1536 * MIB, "size")
	equal(swapcfg.size("64M"), 64 * MIB)
	fails("invalid-argument", swapcfg.size("64 M"))
	fails("invalid-argument", swapcfg.size("99999999999E"))
	fails("invalid-argument", try("label", ("x"):rep(16)))
	fails("invalid-argument", try("uuid", "nonsense"))
	fails("invalid-argument", try("priority", 40000))
	fails("invalid-argument", try("page_size", 5000))
	kit.contains(swapcfg.version(), ".")
end

return cases
