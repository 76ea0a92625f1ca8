// SPDX-License-Identifier: MIT

package swapcfg

import (
	"context"
	"errors"
	"io/fs"
	"math/rand"
	"sync"
	"syscall"
	"testing"
	"time"
)

// result is what a call gave.
type result struct {
	op  string
	err error
}

func TestClosed(t *testing.T) {
	root := tree(t, sysvinit)
	system := open(t, root)
	plan, err := system.Plan(background, kept(mib))
	must(t, err)
	must(t, system.Close())
	must(t, system.Close())
	equal(t, "root", system.Root(), root)

	_, err1 := system.Plan(background, kept(mib))
	_, err2 := system.Query(background)
	_, err3 := system.QueryPath(background, "/swapfile")
	for _, result := range []result{{"plan", err1}, {"query", err2}, {"query", err3},
		{"apply", system.Apply(background, kept(mib))},
		{"format", system.Format(background, kept(mib))},
		{"allocate", system.Allocate(background, kept(mib))}} {
		fails(t, result.err, result.op, ReasonInvalidArgument, syscall.EBADF)
		if !errors.Is(result.err, fs.ErrClosed) {
			t.Errorf("%v is no fs.ErrClosed", result.err)
		}
	}
	// A plan holds what it needs.
	must(t, plan.Apply(background))
	must(t, plan.Close())
	must(t, plan.Close())
	equal(t, "steps", len(plan.Steps), 4)
	if err := plan.Apply(background); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a plan that is closed: %v", err)
	}
	var none System
	must(t, none.Close())
	if _, err := none.Query(background); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a system that was never opened: %v", err)
	}
	if err := new(Plan).Apply(background); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a plan that was never made: %v", err)
	}
}

// A context that is done makes a call do nothing.
func TestContextIsDone(t *testing.T) {
	root := tree(t, sysvinit)
	system := open(t, root)
	plan, err := system.Plan(background, kept(mib))
	must(t, err)
	defer plan.Close()
	cancelled, cancel := context.WithCancel(background)
	cancel()
	late, cancel := context.WithDeadline(background, time.Now().Add(-time.Second))
	defer cancel()
	never := WithProgress(func(Progress) { t.Error("told of progress") })
	for ctx, cause := range map[context.Context]error{cancelled: context.Canceled, late: context.DeadlineExceeded} {
		_, err1 := system.Plan(ctx, kept(mib))
		_, err2 := system.Query(ctx)
		_, err3 := system.QueryPath(ctx, "/swapfile")
		for _, result := range []result{{"plan", err1}, {"query", err2}, {"query", err3},
			{"apply", plan.Apply(ctx, never)},
			{"apply", system.Apply(ctx, kept(mib), never)},
			{"allocate", system.Allocate(ctx, kept(mib), never)},
			{"format", system.Format(ctx, kept(mib))},
			{"activate", system.Activate(ctx, kept(mib))},
			{"deactivate", system.Deactivate(ctx, kept(mib))},
			{"persist", system.Persist(ctx, kept(mib))},
			{"forget", system.Forget(ctx, kept(mib))}} {
			fails(t, result.err, result.op, ReasonCancelled, syscall.ECANCELED)
			if !errors.Is(result.err, cause) {
				t.Errorf("%s: %v is no %v", result.op, result.err, cause)
			}
		}
	}
	equal(t, "files", names(t, root), []string{"etc", "sbin"})
	must(t, plan.Apply(background)) // nothing of it has stuck to the plan
}

// Any number of goroutines share a system, and may close it below each other.
func TestSharedSystem(t *testing.T) {
	root := tree(t, sysvinit)
	for round := 0; round < 20; round++ {
		system, err := Open(root)
		must(t, err)
		var group sync.WaitGroup
		for i := 0; i < 8; i++ {
			random := rand.New(rand.NewSource(int64(100*round + i)))
			group.Add(1)
			go func() {
				defer group.Done()
				for n := 0; n < 20; n++ {
					err := something(system, random)
					if err != nil && !errors.Is(err, fs.ErrClosed) && !errors.Is(err, ReasonBusy) &&
						!errors.Is(err, ReasonStalePlan) {
						t.Error(err)
					}
				}
			}()
		}
		time.Sleep(time.Duration(round) * time.Millisecond)
		system.Close()
		group.Wait()
	}
}

func something(system *System, random *rand.Rand) error {
	spec := kept(uint64(1+random.Intn(3)) * mib)
	switch random.Intn(5) {
	case 0:
		_, err := system.Query(background)
		return err
	case 1:
		_, err := system.QueryPath(background, "/swapfile")
		return err
	case 2:
		plan, err := system.Plan(background, spec)
		if err == nil {
			defer plan.Close()
			err = plan.Apply(background)
		}
		return err
	case 3:
		spec.Wait = 10 * time.Second
		return system.Apply(background, spec)
	}
	if random.Intn(10) == 0 {
		return system.Close()
	}
	return system.Apply(background, Spec{Path: "/swapfile", State: StateAbsent, Boot: BootNone})
}

// One plan in several goroutines: one applies it, the others hear that it is busy or closed.
func TestSharedPlan(t *testing.T) {
	system := open(t, tree(t, sysvinit))
	for round := 0; round < 20; round++ {
		must(t, system.Apply(background, Spec{Path: "/swapfile", State: StateAbsent, Boot: BootNone}))
		plan, err := system.Plan(background, kept(mib))
		must(t, err)
		results := make(chan error)
		for i := 0; i < 4; i++ {
			go func() { results <- plan.Apply(background) }()
		}
		if round%2 == 1 {
			must(t, plan.Close())
		}
		done := 0
		for i := 0; i < 4; i++ {
			switch err := <-results; {
			case err == nil:
				done++
			case !errors.Is(err, ReasonBusy) && !errors.Is(err, ReasonStalePlan) && !errors.Is(err, fs.ErrClosed):
				t.Error(err)
			}
		}
		if done > 1 || done == 0 && round%2 == 0 {
			t.Errorf("%d goroutines applied it", done)
		}
		must(t, plan.Close())
	}
}
