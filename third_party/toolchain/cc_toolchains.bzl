# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Declares a C toolchain for each architecture of programs."""

load("@rules_cc//cc:defs.bzl", "cc_toolchain")
load(":cc_toolchain_config.bzl", "cc_toolchain_config")

# Paths are relative to the folder of the map.
_MODULEMAP = """cat >$@ <<'END'
module "crosstool" [system] {{
  module c {{ umbrella "../../../../../external/{sysroot}/root/usr" }}
  module clang {{ umbrella "../../../../../external/buildtools/root/usr/lib/llvm-19/lib/clang/19/include" }}
}}
END"""

def system_modulemap(name):
    """For layering_check: every target may include the headers of the C library and of the compiler."""
    native.genrule(
        name = name,
        outs = ["system.modulemap"],
        cmd = select({
            "@platforms//cpu:arm64": _MODULEMAP.format(sysroot = "sysroot_arm64"),
            "//conditions:default": _MODULEMAP.format(sysroot = "sysroot"),
        }),
    )

def cc_toolchains(machine, cpu, sysroot, host_cpu):
    """Declares the toolchain "toolchain_MACHINE".

    Args:
      machine: the first part of the target triple.
      cpu: the machine's constraint value in @platforms//cpu.
      sysroot: the repository with the machine's C library.
      host_cpu: the same as `cpu`, of the machine that the compiler runs on.
    """
    root = "@%s//:root" % sysroot
    native.filegroup(
        name = "compile_files_" + machine,
        srcs = [":all", root],
    )
    cc_toolchain_config(
        name = "config_" + machine,
        machine = machine,
        sysroot = root,
    )
    cc_toolchain(
        name = "cc_toolchain_" + machine,
        all_files = ":compile_files_" + machine,
        ar_files = ":all",
        as_files = ":compile_files_" + machine,
        compiler_files = ":compile_files_" + machine,
        dwp_files = ":all",
        linker_files = ":compile_files_" + machine,
        module_map = ":system_modulemap",
        objcopy_files = ":all",
        strip_files = ":all",
        supports_param_files = True,
        toolchain_config = ":config_" + machine,
    )
    native.toolchain(
        name = "toolchain_" + machine,
        exec_compatible_with = [
            "@platforms//cpu:" + host_cpu,
            "@platforms//os:linux",
        ],
        target_compatible_with = [
            "@platforms//cpu:" + cpu,
            "@platforms//os:linux",
        ],
        toolchain = ":cc_toolchain_" + machine,
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
