// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The row `floor`: the least possible work. Its programs have the hooks of eventstrace and the same
 * tests for an event. Then they reserve and submit an empty record of the same size. They use no
 * lane, wake no reader, and count only losses.
 */
/*
 * For the functions that test for an event. The probe's programs are optional (SEC("?...")), so
 * libbpf does not load them.
 */
#include "probes/process/tty_write.bpf.c" // NOLINT(bugprone-suspicious-include)

/* User space sets the size of these rings before loading. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} floor_lifecycle SEC(".maps"), floor_bulk SEC(".maps");

/*
 * Bytes of each record. User space sets these variables before loading, so the verifier sees
 * constants.
 */
const volatile __u32 floor_fork_bytes = 0;
const volatile __u32 floor_exec_bytes = 0;
const volatile __u32 floor_exit_bytes = 0;
const volatile __u32 floor_tty_bytes = 0;

__u64 floor_lost = 0;

static __always_inline int floor_emit(void *ring, __u32 size)
{
	void *rec = bpf_ringbuf_reserve(ring, size, 0);

	if (rec)
		bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
	else
		__sync_fetch_and_add(&floor_lost, 1);
	return 0;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(floor_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid != child->tgid || child->flags & PF_KTHREAD || et_is_self())
		return 0;
	return floor_emit(&floor_lifecycle, floor_fork_bytes);
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(floor_exec, struct task_struct *task)
{
	if (task->flags & PF_KTHREAD || et_is_self())
		return 0;
	return floor_emit(&floor_lifecycle, floor_exec_bytes);
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(floor_exit, struct task_struct *task)
{
	if (task->signal->live.counter || task->flags & PF_KTHREAD || et_is_self())
		return 0;
	return floor_emit(&floor_lifecycle, floor_exit_bytes);
}

/* Runs at the exit of the system call, as the probe does. */
static __always_inline int floor_tty(const struct trace_event_raw_sys_exit *ctx)
{
	const struct task_struct *task = et_current();
	struct file **slot;

	if (ctx->ret <= 0)
		return 0;
	slot = et_file_slot_of(task, et_syscall_arg1(et_syscall_regs(task)));
	if (!slot || !tty_of(et_pointer_at(slot)) || et_is_self())
		return 0;
	return floor_emit(&floor_bulk, floor_tty_bytes);
}

SEC("?tracepoint")
int floor_write(struct trace_event_raw_sys_exit *ctx)
{
	return floor_tty(ctx);
}

SEC("?tracepoint")
int floor_writev(struct trace_event_raw_sys_exit *ctx)
{
	return floor_tty(ctx);
}
