# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""What rules share that build a program with other settings."""

def forward_program(ctx):
    """Providers of a rule whose attribute `program` has a transition: it runs that program under its own name."""
    program = ctx.attr.program[0]
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = out, target_file = program[DefaultInfo].files_to_run.executable, is_executable = True)
    return [DefaultInfo(
        executable = out,
        runfiles = ctx.runfiles(files = [out]).merge(program[DefaultInfo].default_runfiles),
    )]
