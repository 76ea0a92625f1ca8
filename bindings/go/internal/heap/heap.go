// SPDX-License-Identifier: MIT

// Package heap tells the tests how much of C's memory is in use. It needs glibc.
package heap

// #include <malloc.h>
// #include <stdlib.h>
import "C"

import "unsafe"

// InUse gives the bytes that C has allocated and not freed.
func InUse() int64 {
	info := C.mallinfo2()
	return int64(info.uordblks + info.hblkhd)
}

// Leak allocates and forgets, so that a test knows that it would see it.
func Leak(bytes int) {
	leaked = append(leaked, C.calloc(1, C.size_t(bytes)))
}

var leaked []unsafe.Pointer
