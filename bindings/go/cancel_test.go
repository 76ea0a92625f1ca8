// SPDX-License-Identifier: MIT

package swapcfg

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// Writing zeros is what takes long on a file system without fallocate(2), such as ext2.
const slow = 512 * mib

// free gives the free bytes of the file system that a path lies on.
func free(t *testing.T, path string) int64 {
	t.Helper()
	var info syscall.Statfs_t
	must(t, syscall.Statfs(filepath.Dir(path), &info))
	return int64(info.Bfree) * info.Bsize
}

// undone checks that nothing is left of a call. The kernel gives the space of a file without a name
// back a moment after its last user has gone.
func undone(t *testing.T, path string, before int64) {
	t.Helper()
	equal(t, "files", names(t, filepath.Dir(path)), []string{})
	equal(t, "row", rowOf(t, path), (*row)(nil))
	for end := time.Now().Add(5 * time.Second); free(t, path) < before-mib; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d bytes are still taken", before-free(t, path))
		}
	}
}

// whileAtWork calls fn in another goroutine as soon as something has been written.
func whileAtWork(t *testing.T, path string, fn func()) (wait func()) {
	before, done := free(t, path), make(chan struct{})
	go func() {
		defer close(done)
		for end := time.Now().Add(30 * time.Second); free(t, path) > before-16*mib; {
			if time.Now().After(end) {
				t.Error("it writes nothing")
				break
			}
			time.Sleep(time.Millisecond)
		}
		fn()
	}()
	return func() { <-done }
}

func TestCancel(t *testing.T) {
	system, path := running(t, "ext2")
	before := free(t, path)
	plan, err := system.Plan(background, active(path, slow))
	must(t, err)
	defer plan.Close()
	for name, apply := range map[string]func(context.Context) error{
		"plan":     func(ctx context.Context) error { return plan.Apply(ctx) },
		"apply":    func(ctx context.Context) error { return system.Apply(ctx, active(path, slow)) },
		"allocate": func(ctx context.Context) error { return system.Allocate(ctx, active(path, slow)) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(background)
			wait := whileAtWork(t, path, cancel)
			err := apply(ctx)
			wait()
			op := "apply"
			if name == "allocate" {
				op = name
			}
			failure := fails(t, err, op, ReasonCancelled, syscall.ECANCELED)
			if !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is no context.Canceled", err)
			}
			equal(t, "step", failure.Step, StepAllocate.String())
			equal(t, "left", failure.Left, []string(nil))
			undone(t, path, before)
		})
	}
}

func TestDeadline(t *testing.T) {
	system, path := running(t, "ext2")
	before := free(t, path)
	ctx, cancel := context.WithTimeout(background, 30*time.Millisecond)
	defer cancel()
	err := system.Apply(ctx, active(path, slow))
	fails(t, err, "apply", ReasonCancelled, syscall.ECANCELED)
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("%v is no context.DeadlineExceeded", err)
	}
	undone(t, path, before)
}

// A context that is never done, and one that is done too late, leave no goroutine behind.
func TestContextIsDoneLater(t *testing.T) {
	system, path := running(t, "ext4")
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(background)
	must(t, system.Apply(ctx, active(path, mib)))
	cancel()
	must(t, system.Apply(background, active(path, mib)))
	settle(t, before)
}

func TestProgress(t *testing.T) {
	system, path := running(t, "ext2")
	var told []Progress
	must(t, system.Apply(background, active(path, slow), WithProgress(func(p Progress) {
		told = append(told, p)
		time.Sleep(time.Millisecond)
	})))
	count := len(told)
	if count == 0 {
		t.Fatal("it told of nothing")
	}
	for i, p := range told {
		if p.Undoing || p.Step == 0 || p.Total > 0 && p.Done > p.Total {
			t.Errorf("%d: %+v", i, p)
		}
		if i > 0 && p == told[i-1] {
			t.Errorf("%+v was told of twice", p)
		}
		if i > 0 && (p.Step < told[i-1].Step || p.Step == told[i-1].Step && p.Done < told[i-1].Done) {
			t.Errorf("back from %+v to %+v", told[i-1], p)
		}
		if p.Step == StepAllocate && p.Total != slow {
			t.Errorf("%d: %+v", i, p)
		}
	}
	equal(t, "last step", told[count-1].Step, StepActivate)
	time.Sleep(3 * interval)
	equal(t, "told after it had returned", len(told)-count, 0)
	t.Logf("figure: told of progress %d times while writing %d MiB", count, slow/mib)
}

// A failure of the function that is told of progress is one of its caller, after all is undone.
func TestProgressPanics(t *testing.T) {
	system, path := running(t, "ext2")
	before := free(t, path)
	for name, tell := range map[string]func(Progress){
		"panic": func(Progress) { panic("of the function") },
		"exit":  func(Progress) { runtime.Goexit() },
	} {
		t.Run(name, func(t *testing.T) {
			returned := false
			var value any
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer func() { value = recover() }()
				_ = system.Apply(background, active(path, slow), WithProgress(tell))
				returned = true
			}()
			<-done
			equal(t, "returned", returned, false)
			want := any(nil)
			if name == "panic" {
				want = "of the function"
			}
			equal(t, "panic", value, want)
			undone(t, path, before)
		})
	}
}

// There is one writer at a time. The second hears of it at once, or as soon as its time is over.
func TestBusy(t *testing.T) {
	system, path := running(t, "ext2")
	before := free(t, path)
	other := open(t, "/")
	spec := active(path, mib)
	ctx, cancel := context.WithCancel(background)
	wait := whileAtWork(t, path, func() {
		defer cancel()
		fails(t, other.Apply(background, spec), "apply", ReasonBusy, syscall.EBUSY)
		spec.Wait = 1 << 32 * time.Millisecond // which C cannot count: it must not become nothing
		short, cancel := context.WithTimeout(background, 20*time.Millisecond)
		defer cancel()
		err := other.Apply(short, spec)
		fails(t, err, "apply", ReasonCancelled, syscall.ECANCELED)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting: %v", err)
		}
	})
	err := system.Apply(ctx, active(path, slow))
	wait()
	fails(t, err, "apply", ReasonCancelled, syscall.ECANCELED)
	undone(t, path, before)
	must(t, other.Apply(background, spec)) // once the first one has gone
}

// The same plan is not applied twice at a time.
func TestPlanIsBusy(t *testing.T) {
	system, path := running(t, "ext2")
	plan, err := system.Plan(background, active(path, slow))
	must(t, err)
	ctx, cancel := context.WithCancel(background)
	wait := whileAtWork(t, path, func() {
		failure := fails(t, plan.Apply(background), "apply", ReasonBusy, syscall.EBUSY)
		equal(t, "message", failure.Message, "this plan is being applied already") // C was not asked
		must(t, plan.Close())                                                      // which does not disturb the one that is at work
		cancel()
	})
	err = plan.Apply(ctx)
	wait()
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
