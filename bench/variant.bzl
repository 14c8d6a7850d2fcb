# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""A program built from this tree with other caps, or otherwise changed, for comparison with the usual program.

    wire_variant(
        name = "eventstrace_before_159",
        program = "//tools:eventstrace",
        variant = "before-159",  # a value of //lib/wire:variant
    )
"""

def _transition_impl(_settings, attr):
    return {"//lib/wire:variant": attr.variant}

_variant_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//lib/wire:variant"],
)

def _wire_variant_impl(ctx):
    program = ctx.attr.program[0]
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = out, target_file = program[DefaultInfo].files_to_run.executable, is_executable = True)
    return [DefaultInfo(
        executable = out,
        runfiles = ctx.runfiles(files = [out]).merge(program[DefaultInfo].default_runfiles),
    )]

wire_variant = rule(
    implementation = _wire_variant_impl,
    attrs = {
        "program": attr.label(cfg = _variant_transition, executable = True, mandatory = True),
        "variant": attr.string(mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
