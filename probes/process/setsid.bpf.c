// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_SETSID */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/task.bpf.h"

static __always_inline int setsid_body(long ret)
{
	const struct task_struct *task = et_current();
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
	et_emit_submit(&em);
	return 0;
}

SEC("?tracepoint")
int setsid_tp(struct trace_event_raw_sys_exit *ctx)
{
	return setsid_body(ctx->ret);
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
