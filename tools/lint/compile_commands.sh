#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Writes compile_commands.json in the top folder of the tree, for clangd and similar tools. It has a command for each C
# source, BPF included. The script also builds the generated headers that the sources include. Run it again after a
# BUILD file has changed. With --check, it writes a temporary file instead, and checks some sources with clang-tidy and
# this file.
set -eu

cd "$BUILD_WORKSPACE_DIRECTORY"
jq=$0.runfiles/readers/bin/jq
clang_tidy=$0.runfiles/buildtools/bin/clang-tidy
case "${1-}" in
'') out=$PWD ;;
--check) out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT ;;
*) echo "usage: bazelw run //tools/lint:compile_commands [-- --check]" >&2 && exit 2 ;;
esac

./bazelw build --noshow_progress --ui_event_filters=-info --aspects=//tools/lint:compile_commands.bzl%compile_commands \
	--output_groups=compile_commands //... //tools/soak

# The compiler's paths are relative to a folder of Bazel that contains external/. This path leads to it from the tree.
external='bazel-out/../../../external/'
find -L bazel-bin/ -path '*/_compile_commands/*' -name '*.flags' | sort | while read -r file; do
	read -r source <"$file"
	# Bazel keeps the output of sources that no longer exist.
	[ ! -e "$source" ] || {
		echo "$source"
		sed -E "s,^(-I|-[a-z-]+=)?external/,\\1$external," "${file%/*}/flags"
		echo
	}
done | "$jq" -nR --arg directory "$PWD" --arg clang "${external}buildtools/bin/clang" '
	[foreach inputs as $line ({part: []};
		if .whole then {part: []} else . end |
		if $line == "" then .whole = .part else .part += [$line] end;
		select(.whole).whole) |
	{directory: $directory, file: .[0], arguments: ([$clang] + .[1:] + ["-c", .[0]])}]' >"$out/compile_commands.json"

[ "${1-}" ] || exit 0
# own_libbpf.c is left out, because a test compiles it without Bazel, from the tarball of the library. A source that is
# named for another processor is not compiled.
case $(uname -m) in
x86_64) others=arm64 ;;
*) others=x86_64 ;;
esac
for folder in probes lib tools bench; do
	git ls-files "$folder/*.c" ':!lib/dist/own_libbpf.c' ":!*_$others.c"
done | sort >"$out/sources"
"$jq" -r '.[].file' "$out/compile_commands.json" | sort -u >"$out/known"
if comm -23 "$out/sources" "$out/known" | grep .; then
	echo "compile_commands.json lacks these sources" >&2
	exit 1
fi
# clang-tidy always prints errors of the compiler, but it needs the name of at least one check.
awk 'NR % 40 == 1' "$out/known" | xargs "$clang_tidy" --quiet -p "$out" --checks='-*,bugprone-sizeof-expression'
