// SPDX-License-Identifier: MIT

// Area makes, shows and removes a swap area, with a boot entry:
//
//	area create PATH SIZE
//	area show [PATH]
//	area remove PATH
//
// What it shows is JSON, as for a web page. Ctrl-C cancels it, and undoes what it did.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	swapcfg "github.com/libswapcfg/libswapcfg/bindings/go"
)

var errUsage = errors.New("usage: area create PATH SIZE | show [PATH] | remove PATH")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "area: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	system, err := swapcfg.Open("/")
	if err != nil {
		return err
	}
	defer system.Close()
	switch {
	case len(args) == 3 && args[0] == "create":
		return create(ctx, system, args[1], args[2])
	case len(args) == 1 && args[0] == "show":
		return show(system.Query(ctx))
	case len(args) == 2 && args[0] == "show":
		return show(system.QueryPath(ctx, args[1]))
	case len(args) == 2 && args[0] == "remove":
		return system.Apply(ctx, swapcfg.Spec{
			Path:  args[1],
			State: swapcfg.StateAbsent,
			Boot:  swapcfg.BootNone,
		})
	}
	return errUsage
}

func create(ctx context.Context, system *swapcfg.System, path, text string) error {
	size, err := swapcfg.ParseSize(text)
	if err != nil {
		return err
	}
	plan, err := system.Plan(ctx, swapcfg.Spec{
		Path:  path,
		Size:  size,
		State: swapcfg.StateActive,
		Boot:  swapcfg.BootAuto,
	})
	if err != nil {
		return err
	}
	defer plan.Close()
	for _, finding := range plan.Findings {
		fmt.Fprintf(os.Stderr, "%s: %s\n", finding.Severity, finding.Message)
	}
	return plan.Apply(ctx, swapcfg.WithProgress(func(p swapcfg.Progress) {
		if p.Total > 0 {
			fmt.Fprintf(os.Stderr, "%s: %d %%\n", p.Step, 100*p.Done/p.Total)
		}
	}))
}

// show prints what a query gives.
func show(what any, err error) error {
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(what)
}
