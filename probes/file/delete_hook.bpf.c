// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_DELETE by BPF programs at kernel functions inside the operation. One saves the file
 * and its mount when the kernel asks security modules for permission. Another one reports the event
 * when the file system has deleted the file.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/file.bpf.h"

/*
 * Save the pending operation: the file with the dentry @at is about to be deleted. @dir: address of
 * a struct path, the file's directory. @stack: the stack pointer in a kprobe, else 0.
 */
static __always_inline int delete_enter(__u64 dir, __u64 at, __u64 stack)
{
	const struct dentry *dentry = (const struct dentry *)at;
	struct pending_op *op = pending_op_begin(ET_FILE_DELETE);
	__u32 len;

	if (!op)
		return 0;
	op->dentry = at;
	op->stack = stack;
	op->mount = et_read_address((const struct path *)dir, mnt);
	op->folder = et_read_address(dentry, d_parent);
	op->inode = et_read_address(dentry, d_inode);
	et_fill_file_info(&op->info, (const struct inode *)op->inode);
	len = et_read(dentry, d_name.len);
	op->name_len = len;
	barrier_var(len);
	if (len <= ET_NAME_MAX)
		bpf_probe_read_kernel(op->name, len, et_read(dentry, d_name.name));
	return 0;
}

/*
 * Make the record of the pending deletion. The caller of vfs_unlink() still holds the inode, so the
 * target of a symbolic link can be read.
 */
__weak int delete_op_emit(void)
{
	const struct task_struct *task = et_current();
	struct pending_op *op = pending_op_mine();
	struct file_of of = {};
	__u64 inode;

	if (!op)
		return 0;
	inode = op->inode;
	et_src_name_set(&of.path, op->folder, op->mount, task, (__u64)op->name, op->name_len,
			false);
	op->name_at = (__u64)op->name;
	of.path.given = *(volatile __u64 *)&op->name_at;
	of.info = &op->info;
	of.link = et_src_kernel_str((__u64)et_link_of((const struct inode *)inode),
				    ET_CAP_SYMLINK_TARGET_PATH);
	return FILE_EMIT(FILE_DELETE, file_delete, task, &of);
}

static __always_inline int delete_exit(__u64 dentry, int ret)
{
	const struct task_struct *task = et_current();

	if (!pending_op_of(ET_FILE_DELETE, dentry))
		return 0;
	if (!ret && !et_skips(ET_FILE_DELETE, task))
		delete_op_emit();
	pending_op_drop();
	return 0;
}

/*
 * At the return of security_path_unlink(dir, dentry); the next BPF program: at the return of
 * security_path_rmdir(dir, dentry). The result 0 means that no security module has refused.
 */
SEC("?fexit")
int file_unlink_enter_fexit(__u64 *ctx)
{
	return (int)ctx[2] ? 0 : delete_enter(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), 0);
}

SEC("?fexit")
int file_rmdir_enter_fexit(__u64 *ctx)
{
	return (int)ctx[2] ? 0 : delete_enter(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), 0);
}

/*
 * At the entry of d_delete(dentry), which the kernel calls after the file system has deleted the
 * file.
 */
SEC("?fentry")
int file_delete_fentry(__u64 *ctx)
{
	return delete_exit(et_ctx_address(ctx, 0), 0);
}

/*
 * At the return of vfs_unlink(). If the deletion is still pending, d_delete() was not called: the
 * deletion has failed, or NFS keeps the file because it is open.
 */
SEC("?fexit")
int file_unlink_fexit(__u64 *ctx)
{
	return delete_exit(et_arg_address(ctx, VFS_UNLINK_DENTRY), et_ret_traced(ctx, VFS_UNLINK));
}

SEC("?fexit")
int file_rmdir_fexit(__u64 *ctx)
{
	return delete_exit(et_arg_address(ctx, VFS_RMDIR_DENTRY), et_ret_traced(ctx, VFS_RMDIR));
}

SEC("?kprobe")
int file_delete_enter_kprobe(struct pt_regs *ctx)
{
	return delete_enter(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_SP(ctx));
}

SEC("?kprobe")
int file_delete_kprobe(struct pt_regs *ctx)
{
	return delete_exit(PT_REGS_PARM1(ctx), 0);
}
