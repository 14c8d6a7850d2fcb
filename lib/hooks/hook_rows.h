/* SPDX-License-Identifier: BSD-2-Clause */
/* Macros for the rows of the hook tables, hooks_<category>.c. */
#ifndef ET_HOOK_ROWS_H
#define ET_HOOK_ROWS_H

#include <linux/types.h>

#include "lib/hooks/hooks.h"
#include "lib/wire/schema.h"

#define PROGRAMS(...)                                \
	.programs = (const struct et_hook_program[]) \
	{                                            \
		__VA_ARGS__, { 0 }                   \
	}
#define NEEDS(...)                     \
	.needs = (const char *const[]) \
	{                              \
		__VA_ARGS__, NULL      \
	}

/*
 * A row for a program whose section in the object file names its hook. A BTF tracepoint is found in
 * BTF by the name of its typedef, btf_trace_<tracepoint>: the candidate's NEEDS must have this
 * name.
 */
#define TP_BTF(name) { .program = (name) }

/*
 * A row for an optional program on a BTF tracepoint: without it the event is also seen. The
 * tracepoint may be in a module, since 5.11.
 */
#define TP_BTF_IF(name, tracepoint_name, module_name) \
	{ .program = (name),                          \
	  .type = "btf_trace_" tracepoint_name,       \
	  .module = (module_name),                    \
	  .optional = true }

/*
 * Rows for programs on the tracepoints of a system call's entry and exit. _IF: optional, the event
 * is also seen without the program.
 */
#define ENTER(name, syscall) { .program = (name), .tracepoint = "syscalls/sys_enter_" syscall }
#define EXIT(name, syscall)  { .program = (name), .tracepoint = "syscalls/sys_exit_" syscall }
#define ENTER_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_enter_" syscall, .optional = true }
#define EXIT_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_exit_" syscall, .optional = true }

/*
 * Rows for programs on kernel functions. A fentry or fexit program has one function, a kprobe or
 * kretprobe program may have several.
 *
 * FUNC_IF: optional, the event is also seen without the program. FUNC_WITH: optional, and only used
 * if the other event is also wanted. FUNC_ELSE: replaces the preceding row if the kernel lacks that
 * row's function or cannot hook it.
 */
#define FUNC(name, func)    { .program = (name), .function = (func) }
#define FUNC_IF(name, func) { .program = (name), .function = (func), .optional = true }
#define FUNC_WITH(name, func, event) \
	{ .program = (name), .function = (func), .optional = true, .with = (event) }
#define TP_BTF_WITH(name, event) { .program = (name), .optional = true, .with = (event) }
#define FUNC_ELSE(name, func)    { .program = (name), .function = (func), .alternative = true }

/* The table of hooks of each category. */
extern const struct et_hook_table et_hooks_process;
extern const struct et_hook_table et_hooks_file;
extern const struct et_hook_table et_hooks_network;

#define HOOK_TABLE(category, table)                                 \
	const struct et_hook_table et_hooks_##category = { (table), \
							   sizeof(table) / sizeof((table)[0]) }

#endif /* ET_HOOK_ROWS_H */
