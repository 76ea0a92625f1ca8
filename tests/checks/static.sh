#!/bin/sh
# SPDX-License-Identifier: MIT
# static.sh PROGRAM [MACHINE]: a static swapcfg that stands alone, and runs; one for another machine,
# as readelf names it, runs in the lab.
. "$(dirname "$0")/lib.sh"
check_name="$check_name${2:+ for $2}"
need readelf

program=$1
[ -x "$program" ] || { fail "there is no $program" && finish; }
readelf -lW "$program" | grep -q INTERP && fail "it needs a loader"
readelf -dW "$program" | grep -q NEEDED && fail "it needs libraries"
if [ $# -gt 1 ]; then
	readelf -hW "$program" | grep -q "Machine:.*$2" || fail "it is not for $2"
	finish
fi
"$program" --version >"$check_tmp/version" || fail "it does not run"
grep -q '^swapcfg [0-9]' "$check_tmp/version" || fail "--version says: $(cat "$check_tmp/version")"
finish
