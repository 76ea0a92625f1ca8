#!/bin/sh
# SPDX-License-Identifier: MIT
# generate.sh DOXYGEN DOXYFILE OUTDIR: makes OUTDIR/html and OUTDIR/man/man3.
#
# Doxygen names a man page after its header (plan.h.3), too common a name for a system's section 3,
# and makes one for each enumerator. Here plan.h.3 becomes libswapcfg_plan.3, the contract page
# becomes libswapcfg.3, and of the links those of functions stay.
set -eu
doxygen=$1 doxyfile=$2 out=$3

rm -rf "$out/html" "$out/man"
"$doxygen" "$doxyfile"

cd "$out/man/man3"
sed 's|^\.TH "contract"|.TH "libswapcfg"|; s|^contract |libswapcfg |' contract.3 >libswapcfg.3
rm contract.3
rm -f ./SWAPCFG_*.3 swapcfg.h.3 visibility.h.3
for page in *.h.3; do
	name=libswapcfg_${page%.h.3}
	sed "s|^\\.TH \"[^\"]*\"|.TH \"$name\"|; s|^libswapcfg/${page%.3}|$name|
		s|^\\.SH SYNOPSIS|&\\n\\\\fB#include <libswapcfg/swapcfg.h>\\\\fP|" "$page" >"$name.3"
	rm "$page"
done
for link in swapcfg_*.3; do
	target=$(sed -n 's|^\.so man3/\(.*\)\.h\.3$|\1|p' "$link")
	echo ".so man3/libswapcfg_$target.3" >"$link"
done
