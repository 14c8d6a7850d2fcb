// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_DELETE by BPF programs at the entry and exit of system calls. The file's fields are
 * saved at the entry, because they cannot be read after the deletion.
 */
#include "probes/core/filter.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/lookup.bpf.h"

/* Save the beginning of a symbolic link's target, because the deletion frees the target. */
static __always_inline void delete_remember_link(struct lookup *l, const struct inode *inode)
{
	const char *link = et_link_of(inode);
	long n;

	l->link_has = l->link_len = 0;
	if (!link)
		return;
	n = bpf_probe_read_kernel_str(l->link, sizeof(l->link), link);
	l->link_has = n > 0 ? n - 1 : 0;
	l->link_len = et_kernel_strlen((__u64)link);
}

/*
 * Save the fields of the file that is about to be deleted: they cannot be read after the deletion.
 */
static __always_inline void delete_remember(struct lookup *l, struct dentry *dentry)
{
	struct inode *inode = et_read(dentry, d_inode);
	__u32 len;

	l->saved = 1;
	et_fill_file_info(&l->info, inode);
	delete_remember_link(l, inode);
	len = et_read(dentry, d_name.len);
	l->name_len = len;
	barrier_var(len);
	if (len <= ET_NAME_MAX)
		bpf_probe_read_kernel(l->other, len, et_read(dentry, d_name.name));
}

static __always_inline int delete_enter(__u64 path, int dfd)
{
	struct lookup *l;

	/* Check filters first, so that dropped events take no room in the maps. */
	if (et_is_left_out(et_current(), NULL))
		return 0;
	if (call_paths_make())
		call_path_take(CALL_PATH_FIRST, path, dfd);
	if (lookup_walk(call_path_of(CALL_PATH_FIRST, path), dfd, LOOKUP_PARENT))
		return 0;
	l = lookup_mine();
	if (!l || !l->found || !l->last_len)
		return 0;
	delete_remember(l, lookup_found(l));
	return 0;
}

/*
 * At a tracepoint in the file system, just before it deletes @dentry: save the file's fields if
 * they are not saved yet. At the system call's entry the kernel may have had no dentry for a file
 * that was not used for long. By now it has one.
 *
 * An overlay also deletes the file on the underlying file system. That deletion is ignored, because
 * its directory is not the one that the lookup found.
 */
static __always_inline int delete_seen(struct dentry *dentry)
{
	struct lookup *l = lookup_mine();

	if (!l || l->found || !l->last_len)
		return 0;
	if (et_read_address(dentry, d_parent) != l->dentry ||
	    et_read(dentry, d_name.len) != l->name_len)
		return 0;
	/*
	 * Store and load the pointer, so that the verifier sees a plain number: global functions
	 * take only numbers.
	 */
	*(volatile __u64 *)&l->found = (__u64)dentry;
	if (lookup_is_same(*(volatile __u64 *)&l->found))
		delete_remember(l, dentry);
	else
		l->found = 0;
	return 0;
}

/*
 * True if the file that the lookup found at the system call's entry is now deleted. Then its dentry
 * has no inode, or is no longer in the kernel's hash table of dentries.
 */
static __always_inline bool delete_is_gone(const struct lookup *l)
{
	struct dentry *dentry = lookup_found(l);

	return !et_read(dentry, d_inode) || !et_read(dentry, d_hash.pprev);
}

static __always_inline int delete_emit(const struct task_struct *task, struct file_of *of)
{
	return FILE_EMIT(FILE_DELETE, file_delete, task, of);
}

/* Make the record of a deleted file from the fields that were saved before the deletion. */
__weak int delete_known(void)
{
	const struct task_struct *task = et_current();
	struct lookup *l = lookup_mine();
	struct file_of of = {};

	if (!l)
		return 0;
	et_src_name_set(&of.path, l->dentry, l->mount, task, (__u64)l->other, l->name_len, false);
	of.path.given = l->last;
	of.info = &l->info;
	of.link = (struct et_src){ .at = (__u64)l->link,
				   .orig = l->link_len,
				   .size = et_min(l->link_has, sizeof(l->link)) };
	return delete_emit(task, &of);
}

/*
 * Make the record of a deleted file whose fields could not be saved. The file's fields are missing,
 * and the path is flagged as unresolved.
 */
__weak int delete_unknown(void)
{
	const struct task_struct *task = et_current();
	struct lookup *l = lookup_mine();
	struct file_of of = {};

	if (!l)
		return 0;
	lookup_name(&of.path, l, task);
	of.path.flags |= ET_VAR_F_UNRESOLVED;
	return delete_emit(task, &of);
}

static __always_inline int delete_exit(long ret, __u64 path, int dfd)
{
	const struct task_struct *task = et_current();
	struct lookup *l;

	if (!ret && !et_skips(ET_FILE_DELETE, task)) {
		l = lookup_mine();
		if (l && l->saved && delete_is_gone(l))
			delete_known();
		else if (!lookup_path(call_path_of(CALL_PATH_FIRST, path), dfd, LOOKUP_PARENT))
			delete_unknown();
		else
			et_lost_no_room(ET_FILE_DELETE, ET_TABLE_LOOKUPS);
	}
	lookup_drop();
	call_paths_end();
	return 0;
}

SEC("?tracepoint")
int file_delete_enter_tp(void *ctx)
{
	__u32 call = file_call(et_enter_nr(ctx));

	return delete_enter(file_call_path(call, 0), file_call_folder(call, 0));
}

SEC("?tracepoint")
int file_delete_tp(void *ctx)
{
	__u32 call = file_call(et_exit_nr(ctx));

	return delete_exit(et_exit_ret(ctx), file_call_path(call, 0), file_call_folder(call, 0));
}

/*
 * Tracepoints of ext4 and f2fs just before a deletion, with the arguments (parent, dentry). The
 * tracepoint of f2fs is also for the removal of directories.
 */
SEC("?tp_btf/ext4_unlink_enter")
int file_delete_ext4_tp_btf(__u64 *ctx)
{
	return delete_seen((struct dentry *)ctx[1]);
}

SEC("?tp_btf/f2fs_unlink_enter")
int file_delete_f2fs_tp_btf(__u64 *ctx)
{
	return delete_seen((struct dentry *)ctx[1]);
}
