#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Runs a program so that its sanitizer prints names and lines instead of addresses.
# (llvm-symbolizer could do it too, but it needs the libraries of an HTTP client.)
symbolizer=$TEST_SRCDIR/buildtools/bin/addr2line
export ASAN_SYMBOLIZER_PATH="$symbolizer" UBSAN_SYMBOLIZER_PATH="$symbolizer"
exec "$@"
