/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/hooks.h"

#include <linux/types.h>

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

#define ENTER(program, syscall) { program, "syscalls/sys_enter_" syscall, false }
#define EXIT(program, syscall)  { program, "syscalls/sys_exit_" syscall, false }

/* The way out is hooked before the way in, so that what is noted on the way in is taken. */
#define IDS(syscall) EXIT("ids_exit_tp", syscall), ENTER("ids_enter_tp", syscall)

/*
 * Programs of type tp_btf are not looked up by the tracepoint's own name in BTF, but by that of a
 * typedef which the kernel makes for it.
 */
/* clang-format off */
static const struct et_hook_candidate candidates[] = {
	{
		.event_id = ET_PROCESS_FORK, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_fork",
		NEEDS("btf_trace_sched_process_fork"),
		PROGRAMS({ "fork_tp_btf", NULL, false }),
	},
	{
		.event_id = ET_PROCESS_EXEC, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exec",
		NEEDS("btf_trace_sched_process_exec"),
		PROGRAMS({ "exec_tp_btf", NULL, false }),
	},
	{
		.event_id = ET_PROCESS_EXIT, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exit",
		NEEDS("btf_trace_sched_process_exit"),
		PROGRAMS({ "exit_tp_btf", NULL, false }),
	},
	{
		.event_id = ET_PROCESS_SETSID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_setsid",
		PROGRAMS(EXIT("setsid_tp", "setsid")),
	},
	{
		.event_id = ET_PROCESS_SETUID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{set*uid,execve*}",
		NEEDS("btf_trace_sched_process_exit"),
		PROGRAMS({ "ids_gone_tp_btf", NULL, false },
			 IDS("setuid"), IDS("setreuid"), IDS("setresuid"), IDS("setfsuid"),
			 IDS("execve"), IDS("execveat")),
	},
	{
		.event_id = ET_PROCESS_SETGID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{set*gid,execve*}",
		NEEDS("btf_trace_sched_process_exit"),
		PROGRAMS({ "ids_gone_tp_btf", NULL, false },
			 IDS("setgid"), IDS("setregid"), IDS("setresgid"), IDS("setfsgid"),
			 IDS("execve"), IDS("execveat")),
	},
	{
		.event_id = ET_PROCESS_TTY_WRITE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{write,writev,pwritev2}",
		PROGRAMS(EXIT("tty_write_tp", "write"), EXIT("tty_writev_tp", "writev"),
			 { "tty_writev_tp", "syscalls/sys_exit_pwritev2", true }),
	},
	{
		.event_id = ET_PROCESS_EXEC_FAILED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{execve,execveat}",
		PROGRAMS(EXIT("exec_failed_execve_tp", "execve"),
			 EXIT("exec_failed_execveat_tp", "execveat")),
	},
};
/* clang-format on */

const struct et_hook_candidate *et_hook_candidates(size_t *ret_count)
{
	*ret_count = sizeof(candidates) / sizeof(candidates[0]);
	return candidates;
}
