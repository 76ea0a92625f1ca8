// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"context"
	"errors"
	"runtime"
	"syscall"
	"time"
)

// An Option is about how a call is made, not about what is wanted.
type Option func(*options)

type options struct {
	progress func(Progress)
}

// Progress is where a call stands.
type Progress struct {
	Step    StepKind `json:"step"`        // the step that is being done
	Done    uint64   `json:"done_bytes"`  // how much of it is done
	Total   uint64   `json:"total_bytes"` // how much it has to do; 0 where it has no length
	Undoing bool     `json:"undoing"`     // the call failed or was cancelled, and takes back what it did
}

// WithProgress lets a call tell how far it is, some ten times a second while that changes, and once
// more at its end. Short steps may be over before they are told of.
//
// tell is called in another goroutine than the call, which waits for it: it is never called twice at
// a time, nor after the call has returned. If it panics, the call is cancelled, and panics with the
// same value once all is undone.
func WithProgress(tell func(Progress)) Option {
	return func(o *options) { o.progress = tell }
}

// A call is what every call of C takes that may last.
type call struct {
	job    *C.struct_swapcfg_job
	reterr **C.struct_swapcfg_error
}

// run makes a call of C in the calling thread, while another goroutine waits for the context to be
// done and tells of progress.
func run(ctx context.Context, op, path string, with []Option, fn func(call) C.int) error {
	if err := ctx.Err(); err != nil {
		return notBegun(op, path, err)
	}
	var o options
	for _, option := range with {
		option(&o)
	}
	var cerr *C.struct_swapcfg_error
	if ctx.Done() == nil && o.progress == nil {
		return takeError(op, fn(call{nil, &cerr}), cerr)
	}
	var job *C.struct_swapcfg_job
	if r := C.swapcfg_job_new(&job, &cerr); r < 0 {
		return takeError(op, r, cerr)
	}
	defer C.swapcfg_job_unref(job)

	w := &watch{ctx: ctx, job: job, tell: o.progress, stop: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	err := takeError(op, fn(call{job, &cerr}), cerr)
	w.wait()
	var failure *Error
	if errors.As(err, &failure) && failure.Errno == syscall.ECANCELED {
		failure.cause = ctx.Err()
	}
	return err
}

// interval is the time between two looks at how far a call is.
const interval = 100 * time.Millisecond

// A watch accompanies one call.
type watch struct {
	ctx  context.Context
	job  *C.struct_swapcfg_job
	tell func(Progress)
	told Progress
	stop chan struct{} // closed when the call is over
	done chan struct{} // closed when the watch is over

	returned bool // tell has; it did not panic, nor end its goroutine
	panicked any
}

func (w *watch) run() {
	defer close(w.done)
	defer func() {
		if !w.returned {
			w.panicked = recover()
			C.swapcfg_job_cancel(w.job)
		}
	}()
	var tick <-chan time.Time
	if w.tell != nil {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	cancelled := w.ctx.Done()
	for over := false; !over; {
		select {
		case <-cancelled:
			C.swapcfg_job_cancel(w.job)
			cancelled = nil
			continue
		case <-w.stop:
			over = true
		case <-tick:
		}
		w.look()
	}
	w.returned = true
}

// look tells of what has changed since the last time.
func (w *watch) look() {
	if w.tell == nil {
		return
	}
	now := Progress{
		Step:    StepKind(C.swapcfg_job_step(w.job)),
		Done:    uint64(C.swapcfg_job_done(w.job)),
		Total:   uint64(C.swapcfg_job_total(w.job)),
		Undoing: C.swapcfg_job_state(w.job) == C.SWAPCFG_JOB_UNDOING,
	}
	if now.Done > now.Total && now.Total > 0 {
		now.Done = now.Total // the one was read of the step before
	}
	if now.Step == 0 || now == w.told {
		return
	}
	w.told = now
	w.tell(now)
}

// wait ends the watch. What became of tell, becomes of the caller.
func (w *watch) wait() {
	close(w.stop)
	<-w.done
	if w.returned {
		return
	}
	if w.panicked != nil {
		panic(w.panicked)
	}
	runtime.Goexit()
}
