# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""The library as a tarball, for programs that are built without Bazel: docs/library.md.

lib/libeventstrace.a has one object. It contains all parts of the library, libbpf, libelf and zlib included, and only
the functions of eventstrace.h are global in it. So it does not collide with another libbpf in the same program.
"""

load("@rules_cc//cc:defs.bzl", "CcInfo")

def _objects(dep):
    """The objects that a library links: those under the LGPL, and all others."""
    lgpl, others = [], []
    for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
        group = lgpl if linker_input.owner.workspace_name == "elfutils" else others
        for library in linker_input.libraries:
            group.extend(library.pic_objects or library.objects)
    return lgpl, others

def _join(ctx, objects, out):
    args = ctx.actions.args()
    args.add_all(["-r", "-o", out])
    args.add_all(objects)
    ctx.actions.run(
        mnemonic = "JoinObjects",
        executable = ctx.file._ld,
        arguments = [args],
        inputs = objects,
        tools = ctx.files._buildtools,
        outputs = [out],
    )

def _library_dist_impl(ctx):
    lgpl, others = _objects(ctx.attr.library)
    part = ctx.actions.declare_file("_dist/eventstrace-without-libelf.o")
    libelf = ctx.actions.declare_file("_dist/libelf.o")
    _join(ctx, others, part)
    _join(ctx, lgpl, libelf)

    args = ctx.actions.args()
    args.add_all([ctx.outputs.out, ctx.file._relink, part, libelf, ctx.file._ld, ctx.file._objcopy, ctx.file._ar])
    args.add(ctx.executable._targz)
    args.add("include")
    args.add_all(ctx.files.hdrs)
    args.add("share/doc/eventstrace")
    args.add_all(ctx.files.docs)
    args.add("share/doc/eventstrace/examples")
    args.add_all(ctx.files.examples)
    ctx.actions.run(
        mnemonic = "LibraryDist",
        executable = ctx.file._pack,
        arguments = [args],
        inputs = [ctx.file._relink, part, libelf] + ctx.files.hdrs + ctx.files.docs + ctx.files.examples,
        tools = ctx.files._buildtools + [ctx.executable._targz],
        outputs = [ctx.outputs.out],
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

library_dist = rule(
    doc = "Makes a tarball of a library, the same bytes at any time and in any place.",
    implementation = _library_dist_impl,
    attrs = {
        "docs": attr.label_list(allow_files = True),
        "examples": attr.label_list(allow_files = True),
        "hdrs": attr.label_list(allow_files = [".h"], mandatory = True),
        "library": attr.label(mandatory = True, providers = [CcInfo]),
        "out": attr.output(mandatory = True),
        "_ar": attr.label(default = "@buildtools//:bin/llvm-ar", allow_single_file = True, cfg = "exec"),
        "_buildtools": attr.label(default = "@buildtools//:all", cfg = "exec"),
        "_ld": attr.label(default = "@buildtools//:bin/ld.lld", allow_single_file = True, cfg = "exec"),
        "_objcopy": attr.label(default = "@buildtools//:bin/llvm-objcopy", allow_single_file = True, cfg = "exec"),
        "_pack": attr.label(default = "//lib/dist:pack.sh", allow_single_file = True),
        "_relink": attr.label(default = "//lib/dist:relink.sh", allow_single_file = True),
        "_targz": attr.label(default = "//lib/dist:targz", executable = True, cfg = "exec"),
    },
)
