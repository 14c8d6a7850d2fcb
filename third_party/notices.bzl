# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""THIRD-PARTY-NOTICES: the licences of everything that a program's binary contains, made of deps.bzl."""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_library")
load(":deps.bzl", "LICENCE_TEXTS", "PACKAGES", "SOURCES")

_RULE = "=" * 80 + "\n"

def noticed_rows(program):
    """The rows of deps.bzl of what the program contains: sources first."""
    return [r for r in SOURCES + PACKAGES if getattr(r, "notice", None) and program in r.notice.programs]

def _texts(rows):
    """The names of the licence texts that the rows need, each once, in the order of LICENCE_TEXTS."""
    used = {text: True for r in rows for text in r.notice.texts}
    return [text for text in LICENCE_TEXTS if text in used]

def _label_list(program):
    rows = noticed_rows(program)
    return [r.notice.copyright for r in rows if r.notice.copyright] + \
           [LICENCE_TEXTS[text] for text in _texts(rows)]

_INTRODUCTION = """{program} {version}: third-party notices

{own}

The binary of {program} is linked statically. It uses these libraries, and their licences cover them and their use:

{linked}
{headers}docs/licences.md of the sources says how to build {program} with a modified version of a library.
"""

# The licence of the program itself.
_OWN = {
    "eventstrace": """eventstrace itself is under the BSD-2-Clause licence. Its BPF programs and its record format are under
GPL-2.0-only OR BSD-2-Clause.""",
    "eventstrace-ship": "eventstrace-ship itself is under the BSD-2-Clause licence.",
}

_HEADERS = """It also contains declarations, and no code, of these headers:

{headers}
"""

def _entry(row):
    licence = row.notice.chosen
    if row.licence != licence:
        licence += " (chosen from: %s)" % row.licence
    if row.notice.texts:
        licence += "; text: " + ", ".join(row.notice.texts)
    return "  %s %s: %s\n    %s\n" % (row.name, row.version, row.use, licence)

def _impl(ctx):
    program = ctx.attr.program
    rows = noticed_rows(program)
    headers = "".join([_entry(r) for r in rows if not r.notice.linked])
    parts = []

    def add(text):
        part = ctx.actions.declare_file("%s.parts/%d" % (ctx.label.name, len(parts)))
        ctx.actions.write(part, text)
        parts.append(part)

    files = list(ctx.files.texts)
    add(_INTRODUCTION.format(
        program = program,
        version = ctx.attr.version,
        own = _OWN[program],
        linked = "".join([_entry(r) for r in rows if r.notice.linked]),
        headers = _HEADERS.format(headers = headers) if headers else "",
    ))
    add("\n%s%s\n%s\n" % (_RULE, program, _RULE))
    parts.append(ctx.file.own)
    for row in rows:
        add("\n%s%s %s: %s\n%s\n" % (_RULE, row.name, row.version, row.notice.chosen, _RULE))
        if row.notice.copyright:
            parts.append(files.pop(0))
        else:
            add("Copyright %s\n" % row.notice.holders)
    for text in _texts(rows):
        add("\n%sText of %s\n%s\n" % (_RULE, text, _RULE))
        parts.append(files.pop(0))

    out = ctx.outputs.out
    args = ctx.actions.args()
    args.add(out)
    args.add_all(parts)
    ctx.actions.run_shell(
        mnemonic = "Notices",
        # Some texts contain page breaks and carriage returns.
        command = 'out=$1; shift; cat "$@" | tr -d "\\f\\r" >"$out"',
        arguments = [args],
        inputs = parts,
        outputs = [out],
    )
    return [DefaultInfo(files = depset([out]))]

_notices = rule(
    implementation = _impl,
    attrs = {
        "out": attr.output(mandatory = True),
        "own": attr.label(allow_single_file = True, default = "//:LICENSE"),
        "program": attr.string(mandatory = True),
        "texts": attr.label_list(allow_files = True),
        "version": attr.string(mandatory = True),
    },
)

def third_party_notices(name, version, program, out, **kwargs):
    """Writes the notices of a program, and makes a library of it.

    Args:
      name: of the target that makes the file; NAME_text is a library with the text (notices.h)
      version: of the program
      program: its name in `programs` of deps.bzl
      out: the file
      **kwargs: for both targets
    """
    _notices(name = name, texts = _label_list(program), version = version, program = program, out = out, **kwargs)
    native.genrule(
        name = name + "_c",
        srcs = [name],
        outs = [name + ".c"],
        # Each line of the file becomes a string literal, with \\ and " escaped.
        cmd = """{
    echo '#include "third_party/notices.h"'
    echo 'const char third_party_notices[] ='
    sed 's/[\\\\"]/\\\\&/g; s/.*/"&\\\\n"/' $<
    echo ';'
} >$@""",
    )
    cc_library(
        name = name + "_text",
        srcs = [name + ".c"],
        hdrs = ["notices.h"],
        **kwargs
    )

# ---- repositories whose libraries are linked -----------------------------------------------------

_Linked = provider(doc = "Repositories of C libraries.", fields = {"names": "depset of names"})

# Bazel's own repositories, whose libraries are empty.
_BAZEL = ["bazel_tools", "rules_cc"]

def _linked_aspect_impl(target, ctx):
    names = []
    if CcInfo in target and target.label.workspace_name not in [""] + _BAZEL:
        names.append(target.label.workspace_name)
    deps = getattr(ctx.rule.attr, "deps", [])
    return [_Linked(names = depset(names, transitive = [d[_Linked].names for d in deps if _Linked in d]))]

_linked_aspect = aspect(implementation = _linked_aspect_impl, attr_aspects = ["deps", "actual"])

def _linked_repositories_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    names = sorted(ctx.attr.binary[_Linked].names.to_list())
    ctx.actions.write(out, "".join([n + "\n" for n in names]))
    return [DefaultInfo(files = depset([out]))]

linked_repositories = rule(
    implementation = _linked_repositories_impl,
    doc = "Writes NAME.txt: the external repositories whose C libraries a binary depends on, a line each.",
    attrs = {"binary": attr.label(mandatory = True, aspects = [_linked_aspect])},
)
