# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Runs the pinned clang-tidy on each C source of this tree, BPF included, with the source's compiler flags.

    bazelw build --config=tidy //...
"""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load(":flags.bzl", "FLAGS_ATTRS", "sources_and_flags")

# Checks that are switched off for BPF sources:
# - branch-clone: switches over the schema's events have equal branches.
# - implicit-widening: small numbers are multiplied in 32 bits, which saves an instruction.
# - clang-analyzer: the analyzer assumes that the volatile configuration from user space changes between two reads. Its
#   slow search for invalid memory accesses is not needed, because the kernel's verifier finds them.
_BPF_OPTIONS = [
    "--checks=-bugprone-branch-clone,-bugprone-implicit-widening-of-multiplication-result,-clang-analyzer-*",
]

def _check(ctx, target, src, flags, inputs, options = []):
    """Declares the check of a source. Returns a file that the check makes if it finds no fault."""
    stamp = ctx.actions.declare_file("_tidy/%s/%s.ok" % (target.label.name, src.basename))
    args = ctx.actions.args()
    args.add(ctx.file._clang_tidy)
    args.add(ctx.file._config, format = "--config-file=%s")
    args.add_all(options)
    args.add_all(["--quiet", src, "--"])
    ctx.actions.run_shell(
        mnemonic = "ClangTidy",
        progress_message = "Checking " + src.short_path,
        # clang-tidy also prints the number of suppressed warnings, so its output is printed only on failure.
        command = 'out=$("$@" 2>&1) || { printf "%s\\n" "$out"; exit 1; }; : >' + stamp.path,
        arguments = [args, flags],
        inputs = depset([src, ctx.file._config], transitive = inputs),
        tools = ctx.files._buildtools,
        outputs = [stamp],
    )
    return stamp

def _tidy_impl(target, ctx):
    compiled = sources_and_flags(target, ctx)
    if not compiled:
        return []
    return [OutputGroupInfo(tidy = depset([
        _check(ctx, target, src, compiled.flags, compiled.inputs, _BPF_OPTIONS if compiled.bpf else [])
        for src in compiled.sources
    ]))]

tidy = aspect(
    implementation = _tidy_impl,
    attrs = dict(FLAGS_ATTRS, **{
        "_buildtools": attr.label(default = "@buildtools//:all", cfg = "exec"),
        "_clang_tidy": attr.label(default = "@buildtools//:bin/clang-tidy", allow_single_file = True),
        "_config": attr.label(default = "//:.clang-tidy", allow_single_file = True),
    }),
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)
