// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXIT */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/task.bpf.h"

#define EEXIST            17         /* include/uapi/asm-generic/errno-base.h */
#define SIGNAL_GROUP_EXIT 0x00000004 /* include/linux/sched/signal.h */

/*
 * What wait(2) will give, as wait_task_zombie() finds it: the whole process's status where it was
 * ended as a whole, otherwise the leader's, also if another thread is the last to go.
 */
static __always_inline int exit_status(const struct task_struct *task)
{
	if (et_read(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return et_read(task, signal, group_exit_code);
	return et_read(task, group_leader, exit_code);
}

static __always_inline int exit_body(const struct task_struct *task)
{
	struct et_process_exit *ev;
	struct et_src cgroup;
	struct et_emit em;
	int status;

	if (et_is_kthread(task))
		return 0;
	if (et_skips(ET_PROCESS_EXIT, task))
		return 0;
	cgroup = et_src_cgroup(task);
	ev = et_emit_begin(&em, PROCESS_EXIT, process_exit, et_need(&cgroup));
	if (!ev)
		return 0;
	status = exit_status(task);
	et_fill_task(ev, task);
	ev->exit_code = (status >> 8) & 0xff;
	ev->exit_signal = status & 0x7f;
	ev->core_dumped = !!(status & 0x80);
	et_put_cgroup(&em, &cgroup);
	et_emit_submit(&em);
	return 0;
}

/*
 * Before 6.16 the tracepoint does not say which thread is the last, and comes a while after each
 * has taken itself off the count of those that live: of threads that end together, as all do when
 * one ends the process, several find a count of 0. Who enters the process here first tells of its
 * end. What is long over makes room by itself.
 *
 * The number and the start name a process for ever. User space does not create the map where it
 * is not needed.
 */
struct exit_once {
	__u64 start_time_ns;
	__u64 tgid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct exit_once);
	__type(value, __u8);
} exits_told SEC(".maps");

/* Has another thread of the process told of its end? Of several that ask, one gets a no. */
static __always_inline bool exit_is_told(const struct task_struct *task)
{
	struct exit_once key = {
		.start_time_ns = BPF_CORE_READ(task, group_leader, start_time),
		.tgid = BPF_CORE_READ(task, tgid),
	};
	__u8 yes = 1;

	/*
	 * For want of memory it fails otherwise: then an end is told of twice rather than never.
	 * Before 6.4 only the lower half of what it returns is meant: commit d7ba4cc900bf ("bpf:
	 * return long from bpf_map_ops funcs").
	 */
	return (int)bpf_map_update_elem(&exits_told, &key, &yes, BPF_NOEXIST) == -EEXIST;
}

SEC("?tp_btf/sched_process_exit")
int exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];

	if (et_exit_has_group_dead) {
		if (!(ctx[1] & 0xff))
			return 0;
	} else if (et_read(task, signal, live.counter) || exit_is_told(task)) {
		return 0;
	}
	return exit_body(task);
}

/* taskstats_exit() is called of each thread, and told whether it was its process's last. */
SEC("?fentry")
int BPF_PROG(exit_fentry, struct task_struct *task, int group_dead)
{
	return group_dead ? exit_body(task) : 0;
}

SEC("?kprobe")
int BPF_KPROBE(exit_kprobe, struct task_struct *task, int group_dead)
{
	return group_dead ? exit_body(task) : 0;
}
