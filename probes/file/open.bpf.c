// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_CREATE for an open that creates a file, FILE_MEMFD_OPEN and FILE_SHMEM_OPEN, at the
 * exit of system calls that open files.
 */
#include "probes/file/open.bpf.h"

SEC("?tracepoint")
int file_open_tp(struct trace_event_raw_sys_exit *ctx)
{
	const struct task_struct *task = et_current();
	__u64 file = ctx->ret < 0 ? 0 : et_file_address_of(task, ctx->ret);

	return file ? open_emit_all(open_events(task, (const struct file *)file), file) : 0;
}
