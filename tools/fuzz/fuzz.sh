#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# fuzz.sh FUZZER CORPUS DICTIONARY|- [OPTION...]: runs a program of libFuzzer. New inputs that reach new code are kept
# in the folder FUZZ_CORPUS; without this variable they are deleted. A failing input is written to the current folder.
set -eu -o pipefail
runfiles=${TEST_SRCDIR:-$0.runfiles}
fuzzer=$runfiles/eventstrace/$1
corpus=$runfiles/eventstrace/$2
[ "$3" = - ] || set -- "$1" "$2" "$3" "-dict=$runfiles/eventstrace/$3" "${@:4}"
shift 3
addr2line=$runfiles/buildtools/bin/addr2line

# The sanitizer can hang while it asks addr2line for names. So this script looks up the names after the run.
export ASAN_OPTIONS="symbolize=0:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS-}"
cd "${TEST_UNDECLARED_OUTPUTS_DIR:-.}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
found=${FUZZ_CORPUS:-$scratch/found}
mkdir -p "$found"

# If the options name inputs, only these are run.
set -- "$@" "$found" "$corpus"
for arg in "${@:1:$#-2}"; do
	case $arg in -*) ;; *) set -- "${@:1:$#-2}" && break ;; esac
done

# An input takes at most a millisecond. The time limit is long, because the fuzzer may wait for the CPU of a busy
# machine.
"$fuzzer" -timeout=60 -rss_limit_mb=1024 -print_funcs=0 "$@" 2>&1 | tee "$scratch/log" && exit
echo "frames above, by name:"
sed -nE 's/^ *#[0-9]+ 0x[0-9a-f]+ +\((.*)\+(0x[0-9a-f]+)\).*/\1 \2/p' "$scratch/log" | while read -r file at; do
	"$addr2line" -fpie "$file" "$at" || true
done
exit 1
