# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Runs the pinned clang-tidy on each C source of this tree, BPF included, with the flags of its compilation.

    bazelw build --config=tidy //...
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("//tools/bpf:bpf.bzl", "bpf_compile_context", "bpf_compile_flags")

def _compile_flags(ctx, target, context):
    toolchain = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.c_compile,
        variables = cc_common.create_compile_variables(feature_configuration = features, cc_toolchain = toolchain),
    )
    flags = flags + [ctx.expand_location(o) for o in ctx.rule.attr.copts]
    flags += ["-D" + d for d in context.defines.to_list() + ctx.rule.attr.local_defines + ctx.rule.attr.defines]
    for option, folders in {
        "-I": context.includes,
        "-iquote": context.quote_includes,
        "-isystem": depset(transitive = [context.system_includes, context.external_includes]),
    }.items():
        for folder in folders.to_list():
            flags += [option, folder]
    return flags

# Checks that are off for BPF sources:
# - branch-clone: a switch over the schema's events has equal branches.
# - implicit-widening: small numbers are multiplied in 32 bits, which saves an instruction.
# - clang-analyzer: it assumes that the volatile configuration from user space changes between two reads. Its slow search for
#   bad memory accesses is not needed, because the kernel's verifier finds them.
_BPF_OPTIONS = [
    "--checks=-bugprone-branch-clone,-bugprone-implicit-widening-of-multiplication-result,-clang-analyzer-*",
]

def _check(ctx, target, src, flags, inputs, options = []):
    """Checks a source. Returns a file that exists if the check found no fault."""
    stamp = ctx.actions.declare_file("_tidy/%s/%s.ok" % (target.label.name, src.basename))
    args = ctx.actions.args()
    args.add(ctx.file._clang_tidy)
    args.add(ctx.file._config, format = "--config-file=%s")
    args.add_all(options)
    args.add_all(["--quiet", src, "--"])
    ctx.actions.run_shell(
        mnemonic = "ClangTidy",
        progress_message = "Checking " + src.short_path,
        # Print the output only if something is wrong: clang-tidy also counts the warnings that it suppresses.
        command = 'out=$("$@" 2>&1) || { printf "%s\\n" "$out"; exit 1; }; : >' + stamp.path,
        arguments = [args, flags],
        inputs = depset([src, ctx.file._config], transitive = inputs),
        tools = ctx.files._buildtools,
        outputs = [stamp],
    )
    return stamp

def _tidy_bpf(target, ctx):
    context = bpf_compile_context(ctx.rule.attr)
    flags = ctx.actions.args()
    bpf_compile_flags(flags, ctx.rule.attr, context, ctx.file._clang_tidy.owner.workspace_root)
    inputs = [depset(ctx.rule.files.hdrs), context.headers]
    return [
        _check(ctx, target, src, flags, inputs, _BPF_OPTIONS)
        for src in ctx.rule.files.srcs
        if src.is_source
    ]

def _tidy_cc(target, ctx):
    infos = [d[CcInfo] for d in ctx.rule.attr.deps if CcInfo in d]
    if CcInfo in target:
        infos.append(target[CcInfo])
    context = cc_common.merge_compilation_contexts(compilation_contexts = [i.compilation_context for i in infos])
    files = [f for src in ctx.rule.attr.srcs for f in src.files.to_list()]
    flags = ctx.actions.args()
    flags.add_all(_compile_flags(ctx, target, context))
    inputs = [depset(files), context.headers, find_cc_toolchain(ctx).all_files]
    return [
        _check(ctx, target, src, flags, inputs)
        for src in files
        if src.extension == "c" and src.is_source
    ]

def _tidy_impl(target, ctx):
    if target.label.workspace_root:
        return []
    if ctx.rule.kind in ["cc_binary", "cc_library", "cc_test"]:
        return [OutputGroupInfo(tidy = depset(_tidy_cc(target, ctx)))]
    if ctx.rule.kind == "bpf_object":
        return [OutputGroupInfo(tidy = depset(_tidy_bpf(target, ctx)))]
    return []

tidy = aspect(
    implementation = _tidy_impl,
    attrs = {
        "_buildtools": attr.label(default = "@buildtools//:all", cfg = "exec"),
        "_clang_tidy": attr.label(default = "@buildtools//:bin/clang-tidy", allow_single_file = True),
        "_config": attr.label(default = "//:.clang-tidy", allow_single_file = True),
    },
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)
