-- SPDX-License-Identifier: MIT
-- The tests of the module: cases.lua list, or cases.lua NAME DIRECTORY for one of them. Each case
-- is a process of its own, as what is tried here may end it. DIRECTORY is new, empty, and on a file
-- system that takes swap files.

local here = arg[0]:match("^(.*)/[^/]*$")
package.path = here .. "/?.lua;" .. package.path

local cases = {}
for _, file in ipairs { "kernel", "progress", "misuse", "lifetime" } do
	for name, case in pairs(require("cases_" .. file)) do
		assert(not cases[name], name)
		cases[name] = case
	end
end

local name, directory = arg[1], arg[2]
if name == "list" then
	local names = {}
	for key in pairs(cases) do
		names[#names + 1] = key
	end
	table.sort(names)
	print(table.concat(names, "\n"))
else
	cases[name](directory)
	print("done") -- so that a program that ends early has not passed
end
