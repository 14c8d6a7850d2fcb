// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * FILE_DELETE inside the kernel. One program saves the file where the kernel asks security modules,
 * with the mount. Another reports it when the file system has deleted it.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/act.bpf.h"
#include "probes/file/file.bpf.h"

/* Save the file that is about to be deleted, in the directory @dir, a struct path. */
static __always_inline int delete_noted(__u64 dir, __u64 at, __u64 stack)
{
	const struct dentry *dentry = (const struct dentry *)at;
	struct act *act = act_begin(ET_FILE_DELETE);
	__u32 len;

	if (!act)
		return 0;
	act->dentry = at;
	act->stack = stack;
	act->mount = et_read_address((const struct path *)dir, mnt);
	act->folder = et_read_address(dentry, d_parent);
	act->inode = et_read_address(dentry, d_inode);
	et_fill_file_info(&act->info, (const struct inode *)act->inode);
	len = et_read(dentry, d_name.len);
	act->name_len = len;
	barrier_var(len);
	if (len <= ET_NAME_MAX)
		bpf_probe_read_kernel(act->name, len, et_read(dentry, d_name.name));
	return 0;
}

/*
 * The caller of the function that has deleted it still holds the inode, and with it a link's
 * target.
 */
__weak int delete_told(void)
{
	const struct task_struct *task = et_current();
	struct act *act = act_mine();
	struct file_of of = {};
	__u64 inode;

	if (!act)
		return 0;
	inode = act->inode;
	et_src_name_set(&of.path, act->folder, act->mount, task, (__u64)act->name, act->name_len,
			false);
	act->name_at = (__u64)act->name;
	of.path.given = *(volatile __u64 *)&act->name_at;
	of.info = &act->info;
	of.link = et_src_kernel_str((__u64)et_link_of((const struct inode *)inode),
				    ET_CAP_SYMLINK_TARGET_PATH);
	return FILE_EMIT(FILE_DELETE, file_delete, task, &of);
}

static __always_inline int delete_over(__u64 dentry, int ret)
{
	const struct task_struct *task = et_current();

	if (!act_of(ET_FILE_DELETE, dentry))
		return 0;
	if (!ret && !et_skips(ET_FILE_DELETE, task))
		delete_told();
	act_drop();
	return 0;
}

/* security_path_unlink(dir, dentry) and security_path_rmdir(dir, dentry): no module has refused. */
SEC("?fexit")
int file_unlink_noted_fexit(__u64 *ctx)
{
	return (int)ctx[2] ? 0 : delete_noted(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), 0);
}

SEC("?fexit")
int file_rmdir_noted_fexit(__u64 *ctx)
{
	return (int)ctx[2] ? 0 : delete_noted(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), 0);
}

/* d_delete(dentry): the kernel calls it after the file system has deleted the file. */
SEC("?fentry")
int file_delete_fentry(__u64 *ctx)
{
	return delete_over(et_ctx_address(ctx, 0), 0);
}

/*
 * If the file is still pending, the operation has failed, or NFS keeps the file because it is open.
 */
SEC("?fexit")
int file_unlink_fexit(__u64 *ctx)
{
	return delete_over(et_arg_address(ctx, VFS_UNLINK_DENTRY), et_ret_traced(ctx, VFS_UNLINK));
}

SEC("?fexit")
int file_rmdir_fexit(__u64 *ctx)
{
	return delete_over(et_arg_address(ctx, VFS_RMDIR_DENTRY), et_ret_traced(ctx, VFS_RMDIR));
}

SEC("?kprobe")
int file_delete_noted_kprobe(struct pt_regs *ctx)
{
	return delete_noted(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_SP(ctx));
}

SEC("?kprobe")
int file_delete_kprobe(struct pt_regs *ctx)
{
	return delete_over(PT_REGS_PARM1(ctx), 0);
}
