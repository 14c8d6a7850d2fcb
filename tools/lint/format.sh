#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Checks the format of every C file that git tracks or would add; with --fix, formats them.
set -eu

case "${1-}" in
'') mode='--dry-run --Werror' ;;
--fix) mode=-i ;;
*) echo "usage: bazelw run //tools/lint:format [-- --fix]" >&2 && exit 2 ;;
esac
clang_format=$0.runfiles/buildtools/bin/clang-format

cd "$BUILD_WORKSPACE_DIRECTORY"
# shellcheck disable=SC2086 # $mode is two words
git ls-files -z --cached --others --exclude-standard '*.c' '*.h' '*.cc' |
	xargs -0 -r "$clang_format" --style=file $mode
