# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""A setting of the build that changes records; only //bench sets it, to have something to compare with."""

wire_variant_setting = rule(
    implementation = lambda ctx: [],
    build_setting = config.string(),
)
