// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_SHMGET: a process has got a System V shared memory segment by shmget(2). */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

static __always_inline int shmget_body(const struct task_struct *task, const struct pt_regs *regs,
				       long ret)
{
	struct et_process_shmget *ev;
	struct et_emit em;

	if (ret < 0)
		return 0;
	if (et_skips(ET_PROCESS_SHMGET, task))
		return 0;
	ev = et_emit_begin(&em, PROCESS_SHMGET, process_shmget, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	ev->key = et_syscall_arg1(regs);
	ev->size = et_syscall_arg2(regs);
	ev->shmflg = et_syscall_arg3(regs);
	et_emit_submit(&em);
	return 0;
}

SEC("?fexit")
int BPF_PROG(shmget_fexit, const struct pt_regs *regs, long ret)
{
	const struct task_struct *task = et_current();

	return shmget_body(task, et_syscall_regs(task), ret);
}

SEC("?kretprobe")
int BPF_KRETPROBE(shmget_kretprobe, long ret)
{
	const struct task_struct *task = et_current();

	return shmget_body(task, et_syscall_regs(task), ret);
}

SEC("?tracepoint")
int shmget_tp(void *ctx)
{
	const struct task_struct *task = et_current();

	return shmget_body(task, et_syscall_regs(task), et_exit_ret(ctx));
}
