/* SPDX-License-Identifier: BSD-2-Clause */
/* Macros for the rows of the hook tables in hooks_<category>.c. */
#ifndef ET_HOOK_ROWS_H
#define ET_HOOK_ROWS_H

#include <linux/types.h>

#include "lib/hooks/arch.h"
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
 * For PROGRAMS(): a BPF program whose section name in the object file names its hook, a BTF
 * tracepoint. The candidate must also list the name btf_trace_<tracepoint> in NEEDS(). The kernel's
 * BTF has a typedef of this name if the tracepoint exists.
 */
#define TP_BTF(name) { .program = (name) }

/*
 * For PROGRAMS(): an optional BPF program on a BTF tracepoint of a kernel module, which is possible
 * since 5.11. The event is also seen without this BPF program.
 */
#define TP_BTF_IF(name, tracepoint_name, module_name) \
	{ .program = (name),                          \
	  .type = "btf_trace_" tracepoint_name,       \
	  .module = (module_name),                    \
	  .optional = true }

/*
 * For PROGRAMS(): BPF programs on the tracepoints of a system call's entry and exit. With _IF the
 * program is optional: the event is also seen without it. With _OLD the system call exists only on
 * some architectures: ET_HAS_OLD_CALLS.
 */
#define ENTER(name, syscall) { .program = (name), .tracepoint = "syscalls/sys_enter_" syscall }
#define EXIT(name, syscall)  { .program = (name), .tracepoint = "syscalls/sys_exit_" syscall }
#define ENTER_OLD(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_enter_" syscall, .old_call = true }
#define EXIT_OLD(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_exit_" syscall, .old_call = true }
#define ENTER_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_enter_" syscall, .optional = true }
#define EXIT_IF(name, syscall) \
	{ .program = (name), .tracepoint = "syscalls/sys_exit_" syscall, .optional = true }

/*
 * For PROGRAMS(): BPF programs on kernel functions. A fentry or fexit program is for one function;
 * a kprobe or kretprobe program may be for several, with one FUNC for each.
 *
 *	FUNC_IF			optional: the event is also seen without the BPF program
 *	FUNC_WITH, TP_BTF_WITH	optional, and only used if the event @event is also wanted
 *	FUNC_ELSE		an alternative to the preceding FUNC: used if the kernel does not
 *				have the function of that FUNC, or cannot hook it
 */
#define FUNC(name, func)    { .program = (name), .function = (func) }
#define FUNC_IF(name, func) { .program = (name), .function = (func), .optional = true }
#define FUNC_WITH(name, func, event) \
	{ .program = (name), .function = (func), .optional = true, .with = (event) }
#define TP_BTF_WITH(name, event) { .program = (name), .optional = true, .with = (event) }
#define FUNC_ELSE(name, func)    { .program = (name), .function = (func), .alternative = true }

/* The hook tables, one for each category of events. */
extern const struct et_hook_table et_hooks_process;
extern const struct et_hook_table et_hooks_file;
extern const struct et_hook_table et_hooks_network;

#define HOOK_TABLE(category, table)                                 \
	const struct et_hook_table et_hooks_##category = { (table), \
							   sizeof(table) / sizeof((table)[0]) }

#endif /* ET_HOOK_ROWS_H */
