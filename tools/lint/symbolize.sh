#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Runs a program whose sanitizer prints names and lines instead of addresses.
# (llvm-symbolizer would do too, but it comes with a whole HTTP client's libraries.)
symbolizer=$TEST_SRCDIR/buildtools/bin/addr2line
export ASAN_SYMBOLIZER_PATH="$symbolizer" UBSAN_SYMBOLIZER_PATH="$symbolizer"
exec "$@"
