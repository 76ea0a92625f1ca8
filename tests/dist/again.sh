#!/bin/sh
# SPDX-License-Identifier: MIT
# again.sh MACHINE: built again by somebody else, at another place, what is shipped for a machine has
# the same bytes. Objects that the compiler keeps are not taken.
. "$(dirname "$0")/../checks/lib.sh"
check_name="the same bytes again for $1"

copy="$check_tmp/a place of its own/with a longer name"
mkdir -p "$copy"
tracked '*' | while read -r path; do
	cp --parents -- "$path" "$copy"
done
(
	cd "$copy" || exit 1
	umask 027
	export ZIG_LOCAL_CACHE_DIR="$check_tmp/objects" TZ=Asia/Shanghai LC_ALL=C.UTF-8 USER=nobody
	./run dist "$1"
) >"$check_tmp/log" 2>&1 || fail "$(cat "$check_tmp/log")"
[ -d "$check_tmp/objects" ] || fail "the compiler took its objects from elsewhere"

compared=0
for path in build/dist/*swapcfg-*-linux-"$1"*; do
	cmp -- "$path" "$copy/$path" >"$check_tmp/differ" 2>&1 || fail "$(cat "$check_tmp/differ")"
	compared=$((compared + 1))
done
[ "$compared" -gt 0 ] || fail "nothing is shipped for $1"
[ "$check_failed" = 1 ] || echo "# figure: $compared files for $1, built twice, have the same bytes"
finish
