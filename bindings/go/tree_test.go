// SPDX-License-Identifier: MIT

package swapcfg

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"
)

// An entry is a file, link or directory in the fake root of a case.
type entry struct {
	Text      *string           `json:"text"`
	Mode      string            `json:"mode"`
	Link      *string           `json:"link"`
	Directory bool              `json:"directory"`
	Zeros     *amount           `json:"zeros"`
	Hole      *amount           `json:"hole"`
	At        map[string]string `json:"at"`
}

// UnmarshalJSON takes a text for a file with it.
func (e *entry) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &e.Text)
	}
	type plain entry
	return decode(text, (*plain)(e))
}

// An expect is what should lie somewhere afterwards.
type expect struct {
	Text *string           `json:"text"`
	Size *amount           `json:"size"`
	Mode string            `json:"mode"`
	Link *string           `json:"link"`
	At   map[string]string `json:"at"`
}

// UnmarshalJSON takes a text for a file with it.
func (e *expect) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &e.Text)
	}
	type plain expect
	return decode(text, (*plain)(e))
}

func mode(t *testing.T, text string, otherwise fs.FileMode) fs.FileMode {
	t.Helper()
	if text == "" {
		return otherwise
	}
	bits, err := strconv.ParseUint(text, 8, 12)
	must(t, err)
	mode := fs.FileMode(bits & 0o777)
	for bit, flag := range map[uint64]fs.FileMode{0o1000: fs.ModeSticky, 0o2000: fs.ModeSetgid, 0o4000: fs.ModeSetuid} {
		if bits&bit != 0 {
			mode |= flag
		}
	}
	return mode
}

func makeTree(t *testing.T, root string, entries map[string]entry) {
	t.Helper()
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	sort.Strings(names) // a directory or link before what lies in it
	for _, name := range names {
		entry, path := entries[name], root+name
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		switch {
		case entry.Link != nil:
			must(t, os.Symlink(*entry.Link, path))
		case entry.Directory:
			must(t, os.MkdirAll(path, 0o755))
			must(t, os.Chmod(path, mode(t, entry.Mode, 0o755)))
		default:
			makeFile(t, path, entry)
		}
	}
}

func makeFile(t *testing.T, path string, entry entry) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	must(t, err)
	defer file.Close()
	switch {
	case entry.Text != nil:
		_, err = file.WriteString(*entry.Text)
	case entry.Zeros != nil:
		_, err = file.Write(make([]byte, entry.Zeros.bytes))
	case entry.Hole != nil:
		err = file.Truncate(int64(entry.Hole.bytes))
	default:
		t.Fatalf("%s: a file needs a text, zeros or a hole", path)
	}
	must(t, err)
	for at, text := range entry.At {
		offset, err := strconv.ParseInt(at, 10, 64)
		must(t, err)
		_, err = file.WriteAt([]byte(text), offset)
		must(t, err)
	}
	must(t, file.Chmod(mode(t, entry.Mode, 0o644)))
}

func compareTree(t *testing.T, root string, after map[string]*expect) {
	t.Helper()
	for name, want := range after {
		info, err := os.Lstat(root + name)
		if want == nil {
			equal(t, name+" is there", err == nil, false)
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if want.Size != nil {
			equal(t, name+": size", uint64(info.Size()), want.Size.bytes)
		}
		if want.Mode != "" {
			equal(t, name+": mode", info.Mode()&^fs.ModeType, mode(t, want.Mode, 0))
		}
		if want.Link != nil {
			target, err := os.Readlink(root + name)
			must(t, err)
			equal(t, name+": link", target, *want.Link)
		}
		compareFile(t, root+name, name, want)
	}
}

func compareFile(t *testing.T, path, name string, want *expect) {
	t.Helper()
	if want.Text == nil && want.At == nil {
		return
	}
	info, err := os.Lstat(path)
	must(t, err)
	if !info.Mode().IsRegular() {
		t.Fatalf("%s is no file", name)
	}
	text, err := os.ReadFile(path)
	must(t, err)
	if want.Text != nil {
		equal(t, name, string(text), *want.Text)
	}
	for at, piece := range want.At {
		offset, err := strconv.Atoi(at)
		must(t, err)
		if offset > len(text) || !bytes.HasPrefix(text[offset:], []byte(piece)) {
			t.Errorf("%s does not have %q at %d", name, piece, offset)
		}
	}
}
