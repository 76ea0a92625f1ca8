// SPDX-License-Identifier: MIT

package swapcfg

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// running opens the running system, and gives a path for an area that is gone after the test.
func running(t *testing.T, kind string) (*System, string) {
	t.Helper()
	path := mounted(t, kind) + "/area"
	system := open(t, "/")
	t.Cleanup(func() {
		if err := system.Apply(background, Spec{Path: path, State: StateAbsent}); err != nil {
			t.Error(err)
		}
	})
	return system, path
}

func active(path string, size uint64) Spec {
	return Spec{Path: path, Size: size, State: StateActive, KeepFree: Ptr(uint64(0))}
}

// children gives what the kernel has counted of processes that ended.
func children(t *testing.T) syscall.Rusage {
	t.Helper()
	var usage syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage))
	return usage
}

// pushedOut has some memory whose pages are in swap, until it is told to give it back.
func pushedOut(t *testing.T) (back func()) {
	t.Helper()
	const pageout = 21 // MADV_PAGEOUT, which package syscall does not name
	memory, err := syscall.Mmap(-1, 0, 4*mib, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	must(t, err)
	for i := range memory {
		memory[i] = byte(i)
	}
	must(t, syscall.Madvise(memory, pageout))
	return func() { must(t, syscall.Munmap(memory)) }
}

// An area of the running kernel: created, shown, resized, switched off and on, and removed.
func TestArea(t *testing.T) {
	system, path := running(t, "ext4")
	page := uint64(os.Getpagesize())
	spec := active(path, 16*mib)
	spec.Priority, spec.Label = Ptr(7), Ptr("go")
	must(t, system.Apply(background, spec))
	equal(t, "row", rowOf(t, path), &row{16*mib - page, 7})

	defer pushedOut(t)()
	area, err := system.QueryPath(background, path)
	must(t, err)
	if area.Used == 0 || area.Used > area.Size {
		t.Errorf("%d bytes are used", area.Used)
	}
	equal(t, "what is shown", []any{area.Path, area.Backing, area.Active, area.Size, area.Priority, area.Label},
		[]any{path, BackingFile, true, uint64(16 * mib), 7, "go"})
	status, document, err := system.statusAndDocument()
	must(t, err)
	sameJSON(t, "status of the running system", status, document)
	if status.Swap.Used == 0 || status.Memory.Total == 0 || status.Memory.Available > status.Memory.Total || status.Swap.Total < area.Size-page {
		t.Errorf("memory and swap: %+v, %+v", status.Memory, status.Swap)
	}
	found := false
	for i := range status.Areas {
		found = found || status.Areas[i].Path == path && status.Areas[i].Active
	}
	equal(t, "is among all areas", found, true)

	// With another size it is a resize, which keeps priority and label.
	must(t, system.Apply(background, active(path, 24*mib)))
	equal(t, "row after growing", rowOf(t, path), &row{24*mib - page, 7})
	shrink := active(path, 8*mib)
	shrink.InPlace = true
	plan, err := system.Plan(background, shrink)
	must(t, err)
	defer plan.Close()
	bridge, err := system.Plan(background, active(path, 8*mib))
	must(t, err)
	defer bridge.Close()
	if len(plan.Steps) >= len(bridge.Steps) {
		t.Errorf("in place: %v, and otherwise: %v", plan.Steps, bridge.Steps)
	}
	must(t, plan.Apply(background))
	equal(t, "row after shrinking", rowOf(t, path), &row{8*mib - page, 7})
	area, err = system.QueryPath(background, path)
	must(t, err)
	equal(t, "label", area.Label, "go")

	before := children(t)
	must(t, system.Deactivate(background, Spec{Path: path}))
	equal(t, "row while off", rowOf(t, path), (*row)(nil))
	equal(t, "there was no child", children(t) == before, false)
	must(t, system.Activate(background, Spec{Path: path, Priority: Ptr(PriorityDefault)}))
	if row := rowOf(t, path); row == nil || row.priority >= 0 {
		t.Errorf("row with the default priority: %+v", row)
	}
	before = children(t)
	must(t, system.Deactivate(background, Spec{Path: path, NoChild: true}))
	equal(t, "there was no child", children(t) == before, true)
	equal(t, "row while off again", rowOf(t, path), (*row)(nil))

	must(t, system.Apply(background, Spec{Path: path, State: StateAbsent}))
	equal(t, "the file is there", exists(path), false)
}

func TestNoSpace(t *testing.T) {
	system, path := running(t, "ext4")
	plan, err := system.Plan(background, active(path, 1<<40))
	must(t, err)
	defer plan.Close()
	equal(t, "feasible", plan.Feasible, false)
	equal(t, "first finding", []any{plan.Findings[0].Severity, plan.Findings[0].Reason},
		[]any{SeverityBlocker, ReasonNoSpace})
	failure := fails(t, plan.Apply(background), "apply", ReasonNoSpace, syscall.ENOSPC)
	equal(t, "path", failure.Path, path)
	equal(t, "the file is there", exists(path), false)

	// By default some is kept free for others.
	var info syscall.Statfs_t
	must(t, syscall.Statfs(filepath.Dir(path), &info))
	most := active(path, info.Bavail*uint64(info.Bsize)-2*mib)
	most.KeepFree = nil
	fails(t, system.Apply(background, most), "apply", ReasonReserve, syscall.ENOSPC)
}

func TestInUse(t *testing.T) {
	system, path := running(t, "ext4")
	must(t, system.Apply(background, active(path, mib)))
	force := Spec{Path: path, Force: true}
	fails(t, system.Format(background, force), "format", ReasonInUse, syscall.EBUSY)
}

// The library works in the thread of the goroutine that calls. One that has given up its rights is
// refused, while the others still have theirs.
func TestThreadWithoutRights(t *testing.T) {
	system, path := running(t, "ext4")
	t.Cleanup(func() { os.Remove(path) }) // without a header it is somebody's, who has to delete it
	must(t, os.Chmod(filepath.Dir(path), 0o700))
	results := make(chan error, 2)
	go func() {
		runtime.LockOSThread() // and never unlock it: the thread ends with the goroutine
		if err := syscall.Setfsuid(65534); err != nil {
			results <- err
			return
		}
		_, err := system.QueryPath(background, path)
		results <- err
		results <- system.Allocate(background, active(path, mib))
	}()
	must(t, <-results) // it is a finding of the status, not a failure
	err := <-results
	if !errors.Is(err, ReasonPermission) || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a thread without rights: %v", err)
	}
	must(t, system.Allocate(background, active(path, mib)))
}
