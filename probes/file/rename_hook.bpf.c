// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_RENAME by BPF programs at kernel functions inside the operation. One saves the file
 * and both mounts when the kernel asks security modules for permission. Another one reports the
 * event after the file system has renamed the file, at the entry of d_move() or d_exchange().
 *
 * These functions give the dentry its new name. At their entry both names exist: the file's dentry
 * still has the old name, and the dentry that it replaces has the new name. If both names belong to
 * one file, the kernel renames nothing and calls neither function.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/rename.bpf.h"

/*
 * Save the pending operation: @dentry is about to be renamed. @from and @to: addresses of a struct
 * path, the old and the new directory. @stack: the stack pointer in a kprobe, else 0.
 */
static __always_inline int rename_enter(__u64 from, __u64 dentry, __u64 to, __u64 stack)
{
	struct pending_op *op = pending_op_begin(ET_FILE_RENAME);

	if (!op)
		return 0;
	op->dentry = dentry;
	op->stack = stack;
	op->mount = et_read_address((const struct path *)from, mnt);
	op->new_mount = et_read_address((const struct path *)to, mnt);
	return 0;
}

/*
 * True if path filters drop the pending rename. A separate function, because the function that
 * makes the record has no stack left.
 */
__weak int rename_op_skips(__u64 new)
{
	__u64 fs = et_read_address(et_current(), fs);
	struct et_src from = { .fs = fs }, to = { .fs = fs };
	struct pending_op *op = pending_op_mine();

	if (!op)
		return 1;
	from.at = op->dentry;
	from.mount = op->mount;
	to.at = new;
	to.mount = op->new_mount;
	return et_paths_skip(ET_FILE_RENAME, &from, NULL, &to, NULL);
}

__weak int rename_op_emit(__u64 new)
{
	const struct task_struct *task = et_current();
	struct pending_op *op = pending_op_mine();
	struct dentry *dentry;
	struct file_of of = {};
	__u64 at;

	if (!op)
		return 0;
	at = op->dentry;
	dentry = (struct dentry *)at;
	file_by_path(&of, task, new, op->new_mount,
		     (const struct inode *)et_read_address(dentry, d_inode));
	/*
	 * The dentry with the new name may already be removed from the hash table. This does not
	 * mean that the renamed file is deleted.
	 */
	of.path.hidden = ET_VAR_F_DELETED;
	et_src_name_set(&op->old, at, op->mount, task, 0, 0, false);
	op->old.hidden = ET_VAR_F_DELETED;
	return rename_emit(task, &op->old, &of);
}

static __always_inline int rename_exit(__u64 dentry, __u64 new)
{
	const struct task_struct *task = et_current();

	if (!pending_op_of(ET_FILE_RENAME, dentry))
		return 0;
	if (!et_skips(ET_FILE_RENAME, task) && !rename_op_skips(new))
		rename_op_emit(new);
	pending_op_drop();
	return 0;
}

/*
 * At the return of security_path_rename(old_dir, old_dentry, new_dir, new_dentry, flags). The
 * result 0 means that no security module has refused.
 */
SEC("?fexit")
int file_rename_enter_fexit(__u64 *ctx)
{
	if ((int)ctx[5])
		return 0;
	return rename_enter(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1), et_ctx_address(ctx, 2),
			    0);
}

/*
 * At the entry of d_move(dentry, target); the next BPF program: at the entry of d_exchange(dentry1,
 * dentry2).
 */
SEC("?fentry")
int file_move_fentry(__u64 *ctx)
{
	return rename_exit(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1));
}

SEC("?fentry")
int file_exchange_fentry(__u64 *ctx)
{
	return rename_exit(et_ctx_address(ctx, 0), et_ctx_address(ctx, 1));
}

/*
 * At the return of vfs_rename(rd). If the rename is still pending, the kernel has renamed nothing.
 */
SEC("?fexit")
int file_rename_exit_fexit(__u64 *ctx)
{
	const struct renamedata *rd = (const struct renamedata *)et_ctx_address(ctx, 0);

	if (pending_op_of(ET_FILE_RENAME, et_read_address(rd, old_dentry)))
		pending_op_drop();
	return 0;
}

SEC("?kprobe")
int file_rename_enter_kprobe(struct pt_regs *ctx)
{
	return rename_enter(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx),
			    PT_REGS_SP(ctx));
}

SEC("?kprobe")
int file_move_kprobe(struct pt_regs *ctx)
{
	return rename_exit(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx));
}
