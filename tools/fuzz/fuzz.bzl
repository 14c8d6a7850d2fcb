# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""A fuzzer: a program with libFuzzer. The program and all its dependencies are built with the address sanitizer.

    fuzzer(
        name = "wire",  # the source is wire.c, and the corpus is corpus/wire
        runs = 100000,
        deps = ["//lib/decode"],
    )

makes

    wire_fuzzer     the program, which OSS-Fuzz calls a target
    wire_seed_corpus.zip
    wire            runs the program until it is stopped: ./bazelw run //tools/fuzz:wire -- -max_total_time=600
    wire_test       runs it with a fixed number of inputs, which are always the same
"""

load("//tools:transition.bzl", "forward_program")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

_FEATURES = "//command_line_option:features"
_STRIP = "//command_line_option:strip"
_SUFFIX = "//command_line_option:platform_suffix"

def _transition_impl(_settings, _attr):
    # The features of a sanitizer build do not apply: a fuzzer is always built in the same way.
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

# The pinned libFuzzer is for x86-64 only.
_HOST = ["@platforms//cpu:x86_64"]

def fuzzer(name, runs, deps, dictionary = None, max_len = 4096):
    """Declares the targets of a fuzzer.

    Args:
      name: name of the source without .c; the source has LLVMFuzzerTestOneInput() and no main()
      runs: number of inputs that the test tries in addition to the corpus
      deps: dependencies of the source
      dictionary: file with parts of inputs, for libFuzzer; None if there is none
      max_len: length of the longest input in bytes
    """

    cc_library(
        name = name + "_entry",
        testonly = True,
        srcs = [name + ".c"],
        alwayslink = True,
        deps = deps,
    )

    # Without libFuzzer, this program has no main(). So only the transition may build it.
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
