/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Makes the record of FILE_MODIFY, for all kinds of hooks. */
#ifndef ET_MODIFY_BPF_H
#define ET_MODIFY_BPF_H

#include "probes/core/feedback.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/file.bpf.h"

static __always_inline int modify_emit(const struct task_struct *task, struct file_of *of,
				       __u32 change)
{
	struct et_file_modify *ev;
	struct et_emit em;

	if (file_path_skips(ET_FILE_MODIFY, of))
		return 0;
	file_measure(of, task);
	ev = et_emit_begin(&em, FILE_MODIFY, file_modify, file_need(of));
	if (!ev)
		return 0;
	file_fill(ev, task, of);
	ev->change_type = change;
	file_put(&em, of);
	et_emit_submit(&em);
	return 0;
}

/*
 * True if the event is dropped. et_feeds_back() is only for writes: a change of owner or
 * permissions cannot result from a tracer's output.
 */
static __always_inline bool modify_skips(const struct task_struct *task, __u32 change)
{
	return et_skips(ET_FILE_MODIFY, task) ||
	       (change == ET_CHANGE_TYPE_CONTENT && et_feeds_back(ET_FILE_MODIFY));
}

/*
 * Report the change of a file, given by its dentry, mount and inode. @change: enum et_change_type.
 * A global function: the verifier checks it once for all callers.
 */
__weak int modify_known(__u64 dentry, __u64 mount, __u64 inode, __u32 change)
{
	const struct task_struct *task = et_current();
	struct file_of of = {};

	if (modify_skips(task, change))
		return 0;
	file_by_path(&of, task, dentry, mount, (const struct inode *)inode);
	return modify_emit(task, &of, change);
}

/*
 * True if the open file is a regular file. Other files, such as pipes and sockets, do not keep
 * written data. truncate(2) does not need this test, because the kernel truncates only regular
 * files by path: fs/open.c, vfs_truncate().
 */
static __always_inline bool modify_is_kept(const struct file *file)
{
	return et_inode_type(et_read(file, f_inode)) == S_IFREG;
}

static __always_inline int modify_file(const struct file *file, __u32 change)
{
	return modify_known(et_read_address(file, f_path.dentry), et_read_address(file, f_path.mnt),
			    et_read_address(file, f_inode), change);
}

#endif /* ET_MODIFY_BPF_H */
