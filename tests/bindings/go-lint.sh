#!/bin/sh
# SPDX-License-Identifier: MIT
# The Go sources: their format, what vet and staticcheck find, and that nothing of C is exported.
#
#     go-lint.sh STATICCHECK
#
# GO names the go program; PKG_CONFIG_PATH leads to the library.
set -u
staticcheck=$1
cd "$(dirname "$0")/../../bindings/go" || exit 1
count=0
failed=0

# result NAME TEXT: a case, which fails where there is something to say.
result() {
	count=$((count + 1))
	if [ -n "$2" ]; then
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $count - $1"
		failed=1
	else
		echo "ok $count - $1"
	fi
}

# said COMMAND...: what it says, or that it fails.
said() {
	"$@" 2>&1 || echo "$* fails"
}

result "gofmt has nothing to change" "$(said "${GO%go}gofmt" -l .)"
result "vet" "$(said "$GO" vet ./...)"
if [ -x "$staticcheck" ]; then
	result "staticcheck" "$(said "$staticcheck" -checks all ./...)"
else
	count=$((count + 1))
	echo "ok $count - staticcheck # SKIP $("$GO" env GOVERSION) is too old to build it"
fi
# Constants take their values from C; types and functions must not.
api=$("$GO" doc -all . 2>&1)
result "the package has documentation" "$(printf '%s\n' "$api" |
	grep -q '^func Open(root string)' || echo "$api")"
result "nothing of C is exported" "$(printf '%s\n' "$api" | grep -v ' = C\.SWAPCFG_[A-Z_]*' |
	grep -E 'C\.[a-z_]+|_Ctype|unsafe')"
result "no file has more than 400 lines" "$(find . -name '*.go' | while read -r path; do
	[ "$(wc -l <"$path")" -le 400 ] || echo "$path"
done)"
echo "1..$count"
exit "$failed"
