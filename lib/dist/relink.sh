#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes libeventstrace.a with a libelf of your own. The library was made by this script too.
#
#	relink.sh OUT.a LIBELF
#
# LIBELF is a static libelf of elfutils, or an object. LD, OBJCOPY and AR name other programs than those of the PATH:
# those of LLVM and of GNU both work.
set -eu
[ $# -eq 2 ] || {
	echo "usage: relink.sh OUT.a LIBELF" >&2
	exit 2
}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${LD:-ld}" -r -o "$work/whole.o" "$here/eventstrace-without-libelf.o" --whole-archive "$2"
# All other functions become local. The address table of lld is not valid after that.
"${OBJCOPY:-objcopy}" --keep-global-symbols="$here/public-symbols" --remove-section=.llvm_addrsig \
	"$work/whole.o" "$work/eventstrace.o"
rm -f "$1"
"${AR:-ar}" rcsD "$1" "$work/eventstrace.o"
