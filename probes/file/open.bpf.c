// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_CREATE for an open that creates a file, FILE_MEMFD_OPEN and FILE_SHMEM_OPEN, at the
 * exit of system calls that open files.
 */
#include "probes/core/syscall.bpf.h"
#include "probes/file/open.bpf.h"

SEC("?tracepoint")
int file_open_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	long fd = et_exit_ret(ctx);
	__u64 file = fd < 0 ? 0 : et_file_address_of(task, fd);

	return file ? open_emit_all(open_events(task, (const struct file *)file), file) : 0;
}
