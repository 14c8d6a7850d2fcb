// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * PROCESS_PTRACE: a process begins to trace a process that is not its child.
 *
 * Only the requests PTRACE_ATTACH and PTRACE_SEIZE do this. With PTRACE_TRACEME a process lets its
 * own parent trace it. All other requests need a process that is already traced.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

/* Requests of ptrace(2): include/uapi/linux/ptrace.h */
#define PTRACE_ATTACH 16
#define PTRACE_SEIZE  0x4206

/*
 * Largest number of tracees of the current thread that are searched. The newest tracee is near the
 * start of the list: only children that other tracees have forked since then come before it.
 */
#define PTRACE_TRACEES 32

/* ID of @task in the PID namespace that is @level levels below the initial one. */
static __always_inline __u32 ptrace_nr(const struct task_struct *task, __u32 level)
{
	const struct pid *pid = et_read(task, thread_pid);

	return BPF_CORE_READ(pid, numbers[level].nr);
}

/*
 * Address of the task that the current thread traces and that has the ID @nr. The ID is of the
 * current thread's PID namespace, and BPF has no helper here that finds a task by its ID. Returns 0
 * if there is no such tracee: it was killed, and another thread reaped it before the exit of
 * ptrace(2).
 */
__weak __u64 ptrace_tracee(__u32 nr)
{
	const struct task_struct *task = et_current();
	const struct list_head *head = &task->ptraced;
	__u32 level = et_read(task, thread_pid, level);
	__u64 at = et_read_address(head, next);

	for (int i = 0; i < PTRACE_TRACEES && at && at != (__u64)head; i++) {
		__u64 tracee = at - bpf_core_field_offset(struct task_struct, ptrace_entry);

		if (ptrace_nr((void *)tracee, level) == nr)
			return tracee;
		at = et_read_address((const struct list_head *)at, next);
	}
	return 0;
}

static __always_inline int ptrace_emit(const struct task_struct *task, long request, __s32 child)
{
	struct et_process_ptrace *ev;
	struct et_emit em;

	if (et_skips(ET_PROCESS_PTRACE, task))
		return 0;
	ev = et_emit_begin(&em, PROCESS_PTRACE, process_ptrace, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	ev->request = request;
	ev->child_pid = child;
	et_emit_submit(&em);
	return 0;
}

static __always_inline bool ptrace_begins(long request)
{
	return request == PTRACE_ATTACH || request == PTRACE_SEIZE;
}

/*
 * Make a record for @task, which has begun to trace @tracee. Make none if @task's process is the
 * tracee's parent. The parent is the process that forked the tracee (in any thread) or adopted it.
 * It remains the tracee's real_parent while another process traces the tracee.
 */
static __always_inline int ptrace_body(const struct task_struct *task,
				       const struct task_struct *tracee, long request)
{
	if (et_read(tracee, group_leader, real_parent, tgid) == et_read(task, tgid))
		return 0;
	return ptrace_emit(task, request, et_read(tracee, tgid));
}

static __always_inline int ptrace_syscall(const struct task_struct *task,
					  const struct pt_regs *regs, long ret)
{
	long request = et_syscall_arg1(regs);
	const struct task_struct *tracee;
	__u32 nr;

	if (ret || !ptrace_begins(request))
		return 0;
	nr = et_syscall_arg2(regs);
	tracee = (void *)ptrace_tracee(nr);
	/* If the tracee is not found, its parent is unknown: report the event. */
	return tracee ? ptrace_body(task, tracee, request) : ptrace_emit(task, request, nr);
}

/*
 * At the return of the kernel's ptrace_attach(). The function is static, but the compiler does not
 * inline it, because the 64-bit and the 32-bit system call both call it.
 */
SEC("?fexit")
int BPF_PROG(ptrace_fexit, struct task_struct *tracee, long request, unsigned long addr,
	     unsigned long flags, int ret)
{
	return ret ? 0 : ptrace_body(et_current(), tracee, request);
}

SEC("?kretprobe")
int BPF_KRETPROBE(ptrace_kretprobe, long ret)
{
	const struct task_struct *task = et_current();

	return ptrace_syscall(task, et_syscall_regs(task), ret);
}

SEC("?tracepoint")
int ptrace_tp(void *ctx)
{
	const struct task_struct *task = et_current();

	return ptrace_syscall(task, et_syscall_regs(task), et_exit_ret(ctx));
}
