# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Tests in virtual machines, for the rows of KERNELS in //third_party:deps.bzl."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load("//third_party:deps.bzl", "KERNELS")
load("//tools/arm64:arm64.bzl", "arm64_files")

# For each architecture of guests: the emulator, and the files that guests boot with. The emulator and the program that
# starts it run on this machine. `hosts` are its constraint values: a machine with arm64 builds no program for x86-64.
_GUESTS = {
    "arm64": struct(
        hosts = [],
        qemu = "@qemu//:bin/qemu-system-aarch64",
        initrd = ":guest_arm64",
    ),
    "x86_64": struct(
        hosts = ["@platforms//cpu:x86_64"],
        qemu = "@qemu//:bin/qemu-system-x86_64",
        initrd = ":guest",
    ),
}

# A guest has one CPU, so it uses one CPU of this machine. Bazel runs two guests at the same time, before the
# exclusive tests. The tag "live" excludes these tests from sanitizer builds.
_TAGS = [
    "cpu:1",
    "live",
    "local",
    "no-sandbox",
]

def _initrd(name, srcs, words):
    native.genrule(
        name = name,
        testonly = True,
        tags = ["manual"],
        srcs = srcs,
        outs = [name + ".cpio"],
        cmd = "$(execpath :mkcpio) $@ " + words,
        tools = [":mkcpio"],
    )

def guest_initrd(name, tests):
    """The files that every guest boots with: init, eventstrace, cases and tests. NAME_arm64 has them for arm64."""
    words = "init=$(execpath //tools/vmtest/guest:init) bin/=$(execpath //tools:eventstrace)"
    words += " $$(printf 'cases/=%s ' $(execpaths //tools/cases))"
    words += " bench/=$(execpath //bench:bundle)"
    for test in tests:
        words += " tests/=$(execpath %s)" % test
    _initrd(
        name,
        [
            "//bench:bundle",
            "//tools/cases",
            "//tools:eventstrace",
            "//tools/vmtest/guest:init",
        ] + tests,
        # The last words are empty directories: mount points, and directories that programs need.
        words + " dev etc proc root run sys tmp",
    )
    arm64_files(
        name = name + "_arm64",
        testonly = True,
        tags = ["manual"],
        target = ":" + name,
    )

def _arguments(row):
    without = ["%s:%s" % (kind, event) for kind, events in row.without.items() for event in events]
    guest = _GUESTS[row.architecture]
    return [
        "--name=" + row.name,
        "--release=" + row.release,
        "--kernel=$(rootpath @%s//:vmlinuz)" % row.name,
        "--qemu=$(rootpath %s)" % guest.qemu,
        "--initrd=$(rootpath %s)" % guest.initrd,
        "--initrd=$(rootpath :%s_modules)" % row.name,
        "--loadable=$(rootpath @%s//:modules/loadable)" % row.name,
        "--kinds=" + ",".join(row.kinds),
        "--formats=" + ",".join(row.formats),
        "--cannot=" + ",".join(row.cannot),
    ] + (["--without=" + ",".join(without)] if without else []) + (["--exact"] if row.exact else [])

def _data(row):
    guest = _GUESTS[row.architecture]
    return [
        guest.initrd,
        ":%s_modules" % row.name,
        "@%s//:modules/loadable" % row.name,
        "@%s//:vmlinuz" % row.name,
        "@qemu//:all",
        guest.qemu,
    ]

def kernel_tests():
    """A test for each kernel, and a program that runs it with other arguments."""
    for row in KERNELS:
        _initrd(
            row.name + "_modules",
            ["@%s//:modules" % row.name],
            "$$(printf 'modules/=%%s ' $(execpaths @%s//:modules))" % row.name,
        )
        args = _arguments(row) + ["--baseline=$(rootpath //bench:baselines/verifier.json)"]
        data = _data(row) + ["//bench:baselines/verifier.json"]
        hosts = _GUESTS[row.architecture].hosts
        cc_test(
            name = row.name,
            timeout = "long",
            args = args + ["--kinds=" + ",".join(row.tested)] + (["--suites-only"] if row.suites_only else []),
            data = data,
            tags = _TAGS + ([] if row.required else ["manual"]),
            target_compatible_with = hosts,
            deps = [":vmtest"],
        )
        cc_binary(
            name = "run_" + row.name,
            testonly = True,
            tags = ["manual"],
            args = args,
            data = data,
            target_compatible_with = hosts,
            deps = [":vmtest"],
        )
        if row.many_cpus:
            cc_test(
                name = "many_cpus_" + row.name,
                timeout = "long",
                args = _arguments(row),
                data = _data(row),
                tags = _TAGS,
                target_compatible_with = hosts,
                deps = [":many_cpus_main"],
            )
    # One kernel is enough, because this test does not depend on the kernel.
    row = [k for k in KERNELS if k.architecture == "x86_64"][-1]
    cc_test(
        name = "crash_test",
        timeout = "moderate",
        args = _arguments(row),
        data = _data(row),
        tags = _TAGS,
        target_compatible_with = _GUESTS[row.architecture].hosts,
        deps = [":crash_test_main"],
    )

def latest_kernel(name, program, **kwargs):
    """A program that runs another program on the newest kernel, with further arguments."""
    data = [
        program,
        ":guest",
        ":mkcpio",
        "//third_party:apt-mirror.sh",
        "@qemu//:all",
        "@qemu//:bin/qemu-system-x86_64",
    ]
    args = [
        "$(rootpath %s)" % program,
        "$(rootpath @qemu//:bin/qemu-system-x86_64)",
        "$(rootpath :guest)",
        "$(rootpath :mkcpio)",
        "$(rootpath //third_party:apt-mirror.sh)",
        "--kinds=fentry,kprobe,tracepoint",
        "--formats=varlen,fixed,direct",
    ]
    native.sh_binary(
        name = name,
        testonly = True,
        srcs = ["latest.sh"],
        args = args,
        data = data,
        tags = ["manual"],
        target_compatible_with = _GUESTS["x86_64"].hosts,
        **kwargs
    )
