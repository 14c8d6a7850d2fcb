# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Builds a program of this tree with other caps or another change, to compare it with the usual program.

    wire_variant(
        name = "eventstrace_before_159",
        program = "//tools:eventstrace",
        variant = "before-159",  # a value of //lib/wire:variant
    )
"""

load("//tools:transition.bzl", "forward_program")

def _transition_impl(_settings, attr):
    return {"//lib/wire:variant": attr.variant}

_variant_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//lib/wire:variant"],
)

wire_variant = rule(
    implementation = forward_program,
    attrs = {
        "program": attr.label(cfg = _variant_transition, executable = True, mandatory = True),
        "variant": attr.string(mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
