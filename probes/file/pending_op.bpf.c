// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Deletes pending operations (pending_op.bpf.h) that failed, or whose task has ended. */
#include "probes/file/pending_op.bpf.h"

/*
 * At the exit of a task: delete its pending operation from the hash table. The kernel itself frees
 * task storage with the task.
 */
SEC("?tp_btf/sched_process_exit")
int file_op_gone_tp_btf(__u64 *ctx)
{
	if (!et_config.task_storage)
		pending_ops_drop();
	return 0;
}

SEC("?tp_btf/sched_process_exit")
int file_call_gone_tp_btf(__u64 *ctx)
{
	if (!et_config.task_storage)
		pending_calls_drop();
	return 0;
}

/*
 * At the return of vfs_unlink() and similar functions. If the operation was successful, another BPF
 * program has already deleted the pending operation from the map. So a pending operation that is
 * still there has failed.
 */
SEC("?kretprobe")
int file_op_exit_kretprobe(struct pt_regs *ctx)
{
	struct pending_op *op = pending_op_mine();

	if (op && !pending_op_is_inner(op->stack, PT_REGS_SP(ctx)))
		pending_op_drop();
	return 0;
}
