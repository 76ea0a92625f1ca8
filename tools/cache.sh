# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What is fetched, and kept outside of the tree.

cache_directory() {
	echo "${LIBSWAPCFG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/libswapcfg}"
}

# fetch_once DIRECTORY WHAT COMMAND...: fills a directory of the cache by a command, unless that was
# done before; one at a time, whoever else runs.
fetch_once() {
	directory=$1
	what=$2
	shift 2
	mkdir -p "$directory" build
	exec 9>"$directory/lock"
	flock 9
	if [ ! -e "$directory/ready" ]; then
		say "fetching $what"
		"$@" >build/fetch.log 2>&1 || {
			tail -n 20 build/fetch.log >&2
			die "$what cannot be had; see build/fetch.log"
		}
		touch "$directory/ready"
	fi
	exec 9>&-
}
