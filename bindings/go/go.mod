// SPDX-License-Identifier: MIT
module github.com/libswapcfg/libswapcfg/bindings/go

go 1.19
