# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The Go package: what it needs, its builds, and its tests.

# What go.mod promises. The tests are also built with this version, where it can be had.
GO_MINIMUM=1.19
# It needs a recent Go itself; where that is not there, its test says so.
GO_STATICCHECK=0.8.2

# go_fits GO: whether it is there, and not too old.
go_fits() {
	have=$("$1" env GOVERSION 2>/dev/null) || return 1
	[ "$(printf 'go%s\n%s\n' "$GO_MINIMUM" "$have" | sort -V | head -n 1)" = "go$GO_MINIMUM" ]
}

# The go that is used: the one in PATH, or Debian's.
go_program() {
	if go_fits go; then
		command -v go
	else
		echo /usr/bin/go
	fi
}

# Debian's oldest that will do, which lies beside the others.
go_oldest() {
	echo "/usr/lib/go-$GO_MINIMUM/bin/go"
}

packages_go() {
	packages_build python3 util-linux mount e2fsprogs
	packages_clang
	go_fits go || packages golang-go
	# Debian 12 has it.
	if grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release; then
		packages "golang-$GO_MINIMUM-go"
	fi
}

# What go is told by its environment. Nothing is fetched, and nothing written beside the sources.
go_environment() {
	unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR CGO_LDFLAGS GOOS GOARCH CC
	GO=$(go_program)
	GOFLAGS=-buildvcs=false
	GOTOOLCHAIN=local
	GOWORK=off
	CGO_ENABLED=1
	CGO_CFLAGS="-O2 -g"
	export GO GOFLAGS GOTOOLCHAIN GOWORK CGO_ENABLED CGO_CFLAGS
}

# go_library PREFIX: where the library is. Go's cache knows flags by their text, but neither what is
# in the headers nor what pkg-config says: so both have to show in a flag.
go_library() {
	PKG_CONFIG_LIBDIR=${root:?}/$1/lib/pkgconfig
	CGO_CPPFLAGS=-DSWAPCFG_HEADERS=$(cat "$1"/include/libswapcfg/*.h | cksum | cut -d ' ' -f 1)
	# shellcheck disable=SC2089 # Go reads the quotes
	CGO_LDFLAGS="'-L$root/$1/lib'"
	# shellcheck disable=SC2090
	export PKG_CONFIG_LIBDIR CGO_CPPFLAGS CGO_LDFLAGS
}

# go_make OUTPUT GO COMMAND ARGUMENT...: runs go in the package's directory. Anew, as it would not
# see that a static library has changed either.
go_make() {
	output=${root:?}/build/go/$1
	go=$2
	verb=$3
	shift 3
	rm -f "$output"
	(cd bindings/go && "$go" "$verb" -o "$output" "$@")
}

# The tests: with the race detector, with the sanitizer, and by the oldest Go.
go_tests() (
	go_environment
	go_library build/prefix
	go_make race.test "$GO" test -c -race . || exit 1
	CC=clang go_make asan.test "$GO" test -c -asan . || exit 1
	rm -f build/go/oldest.test
	! go_fits "$(go_oldest)" || go_make oldest.test "$(go_oldest)" test -c .
)

# build_go_device: the example for a riscv64 device with musl, in one file, and with the library
# beside it.
build_go_device() {
	packages_build python3-venv
	build_sdk riscv64 || return 1
	(
		go_environment
		go_library build/sdk-riscv64
		GOOS=linux GOARCH=riscv64 CC=$(cross_cc riscv64)
		export GOOS GOARCH CC
		go_make area-riscv64 "$GO" build -trimpath \
			-ldflags '-s -linkmode external -extldflags "-static -s"' \
			./examples/area || exit 1
		# shellcheck disable=SC2016 # the loader knows what it means
		CGO_LDFLAGS="$CGO_LDFLAGS "'-Wl,-rpath,$ORIGIN'
		go_make area-riscv64-shared "$GO" build -trimpath -ldflags '-s -linkmode external' \
			./examples/area
	) >build/go-device.log 2>&1 || {
		cat build/go-device.log
		return 1
	}
}

# The programs that look at the sources, in the cache.
go_staticcheck() {
	echo "$(cache_directory)/staticcheck-$GO_STATICCHECK-$("$(go_program)" env GOVERSION)/staticcheck"
}

install_go_staticcheck() (
	program=$(go_staticcheck)
	[ ! -x "$program" ] || exit 0
	go_environment
	CGO_ENABLED=0 GOFLAGS='' GOBIN=${program%/*} \
		"$GO" install "honnef.co/go/tools/cmd/staticcheck@v$GO_STATICCHECK" \
		>build/staticcheck.log 2>&1 && exit 0
	# Its test is skipped where Go is too old for it; anything else has to be seen.
	grep -q 'requires go\|invalid go version' build/staticcheck.log && exit 0
	cat build/staticcheck.log
	exit 1
)

build_go() {
	say "building go"
	mkdir -p build/go
	build_prefix || return 1
	go_tests >build/go.log 2>&1 || {
		cat build/go.log
		return 1
	}
	install_go_staticcheck && build_go_device
}

programs_go() {
	go_environment
	with="env GO='$GO' LD_LIBRARY_PATH='${root:?}/build/prefix/lib'"
	tests="$with tests/bindings/go.py build/go"
	echo "go/lint=env -u PKG_CONFIG_PATH GO='$GO' GOFLAGS='$GOFLAGS' GOTOOLCHAIN=local GOWORK=off" \
		"PKG_CONFIG_LIBDIR='$root/build/prefix/lib/pkgconfig'" \
		"tests/bindings/go-lint.sh '$(go_staticcheck)'"
	echo "go/race=$tests/race.test"
	# That its runner of the cases looks at everything.
	echo "go/control=$with tests/cases/with_disk.py tests/cases/control.py" \
		"tests/bindings/go.py build/go/race.test -test.run=^TestCases\$"
	echo "go/asan=env GO='$GO' SWAPCFG_TEST_SANITIZED=1 LD_LIBRARY_PATH='$root/build/clang/lib'" \
		"tests/bindings/go.py build/go/asan.test"
	[ ! -x build/go/oldest.test ] || echo "go/oldest=$tests/oldest.test"
}
