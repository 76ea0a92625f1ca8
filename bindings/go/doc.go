// SPDX-License-Identifier: MIT

// Package swapcfg plans, makes, uses, keeps, queries and removes Linux swap areas. It is the Go
// face of the C library libswapcfg.
//
// A [Spec] says what is wanted of one area. [System.Apply] finds what leads there and does it:
//
//	system, err := swapcfg.Open("/")
//	if err != nil {
//		return err
//	}
//	defer system.Close()
//	spec := swapcfg.Spec{Path: "/swapfile", Size: 64 << 20, State: swapcfg.StateActive}
//	err = system.Apply(ctx, spec)
//
// Asking twice does nothing the second time, and asking with another size is a resize.
// [System.Plan] shows the steps, and what speaks against them, without doing them; [System.Query]
// tells what is there.
//
// # Transactions and contexts
//
// What changes something is a transaction: on failure, and when its context is done, what was done
// is undone, and the call waits for that before it returns. So nothing runs behind the caller's
// back, and a call may take a moment longer than its deadline. A context that is already done makes
// a call do nothing. A call that came too late to be cancelled succeeds. What only reads, and is
// soon over, looks at its context before it begins.
//
// # Errors
//
// Every failure is an [*Error]. It can be asked for its reason, for the errno behind it, and for
// what errors of files and contexts are asked for:
//
//	errors.Is(err, swapcfg.ReasonNoSpace)
//	errors.Is(err, syscall.ENOSPC)
//	errors.Is(err, fs.ErrPermission)
//	errors.Is(err, context.Canceled)
//
// # Goroutines and threads
//
// A [System] may be used by any number of goroutines at a time. The library works in the thread of
// the goroutine that calls: one that is locked to a thread in another mount namespace works in that
// namespace. All that is given back are copies, which stay as they are.
//
// # Building
//
// Cgo finds the library by pkg-config, under the name libswapcfg. See the README beside this file
// for static programs and other machines.
package swapcfg
