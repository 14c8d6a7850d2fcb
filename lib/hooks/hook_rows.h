/* SPDX-License-Identifier: BSD-2-Clause */
/* Macros for the rows of hooks_<category>.c. */
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
 * A program whose section names its hook. The kernel makes a typedef for each tracepoint. Programs
 * of type tp_btf are found in BTF by that typedef, not by the tracepoint's own name: NEEDS names
 * it.
 */
#define TP_BTF(name) { .program = (name) }

/* The event is also seen without this program. The tracepoint may be in a module: since 5.11. */
#define TP_BTF_IF(name, tracepoint_name, module_name) \
	{ .program = (name),                          \
	  .type = "btf_trace_" tracepoint_name,       \
	  .module = (module_name),                    \
	  .optional = true }

/* A system call's entry and exit. */
#define ENTER(name, syscall) { .program = (name), .tracepoint = "syscalls/sys_enter_" syscall }
#define EXIT(name, syscall)  { .program = (name), .tracepoint = "syscalls/sys_exit_" syscall }
#define ENTER_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_enter_" syscall, .optional = true }
#define EXIT_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_exit_" syscall, .optional = true }

/*
 * A kernel function. A fentry or fexit program has one, a kprobe or kretprobe program may have
 * several.
 *
 * FUNC_IF: the event is also seen without it. FUNC_WITH: likewise, and only if another event is
 * also wanted. FUNC_ELSE: replaces the preceding row if the kernel lacks that function or cannot
 * hook it.
 */
#define FUNC(name, func)    { .program = (name), .function = (func) }
#define FUNC_IF(name, func) { .program = (name), .function = (func), .optional = true }
#define FUNC_WITH(name, func, event) \
	{ .program = (name), .function = (func), .optional = true, .with = (event) }
#define TP_BTF_WITH(name, event) { .program = (name), .optional = true, .with = (event) }
#define FUNC_ELSE(name, func)    { .program = (name), .function = (func), .alternative = true }

/* The tables: et_hooks_process and so on. */
extern const struct et_hook_table et_hooks_process;
extern const struct et_hook_table et_hooks_file;
extern const struct et_hook_table et_hooks_network;

#define HOOK_TABLE(category, table)                                 \
	const struct et_hook_table et_hooks_##category = { (table), \
							   sizeof(table) / sizeof((table)[0]) }

#endif /* ET_HOOK_ROWS_H */
