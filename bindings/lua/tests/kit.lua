-- SPDX-License-Identifier: MIT
-- What the cases share. What the kernel and the disk say is read here without the library.

local kit = {}

kit.swapcfg = require "swapcfg"
kit.core = require "swapcfg_core"
kit.MIB = 1024 * 1024

function kit.equal(have, wanted, what)
	if have ~= wanted then
		error(("%s: %s instead of %s"):format(what or "value", tostring(have), tostring(wanted)), 2)
	end
end

function kit.contains(text, part)
	if not tostring(text):find(part, 1, true) then
		error(("%s is not in: %s"):format(part, tostring(text)), 2)
	end
end

-- A failure that is returned, with a reason; gives its table.
function kit.fails(reason, done, message, err, ...)
	kit.equal(done, nil, "result")
	kit.equal(message, type(err) == "table" and err.message or nil, "message")
	kit.equal(select("#", ...), 0, "more results")
	kit.equal(type(err), "table", "type of the failure")
	kit.equal(err.reason, reason, "reason of: " .. tostring(err))
	return err
end

-- An error that is raised, with a text in it; gives it.
function kit.raises(text, call, ...)
	local done, err = pcall(call, ...)
	if done then
		error(("nothing was raised instead of: %s"):format(text), 2)
	end
	kit.contains(err, text)
	return err
end

function kit.read(path)
	local file = io.open(path, "rb")
	if not file then
		return nil
	end
	local text = file:read("*a")
	file:close()
	return text
end

function kit.write(path, text)
	local file = assert(io.open(path, "wb"))
	assert(file:write(text))
	assert(file:close())
end

function kit.run(command)
	local result = os.execute(command)
	assert(result == true or result == 0, command)
end

-- Bytes and priority of the kernel's row for a path, or nil.
function kit.row(path)
	for line in io.lines("/proc/swaps") do
		local name, kib, priority = line:match("^(%S+)%s+%a+%s+(%d+)%s+%d+%s+(-?%d+)$")
		if name == path then
			return tonumber(kib) * 1024, tonumber(priority)
		end
	end
	return nil
end

-- The names in a directory.
function kit.names(directory)
	local found = {}
	local pipe = io.popen("ls -A '" .. directory .. "'")
	for name in pipe:lines() do
		found[#found + 1] = name
	end
	pipe:close()
	return found
end

-- How many files this process has open, but for those that nothing refers to.
function kit.descriptors()
	collectgarbage()
	collectgarbage()
	local number = kit.read("/proc/self/stat"):match("^%d+")
	local list = os.tmpname() -- a pipe would be open for a while
	kit.run(("ls /proc/%s/fd >'%s'"):format(number, list))
	local _, count = kit.read(list):gsub("\n", "")
	os.remove(list)
	return count
end

-- A tree to work below, with an init that reads an inittab.
function kit.tree(directory)
	local root = directory .. "/root"
	kit.run(("mkdir -p '%s/etc' '%s/sbin' '%s/bin'"):format(root, root, root))
	kit.write(root .. "/bin/busybox", "BusyBox v1.36.1\n")
	for _, name in ipairs { "init", "swapon" } do
		kit.run(("ln -s /bin/busybox '%s/sbin/%s'"):format(root, name))
	end
	kit.write(root .. "/etc/inittab", "::sysinit:/etc/init.d/rcS\n")
	return root
end

return kit
