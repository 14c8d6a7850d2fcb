#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Builds the examples of an unpacked tarball, as other programs are built, without Bazel:
#
#	build.sh DIST OUT CC [LINKER_FLAG...]
set -eu
dist=$1 out=$2 cc=$3
shift 3
# Read the flags from the file that pkg-config reads: pkg-config itself may not be installed.
pc=$dist/lib/pkgconfig/eventstrace.pc
flags() {
	sed -n "s/^$1: //p" "$pc" | sed "s,\${prefix},$dist,g"
}
mkdir -p "$out"
for src in "$dist"/share/doc/eventstrace/examples/*; do
	name=$(basename "$src")
	case $name in
	*.cc) standard=c++17 libs='-lstdc++ -lm' ;;
	*) standard=gnu11 libs= ;;
	esac
	# shellcheck disable=SC2086,SC2046 # words
	{
		"$cc" -O2 -Wall -Wextra -Werror "-std=$standard" $(flags Cflags) -c -o "$out/$name.o" "$src"
		"$cc" "$@" -o "$out/${name%.*}" "$out/$name.o" $(flags Libs) $libs
		rm "$out/$name.o"
	}
done
