# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""The packages of a program for each architecture, and their tests."""

load("//:version.bzl", "DATE", "SECONDS", "VERSION")
load("//tools/arm64:arm64.bzl", "arm64_files")

# For each architecture: its name in Debian, in other systems, and in @platforms//cpu.
_MACHINES = [
    ("amd64", "x86_64", "x86_64"),
    ("arm64", "aarch64", "arm64"),
]

_SCRIPT = "//tools/package:package.sh"

_TOOLS = [
    "//lib/dist:targz",
    "@packaging//:bin/rpmbuild",
    "@buildtools//:bin/llvm-strip",
]

_TREES = [
    "@buildtools//:all",
    "@packaging//:all",
]

def deb(program, architecture):
    """The name of a program's package for Debian."""
    return "%s_%s-1_%s.deb" % (program, VERSION, architecture)

def _files(program, architecture, machine):
    return [
        deb(program, architecture),
        "%s-%s-1.%s.rpm" % (program, VERSION, machine),
        "%s-%s-linux-%s.tar.gz" % (program, VERSION, machine),
    ]

def _package_test(name, machine, system, files, packages, emulator = None):
    native.sh_test(
        name = name,
        size = "medium",
        srcs = ["package_test.sh"],
        args = [
            machine,
            "$(rootpath %s)" % system,
            "$(rootpath %s)" % emulator if emulator else "-",
            VERSION,
            DATE,
            str(SECONDS),
        ] + ["$(rootpath %s)" % file for file in packages + _TOOLS] + ["$(rootpaths %s)" % files],
        data = packages + _TOOLS + _TREES + [
            _SCRIPT,
            files,
            system,
            "//tools/package:debian_root.sh",
        ] + ([emulator] if emulator else []),
        tags = ["no-sanitizer"],
        target_compatible_with = ["@platforms//cpu:x86_64"],
    )

def packages(program, files):
    """A .deb, an .rpm and a tarball for each architecture, and the tests of package_test.sh.

    Args:
      program: the name of the program and of its packages.
      files: the files that package.sh finds by their names.
    """
    native.filegroup(
        name = "files",
        srcs = files,
    )
    for architecture, machine, cpu in _MACHINES:
        native.genrule(
            name = "package_" + machine,
            srcs = [":files"],
            outs = _files(program, architecture, machine),
            cmd = " ".join(
                ["$(execpath %s) %s %s %s %s %d $(OUTS)" % (_SCRIPT, program, machine, VERSION, DATE, SECONDS)] +
                ["$(execpath %s)" % tool for tool in _TOOLS] +
                ["$(execpaths :files)"],
            ),
            target_compatible_with = ["@platforms//cpu:" + cpu],
            tools = [_SCRIPT] + _TOOLS + _TREES,
        )

    _package_test(
        name = "package_test",
        machine = "x86_64",
        system = "@packaging//:root",
        files = ":files",
        packages = _files(program, "amd64", "x86_64"),
    )

    # The packages for arm64 are installed in a system for arm64. An emulator of the processor runs its programs.
    arm64 = _files(program, "arm64", "aarch64")
    for name in ["files"] + arm64:
        arm64_files(
            name = name + "_arm64",
            target = name,
        )
    _package_test(
        name = "package_arm64_test",
        machine = "aarch64",
        system = "@packaging_arm64//:root",
        files = ":files_arm64",
        packages = [name + "_arm64" for name in arm64],
        emulator = "@qemu_user//:root/usr/bin/qemu-aarch64-static",
    )
