/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/hook_rows.h"

/* The way out is hooked before the way in, so that what is noted on the way in is taken. */
#define IDS(syscall) EXIT("ids_exit_tp", syscall), ENTER("ids_enter_tp", syscall)

/* clang-format off */
static const struct et_hook_candidate rows[] = {
	{
		.event_id = ET_PROCESS_FORK, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_fork",
		NEEDS("btf_trace_sched_process_fork"),
		PROGRAMS(TP_BTF("fork_tp_btf")),
	},
	{
		.event_id = ET_PROCESS_EXEC, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exec",
		NEEDS("btf_trace_sched_process_exec"),
		PROGRAMS(TP_BTF("exec_tp_btf")),
	},
	{
		.event_id = ET_PROCESS_EXIT, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exit",
		NEEDS("btf_trace_sched_process_exit"),
		PROGRAMS(TP_BTF("exit_tp_btf")),
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
		PROGRAMS(TP_BTF("ids_gone_tp_btf"),
			 IDS("setuid"), IDS("setreuid"), IDS("setresuid"), IDS("setfsuid"),
			 IDS("execve"), IDS("execveat")),
	},
	{
		.event_id = ET_PROCESS_SETGID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{set*gid,execve*}",
		NEEDS("btf_trace_sched_process_exit"),
		PROGRAMS(TP_BTF("ids_gone_tp_btf"),
			 IDS("setgid"), IDS("setregid"), IDS("setresgid"), IDS("setfsgid"),
			 IDS("execve"), IDS("execveat")),
	},
	{
		.event_id = ET_PROCESS_TTY_WRITE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{write,writev,pwritev2}",
		PROGRAMS(EXIT("tty_write_tp", "write"), EXIT("tty_writev_tp", "writev"),
			 EXIT_IF("tty_writev_tp", "pwritev2")),
	},
	{
		.event_id = ET_PROCESS_EXEC_FAILED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{execve,execveat}",
		PROGRAMS(EXIT("exec_failed_execve_tp", "execve"),
			 EXIT("exec_failed_execveat_tp", "execveat")),
	},
};
/* clang-format on */

HOOK_TABLE(process, rows);
