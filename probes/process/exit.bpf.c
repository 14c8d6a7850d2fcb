// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXIT */
#include "probes/core/path.bpf.h"
#include "probes/core/task.bpf.h"

#define SIGNAL_GROUP_EXIT 0x00000004 /* include/linux/sched/signal.h */

/*
 * What wait(2) will give, as wait_task_zombie() finds it: the whole process's status where it was
 * ended as a whole, otherwise the leader's, also if another thread is the last to go.
 */
static __always_inline int exit_status(const struct task_struct *task)
{
	if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(task, signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

static __always_inline int exit_body(const struct task_struct *task)
{
	struct et_process_exit *ev;
	struct et_src cgroup;
	struct et_emit em;
	int status;

	if (et_is_kthread(task))
		return 0;
	if (et_is_self()) {
		et_filtered(ET_PROCESS_EXIT);
		return 0;
	}
	cgroup = et_src_cgroup(task);
	ev = et_emit_begin(&em, PROCESS_EXIT, process_exit, et_need(&cgroup));
	if (!ev)
		return 0;
	status = exit_status(task);
	et_fill_pids(&ev->pids, task);
	et_fill_creds(&ev->creds, task);
	et_fill_ctty(&ev->ctty, task);
	et_fill_comm(ev->comm, task);
	et_fill_ns(&ev->ns, task);
	ev->exit_code = (status >> 8) & 0xff;
	ev->exit_signal = status & 0x7f;
	ev->core_dumped = !!(status & 0x80);
	et_put_cgroup(&em, &cgroup);
	et_emit_submit(&em);
	return 0;
}

SEC("?tp_btf/sched_process_exit")
int exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];

	if (et_exit_has_group_dead) {
		if (!(ctx[1] & 0xff))
			return 0;
	} else if (BPF_CORE_READ(task, signal, live.counter)) {
		return 0;
	}
	return exit_body(task);
}
