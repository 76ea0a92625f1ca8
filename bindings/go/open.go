// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"context"
	"runtime"
	"sync"
	"syscall"
)

// A System is a Linux system whose swap is looked at or changed: the running one, or another one's
// tree. Any number of goroutines may use it at a time.
type System struct {
	root    string
	offline bool
	mu      sync.Mutex
	handle  *C.struct_swapcfg_ctx // nil once it is closed
}

// Open opens the running system, where root is "/" or "", or another one's tree below root.
//
// In such a tree areas can be allocated, formatted and kept in the boot configuration, but not
// activated, since it is not the running kernel that will use them. All paths are seen from inside
// the root; neither ".." nor a symbolic link leads out of it.
//
// A system holds one descriptor until it is closed.
func Open(root string) (*System, error) {
	const op = "open"
	if root == "" {
		root = "/"
	}
	path, err := newString(op, "the root", root)
	if err != nil {
		return nil, err
	}
	defer path.free()
	var handle *C.struct_swapcfg_ctx
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_ctx_new(path.c, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	s := &System{root: root, offline: bool(C.swapcfg_ctx_is_offline(handle)), handle: handle}
	runtime.SetFinalizer(s, (*System).Close)
	return s, nil
}

// Close releases the system. Calls that are at work go on; later ones fail with [fs.ErrClosed].
// Closing twice is no failure, and it never fails.
func (s *System) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handle != nil {
		C.swapcfg_ctx_unref(s.handle)
		s.handle = nil
		runtime.SetFinalizer(s, nil)
	}
	return nil
}

// Root is the root as it was given to [Open]; "/" for the running system.
func (s *System) Root() string { return s.root }

// Offline tells whether it is a tree that is not running.
func (s *System) Offline() bool { return s.offline }

// use gives the handle with a reference of its own, so that it outlives Close.
func (s *System) use(op string) (*C.struct_swapcfg_ctx, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handle == nil {
		return nil, closed(op, "system")
	}
	return C.swapcfg_ctx_ref(s.handle), nil
}

// look is use for what only reads, and is not begun once its context is done.
func (s *System) look(ctx context.Context, op, path string) (*C.struct_swapcfg_ctx, error) {
	if err := ctx.Err(); err != nil {
		return nil, notBegun(op, path, err)
	}
	return s.use(op)
}

// notBegun is the failure of a call whose context was done before.
func notBegun(op, path string, cause error) *Error {
	return &Error{Op: op, Reason: ReasonCancelled, Errno: syscall.ECANCELED, Step: stepPlan,
		Path: path, Message: "cancelled before it began", cause: cause}
}
