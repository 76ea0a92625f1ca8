-- SPDX-License-Identifier: MIT
package = "swapcfg"
version = "scm-1"
source = {
	url = "git+https://github.com/libswapcfg/libswapcfg",
	branch = "main",
}
description = {
	summary = "Plan, make, use, keep, query and remove Linux swap areas",
	homepage = "https://github.com/libswapcfg/libswapcfg",
	license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua >= 5.1" }
external_dependencies = {
	SWAPCFG = { header = "libswapcfg/swapcfg.h", library = "swapcfg" },
}
build = {
	type = "make",
	makefile = "bindings/lua/Makefile",
	build_variables = {
		CFLAGS = "$(CFLAGS)",
		LUA_CFLAGS = "-I$(LUA_INCDIR)",
		SWAPCFG_CFLAGS = "-I$(SWAPCFG_INCDIR)",
		SWAPCFG_LIBS = "-L$(SWAPCFG_LIBDIR) -lswapcfg",
		SWAPCFG_INCLUDE = "$(SWAPCFG_INCDIR)",
	},
	install_variables = {
		INSTALL_CMOD = "$(LIBDIR)",
		INSTALL_LMOD = "$(LUADIR)",
	},
}
