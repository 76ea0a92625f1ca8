#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing of one developer's machine stands in the project: no home directory, no private address.
. "$(dirname "$0")/lib.sh"

tracked '*' >"$check_tmp/files"
[ -s "$check_tmp/files" ] || fail "no file was found"
edge='(^|[^A-Za-z0-9_./{}$-])'
# The brackets keep this file from matching itself.
for pattern in "$edge/(hom[e]|User[s])/[a-z]" "$edge/(roo[t]|wor[k])/[.a-z]" \
	'[^0-9.](10|192\.168)(\.[0-9]{1,3}){2,3}[^0-9.]' '[a-z0-9]\.(interna[l]|cor[p]|la[n])[^a-z.(]'; do
	# joe is the user of samples.
	found=$(xargs grep -InE "$pattern" <"$check_tmp/files" | grep -v '/hom[e]/joe\b') && fail "$found"
done
found=$(xargs grep -InF "$(pwd)/" <"$check_tmp/files") && fail "$found"
finish
