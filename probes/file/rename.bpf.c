// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* FILE_RENAME */
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/file/lookup.bpf.h"
#include "probes/file/file.bpf.h"

#define RENAME_EXCHANGE 2 /* include/uapi/linux/fs.h */

static __always_inline int rename_emit(const struct task_struct *task,
				       const struct et_src_name *old, struct file_of *of)
{
	struct et_src old_name = file_name_of(old), name = file_name_of(&of->path);
	struct et_file_rename *ev;
	struct et_emit em;

	if (et_paths_skip(ET_FILE_RENAME, &old->dir, old->len ? &old_name : NULL, &of->path.dir,
			  of->path.len ? &name : NULL))
		return 0;
	file_measure(of, task);
	ev = et_emit_begin(&em, FILE_RENAME, file_rename, et_need(&old->dir) + file_need(of));
	if (!ev)
		return 0;
	file_fill(ev, task, of);
	et_put_name(&em, OLD_PATH, old);
	et_put_name(&em, NEW_PATH, &of->path);
	et_put_kernel_str(&em, SYMLINK_TARGET_PATH, &of->link);
	et_put_cgroup(&em, &of->cgroup);
	et_emit_submit(&em);
	return 0;
}

/* After the call: the file stands under its new name, and its old one is only a string. */
__weak int rename_by_name(__u32 flags)
{
	const struct task_struct *task = et_current();
	struct lookup *old = lookup_first(), *new = lookup_mine();
	struct inode *inode = NULL, *at_old = NULL;
	struct et_src_name old_name;
	struct dentry *dentry;
	struct file_of of = {};

	if (!old || !new)
		return 0;
	dentry = lookup_found(old);
	if (dentry)
		at_old = et_read(dentry, d_inode);
	dentry = lookup_found(new);
	if (dentry)
		inode = et_read(dentry, d_inode);
	/* Two names of one file: the kernel has done nothing. */
	if (inode && inode == at_old && !(flags & RENAME_EXCHANGE))
		return 0;
	if (dentry)
		file_by_path(&of, task, new->found, new->mount, inode);
	else
		of.path = lookup_name(new, task);
	old_name = lookup_name(old, task);
	return rename_emit(task, &old_name, &of);
}

static __always_inline int rename_exit(long ret, __u64 old_path, int old_dfd, __u64 new_path,
				       int new_dfd, __u32 flags)
{
	const struct task_struct *task = et_current();

	if (ret || et_skips(ET_FILE_RENAME, task))
		return 0;
	if (!lookup_path(old_path, old_dfd) && !lookup_keep() && !lookup_path(new_path, new_dfd))
		rename_by_name(flags);
	else
		et_missed(ET_FILE_RENAME, 1);
	lookup_drop((__u64)task);
	lookup_drop((__u64)task + 1);
	return 0;
}

SEC("?tracepoint")
int file_rename_tp(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs = et_syscall_regs(et_current());

	return rename_exit(ctx->ret, et_syscall_arg1(regs), AT_FDCWD, et_syscall_arg2(regs),
			   AT_FDCWD, 0);
}

SEC("?tracepoint")
int file_renameat_tp(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs = et_syscall_regs(et_current());

	return rename_exit(ctx->ret, et_syscall_arg2(regs), et_syscall_arg1(regs),
			   et_syscall_arg4(regs), et_syscall_arg3(regs), 0);
}

SEC("?tracepoint")
int file_renameat2_tp(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs = et_syscall_regs(et_current());

	return rename_exit(ctx->ret, et_syscall_arg2(regs), et_syscall_arg1(regs),
			   et_syscall_arg4(regs), et_syscall_arg3(regs), et_syscall_arg5(regs));
}
