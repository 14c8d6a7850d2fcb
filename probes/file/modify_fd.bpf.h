/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports FILE_MODIFY for the file of a descriptor, for BPF programs at a system call's exit. */
#ifndef ET_MODIFY_FD_BPF_H
#define ET_MODIFY_FD_BPF_H

#include "probes/core/call_file.bpf.h"
#include "probes/file/modify.bpf.h"

/*
 * Report a change of the open file @file; NULL means that the descriptor is already closed.
 * @change: enum et_change_type.
 */
static __always_inline int modify_open_file(const struct file *file, __u32 change)
{
	if (!file || (change == ET_CHANGE_TYPE_CONTENT && !modify_is_kept(file)))
		return 0;
	return modify_file(file, change);
}

/*
 * Report a change of the file that call_file_enter() saved. The file may be closed and freed by
 * now, but its dentry is enough if the dentry still exists.
 */
static __always_inline int modify_call_file(const struct call_file *call, __u32 change)
{
	__u64 dentry = call->dentry;

	if (!call->inode || (change == ET_CHANGE_TYPE_CONTENT && (call->mode & S_IFMT) != S_IFREG))
		return 0;
	if (et_read_address((struct dentry *)dentry, d_inode) != call->inode) {
		et_lost_as(ET_FILE_MODIFY, ET_LOST_CAUSE_UNKNOWN, 1);
		return 0;
	}
	return modify_known(dentry, call->mount, call->inode, change);
}

/*
 * Report a change of the file of descriptor @fd. @call: the result of call_file_exit(), which is
 * the file saved at the system call's entry, or NULL. @change: enum et_change_type.
 */
static __always_inline int modify_fd(const struct call_file *call, __u32 fd, __u32 change)
{
	if (call)
		return modify_call_file(call, change);
	return modify_open_file(et_file_of(et_current(), fd), change);
}

#endif /* ET_MODIFY_FD_BPF_H */
