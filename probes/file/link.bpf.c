// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_CREATE for a new hard link to an existing file, at the exit of link(2) and
 * linkat(2). For a file that was opened with O_TMPFILE the link is its first name.
 */
#include "probes/core/filter.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/lookup.bpf.h"

#define AT_SYMLINK_FOLLOW 0x400 /* flag of linkat(2): include/uapi/linux/fcntl.h */

__weak int link_by_name(void)
{
	const struct task_struct *task = et_current();
	struct lookup *old = lookup_first(), *new = lookup_mine();
	struct inode *inode = NULL;
	struct dentry *dentry;
	struct file_of of = {};

	if (!old || !new)
		return 0;
	dentry = lookup_found(new);
	if (dentry) {
		file_by_path(&of, task, new->found, new->mount, et_read(dentry, d_inode));
	} else {
		lookup_name(&of.path, new, task);
		/*
		 * An overlay removes the new dentry from the hash table at once, so the lookup did
		 * not find it. Read the file's fields by the old name, which belongs to the same
		 * file.
		 */
		dentry = lookup_target(old);
		if (dentry)
			inode = et_read(dentry, d_inode);
		of.inode = inode;
		if (!inode)
			of.path.flags |= ET_VAR_F_UNRESOLVED;
	}
	return FILE_EMIT(FILE_CREATE, file_create, task, &of);
}

static __always_inline int link_exit(__u64 old_path, int old_dfd, bool follow, __u64 path, int dfd)
{
	if (et_skips(ET_FILE_CREATE, et_current()))
		return 0;
	if (!lookup_path(old_path, old_dfd, follow ? LOOKUP_FOLLOW : LOOKUP_NOFOLLOW) &&
	    !lookup_keep() && !lookup_path(path, dfd, LOOKUP_PARENT))
		link_by_name();
	else
		et_lost_no_room(ET_FILE_CREATE, ET_TABLE_LOOKUPS);
	lookup_drop();
	lookup_drop_first();
	return 0;
}

SEC("?tracepoint")
int file_link_tp(void *ctx)
{
	__u32 call = file_call(et_exit_nr(ctx));
	bool follow = et_syscall_arg(FILE_CALL_FLAGS_OF(call)) & AT_SYMLINK_FOLLOW;

	if (!et_exit_ret(ctx))
		link_exit(call_path_of(CALL_PATH_FIRST, file_call_path(call, 0)),
			  file_call_folder(call, 0), follow,
			  call_path_of(CALL_PATH_SECOND, file_call_path(call, 1)),
			  file_call_folder(call, 1));
	call_paths_end();
	return 0;
}
