#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Tests without Bazel what docs/library.md promises about the library's tarball:
#
#	dist_test.sh TARBALL HEADER GUIDE RECORDING LINES SYSROOT CLANG TEST_SOURCE LIBELF.a LIBBPF.a ZLIB.a
set -eu
export LC_ALL=C
here=$(pwd)
tarball=$1 header=$2 guide=$3 recording=$here/$4 lines=$5 sysroot=$here/$6 clang=$here/$7 source=$8
libelf=$here/$9
shift 9
libbpf=$1 zlib=$2
buildtools=${clang%/bin/clang}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$*" >&2
	exit 1
}

tar xf "$tarball" -C "$work"
dist=$(echo "$work"/eventstrace-*)
archive=$dist/lib/libeventstrace.a

# ---- reproducible: the tarball has no times and no users of this build
[ "$(tar tvf "$tarball" --utc | grep -cv ' 0/0 .* 1970-01-01 00:00 ')" = 0 ] || fail "the tarball has times or users"

# ---- libeventstrace.a has one object, in which only the functions of the headers are global
[ "$("$buildtools/bin/llvm-ar" t "$archive" | wc -l)" = 1 ] || fail "the archive does not consist of one object"
"$buildtools/bin/llvm-nm" --defined-only --extern-only "$archive" | awk 'NF == 3 { print $3 }' | sort -u >"$work/global"
diff "$dist/relink/public-symbols" "$work/global" || fail "other functions are global than the headers declare"
grep -qx et_session__open "$work/global" || fail "et_session__open is not global"
if "$buildtools/bin/llvm-nm" --undefined-only "$archive" | grep -E ' U (et_|bpf|btf|libbpf|g?elf|inflate|deflate)'; then
	fail "a part of the library is missing"
fi

# ---- the examples compile, with the pinned compiler and with the compiler of this machine
"$here/lib/dist/pinned_cc.sh" "$clang" "$sysroot" >"$work/cc"
chmod +x "$work/cc"
"$here/lib/dist/build.sh" "$dist" "$work/dynamic" "$work/cc"
"$here/lib/dist/build.sh" "$dist" "$work/static" "$work/cc" -static
tried=$work/static/replay
if command -v cc >/dev/null; then
	"$here/lib/dist/build.sh" "$dist" "$work/host" cc
	tried="$tried $work/host/replay"
else
	echo "cannot: this machine has no C compiler (the tarball is tried with the pinned one)"
fi
for replay in $tried; do
	"$replay" "$recording" >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
	grep -q "^$(wc -l <"$lines") events, " "$work/err" || fail "$replay prints other events"
	grep -q "^$(printf '\t')pids.tgid [1-9]" "$work/out" || fail "$replay prints no pids.tgid"
done

# ---- docs/library.md names the oldest glibc that the library needs
grep -aoE 'GLIBC_[0-9.]+' "$work/dynamic/epoll" | sort -Vu | tail -1 >"$work/needs"
names=$(sed -nE 's/.*glibc ([0-9.]+) or newer.*/GLIBC_\1/p' "$guide")
[ "$(cat "$work/needs")" = "$names" ] || fail "the library needs $(cat "$work/needs"), and $guide names $names"

# ---- a program with another libbpf can be linked with the library
"$work/cc" -O2 -Wall -Wextra -Werror -I"$dist/include" -c -o "$work/own_libbpf.o" "$source"
"$work/cc" -static -o "$work/own_libbpf" "$work/own_libbpf.o" -Wl,--whole-archive "$libbpf" -Wl,--no-whole-archive \
	"$archive" "$libelf" "$zlib" -pthread
[ "$("$work/own_libbpf")" = "own libbpf" ] || fail "the library's libbpf collides with that of a program"

# ---- relink.sh makes the library with another libelf
LD=$buildtools/bin/ld.lld OBJCOPY=$buildtools/bin/llvm-objcopy AR=$buildtools/bin/llvm-ar \
	"$dist/relink/relink.sh" "$work/again.a" "$libelf"
"$buildtools/bin/llvm-nm" --defined-only --extern-only "$work/again.a" | awk 'NF == 3 { print $3 }' | sort -u |
	diff "$work/global" - || fail "relink.sh makes another library"
cp "$work/again.a" "$archive"
"$here/lib/dist/build.sh" "$dist" "$work/again" "$work/cc" -static
"$work/again/replay" "$recording" >/dev/null 2>&1 || fail "the library does not work after relink.sh"
if command -v ld >/dev/null && command -v objcopy >/dev/null && command -v ar >/dev/null; then
	"$dist/relink/relink.sh" "$archive" "$libelf"
	"$here/lib/dist/build.sh" "$dist" "$work/gnu" "$work/cc" -static
	"$work/gnu/replay" "$recording" >/dev/null 2>&1 || fail "the library does not work after relink.sh with GNU tools"
fi

# ---- the example in eventstrace.h is examples/json_lines.c
sed -n '/^ \*\tstruct et_options opts/,/^ \*\tet_session__close/p' "$header" | sed -E 's/^ \*[[:space:]]*//' |
	grep -v '^$' >"$work/example"
[ "$(wc -l <"$work/example")" -gt 8 ] || fail "the header has no example"
while IFS= read -r line; do
	grep -qF "$line" "$dist/share/doc/eventstrace/examples/json_lines.c" ||
		fail "json_lines.c lacks a line of the header's example: $line"
done <"$work/example"
echo ok
