#!/bin/sh
# SPDX-License-Identifier: MIT
# gcc -fanalyzer has nothing to say of the library and the command, but for what is listed here.
. "$(dirname "$0")/lib.sh"
need gcc
gcc -fanalyzer -E -x c /dev/null -o /dev/null 2>/dev/null || skip "this gcc has no -fanalyzer"

# FILE:FUNCTION:WARNING. gcc 12 forgets what is stored in an array's element whose index it does not
# know, or behind a pointer from there, and calls it a leak. Each is freed, as the sanitizer sees
# with every allocation failing in turn (tests/unit/test_alloc.c).
known='
lib/boot/text_lines.c:scfg_boot_lines_add:malloc-leak
lib/export.c:note:malloc-leak
lib/kernel.c:resolve_deleted:malloc-leak
lib/kernel.c:scfg_swaps_read:malloc-leak
lib/plan_steps.c:add_at:malloc-leak
lib/plan_steps.c:add:malloc-leak
lib/plan_steps.c:add_boot:malloc-leak
lib/plan_steps.c:add_boot_cleaning:malloc-leak
lib/plan_steps.c:add_bridge:malloc-leak
lib/plan_steps.c:scfg_plan_add_steps:malloc-leak
lib/query.c:add_area:malloc-leak
lib/query.c:add_row:malloc-leak
'

# Prints FILE:FUNCTION:WARNING LINE for each warning of a file.
analyse() {
	LC_ALL=C gcc -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSCFG_VERSION='""' -Iinclude -Ilib \
		-O2 -fanalyzer -fdiagnostics-plain-output -c "$1" -o "$check_tmp/object" \
		>"$check_tmp/said" 2>&1 || echo "$1:it does not compile:"
	sed -n "s/^.*: In function '\(.*\)':\$/F \1/p; s/^[^ ]*:\([0-9]*\):[0-9]*: \(warning\|error\): .*\[-W\(analyzer-\)\?\([a-z0-9=-]*\)\]\$/W \4 \1/p" \
		"$check_tmp/said" | awk -v path="$1" '
			$1 == "F" { name = $2 }
			$1 == "W" { print path ":" name ":" $2, $3 }' | sort -u
}

tracked 'lib/*.c' 'examples/cli/*.c' >"$check_tmp/sources"
[ -s "$check_tmp/sources" ] || fail "no source was found"
while read -r path; do
	analyse "$path" >"$check_tmp/found"
	while read -r found line; do
		case "$known" in
		*"
$found
"*) ;;
		*) fail "$found in line $line" ;;
		esac
	done <"$check_tmp/found"
done <"$check_tmp/sources"

# It would say so: a leak on a path that fails.
cat >"$check_tmp/control.c" <<'END'
#include <stdlib.h>
int control(int fails)
{
	char *text = malloc(3);
	if (!text || fails)
		return -1;
	free(text);
	return 0;
}
END
analyse "$check_tmp/control.c" | grep -q ':control:malloc-leak ' || fail "it found no leak in the control"
finish
