// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * FILE_CREATE of another name for a file that there is: link and linkat. For a file without a
 * name, opened with O_TMPFILE, it is the first.
 */
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/file/lookup.bpf.h"
#include "probes/file/file.bpf.h"

/* The inode that a path leads to, without the last symbolic link; NULL: not known. */
static __always_inline struct inode *link_inode(__u64 path, int dfd)
{
	struct dentry *dentry;
	struct lookup *l;

	if (lookup_walk(path, dfd))
		return NULL;
	l = lookup_mine();
	if (!l)
		return NULL;
	dentry = lookup_found(l);
	return dentry ? et_read(dentry, d_inode) : NULL;
}

__weak int link_by_name(__u64 old_path, int old_dfd, __u64 path, int dfd)
{
	const struct task_struct *task = et_current();
	struct inode *inode = link_inode(old_path, old_dfd);
	struct lookup *l = NULL;
	struct dentry *dentry;
	struct file_of of = {};

	/* What is followed is not what is linked. */
	if (inode && et_inode_type(inode) == S_IFLNK)
		inode = NULL;
	if (!lookup_walk(path, dfd))
		l = lookup_mine();
	if (l && l->found && l->last_len) {
		dentry = lookup_found(l);
		file_by_path(&of, task, l->found, l->mount, et_read(dentry, d_inode));
	} else {
		if (l && l->last_len)
			of.path =
				et_src_name(l->dentry, l->mount, task, l->last, l->last_len, true);
		else
			of.path = lookup_unresolved(task, path, dfd);
		/* An overlay forgets the new entry at once, but it is the old file. */
		of.inode = inode;
	}
	return FILE_EMIT(FILE_CREATE, file_create, task, &of);
}

static __always_inline int link_exit(long ret, __u64 old_path, int old_dfd, __u64 path, int dfd)
{
	const struct task_struct *task = et_current();

	if (ret || et_skips(ET_FILE_CREATE, task))
		return 0;
	link_by_name(old_path, old_dfd, path, dfd);
	lookup_drop((__u64)task);
	return 0;
}

SEC("?tracepoint")
int file_link_tp(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs = et_syscall_regs(et_current());

	return link_exit(ctx->ret, et_syscall_arg1(regs), AT_FDCWD, et_syscall_arg2(regs),
			 AT_FDCWD);
}

SEC("?tracepoint")
int file_linkat_tp(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs = et_syscall_regs(et_current());

	return link_exit(ctx->ret, et_syscall_arg2(regs), et_syscall_arg1(regs),
			 et_syscall_arg4(regs), et_syscall_arg3(regs));
}
