// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* FILE_CREATE of another name for an existing file, inside the kernel. */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/act.bpf.h"
#include "probes/file/file.bpf.h"

/* The file @old is about to get the name @new in the directory @dir, a struct path. */
static __always_inline int link_noted(__u64 old, __u64 dir, __u64 new)
{
	struct act *act = act_begin(ET_FILE_CREATE);

	if (!act)
		return 0;
	act->dentry = new;
	act->mount = et_read_address((const struct path *)dir, mnt);
	act->inode = et_read_address((const struct dentry *)old, d_inode);
	return 0;
}

__weak int link_told(void)
{
	const struct task_struct *task = et_current();
	struct act *act = act_mine();
	struct file_of of = {};
	__u64 inode;

	if (!act)
		return 0;
	inode = act->inode;
	file_by_path(&of, task, act->dentry, act->mount, (const struct inode *)inode);
	/*
	 * Some file systems drop the new dentry at once, and look the name up at the next access.
	 */
	of.path.hidden = ET_VAR_F_DELETED;
	return FILE_EMIT(FILE_CREATE, file_create, task, &of);
}

static __always_inline int link_over(int ret)
{
	const struct task_struct *task = et_current();

	if (!ret && !et_skips(ET_FILE_CREATE, task))
		link_told();
	act_drop();
	return 0;
}

/* security_path_link(old_dentry, new_dir, new_dentry): no module has refused. */
SEC("?fexit")
int file_link_noted_fexit(__u64 *ctx)
{
	if ((int)ctx[3])
		return 0;
	return link_noted(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), et_ctx_address(ctx, 2));
}

SEC("?fexit")
int file_link_fexit(__u64 *ctx)
{
	if (!act_of(ET_FILE_CREATE, et_arg_address(ctx, VFS_LINK_NEW)))
		return 0;
	return link_over(et_ret_traced(ctx, VFS_LINK));
}

SEC("?kprobe")
int file_link_noted_kprobe(struct pt_regs *ctx)
{
	return link_noted(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx));
}

/* vfs_link() begins, with this dentry or, in an overlay, with another one. */
SEC("?kprobe")
int file_link_kprobe(struct pt_regs *ctx)
{
	struct act *act = act_of(ET_FILE_CREATE, et_arg_kprobed(ctx, VFS_LINK_NEW));

	if (act)
		act->stack = PT_REGS_SP(ctx);
	return 0;
}

SEC("?kretprobe")
int file_link_kretprobe(struct pt_regs *ctx)
{
	struct act *act = act_mine();

	if (!act || act->type != ET_FILE_CREATE || !act->stack ||
	    act_is_inner(act->stack, PT_REGS_SP(ctx)))
		return 0;
	return link_over(PT_REGS_RC(ctx));
}
