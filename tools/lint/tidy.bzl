# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Runs the pinned clang-tidy on each C source of this tree, with the flags that it is compiled with.

    bazelw build --config=tidy //...
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

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

def _tidy_impl(target, ctx):
    if ctx.rule.kind not in ["cc_binary", "cc_library", "cc_test"] or target.label.workspace_root:
        return []
    infos = [d[CcInfo] for d in ctx.rule.attr.deps if CcInfo in d]
    if CcInfo in target:
        infos.append(target[CcInfo])
    context = cc_common.merge_compilation_contexts(compilation_contexts = [i.compilation_context for i in infos])
    files = [f for src in ctx.rule.attr.srcs for f in src.files.to_list()]
    flags = _compile_flags(ctx, target, context)

    stamps = []
    for src in [f for f in files if f.extension == "c" and f.is_source]:
        stamp = ctx.actions.declare_file("_tidy/%s/%s.ok" % (target.label.name, src.basename))
        ctx.actions.run_shell(
            mnemonic = "ClangTidy",
            progress_message = "Checking " + src.short_path,
            # Printed only when something is wrong: clang-tidy also counts the warnings that it leaves out.
            command = 'out=$("$@" 2>&1) || { printf "%s\\n" "$out"; exit 1; }; : >' + stamp.path,
            arguments = [
                ctx.file._clang_tidy.path,
                "--config-file=" + ctx.file._config.path,
                "--quiet",
                src.path,
                "--",
            ] + flags,
            inputs = depset(
                files + [ctx.file._config],
                transitive = [context.headers, find_cc_toolchain(ctx).all_files],
            ),
            tools = ctx.files._buildtools,
            outputs = [stamp],
        )
        stamps.append(stamp)
    return [OutputGroupInfo(tidy = depset(stamps))]

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
