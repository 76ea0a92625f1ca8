// SPDX-License-Identifier: MIT

package swapcfg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// A testCase is one of the cases that every language runs; see tests/cases.
type testCase struct {
	About string             `json:"about"`
	Root  map[string]entry   `json:"root"`
	Given []caseSpec         `json:"given"`
	Spec  *caseSpec          `json:"spec"`
	Error *outcome           `json:"error"`
	Plan  *expectedPlan      `json:"plan"`
	Apply *outcome           `json:"apply"`
	After map[string]*expect `json:"after"`
}

type outcome struct {
	Errno  string `json:"errno"`
	Reason Reason `json:"reason"`
}

// Of a step or a finding only the keys that are given are compared.
type expectedPlan struct {
	Feasible *bool            `json:"feasible"`
	Steps    []map[string]any `json:"steps"`
	Findings []map[string]any `json:"findings"`
}

type caseSpec struct {
	Path       string       `json:"path"`
	State      *State       `json:"state"`
	Boot       *Boot        `json:"boot"`
	Size       *amount      `json:"size"`
	Priority   *priority    `json:"priority"`
	Discard    *Discard     `json:"discard"`
	Label      *string      `json:"label"`
	UUID       *string      `json:"uuid"`
	KeepFree   *amount      `json:"keep_free"`
	PageSize   *uint32      `json:"page_size"`
	Endianness *Endianness  `json:"endianness"`
	Offset     *amount      `json:"offset"`
	Wait       *json.Number `json:"wait"`
	Flags      []string     `json:"flags"`
}

// An amount is a number of bytes, or a text for ParseSize.
type amount struct {
	bytes uint64
	err   error
}

func (a *amount) UnmarshalJSON(text []byte) error {
	if text[0] != '"' {
		return json.Unmarshal(text, &a.bytes)
	}
	var size string
	err := json.Unmarshal(text, &size)
	a.bytes, a.err = ParseSize(size) // it is a part of the case that this may fail
	return err
}

// A priority is a number, "keep" or "default".
type priority struct{ value *int }

func (p *priority) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"keep"`:
		return nil
	case `"default"`:
		p.value = Ptr(PriorityDefault)
		return nil
	}
	return json.Unmarshal(text, &p.value)
}

// spec gives what a case wishes for; it fails where a size cannot be read.
func (c *caseSpec) spec() (Spec, error) {
	spec := Spec{Path: c.Path, Label: c.Label}
	for _, field := range []struct {
		from *amount
		to   *uint64
	}{{c.Size, &spec.Size}, {c.Offset, &spec.Offset}} {
		if field.from != nil {
			*field.to = field.from.bytes
			if field.from.err != nil {
				return spec, field.from.err
			}
		}
	}
	if c.KeepFree != nil {
		spec.KeepFree = &c.KeepFree.bytes
		if c.KeepFree.err != nil {
			return spec, c.KeepFree.err
		}
	}
	if c.Priority != nil {
		spec.Priority = c.Priority.value
	}
	set(&spec.State, c.State)
	set(&spec.Boot, c.Boot)
	set(&spec.Discard, c.Discard)
	set(&spec.Endianness, c.Endianness)
	set(&spec.UUID, c.UUID)
	set(&spec.PageSize, c.PageSize)
	if c.Wait != nil {
		ms, err := c.Wait.Int64()
		if err != nil {
			return spec, err
		}
		spec.Wait = time.Duration(ms) * time.Millisecond
	}
	flags := map[string]*bool{"force": &spec.Force, "in-place": &spec.InPlace,
		"ignore-memory": &spec.IgnoreMemory, "no-child": &spec.NoChild, "early": &spec.Early,
		"format": &spec.Format}
	for _, name := range c.Flags {
		if flags[name] == nil {
			return spec, fmt.Errorf("there is no flag %q", name)
		}
		*flags[name] = true
	}
	return spec, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

var errnos = map[string]syscall.Errno{"EACCES": syscall.EACCES, "EBUSY": syscall.EBUSY,
	"ECANCELED": syscall.ECANCELED, "EEXIST": syscall.EEXIST, "EFBIG": syscall.EFBIG,
	"EINVAL": syscall.EINVAL, "EIO": syscall.EIO, "EISDIR": syscall.EISDIR, "ELOOP": syscall.ELOOP,
	"ENAMETOOLONG": syscall.ENAMETOOLONG, "ENOENT": syscall.ENOENT, "ENOMEM": syscall.ENOMEM,
	"ENOSPC": syscall.ENOSPC, "ENOSYS": syscall.ENOSYS, "ENOTDIR": syscall.ENOTDIR,
	"EOPNOTSUPP": syscall.EOPNOTSUPP, "EPERM": syscall.EPERM, "ERANGE": syscall.ERANGE,
	"EROFS": syscall.EROFS, "ESTALE": syscall.ESTALE}

// check compares what became of a call.
func (o *outcome) check(t *testing.T, op string, err error) {
	t.Helper()
	if *o == (outcome{}) {
		must(t, err)
		return
	}
	errno, known := errnos[o.Errno]
	if !known {
		t.Fatalf("there is no errno %q", o.Errno)
	}
	if err == nil {
		t.Fatal("it does not fail")
	}
	fails(t, err, op, o.Reason, errno)
}

// holds compares a list of a plan with what a case says about it.
func holds(t *testing.T, what string, have, want []map[string]any) {
	t.Helper()
	if len(have) != len(want) {
		t.Errorf("%s: %v instead of %v", what, have, want)
		return
	}
	for i := range want {
		for key, value := range want[i] {
			if found, ok := have[i][key]; !ok || fmt.Sprint(found) != fmt.Sprint(value) {
				t.Errorf("%s: %d: %s: %v instead of %v", what, i, key, found, value)
			}
		}
	}
}

func (want *expectedPlan) check(t *testing.T, plan *Plan) {
	t.Helper()
	if want.Feasible == nil || want.Steps == nil || want.Findings == nil {
		t.Fatal("a plan has to say whether it is feasible, its steps and findings")
	}
	equal(t, "feasible", plan.Feasible, *want.Feasible)
	steps, findings := []map[string]any{}, []map[string]any{}
	for _, step := range plan.Steps {
		steps = append(steps, map[string]any{"kind": step.Kind, "path": step.Path, "bytes": step.Bytes,
			"text": step.Text})
	}
	for _, finding := range plan.Findings {
		findings = append(findings, map[string]any{"severity": finding.Severity,
			"reason": finding.Reason.String(), "message": finding.Message})
	}
	holds(t, "steps", steps, want.Steps)
	holds(t, "findings", findings, want.Findings)

	sameJSON(t, "plan", plan, plan.document())
	var document expectedPlan
	must(t, decode([]byte(plan.document()), &document))
	equal(t, "feasible in JSON", *document.Feasible, *want.Feasible)
	holds(t, "steps in JSON", document.Steps, want.Steps)
	holds(t, "findings in JSON", document.Findings, want.Findings)
}

func decode(text []byte, ret any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	return decoder.Decode(ret)
}

// run does what a case says.
func (c *testCase) run(t *testing.T) {
	if c.About == "" || c.Spec == nil || (c.Error == nil) == (c.Plan == nil) || c.Apply != nil && c.Plan == nil {
		t.Fatal("a case has about, spec, and either error or plan")
	}
	root := tree(t, nil)
	makeTree(t, root, c.Root)
	system := open(t, root)
	for i := range c.Given {
		spec, err := c.Given[i].spec()
		must(t, err)
		must(t, system.Apply(background, spec))
	}
	spec, err := c.Spec.spec()
	if err != nil {
		if c.Error == nil {
			t.Fatal(err)
		}
		c.Error.check(t, "parse size", err)
		return
	}
	plan, err := system.Plan(background, spec)
	if c.Error != nil {
		c.Error.check(t, "plan", err)
	} else {
		must(t, err)
		defer plan.Close()
		c.Plan.check(t, plan)
	}
	if c.Apply != nil {
		err := plan.Apply(background)
		c.Apply.check(t, "apply", err)
		if err == nil {
			again, err := system.Plan(background, spec)
			must(t, err)
			defer again.Close()
			equal(t, "steps of planning again", again.Steps, []Step{})
		}
	}
	compareTree(t, root, c.After)
}

func TestCases(t *testing.T) {
	if one := uint16(1); os.Getpagesize() != 4096 || *(*byte)(unsafe.Pointer(&one)) != 1 {
		t.Skip("the cases are for pages of 4096 bytes and a little-endian machine")
	}
	directory := os.Getenv("SWAPCFG_CASES")
	if directory == "" {
		directory = "../../tests/cases"
	}
	files, err := filepath.Glob(directory + "/*.json")
	must(t, err)
	sort.Strings(files)
	count := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if name == "schema" {
			continue
		}
		count++
		file := file
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			must(t, err)
			var c testCase
			must(t, decode(text, &c))
			c.run(t)
		})
	}
	if count == 0 {
		t.Fatalf("there is no case in %s", directory)
	}
	t.Logf("figure: %d cases", count)
}

// What a runner has to look at is all there is: a field without a use would be a hole.
func TestCaseSpecIsComplete(t *testing.T) {
	fields := reflect.TypeOf(caseSpec{}).NumField() - 1 + 6 // flags are fields of their own
	equal(t, "fields", fields, reflect.TypeOf(Spec{}).NumField())
}
