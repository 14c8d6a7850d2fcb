#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes the tarball of the library:
#
#	pack.sh OUT RELINK.SH PART.o LIBELF.o LD OBJCOPY AR TARGZ FOLDER FILE... FOLDER FILE...
#
# FOLDER is a folder of the tarball, one of the three names in the loop below. The FILEs after it are copied into it.
set -eu
export LC_ALL=C
out=$1 relink=$2 part=$3 libelf=$4
LD=$(realpath "$5") OBJCOPY=$(realpath "$6") AR=$(realpath "$7")
export LD OBJCOPY AR
targz=$8
shift 8

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022
mkdir -p "$stage/new/lib/pkgconfig" "$stage/new/relink"

for arg; do
	case $arg in
	include | share/doc/eventstrace | share/doc/eventstrace/examples)
		folder=$stage/new/$arg
		mkdir -p "$folder"
		;;
	*) cp -L "$arg" "$folder/" ;;
	esac
done

cp -L "$part" "$stage/new/relink/eventstrace-without-libelf.o"
cp -L "$relink" "$stage/new/relink/relink.sh"
# Find the names of all public functions in the headers: declarations that begin in column 1 and are not static.
sed -nE '/^static/d; s/^[a-z][a-z0-9_ ]*[ *](et_[a-z0-9_]+)\(.*/\1/p' "$stage/new/include"/*.h | sort -u \
	>"$stage/new/relink/public-symbols"
sh "$stage/new/relink/relink.sh" "$stage/new/lib/libeventstrace.a" "$libelf"

version=$(sed -nE 's/^#define ET_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' "$stage/new/include/eventstrace.h" |
	paste -sd. -)
cat >"$stage/new/lib/pkgconfig/eventstrace.pc" <<END
prefix=\${pcfiledir}/../..

Name: eventstrace
Description: Records what the processes of a Linux host do, through eBPF
Version: $version
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -leventstrace -pthread
END

find "$stage/new" -type d -exec chmod 755 {} + -o -exec chmod 644 {} +
chmod 755 "$stage/new/relink/relink.sh"
mv "$stage/new" "$stage/eventstrace-$version"
"$targz" "$out" "$stage/eventstrace-$version"
