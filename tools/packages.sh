# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What is installed with apt-get, and for what.

is_installed() {
	case $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) in
	?i*) return 0 ;;
	*) return 1 ;;
	esac
}

# packages NAME...: installs those that are missing, and nothing but these.
packages() {
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		say "not a Debian machine; these have to be there: $*"
		return 0
	fi
	missing=
	for package in "$@"; do
		is_installed "$package" || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	[ "$(id -u)" -eq 0 ] || die "run this as root, to install:$missing"
	say "installing:$missing"
	mkdir -p build
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	# shellcheck disable=SC2086 # a list
	{
		apt-get -q -o DPkg::Lock::Timeout=300 update &&
			apt-get -qy -o DPkg::Lock::Timeout=300 install \
				--no-install-recommends --no-remove $missing
	} >build/apt.log 2>&1 || {
		tail -n 20 build/apt.log >&2
		die "apt-get failed; see build/apt.log"
	}
}

packages_build() {
	packages gcc libc6-dev meson ninja-build pkg-config "$@"
}

# Which runtime holds clang's sanitizers depends on its version.
packages_clang() {
	packages clang clang-format clang-tidy
	packages "libclang-rt-$(clang -dumpversion | cut -d . -f 1)-dev"
}

packages_test() {
	packages_build python3 check g++ make musl-tools doxygen universal-ctags shellcheck \
		util-linux mount kmod e2fsprogs xfsprogs btrfs-progs dosfstools exfatprogs f2fs-tools \
		squashfs-tools erofs-utils busybox-static systemd file strace valgrind libc6-dbg
	packages_clang
}

packages_lab() {
	packages qemu-system-misc qemu-system-x86 qemu-system-arm cpio kmod mtools dosfstools exfatprogs \
		xfsprogs btrfs-progs f2fs-tools \
		e2fsprogs python3 debian-archive-keyring
}
