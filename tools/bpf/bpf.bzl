# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""BPF programs: many small *.bpf.c files make one object, and an object makes a skeleton for C programs to include.

    bpf_object(
        name = "probes_bpf",
        srcs = ["exec.bpf.c", "exit.bpf.c"],
        deps = ["//lib/wire"],  # cc_library targets: only their headers are used
    )

    bpf_skeleton(
        name = "probes",  # struct probes, probes__open(), ... in "PACKAGE/probes.skel.h"
        object = ":probes_bpf",
    )
"""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common", "cc_library")

# v3 has 32-bit jumps; kernels since 5.1 support it.
_TARGET = ["--target=bpf", "-mcpu=v3", "-O2", "-no-canonical-prefixes"]

_FLAGS = _TARGET + [
    "-std=gnu11",
    "-g",  # also generates BTF; bpftool drops the DWARF
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-sign-compare",  # kernel types are signed where sizes are unsigned
    "-Wno-unused-parameter",  # BPF_PROG() names every argument of a hook
    "-D__TARGET_ARCH_x86",
    "-nostdinc",
    "-ffile-compilation-dir=.",
]

# clang 19 orders some of the BTF by the addresses of its own objects. These change with the lengths of the real paths
# of its open files. So one run reads the sources. A second run, which opens no file and gets a fixed name for its
# directory, generates the code: the same bytes wherever the build is.
_COMPILE = """
clang=$1 out=$2 target=$3
shift 3
"$clang" "$@" -Xclang -disable-llvm-passes -emit-llvm -o "$out.bc" &&
    PWD=/proc/self/cwd "$clang" $target -x ir -c - -o "$out" <"$out.bc" && rm "$out.bc"
"""

def bpf_compile_context(attr):
    """The compilation context for the sources of a bpf_object, from its attributes."""
    return cc_common.merge_compilation_contexts(
        compilation_contexts = [d[CcInfo].compilation_context for d in attr.deps + attr._headers],
    )

def bpf_compile_flags(args, attr, context, buildtools):
    """Adds the compiler flags for the sources of a bpf_object.

    Args:
      args: arguments of an action.
      attr: attributes of the bpf_object.
      context: its bpf_compile_context().
      buildtools: the pinned compiler's workspace: owner.workspace_root of one of its files.
    """
    resources = buildtools + "/root/usr/lib/llvm-19/lib/clang/19"
    args.add_all(_FLAGS)
    args.add_all(["-resource-dir", resources, "-isystem", resources + "/include"])
    args.add_all(context.quote_includes, before_each = "-iquote")
    args.add_all(context.includes, before_each = "-isystem")
    args.add_all(context.system_includes, before_each = "-isystem")
    args.add_all(context.external_includes, before_each = "-isystem")
    args.add_all(context.defines, format_each = "-D%s")
    args.add_all(attr.defines, format_each = "-D%s")
    args.add_all(attr.copts)

def _compile(ctx, src, context):
    out = ctx.actions.declare_file("_objs/%s/%s" % (ctx.label.name, src.basename[:-len("c")] + "o"))
    args = ctx.actions.args()
    args.add_all([ctx.file._clang, out, " ".join(_TARGET)])
    bpf_compile_flags(args, ctx.attr, context, ctx.file._clang.owner.workspace_root)
    args.add_all(["-c", src])
    ctx.actions.run_shell(
        mnemonic = "BpfCompile",
        progress_message = "Compiling " + src.short_path,
        command = _COMPILE,
        arguments = [args],
        inputs = depset([src] + ctx.files.hdrs, transitive = [context.headers]),
        tools = ctx.files._buildtools,
        outputs = [out],
    )
    return out

def _bpf_object_impl(ctx):
    context = bpf_compile_context(ctx.attr)
    parts = [_compile(ctx, src, context) for src in ctx.files.srcs]

    out = ctx.actions.declare_file(ctx.label.name + ".o")
    args = ctx.actions.args()
    args.add(out)
    args.add_all(parts)
    ctx.actions.run(
        mnemonic = "BpfLink",
        executable = ctx.executable._link,
        arguments = [args],
        inputs = parts,
        outputs = [out],
    )
    return [DefaultInfo(files = depset([out]))]

_TOOLS = {
    "_bpftool": attr.label(default = "@buildtools//:bin/bpftool", allow_single_file = True, cfg = "exec"),
    "_buildtools": attr.label(default = "@buildtools//:all", cfg = "exec"),
    "_clang": attr.label(default = "@buildtools//:bin/clang", allow_single_file = True, cfg = "exec"),
}

bpf_object = rule(
    doc = "Compiles srcs for the BPF machine with the pinned clang and links them into NAME.o.",
    implementation = _bpf_object_impl,
    attrs = dict(
        _TOOLS,
        srcs = attr.label_list(allow_files = [".bpf.c"], mandatory = True, allow_empty = False),
        hdrs = attr.label_list(allow_files = [".h", ".def", ".bpf.c"], doc = "Files that only these sources include."),
        deps = attr.label_list(providers = [CcInfo], doc = "Libraries whose headers the sources include."),
        copts = attr.string_list(),
        defines = attr.string_list(),
        _link = attr.label(default = "//tools/bpf:link", executable = True, cfg = "exec"),
        _headers = attr.label_list(default = ["//third_party:libbpf_headers", "//third_party:vmlinux"]),
    ),
)

def _bpf_skeleton_header_impl(ctx):
    out = ctx.actions.declare_file(ctx.attr.skeleton + ".skel.h")
    ctx.actions.run_shell(
        mnemonic = "BpfSkeleton",
        command = '"$1" gen skeleton "$2" name "$3" >"$4"',
        arguments = [ctx.file._bpftool.path, ctx.file.object.path, ctx.attr.skeleton, out.path],
        inputs = [ctx.file.object],
        tools = ctx.files._buildtools,
        outputs = [out],
    )
    return [DefaultInfo(files = depset([out]))]

_bpf_skeleton_header = rule(
    implementation = _bpf_skeleton_header_impl,
    attrs = dict(
        _TOOLS,
        object = attr.label(allow_single_file = [".o"], mandatory = True),
        skeleton = attr.string(mandatory = True),
    ),
)

def bpf_skeleton(name, object, **kwargs):
    """A cc_library with the skeleton of a BPF object in NAME.skel.h; the object itself is embedded in it.

    Args:
      name: of the library, of the struct in the header and of its functions.
      object: a bpf_object.
      **kwargs: visibility and other attributes of every rule.
    """
    _bpf_skeleton_header(
        name = name + "_skel_h",
        object = object,
        skeleton = name,
        tags = ["manual"],
    )
    cc_library(
        name = name,
        hdrs = [name + "_skel_h"],
        deps = ["//third_party:libbpf"],
        **kwargs
    )
