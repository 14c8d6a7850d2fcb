# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""The tags of live tests."""

# Live tests must see real process IDs and run alone on the machine. Bazel must run them again on each machine.
LIVE = [
    "exclusive",
    "external",
    "live",
    "local",
    "no-sandbox",
]
