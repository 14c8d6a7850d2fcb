# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Builds BPF programs: many small *.bpf.c files become one object, and an object becomes a skeleton for C programs.

    bpf_library(
        name = "process",
        srcs = ["exec.bpf.c", "exit.bpf.c"],
        hdrs = ["task.bpf.h"],
        deps = ["//lib/wire"],  # bpf_library targets, or cc_library targets for their headers
    )

    bpf_object(
        name = "probes_bpf",
        deps = [":process"],
    )

    bpf_skeleton(
        name = "probes",  # struct probes, probes__open(), ... in "PACKAGE/probes.skel.h"
        object = ":probes_bpf",
    )
"""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common", "cc_library")

# v3 of the instruction set has 32-bit jumps. Kernels support it since 5.1.
_TARGET = ["--target=bpf", "-mcpu=v3", "-O2", "-no-canonical-prefixes"]

_FLAGS = _TARGET + [
    "-std=gnu11",
    "-g",  # for BTF; bpftool removes the DWARF data
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-sign-compare",  # the kernel has signed types for sizes
    "-Wno-unused-parameter",  # BPF_PROG() declares every argument of a hook
    "-nostdinc",
    "-ffile-compilation-dir=.",
]

# clang 19 orders some of the BTF by the addresses of its own objects. These addresses depend on the lengths of the real
# paths of the files that clang opens. So a first run only reads the sources. A second run opens no file and gets a
# fixed name for its directory. It generates the code, with the same bytes wherever the build is.
_COMPILE = """
clang=$1 out=$2 target=$3
shift 3
"$clang" "$@" -Xclang -disable-llvm-passes -emit-llvm -o "$out.bc" &&
    PWD=/proc/self/cwd "$clang" $target -x ir -c - -o "$out" <"$out.bc" && rm "$out.bc"
"""

BpfInfo = provider(
    doc = "The data of a bpf_library for its dependents.",
    fields = {
        "context": "the compilation context of the cc_library targets that it depends on",
        "headers": "depset of its headers and those of its deps",
        "modulemap": "its module map: the headers that its dependents may include",
        "objects": "depset of the objects of its sources and its deps' sources, in link order",
    },
)

def _cc_deps(attr):
    return [d for d in attr.deps + attr._headers if CcInfo in d]

def _bpf_deps(attr):
    return [d[BpfInfo] for d in attr.deps if BpfInfo in d]

def bpf_compile_context(attr):
    """The compilation context for the sources of a rule of this file, from its attributes."""
    return cc_common.merge_compilation_contexts(
        compilation_contexts = [d[CcInfo].compilation_context for d in _cc_deps(attr)] + [d.context for d in _bpf_deps(attr)],
    )

def bpf_headers(attr):
    """The headers of the bpf_library targets that a rule of this file depends on, as a depset."""
    return depset(transitive = [d.headers for d in _bpf_deps(attr)])

def bpf_compile_flags(args, attr, context, buildtools):
    """Adds the compiler flags for the sources of a bpf_object.

    Args:
      args: arguments of an action.
      attr: attributes of the bpf_object.
      context: its bpf_compile_context().
      buildtools: folder of the pinned compiler's repository: owner.workspace_root of one of its files.
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

def _modulemap(ctx, name, module, headers, uses = []):
    """Writes a module map. It has the headers that users of the module may include, and the modules that it uses."""
    out = ctx.actions.declare_file("_maps/%s/%s.modulemap" % (ctx.label.name, name))

    # clang looks for the headers relative to the folder of the map. A header may be a source file or a generated file.
    root = "../" * out.dirname.count("/") + "../"
    lines = ['module "%s" {' % module] + ['  textual header "%s%s"' % (root, h.path) for h in headers]
    lines += ['  use "%s"' % module for module in uses] + ["}", ""]
    ctx.actions.write(out, "\n".join(lines))
    return out

def _allowed_modulemaps(ctx):
    """The module maps, for clang's layering check, of the headers that the sources may include: those of direct deps."""
    maps = [d.modulemap for d in _bpf_deps(ctx.attr)]
    for i, dep in enumerate(_cc_deps(ctx.attr)):
        context = dep[CcInfo].compilation_context
        headers = context.direct_public_headers + context.direct_textual_headers
        maps.append(_modulemap(ctx, "dep_%d" % i, str(dep.label), headers))
    return maps

def _compile(ctx, src, context, own, allowed):
    out = ctx.actions.declare_file("_objs/%s/%s" % (ctx.label.name, src.basename[:-len("c")] + "o"))
    args = ctx.actions.args()
    args.add_all([ctx.file._clang, out, " ".join(_TARGET)])
    bpf_compile_flags(args, ctx.attr, context, ctx.file._clang.owner.workspace_root)
    args.add_all(["-fmodules-strict-decluse", "-Wprivate-header"])
    args.add(str(ctx.label), format = "-fmodule-name=%s")
    args.add_all([own] + allowed, format_each = "-fmodule-map-file=%s")
    args.add_all(["-c", src])
    ctx.actions.run_shell(
        mnemonic = "BpfCompile",
        progress_message = "Compiling " + src.short_path,
        command = _COMPILE,
        arguments = [args],
        inputs = depset(
            [src, own] + ctx.files.hdrs + allowed,
            transitive = [context.headers, bpf_headers(ctx.attr)],
        ),
        tools = ctx.files._buildtools,
        outputs = [out],
    )
    return out

def _bpf_library_impl(ctx):
    context = bpf_compile_context(ctx.attr)
    uses = [str(d.label) for d in ctx.attr.deps + ctx.attr._headers]
    own = _modulemap(ctx, "own", str(ctx.label), ctx.files.hdrs, uses)
    allowed = _allowed_modulemaps(ctx)
    objects = [_compile(ctx, src, context, own, allowed) for src in ctx.files.srcs]
    return [
        DefaultInfo(files = depset(objects)),
        BpfInfo(
            context = context,
            headers = depset(ctx.files.hdrs, transitive = [bpf_headers(ctx.attr)]),
            modulemap = own,
            objects = depset(objects, transitive = [d.objects for d in _bpf_deps(ctx.attr)], order = "postorder"),
        ),
    ]

def _bpf_object_impl(ctx):
    objects = depset(transitive = [d[BpfInfo].objects for d in ctx.attr.deps], order = "postorder")
    out = ctx.actions.declare_file(ctx.label.name + ".o")
    args = ctx.actions.args()
    args.add(out)
    args.add_all(objects)
    ctx.actions.run(
        mnemonic = "BpfLink",
        executable = ctx.executable._link,
        arguments = [args],
        inputs = objects,
        outputs = [out],
    )
    return [DefaultInfo(files = depset([out]))]

_TOOLS = {
    "_bpftool": attr.label(default = "@buildtools//:bin/bpftool", allow_single_file = True, cfg = "exec"),
    "_buildtools": attr.label(default = "@buildtools//:all", cfg = "exec"),
    "_clang": attr.label(default = "@buildtools//:bin/clang", allow_single_file = True, cfg = "exec"),
}

bpf_library = rule(
    doc = """Compiles srcs for the BPF machine with the pinned clang.

The sources may include only hdrs and the headers of direct deps.""",
    implementation = _bpf_library_impl,
    attrs = dict(
        _TOOLS,
        srcs = attr.label_list(allow_files = [".bpf.c"]),
        hdrs = attr.label_list(allow_files = [".h", ".bpf.c"], doc = "Headers for these sources and for dependents."),
        deps = attr.label_list(
            providers = [[BpfInfo], [CcInfo]],
            doc = "bpf_library targets, and cc_library targets, of which only the headers are used.",
        ),
        copts = attr.string_list(),
        defines = attr.string_list(),
        _headers = attr.label_list(default = ["//third_party:libbpf_headers", "//third_party:vmlinux"]),
    ),
)

bpf_object = rule(
    doc = "Links the objects of bpf_library targets and of their dependencies into NAME.o.",
    implementation = _bpf_object_impl,
    attrs = {
        "deps": attr.label_list(providers = [BpfInfo], mandatory = True, allow_empty = False),
        "_link": attr.label(default = "//tools/bpf:link", executable = True, cfg = "exec"),
    },
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
    """Makes a cc_library with NAME.skel.h: the skeleton of a BPF object, with the object embedded in it.

    Args:
      name: name of the library, of the struct in the header, and the prefix of its functions.
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
