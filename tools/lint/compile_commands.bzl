# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Writes the compiler flags of each C source of a target, BPF included. compile_commands.sh joins them in one file."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load(":flags.bzl", "FLAGS_ATTRS", "sources_and_flags")

def _impl(target, ctx):
    compiled = sources_and_flags(target, ctx)
    if not compiled:
        return []
    written = []
    for src in compiled.sources:
        out = ctx.actions.declare_file("_compile_commands/%s/%s.flags" % (target.label.name, src.basename))
        source = ctx.actions.args()
        source.add(src)
        ctx.actions.write(out, source)
        written.append(out)
    if not written:
        return []
    flags = ctx.actions.declare_file("_compile_commands/%s/flags" % target.label.name)
    compiled.flags.set_param_file_format("multiline")
    ctx.actions.write(flags, compiled.flags)

    # Editors also read generated headers, so build them.
    generated = [h for h in compiled.headers.to_list() if not h.is_source]
    return [OutputGroupInfo(compile_commands = depset(written + [flags] + generated))]

compile_commands = aspect(
    implementation = _impl,
    attrs = FLAGS_ATTRS,
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)
