// SPDX-License-Identifier: MIT

package swapcfg

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

func TestVersion(t *testing.T) {
	var major, minor, patch int
	if n, err := fmt.Sscanf(Version(), "%d.%d.%d", &major, &minor, &patch); n != 3 {
		t.Errorf("%q is no version: %v", Version(), err)
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "1048576": mib, "64M": 64 * mib,
		"1.5g": 3 << 29, "512KiB": 512 << 10, "18446744073709551615": 1<<64 - 1} {
		have, err := ParseSize(text)
		must(t, err)
		equal(t, text, have, want)
	}
	for _, text := range []string{"", "64 M", "64MB", "-1", "1e6", "0x10", "64M\x00"} {
		bytes, err := ParseSize(text)
		fails(t, err, "parse size", ReasonInvalidArgument, syscall.EINVAL)
		equal(t, text, bytes, uint64(0))
	}
	_, err := ParseSize("16E")
	fails(t, err, "parse size", ReasonInvalidArgument, syscall.ERANGE)
}

// kind is a value with a name.
type kind interface {
	fmt.Stringer
	encoding.TextMarshaler
}

// kinds are all values that the package has, and their names, which scripts and web pages rely on.
var kinds = []struct {
	names  string
	values []kind
	none   kind // a value of the type that has no name
}{
	{"keep absent inactive allocated formatted active",
		[]kind{StateKeep, StateAbsent, StateInactive, StateAllocated, StateFormatted, StateActive}, State(7)},
	{"keep none auto inittab fstab systemd initd openrc uci",
		[]kind{BootKeep, BootNone, BootAuto, BootInittab, BootFstab, BootSystemd, BootInitd, BootOpenRC, BootUCI},
		Boot(-1)},
	{"keep none once pages both",
		[]kind{DiscardKeep, DiscardNone, DiscardOnce, DiscardPages, DiscardBoth}, Discard(7)},
	{"native little big", []kind{EndiannessNative, EndiannessLittle, EndiannessBig}, Endianness(7)},
	{"clean allocate format publish protect resize activate deactivate persist forget remove",
		[]kind{StepClean, StepAllocate, StepFormat, StepPublish, StepProtect, StepResize, StepActivate,
			StepDeactivate, StepPersist, StepForget, StepRemove}, StepKind(7)},
	{"info warning blocker", []kind{SeverityInfo, SeverityWarning, SeverityBlocker}, Severity(7)},
	{"unknown file device zram", []kind{BackingUnknown, BackingFile, BackingDevice, BackingZram}, nil},
	{"none invalid-argument too-small too-large path-unsafe stale-plan cancelled permission " +
		"no-kernel-swap slots-full low-memory offline less-swap filesystem-unsupported read-only " +
		"no-space reserve exported holes copy-on-write missing exists not-swap in-use page-size " +
		"byte-order hibernation-image short leftover boot-entry-unsupported boot-entry-conflict " +
		"not-mounted-at-boot boot-entry-dangling boot-entry-duplicate boot-entry-missing not-active " +
		"busy io no-memory rollback-failed system",
		[]kind{ReasonNone, ReasonInvalidArgument, ReasonTooSmall, ReasonTooLarge, ReasonPathUnsafe,
			ReasonStalePlan, ReasonCancelled, ReasonPermission, ReasonNoKernelSwap, ReasonSlotsFull,
			ReasonLowMemory, ReasonOffline, ReasonLessSwap, ReasonFilesystemUnsupported, ReasonReadOnly,
			ReasonNoSpace, ReasonReserve, ReasonExported, ReasonHoles, ReasonCopyOnWrite, ReasonMissing,
			ReasonExists, ReasonNotSwap, ReasonInUse, ReasonPageSize, ReasonByteOrder,
			ReasonHibernationImage, ReasonShort, ReasonLeftover, ReasonBootEntryUnsupported,
			ReasonBootEntryConflict, ReasonNotMountedAtBoot, ReasonBootEntryDangling,
			ReasonBootEntryDuplicate, ReasonBootEntryMissing, ReasonNotActive, ReasonBusy, ReasonIO,
			ReasonNoMemory, ReasonRollbackFailed, ReasonSystem}, Reason(1)},
}

func TestNames(t *testing.T) {
	for _, k := range kinds {
		names := strings.Fields(k.names)
		equal(t, "number of names", len(k.values), len(names))
		for i, value := range k.values {
			equal(t, "name", value.String(), names[i])
			text, err := json.Marshal(value)
			must(t, err)
			equal(t, "JSON", string(text), `"`+names[i]+`"`)
			back := reflect.New(reflect.TypeOf(value))
			must(t, json.Unmarshal(text, back.Interface()))
			equal(t, "back", back.Elem().Interface(), value)
		}
		ret := reflect.New(reflect.TypeOf(k.values[1]))
		ret.Elem().Set(reflect.ValueOf(k.values[1]))
		for _, text := range []string{"", "nonsense", "KEEP", names[1] + "\x00", " " + names[1]} {
			err := ret.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
			if !errors.Is(err, syscall.EINVAL) || !errors.Is(err, ReasonInvalidArgument) {
				t.Errorf("%q: %v", text, err)
			}
			equal(t, "what was there", ret.Elem().Interface(), k.values[1])
		}
		if k.none != nil {
			equal(t, "name of nothing", k.none.String(), "unknown")
			if text, err := k.none.MarshalText(); !errors.Is(err, syscall.EINVAL) {
				t.Errorf("%q, %v", text, err)
			}
		}
	}
}

// A page of the API that knows a name the package does not is out of date.
func TestAllReasonsAreHere(t *testing.T) {
	known := map[string]bool{"unknown": true}
	for _, name := range strings.Fields(kinds[len(kinds)-1].names) {
		known[name] = true
	}
	for r := Reason(0); r < 4096; r++ {
		if name := r.String(); !known[name] {
			t.Errorf("the library has a reason %q, %d", name, r)
		}
		if r.Error() != r.String() {
			t.Errorf("%q as an error is %q", r.String(), r.Error())
		}
	}
}
