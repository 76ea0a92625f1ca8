// SPDX-License-Identifier: MIT

// The Go that SWIG generates, tried: swig_go list, or swig_go NAME DIRECTORY for one case. Each is a
// process of its own, as what is tried here may end it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"

	"swig_go/swapcfg"
)

const mib = 1 << 20

func check(condition bool, text string, args ...any) {
	if !condition {
		fmt.Printf(text+"\n", args...)
		os.Exit(1)
	}
}

func equal[T comparable](have, want T, what string) {
	check(have == want, "%s: %v instead of %v", what, have, want)
}

// What a call panics with; nil where it does not.
func caught(call func()) (text any) {
	defer func() { text = recover() }()
	call()
	return nil
}

func panics(part string, call func()) {
	text := fmt.Sprint(caught(call))
	check(strings.Contains(text, part), "no %q in %s", part, text)
}

type failure struct {
	Reason, Step, Path, Message string
	Errno                       int
	Left                        []string
}

// The error that a panic says.
func fails(reason string, call func()) failure {
	var document struct{ Error failure }
	text := fmt.Sprint(caught(call))
	check(json.Unmarshal([]byte(text), &document) == nil, "no error in %s", text)
	equal(document.Error.Reason, reason, "reason")
	check(len(document.Error.Message) > 5, "no sentence in %s", text)
	return document.Error
}

func row(path string) string {
	text, err := os.ReadFile("/proc/swaps")
	check(err == nil, "%v", err)
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 5 && fields[0] == path {
			return fields[2] + " " + fields[4]
		}
	}
	return ""
}

func kinds(plan swapcfg.Plan) string {
	var found []string
	for i := int64(0); i < plan.Step_count(); i++ {
		found = append(found, swapcfg.Step_name(plan.Step(i).Kind()))
	}
	return strings.Join(found, " ")
}

// spec has to be freed by the caller, as everything here.
func spec(path string, size uint64, state swapcfg.Enum_SS_swapcfg_state) swapcfg.Spec {
	made := swapcfg.NewSpec(path)
	made.Set_size(size)
	made.Set_state(state)
	return made
}

func onTheKernel(directory string) {
	path := directory + "/swapfile"
	context := swapcfg.NewContext()
	wanted := spec(path, 8*mib, swapcfg.STATE_ACTIVE)
	wanted.Set_priority(9)
	wanted.Set_label("go")
	plan := context.Plan(wanted)
	equal(kinds(plan), "allocate format publish activate", "steps")
	check(plan.Is_feasible(), "%s", plan.To_json())
	context.Apply(plan)
	equal(row(path), "8188 9", "KiB and priority in /proc/swaps")

	status := context.Query_path(path)
	equal(status.Area_count(), 1, "areas")
	area := status.Area(0)
	equal(area.Path(), path, "path")
	equal(area.Size(), 8*mib, "size")
	equal(area.Priority(), 9, "priority")
	equal(area.Label(), "go", "label")
	equal(area.Is_active(), true, "active")
	equal(swapcfg.Backing_name(area.Backing()), "file", "backing")
	check(json.Valid([]byte(status.To_json())), "%s", status.To_json())

	job := swapcfg.NewJob()
	job.Cancel()
	wanted.Set_state(swapcfg.STATE_ABSENT)
	wanted.Set_size(0)
	gone := context.Plan(wanted)
	fails("cancelled", func() { context.Apply(gone, job) })
	check(row(path) != "", "it was removed")
	context.Apply(gone)
	equal(row(path), "", "the row")
	_, err := os.Stat(path)
	check(os.IsNotExist(err), "the file is left: %v", err)
}

func belowARoot(directory string) {
	check(os.Mkdir(directory+"/etc", 0o755) == nil, "mkdir")
	context := swapcfg.NewContext(directory)
	equal(context.Root(), directory, "root")
	check(context.Is_offline(), "it is not offline")
	wanted := spec("/swapfile", 4*mib, swapcfg.STATE_FORMATTED)
	wanted.Set_endianness(swapcfg.ENDIANNESS_BIG)
	context.Apply(context.Plan(wanted))
	text, err := os.ReadFile(directory + "/swapfile")
	check(err == nil && len(text) == 4*mib, "%v, %d bytes", err, len(text))
	equal(string(text[4086:4096]), "SWAPSPACE2", "signature")
	equal(string(text[1024:1028]), "\x00\x00\x00\x01", "version, big endian")
	fails("offline", func() { context.Activate(wanted) })
}

func errors(directory string) {
	path := directory + "/swapfile"
	check(os.WriteFile(path, []byte("somebody's data"), 0o600) == nil, "write")
	context := swapcfg.NewContext()
	failed := fails("exists", func() { context.Apply(context.Plan(spec(path, 8*mib, swapcfg.STATE_ACTIVE))) })
	equal(failed.Errno, 17, "errno")
	equal(failed.Step, "plan", "step")
	equal(failed.Path, path, "path")
	fails("missing", func() { swapcfg.NewContext(directory + "/none") })
	fails("invalid-argument", func() { swapcfg.NewSpec("swapfile") })
	fails("invalid-argument", func() { context.Query_path("swapfile") })
	failed = fails("invalid-argument", func() { swapcfg.Size_parse("64 MB") })
	equal(failed.Errno, 22, "errno")
	equal(swapcfg.Size_parse("64M"), 64*mib, "a size")
	// A panic that is caught leaves the runtime sound, however many there are.
	for i := 0; i < 5000; i++ {
		fails("invalid-argument", func() { swapcfg.NewSpec("swapfile") })
		if i%500 == 0 {
			runtime.GC()
		}
	}
}

func nothings(directory string) {
	context, wanted := swapcfg.NewContext(), swapcfg.NewSpec(directory+"/swapfile")
	for _, call := range []func(){
		func() { context.Plan(nil) },
		func() { context.Apply(nil) },
		func() { swapcfg.Context(nil).Query() },
	} {
		check(caught(call) != nil, "nothing was taken for an object")
	}
	there := "there has to be an object"
	panics(there, func() { context.Plan(swapcfg.SwigcptrSpec(0)) })
	panics(there, func() { context.Apply(swapcfg.SwigcptrPlan(0)) })
	panics(there, func() { swapcfg.SwigcptrContext(0).Query() })
	panics(there, func() { swapcfg.SwigcptrArea(0).Path() })
	// What may be left out is any type to the compiler.
	panics("interface conversion", func() { context.Format(wanted, wanted) })
	panics("interface conversion", func() { context.Format(wanted, 5) })
	panics("interface conversion", func() { wanted.Set_label(5) })
	panics("interface conversion", func() { swapcfg.NewContext(5) })
}

func values(directory string) {
	wanted := swapcfg.NewSpec(directory + "/swapfile")
	wanted.Set_size(1<<64 - 1)
	equal(wanted.Size(), 1<<64-1, "the largest size")
	for _, state := range []swapcfg.Enum_SS_swapcfg_state{51, -1} {
		check(caught(func() { wanted.Set_state(state) }) != nil, "%d was taken for a state", state)
	}
	large := 1 << 32 // where an int has as many bits
	panics("no value of the enumeration", func() {
		wanted.Set_state(swapcfg.Enum_SS_swapcfg_state(large + 50))
	})
	fails("invalid-argument", func() { wanted.Set_priority(40000) })
	fails("invalid-argument", func() { wanted.Set_page_size(5000) })
	fails("invalid-argument", func() { wanted.Set_flag(99, true) })
	fails("invalid-argument", func() { wanted.Set_label("0123456789abcdef") })
	status := swapcfg.NewContext().Query_path("/swapfile")
	for _, index := range []int64{-1, 1, 1 << 32, -1 << 63} {
		fails("invalid-argument", func() { status.Area(index) })
	}
	null := "a null byte"
	panics(null, func() { swapcfg.NewSpec("/swap\x00file") })
	panics(null, func() { swapcfg.NewContext("/\x00") })
	panics(null, func() { wanted.Set_label("a\x00b") })
	panics(null, func() { swapcfg.Size_parse("64M\x00") })
	panics(null, func() { swapcfg.Boot_from_name("fstab\x00") })
	fails("invalid-argument", func() { swapcfg.NewSpec("") })
}

func parents(directory string) {
	path := directory + "/swapfile"
	for i := 0; i < 200; i++ {
		context, wanted := swapcfg.NewContext(), spec(path, mib, swapcfg.STATE_FORMATTED)
		plan, status := context.Plan(wanted), context.Query_path(path)
		step, area := plan.Step(0), status.Area(0)
		swapcfg.DeleteContext(context)
		swapcfg.DeleteSpec(wanted)
		swapcfg.DeletePlan(plan)
		swapcfg.DeleteStatus(status)
		runtime.GC()
		equal(swapcfg.Step_name(step.Kind()), "allocate", "kind")
		equal(area.Path(), path, "path")
		swapcfg.DeleteStep(step)
		swapcfg.DeleteArea(area)
	}
	open, err := os.ReadDir("/proc/self/fd")
	check(err == nil && len(open) < 20, "%d files are open, %v", len(open), err)
}

func goroutines(directory string) {
	context := swapcfg.NewContext() // may be shared
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		path := fmt.Sprintf("%s/%d", directory, i)
		group.Add(1)
		go func() {
			defer group.Done()
			for round := 0; round < 50; round++ {
				plan := context.Plan(spec(path, mib, swapcfg.STATE_FORMATTED))
				equal(plan.Step(0).Bytes(), mib, "bytes")
				fails("invalid-argument", func() { context.Query_path("nothing") })
			}
		}()
	}
	group.Wait()
}

var cases = map[string]func(string){
	"create, show and remove an area": onTheKernel,
	"below a root":                    belowARoot,
	"an error is a panic":             errors,
	"nothing in place of an object":   nothings,
	"values and text that are none":   values,
	"children outlive their parents":  parents,
	"goroutines with one context":     goroutines,
}

func main() {
	if os.Args[1] == "list" {
		var names []string
		for name := range cases {
			names = append(names, name)
		}
		sort.Strings(names)
		fmt.Println(strings.Join(names, "\n"))
		return
	}
	cases[os.Args[1]](os.Args[2])
	fmt.Println("done")
}
