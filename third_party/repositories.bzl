# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Makes Bazel repositories of the rows of deps.bzl."""

load("//third_party:deps.bzl", "KERNELS", "PACKAGES", "SOURCES")

# Programs of the unpacked packages, by their name in bin/.
_TOOLS = {
    "addr2line": "usr/bin/x86_64-linux-gnu-addr2line",
    "bpftool": "usr/sbin/bpftool",
    "clang": "usr/lib/llvm-19/bin/clang",
    "clang-format": "usr/lib/llvm-19/bin/clang-format",
    "clang-tidy": "usr/lib/llvm-19/bin/clang-tidy",
    "jq": "usr/bin/jq",
    "ld.lld": "usr/lib/llvm-19/bin/ld.lld",
    "llvm-ar": "usr/lib/llvm-19/bin/llvm-ar",
    "llvm-nm": "usr/lib/llvm-19/bin/llvm-nm",
    "llvm-objcopy": "usr/lib/llvm-19/bin/llvm-objcopy",
    "llvm-objdump": "usr/lib/llvm-19/bin/llvm-objdump",
    "llvm-strip": "usr/lib/llvm-19/bin/llvm-strip",
    "mandoc": "usr/bin/mandoc",
    "python3": "usr/bin/python3.11",
    "qemu-aarch64": "usr/bin/qemu-aarch64-static",
    "qemu-system-x86_64": "usr/bin/qemu-system-x86_64",
    "rpmbuild": "usr/bin/rpmbuild",
}

# Runs a program with the loader and the libraries of its own packages, so that the host's C library does not matter.
# --argv0: clang and the llvm tools depend on the name that they are called by.
_WRAPPER = """#!/bin/sh
root=${{0%/*}}/../root
lib=$root/lib/x86_64-linux-gnu
usr=$root/usr/lib/x86_64-linux-gnu
exec "$lib/ld-linux-x86-64.so.2" --inhibit-cache --library-path "$lib:$usr:$root/usr/lib/llvm-19/lib" \\
	--argv0 "$root/{path}" "$root/{path}" "$@"
"""

def _urls(ctx, row, path = None):
    mirror = ctx.execute(["sh", ctx.path(Label("//third_party:apt-mirror.sh"))]).stdout.strip()
    urls = [mirror + "/" + (path or row.path)] if mirror else []
    if getattr(row, "upstream", None):
        urls.append(row.upstream)
    if not urls:
        fail("%s: no Debian mirror in apt's configuration; give one with --repo_env=DEBIAN_MIRROR=URL" % row.name)
    return urls

def _deb_tree_impl(ctx):
    for row in [p for p in PACKAGES if ctx.attr.tree in p.into]:
        path = row.path
        sha256 = row.sha256
        if ctx.attr.arch == "arm64":
            if not row.arm64:
                continue
            path = path.replace("_amd64.deb", "_arm64.deb")
            sha256 = row.arm64
        ctx.report_progress(row.name)

        # A .deb is an ar archive that holds a tar archive.
        deb = "deb/" + row.name
        ctx.download_and_extract(_urls(ctx, row, path), output = deb, type = "deb", sha256 = sha256)
        ctx.extract(deb + "/data.tar.xz", output = "root")
    ctx.delete("deb")

    for name, path in _TOOLS.items():
        if ctx.path("root/" + path).exists:
            ctx.file("bin/" + name, _WRAPPER.format(path = path))
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# Debian packages unpacked over each other into root/.
_deb_tree = repository_rule(
    implementation = _deb_tree_impl,
    attrs = {
        "arch": attr.string(default = "amd64", values = ["amd64", "arm64"]),
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "tree": attr.string(mandatory = True),
    },
)

def _kernel_impl(ctx):
    row = [k for k in KERNELS if k.name == ctx.attr.kernel][0]
    ctx.download_and_extract(_urls(ctx, row), output = "deb", type = "deb", sha256 = row.sha256)
    ctx.extract("deb/data.tar.xz", output = "root")
    ctx.execute(["mv", "root/boot/vmlinuz-" + row.release, "vmlinuz"])
    ctx.execute(["mkdir", "modules"])
    names = {}
    for module in row.modules + row.loadable:
        found = ctx.execute(["find", "root/lib/modules", "-name", module + ".ko*"]).stdout.split("\n")[0]
        if not found:
            fail("%s has no module %s" % (row.package, module))
        names[module] = found.split("/")[-1]
        ctx.execute(["mv", found, "modules/" + names[module]])
    for lists, wanted in {"order": row.modules, "loadable": row.loadable}.items():
        ctx.file("modules/" + lists, "".join([names[m] + "\n" for m in wanted]), executable = False)
    ctx.delete("deb")
    ctx.delete("root")
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# A kernel, and the modules that its row names.
_kernel = repository_rule(
    implementation = _kernel_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "kernel": attr.string(mandatory = True),
    },
)

def _source_impl(ctx):
    row = [s for s in SOURCES if s.name == ctx.attr.source][0]
    ctx.download_and_extract(_urls(ctx, row), sha256 = row.sha256, stripPrefix = row.strip_prefix)
    ctx.delete("BUILD.bazel")
    ctx.delete("WORKSPACE")
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# A source release with our BUILD file.
_source = repository_rule(
    implementation = _source_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "source": attr.string(mandatory = True),
    },
)

def repositories():
    """Declares a repository for each tree of packages, each kernel and each source release."""
    for tree in ["buildtools", "libseccomp", "notices", "packaging", "qemu", "qemu_user", "readers", "sysroot", "vmlinux"]:
        _deb_tree(name = tree, tree = tree, build_file = "//third_party:%s.BUILD" % tree)

    # What a program for arm64 is made of. The tools that make it run on x86-64.
    for tree in ["libseccomp", "sysroot", "vmlinux"]:
        _deb_tree(name = tree + "_arm64", tree = tree, arch = "arm64", build_file = "//third_party:%s.BUILD" % tree)
    for kernel in KERNELS:
        _kernel(name = kernel.name, kernel = kernel.name, build_file = "//third_party:kernel.BUILD")
    for source in SOURCES:
        _source(name = source.name, source = source.name, build_file = "//third_party:%s.BUILD" % source.name)
