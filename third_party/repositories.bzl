# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Makes Bazel repositories of the rows of deps.bzl."""

load("//third_party:deps.bzl", "KAFKA_JARS", "KERNELS", "PACKAGES", "SOURCES")
load("//third_party:multiarch.bzl", "ARCHITECTURES", "host_architecture")

# Programs in the unpacked packages, by their names in bin/.
_TOOLS = {
    "addr2line": "usr/bin/{multiarch}-addr2line",
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
    "qemu-system-aarch64": "usr/bin/qemu-system-aarch64",
    "qemu-system-x86_64": "usr/bin/qemu-system-x86_64",
    "rpmbuild": "usr/bin/rpmbuild",
}

# A wrapper that runs a program with the loader and libraries of its own packages, independent of the host's C library.
# clang and the llvm tools need --argv0, because their behaviour depends on their name.
_WRAPPER = """#!/bin/sh
root=${{0%/*}}/../root
lib=$root/lib/{multiarch}
usr=$root/usr/lib/{multiarch}
exec "$lib/{loader}" --inhibit-cache --library-path "$lib:$usr:$root/usr/lib/llvm-19/lib" \\
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

# Package registries: the setting with the address, and the file of the client's package that has the default.
_REGISTRIES = {
    "maven": struct(
        setting = "MAVEN_REPOSITORY",
        archive = "usr/share/java/maven3-model-builder.jar",
        default = "org/apache/maven/model/pom-4.0.0.xml",
        begin = "<url>",
        end = "</url>",
    ),
    "npm": struct(
        setting = "NPM_REGISTRY",
        archive = None,
        default = "usr/share/nodejs/npm/lib/utils/config/definitions.js",
        begin = "define('registry', {\n  default: '",
        end = "'",
    ),
}

def _unpack(ctx, tree, output, arch = "amd64"):
    """Unpacks all packages of a tree over each other."""
    for row in [p for p in PACKAGES if tree in p.into]:
        path = row.path
        sha256 = row.sha256
        if arch == "arm64" and not path.endswith("_all.deb"):
            if not row.arm64:
                fail("%s has no package for arm64, which %s needs" % (row.name, tree))
            path = path.replace("_amd64.deb", "_arm64.deb").replace("x86-64", "aarch64")
            sha256 = row.arm64
        ctx.report_progress(row.name)

        # A .deb is an ar archive that contains a tar archive.
        deb = "deb/" + row.name
        ctx.download_and_extract(_urls(ctx, row, path), output = deb, type = "deb", sha256 = sha256)
        ctx.extract(deb + "/data.tar.xz", output = output)
    ctx.delete("deb")

def _registry(ctx, name):
    """The address of a package registry, without a slash at its end."""
    registry = _REGISTRIES[name]
    address = ctx.os.environ.get(registry.setting)
    if not address:
        _unpack(ctx, name, "client")
        if registry.archive:
            ctx.extract("client/" + registry.archive, output = "client")
        address = ctx.read("client/" + registry.default).partition(registry.begin)[2].partition(registry.end)[0]
        ctx.delete("client")
    if not address:
        fail("the package of %s has no default address; give one with --repo_env=%s=URL" % (name, registry.setting))
    return address.rstrip("/")

def _deb_tree_impl(ctx):
    arch = ctx.attr.arch if ctx.attr.arch != "host" else host_architecture(ctx)
    names = ARCHITECTURES[arch]
    _unpack(ctx, ctx.attr.tree, "root", arch)
    for name, path in _TOOLS.items():
        path = path.format(multiarch = names.multiarch)
        if ctx.path("root/" + path).exists:
            ctx.file("bin/" + name, _WRAPPER.format(path = path, multiarch = names.multiarch, loader = names.loader))
    ctx.file("architecture.bzl", "CPU = \"%s\"\n" % names.cpu, executable = False)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# A repository of Debian packages, which are all unpacked into root/.
_deb_tree = repository_rule(
    implementation = _deb_tree_impl,
    attrs = {
        "arch": attr.string(default = "amd64", values = ["amd64", "arm64", "host"]),
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

# A repository with a kernel, and the modules that its row in deps.bzl names.
_kernel = repository_rule(
    implementation = _kernel_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "kernel": attr.string(mandatory = True),
    },
)

def _source_impl(ctx):
    row = [s for s in SOURCES if s.name == ctx.attr.source][0]
    urls = [_registry(ctx, row.registry) + "/" + row.path] if row.registry else _urls(ctx, row)
    ctx.download_and_extract(urls, sha256 = row.sha256, stripPrefix = row.strip_prefix)
    ctx.delete("BUILD.bazel")
    ctx.delete("WORKSPACE")
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# A repository with the sources of a release, and a BUILD file of this tree.
_source = repository_rule(
    implementation = _source_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "source": attr.string(mandatory = True),
    },
    environ = ["NPM_REGISTRY"],
)

# The Java runtime is one folder, and the jars are another. Debian has the runtime's configuration in /etc.
_MOVE_JAVA = """
mv "root/usr/lib/jvm/java-17-openjdk-$1" java
etc=/etc/java-17-openjdk/
find java -lname "*$etc*" | while read -r link; do
	file=$(readlink "$link")
	rm "$link" && cp -RL "root$etc${file#*$etc}" "$link"
done
find java -xtype l -delete
rm -rf java/docs java/legal java/man root
"""

def _kafka_impl(ctx):
    arch = host_architecture(ctx)
    _unpack(ctx, "kafka", "root", arch)
    moved = ctx.execute(["sh", "-ec", _MOVE_JAVA, "sh", arch])
    if moved.return_code:
        fail("the Java runtime cannot be moved: " + moved.stderr)
    address = _registry(ctx, "maven")
    for jar in KAFKA_JARS:
        ctx.report_progress(jar.name)
        ctx.download(address + "/" + jar.path, output = "jars/%s.jar" % jar.name, sha256 = jar.sha256)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

# Apache Kafka and the Java runtime that it runs with.
_kafka = repository_rule(
    implementation = _kafka_impl,
    attrs = {"build_file": attr.label(mandatory = True, allow_single_file = True)},
    environ = ["MAVEN_REPOSITORY"],
)

def repositories():
    """Declares a repository for each tree of packages, each kernel and each source release."""
    # Programs that run during the build, or in tests: those of the host's architecture.
    for tree in ["buildtools", "packaging", "qemu", "readers"]:
        _deb_tree(name = tree, tree = tree, arch = "host", build_file = "//third_party:%s.BUILD" % tree)

    # What a program for x86-64 is made of, the text of a licence, and an emulator that only hosts with x86-64 use.
    for tree in ["libseccomp", "notices", "openssl", "qemu_user", "sysroot", "vmlinux"]:
        _deb_tree(name = tree, tree = tree, build_file = "//third_party:%s.BUILD" % tree)

    # What a program for arm64 is made of, and a system in which tests install its packages.
    for tree in ["libseccomp", "openssl", "packaging", "sysroot", "vmlinux"]:
        _deb_tree(name = tree + "_arm64", tree = tree, arch = "arm64", build_file = "//third_party:%s.BUILD" % tree)
    for kernel in KERNELS:
        _kernel(name = kernel.name, kernel = kernel.name, build_file = "//third_party:kernel.BUILD")
    _kafka(name = "kafka", build_file = "//third_party:kafka.BUILD")
    for source in SOURCES:
        _source(name = source.name, source = source.name, build_file = "//third_party:%s.BUILD" % source.name)
