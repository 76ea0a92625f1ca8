// SPDX-License-Identifier: MIT

package swapcfg

// #cgo pkg-config: libswapcfg
// #include <stdlib.h>
// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"strings"
	"syscall"
	"unsafe"
)

// Version is the version of the C library that runs, such as "0.1.0". It may be newer than the one
// that the program was built with.
func Version() string {
	return C.GoString(C.swapcfg_version())
}

// ParseSize reads a size as people write it: bytes, or a decimal number with one of the units K, M,
// G, T, P and E, also as KiB, MiB and so on, in either case. All of them are powers of 1024.
//
// Of what is no size the errno is EINVAL, of 2^64 bytes and more ERANGE.
func ParseSize(text string) (uint64, error) {
	const op = "parse size"
	arg, err := newString(op, "the size", text)
	if err != nil {
		return 0, err
	}
	defer arg.free()
	var bytes C.uint64_t
	if r := C.swapcfg_size_parse(arg.c, &bytes); r < 0 {
		return 0, invalid(op, "", syscall.Errno(-r), "%q is not a size; write it like 64M or 1.5G", text)
	}
	return uint64(bytes), nil
}

// A cString is a string for C, to be freed.
type cString struct{ c *C.char }

// newString copies a string for C, which would end it at a NUL.
func newString(op, what, text string) (cString, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return cString{}, invalid(op, "", syscall.EINVAL, "%s %q holds a NUL byte", what, text)
	}
	return cString{C.CString(text)}, nil
}

func (s cString) free() {
	C.free(unsafe.Pointer(s.c))
}
