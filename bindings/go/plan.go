// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A Plan is what would be done, or what forbids it. It is made by [System.Plan].
type Plan struct {
	// Feasible tells whether Apply would try it: no finding is a blocker.
	Feasible bool `json:"feasible"`
	// Steps are what would be done, in this order. None in a feasible plan: all is as wanted.
	Steps []Step `json:"steps"`
	// Findings are what is worth saying: blockers come first, then warnings.
	Findings []Finding `json:"findings"`

	path    string
	system  *C.struct_swapcfg_ctx // the plan in C holds it
	mu      sync.Mutex
	applied bool                   // right now
	handle  *C.struct_swapcfg_plan // nil once it is closed
}

// A Step is one step of a plan.
type Step struct {
	Kind StepKind `json:"kind"`
	// Path is the file that it changes: the area, a temporary neighbour of it, or a boot file.
	Path string `json:"path"`
	// Bytes is how much it is about: the space it takes, the pages it drains, the area it
	// activates. 0 where size has no meaning.
	Bytes uint64 `json:"bytes"`
	// Text is a short description for a person.
	Text string `json:"text"`
}

// A Finding is something that a plan or a status found worth saying.
type Finding struct {
	Severity Severity `json:"severity"`
	Reason   Reason   `json:"reason"`
	// Message is a sentence for a person: what is the matter, and what to do.
	Message string `json:"message"`
}

// Plan finds what leads from what is to what is wanted. It only reads.
//
// That something forbids the change is no failure: the plan then is not feasible, and its blockers
// say why. It fails only where it cannot find out, or where the spec contradicts itself.
//
// A plan holds memory of the C library, and the descriptor of the system, until it is closed or
// collected. It may outlive the system.
func (s *System) Plan(ctx context.Context, spec Spec) (*Plan, error) {
	return s.plan(ctx, "plan", spec)
}

func (s *System) plan(ctx context.Context, op string, spec Spec) (*Plan, error) {
	system, err := s.look(ctx, op, spec.Path)
	if err != nil {
		return nil, err
	}
	defer C.swapcfg_ctx_unref(system)
	wanted, err := spec.handle(op)
	if err != nil {
		return nil, err
	}
	defer C.swapcfg_spec_free(wanted)
	var handle *C.struct_swapcfg_plan
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_plan(system, wanted, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	p := copyPlan(handle)
	p.path, p.handle, p.system = spec.Path, handle, system
	runtime.SetFinalizer(p, (*Plan).Close)
	return p, nil
}

func copyPlan(handle *C.struct_swapcfg_plan) *Plan {
	p := &Plan{
		Feasible: bool(C.swapcfg_plan_is_feasible(handle)),
		Steps:    make([]Step, C.swapcfg_plan_step_count(handle)),
		Findings: make([]Finding, C.swapcfg_plan_finding_count(handle)),
	}
	for i := range p.Steps {
		step := C.swapcfg_plan_step(handle, C.size_t(i))
		p.Steps[i] = Step{
			Kind:  StepKind(C.swapcfg_step_kind(step)),
			Path:  C.GoString(C.swapcfg_step_path(step)),
			Bytes: uint64(C.swapcfg_step_bytes(step)),
			Text:  C.GoString(C.swapcfg_step_text(step)),
		}
	}
	for i := range p.Findings {
		p.Findings[i] = copyFinding(C.swapcfg_plan_finding(handle, C.size_t(i)))
	}
	return p
}

func copyFinding(finding *C.struct_swapcfg_finding) Finding {
	return Finding{
		Severity: Severity(C.swapcfg_finding_severity(finding)),
		Reason:   Reason(C.swapcfg_finding_reason(finding)),
		Message:  C.GoString(C.swapcfg_finding_message(finding)),
	}
}

// Apply carries out the plan as one transaction.
//
// The plan is made again first; where it comes out differently, nothing is done and the reason is
// ReasonStalePlan. A plan that is not feasible is refused with the reason of its first blocker.
// Where another process or goroutine is at work, the reason is ReasonBusy, at once or after the
// spec's Wait. What a program changes in Steps and Findings has no influence.
func (p *Plan) Apply(ctx context.Context, options ...Option) error {
	const op = "apply"
	handle, err := p.begin(op)
	if err != nil {
		return err
	}
	defer p.end(handle)
	return run(ctx, op, p.path, options, func(c call) C.int {
		return C.swapcfg_apply(p.system, handle, c.job, c.reterr)
	})
}

// begin gives the handle with a reference of its own. C wants no two calls with it at a time.
func (p *Plan) begin(op string) (*C.struct_swapcfg_plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.handle == nil {
		return nil, closed(op, "plan")
	}
	if p.applied {
		return nil, &Error{Op: op, Reason: ReasonBusy, Errno: syscall.EBUSY, Step: stepPlan,
			Path: p.path, Message: "this plan is being applied already"}
	}
	p.applied = true
	return C.swapcfg_plan_ref(p.handle), nil
}

func (p *Plan) end(handle *C.struct_swapcfg_plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.applied = false
	C.swapcfg_plan_unref(handle)
}

// Close releases what the plan holds. Its steps and findings stay; Apply fails from then on with
// [fs.ErrClosed], and one that is at work goes on. Closing twice is no failure, and it never fails.
func (p *Plan) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.handle != nil {
		C.swapcfg_plan_unref(p.handle)
		p.handle = nil
		runtime.SetFinalizer(p, nil)
	}
	return nil
}

// Apply makes a plan and carries it out. Where something changes in between, it is made again, until
// the spec's Wait is over.
func (s *System) Apply(ctx context.Context, spec Spec, options ...Option) error {
	end := time.Now().Add(spec.Wait)
	for {
		p, err := s.plan(ctx, "apply", spec)
		if err != nil {
			return err
		}
		err = p.Apply(ctx, options...)
		p.Close()
		spec.Wait = time.Until(end)
		if !errors.Is(err, ReasonStalePlan) || spec.Wait <= 0 {
			return err
		}
	}
}
