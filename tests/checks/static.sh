#!/bin/sh
# SPDX-License-Identifier: MIT
# static.sh PROGRAM: a static swapcfg that stands alone, and runs.
. "$(dirname "$0")/lib.sh"
need readelf

program=$1
[ -x "$program" ] || { fail "there is no $program" && finish; }
readelf -lW "$program" | grep -q INTERP && fail "it needs a loader"
readelf -dW "$program" | grep -q NEEDED && fail "it needs libraries"
"$program" --version >"$check_tmp/version" || fail "it does not run"
grep -q '^swapcfg [0-9]' "$check_tmp/version" || fail "--version says: $(cat "$check_tmp/version")"
finish
