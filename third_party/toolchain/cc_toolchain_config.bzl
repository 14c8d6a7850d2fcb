# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""The toolchain for C: the pinned clang, lld and C library, and nothing of the host.

All paths are relative to the folder in which Bazel builds, so that no output contains a path of the host.
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES", "ACTION_NAME_GROUPS")
load(
    "@rules_cc//cc:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
    "with_feature_set",
)

_COMPILE = [ACTION_NAMES.c_compile, ACTION_NAMES.cpp_compile, ACTION_NAMES.assemble, ACTION_NAMES.preprocess_assemble]
_C = [ACTION_NAMES.c_compile]
_CXX = [ACTION_NAMES.cpp_compile]
_LINK = ACTION_NAME_GROUPS.all_cc_link_actions

# Keys are the machine's names in target triples. _CPU has Bazel's names, _BRANCH_PROTECTION the compiler's flags.
_CPU = {"aarch64": "aarch64", "x86_64": "k8"}
_BRANCH_PROTECTION = {"aarch64": "-mbranch-protection=standard", "x86_64": "-fcf-protection=full"}

def _flags(actions, flags, **kwargs):
    return flag_set(actions = actions, flag_groups = [flag_group(flags = flags)], **kwargs)

def _impl(ctx):
    tools = ctx.label.workspace_root
    sysroot = ctx.attr.sysroot.label.workspace_root + "/root"
    resources = tools + "/root/usr/lib/llvm-19/lib/clang/19"
    machine = ctx.attr.machine
    target = ["--target=%s-linux-gnu" % machine, "-no-canonical-prefixes", "-resource-dir", resources]

    features = [
        feature(name = "opt"),
        feature(name = "dbg"),
        feature(name = "fastbuild"),
        feature(
            name = "default_flags",
            enabled = True,
            flag_sets = [
                _flags(_COMPILE, target + [
                    "-fPIE",
                    "-ffunction-sections",
                    "-fdata-sections",
                    "-fno-omit-frame-pointer",
                    "-fstack-protector-strong",
                    # Hardening, which //tools/lint:hardening_test checks. The objects of the C library have no notes
                    # about the protection of branches. So the linker omits these notes from a static program; no linker
                    # flag can force them.
                    "-fstack-clash-protection",
                    _BRANCH_PROTECTION[machine],
                    # The BUILD files of third_party switch the warnings off again, with -w.
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    # The output has the same bytes in any folder and at any time.
                    "-ffile-compilation-dir=.",
                    "-Wno-builtin-macro-redefined",
                    "-D__DATE__=\"redacted\"",
                    "-D__TIME__=\"redacted\"",
                    "-D__TIMESTAMP__=\"redacted\"",
                ]),
                _flags(_C, ["-std=gnu11"]),
                _flags(_CXX, ["-std=gnu++17"]),
                _flags(_COMPILE, ["-O2"], with_features = [with_feature_set(features = ["opt"])]),
                _flags(_COMPILE, ["-O2"], with_features = [with_feature_set(features = ["fastbuild"])]),
                _flags(_COMPILE, ["-O0", "-g"], with_features = [with_feature_set(features = ["dbg"])]),
                # FORTIFY needs optimisation. In sanitizer builds, it would hide errors from the sanitizer.
                _flags(_COMPILE, ["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"], with_features = [
                    with_feature_set(features = [mode], not_features = ["asan", "fuzzer", "ubsan"])
                    for mode in ["fastbuild", "opt"]
                ]),
                _flags(_LINK, target + [
                    "--ld-path=" + tools + "/bin/ld.lld",
                    "-Wl,--gc-sections",
                    "-Wl,--build-id=sha1",
                    "-Wl,-z,relro,-z,now",
                    "-Wl,-z,noexecstack",
                ]),
            ],
        ),
        # Bazel defines the name of this feature. Sanitizer builds disable the feature, because the runtime of a
        # sanitizer needs the dynamic linker. Packed relocations (RELR) take a bit for each pointer in place of 24 bytes.
        # The startup code of glibc applies them since 2.36.
        feature(
            name = "fully_static_link",
            enabled = True,
            flag_sets = [_flags(_LINK, ["-static-pie", "-Wl,--pack-dyn-relocs=relr"])],
        ),
        feature(
            name = "dynamic_link",
            enabled = True,
            flag_sets = [_flags(
                _LINK,
                ["-pie"],
                with_features = [with_feature_set(not_features = ["fully_static_link"])],
            )],
        ),
        # A source may include only headers of its target's direct dependencies. Bazel writes a module map for each
        # target, and sets the variables. clang reads the maps, and builds no modules.
        feature(name = "module_maps", enabled = True),
        feature(name = "layering_check", enabled = True, flag_sets = [flag_set(
            actions = [ACTION_NAMES.c_compile, ACTION_NAMES.cpp_compile],
            flag_groups = [
                flag_group(flags = [
                    "-fmodule-name=%{module_name}",
                    "-fmodule-map-file=%{module_map_file}",
                    "-fmodules-strict-decluse",
                    "-Wprivate-header",
                ]),
                flag_group(
                    iterate_over = "dependent_module_map_files",
                    flags = ["-fmodule-map-file=%{dependent_module_map_files}"],
                ),
            ],
        )]),
        feature(name = "asan", flag_sets = [
            _flags(_COMPILE, ["-fsanitize=address", "-g1", "-O1"]),
            _flags(_LINK, ["-fsanitize=address"]),
        ]),
        feature(name = "ubsan", flag_sets = [
            _flags(_COMPILE, ["-fsanitize=undefined", "-fno-sanitize-recover=all", "-g1", "-O1"]),
            _flags(_LINK, ["-fsanitize=undefined"]),
        ]),
        # Coverage data and main() for the fuzzers of //tools/fuzz, from libFuzzer.
        feature(name = "fuzzer", flag_sets = [
            _flags(_COMPILE, ["-fsanitize=fuzzer-no-link"]),
            _flags(_LINK, ["-fsanitize=fuzzer"]),
        ]),
    ]

    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        toolchain_identifier = "clang-19-" + machine,
        compiler = "clang",
        target_cpu = _CPU[machine],
        target_system_name = machine + "-linux-gnu",
        target_libc = "glibc",
        abi_version = "local",
        abi_libc_version = "local",
        builtin_sysroot = sysroot,
        cxx_builtin_include_directories = ["%workspace%/" + sysroot, "%workspace%/" + resources],
        features = features,
        tool_paths = [tool_path(name = name, path = "bin/" + path) for name, path in {
            "ar": "llvm-ar",
            "cpp": "clang",
            "gcc": "clang",
            "gcov": "not-there",
            "ld": "ld.lld",
            "nm": "llvm-nm",
            "objcopy": "llvm-objcopy",
            "objdump": "llvm-objdump",
            "strip": "llvm-strip",
        }.items()],
    )

# Targets of this rule must be in the repository that has bin/, because tool paths are relative to the package.
cc_toolchain_config = rule(
    implementation = _impl,
    attrs = {
        "machine": attr.string(mandatory = True, values = ["aarch64", "x86_64"]),
        "sysroot": attr.label(mandatory = True, allow_single_file = True),
    },
    provides = [CcToolchainConfigInfo],
)
