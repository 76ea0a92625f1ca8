// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import "context"

// A Status is a snapshot of what the kernel uses, what the boot configuration names, and memory.
type Status struct {
	Memory Memory `json:"memory"`
	Swap   Swap   `json:"swap"`
	// Areas has the active ones in the kernel's order, those named at boot, and others.
	Areas []Area `json:"areas"`
}

// Memory is the memory of the system, in bytes; 0 for an offline one.
type Memory struct {
	Total uint64 `json:"total_bytes"`
	// Available is what programs could still get without swapping.
	Available uint64 `json:"available_bytes"`
}

// Swap is the swap of the system, all areas together, in bytes; 0 for an offline one.
type Swap struct {
	Total uint64 `json:"total_bytes"`
	Used  uint64 `json:"used_bytes"`
}

// An Area is one area of a status.
type Area struct {
	// Path is as the kernel or the boot entry names it.
	Path    string  `json:"path"`
	Backing Backing `json:"backing"`
	// Active tells whether the kernel uses it.
	Active bool `json:"active"`
	// Size is that of the file or device; of an active area that is no longer reachable, what the
	// kernel uses of it.
	Size uint64 `json:"size_bytes"`
	Used uint64 `json:"used_bytes"`
	// Priority is as the kernel shows it, negative where none was set; of an inactive area what its
	// boot entry sets, or PriorityDefault.
	Priority int `json:"priority"`
	// Label and UUID are those in its header, "" for none.
	Label string `json:"label"`
	UUID  string `json:"uuid"`
	// PageSize is that of its header; 0 where there is no swap header.
	PageSize uint32 `json:"page_size"`
	// Boot are the boot entries that name it.
	Boot []BootEntry `json:"boot"`
	// Findings are what is worth saying of it.
	Findings []Finding `json:"findings"`
	// Repair is the spec that mends what the findings say, by [System.Apply]; nil where nothing is
	// to mend, or not without a decision.
	Repair *Spec `json:"repair,omitempty"`
}

// A BootEntry is one boot entry of an area.
type BootEntry struct {
	Kind Boot `json:"kind"`
	// File is the file that it stands in.
	File string `json:"file"`
	// Line is the number of its line, from 1.
	Line uint32 `json:"line"`
	// Ours tells whether we wrote it, or may take it over. Others are never changed.
	Ours bool `json:"ours"`
}

// Query takes a snapshot of the system. It only reads.
//
// Areas that are neither active nor named by a boot entry are looked for in the usual places only
// (/swapfile, /data/swapfile); [System.QueryPath] knows any other.
func (s *System) Query(ctx context.Context) (*Status, error) {
	const op = "query"
	system, err := s.look(ctx, op, "")
	if err != nil {
		return nil, err
	}
	defer C.swapcfg_ctx_unref(system)
	var handle *C.struct_swapcfg_status
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_query(system, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	defer C.swapcfg_status_free(handle)
	return copyStatus(op, handle)
}

// QueryPath tells what is at a path, whatever it is. It only reads. Any name of a file will do; that
// there is nothing is a finding, not a failure.
func (s *System) QueryPath(ctx context.Context, path string) (*Area, error) {
	const op = "query"
	system, err := s.look(ctx, op, path)
	if err != nil {
		return nil, err
	}
	defer C.swapcfg_ctx_unref(system)
	name, err := newString(op, "the path", path)
	if err != nil {
		return nil, err
	}
	defer name.free()
	var handle *C.struct_swapcfg_status
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_query_path(system, name.c, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	defer C.swapcfg_status_free(handle)
	area, err := copyArea(op, C.swapcfg_status_area(handle, 0))
	if err != nil {
		return nil, err
	}
	return &area, nil
}

func copyStatus(op string, handle *C.struct_swapcfg_status) (*Status, error) {
	status := &Status{
		Memory: Memory{
			Total:     uint64(C.swapcfg_status_memory_total(handle)),
			Available: uint64(C.swapcfg_status_memory_available(handle)),
		},
		Swap: Swap{
			Total: uint64(C.swapcfg_status_swap_total(handle)),
			Used:  uint64(C.swapcfg_status_swap_used(handle)),
		},
		Areas: make([]Area, C.swapcfg_status_area_count(handle)),
	}
	for i := range status.Areas {
		var err error
		status.Areas[i], err = copyArea(op, C.swapcfg_status_area(handle, C.size_t(i)))
		if err != nil {
			return nil, err
		}
	}
	return status, nil
}

func copyArea(op string, handle *C.struct_swapcfg_area) (Area, error) {
	area := Area{
		Path:     C.GoString(C.swapcfg_area_path(handle)),
		Backing:  Backing(C.swapcfg_area_backing(handle)),
		Active:   bool(C.swapcfg_area_is_active(handle)),
		Size:     uint64(C.swapcfg_area_size(handle)),
		Used:     uint64(C.swapcfg_area_used(handle)),
		Priority: int(C.swapcfg_area_priority(handle)),
		Label:    C.GoString(C.swapcfg_area_label(handle)),
		UUID:     C.GoString(C.swapcfg_area_uuid(handle)),
		PageSize: uint32(C.swapcfg_area_page_size(handle)),
		Boot:     make([]BootEntry, C.swapcfg_area_boot_count(handle)),
		Findings: make([]Finding, C.swapcfg_area_finding_count(handle)),
	}
	for i := range area.Boot {
		entry := C.swapcfg_area_boot(handle, C.size_t(i))
		area.Boot[i] = BootEntry{
			Kind: Boot(C.swapcfg_boot_entry_kind(entry)),
			File: C.GoString(C.swapcfg_boot_entry_file(entry)),
			Line: uint32(C.swapcfg_boot_entry_line(entry)),
			Ours: bool(C.swapcfg_boot_entry_is_ours(entry)),
		}
	}
	for i := range area.Findings {
		area.Findings[i] = copyFinding(C.swapcfg_area_finding(handle, C.size_t(i)))
	}
	var err error
	area.Repair, err = copyRepair(op, handle)
	return area, err
}

func copyRepair(op string, area *C.struct_swapcfg_area) (*Spec, error) {
	var handle *C.struct_swapcfg_spec
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_area_repair(area, &handle, &cerr); r < 0 {
		return nil, takeError(op, r, cerr)
	}
	if handle == nil {
		return nil, nil
	}
	defer C.swapcfg_spec_free(handle)
	spec := &Spec{
		Path:    C.GoString(C.swapcfg_spec_path(handle)),
		State:   State(C.swapcfg_spec_state(handle)),
		Boot:    Boot(C.swapcfg_spec_boot(handle)),
		Size:    uint64(C.swapcfg_spec_size(handle)),
		Discard: Discard(C.swapcfg_spec_discard(handle)),
	}
	if priority := C.swapcfg_spec_priority(handle); priority != C.SWAPCFG_PRIORITY_KEEP {
		spec.Priority = Ptr(int(priority))
	}
	return spec, nil
}
