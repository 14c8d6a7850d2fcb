#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Runs a program whose sanitizer then prints names and lines instead of addresses. llvm-symbolizer is not used, because
# it needs the libraries of an HTTP client.
symbolizer=$TEST_SRCDIR/buildtools/bin/addr2line
export ASAN_SYMBOLIZER_PATH="$symbolizer" UBSAN_SYMBOLIZER_PATH="$symbolizer"
exec "$@"
