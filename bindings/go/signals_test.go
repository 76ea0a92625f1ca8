// SPDX-License-Identifier: MIT

package swapcfg

import (
	"io"
	"os"
	"runtime/pprof"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
)

// shower sends every thread the signals that Go's scheduler and its profiler send, until it is told
// to stop; it gives how many there were.
func shower(t *testing.T) (stop func() int64) {
	must(t, pprof.StartCPUProfile(io.Discard))
	var sent, over int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for atomic.LoadInt64(&over) == 0 {
			threads, _ := os.ReadDir("/proc/self/task")
			for _, thread := range threads {
				id, _ := strconv.Atoi(thread.Name())
				syscall.Tgkill(syscall.Getpid(), id, syscall.SIGURG)
				atomic.AddInt64(&sent, 1)
			}
		}
	}()
	return func() int64 {
		atomic.StoreInt64(&over, 1)
		<-done
		pprof.StopCPUProfile()
		return sent
	}
}

// C code sees signals that Go code never hears of. None of them makes a call fail.
func TestSignals(t *testing.T) {
	system, path := running(t, "ext4")
	stop := shower(t)
	for i := 0; i < 5; i++ {
		must(t, system.Apply(background, active(path, 8*mib)))
		must(t, system.Apply(background, active(path, 12*mib)))
		must(t, system.Deactivate(background, Spec{Path: path}))
		must(t, system.Activate(background, Spec{Path: path}))
		_, err := system.Query(background)
		must(t, err)
		must(t, system.Apply(background, Spec{Path: path, State: StateAbsent}))
	}
	t.Logf("figure: %d signals while areas were made, resized and removed", stop())
}
