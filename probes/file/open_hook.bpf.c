// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_CREATE for an open that creates a file, FILE_MEMFD_OPEN and FILE_SHMEM_OPEN. The BPF
 * programs hook kernel functions inside the operation. The kernel's open of a file for execve(2) is
 * not reported, because PROCESS_EXEC is the event for it.
 */
#include "probes/core/args.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/open.bpf.h"

#define __FMODE_EXEC 0x20 /* a bit of f_flags, for an open by execve(2): include/linux/fs.h */

static __always_inline __u32 open_hook_events(const struct file *file)
{
	if (pending_op_is_foreign() || pending_op_is_below(file) ||
	    et_read(file, f_flags) & __FMODE_EXEC)
		return 0;
	return open_events(et_current(), file);
}

static __always_inline int open_exit(__u64 file, int ret)
{
	return ret ? 0 : open_emit_all(open_hook_events((const struct file *)file), file);
}

/* At the return of vfs_open(path, file). */
SEC("?fexit")
int file_open_fexit(__u64 *ctx)
{
	return open_exit(et_ctx_address(ctx, 1), ctx[2]);
}

/* At the return of finish_open(file, dentry, open). */
SEC("?fexit")
int file_finish_open_fexit(__u64 *ctx)
{
	return open_exit(et_ctx_address(ctx, 0), ctx[3]);
}

/*
 * Returns @events, a mask of OPEN_*, without the events that a filter drops. Filters are checked
 * before the pending open is saved, so that dropped events take no room in the map.
 */
static __always_inline __u32 open_passed(__u32 events)
{
	const struct task_struct *task = et_current();

	if (events & OPEN_CREATES && et_skips(ET_FILE_CREATE, task))
		events &= ~OPEN_CREATES;
	if (events & OPEN_MEMFD && et_skips(ET_FILE_MEMFD_OPEN, task))
		events &= ~OPEN_MEMFD;
	if (events & OPEN_SHMEM && et_skips(ET_FILE_SHMEM_OPEN, task))
		events &= ~OPEN_SHMEM;
	return events;
}

/* Count @events, a mask of OPEN_*, as lost because the map has no room for the pending open. */
static __always_inline void open_lost(__u32 events)
{
	if (events & OPEN_CREATES)
		et_lost_no_room(ET_FILE_CREATE, ET_TABLE_FILE_CALLS);
	if (events & OPEN_MEMFD)
		et_lost_no_room(ET_FILE_MEMFD_OPEN, ET_TABLE_FILE_CALLS);
	if (events & OPEN_SHMEM)
		et_lost_no_room(ET_FILE_SHMEM_OPEN, ET_TABLE_FILE_CALLS);
}

/*
 * At the entry of security_file_open(file). The kernel already knows whether the open has created
 * the file.
 */
SEC("?kprobe")
int file_open_enter_kprobe(struct pt_regs *ctx)
{
	struct pending_call call = { .file = PT_REGS_PARM1(ctx) };

	call.what = open_passed(open_hook_events((const struct file *)call.file));
	if (call.what && !pending_call_save(PENDING_SLOT_OPEN, &call))
		open_lost(call.what);
	return 0;
}

SEC("?kretprobe")
int file_open_kretprobe(struct pt_regs *ctx)
{
	struct pending_call *call = pending_call_mine(PENDING_SLOT_OPEN);
	__u64 file;
	__u32 events;

	if (!call)
		return 0;
	file = call->file;
	events = call->what;
	pending_call_drop(PENDING_SLOT_OPEN);
	return PT_REGS_RC(ctx) ? 0 : open_emit_all(events, file);
}
