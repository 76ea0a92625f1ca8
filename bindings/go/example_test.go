// SPDX-License-Identifier: MIT

package swapcfg_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"syscall"
	"time"

	swapcfg "github.com/libswapcfg/libswapcfg/bindings/go"
)

var ctx = context.Background()

// firmware unpacks the tree of a device that is not running, for the examples to work on.
func firmware() string {
	top := os.Getenv("TMPDIR")
	if top == "" {
		top = "/var/tmp"
	}
	root, err := os.MkdirTemp(top, "swapcfg-example-")
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range map[string]string{
		"sbin/init": "sysvinit", "sbin/swapon": "util-linux", "etc/inittab": "id:3:initdefault:\n"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	return root
}

// The tree of a device gets a swap file that is in use after its first boot.
func Example() {
	root := firmware()
	defer os.RemoveAll(root)

	system, err := swapcfg.Open(root)
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()
	err = system.Apply(ctx, swapcfg.Spec{
		Path:  "/swapfile",
		Size:  16 << 20,
		State: swapcfg.StateFormatted,
		Boot:  swapcfg.BootAuto,
	})
	if err != nil {
		log.Fatal(err)
	}
	area, err := system.QueryPath(ctx, "/swapfile")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(area.Size, area.Boot[0].Kind, area.Boot[0].File)
	// Output: 16777216 inittab /etc/inittab
}

func ExampleOpen() {
	system, err := swapcfg.Open("/")
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()
	fmt.Println(system.Root(), system.Offline())
	// Output: / false
}

func ExampleSystem_Plan() {
	root := firmware()
	defer os.RemoveAll(root)
	system, err := swapcfg.Open(root)
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()

	plan, err := system.Plan(ctx, swapcfg.Spec{Path: "/swapfile", Size: 1 << 20, State: swapcfg.StateFormatted})
	if err != nil {
		log.Fatal(err)
	}
	defer plan.Close()
	fmt.Println("feasible:", plan.Feasible)
	for _, step := range plan.Steps {
		fmt.Println(step.Kind, step.Path, step.Bytes)
	}
	if err := plan.Apply(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// feasible: true
	// allocate /swapfile 1048576
	// format /swapfile 1048576
	// publish /swapfile 1048576
}

// What forbids a plan are its first findings.
func ExamplePlan() {
	root := firmware()
	defer os.RemoveAll(root)
	system, err := swapcfg.Open(root)
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()

	plan, err := system.Plan(ctx, swapcfg.Spec{Path: "/swapfile", State: swapcfg.StateAllocated})
	if err != nil {
		log.Fatal(err)
	}
	defer plan.Close()
	for _, finding := range plan.Findings {
		fmt.Println(finding.Severity, finding.Reason)
	}
	text, err := json.Marshal(plan.Steps)
	fmt.Println(string(text), err)
	// Output:
	// blocker missing
	// [] <nil>
}

func ExampleSystem_Query() {
	system, err := swapcfg.Open("/")
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()
	status, err := system.Query(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, area := range status.Areas {
		if area.Active {
			fmt.Printf("%s: %d of %d bytes used\n", area.Path, area.Used, area.Size)
		}
		if area.Repair != nil {
			fmt.Printf("%s: %s\n", area.Path, area.Findings[0].Message)
		}
	}
}

func ExampleError() {
	root := firmware()
	defer os.RemoveAll(root)
	system, err := swapcfg.Open(root)
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()

	err = system.Apply(ctx, swapcfg.Spec{Path: "/etc/inittab", Size: 1 << 20, State: swapcfg.StateFormatted})
	fmt.Println(errors.Is(err, swapcfg.ReasonExists), errors.Is(err, syscall.EEXIST), errors.Is(err, fs.ErrExist))
	var failure *swapcfg.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Op, failure.Reason, failure.Path)
	}
	// Output:
	// true true true
	// apply exists /etc/inittab
}

// A call that takes too long is given up, and what it did is undone before it returns.
func ExampleWithProgress() {
	root := firmware()
	defer os.RemoveAll(root)
	system, err := swapcfg.Open(root)
	if err != nil {
		log.Fatal(err)
	}
	defer system.Close()

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	spec := swapcfg.Spec{Path: "/swapfile", Size: 1 << 20, State: swapcfg.StateFormatted}
	err = system.Apply(ctx, spec, swapcfg.WithProgress(func(p swapcfg.Progress) {
		log.Printf("%s: %d of %d bytes", p.Step, p.Done, p.Total)
	}))
	if errors.Is(err, context.DeadlineExceeded) {
		log.Print("not within a minute")
	}
	fmt.Println(err)
	// Output: <nil>
}

func ExampleParseSize() {
	size, err := swapcfg.ParseSize("1.5G")
	fmt.Println(size, err)
	_, err = swapcfg.ParseSize("64 MB")
	fmt.Println(err)
	// Output:
	// 1610612736 <nil>
	// swapcfg: parse size: "64 MB" is not a size; write it like 64M or 1.5G
}
