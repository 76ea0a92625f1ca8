# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What the checks share. A check is one test: it says what is wrong in comments and ends with
# finish, or with skip where it cannot run.
#
# SWAPCFG_SOURCE, SWAPCFG_BUILD and CC come from meson.

check_name=$(basename "$0" .sh)
check_failed=0
: "${SWAPCFG_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
check_tmp=$(mktemp -d)
trap 'rm -rf "$check_tmp"' EXIT
trap 'exit 130' INT TERM HUP

# fail TEXT: the check goes on, so that one run shows all that is wrong.
fail() {
	printf '%s\n' "$*" | sed 's/^/# /'
	check_failed=1
}

skip() {
	echo "ok 1 - $check_name # SKIP $*"
	echo "1..1"
	exit 0
}

# need COMMAND...: skips the check where one of them is missing.
need() {
	for command in "$@"; do
		command -v "$command" >/dev/null || skip "$command is not installed"
	done
}

# quietly COMMAND...: runs it; where it fails, or says anything, that is a failure of the check.
quietly() {
	if ! "$@" >"$check_tmp/quietly" 2>&1 || [ -s "$check_tmp/quietly" ]; then
		fail "$*"
		fail "$(cat "$check_tmp/quietly")"
	fi
}

# tracked [PATTERN...]: the project's files, relative to its root, where the caller has to stand.
# Those that git would ignore are not among them.
tracked() {
	if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@"
	else
		find . -name .git -prune -o -path ./build -prune -o -type f -print |
			sed 's|^\./||' >"$check_tmp/all"
		for pattern in "${@:-*}"; do
			# shellcheck disable=SC2254 # it is a pattern
			while read -r path; do
				case $path in $pattern) echo "$path" ;; esac
			done <"$check_tmp/all"
		done
	fi | sort -u | while read -r path; do
		# A file that was just deleted is still in git's index.
		[ ! -f "$path" ] || echo "$path"
	done
}

finish() {
	if [ "$check_failed" = 0 ]; then
		echo "ok 1 - $check_name"
	else
		echo "not ok 1 - $check_name"
	fi
	echo "1..1"
	exit "$check_failed"
}

cd "$SWAPCFG_SOURCE" || exit 1
