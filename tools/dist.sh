# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What is shipped, in build/dist: a static swapcfg for each machine, the SDK, and their checksums.

# Those of cross/.
DIST_MACHINES="riscv64 aarch64 armv7 x86_64"
SDK_MACHINES="riscv64"

packages_dist() {
	packages_build python3-venv python3 qemu-user util-linux mount e2fsprogs binutils \
		debian-archive-keyring
}

# pack_sdk MACHINE: build_sdk's result in an archive. Of the same files the same bytes: no time of
# theirs, no user, no order of a directory; SOURCE_DATE_EPOCH, where it is set, is the time of all.
pack_sdk() {
	name=libswapcfg-$(project_version)-linux-$1-musl
	tree=build/sdk-$1.tree
	rm -rf "$tree"
	mkdir -p "$tree"
	cp -R "build/sdk-$1" "$tree/$name"
	cp LICENSES/MIT.txt "$tree/$name/LICENSE"
	tar -C "$tree" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
		--mode=u=rwX,go=rX --mtime="@${SOURCE_DATE_EPOCH:-315532800}" -cf - "$name" |
		gzip -9n >"build/dist/$name.tar.gz"
	rm -rf "$tree"
}

# build_dist [MACHINE...]: all of build/dist, or what is for these machines.
build_dist() {
	# shellcheck disable=SC2086 # a list
	[ $# -gt 0 ] || set -- $DIST_MACHINES
	rm -rf build/dist
	build_static "$@" || return 1
	for machine in "$@"; do
		case " $SDK_MACHINES " in
		*" $machine "*)
			build_sdk "$machine" || return 1
			pack_sdk "$machine" || return 1
			;;
		esac
	done
	write_sums
	for machine in "$@"; do
		cat >"build/run-$machine" <<-END
			#!/bin/sh
			exec $(emulator "$machine") '${root:?}/$(static_program "$machine")' "\$@"
		END
		chmod +x "build/run-$machine"
	done
}

# programs_dist: of each machine's program, what it is, what it says and does, and the tests of this
# machine that need no swapoff(2); then what lies beside them. Bytes: some 7 % above what was seen.
programs_dist() {
	while read -r machine elf limit bits; do
		program=$(static_program "$machine")
		run="env SWAPCFG='$root/build/run-$machine'"
		emulated=$(emulator "$machine")
		cat <<-END
			dist/$machine=tests/checks/static.sh '$program' $elf
			dist/$machine=tests/checks/size.sh '$program' $limit $elf
			dist/$machine=$run tests/dist/program.py '$root/build/gcc/examples/cli/swapcfg' $bits ${emulated:+emulated}
			dist/$machine=tests/system/header_vs_mkswap.py --sets 40 '$root/build/run-$machine'
			dist/$machine=$run tests/system/offline.py
			dist/$machine=$run tests/system/offline_inits.py
		END
	done <<-END
		riscv64 RISC-V 184320 64-bit
		aarch64 AArch64 200704 64-bit
		armv7 ARM 151552 32-bit
		x86_64 X86-64 194560 64-bit
	END
	# The shared cases, where numbers have 32 bits; some no command line can say, so they are skipped.
	echo "cases/armv7=env SWAPCFG='$root/build/run-armv7' tests/cases/with_disk.py tests/cases/run_cli.py"
	archive=build/dist/libswapcfg-$(project_version)-linux-riscv64-musl.tar.gz
	echo "dist/packed=tests/dist/packed.sh $DIST_MACHINES"
	echo "dist/again=tests/dist/again.sh riscv64"
	cross_tools
	echo "dist/sdk=env ZIG_GLOBAL_CACHE_DIR='${cross:?}/cache' ZIG_LOCAL_CACHE_DIR='$cross/cache'" \
		"tests/dist/sdk.py '$archive' $(emulator riscv64) $(cross_cc riscv64)"
}

# emulator MACHINE: prints what runs its programs here, if anything is needed.
emulator() {
	case $1 in
	"$(uname -m)") ;;
	armv7) echo qemu-arm ;;
	*) echo "qemu-$1" ;;
	esac
}

# known_machine NAME...
known_machine() {
	for machine in "$@"; do
		case " $DIST_MACHINES " in
		*" $machine "*) ;;
		*) die "there is no machine $machine; there are: $DIST_MACHINES" ;;
		esac
	done
}

run_dist() {
	known_machine "$@"
	build_dist "$@" || die "the build failed"
	say "build/dist"
	(cd build/dist && wc -c -- *swapcfg-*) | sed '/ total$/d'
}

run_sdk() {
	[ $# -eq 1 ] || die "usage: ./run sdk MACHINE; there are: $DIST_MACHINES"
	known_machine "$1"
	build_sdk "$1" || die "the build failed"
	say "build/sdk-$1"
	echo "PKG_CONFIG_LIBDIR='$root/build/sdk-$1/lib/pkgconfig'"
	echo "CC='$(cross_cc "$1")'"
	echo "for static programs: -static, before the libraries"
}
