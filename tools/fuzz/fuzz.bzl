# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""A fuzzer: a program of libFuzzer that is built with the address sanitizer, all that it links included.

    fuzzer(
        name = "wire",  # of wire.c; the corpus is corpus/wire
        runs = 100000,
        deps = ["//lib/decode"],
    )

makes

    wire_fuzzer     the program: what OSS-Fuzz calls a target
    wire_seed_corpus.zip
    wire            runs it until it is stopped: ./bazelw run //tools/fuzz:wire -- -max_total_time=600
    wire_test       runs it so many times, always with the same inputs
"""

load("//tools:transition.bzl", "forward_program")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

_FEATURES = "//command_line_option:features"
_STRIP = "//command_line_option:strip"
_SUFFIX = "//command_line_option:platform_suffix"

def _transition_impl(_settings, _attr):
    # Those of a sanitizer's build, if this is one, are left out: there is one way to build a fuzzer.
    return {
        _FEATURES: ["asan", "fuzzer", "-fully_static_link"],
        _STRIP: "never",
        _SUFFIX: "fuzz",
    }

_fuzzer_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = [_FEATURES, _STRIP, _SUFFIX],
)

_fuzzer_program = rule(
    implementation = forward_program,
    attrs = {
        "program": attr.label(cfg = _fuzzer_transition, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)

# libFuzzer is a dependency only for the machine that builds.
_HOST = ["@platforms//cpu:x86_64"]

def fuzzer(name, runs, deps, dictionary = None, max_len = 4096):
    """Declares the targets of a fuzzer.

    Args:
      name: of its source, without .c, which has LLVMFuzzerTestOneInput() and no main()
      runs: how many inputs the test tries, apart from the corpus
      deps: of the source
      dictionary: a file of what inputs are made of
      max_len: bytes of the longest input
    """

    cc_library(
        name = name + "_entry",
        testonly = True,
        srcs = [name + ".c"],
        alwayslink = True,
        deps = deps,
    )

    # Without libFuzzer it has no main(): never linked but through the transition.
    cc_binary(
        name = name + "_program",
        testonly = True,
        tags = ["manual"],
        deps = [name + "_entry"],
    )
    _fuzzer_program(
        name = name + "_fuzzer",
        testonly = True,
        target_compatible_with = _HOST,
        program = name + "_program",
    )
    native.filegroup(
        name = name + "_corpus",
        srcs = native.glob(["corpus/%s/*" % name]),
    )
    native.genrule(
        name = name + "_seed_corpus",
        testonly = True,
        srcs = [name + "_corpus"],
        outs = [name + "_seed_corpus.zip"],
        cmd = "$(execpath @readers//:bin/python3) $(execpath zip.py) $@ $(SRCS)",
        tags = ["manual"],
        tools = [
            "zip.py",
            "@readers//:all",
            "@readers//:bin/python3",
        ],
    )
    common = dict(
        target_compatible_with = _HOST,
        srcs = ["fuzz.sh"],
        args = [
            "$(rootpath %s_fuzzer)" % name,
            "tools/fuzz/corpus/" + name,
            "$(rootpath %s)" % dictionary if dictionary else "-",
            "-max_len=%d" % max_len,
        ],
        data = [
            name + "_corpus",
            name + "_fuzzer",
            "@buildtools//:all",
        ] + ([dictionary] if dictionary else []),
    )
    native.sh_binary(name = name, testonly = True, **common)
    native.sh_test(
        name = name + "_test",
        size = "medium",
        target_compatible_with = common["target_compatible_with"],
        srcs = common["srcs"],
        args = common["args"] + ["-seed=1", "-runs=%d" % runs],
        data = common["data"],
        tags = ["fuzz"],
    )
