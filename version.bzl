# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""The version. lib/include/eventstrace.h and docs/changelog.md have it too: tests compare them."""

VERSION = "0.2.0"

# The day of the release. The files of packages have this day's time, so that a build at any time makes the same bytes.
DATE = "2026-11-30"
SECONDS = 1795996800
