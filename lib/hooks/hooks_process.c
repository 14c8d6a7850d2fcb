/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/hook_rows.h"

/*
 * Attach the BPF program at a system call's exit before the one at its entry. Then the IDs that are
 * saved at an entry are always compared at the exit.
 */
#define IDS(syscall) EXIT("ids_exit_tp", syscall), ENTER("ids_enter_tp", syscall)

#define CLOSED    ET_NETWORK_CONNECTION_CLOSED
#define EXIT_FREE TP_BTF_WITH("exit_free_tp_btf", CLOSED)

/*
 * Cost of the kinds of hooks: fentry and fexit cost least, a BTF tracepoint hardly more, a kprobe
 * several times as much. A BPF program on any system call's tracepoint slows down the entry and
 * exit of all system calls of all threads.
 *
 * A kretprobe can handle only a limited number of calls at the same time. In a function that
 * sleeps, calls take long, so the kretprobe may miss other calls.
 */

/* clang-format off */
static const struct et_hook_candidate rows[] = {
	/*
	 * All candidates for PROCESS_FORK see all new processes. The kernel calls
	 * wake_up_new_task() right after the tracepoint sched_process_fork.
	 */
	{
		.event_id = ET_PROCESS_FORK, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/wake_up_new_task",
		PROGRAMS(FUNC("fork_fentry", "wake_up_new_task")),
	},
	{
		.event_id = ET_PROCESS_FORK, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_fork",
		NEEDS("btf_trace_sched_process_fork"),
		PROGRAMS(TP_BTF("fork_tp_btf")),
	},
	{
		.event_id = ET_PROCESS_FORK, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/wake_up_new_task",
		PROGRAMS(FUNC("fork_kprobe", "wake_up_new_task")),
	},
	/*
	 * All candidates for PROCESS_EXEC see all successful execs. Since 4.17 the kernel calls
	 * finalize_exec() for each binary format.
	 */
	{
		.event_id = ET_PROCESS_EXEC, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/finalize_exec",
		.maps = ET_MAP_ENVS,
		PROGRAMS(FUNC("exec_fentry", "finalize_exec")),
	},
	{
		.event_id = ET_PROCESS_EXEC, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exec",
		NEEDS("btf_trace_sched_process_exec"),
		.maps = ET_MAP_ENVS,
		PROGRAMS(TP_BTF("exec_tp_btf")),
	},
	{
		.event_id = ET_PROCESS_EXEC, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/finalize_exec",
		.maps = ET_MAP_ENVS,
		PROGRAMS(FUNC("exec_kprobe", "finalize_exec")),
	},
	/*
	 * taskstats_exit() has an argument that tells whether the thread is the last of its
	 * process, but needs CONFIG_TASKSTATS. The tracepoint sched_process_exit has no such
	 * argument before 6.16. On these kernels, its BPF program finds the last thread itself, and
	 * stores which exits it has sent.
	 *
	 * The exit of a process with sockets is saved, and sent later (probes/process/exit.bpf.c).
	 * PROGRAMS() names the BPF programs that send saved exits before the one that saves them.
	 * They are attached in this order. So each saved exit is sent.
	 */
	{
		.event_id = ET_PROCESS_EXIT, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/taskstats_exit",
		NEEDS("taskstats_exit(tsk, group_dead)"),
		.maps = ET_MAP_EXITS_CAPTURED,
		PROGRAMS(FUNC_WITH("exit_notify_fentry", "do_notify_parent", CLOSED), EXIT_FREE,
			 FUNC("exit_fentry", "taskstats_exit")),
	},
	{
		.event_id = ET_PROCESS_EXIT, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/sched_process_exit",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_EXITS_CAPTURED | ET_MAP_EXITS_SENT,
		PROGRAMS(TP_BTF_WITH("exit_notify_tp_btf", CLOSED), EXIT_FREE,
			 TP_BTF("exit_tp_btf")),
	},
	{
		.event_id = ET_PROCESS_EXIT, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/taskstats_exit",
		NEEDS("taskstats_exit(tsk, group_dead)"),
		.maps = ET_MAP_EXITS_CAPTURED,
		PROGRAMS(FUNC_WITH("exit_notify_kprobe", "do_notify_parent", CLOSED), EXIT_FREE,
			 FUNC("exit_kprobe", "taskstats_exit")),
	},
	/*
	 * setsid(2) does not sleep, so a kretprobe on it misses no call. A kretprobe, unlike a
	 * tracepoint, does not slow down other system calls. setsid(2) has no arguments, so its
	 * function may have the name __do_sys_setsid in BTF. ksys_setsid() is not hooked, because
	 * the compiler may inline it.
	 */
	{
		.event_id = ET_PROCESS_SETSID, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/" ET_SYSCALL "setsid",
		.maps = ET_MAP_SETSID_STASH,
		PROGRAMS(FUNC("setsid_fentry", ET_SYSCALL "setsid"),
			 FUNC_ELSE("setsid_fentry", "__do_sys_setsid"),
			 FUNC("setsid_fexit", ET_SYSCALL "setsid"),
			 FUNC_ELSE("setsid_fexit", "__do_sys_setsid")),
	},
	{
		.event_id = ET_PROCESS_SETSID, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/" ET_SYSCALL "setsid",
		.maps = ET_MAP_SETSID_STASH,
		PROGRAMS(FUNC("setsid_kprobe", ET_SYSCALL "setsid"),
			 FUNC("setsid_kretprobe", ET_SYSCALL "setsid")),
	},
	{
		.event_id = ET_PROCESS_SETSID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_setsid",
		.maps = ET_MAP_SETSID_STASH,
		PROGRAMS(ENTER("setsid_enter_tp", "setsid"), EXIT("setsid_tp", "setsid")),
	},
	/*
	 * The kernel calls commit_creds() for every change of IDs, and rarely otherwise. With
	 * tracepoints of system calls, BPF programs must save the IDs at the entry and compare them
	 * at the exit. These tracepoints do not see 32-bit system calls.
	 */
	{
		.event_id = ET_PROCESS_SETUID, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/commit_creds",
		PROGRAMS(FUNC("ids_fentry", "commit_creds")),
	},
	{
		.event_id = ET_PROCESS_SETUID, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/commit_creds",
		PROGRAMS(FUNC("ids_kprobe", "commit_creds")),
	},
	{
		.event_id = ET_PROCESS_SETUID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{set*uid,execve*}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_IDS_STASH,
		PROGRAMS(TP_BTF("ids_gone_tp_btf"),
			 IDS("setuid"), IDS("setreuid"), IDS("setresuid"), IDS("setfsuid"),
			 IDS("execve"), IDS("execveat")),
	},
	{
		.event_id = ET_PROCESS_SETGID, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/commit_creds",
		PROGRAMS(FUNC("ids_fentry", "commit_creds")),
	},
	{
		.event_id = ET_PROCESS_SETGID, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/commit_creds",
		PROGRAMS(FUNC("ids_kprobe", "commit_creds")),
	},
	{
		.event_id = ET_PROCESS_SETGID, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{set*gid,execve*}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_IDS_STASH,
		PROGRAMS(TP_BTF("ids_gone_tp_btf"),
			 IDS("setgid"), IDS("setregid"), IDS("setresgid"), IDS("setfsgid"),
			 IDS("execve"), IDS("execveat")),
	},
	/*
	 * The kernel calls tty_write() only for terminals. The function has the arguments iocb and
	 * from since 5.11 (commit 9bb48c82aced, "tty: implement write_iter"), and also in some
	 * earlier stable kernels. Since 6.0 these arguments also show the data that 32-bit programs
	 * and io_uring write. A write to a stopped terminal may sleep for any time. Meanwhile a
	 * kretprobe may miss other calls, so the kprobe candidate (set of hooks) is the last.
	 */
	{
		.event_id = ET_PROCESS_TTY_WRITE, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/{tty_write,redirected_tty_write}",
		NEEDS("tty_write(iocb, from)"),
		.maps = ET_MAP_UNRECORDED,
		PROGRAMS(FUNC("tty_write_fexit", "tty_write"),
			 FUNC_IF("tty_console_fexit", "redirected_tty_write")),
	},
	{
		.event_id = ET_PROCESS_TTY_WRITE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{write,writev,pwritev2}",
		.maps = ET_MAP_CALL_FILES | ET_MAP_UNRECORDED,
		/*
		 * Attach the BPF programs at the exits of system calls before those at the entries.
		 * Then the file that is saved at an entry is always used at the exit.
		 */
		PROGRAMS(EXIT("tty_write_tp", "write"), EXIT("tty_writev_tp", "writev"),
			 EXIT_IF("tty_writev_tp", "pwritev2"),
			 ENTER("call_write_enter_tp", "write"),
			 ENTER("call_write_enter_tp", "writev"),
			 ENTER_IF("call_write_enter_tp", "pwritev2")),
	},
	{
		.event_id = ET_PROCESS_TTY_WRITE, .kind = ET_ATTACH_KPROBE,
		.hook = "k(ret)probe/{tty_write,redirected_tty_write}",
		NEEDS("tty_write(iocb, from)"),
		.maps = ET_MAP_CALL_FILES | ET_MAP_UNRECORDED,
		PROGRAMS(FUNC("tty_write_kretprobe", "tty_write"),
			 FUNC_IF("tty_console_kretprobe", "redirected_tty_write"),
			 FUNC("tty_write_kprobe", "tty_write")),
	},
	/*
	 * The kretprobe candidate (set of hooks) for PROCESS_EXEC_FAILED comes last. While many
	 * tasks sleep in execve(2) until their files are read, a kretprobe misses other calls.
	 */
	{
		.event_id = ET_PROCESS_EXEC_FAILED, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/" ET_SYSCALL "{execve,execveat}",
		PROGRAMS(FUNC("exec_failed_execve_fexit", ET_SYSCALL "execve"),
			 FUNC("exec_failed_execveat_fexit", ET_SYSCALL "execveat")),
	},
	{
		.event_id = ET_PROCESS_EXEC_FAILED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{execve,execveat}",
		PROGRAMS(EXIT("exec_failed_tp", "execve"), EXIT("exec_failed_tp", "execveat")),
	},
	{
		.event_id = ET_PROCESS_EXEC_FAILED, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/" ET_SYSCALL "{execve,execveat}",
		PROGRAMS(FUNC("exec_failed_kretprobe", ET_SYSCALL "execve"),
			 FUNC("exec_failed_kretprobe", ET_SYSCALL "execveat")),
	},
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/" ET_SYSCALL "memfd_create",
		PROGRAMS(FUNC("memfd_create_fexit", ET_SYSCALL "memfd_create")),
	},
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/" ET_SYSCALL "memfd_create",
		PROGRAMS(FUNC("memfd_create_kretprobe", ET_SYSCALL "memfd_create")),
	},
	{
		.event_id = ET_PROCESS_MEMFD_CREATE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_memfd_create",
		PROGRAMS(EXIT("memfd_create_tp", "memfd_create")),
	},
	{
		.event_id = ET_PROCESS_SHMGET, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/" ET_SYSCALL "shmget",
		PROGRAMS(FUNC("shmget_fexit", ET_SYSCALL "shmget")),
	},
	{
		.event_id = ET_PROCESS_SHMGET, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/" ET_SYSCALL "shmget",
		PROGRAMS(FUNC("shmget_kretprobe", ET_SYSCALL "shmget")),
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
		.hook = "kretprobe/" ET_SYSCALL "ptrace",
		PROGRAMS(FUNC("ptrace_kretprobe", ET_SYSCALL "ptrace")),
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
	/*
	 * If all candidates fail, users see why the last one failed. So the tracepoint is the last:
	 * it is missing only on a kernel that cannot load modules.
	 */
	{
		.event_id = ET_PROCESS_LOAD_MODULE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/module_load",
		NEEDS("btf_trace_module_load"),
		PROGRAMS(TP_BTF("load_module_tp_btf")),
	},
};
/* clang-format on */

HOOK_TABLE(process, rows);
