// SPDX-License-Identifier: MIT

//go:build !cgo

package swapcfg

// Without cgo nothing is left of this package. As go leaves it out when it builds for another machine,
// the compiler says what is missing.
var _ = swapcfg_needs_CGO_ENABLED_1_and_a_C_compiler
