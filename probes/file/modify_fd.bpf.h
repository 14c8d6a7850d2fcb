/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* FILE_MODIFY of the file of a descriptor, where the system call is seen at its end. */
#ifndef ET_MODIFY_FD_BPF_H
#define ET_MODIFY_FD_BPF_H

#include "probes/core/call_file.bpf.h"
#include "probes/file/modify.bpf.h"

/* Of a file that is open; NULL: it is not any more. */
static __always_inline int modify_open_file(const struct file *file, __u32 change)
{
	if (!file || (change == ET_CHANGE_TYPE_CONTENT && !modify_is_kept(file)))
		return 0;
	return modify_file(file, change);
}

/*
 * Of the file that was open when the call began. If the file is gone by now, its dentry still says
 * what it was, unless that is gone too.
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

/* @call is what call_file_exit() has returned. */
static __always_inline int modify_fd(const struct call_file *call, __u32 fd, __u32 change)
{
	if (call)
		return modify_call_file(call, change);
	return modify_open_file(et_file_of(et_current(), fd), change);
}

#endif /* ET_MODIFY_FD_BPF_H */
