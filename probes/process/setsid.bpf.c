// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * PROCESS_SETSID: a process has begun a new session by setsid(2).
 *
 * At the exit of setsid(2) the task no longer has its old session and process group. So a BPF
 * program saves their IDs at the entry.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

struct setsid_old {
	__u32 sid, pgid;
};

/*
 * IDs of the old session and process group. The key is the task's address. An entry exists only
 * during one call of setsid(2). If the map is full, the old IDs in the event are 0.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct setsid_old);
} setsid_stash SEC(".maps");

static __always_inline int setsid_begin(void)
{
	const struct task_struct *task = et_current();
	const struct signal_struct *signal = et_read(task, signal);
	__u64 key = (__u64)task;
	struct setsid_old old = {
		.sid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_SID)),
		.pgid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_PGID)),
	};

	bpf_map_update_elem(&setsid_stash, &key, &old, BPF_ANY);
	return 0;
}

static __always_inline struct setsid_old setsid_take(const struct task_struct *task)
{
	__u64 key = (__u64)task;
	struct setsid_old *found = bpf_map_lookup_elem(&setsid_stash, &key), old = {};

	if (found) {
		old = *found;
		bpf_map_delete_elem(&setsid_stash, &key);
	}
	return old;
}

static __always_inline int setsid_body(long ret)
{
	const struct task_struct *task = et_current();
	struct setsid_old old = setsid_take(task);
	struct et_process_setsid *ev;
	struct et_emit em;

	if (ret < 0)
		return 0;
	if (et_skips(ET_PROCESS_SETSID, task))
		return 0;
	ev = et_emit_begin(&em, PROCESS_SETSID, process_setsid, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	ev->old_sid = old.sid;
	ev->old_pgid = old.pgid;
	et_emit_submit(&em);
	return 0;
}

SEC("?tracepoint")
int setsid_enter_tp(void *ctx)
{
	return setsid_begin();
}

SEC("?fentry")
int BPF_PROG(setsid_fentry)
{
	return setsid_begin();
}

SEC("?kprobe")
int setsid_kprobe(void *ctx)
{
	return setsid_begin();
}

SEC("?tracepoint")
int setsid_tp(void *ctx)
{
	return setsid_body(et_exit_ret(ctx));
}

SEC("?fexit")
int BPF_PROG(setsid_fexit, const struct pt_regs *unused, long ret)
{
	return setsid_body(ret);
}

SEC("?kretprobe")
int setsid_kretprobe(struct pt_regs *ctx)
{
	return setsid_body(PT_REGS_RC(ctx));
}
