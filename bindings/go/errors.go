// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// An Error is what every call of this package fails with.
//
// [errors.Is] finds in it a [Reason], a [syscall.Errno] and what that stands for, such as
// [fs.ErrPermission]; [context.Canceled] and [context.DeadlineExceeded] where the context ended the
// call; and [fs.ErrClosed].
type Error struct {
	Op      string        // what failed: "open", "plan", "apply", "query", ...
	Reason  Reason        // why; never ReasonNone
	Errno   syscall.Errno // the errno for it
	Step    string        // the step that failed, as a [StepKind] is written, or "plan" before any
	Path    string        // what it is about, as seen inside the system's root; "" for nothing
	Message string        // a sentence for a person: what failed, and what to do
	Left    []string      // what could not be undone, in sentences; empty: all is as it was before
	cause   error         // what Go has an error of its own for, or nil
}

// Error gives the operation, the message, and what could not be undone.
func (e *Error) Error() string {
	text := "swapcfg: " + e.Op + ": " + e.Message
	if len(e.Left) > 0 {
		text += "; not undone: " + strings.Join(e.Left, "; ")
	}
	return text
}

// Unwrap gives the errno.
func (e *Error) Unwrap() error {
	return e.Errno
}

// Is knows the [Reason], and the errors of package context and fs that led to this one.
func (e *Error) Is(target error) bool {
	if reason, ok := target.(Reason); ok {
		return e.Reason == reason
	}
	return e.cause != nil && errors.Is(e.cause, target)
}

// MarshalJSON gives the object that the C library and the command swapcfg give as "error".
func (e *Error) MarshalJSON() ([]byte, error) {
	document := struct {
		Reason  Reason        `json:"reason"`
		Errno   syscall.Errno `json:"errno"`
		Step    string        `json:"step"`
		Path    *string       `json:"path"`
		Message string        `json:"message"`
		Left    []string      `json:"left"`
	}{e.Reason, e.Errno, e.Step, nil, e.Message, e.Left}
	if e.Path != "" {
		document.Path = &e.Path
	}
	if document.Left == nil {
		document.Left = []string{}
	}
	return json.Marshal(document)
}

// takeError gives the failure of a call, or nil, and frees what C said about it.
func takeError(op string, result C.int, cerr *C.struct_swapcfg_error) error {
	if result >= 0 {
		return nil
	}
	defer C.swapcfg_error_free(cerr)
	if cerr == nil {
		return &Error{Op: op, Reason: ReasonSystem, Errno: syscall.Errno(-result), Step: stepPlan,
			Message: syscall.Errno(-result).Error()}
	}
	return copyError(op, cerr)
}

func copyError(op string, cerr *C.struct_swapcfg_error) *Error {
	e := &Error{
		Op:      op,
		Reason:  Reason(C.swapcfg_error_reason(cerr)),
		Errno:   syscall.Errno(C.swapcfg_error_errno(cerr)),
		Step:    C.GoString(C.swapcfg_error_step(cerr)),
		Path:    C.GoString(C.swapcfg_error_path(cerr)),
		Message: C.GoString(C.swapcfg_error_message(cerr)),
	}
	for i := C.size_t(0); i < C.swapcfg_error_left_count(cerr); i++ {
		e.Left = append(e.Left, C.GoString(C.swapcfg_error_left(cerr, i)))
	}
	return e
}

// stepPlan is what the C library calls the time before the first step.
const stepPlan = "plan"

// invalid is the failure of a call whose arguments C is not to see, or gives no error for.
func invalid(op, path string, errno syscall.Errno, format string, args ...any) *Error {
	return &Error{Op: op, Reason: ReasonInvalidArgument, Errno: errno, Step: stepPlan, Path: path,
		Message: fmt.Sprintf(format, args...)}
}

// closed is the failure of a call to something that was closed.
func closed(op, what string) *Error {
	e := invalid(op, "", syscall.EBADF, "the %s is closed", what)
	e.cause = fs.ErrClosed
	return e
}
