/* SPDX-License-Identifier: BSD-2-Clause */
/* How rows of hooks_<category>.c are written. */
#ifndef ET_HOOK_ROWS_H
#define ET_HOOK_ROWS_H

#include <linux/types.h>

#include "lib/attach/hooks.h"
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
 * A program whose section says where it goes. Those of type tp_btf are not looked up by the
 * tracepoint's own name in BTF, but by that of a typedef which the kernel makes for it: NEEDS it.
 */
#define TP_BTF(name) { .program = (name) }

/* The event is seen without it too. The tracepoint may be in a module: since 5.11. */
#define TP_BTF_IF(name, tracepoint_name, module_name) \
	{ .program = (name),                          \
	  .type = "btf_trace_" tracepoint_name,       \
	  .module = (module_name),                    \
	  .optional = true }

/* Where a system call begins and ends. */
#define ENTER(name, syscall) { .program = (name), .tracepoint = "syscalls/sys_enter_" syscall }
#define EXIT(name, syscall)  { .program = (name), .tracepoint = "syscalls/sys_exit_" syscall }
#define ENTER_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_enter_" syscall, .optional = true }
#define EXIT_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_exit_" syscall, .optional = true }

/*
 * A function of the kernel. A fentry or fexit program has one, a kprobe or kretprobe program may
 * have several. FUNC_IF: the event is seen without it too. FUNC_WITH: likewise, and only if another
 * event is wanted as well. FUNC_ELSE: in place of the entry before it, where the kernel has no such
 * function, or it cannot be hooked.
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
