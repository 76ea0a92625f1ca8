// SPDX-License-Identifier: MIT

package swapcfg

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const mib = 1 << 20

var background = context.Background()

// mounted gives a new directory on a file system that tests/bindings/go.py has made.
func mounted(t *testing.T, kind string) string {
	t.Helper()
	top := os.Getenv("SWAPCFG_TEST_" + strings.ToUpper(kind))
	if top == "" {
		t.Skipf("without an image with %s, as tests/bindings/go.py makes one", kind)
	}
	dir, err := os.MkdirTemp(top, "")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// tree gives the root of a system that is not running, with these files.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := scratch()
	t.Cleanup(func() { os.RemoveAll(root) })
	for name, text := range files {
		path := filepath.Join(root, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return root
}

// scratch gives a new directory on a disk, as nothing can be allocated on a tmpfs.
func scratch() string {
	top := os.Getenv("TMPDIR")
	if top == "" {
		top = "/var/tmp"
	}
	root, err := os.MkdirTemp(top, "swapcfg-test-")
	if err != nil {
		panic(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		panic(err)
	}
	return root
}

func open(t *testing.T, root string) *System {
	t.Helper()
	system, err := Open(root)
	must(t, err)
	t.Cleanup(func() { system.Close() })
	return system
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, have, want any) {
	t.Helper()
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s: %v instead of %v", what, have, want)
	}
}

// fails checks all that can be asked of an error.
func fails(t *testing.T, err error, op string, reason Reason, errno syscall.Errno) *Error {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("%v instead of an error with the reason %v", err, reason)
	}
	if failure.Op != op || failure.Reason != reason || failure.Errno != errno {
		t.Fatalf("%v: %s, %v, %v instead of %s, %v, %v", err, failure.Op, failure.Reason,
			failure.Errno, op, reason, errno)
	}
	if !errors.Is(err, reason) || !errors.Is(err, errno) || errors.Is(err, ReasonNone) {
		t.Errorf("errors.Is does not find %v and %v in it", reason, errno)
	}
	if failure.Message == "" || failure.Step == "" || !strings.Contains(err.Error(), failure.Message) {
		t.Errorf("it does not say what happened: %#v", failure)
	}
	return failure
}

// sameJSON compares what a value is in JSON with a document of the C library.
func sameJSON(t *testing.T, what string, value any, document string) {
	t.Helper()
	text, err := json.Marshal(value)
	must(t, err)
	var have, want any
	must(t, json.Unmarshal(text, &have))
	must(t, json.Unmarshal([]byte(document), &want))
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s:\n%s\ninstead of\n%s", what, text, document)
	}
}

// A row is a line of /proc/swaps.
type row struct {
	size     uint64
	priority int
}

func rowOf(t *testing.T, path string) *row {
	t.Helper()
	text, err := os.ReadFile("/proc/swaps")
	must(t, err)
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 5 && fields[0] == path {
			size, _ := strconv.ParseUint(fields[2], 10, 64)
			priority, _ := strconv.Atoi(fields[4])
			return &row{size * 1024, priority}
		}
	}
	return nil
}

// names lists a directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
