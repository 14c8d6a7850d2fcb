// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * FILE_DELETE, by programs at the entry and exit of system calls. The entry saves the file's
 * fields.
 */
#include "probes/core/filter.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/lookup.bpf.h"

/* Save the beginning of a symbolic link's text, because the deletion frees the text. */
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

/* Save the fields of the file that is about to be deleted: afterwards they cannot be read. */
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

	/* Filters come first, so that dropped events take no room. */
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
 * The file system is about to delete @dentry. If the file was not used for long, the kernel may
 * have had no dentry for it at the call's entry. By now the kernel has read the file's inode. An
 * overlay also deletes a file of a lower layer; that file's directory differs from the one of the
 * path.
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
	 * The store and load make the pointer a plain number, because global functions take only
	 * numbers.
	 */
	*(volatile __u64 *)&l->found = (__u64)dentry;
	if (lookup_is_same(*(volatile __u64 *)&l->found))
		delete_remember(l, dentry);
	else
		l->found = 0;
	return 0;
}

/*
 * True if the file that was found is deleted: its dentry is then negative (without inode) or
 * unhashed.
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

/* Make the record of a file that was found before its deletion, from the saved fields. */
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
 * Make the record of a file that had no dentry at the system call's entry: the lookup has found its
 * directory, or nothing. In both cases the file's fields are missing, and the path is flagged.
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
int file_delete_enter_tp(struct trace_event_raw_sys_enter *ctx)
{
	__u32 call = file_call(ctx->id);

	return delete_enter(file_call_path(call, 0), file_call_folder(call, 0));
}

SEC("?tracepoint")
int file_delete_tp(struct trace_event_raw_sys_exit *ctx)
{
	__u32 call = file_call(ctx->id);

	return delete_exit(ctx->ret, file_call_path(call, 0), file_call_folder(call, 0));
}

/*
 * Tracepoints of ext4 and f2fs with the arguments (parent, dentry), before a deletion. f2fs also
 * reports the removal of directories.
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
