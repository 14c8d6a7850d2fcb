// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_FORK: a process has created another process. */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/path.bpf.h"
#include "probes/core/task.bpf.h"

static __always_inline int fork_body(const struct task_struct *parent,
				     const struct task_struct *child)
{
	struct et_process_fork *ev;
	struct et_src_cgroup cgroup;
	struct et_src cwd;
	struct et_emit em;

	/* Ignore new threads: only the first thread of a process has the same pid and tgid. */
	if (et_read(child, pid) != et_read(child, tgid) || et_is_kthread(child))
		return 0;
	if (et_skips(ET_PROCESS_FORK, parent))
		return 0;
	cgroup = et_src_cgroup(child);
	cwd = et_src_cwd(child);
	ev = et_emit_begin(&em, PROCESS_FORK, process_fork,
			   et_need_cgroup(&cgroup) + et_need(&cwd));
	if (!ev)
		return 0;
	et_fill_pids(&ev->parent_pids, parent);
	et_fill_pids(&ev->child_pids, child);
	et_fill_creds(&ev->creds, parent);
	et_fill_ctty(&ev->ctty, child);
	et_fill_comm(ev->comm, child);
	et_fill_ns(&ev->ns, child);
	ev->cgroup_id = et_cgroup_id(child);
	ev->parent_cgroup_id = et_cgroup_id(parent);
	et_put_cgroup(&em, &cgroup);
	et_put_path(&em, CWD, &cwd);
	et_emit_submit(&em);
	return 0;
}

/* The tracepoint fires in the parent, before the child runs. */
SEC("?tp_btf/sched_process_fork")
int BPF_PROG(fork_tp_btf, struct task_struct *parent, struct task_struct *child)
{
	return fork_body(parent, child);
}

/*
 * At the entry of wake_up_new_task(child). The kernel calls it once for each new task, in the
 * parent and before the task runs.
 */
SEC("?fentry")
int BPF_PROG(fork_fentry, struct task_struct *child)
{
	return fork_body(et_current(), child);
}

SEC("?kprobe")
int BPF_KPROBE(fork_kprobe, struct task_struct *child)
{
	return fork_body(et_current(), child);
}
