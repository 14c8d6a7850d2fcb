# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""A build setting that changes records. Only //bench sets it, to have records to compare with."""

wire_variant_setting = rule(
    implementation = lambda ctx: [],
    build_setting = config.string(),
)
