// SPDX-License-Identifier: MIT

package swapcfg

// #include <libswapcfg/swapcfg.h>
import "C"

import "context"

// Allocate takes the disk space of the spec's size: no holes, mode 0600, never over someone's data.
// The spec's State and Boot are not looked at.
func (s *System) Allocate(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "allocate", spec, options, func(v verb) C.int {
		return C.swapcfg_allocate(v.system, v.spec, v.job, v.reterr)
	})
}

// Format writes a swap header to a file or block device that exists: for the same size, page size,
// byte order, offset, label and UUID the bytes that mkswap of util-linux writes.
//
// It is refused where the target is in use, or holds anything but blanks or a swap area, unless the
// spec has Force; in use is never forced. The spec's State and Boot are not looked at.
func (s *System) Format(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "format", spec, options, func(v verb) C.int {
		return C.swapcfg_format(v.system, v.spec, v.job, v.reterr)
	})
}

// Activate lets the kernel use a formatted area: swapon(2). An area that is active with another
// priority than the one wanted is switched off and on, unless the spec has Early. The spec's Size,
// State and Boot are not looked at.
func (s *System) Activate(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "activate", spec, options, func(v verb) C.int {
		return C.swapcfg_activate(v.system, v.spec, v.job, v.reterr)
	})
}

// Deactivate takes an area out of use: swapoff(2), after a forecast of where its pages go. Where
// they do not fit into memory and the other areas, the reason is ReasonLowMemory and nothing is
// done, unless the spec has IgnoreMemory.
//
// As swapoff(2) makes its caller the first victim of the kernel's out-of-memory killer, it is called
// in a child process that does nothing else, and is gone before Deactivate returns; unless the spec
// has NoChild. The spec's Size, State and Boot are not looked at.
func (s *System) Deactivate(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "deactivate", spec, options, func(v verb) C.int {
		return C.swapcfg_deactivate(v.system, v.spec, v.job, v.reterr)
	})
}

// Persist writes the boot entry, so that the area comes back after a reboot. The boot file is
// replaced whole and atomically, with every foreign byte kept. BootKeep and BootNone count as
// BootAuto; the spec's State and Size are not looked at.
func (s *System) Persist(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "persist", spec, options, func(v verb) C.int {
		return C.swapcfg_persist(v.system, v.spec, v.job, v.reterr)
	})
}

// Forget removes the boot entries that we wrote for the path. A file that only we changed gets its
// original bytes back; entries of others stay. The spec's State, Size and Boot are not looked at.
func (s *System) Forget(ctx context.Context, spec Spec, options ...Option) error {
	return s.do(ctx, "forget", spec, options, func(v verb) C.int {
		return C.swapcfg_forget(v.system, v.spec, v.job, v.reterr)
	})
}

// A verb is what a call of C takes that plans and carries out one part of a spec.
type verb struct {
	call
	system *C.struct_swapcfg_ctx
	spec   *C.struct_swapcfg_spec
}

func (s *System) do(ctx context.Context, op string, spec Spec, options []Option,
	fn func(verb) C.int) error {
	system, err := s.use(op)
	if err != nil {
		return err
	}
	defer C.swapcfg_ctx_unref(system)
	wanted, err := spec.handle(op)
	if err != nil {
		return err
	}
	defer C.swapcfg_spec_free(wanted)
	return run(ctx, op, spec.Path, options, func(c call) C.int {
		return fn(verb{c, system, wanted})
	})
}
