// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Drops pending operations that no program has taken: act.bpf.h */
#include "probes/file/act.bpf.h"

/* The task exits. The kernel frees task storage with the task. */
SEC("?tp_btf/sched_process_exit")
int file_act_gone_tp_btf(__u64 *ctx)
{
	if (!et_task_storage)
		acts_drop();
	return 0;
}

SEC("?tp_btf/sched_process_exit")
int file_call_gone_tp_btf(__u64 *ctx)
{
	if (!et_task_storage)
		act_calls_drop();
	return 0;
}

/* vfs_unlink() and similar functions have failed; or their success was already reported. */
SEC("?kretprobe")
int file_act_over_kretprobe(struct pt_regs *ctx)
{
	struct act *act = act_mine();

	if (act && !act_is_inner(act->stack, PT_REGS_SP(ctx)))
		act_drop();
	return 0;
}
