// SPDX-License-Identifier: MIT

// Package swapcfg is what SWIG makes of libswapcfg; see README.md.
package swapcfg

// #cgo pkg-config: libswapcfg
import "C"
