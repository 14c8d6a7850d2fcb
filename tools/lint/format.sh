#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Checks the format of all C files that git tracks or would add. With --fix, the script formats them. It also lists
# lines of more than 100 columns that clang-format cannot break, such as comments and macros. Lines that begin with a
# string may be longer.
set -eu

case "${1-}" in
'') mode='--dry-run --Werror' ;;
--fix) mode=-i ;;
*) echo "usage: bazelw run //tools/lint:format [-- --fix]" >&2 && exit 2 ;;
esac
clang_format=$0.runfiles/buildtools/bin/clang-format
status=0

cd "$BUILD_WORKSPACE_DIRECTORY"
files() {
	git ls-files -z --cached --others --exclude-standard '*.c' '*.h' '*.cc'
}

# shellcheck disable=SC2086 # $mode is two words
files | xargs -0 -r "$clang_format" --style=file $mode || status=1

# In the C locale, awk counts bytes. gsub() removes continuation bytes of UTF-8, so that a character is one column.
files | LC_ALL=C xargs -0 -r awk -v limit=100 '
	/^[\t ]*"/ { next }
	{
		line = $0
		gsub(/[\200-\277]/, "", line)
		for (columns = 0; (tab = index(line, "\t")); line = substr(line, tab + 1)) {
			columns += tab - 1
			columns += 8 - columns % 8
		}
		columns += length(line)
		if (columns > limit) {
			printf "%s:%d: %d columns, more than %d\n", FILENAME, FNR, columns, limit
			found = 1
		}
	}
	END { exit found }' || status=1
exit "$status"
