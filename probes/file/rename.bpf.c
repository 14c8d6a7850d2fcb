// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_RENAME at the exit of system calls. Their paths are copied at the entry:
 * call_path.bpf.c
 */
#include "probes/core/filter.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/lookup.bpf.h"
#include "probes/file/rename.bpf.h"

/*
 * True if path filters drop the rename. A separate function, because the function that makes the
 * record has no stack left.
 */
__weak int rename_skips(void)
{
	const struct task_struct *task = et_current();
	__u64 fs = et_read_address(task, fs);
	struct lookup *old = lookup_first(), *new = lookup_mine();
	struct et_src from = { .fs = fs }, from_name = {}, to = { .fs = fs }, to_name = {};

	if (!old || !new)
		return 1;
	/* An unresolved path may lead to a file that the user wants, so it is not dropped. */
	if (old->flags || new->flags)
		return 0;
	from.at = old->dentry;
	from.mount = old->mount;
	from_name.at = old->last;
	to.at = new->dentry;
	to.mount = new->mount;
	to_name.at = new->last;
	return et_paths_skip(ET_FILE_RENAME, &from, old->last_len ? &from_name : NULL, &to,
			     new->last_len ? &to_name : NULL);
}

/*
 * Make the record, at the system call's exit. By then the file has its new name, and the old name
 * is only a string.
 */
__weak int rename_by_name(void)
{
	const struct task_struct *task = et_current();
	struct lookup *old = lookup_first(), *new = lookup_mine();
	struct inode *inode = NULL, *at_old = NULL;
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
	/*
	 * If both names belong to one file, the kernel has renamed nothing, so there is no event.
	 */
	if (inode && inode == at_old)
		return 0;
	if (dentry) {
		file_by_path(&of, task, new->found, new->mount, inode);
	} else {
		lookup_name(&of.path, new, task);
		of.path.flags |= ET_VAR_F_UNRESOLVED;
	}
	lookup_name(&old->src, old, task);
	return rename_emit(task, &old->src, &of);
}

static __always_inline int rename_exit(__u64 old_path, int old_dfd, __u64 new_path, int new_dfd)
{
	if (et_skips(ET_FILE_RENAME, et_current()))
		return 0;
	if (lookup_path(old_path, old_dfd, LOOKUP_PARENT) || lookup_keep() ||
	    lookup_path(new_path, new_dfd, LOOKUP_PARENT))
		et_lost_no_room(ET_FILE_RENAME, ET_TABLE_LOOKUPS);
	else if (!rename_skips())
		rename_by_name();
	lookup_drop();
	lookup_drop_first();
	return 0;
}

SEC("?tracepoint")
int file_rename_tp(void *ctx)
{
	__u32 call = file_call(et_exit_nr(ctx));

	if (!et_exit_ret(ctx))
		rename_exit(call_path_of(CALL_PATH_FIRST, file_call_path(call, 0)),
			    file_call_folder(call, 0),
			    call_path_of(CALL_PATH_SECOND, file_call_path(call, 1)),
			    file_call_folder(call, 1));
	call_paths_end();
	return 0;
}
