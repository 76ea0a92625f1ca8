// SPDX-License-Identifier: MIT

package swapcfg

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a system needs to have a boot entry by sysvinit.
var sysvinit = map[string]string{
	"sbin/init":   "ELF of sysvinit",
	"sbin/swapon": "ELF of util-linux",
	"etc/inittab": "id:3:initdefault:\nsi0::sysinit:/bin/mount -a\n",
}

// kept wishes for an area that needs no running kernel.
func kept(size uint64) Spec {
	return Spec{Path: "/swapfile", Size: size, State: StateFormatted, Boot: BootAuto,
		Priority: Ptr(5), KeepFree: Ptr(uint64(0)), Label: Ptr("go"),
		UUID: "41424344-4546-4748-494a-4b4c4d4e4f50"}
}

func TestOpen(t *testing.T) {
	for root, want := range map[string]string{"": "/", "/": "/"} {
		system := open(t, root)
		equal(t, "root", system.Root(), want)
		equal(t, "offline", system.Offline(), false)
	}
	root := tree(t, map[string]string{"file": ""})
	system := open(t, root)
	equal(t, "root", system.Root(), root)
	equal(t, "offline", system.Offline(), true)

	_, err := Open(root + "/missing")
	failure := fails(t, err, "open", ReasonMissing, syscall.ENOENT)
	equal(t, "path", failure.Path, root+"/missing")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is no fs.ErrNotExist", err)
	}
	_, err = Open(root + "/file")
	fails(t, err, "open", ReasonInvalidArgument, syscall.ENOTDIR)
	_, err = Open(root + "\x00/more")
	fails(t, err, "open", ReasonInvalidArgument, syscall.EINVAL)
}

// From nothing to an area that comes back after a boot, to a larger one, and back to nothing.
func TestOfflineArea(t *testing.T) {
	root := tree(t, sysvinit)
	system := open(t, root)
	must(t, system.Apply(background, kept(8*mib)))
	inittab, err := os.ReadFile(root + "/etc/inittab")
	must(t, err)
	if !strings.Contains(string(inittab), "/sbin/swapon -p 5 /swapfile") {
		t.Errorf("no entry in\n%s", inittab)
	}
	plan, err := system.Plan(background, kept(8*mib))
	must(t, err)
	equal(t, "steps of what is already so", plan.Steps, []Step{})
	must(t, plan.Close())
	must(t, system.Apply(background, kept(12*mib)))

	area, err := system.QueryPath(background, "/etc/../swapfile")
	must(t, err)
	equal(t, "findings", area.Findings, []Finding{})
	area.Findings, area.Path = nil, ""
	equal(t, "area", *area, Area{Backing: BackingFile, Size: 12 * mib, Priority: 5, Label: "go",
		UUID: "41424344-4546-4748-494a-4b4c4d4e4f50", PageSize: uint32(os.Getpagesize()),
		Boot: []BootEntry{{BootInittab, "/etc/inittab", area.Boot[0].Line, true}}})
	info, err := os.Stat(root + "/swapfile")
	must(t, err)
	equal(t, "size and mode", []any{info.Size(), info.Mode()}, []any{int64(12 * mib), fs.FileMode(0o600)})

	must(t, system.Apply(background, Spec{Path: "/swapfile", State: StateAbsent, Boot: BootNone}))
	equal(t, "the file is there", exists(root+"/swapfile"), false)
	inittab, err = os.ReadFile(root + "/etc/inittab")
	must(t, err)
	equal(t, "inittab", string(inittab), sysvinit["etc/inittab"])
}

// One verb after the other leads there as well, and says what it is about.
func TestVerbs(t *testing.T) {
	root := tree(t, sysvinit)
	system := open(t, root)
	spec := kept(4 * mib)
	must(t, system.Allocate(background, spec))
	area, err := system.QueryPath(background, "/swapfile")
	must(t, err)
	equal(t, "page size without a header", area.PageSize, uint32(0))
	must(t, system.Format(background, spec))
	must(t, system.Persist(background, spec))
	area, err = system.QueryPath(background, "/swapfile")
	must(t, err)
	equal(t, "label", area.Label, "go")
	equal(t, "entries", len(area.Boot), 1)
	must(t, system.Forget(background, spec))
	inittab, err := os.ReadFile(root + "/etc/inittab")
	must(t, err)
	equal(t, "inittab", string(inittab), sysvinit["etc/inittab"])
	fails(t, system.Activate(background, spec), "activate", ReasonOffline, syscall.EOPNOTSUPP)
	must(t, system.Deactivate(background, spec)) // it is off already
}

// All that a spec can say arrives in C.
func TestSpec(t *testing.T) {
	root := tree(t, nil)
	system := open(t, root)
	data := make([]byte, 4*mib)
	data[0] = 'x'
	path := root + "/data"
	must(t, os.WriteFile(path, data, 0o600))
	spec := Spec{Path: "/data", PageSize: 65536, Endianness: EndiannessBig, Offset: 1 * mib,
		Size: 2 * mib, Label: Ptr("fifteen letters"), UUID: "clear"}
	fails(t, system.Format(background, spec), "format", ReasonExists, syscall.EEXIST)
	spec.Force = true
	must(t, system.Format(background, spec))
	text, err := os.ReadFile(path)
	must(t, err)
	page := text[mib : mib+65536]
	equal(t, "version, big endian", page[1024:1028], []byte{0, 0, 0, 1})
	equal(t, "last page, big endian", page[1028:1032], []byte{0, 0, 0, 31})
	equal(t, "UUID", page[1036:1052], make([]byte, 16))
	equal(t, "label", string(page[1052:1068]), "fifteen letters\x00")
	equal(t, "mark", string(page[65526:]), "SWAPSPACE2")

	plan, err := system.Plan(background, Spec{Path: "/reserve", Size: mib, State: StateAllocated,
		KeepFree: Ptr(uint64(math.MaxUint64 - 1))})
	must(t, err)
	defer plan.Close()
	equal(t, "feasible without a reserve", plan.Feasible, false)
	equal(t, "reason", plan.Findings[0].Reason, ReasonReserve)
	equal(t, "severity", plan.Findings[0].Severity, SeverityBlocker)
	fails(t, plan.Apply(background), "apply", ReasonReserve, syscall.ENOSPC)
}

func TestInvalidSpec(t *testing.T) {
	system := open(t, tree(t, nil))
	for name, spec := range map[string]Spec{
		"no path":            {},
		"relative":           {Path: "swapfile"},
		"directory":          {Path: "/swapfile/"},
		"NUL in path":        {Path: "/swap\x00file"},
		"NUL in label":       {Path: "/s", Label: Ptr("a\x00b")},
		"NUL in UUID":        {Path: "/s", UUID: "random\x00"},
		"long label":         {Path: "/s", Label: Ptr("sixteen letters!")},
		"UUID":               {Path: "/s", UUID: "none"},
		"state":              {Path: "/s", State: 51},
		"boot":               {Path: "/s", Boot: -1},
		"discard":            {Path: "/s", Discard: 1},
		"endianness":         {Path: "/s", Endianness: 30},
		"page size":          {Path: "/s", PageSize: 4097},
		"priority":           {Path: "/s", Priority: Ptr(PriorityMax + 1)},
		"priority, 64 bits":  {Path: "/s", Priority: Ptr(1<<32 + 5)},
		"priority, negative": {Path: "/s", Priority: Ptr(-2)},
		"wait":               {Path: "/s", Wait: -time.Second},
	} {
		plan, err := system.Plan(background, spec)
		if plan != nil {
			t.Errorf("%s: there is a plan", name)
			continue
		}
		fails(t, err, "plan", ReasonInvalidArgument, syscall.EINVAL)
		if err := system.Apply(background, spec); !errors.Is(err, ReasonInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, spec := range []Spec{{Path: "/s", Format: true}, {Path: "/s", Early: true}} {
		plan, err := system.Plan(background, spec)
		must(t, err)
		defer plan.Close()
		equal(t, "feasible", plan.Feasible, false)
		fails(t, plan.Apply(background), "apply", ReasonInvalidArgument, syscall.EINVAL)
	}
	long := "/" + strings.Repeat("x", 256)
	_, err := system.Plan(background, Spec{Path: long})
	fails(t, err, "plan", ReasonInvalidArgument, syscall.ENAMETOOLONG)
	for _, path := range []string{"", "swapfile", "/a\x00b"} {
		_, err := system.QueryPath(background, path)
		fails(t, err, "query", ReasonInvalidArgument, syscall.EINVAL)
	}
}

// A wait in C is 32 bits of milliseconds. It must not become a short one by overflow.
func TestLongWait(t *testing.T) {
	system := open(t, tree(t, nil))
	for _, wait := range []time.Duration{1, time.Hour, math.MaxUint32*time.Millisecond + 1, math.MaxInt64} {
		must(t, system.Apply(background, Spec{Path: "/swapfile", Wait: wait}))
	}
}

func TestStalePlan(t *testing.T) {
	root := tree(t, nil)
	system := open(t, root)
	plan, err := system.Plan(background, kept(mib))
	must(t, err)
	defer plan.Close()
	must(t, os.WriteFile(root+"/swapfile", []byte("somebody's"), 0o600))
	failure := fails(t, plan.Apply(background), "apply", ReasonStalePlan, syscall.ESTALE)
	equal(t, "path", failure.Path, "/swapfile")
	equal(t, "left", failure.Left, []string(nil))
	text, err := os.ReadFile(root + "/swapfile")
	must(t, err)
	equal(t, "file", string(text), "somebody's")
}

// An entry to a file that is gone is mended by the spec that the status gives.
func TestRepair(t *testing.T) {
	root := tree(t, sysvinit)
	system := open(t, root)
	must(t, system.Apply(background, kept(mib)))
	must(t, os.Remove(root+"/swapfile"))
	status, err := system.Query(background)
	must(t, err)
	equal(t, "areas", len(status.Areas), 1)
	area := status.Areas[0]
	equal(t, "reason", area.Findings[0].Reason, ReasonBootEntryDangling)
	if area.Repair == nil {
		t.Fatal("there is no repair")
	}
	must(t, system.Apply(background, *area.Repair))
	status, err = system.Query(background)
	must(t, err)
	equal(t, "areas after it", status.Areas, []Area{})
}

// An area that was cut off is made again with the size that it had.
func TestRepairOfSize(t *testing.T) {
	root := tree(t, nil)
	system := open(t, root)
	must(t, system.Apply(background, Spec{Path: "/swapfile", Size: 2 * mib, State: StateFormatted}))
	must(t, os.Truncate(root+"/swapfile", mib))
	area, err := system.QueryPath(background, "/swapfile")
	must(t, err)
	equal(t, "reason", area.Findings[0].Reason, ReasonShort)
	equal(t, "repair", *area.Repair, Spec{Path: "/swapfile", Size: 2 * mib, State: StateActive, Boot: BootAuto})
}

// What is JSON here is the JSON of the C library, and says the same when it is read again.
func TestJSON(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"nothing": {}, "sysvinit": sysvinit,
		"dangling, and a path that is no UTF-8": {"etc/fstab": "/s\xe4w<&>\"\\040 none swap sw 0 0\n"}} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, files)
			system := open(t, root)
			for _, spec := range []Spec{kept(8 * mib), {Path: "/missing", State: StateFormatted},
				{Path: "/\xff<\u2028>", State: StateAllocated, Size: mib}} {
				plan, err := system.Plan(background, spec)
				must(t, err)
				defer plan.Close()
				sameJSON(t, "plan", plan, plan.document())
				text, err := json.Marshal(plan)
				must(t, err)
				var back Plan
				must(t, json.Unmarshal(text, &back))
				sameJSON(t, "plan, read again", &back, plan.document())
				if !plan.Feasible {
					failure, document := plan.errorAndDocument()
					sameJSON(t, "error", map[string]any{"error": failure}, document)
				}
			}
			checkStatus(t, system)
			if files["etc/inittab"] != "" {
				must(t, system.Apply(background, kept(mib)))
				checkStatus(t, system)
				must(t, os.Remove(filepath.Join(root, "swapfile")))
				checkStatus(t, system)
			}
		})
	}
}

func checkStatus(t *testing.T, system *System) {
	t.Helper()
	status, document, err := system.statusAndDocument()
	must(t, err)
	sameJSON(t, "status", status, document)
	text, err := json.Marshal(status)
	must(t, err)
	var back Status
	must(t, json.Unmarshal(text, &back))
	equal(t, "status, read again", back, asUTF8(*status))
}

// asUTF8 is a status as it comes back from JSON.
func asUTF8(status Status) Status {
	for i := range status.Areas {
		status.Areas[i].Path = strings.ToValidUTF8(status.Areas[i].Path, "\ufffd")
		if repair := status.Areas[i].Repair; repair != nil {
			repair.Path = strings.ToValidUTF8(repair.Path, "\ufffd")
		}
		for j := range status.Areas[i].Findings {
			finding := &status.Areas[i].Findings[j]
			finding.Message = strings.ToValidUTF8(finding.Message, "\ufffd")
		}
	}
	return status
}
