#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes libeventstrace.a with another libelf than that in the tarball. It has also made the tarball's libeventstrace.a.
#
#	relink.sh OUT.a LIBELF
#
# LIBELF is a static libelf of elfutils, or an object. The variables LD, OBJCOPY and AR name the tools of LLVM or GNU;
# without them, the script uses ld, objcopy and ar.
set -eu
[ $# -eq 2 ] || {
	echo "usage: relink.sh OUT.a LIBELF" >&2
	exit 2
}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${LD:-ld}" -r -o "$work/whole.o" "$here/eventstrace-without-libelf.o" --whole-archive "$2"
# Make all other functions local. This invalidates the section .llvm_addrsig of lld, so remove it.
"${OBJCOPY:-objcopy}" --keep-global-symbols="$here/public-symbols" --remove-section=.llvm_addrsig \
	"$work/whole.o" "$work/eventstrace.o"
rm -f "$1"
"${AR:-ar}" rcsD "$1" "$work/eventstrace.o"
