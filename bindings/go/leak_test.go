// SPDX-License-Identifier: MIT

package swapcfg

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/libswapcfg/libswapcfg/bindings/go/internal/heap"
)

// A sanitizer has a heap of its own, and finds what leaks when the program ends.
var sanitized = os.Getenv("SWAPCFG_TEST_SANITIZED") != ""

// With a cache for each thread, glibc counts what is free as in use.
var counted = !sanitized && strings.Contains(os.Getenv("GLIBC_TUNABLES"), "tcache_count=0")

// margin is what C may use more of without a leak: a thread more, or a longer buffer.
const margin = 4096

func descriptors(t *testing.T) int {
	return len(names(t, "/proc/self/fd"))
}

// round makes every handle and every failure that there is, and closes what is to be closed.
func round(t *testing.T, root string) {
	t.Helper()
	system, err := Open(root)
	must(t, err)
	defer system.Close()
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	must(t, system.Apply(ctx, kept(mib), WithProgress(func(Progress) {})))
	plan, err := system.Plan(ctx, kept(2*mib))
	must(t, err)
	defer plan.Close()
	_, err = system.Query(ctx)
	must(t, err)
	_, err = system.QueryPath(ctx, "/swapfile")
	must(t, err)
	must(t, system.Format(ctx, kept(mib)))
	must(t, os.Remove(root+"/swapfile"))
	area, err := system.QueryPath(ctx, "/swapfile")
	must(t, err)
	if area.Repair == nil || plan.Apply(ctx) == nil {
		t.Fatal("a repair and a failure were to be seen")
	}
	must(t, system.Apply(ctx, *area.Repair))
	for _, spec := range []Spec{{}, {Path: "/s", Label: Ptr("a\x00")}, {Path: "/s", Priority: Ptr(-5)},
		{Path: "/s", UUID: "x"}, {Path: "/s", State: 1}} {
		if err := system.Format(ctx, spec); err == nil {
			t.Fatal("a failure was to be seen")
		}
	}
	if _, err := Open(root + "/missing"); err == nil {
		t.Fatal("a failure was to be seen")
	}
	_ = BootAuto.String() + ReasonBusy.String()
	if _, err := ParseSize("x"); err == nil {
		t.Fatal("a failure was to be seen")
	}
}

// Nothing grows with the number of calls: no memory of C, no descriptor, no goroutine.
func TestNothingLeaks(t *testing.T) {
	const rounds = 400
	root := tree(t, sysvinit)
	for i := 0; i < 50; i++ {
		round(t, root)
	}
	collect(func() bool { return false }) // what other tests have left
	memory, files, goroutines := heap.InUse(), descriptors(t), runtime.NumGoroutine()
	for i := 0; i < rounds; i++ {
		round(t, root)
	}
	grown := heap.InUse() - memory
	equal(t, "descriptors", descriptors(t), files)
	settle(t, goroutines)
	if sanitized {
		return
	}
	if !counted {
		t.Skip("the heap was not counted: glibc.malloc.tcache_count is not 0 in GLIBC_TUNABLES")
	}
	if grown > margin {
		t.Errorf("%d bytes more are in use after %d rounds", grown, rounds)
	}
	for i := 0; i < rounds; i++ {
		heap.Leak(16)
	}
	if heap.InUse()-memory <= margin {
		t.Error("a leak of a few bytes in each round would not be seen")
	}
	t.Logf("figure: %d bytes of C more in use after %d rounds with all handles", grown, rounds)
}

// What is not closed is closed when it is collected.
func TestForgotten(t *testing.T) {
	const systems = 100
	root := tree(t, sysvinit)
	forget(t, root)
	collect(func() bool { return false })
	memory, files := heap.InUse(), descriptors(t)
	for i := 0; i < systems; i++ {
		forget(t, root)
	}
	if !collect(func() bool { return descriptors(t) <= files }) {
		t.Errorf("%d descriptors more", descriptors(t)-files)
	}
	if counted && !collect(func() bool { return heap.InUse()-memory <= margin }) {
		t.Errorf("%d bytes more after %d systems and plans", heap.InUse()-memory, systems)
	}
}

// forget makes a system and a plan, and closes neither.
func forget(t *testing.T, root string) {
	t.Helper()
	system, err := Open(root)
	must(t, err)
	_, err = system.Plan(background, kept(mib))
	must(t, err)
}

// settle waits for goroutines that have done all but end.
func settle(t *testing.T, count int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > count; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines more", runtime.NumGoroutine()-count)
		}
	}
}

// collect collects garbage until something is so, or for some time.
func collect(done func() bool) bool {
	for i := 0; i < 50; i++ {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
		if done() {
			return true
		}
	}
	return false
}

// A handle that is about to be collected while C works with it stays until that is over.
func TestCollectedAtWork(t *testing.T) {
	root := tree(t, sysvinit)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	for i := 0; i < 50; i++ {
		func() {
			system, err := Open(root)
			must(t, err)
			plan, err := system.Plan(background, kept(mib))
			must(t, err)
			must(t, plan.Apply(background))
		}()
		func() {
			system, err := Open(root)
			must(t, err)
			must(t, system.Apply(background, Spec{Path: "/swapfile", State: StateAbsent, Boot: BootNone}))
		}()
	}
	close(stop)
	<-stopped
}
