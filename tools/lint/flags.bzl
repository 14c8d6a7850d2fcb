# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Finds the C sources of a target, BPF included, and their compiler flags, for aspects."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain")
load("//tools/bpf:bpf.bzl", "bpf_compile_context", "bpf_compile_flags", "bpf_headers")

def _cc_flags(ctx, context):
    toolchain = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        # The flags of layering_check need module maps, which only a real compilation has.
        unsupported_features = ctx.disabled_features + ["layering_check"],
    )
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.c_compile,
        variables = cc_common.create_compile_variables(feature_configuration = features, cc_toolchain = toolchain),
    )
    flags = flags + [ctx.expand_location(o) for o in ctx.rule.attr.copts]
    defines = context.defines.to_list() + ctx.rule.attr.local_defines + ctx.rule.attr.defines

    # Bazel removes a backslash before a quote, as a shell does.
    flags += ["-D" + d.replace("\\\"", "\"") for d in defines]
    for option, folders in {
        "-I": context.includes,
        "-iquote": context.quote_includes,
        "-isystem": depset(transitive = [context.system_includes, context.external_includes]),
    }.items():
        for folder in folders.to_list():
            flags += [option, folder]
    return flags

def _bpf(ctx):
    context = bpf_compile_context(ctx.rule.attr)
    flags = ctx.actions.args()
    bpf_compile_flags(flags, ctx.rule.attr, context, ctx.file._clang.owner.workspace_root)
    return struct(
        bpf = True,
        sources = [src for src in ctx.rule.files.srcs if src.is_source],
        flags = flags,
        headers = context.headers,
        inputs = [depset(ctx.rule.files.hdrs), bpf_headers(ctx.rule.attr), context.headers],
    )

def _cc(target, ctx):
    infos = [d[CcInfo] for d in ctx.rule.attr.deps if CcInfo in d]
    if CcInfo in target:
        infos.append(target[CcInfo])
    context = cc_common.merge_compilation_contexts(compilation_contexts = [i.compilation_context for i in infos])
    files = [f for src in ctx.rule.attr.srcs for f in src.files.to_list()]
    flags = ctx.actions.args()
    flags.add_all(_cc_flags(ctx, context))
    return struct(
        bpf = False,
        sources = [src for src in files if src.extension == "c" and src.is_source],
        flags = flags,
        headers = context.headers,
        inputs = [depset(files), context.headers, find_cc_toolchain(ctx).all_files],
    )

# The attributes that an aspect needs for sources_and_flags(). It also needs the fragment "cpp" and the C toolchain.
FLAGS_ATTRS = {
    "_clang": attr.label(default = "@buildtools//:bin/clang", allow_single_file = True),
}

def sources_and_flags(target, ctx):
    """The C sources that a target compiles, and their flags.

    Args:
      target: the target of an aspect
      ctx: the context of the aspect

    Returns:
      None if the target is in another repository, or compiles no C. Otherwise a struct: bpf (True: compiled for
      BPF), sources, flags (arguments of an action), headers (of other targets), inputs (of a compilation, without
      the source).
    """
    if target.label.workspace_root:
        return None
    if ctx.rule.kind in ["cc_binary", "cc_library", "cc_test"]:
        return _cc(target, ctx)
    if ctx.rule.kind == "bpf_library":
        return _bpf(ctx)
    return None
