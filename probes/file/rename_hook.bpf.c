// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * FILE_RENAME, seen inside of the kernel: from where it asks security modules, with both mounts in
 * hand, to where the file system has done it, and the entry is about to get its new name. At that
 * moment there are both: the old name is the entry's own, the new one that of the entry which it
 * takes the place of. The kernel does not get there if both are names of one file, because nothing
 * is done then.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/act.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/rename.bpf.h"

/* An entry is about to be another's, in the folders @from and @to, each a struct path. */
static __always_inline int rename_noted(__u64 from, __u64 dentry, __u64 to, __u64 stack)
{
	struct act *act = act_begin(ET_FILE_RENAME);

	if (!act)
		return 0;
	act->dentry = dentry;
	act->stack = stack;
	act->mount = et_read_address((const struct path *)from, mnt);
	act->new_mount = et_read_address((const struct path *)to, mnt);
	return 0;
}

/* Do filters of paths leave it out? By itself: what makes the record has no room for more. */
__weak int rename_told_skips(__u64 new)
{
	__u64 fs = et_read_address(et_current(), fs);
	struct et_src from = { .fs = fs }, to = { .fs = fs };
	struct act *act = act_mine();

	if (!act)
		return 1;
	from.at = act->dentry;
	from.mount = act->mount;
	to.at = new;
	to.mount = act->new_mount;
	return et_paths_skip(ET_FILE_RENAME, &from, NULL, &to, NULL);
}

__weak int rename_told(__u64 new)
{
	const struct task_struct *task = et_current();
	struct act *act = act_mine();
	struct dentry *dentry;
	struct file_of of = {};
	__u64 at;

	if (!act)
		return 0;
	at = act->dentry;
	dentry = (struct dentry *)at;
	file_by_path(&of, task, new, act->new_mount,
		     (const struct inode *)et_read_address(dentry, d_inode));
	/* Nobody may be able to find the file that is replaced any more: it is not this one. */
	of.path.hidden = ET_VAR_F_DELETED;
	et_src_name_set(&act->old, at, act->mount, task, 0, 0, false);
	act->old.hidden = ET_VAR_F_DELETED;
	return rename_emit(task, &act->old, &of);
}

static __always_inline int rename_over(__u64 dentry, __u64 new)
{
	const struct task_struct *task = et_current();

	if (!act_of(ET_FILE_RENAME, dentry))
		return 0;
	if (!et_skips(ET_FILE_RENAME, task) && !rename_told_skips(new))
		rename_told(new);
	act_drop();
	return 0;
}

/* security_path_rename(old_dir, old_dentry, new_dir, new_dentry, flags): nobody refuses it. */
SEC("?fexit")
int file_rename_noted_fexit(__u64 *ctx)
{
	if ((int)ctx[5])
		return 0;
	return rename_noted(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), et_ctx_address(ctx, 2),
			    0);
}

/* d_move(dentry, target) and d_exchange(dentry1, dentry2) */
SEC("?fentry")
int file_move_fentry(__u64 *ctx)
{
	return rename_over(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1));
}

SEC("?fentry")
int file_exchange_fentry(__u64 *ctx)
{
	return rename_over(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1));
}

/* vfs_rename(rd): it has failed, or done nothing, if the note is still there. */
SEC("?fexit")
int file_rename_over_fexit(__u64 *ctx)
{
	const struct renamedata *rd = (const struct renamedata *)et_ctx_address(ctx, 0);

	if (act_of(ET_FILE_RENAME, et_read_address(rd, old_dentry)))
		act_drop();
	return 0;
}

SEC("?kprobe")
int file_rename_noted_kprobe(struct pt_regs *ctx)
{
	return rename_noted(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx),
			    PT_REGS_SP(ctx));
}

SEC("?kprobe")
int file_move_kprobe(struct pt_regs *ctx)
{
	return rename_over(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx));
}
