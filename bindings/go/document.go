// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

// The C library's own documents, for the tests alone: what this package gives as JSON has to be the
// same. Tests cannot call C themselves.

func (p *Plan) document() string {
	var text *C.char
	if C.swapcfg_plan_to_json(p.handle, &text) < 0 {
		return ""
	}
	return takeString(text)
}

// statusAndDocument gives a snapshot, and the document of the same snapshot.
func (s *System) statusAndDocument() (*Status, string, error) {
	const op = "query"
	var handle *C.struct_swapcfg_status
	var cerr *C.struct_swapcfg_error
	if r := C.swapcfg_query(s.handle, &handle, &cerr); r < 0 {
		return nil, "", takeError(op, r, cerr)
	}
	defer C.swapcfg_status_free(handle)
	var text *C.char
	if r := C.swapcfg_status_to_json(handle, &text); r < 0 {
		return nil, "", takeError(op, r, nil)
	}
	status, err := copyStatus(op, handle)
	return status, takeString(text), err
}

// errorAndDocument gives the failure of a plan that is not feasible, and its document.
func (p *Plan) errorAndDocument() (*Error, string) {
	var cerr *C.struct_swapcfg_error
	if C.swapcfg_apply(p.system, p.handle, nil, &cerr) >= 0 {
		return nil, ""
	}
	defer C.swapcfg_error_free(cerr)
	var text *C.char
	if C.swapcfg_error_to_json(cerr, &text) < 0 {
		return nil, ""
	}
	return copyError("apply", cerr), takeString(text)
}

func takeString(text *C.char) string {
	defer C.swapcfg_string_free(text)
	return C.GoString(text)
}
