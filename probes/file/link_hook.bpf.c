// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_CREATE for a new hard link to an existing file. The BPF programs hook kernel
 * functions inside the operation.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/file.bpf.h"

/*
 * Save the pending operation: the file with the dentry @old is about to get another name, with the
 * dentry @new. @dir: address of a struct path, the directory of the new name.
 */
static __always_inline int link_enter(__u64 old, __u64 dir, __u64 new)
{
	struct pending_op *op = pending_op_begin(ET_FILE_CREATE);

	if (!op)
		return 0;
	op->dentry = new;
	op->mount = et_read_address((const struct path *)dir, mnt);
	op->inode = et_read_address((const struct dentry *)old, d_inode);
	return 0;
}

__weak int link_op_emit(void)
{
	const struct task_struct *task = et_current();
	struct pending_op *op = pending_op_mine();
	struct file_of of = {};
	__u64 inode;

	if (!op)
		return 0;
	inode = op->inode;
	file_by_path(&of, task, op->dentry, op->mount, (const struct inode *)inode);
	/*
	 * Some file systems remove the new dentry from the hash table at once, and look up the name
	 * again at the next access. So a dentry outside of the table does not mean a deleted file.
	 */
	of.path.hidden = ET_VAR_F_DELETED;
	return FILE_EMIT(FILE_CREATE, file_create, task, &of);
}

static __always_inline int link_exit(int ret)
{
	const struct task_struct *task = et_current();

	if (!ret && !et_skips(ET_FILE_CREATE, task))
		link_op_emit();
	pending_op_drop();
	return 0;
}

/*
 * At the return of security_path_link(old_dentry, new_dir, new_dentry). The result 0 means that no
 * security module has refused.
 */
SEC("?fexit")
int file_link_enter_fexit(__u64 *ctx)
{
	if ((int)ctx[3])
		return 0;
	return link_enter(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), et_ctx_address(ctx, 2));
}

SEC("?fexit")
int file_link_fexit(__u64 *ctx)
{
	if (!pending_op_of(ET_FILE_CREATE, et_arg_address(ctx, VFS_LINK_NEW)))
		return 0;
	return link_exit(et_ret_traced(ctx, VFS_LINK));
}

SEC("?kprobe")
int file_link_enter_kprobe(struct pt_regs *ctx)
{
	return link_enter(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx));
}

/*
 * At the entry of vfs_link(): save the stack pointer, by which the kretprobe recognizes the return
 * of the same call. An overlay also calls vfs_link() for the underlying file. In this second call
 * the dentry is not the saved one, so the call is ignored.
 */
SEC("?kprobe")
int file_link_kprobe(struct pt_regs *ctx)
{
	struct pending_op *op = pending_op_of(ET_FILE_CREATE, et_arg_kprobed(ctx, VFS_LINK_NEW));

	if (op)
		op->stack = PT_REGS_SP(ctx);
	return 0;
}

SEC("?kretprobe")
int file_link_kretprobe(struct pt_regs *ctx)
{
	struct pending_op *op = pending_op_mine();

	if (!op || op->type != ET_FILE_CREATE || !op->stack ||
	    pending_op_is_inner(op->stack, PT_REGS_SP(ctx)))
		return 0;
	return link_exit(PT_REGS_RC(ctx));
}
