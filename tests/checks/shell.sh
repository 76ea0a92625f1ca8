#!/bin/sh
# SPDX-License-Identifier: MIT
# No script gives shellcheck anything to say.
. "$(dirname "$0")/lib.sh"
need shellcheck

tracked '*.sh' run .ci/run >"$check_tmp/files"
# Scripts without the ending are known by their first line.
tracked 'tests/*' 'doc/*' 'examples/*' | while read -r path; do
	head -n 1 "$path" | grep -aq '^#!.*\(sh\|bash\)$' && echo "$path"
done >>"$check_tmp/files"
sort -u -o "$check_tmp/files" "$check_tmp/files"
xargs shellcheck --external-sources --source-path=SCRIPTDIR <"$check_tmp/files" \
	>"$check_tmp/report" 2>&1 || fail "$(cat "$check_tmp/report")"
while read -r path; do
	case $path in tools/* | tests/checks/lib.sh | *.bash | *completion*) continue ;; esac
	[ -x "$path" ] || fail "$path is not executable"
done <"$check_tmp/files"
finish
