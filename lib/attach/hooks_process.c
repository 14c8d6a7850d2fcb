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
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/__x64_sys_memfd_create",
		PROGRAMS(FUNC("memfd_create_fexit", "__x64_sys_memfd_create")),
	},
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/__x64_sys_memfd_create",
		PROGRAMS(FUNC("memfd_create_kretprobe", "__x64_sys_memfd_create")),
	},
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_memfd_create",
		PROGRAMS(EXIT("memfd_create_tp", "memfd_create")),
	},
	{
		.event_id = ET_PROCESS_SHMGET, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/__x64_sys_shmget",
		PROGRAMS(FUNC("shmget_fexit", "__x64_sys_shmget")),
	},
	{
		.event_id = ET_PROCESS_SHMGET, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/__x64_sys_shmget",
		PROGRAMS(FUNC("shmget_kretprobe", "__x64_sys_shmget")),
	},
	{
		.event_id = ET_PROCESS_SHMGET, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_shmget",
		PROGRAMS(EXIT("shmget_tp", "shmget")),
	},
	{
		.event_id = ET_PROCESS_PTRACE, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/ptrace_attach",
		PROGRAMS(FUNC("ptrace_fexit", "ptrace_attach")),
	},
	{
		.event_id = ET_PROCESS_PTRACE, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/__x64_sys_ptrace",
		PROGRAMS(FUNC("ptrace_kretprobe", "__x64_sys_ptrace")),
	},
	{
		.event_id = ET_PROCESS_PTRACE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_ptrace",
		PROGRAMS(EXIT("ptrace_tp", "ptrace")),
	},
	{
		.event_id = ET_PROCESS_LOAD_MODULE, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/do_init_module",
		PROGRAMS(FUNC("load_module_fentry", "do_init_module")),
	},
	{
		.event_id = ET_PROCESS_LOAD_MODULE, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/do_init_module",
		PROGRAMS(FUNC("load_module_kprobe", "do_init_module")),
	},
	{
		.event_id = ET_PROCESS_LOAD_MODULE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/module_load",
		NEEDS("btf_trace_module_load"),
		PROGRAMS(TP_BTF("load_module_tp_btf")),
	},
};
/* clang-format on */

HOOK_TABLE(process, rows);
