# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Builds files and tests for arm64. On x86-64, the tests run with an emulator of the processor."""

_SETTINGS = {
    "//command_line_option:cpu": "aarch64",
    "//command_line_option:platforms": "//third_party/toolchain:arm64",
}

# The same settings as --config=arm64.
_transition = transition(
    implementation = lambda settings, attr: _SETTINGS,
    inputs = [],
    outputs = list(_SETTINGS),
)

_ALLOWLIST = "@bazel_tools//tools/allowlists/function_transition_allowlist"

arm64_files = rule(
    doc = "The files of `target`, built for arm64.",
    implementation = lambda ctx: [DefaultInfo(files = ctx.attr.target[0][DefaultInfo].files)],
    attrs = {
        "target": attr.label(cfg = _transition, mandatory = True, allow_files = True),
        "_allowlist_function_transition": attr.label(default = _ALLOWLIST),
    },
)

def _impl(ctx):
    program = ctx.attr.test[0][DefaultInfo]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\nexec %s %s \"$@\"\n" % (
            ctx.file._emulator.short_path,
            program.files_to_run.executable.short_path,
        ),
        is_executable = True,
    )
    runfiles = ctx.runfiles([ctx.file._emulator]).merge(program.default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

_arm64_test = rule(
    doc = "Runs the cc_test `test`, built for arm64.",
    implementation = _impl,
    test = True,
    attrs = {
        "test": attr.label(cfg = _transition, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(default = _ALLOWLIST),
        "_emulator": attr.label(
            default = "@qemu_user//:root/usr/bin/qemu-aarch64-static",
            allow_single_file = True,
            cfg = "exec",
        ),
    },
)

def arm64_test(test, **kwargs):
    """Runs the cc_test NAME_test of this package as NAME_arm64_test.

    Only NAME_test runs in sanitizer builds, because the pinned tools have no sanitizer runtime for arm64.
    """
    name = test.removeprefix(":").removesuffix("_test")
    _arm64_test(
        name = name + "_arm64_test",
        test = test,
        tags = ["no-sanitizer"],
        target_compatible_with = ["@platforms//cpu:x86_64"],
        **kwargs
    )
